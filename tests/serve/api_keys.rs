//! Programs sign in with API keys: scopes, expiry, revocation, what the audit log says.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::database;
use crate::server::{Server, Staff, problem};

async fn made(admin: &Staff<'_>, name: &str, scopes: Value) -> (String, String) {
    let key = admin.done("/api_keys", json!({"name": name, "scopes": scopes})).await;
    (key["id"].as_str().unwrap().to_string(), key["token"].as_str().unwrap().to_string())
}

#[tokio::test]
async fn a_key_reaches_what_its_scopes_name_and_nothing_else() {
    let server = Server::plain();
    let admin = server.admin().await;
    let (_, token) = made(&admin, "crm", json!(["knowledge:write", "conversations:read"])).await;
    assert!(token.starts_with("zk_"));
    let program = server.with_token(&token);

    assert_eq!(program.get("/conversations").send().await.unwrap().status(), StatusCode::OK);
    assert_eq!(program.get("/knowledge/documents").send().await.unwrap().status(), StatusCode::OK);
    program.done("/knowledge/faqs", json!({"question": "营业时间", "answer": "九点到十八点"})).await;
    program.done("/knowledge/search", json!({"query": "营业时间"})).await;

    let visitor = server.visitor("zh-CN").await;
    let accept = format!("/conversations/{}/accept", visitor.conversation);
    let refused = program.post(&accept).send().await.unwrap();
    let text = refused.text().await.unwrap();
    assert!(text.contains("conversations:write") && text.contains("forbidden"), "{text}");
    for path in ["/users", "/audit", "/connectors", "/intents", "/api_keys"] {
        let refused = problem(program.get(path).send().await.unwrap()).await;
        assert_eq!(refused, (403, "forbidden".to_string()), "{path}");
    }
    // A key makes no keys, whatever its scopes.
    let all = ["conversations", "dialog", "knowledge", "training", "reports", "staff", "settings"];
    let all: Vec<String> = all.iter().map(|area| format!("{area}:write")).collect();
    let (_, strong) = made(&admin, "strong", json!(all)).await;
    let more = server.with_token(&strong).post("/api_keys").json(&json!({"name": "x", "scopes": all}));
    assert_eq!(problem(more.send().await.unwrap()).await.0, 403);
}

