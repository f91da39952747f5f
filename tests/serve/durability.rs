//! What was acknowledged survives kill −9, and the one file is all that a bare machine needs.

use std::path::Path;

use crate::server::Server;

#[tokio::test]
async fn acknowledged_messages_and_documents_survive_a_kill() {
    let mut server = Server::demo();
    let (token, conversation, stored) = {
        let visitor = server.visitor("zh").await;
        let mut stored = Vec::new();
        for i in 0..20 {
            let text = format!("第{i}条");
            stored.push(visitor.say(&i.to_string(), &text).await["id"].clone());
        }
        (visitor.token.clone(), visitor.conversation.clone(), stored)
    };
    server.kill();

    let again = Server::start(Path::new(env!("CARGO_BIN_EXE_zhike")), &server.data, &["--demo"]);
    assert!(again.password.is_none(), "the administrator is made once");
    let url = again.api("/visitor/messages?after=0&limit=500");
    let body: serde_json::Value =
        again.http.get(url).bearer_auth(&token).send().await.unwrap().json().await.unwrap();
    let items = body["items"].as_array().unwrap();
    for id in &stored {
        assert_eq!(items.iter().filter(|m| m["id"] == *id).count(), 1, "present once: {id}");
    }
    let seqs: Vec<i64> = items.iter().map(|m| m["seq"].as_i64().unwrap()).collect();
    assert_eq!(seqs, (1..=seqs.len() as i64).collect::<Vec<_>>(), "without gaps in {conversation}");

    let visitor = again.visitor("en").await;
    let answer = visitor.ask("1", "How much is shipping to Singapore?").await;
    assert!(answer["content"]["text"].as_str().unwrap().contains("88"), "the index is whole");
}

#[tokio::test]
async fn the_program_alone_in_an_empty_folder_serves_the_demo() {
    let folder = tempfile::tempdir().unwrap();
    let alone = folder.path().join("zhike");
    std::fs::copy(env!("CARGO_BIN_EXE_zhike"), &alone).unwrap();
    let server = Server::start(&alone, &folder.path().join("data"), &["--demo"]);
    let demo = server.http.get(server.url("/demo")).send().await.unwrap();
    assert_eq!(demo.status().as_u16(), 200);
    assert!(demo.text().await.unwrap().contains("<script"));
    for path in ["/", "/widget.js", "/openapi.json", "/docs", "/healthz", "/readyz", "/metrics"] {
        let answer = server.http.get(server.url(path)).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 200, "{path}");
    }
    let visitor = server.visitor("en").await;
    let answer = visitor.ask("1", "How much is shipping to Singapore?").await;
    assert!(!answer["citations"].as_array().unwrap().is_empty());
}
