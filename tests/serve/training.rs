//! Intents changed in the console are learnt, take over, and can be taken back, while the server runs.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::server::{Server, Staff, problem};

const GIFT: [&str; 8] = [
    "能帮我包成礼盒吗",
    "送人的可以包装一下吗",
    "有礼品包装服务吗",
    "想要礼盒装",
    "可以写张贺卡放进去吗",
    "生日礼物能帮忙包漂亮点不",
    "礼品袋给一个吧",
    "送女朋友的麻烦包装精美些",
];

async fn first_intent(admin: &Staff<'_>, text: &str) -> String {
    let parse = admin.done("/dialog/parse", json!({ "text": text })).await;
    parse["intents"][0]["name"].as_str().unwrap().to_owned()
}

async fn train(admin: &Staff<'_>, order: Value) -> Value {
    let job = admin.done("/training_runs", order).await;
    admin.ended(job["id"].as_str().unwrap()).await
}

async fn listed(admin: &Staff<'_>, path: &str) -> Vec<Value> {
    let page: Value = admin.get(path).send().await.unwrap().json().await.unwrap();
    page["items"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_new_intent_is_understood_after_training_and_an_older_version_is_a_way_back() {
    let server = Server::demo();
    let admin = server.admin().await;
    let asked = "送朋友的，能包装成礼物吗";
    assert_ne!(first_intent(&admin, asked).await, "gift_wrap");

    admin.done("/intents", json!({"name": "gift_wrap", "examples": GIFT})).await;
    let ended = train(&admin, json!({})).await;
    assert_eq!(ended["state"], "done", "{ended}");
    assert_eq!(ended["result"]["version"]["promoted"], true, "{ended}");
    assert!(ended["result"]["comparison"]["shared"].as_u64().unwrap() > 100);
    assert_eq!(first_intent(&admin, asked).await, "gift_wrap");

    let versions = listed(&admin, "/training_runs").await;
    assert_eq!(versions.len(), 2);
    assert_eq!((&versions[0]["promoted"], &versions[1]["promoted"]), (&json!(true), &json!(false)));
    let first = versions[1]["id"].as_str().unwrap();
    admin.done(&format!("/training_runs/{first}/promote"), json!({})).await;
    // What the newer version has learnt is no news, however long one waits.
    tokio::time::sleep(Duration::from_secs(7)).await;
    for text in [asked, GIFT[0]] {
        assert_ne!(first_intent(&admin, text).await, "gift_wrap", "{text}");
    }
    let acts: Vec<Value> = listed(&admin, "/audit").await;
    for action in ["intent.created", "training.started", "training.promoted"] {
        assert!(acts.iter().any(|act| act["action"] == action), "{action} is not in the audit log");
    }
}

#[tokio::test]
async fn examples_of_files_can_be_changed_and_left_out_and_stay_so_over_a_restart() {
    let mut server = Server::demo();
    let password = server.password.clone();
    let admin = server.admin().await;
    let thanks: Value = admin.get("/intents/thanks").send().await.unwrap().json().await.unwrap();
    let texts: Vec<&str> =
        thanks["examples"].as_array().unwrap().iter().map(|e| e["text"].as_str().unwrap()).collect();
    assert!(thanks["examples"].as_array().unwrap().iter().all(|e| e["origin"] == "file"));

    let mut wanted: Vec<&str> = texts[1..].to_vec();
    wanted.push("比心");
    let put = admin.put("/intents/thanks").json(&json!({ "examples": wanted })).send().await.unwrap();
    assert_eq!(put.status(), StatusCode::OK);

    server.kill();
    let data = server.data.clone();
    let mut again = Server::start(Path::new(env!("CARGO_BIN_EXE_zhike")), &data, &["--demo"]);
    again.password = password;
    let admin = again.admin().await;
    let now: Value = admin.get("/intents/thanks").send().await.unwrap().json().await.unwrap();
    let now = now["examples"].as_array().unwrap();
    assert_eq!(now.len(), texts.len());
    assert!(now.iter().all(|e| e["text"] != texts[0]));
    assert!(now.iter().any(|e| e["text"] == "比心" && e["origin"] == "console"));

    let gone = admin.delete("/intents/thanks").send().await.unwrap();
    assert_eq!(gone.status(), StatusCode::NO_CONTENT);
    assert_eq!(problem(admin.get("/intents/thanks").send().await.unwrap()).await.1, "not_found");
}

#[tokio::test]
async fn what_cannot_be_learnt_is_refused_with_its_place() {
    let server = Server::demo();
    let admin = server.admin().await;
    let cases = [
        (json!({"name": "two words", "examples": ["a"]}), "name:"),
        (json!({"name": "x", "examples": []}), "examples:"),
        (json!({"name": "x", "examples": ["好的呀", " "]}), "examples[1]: `text` is empty"),
        (json!({"name": "x", "examples": ["礼盒", "禮盒"]}), "examples[1]: the same text"),
        (
            json!({"name": "x", "examples": [{"text": "两件", "slots": [{"name": "n", "start": 0, "end": 9}]}]}),
            "examples[0]: slot `n`",
        ),
    ];
    for (body, told) in cases {
        let answer = admin.post("/intents").json(&body).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY, "{body}");
        let said: Value = answer.json().await.unwrap();
        assert!(said["detail"].as_str().unwrap().contains(told), "{said}");
    }
    let twice =
        admin.post("/intents").json(&json!({"name": "thanks", "examples": ["比心"]})).send().await.unwrap();
    assert_eq!(problem(twice).await, (409, "conflict".into()));
}

#[tokio::test]
async fn a_training_can_be_cancelled_and_only_one_runs_at_a_time() {
    let server = Server::demo();
    let admin = server.admin().await;
    let first = admin.done("/training_runs", json!({"mode": "deep"})).await;
    let second = train(&admin, json!({})).await;
    assert_eq!(second["state"], "failed");
    assert!(second["error"].as_str().unwrap().contains("under way"), "{second}");
    let cancelled = admin.done(&format!("/jobs/{}/cancel", first["id"].as_str().unwrap()), json!({})).await;
    assert_eq!(cancelled["state"], "failed");
    assert_eq!(listed(&admin, "/training_runs").await.len(), 1, "nothing of it is kept");
}

#[tokio::test]
async fn a_version_that_the_command_line_trained_is_taken_over_by_the_running_server() {
    let server = Server::demo();
    let admin = server.admin().await;
    let asked = "送朋友的，能包装成礼物吗";
    admin.done("/intents", json!({"name": "gift_wrap", "examples": GIFT})).await;
    let trained = Command::new(env!("CARGO_BIN_EXE_zhike"))
        .args(["train", "--json", "--data"])
        .arg(&server.data)
        .output()
        .unwrap();
    assert!(trained.status.success(), "{}", String::from_utf8_lossy(&trained.stderr));
    let deadline = Instant::now() + Duration::from_secs(60);
    while first_intent(&admin, asked).await != "gift_wrap" {
        assert!(Instant::now() < deadline, "the server did not take the version over");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

#[tokio::test]
async fn what_was_just_written_is_understood_before_anything_is_trained() {
    let server = Server::demo();
    let admin = server.admin().await;
    let asked = "能帮我包成礼盒吗？";
    assert_ne!(first_intent(&admin, asked).await, "gift_wrap");
    admin.done("/intents", json!({"name": "gift_wrap", "examples": GIFT})).await;
    let written = Instant::now();
    while first_intent(&admin, asked).await != "gift_wrap" {
        assert!(written.elapsed() < Duration::from_secs(60), "nobody looks at what was written");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    assert_eq!(listed(&admin, "/training_runs").await.len(), 1, "without a training");
    let gone = admin.delete("/intents/gift_wrap").send().await.unwrap();
    assert_eq!(gone.status(), StatusCode::NO_CONTENT);
    let removed = Instant::now();
    while first_intent(&admin, asked).await == "gift_wrap" {
        assert!(removed.elapsed() < Duration::from_secs(60), "what was taken away is still understood");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}