#[tokio::test]
async fn a_key_never_reaches_further_than_its_account() {
    let server = Server::plain();
    let admin = server.admin().await;
    let viewer = json!({"email": "v@shop.example", "name": "V", "role": "viewer", "password": "a long enough password"});
    let viewer = admin.done("/users", viewer).await;
    let draft =
        json!({"name": "reader", "scopes": ["conversations:write", "staff:write"], "user_id": viewer["id"]});
    let key = admin.done("/api_keys", draft).await;
    let program = server.with_token(key["token"].as_str().unwrap());
    let me: Value = program.get("/auth/me").send().await.unwrap().json().await.unwrap();
    assert_eq!(me["id"], viewer["id"]);
    let visitor = server.visitor("zh-CN").await;
    let accept =
        program.post(&format!("/conversations/{}/accept", visitor.conversation)).send().await.unwrap();
    assert_eq!(problem(accept).await, (403, "forbidden".to_string()));
    assert_eq!(program.get("/audit").send().await.unwrap().status(), StatusCode::FORBIDDEN);
    // It ends with the account.
    let gone = admin.delete(&format!("/users/{}", viewer["id"].as_str().unwrap())).send().await.unwrap();
    assert_eq!(gone.status(), StatusCode::NO_CONTENT);
    assert_eq!(program.get("/conversations").send().await.unwrap().status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_key_is_shown_once_noted_when_used_expires_and_can_be_revoked() {
    let server = Server::plain();
    let admin = server.admin().await;
    let (id, token) = made(&admin, "nightly", json!(["knowledge:read"])).await;
    let path = format!("/api_keys/{id}");
    let program = server.with_token(&token);
    assert_eq!(program.get("/knowledge/faqs").send().await.unwrap().status(), StatusCode::OK);

    let text = loop {
        let text = admin.get("/api_keys").send().await.unwrap().text().await.unwrap();
        if text.contains("last_used_at") {
            break text;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    };
    assert!(!text.contains(&token) && text.contains(&token[..8]), "{text}");
    let kept = database::everything_in(&server.data);
    let holds = |text: &str| kept.windows(text.len()).any(|w| w == text.as_bytes());
    assert!(holds("nightly"), "the database was read");
    assert!(!holds(&token), "the database holds the key");

    let wider = json!({"name": "nightly", "scopes": ["training:read"]});
    assert!(admin.put(&path).json(&wider).send().await.unwrap().status().is_success());
    assert_eq!(program.get("/knowledge/faqs").send().await.unwrap().status(), StatusCode::FORBIDDEN);
    assert_eq!(program.get("/intents").send().await.unwrap().status(), StatusCode::OK);

    let soon = jiff::Timestamp::now() + std::time::Duration::from_millis(300);
    let short = json!({"name": "nightly", "scopes": ["training:read"], "expires_at": soon});
    assert!(admin.put(&path).json(&short).send().await.unwrap().status().is_success());
    while jiff::Timestamp::now() <= soon {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(program.get("/intents").send().await.unwrap().status(), StatusCode::UNAUTHORIZED);

    let (id, token) = made(&admin, "other", json!(["training:read"])).await;
    assert_eq!(
        admin.delete(&format!("/api_keys/{id}")).send().await.unwrap().status(),
        StatusCode::NO_CONTENT
    );
    let refused = server.with_token(&token).get("/intents").send().await.unwrap();
    assert_eq!(problem(refused).await, (401, "unauthorized".to_string()));
    let again = admin.delete(&format!("/api_keys/{id}")).send().await.unwrap();
    assert_eq!(problem(again).await.0, 404);
}

#[tokio::test]
async fn the_audit_log_names_the_key_that_did_it() {
    let server = Server::plain();
    let admin = server.admin().await;
    let (_, token) = made(&admin, "hr sync", json!(["staff:write"])).await;
    let new = json!({"email": "a@shop.example", "name": "A", "role": "agent", "password": "a long enough password"});
    server.with_token(&token).done("/users", new).await;
    let log: Value = admin.get("/audit").send().await.unwrap().json().await.unwrap();
    let entry =
        |i: usize| (log["items"][i]["action"].as_str().unwrap(), log["items"][i]["actor"].as_str().unwrap());
    assert_eq!(entry(0), ("user.created", "Admin (API key hr sync)"));
    assert_eq!(entry(1), ("api_key.created", "Admin"));
    assert!(!log.to_string().contains(&token));
}

#[tokio::test]
async fn bad_keys_are_refused_with_the_field() {
    let server = Server::plain();
    let admin = server.admin().await;
    for (body, field) in [
        (json!({"name": "", "scopes": ["dialog:read"]}), "name"),
        (json!({"name": "x", "scopes": []}), "scopes"),
        (json!({"name": "x", "scopes": ["dialog:admin"]}), "dialog:admin"),
        (json!({"name": "x", "scopes": ["dialog:read"], "expires_at": "2020-01-01T00:00:00Z"}), "expires_at"),
    ] {
        let refused = admin.post("/api_keys").json(&body).send().await.unwrap();
        assert_eq!(refused.status().as_u16(), 422);
        let text = refused.text().await.unwrap();
        assert!(text.contains(field), "{text}");
    }
    admin.done("/api_keys", json!({"name": "x", "scopes": ["dialog:read"]})).await;
    let twice = admin.post("/api_keys").json(&json!({"name": "x", "scopes": ["dialog:read"]}));
    assert_eq!(problem(twice.send().await.unwrap()).await, (409, "conflict".to_string()));
    for token in ["zk_", "zk_short", "zk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"] {
        let refused = server.with_token(token).get("/users").send().await.unwrap();
        assert_eq!(problem(refused).await.0, 401);
    }
}
