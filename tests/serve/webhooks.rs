//! Webhooks against a real receiver: signed, in order, tried again while it fails or hangs, nothing lost at kill −9.

use std::collections::BTreeSet;
use std::path::Path;

use hmac::{Hmac, KeyInit, Mac};
use reqwest::StatusCode;
use serde_json::{Value, json};
use sha2::Sha256;

use crate::receiver::{Letter, Mood, Receiver};
use crate::server::{Server, Staff, problem};

async fn declared(admin: &Staff<'_>, receiver: &Receiver, more: Value) -> Value {
    let mut draft = json!({"url": receiver.url(), "allow_private": true});
    draft.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    admin.done("/webhooks", draft).await
}

fn events(letters: &[Letter]) -> Vec<&str> {
    letters.iter().map(|l| l.body["event"].as_str().unwrap()).collect()
}

/// The `seq` of every message that came, once each.
fn seqs(letters: &[Letter]) -> BTreeSet<i64> {
    let messages = letters.iter().filter(|l| l.body["event"] == "message_created");
    messages.map(|l| l.body["seq"].as_i64().unwrap()).collect()
}

fn signed(secret: &str, timestamp: &str, body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(format!("{timestamp}.{body}").as_bytes());
    let hex: String = mac.finalize().into_bytes().iter().map(|b| format!("{b:02x}")).collect();
    format!("sha256={hex}")
}

async fn log(admin: &Staff<'_>, id: &str) -> Vec<Value> {
    let path = format!("/webhooks/{id}/deliveries");
    let list: Value = admin.get(&path).send().await.unwrap().json().await.unwrap();
    list["items"].as_array().unwrap().clone()
}

#[tokio::test]
async fn what_happens_in_a_conversation_is_told_signed_and_in_order() {
    let (server, receiver) = (Server::plain(), Receiver::start().await);
    let admin = server.admin().await;
    let hook = declared(&admin, &receiver, json!({})).await;
    let secret = hook["secret"].as_str().unwrap();

    let visitor = server.visitor("zh-CN").await;
    visitor.say("1", "你好").await;
    visitor.post("/visitor/handoff").send().await.unwrap();
    admin.done(&format!("/conversations/{}/accept", visitor.conversation), json!({})).await;
    admin.done(&format!("/conversations/{}/tags", visitor.conversation), json!({"tags": ["vip"]})).await;
    visitor.post("/visitor/csat").json(&json!({"score": 5})).send().await.unwrap();
    let letters = receiver.until("the rating", |l| events(l).contains(&"csat_received")).await;

    let told = events(&letters);
    assert_eq!(
        told[..4],
        ["contact_created", "webwidget_triggered", "conversation_created", "message_created"]
    );
    for event in
        ["handoff_requested", "conversation_status_changed", "conversation_assigned", "conversation_updated"]
    {
        assert!(told.contains(&event), "{event} is missing: {told:?}");
    }
    let order: Vec<i64> = letters.iter().filter_map(|l| l.body["seq"].as_i64()).collect();
    assert!(order.is_sorted(), "{order:?}");
    let moved = letters.iter().find(|l| l.body["changed"]["status"]["to"] == "waiting").unwrap();
    assert_eq!(moved.body["status"], "waiting");
    let tagged = letters.iter().rfind(|l| l.body["event"] == "conversation_updated").unwrap();
    assert_eq!(tagged.body["tags"], json!(["vip"]));

    for letter in &letters {
        let timestamp = letter.header("x-zhike-timestamp");
        assert_eq!(letter.header("x-zhike-signature"), signed(secret, timestamp, &letter.text));
        assert_eq!(letter.header("x-zhike-event"), letter.body["event"].as_str().unwrap());
    }
    let ids: BTreeSet<&str> = letters.iter().map(|l| l.header("x-zhike-delivery")).collect();
    assert_eq!(ids.len(), letters.len());
    assert!(!admin.get("/webhooks").send().await.unwrap().text().await.unwrap().contains(secret));
}

