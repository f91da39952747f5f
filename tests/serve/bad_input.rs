//! Bad input gets a clear error with its stable code; nothing panics and nothing is lost.

use serde_json::json;

use crate::server::{Server, problem};

#[tokio::test]
async fn every_bad_request_gets_its_problem_document() {
    let server = Server::demo();
    let visitor = server.visitor("zh").await;
    let admin = server.admin().await;
    let send = |text: String| {
        visitor.post("/visitor/messages").json(&json!({"client_id": "x", "text": text})).send()
    };

    assert_eq!(problem(send("问".repeat(10_001)).await.unwrap()).await, (413, "too_large".into()));
    assert_eq!(problem(send("   ".into()).await.unwrap()).await, (422, "invalid_input".into()));
    assert_eq!(send("问".repeat(10_000)).await.unwrap().status().as_u16(), 201, "as long as allowed");

    let broken =
        visitor.post("/visitor/messages").header("content-type", "application/json").body("{\"client_id\":");
    assert_eq!(problem(broken.send().await.unwrap()).await, (400, "malformed_body".into()));
    let wrong = visitor.post("/visitor/messages").json(&json!({"client_id": 7}));
    assert_eq!(problem(wrong.send().await.unwrap()).await, (422, "invalid_input".into()));

    let unknown =
        server.http.get(server.api("/visitor/messages")).bearer_auth("nobody").send().await.unwrap();
    assert_eq!(problem(unknown).await, (401, "unauthorized".into()));
    let none = server.http.get(server.api("/conversations")).send().await.unwrap();
    assert_eq!(problem(none).await, (401, "unauthorized".into()));
    let as_visitor = visitor.get("/conversations").send().await.unwrap();
    assert_eq!(problem(as_visitor).await, (401, "unauthorized".into()), "a visitor is no member of staff");

    let nothing = admin.get("/conversations/not-an-id").send().await.unwrap();
    assert_eq!(problem(nothing).await, (404, "not_found".into()));
    let nowhere = server.http.get(server.api("/nowhere")).send().await.unwrap();
    assert_eq!(problem(nowhere).await, (404, "not_found".into()));
    let method = server.http.delete(server.api("/auth/login")).send().await.unwrap();
    assert_eq!(problem(method).await, (405, "method_not_allowed".into()));
}

#[tokio::test]
async fn an_emoji_alone_is_asked_back_about() {
    let server = Server::demo();
    let visitor = server.visitor("zh").await;
    let said = visitor.ask("1", "😀😀").await;
    assert!(!said["content"]["text"].as_str().unwrap().is_empty());
    assert!(said["citations"].as_array().is_none_or(Vec::is_empty), "nothing is made up: {said}");
}

#[tokio::test]
async fn no_visitor_reads_the_conversation_of_another() {
    let server = Server::demo();
    let one = server.visitor("zh").await;
    let other = server.visitor("zh").await;
    one.say("1", "我的秘密").await;
    let seen = other.get("/visitor/messages?after=0").send().await.unwrap().text().await.unwrap();
    assert!(!seen.contains("我的秘密"));
    assert_ne!(one.conversation, other.conversation);
}

#[tokio::test]
async fn bad_files_are_refused_with_a_reason_and_the_others_are_kept() {
    let server = Server::demo();
    let admin = server.admin().await;
    let ended = admin
        .upload(vec![
            ("empty.md", Vec::new()),
            ("corrupt.pdf", b"%PDF-1.7 this is not a pdf".to_vec()),
            ("program.exe", b"MZ\x90\x00".to_vec()),
            ("good.md", "# 停车\n\n门店地下停车场前两小时免费，之后每小时收费八元。\n".as_bytes().to_vec()),
        ])
        .await;
    let states: Vec<&str> = ended.iter().map(|job| job["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["failed", "failed", "failed", "done"], "{ended:?}");
    for job in &ended[..3] {
        let reason = job["error"].as_str().unwrap();
        assert!(reason.contains(job["subject"].as_str().unwrap()), "the reason names the file: {reason}");
    }
}
