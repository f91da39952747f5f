//! Another version answers what visitors have asked: stored conversations again, and new ones silently.

use std::process::Command;
use std::time::{Duration, Instant};

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::server::{Server, Staff, problem};

const GIFT: [&str; 6] =
    ["能帮我包成礼盒吗", "要礼品包装", "送人的包漂亮点", "想要个礼盒", "可以包装一下送人吗", "礼物要包起来"];

/// Trains a version that knows gifts, and goes back to the one before. The new version's id.
async fn another_version(admin: &Staff<'_>) -> String {
    admin.done("/intents", json!({"name": "gift_wrap", "examples": GIFT})).await;
    let job = admin.done("/training_runs", json!({"force": true})).await;
    let ended = admin.ended(job["id"].as_str().unwrap()).await;
    assert_eq!(ended["state"], "done", "{ended}");
    let runs: Value = admin.get("/training_runs").send().await.unwrap().json().await.unwrap();
    let before = runs["items"][1]["id"].as_str().unwrap();
    admin.done(&format!("/training_runs/{before}/promote"), json!({})).await;
    ended["result"]["version"]["id"].as_str().unwrap().to_owned()
}

fn of<'a>(turns: &'a Value, text: &str) -> &'a Value {
    let found = turns.as_array().unwrap().iter().find(|turn| turn["text"] == text);
    found.unwrap_or_else(|| panic!("no turn `{text}` in {turns}"))
}

#[tokio::test]
async fn stored_conversations_tell_what_another_version_would_have_said() {
    let server = Server::demo();
    let admin = server.admin().await;
    let visitor = server.visitor("zh-CN").await;
    let answer = visitor.ask("1", "包邮要满多少钱？").await;
    let mark = format!("/visitor/messages/{}/feedback", answer["id"].as_str().unwrap());
    visitor.post(&mark).json(&json!({"helpful": true})).send().await.unwrap();
    visitor.ask("2", GIFT[0]).await;
    let newer = another_version(&admin).await;

    let job = admin.done("/evaluations/replay", json!({"after": newer})).await;
    let ended = admin.ended(job["id"].as_str().unwrap()).await;
    let result = &ended["result"];
    assert_eq!((&result["kind"], &result["turns"]), (&json!("replay"), &json!(2)), "{ended}");
    assert_eq!(result["metrics"]["rated"], 1.0);
    assert_eq!(result["metrics"]["liked_after"], 1.0, "the answer that helped is said again: {result}");
    let id = result["id"].as_str().unwrap();
    let whole: Value = admin.get(&format!("/evaluations/{id}")).send().await.unwrap().json().await.unwrap();
    let gift = of(&whole["report"]["detail"]["pairs"], GIFT[0]);
    assert_eq!(gift["after"]["intent"], "gift_wrap", "{gift}");
    assert!(gift["differs"].as_array().unwrap().contains(&json!("intent")));
    let page = admin.get(&format!("/evaluations/{id}/report.html")).send().await.unwrap();
    assert!(page.text().await.unwrap().contains(GIFT[0]));

    // What visitors said is not for everybody who sees evaluations, and a replay is no yardstick for another.
    let viewer = server.staff(&admin, "vi", "viewer").await;
    for path in [format!("/evaluations/{id}"), format!("/evaluations/{id}/report.html")] {
        assert_eq!(viewer.get(&path).send().await.unwrap().status(), StatusCode::FORBIDDEN);
    }
    let compared = admin.get(&format!("/evaluations/{id}/compare/{id}")).send().await.unwrap();
    let (status, code) = problem(compared).await;
    assert_eq!((status, code.as_str()), (422, "invalid_input"));
    let same = admin.post("/evaluations/replay").json(&json!({})).send().await.unwrap();
    assert_eq!(same.status(), StatusCode::UNPROCESSABLE_ENTITY);

    let told = Command::new(env!("CARGO_BIN_EXE_zhike"))
        .args(["eval", "replay", "--json", "--after", &newer, "--max", "worse=0", "--data"])
        .arg(&server.data)
        .output()
        .unwrap();
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    let told: Value = serde_json::from_slice(&told.stdout).unwrap();
    assert_eq!((&told["kind"], &told["metrics"]["turns"]), (&json!("replay"), &json!(2.0)));
}