#[tokio::test]
async fn a_receiver_written_for_chatwoot_gets_its_names_and_only_the_events_it_wants() {
    let (server, receiver) = (Server::plain(), Receiver::start().await);
    let admin = server.admin().await;
    let wants = json!({"format": "chatwoot", "events": ["message_created", "conversation_status_changed"],
        "secret": "the receiver's own secret"});
    declared(&admin, &receiver, wants).await;
    let visitor = server.visitor("en").await;
    visitor.say("1", "hello").await;
    visitor.post("/visitor/handoff").send().await.unwrap();
    let letters = receiver
        .until("two events", |l| l.len() >= 2 && events(l).contains(&"conversation_status_changed"))
        .await;

    let first = &letters[0];
    assert_eq!((&first.body["event"], &first.body["content"]), (&json!("message_created"), &json!("hello")));
    assert_eq!(
        (&first.body["message_type"], &first.body["sender"]["type"]),
        (&json!("incoming"), &json!("contact"))
    );
    let signature = signed("the receiver's own secret", first.header("x-chatwoot-timestamp"), &first.text);
    assert_eq!(first.header("x-chatwoot-signature"), signature);
    let moved = letters.iter().find(|l| l.body["event"] == "conversation_status_changed").unwrap();
    assert_eq!(
        moved.body["changed_attributes"],
        json!([{"status": {"previous_value": "pending", "current_value": "open"}}])
    );
    let wanted = ["message_created", "conversation_status_changed"];
    assert!(events(&letters).iter().all(|e| wanted.contains(e)));
}

#[tokio::test]
async fn a_receiver_that_fails_and_hangs_gets_everything_when_it_comes_back_and_nobody_waits_for_it() {
    let (server, receiver, healthy) = (Server::plain(), Receiver::start().await, Receiver::start().await);
    let admin = server.admin().await;
    let hook = declared(&admin, &receiver, json!({"events": ["message_created"]})).await;
    declared(&admin, &healthy, json!({"events": ["message_created"]})).await;
    let id = hook["id"].as_str().unwrap();

    receiver.feels(Mood::Refusing);
    let visitor = server.visitor("zh-CN").await;
    visitor.say("1", "第一句").await;
    receiver.knocked(2).await;
    let tried = log(&admin, id).await;
    let first = tried.last().unwrap();
    assert_eq!((&first["status"], &first["response_status"]), (&json!("pending"), &json!(500)));
    assert!(first["error"].as_str().unwrap().contains("500") && first["next_attempt_at"].is_string());

    receiver.feels(Mood::Hanging);
    visitor.say("2", "第二句").await;
    let said = visitor.messages_after(0).await.len() as i64;
    let all: BTreeSet<i64> = (1..=said).collect();
    healthy.until("the messages at the healthy receiver", |l| all.is_subset(&seqs(l))).await;
    assert!(receiver.taken().is_empty());

    receiver.feels(Mood::Well);
    let letters = receiver.until("the messages", |l| all.is_subset(&seqs(l))).await;
    let ids: BTreeSet<&str> = letters.iter().map(|l| l.header("x-zhike-delivery")).collect();
    assert_eq!(ids.len(), letters.len(), "each was taken once");
}

