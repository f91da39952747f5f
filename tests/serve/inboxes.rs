//! Inboxes: their greeting, their hours, the pages that may open them; tokens stay with theirs.

use jiff::{ToSpan, Zoned, tz::TimeZone};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::server::{Server, problem};

async fn opened(
    server: &Server,
    body: Value,
    token: Option<&str>,
    origin: Option<&str>,
) -> reqwest::Response {
    let mut call = server.http.post(server.api("/visitor/sessions")).json(&body);
    if let Some(token) = token {
        call = call.bearer_auth(token);
    }
    if let Some(origin) = origin {
        call = call.header("origin", origin);
    }
    call.send().await.unwrap()
}

#[tokio::test]
async fn an_inbox_greets_in_its_own_words_and_opens_only_for_its_pages() {
    let server = Server::plain();
    let admin = server.admin().await;
    let inbox = json!({"id": "shop-b", "name": "Shop B", "greeting": {"zh": "欢迎来到乙店", "en": "Welcome to B"},
        "allowed_origins": ["https://b.example"]});
    let made = admin.done("/inboxes", inbox).await;
    assert_eq!(made["assignment"], "auto");

    let from_b =
        || opened(&server, json!({"inbox": "shop-b", "locale": "en"}), None, Some("https://b.example"));
    let session: Value = from_b().await.json().await.unwrap();
    assert_eq!(
        (&session["inbox"]["greeting"], &session["inbox"]["name"]),
        (&json!("Welcome to B"), &json!("Shop B"))
    );
    let strange = opened(&server, json!({"inbox": "shop-b"}), None, Some("https://evil.example")).await;
    assert_eq!(problem(strange).await, (403, "forbidden".to_string()));
    let none = opened(&server, json!({"inbox": "nowhere"}), None, None).await;
    assert_eq!(problem(none).await, (404, "not_found".to_string()));

    // A token is good for the inbox it was given out by.
    let token = session["token"].as_str().unwrap();
    let elsewhere: Value = opened(&server, json!({}), Some(token), None).await.json().await.unwrap();
    assert_ne!(elsewhere["visitor"]["id"], session["visitor"]["id"]);
    let again: Value =
        opened(&server, json!({"inbox": "shop-b"}), Some(token), None).await.json().await.unwrap();
    assert_eq!(again["conversation"]["id"], session["conversation"]["id"]);

    let used = admin.delete("/inboxes/shop-b").send().await.unwrap();
    assert_eq!(problem(used).await, (409, "conflict".to_string()));
    assert_eq!(problem(admin.delete("/inboxes/default").send().await.unwrap()).await.0, 403);
    admin.done("/inboxes", json!({"id": "c", "name": "C"})).await;
    assert_eq!(admin.delete("/inboxes/c").send().await.unwrap().status(), StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn requirement_1_out_of_hours_a_handoff_names_the_hours() {
    let server = Server::plain();
    let admin = server.admin().await;
    // Open on the day after tomorrow only, whenever this runs.
    let day = Zoned::now().with_time_zone(TimeZone::UTC).checked_add(2.days()).unwrap();
    let day = day.strftime("%a").to_string().to_lowercase();
    let hours = json!({"timezone": "UTC", "hours": [{"days": [day], "from": "09:00", "to": "18:00"}]});
    let closed = json!({"name": "default", "office_hours": hours});
    let changed = admin.put("/inboxes/default").json(&closed).send().await.unwrap();
    assert_eq!(changed.status(), StatusCode::OK);
    let visitor = server.visitor("zh-CN").await;
    visitor.post("/visitor/handoff").send().await.unwrap();
    let told = visitor.messages_after(0).await;
    let text = told[0]["content"]["text"].as_str().unwrap();
    assert!(text.contains("09:00–18:00") && text.contains("留言"), "{text}");
}

#[tokio::test]
async fn bad_inboxes_are_refused_with_the_field() {
    let server = Server::plain();
    let admin = server.admin().await;
    for (body, field) in [
        (json!({"id": "a b", "name": "x"}), "id"),
        (json!({"id": "x", "name": ""}), "name"),
        (json!({"id": "x", "name": "x", "office_hours": {"timezone": "Mars/Base", "hours": []}}), "timezone"),
        (json!({"id": "x", "name": "x", "allowed_origins": ["shop.example/path"]}), "allowed_origins"),
        (json!({"id": "x", "name": "x", "team_id": "0190a0a0-0000-7000-8000-000000000000"}), "team_id"),
    ] {
        let refused = admin.post("/inboxes").json(&body).send().await.unwrap();
        assert_eq!(refused.status().as_u16(), 422);
        let text = refused.text().await.unwrap();
        assert!(text.contains(field), "{text}");
    }
    let twice = admin.post("/inboxes").json(&json!({"id": "default", "name": "other"})).send().await.unwrap();
    assert_eq!(problem(twice).await, (409, "conflict".to_string()));
}
