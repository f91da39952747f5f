//! Labelled dialogs are played in the running server, kept, and two results held against each other.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::server::{Server, Staff};

const SUITE: &str = r#"{"id":"free","lang":"zh","tags":[],"turns":[{"user":"包邮要满多少钱？","expect":{"action":"answer","must_contain_any":[["99"]]}}]}
{"id":"person","lang":"zh","tags":[],"turns":[{"user":"转人工","expect":{"action":"handoff"}}]}
{"id":"gift","lang":"zh","tags":[],"turns":[{"user":"能帮我包成礼盒吗","expect":{"intent":"gift_wrap"}}]}"#;

async fn evaluated(admin: &Staff<'_>, order: Value) -> Value {
    let job = admin.done("/evaluations", order).await;
    let ended = admin.ended(job["id"].as_str().unwrap()).await;
    assert_eq!(ended["state"], "done", "{ended}");
    ended["result"].clone()
}

#[tokio::test]
async fn a_version_is_held_against_the_one_in_use_before_it_is_used() {
    let server = Server::demo();
    let admin = server.admin().await;
    let gate = json!({"action_accuracy": 0.9, "intent_accuracy": 0.9});
    let now = evaluated(&admin, json!({"name": "before", "suite": SUITE, "min": gate})).await;
    assert_eq!(now["turns"], 3);
    assert_eq!(now["metrics"]["action_accuracy"], 1.0, "{now}");
    let short = now["fell_short"].as_array().unwrap();
    assert!(short.len() == 1 && short[0].as_str().unwrap().contains("intent_accuracy"), "{short:?}");

    let gifts = [
        "能帮我包成礼盒吗",
        "要礼品包装",
        "送人的包漂亮点",
        "想要个礼盒",
        "可以包装一下送人吗",
        "礼物要包起来",
    ];
    admin.done("/intents", json!({"name": "gift_wrap", "examples": gifts})).await;
    let trained = admin.done("/training_runs", json!({"force": true})).await;
    let trained = admin.ended(trained["id"].as_str().unwrap()).await;
    let newer = &trained["result"]["version"]["id"];
    let runs: Value = admin.get("/training_runs").send().await.unwrap().json().await.unwrap();
    let older = runs["items"][1]["id"].as_str().unwrap().to_owned();
    admin.done(&format!("/training_runs/{older}/promote"), json!({})).await;

    let then = evaluated(&admin, json!({"name": "after", "suite": SUITE, "training_run": newer})).await;
    assert_eq!(then["metrics"]["intent_accuracy"], 1.0, "the version that is not in use was tried: {then}");
    let ids = [now["id"].as_str().unwrap(), then["id"].as_str().unwrap()];
    let path = format!("/evaluations/{}/compare/{}", ids[0], ids[1]);
    let compared: Value = admin.get(&path).send().await.unwrap().json().await.unwrap();
    assert_eq!(compared["detail"]["better"][0]["id"], "gift/1", "{compared}");
    assert_eq!(compared["detail"]["worse"], json!([]));

    let listed: Value = admin.get("/evaluations").send().await.unwrap().json().await.unwrap();
    let names: Vec<&str> =
        listed["items"].as_array().unwrap().iter().map(|e| e["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["after", "before"]);
    let whole: Value =
        admin.get(&format!("/evaluations/{}", ids[0])).send().await.unwrap().json().await.unwrap();
    assert_eq!(whole["report"]["detail"]["turns"][1]["got"]["action"], "handoff");
    let page = admin.get(&format!("/evaluations/{}/report.html", ids[0])).send().await.unwrap();
    assert!(page.headers()["content-security-policy"].to_str().unwrap().contains("sandbox"));
    assert!(page.text().await.unwrap().contains("能帮我包成礼盒吗"), "what went wrong is there in full");

    let path = format!("/evaluations/{}", ids[0]);
    assert_eq!(admin.delete(&path).send().await.unwrap().status(), StatusCode::NO_CONTENT);
    assert_eq!(admin.get(&path).send().await.unwrap().status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_faulty_suite_is_refused_with_its_lines_before_anything_is_played() {
    let server = Server::demo();
    let admin = server.admin().await;
    let wrong = json!({"name": "x", "suite": "{\"id\": \"a\"}\n{"});
    let refused = admin.post("/evaluations").json(&wrong).send().await.unwrap();
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let problem: Value = refused.json().await.unwrap();
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.contains("line 1") && detail.contains("line 2"), "{detail}");
}
