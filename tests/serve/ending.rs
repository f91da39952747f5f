//! How conversations end, for which reason, and how they are taken away: routes, figures, files.

use serde_json::{Value, json};

use crate::server::{Server, Staff, Visitor, problem};

async fn served<'a>(server: &'a Server, by: &Staff<'_>, first: &str) -> (Visitor<'a>, String) {
    let visitor = server.visitor("en").await;
    visitor.say("1", first).await;
    visitor.post("/visitor/handoff").send().await.unwrap();
    let path = format!("/conversations/{}", visitor.conversation);
    by.done(&format!("{path}/accept"), json!({})).await;
    (visitor, path)
}

async fn told(staff: &Staff<'_>, path: &str) -> Value {
    staff.get(path).send().await.unwrap().json().await.unwrap()
}

#[tokio::test]
async fn a_conversation_ends_with_a_reason_that_staff_see_and_figures_count() {
    let server = Server::plain();
    let admin = server.admin().await;
    let (visitor, path) = served(&server, &admin, "hello").await;
    let ending = json!({"reason": "no_reply", "note": "asked twice"});
    let closed = admin.done(&format!("{path}/close"), ending).await;
    assert_eq!((&closed["close_reason"], &closed["close_note"]), (&json!("no_reply"), &json!("asked twice")));
    let said = visitor.messages_after(0).await;
    assert!(!json!(said).to_string().contains("asked twice"), "the visitor reads nothing of it");

    // The body may be left out, and words of one's own are kept as a note as they always were.
    let (_, silent) = served(&server, &admin, "hi").await;
    let answer = admin.post(&format!("{silent}/close")).send().await.unwrap();
    assert!(answer.status().is_success());
    assert!(told(&admin, &silent).await.get("close_reason").is_none());
    let (_, worded) = served(&server, &admin, "hey").await;
    admin.done(&format!("{worded}/close"), json!({"reason": "went to the shop"})).await;
    assert_eq!(told(&admin, &worded).await["close_reason"], "other");
    assert_eq!(told(&admin, &format!("{worded}/notes")).await["items"][0]["text"], "went to the shop");
    let (_, long) = served(&server, &admin, "ho").await;
    let too_long = json!({"reason": "spam", "note": "x".repeat(501)});
    let refused = admin.post(&format!("{long}/close")).json(&too_long).send().await.unwrap();
    assert_eq!(problem(refused).await, (422, "invalid_input".to_string()));

    let figures = told(&admin, "/reports/overview?by=agent").await;
    let counted = json!({"resolved": 0, "no_reply": 1, "spam": 0, "duplicate": 0, "other": 1});
    assert_eq!(figures["total"]["close_reasons"], counted);
    assert_eq!(figures["groups"][0]["close_reasons"], counted, "counted for whoever ended it");
    // Written to again it goes on; why it ended then stays counted.
    visitor.say("2", "one more thing").await;
    assert!(told(&admin, &path).await.get("close_reason").is_none());
    assert_eq!(told(&admin, "/reports/overview").await["total"]["close_reasons"], counted);
}