#[tokio::test]
async fn nothing_is_lost_when_the_process_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let program = Path::new(env!("CARGO_BIN_EXE_zhike"));
    let receiver = Receiver::start().await;
    let mut server = Server::start(program, &data, &[]);
    let password = server.password.clone();
    let hook = declared(&server.admin().await, &receiver, json!({"events": ["message_created"]})).await;

    receiver.feels(Mood::Hanging);
    let mut conversations = Vec::new();
    for round in 0..5 {
        let visitor = server.visitor("zh-CN").await;
        let message = visitor.say(&round.to_string(), "在吗").await;
        conversations.push((visitor.conversation.clone(), message["seq"].as_i64().unwrap()));
    }
    server.kill();
    receiver.feels(Mood::Well);
    let mut again = Server::start(program, &data, &[]);
    again.password = password;
    let told = |l: &[Letter], c: &str, seq: i64| {
        l.iter().any(|l| l.body["conversation_id"] == c && l.body["seq"] == seq)
    };
    receiver
        .until("every acknowledged message", |l| conversations.iter().all(|(c, seq)| told(l, c, *seq)))
        .await;
    let admin = again.admin().await;
    let id = hook["id"].as_str().unwrap();
    loop {
        let log = log(&admin, id).await;
        if log.iter().all(|d| d["status"] == "delivered") {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn the_log_shows_what_was_sent_and_can_be_replayed() {
    let (server, receiver) = (Server::plain(), Receiver::start().await);
    let admin = server.admin().await;
    let hook = declared(&admin, &receiver, json!({"events": ["ping"]})).await;
    let id = hook["id"].as_str().unwrap();
    let sent = admin.done(&format!("/webhooks/{id}/ping"), json!({})).await;
    receiver.until("the ping", |l| l.len() == 1).await;
    let path = format!("/webhooks/{id}/deliveries/{}", sent["id"].as_str().unwrap());
    let entry = loop {
        let entry: Value = admin.get(&path).send().await.unwrap().json().await.unwrap();
        if entry["status"] == "delivered" {
            break entry;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    };
    assert_eq!((&entry["attempts"], &entry["response_status"]), (&json!(1), &json!(204)));
    assert_eq!(entry["body"].as_str().unwrap(), receiver.taken()[0].text);

    let again = admin.done(&format!("{path}/replay"), json!({})).await;
    assert_ne!(again["id"], sent["id"]);
    let letters = receiver.until("the replay", |l| l.len() == 2).await;
    assert_eq!(letters[0].text, letters[1].text);

    // Switched off, nothing is sent; what happens meanwhile is not told later.
    let off = json!({"url": receiver.url(), "allow_private": true, "enabled": false});
    let off = admin.put(&format!("/webhooks/{id}")).json(&off).send().await.unwrap();
    assert_eq!(off.status(), StatusCode::OK);
    assert_eq!(
        admin.delete(&format!("/webhooks/{id}")).send().await.unwrap().status(),
        StatusCode::NO_CONTENT
    );
    assert_eq!(problem(admin.get(&path).send().await.unwrap()).await.0, 404);
    let audit = admin.get("/audit").send().await.unwrap().text().await.unwrap();
    for act in ["webhook.created", "webhook.replayed", "webhook.updated", "webhook.deleted"] {
        assert!(audit.contains(act), "{act}");
    }
}

#[tokio::test]
async fn requirement_25_a_webhook_cannot_reach_inside_unless_the_admin_says_so() {
    let (server, receiver) = (Server::plain(), Receiver::start().await);
    let admin = server.admin().await;
    for url in [
        receiver.url(),
        "http://169.254.169.254/latest".into(),
        "file:///etc/passwd".into(),
        "nonsense".into(),
    ] {
        let refused = admin.post("/webhooks").json(&json!({"url": url})).send().await.unwrap();
        assert_eq!(problem(refused).await, (422, "invalid_input".to_string()), "{url}");
    }
    // A name is resolved when it is used, and its addresses are checked then.
    let named = format!("http://localhost:{}/hook", receiver.address.port());
    let hook = admin.done("/webhooks", json!({"url": named, "events": ["ping"]})).await;
    let id = hook["id"].as_str().unwrap();
    admin.done(&format!("/webhooks/{id}/ping"), json!({})).await;
    loop {
        let log = log(&admin, id).await;
        if log[0]["failures"] == 1 {
            assert!(log[0]["error"].as_str().unwrap().contains("no address that may be used"), "{log:?}");
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert!(receiver.taken().is_empty());
}