#[tokio::test]
async fn a_version_on_trial_answers_silently_until_it_is_put_into_use() {
    let server = Server::demo();
    let admin = server.admin().await;
    let newer = another_version(&admin).await;
    let run = admin.done("/shadow_runs", json!({"training_run": newer})).await;
    let second = admin.post("/shadow_runs").json(&json!({"training_run": newer})).send().await.unwrap();
    assert_eq!(second.status(), StatusCode::CONFLICT, "one at a time");

    let visitor = server.visitor("zh-CN").await;
    visitor.ask("1", "包邮要满多少钱？").await;
    let deadline = Instant::now() + Duration::from_secs(60);
    let path = format!("/shadow_runs/{}/turns", run["id"].as_str().unwrap());
    let counts = async || -> Value {
        let runs: Value = admin.get("/shadow_runs").send().await.unwrap().json().await.unwrap();
        runs["items"][0].clone()
    };
    while counts().await["turns"] != 1 {
        assert!(Instant::now() < deadline, "{}", counts().await);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let said = visitor.ask("2", GIFT[0]).await;
    while counts().await["turns"] != 2 {
        assert!(Instant::now() < deadline, "{}", counts().await);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let turns: Value = admin.get(&path).send().await.unwrap().json().await.unwrap();
    let gift = of(&turns["items"], GIFT[0]);
    assert_eq!(gift["after"]["intent"], "gift_wrap", "{gift}");
    assert_eq!(gift["before"]["text"], said["content"]["text"], "the visitor got what is in use");
    assert_eq!(counts().await["differing"], turns["items"].as_array().unwrap().len());
    let nobody_saw = visitor.messages_now().await.len();
    assert_eq!(nobody_saw, 4, "two questions and two answers");

    admin.done(&format!("/training_runs/{newer}/promote"), json!({})).await;
    while counts().await.get("ended_at").is_none() {
        assert!(Instant::now() < deadline, "{}", counts().await);
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let refused = admin.post("/shadow_runs").json(&json!({"training_run": newer})).send().await.unwrap();
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY, "it is the one in use");
}

#[tokio::test]
async fn a_version_that_forgets_what_visitors_liked_is_not_put_into_use() {
    let server = Server::demo();
    let admin = server.admin().await;
    let known: Value = admin.get("/intents/greeting").send().await.unwrap().json().await.unwrap();
    let known = known["examples"].as_array().unwrap().iter().map(|e| e["text"].as_str().unwrap());
    let known: Vec<&str> = known.collect();
    let greetings: Vec<&str> = known.iter().copied().filter(|text| !text.is_ascii()).take(7).collect();
    for (i, greeting) in greetings.iter().enumerate() {
        let visitor = server.visitor("zh-CN").await;
        let reply = visitor.ask(&i.to_string(), greeting).await;
        let mark = format!("/visitor/messages/{}/feedback", reply["id"].as_str().unwrap());
        visitor.post(&mark).json(&json!({"helpful": true})).send().await.unwrap();
    }
    // Somebody calls all greetings something that has no reply of its own.
    let left = admin.put("/intents/greeting").json(&json!({"examples": ["greetings to everybody"]}));
    assert!(left.send().await.unwrap().status().is_success());
    admin.done("/intents", json!({"name": "noise", "examples": known})).await;
    let job = admin.done("/training_runs", json!({})).await;
    let ended = admin.ended(job["id"].as_str().unwrap()).await;
    let ratings = &ended["result"]["ratings"];
    assert_eq!(ratings["rated"], greetings.len(), "{ended}");
    assert!(ratings["worse"].as_u64().unwrap() >= 5, "{ratings}");
    assert_eq!(ended["result"]["version"]["promoted"], false, "{ended}");
}
