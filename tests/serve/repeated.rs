//! The same call again, with the same `Idempotency-Key`: it is done once and answered alike.

use std::path::Path;

use reqwest::StatusCode;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::database;
use crate::server::{Server, Staff};

async fn teams(admin: &Staff<'_>) -> usize {
    let listed: Value = admin.get("/teams").send().await.unwrap().json().await.unwrap();
    listed["items"].as_array().unwrap().len()
}

async fn make(admin: &Staff<'_>, key: &str, name: &str) -> (StatusCode, Value) {
    let call = admin.post("/teams").header("Idempotency-Key", key);
    let answer = call.json(&json!({"name": name})).send().await.unwrap();
    (answer.status(), answer.json().await.unwrap())
}

#[tokio::test]
async fn a_repeated_call_is_done_once_also_after_a_kill() {
    let mut server = Server::plain();
    let token = server.admin().await.token.clone();
    let admin = server.with_token(&token);
    let made = make(&admin, "k1", "Returns").await;
    assert_eq!(made.0, StatusCode::CREATED);
    assert_eq!(make(&admin, "k1", "Returns").await, made);
    assert_eq!(teams(&admin).await, 1);
    assert_eq!(make(&admin, "k2", "Repairs").await.0, StatusCode::CREATED, "another key is another call");

    server.kill();
    let again = Server::start(Path::new(env!("CARGO_BIN_EXE_zhike")), &server.data, &[]);
    let admin = again.with_token(&token);
    assert_eq!(make(&admin, "k1", "Returns").await, made);
    assert_eq!(teams(&admin).await, 2);
}

#[tokio::test]
async fn a_refusal_is_repeated_alike_and_another_caller_with_the_same_key_is_somebody_else() {
    let server = Server::plain();
    let admin = server.admin().await;
    let refused = make(&admin, "k1", "").await;
    assert!(refused.0.is_client_error());
    assert_eq!(make(&admin, "k1", "Returns").await, refused, "the key stands for the first call");
    let colleague = server.staff(&admin, "lin", "admin").await;
    assert_eq!(make(&colleague, "k1", "Returns").await.0, StatusCode::CREATED);
}

#[tokio::test]
async fn what_was_begun_is_finished_when_the_caller_hangs_up() {
    let server = Server::plain();
    let admin = server.admin().await;
    let body = json!({"name": "Returns"}).to_string();
    let call = format!(
        "POST /api/v1/teams HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {}\r\nidempotency-key: k1\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        server.address,
        admin.token,
        body.len()
    );
    for _ in 0..5 {
        let mut socket = TcpStream::connect(&server.address).await.unwrap();
        socket.write_all(call.as_bytes()).await.unwrap();
        drop(socket);
    }
    assert_eq!(make(&admin, "k1", "Returns").await.0, StatusCode::CREATED);
    assert_eq!(teams(&admin).await, 1);
}

#[tokio::test]
async fn what_is_kept_of_an_answer_cannot_be_read_in_the_database() {
    let server = Server::plain();
    let admin = server.admin().await;
    let call = admin.post("/api_keys").header("Idempotency-Key", "a key nobody else knows");
    let new = json!({"name": "crm", "scopes": ["knowledge:read"]});
    let made: Value = call.json(&new).send().await.unwrap().json().await.unwrap();
    let kept = database::everything_in(&server.data);
    let held = |words: &str| kept.windows(words.len()).any(|bytes| bytes == words.as_bytes());
    assert!(!held(made["token"].as_str().unwrap()), "the token in plain");
    assert!(!held("a key nobody else knows"), "the Idempotency-Key in plain");
}
