//! Replies kept ready: found by shortcut, filled in for a conversation, for all or one's own.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::server::{Server, Staff, problem};

async fn found(staff: &Staff<'_>, query: &str) -> Vec<Value> {
    let list: Value =
        staff.get(&format!("/canned_responses?{query}")).send().await.unwrap().json().await.unwrap();
    list["items"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_reply_is_found_by_its_beginning_and_filled_in_for_the_conversation() {
    let server = Server::plain();
    let admin = server.admin().await;
    let text = json!({"zh": "{{visitor.name|您}}好，我是{{agent.name}}", "en": "Hello {{visitor.name|there}}, {{agent.name}} here"});
    admin.done("/canned_responses", json!({"shortcut": "/Hello", "text": text})).await;
    admin
        .done("/canned_responses", json!({"shortcut": "help", "text": {"en": "case {{conversation.id}}"}}))
        .await;
    admin.done("/canned_responses", json!({"shortcut": "退货", "text": {"zh": "七天内可退"}})).await;

    let shortcuts: Vec<String> = found(&admin, "prefix=HEL")
        .await
        .iter()
        .map(|r| r["shortcut"].as_str().unwrap().to_string())
        .collect();
    assert_eq!(shortcuts, ["hello", "help"]);
    assert_eq!(found(&admin, "prefix=%E9%80%80").await[0]["shortcut"], "退货");
    assert!(found(&admin, "prefix=%25").await.is_empty(), "signs of SQL are only signs");

    let zh = server.visitor("zh-CN").await;
    let id = &zh.conversation;
    let hello = &found(&admin, &format!("prefix=hello&conversation_id={id}")).await[0];
    assert_eq!(hello["filled"], json!({"text": "您好，我是Admin", "lang": "zh", "missing": []}));
    let hello = &found(&admin, &format!("prefix=hello&conversation_id={id}&lang=en")).await[0];
    assert_eq!(hello["filled"]["text"], "Hello there, Admin here");
    // Written in one language only: that one.
    let help = &found(&admin, &format!("prefix=help&conversation_id={id}")).await[0];
    assert_eq!(help["filled"], json!({"text": format!("case {id}"), "lang": "en", "missing": []}));
}

#[tokio::test]
async fn agents_keep_their_own_replies_and_supervisors_those_for_all() {
    let server = Server::plain();
    let admin = server.admin().await;
    let lin = server.staff(&admin, "lin", "agent").await;
    let wang = server.staff(&admin, "wang", "agent").await;
    let chief = server.staff(&admin, "chief", "supervisor").await;
    let draft = json!({"shortcut": "bye", "text": {"zh": "再见"}});
    let refused = lin.post("/canned_responses").json(&draft).send().await.unwrap();
    assert_eq!(problem(refused).await, (403, "forbidden".to_string()));

    let all = chief.done("/canned_responses", draft).await;
    let own = json!({"shortcut": "bye", "text": {"zh": "回头见"}, "personal": true});
    let own = lin.done("/canned_responses", own.clone()).await;
    assert_eq!(found(&lin, "prefix=bye").await.len(), 2);
    assert_eq!(found(&wang, "prefix=bye").await.len(), 1);
    let path = format!("/canned_responses/{}", own["id"].as_str().unwrap());
    assert_eq!(problem(wang.get(&path).send().await.unwrap()).await.0, 404);
    assert_eq!(problem(admin.delete(&path).send().await.unwrap()).await.0, 404);

    let better = json!({"shortcut": "bye2", "text": {"zh": "回头见！"}, "personal": true});
    let changed: Value = lin.put(&path).json(&better).send().await.unwrap().json().await.unwrap();
    assert_eq!(changed["shortcut"], "bye2");
    assert_eq!(lin.delete(&path).send().await.unwrap().status(), StatusCode::NO_CONTENT);

    let path = format!("/canned_responses/{}", all["id"].as_str().unwrap());
    assert_eq!(problem(lin.delete(&path).send().await.unwrap()).await.0, 403);
    assert_eq!(chief.delete(&path).send().await.unwrap().status(), StatusCode::NO_CONTENT);
    let log: Value = admin.get("/audit").send().await.unwrap().json().await.unwrap();
    assert_eq!(log["items"][0]["action"], "canned_response.deleted");
    assert_eq!(log["items"][0]["subject"], "bye");
}

#[tokio::test]
async fn bad_replies_are_refused_with_the_reason() {
    let server = Server::plain();
    let admin = server.admin().await;
    for (body, reason) in [
        (json!({"shortcut": "a b", "text": {"zh": "x"}}), "shortcut"),
        (json!({"shortcut": "x", "text": {}}), "zh"),
        (json!({"shortcut": "x", "text": {"zh": "{{visitor.secret}}"}}), "visitor.secret"),
    ] {
        let refused = admin.post("/canned_responses").json(&body).send().await.unwrap();
        assert_eq!(refused.status().as_u16(), 422);
        let text = refused.text().await.unwrap();
        assert!(text.contains(reason), "{text}");
    }
    let once = json!({"shortcut": "once", "text": {"zh": "x"}});
    admin.done("/canned_responses", once.clone()).await;
    let twice = admin.post("/canned_responses").json(&once).send().await.unwrap();
    assert_eq!(problem(twice).await, (409, "conflict".to_string()));
}