#[tokio::test]
async fn a_conversation_is_put_off_and_shared_over_the_api() {
    let server = Server::plain();
    let admin = server.admin().await;
    let wang = server.staff(&admin, "wang", "agent").await;
    let (visitor, path) = served(&server, &admin, "hello").await;
    let until = jiff::Timestamp::from_second(jiff::Timestamp::now().as_second() + 7_200).unwrap().to_string();
    let slept = admin.done(&format!("{path}/snooze"), json!({"until": until})).await;
    assert_eq!((&slept["snoozed_until"], &slept["status"]), (&json!(until), &json!("serving")));
    let woken = admin.delete(&format!("{path}/snooze")).send().await.unwrap();
    assert!(woken.json::<Value>().await.unwrap().get("snoozed_until").is_none());
    let past = admin.post(&format!("{path}/snooze")).json(&json!({"until": "2020-01-01T00:00:00Z"}));
    assert_eq!(problem(past.send().await.unwrap()).await.0, 422);

    let me = told(&wang, "/auth/me").await;
    let shared = admin.done(&format!("{path}/invite"), json!({"user_id": me["id"]})).await;
    assert_eq!(shared["guests"], json!([{"id": me["id"], "name": "wang"}]));
    assert_eq!(told(&wang, "/conversations?guest=me").await["items"][0]["id"], visitor.conversation);
    wang.done(&format!("{path}/messages"), json!({"client_id": "1", "text": "let me look"})).await;
    assert_eq!(told(&admin, &path).await["assignee"]["name"], shared["assignee"]["name"]);
    let leave = format!("{path}/invite/{}", me["id"].as_str().unwrap());
    let left = wang.delete(&leave).send().await.unwrap().json::<Value>().await.unwrap();
    assert!(left.get("guests").is_none(), "{left}");
    // What is between agents stays between agents.
    let asked: Value = visitor.post("/visitor/handoff").send().await.unwrap().json().await.unwrap();
    for inside in ["snoozed_until", "guests", "close_reason", "close_note"] {
        assert!(asked.get(inside).is_none(), "{inside}");
    }
}

#[tokio::test]
async fn a_conversation_is_taken_away_as_json_or_text_and_the_audit_log_knows() {
    let server = Server::plain();
    let admin = server.admin().await;
    let viewer = server.staff(&admin, "viewer", "viewer").await;
    let (_, path) = served(&server, &admin, "two\nlines").await;
    admin.done(&format!("{path}/notes"), json!({"text": "a regular"})).await;

    let whole = told(&viewer, &format!("{path}/export")).await;
    assert_eq!(whole["messages"][0]["content"]["text"], "two\nlines");
    assert_eq!(whole["notes"][0]["text"], "a regular");
    let answer = viewer.get(&format!("{path}/export?format=text")).send().await.unwrap();
    assert_eq!(answer.headers()["content-type"], "text/plain; charset=utf-8");
    assert!(answer.headers()["content-disposition"].to_str().unwrap().ends_with(".txt\""));
    let text = answer.text().await.unwrap();
    assert!(text.contains("Visitor: two\n    lines\n") && text.contains("a regular"), "{text}");
    let log = told(&admin, "/audit").await;
    let exports = log["items"].as_array().unwrap().iter().filter(|e| e["action"] == "conversation.exported");
    assert_eq!(exports.map(|e| e["actor"].as_str().unwrap()).collect::<Vec<_>>(), ["viewer", "viewer"]);
    let pdf = viewer.get(&format!("{path}/export?format=pdf")).send().await.unwrap();
    assert_eq!(problem(pdf).await.0, 422);
}

#[tokio::test]
async fn the_list_is_taken_away_as_a_table_without_formulas() {
    let server = Server::plain();
    let admin = server.admin().await;
    let (_, path) = served(&server, &admin, "hello").await;
    admin.done(&format!("{path}/messages"), json!({"client_id": "1", "text": "how can I help?"})).await;
    admin.done(&format!("{path}/tags"), json!({"tags": ["=1+1"]})).await;
    admin.done(&format!("{path}/close"), json!({"reason": "resolved", "note": "@SUM(A1)"})).await;
    served(&server, &admin, "another").await;

    let table = async |query: &str| {
        let answer = admin.get(&format!("/conversations/export.csv{query}")).send().await.unwrap();
        assert_eq!(answer.headers()["content-type"], "text/csv; charset=utf-8");
        answer.text().await.unwrap()
    };
    let all = table("").await;
    assert_eq!(all.lines().count(), 3, "{all}");
    assert!(
        all.starts_with("id,inbox,visitor,status,assignee,team,tags,created_at,updated_at,close_reason,")
    );
    let closed = table("?status=closed").await;
    let row = closed.lines().nth(1).unwrap();
    assert_eq!(closed.lines().count(), 2);
    assert!(
        row.contains(",default,") && row.contains(",'=1+1,") && row.contains(",resolved,'@SUM(A1),"),
        "{row}"
    );
    assert!(!row.ends_with(','), "the first answer came after some seconds: {row}");
}
