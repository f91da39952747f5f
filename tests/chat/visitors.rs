//! Visitors: sessions, identity, input limits, ratings, files.

use std::path::Path;

use hmac::{Hmac, KeyInit, Mac};
use secrecy::SecretString;
use sha2::Sha256;
use zhike::chat::{ChatStore, Identity, NewMessage, SessionRequest, Upload};
use zhike::domain::{Content, MessageId, Role, Status};
use zhike::error::Code;

use crate::database;
use crate::desk::{Desk, new_message};

fn claim(external_id: &str, secret: &str) -> SessionRequest {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(external_id.as_bytes());
    let hmac = mac.finalize().into_bytes().iter().map(|b| format!("{b:02x}")).collect();
    let identity = Identity {
        external_id: external_id.into(),
        name: Some("张三".into()),
        email: None,
        phone: None,
        hmac,
    };
    SessionRequest { identity: Some(identity), ..Default::default() }
}

async fn signing_desk(dir: &Path) -> Desk {
    Desk::on(&dir.join("zhike.db"), |mut s| {
        s.identity_secret = Some(SecretString::from("shop secret"));
        s
    })
    .await
}

#[tokio::test]
async fn a_former_token_leads_to_the_same_visitor_and_conversation() {
    let desk = Desk::new().await;
    let first = desk.chat.open_session(None, &SessionRequest::default()).await.unwrap();
    desk.say(&first.pass, "hi").await;
    let again = desk.chat.open_session(Some(&first.token), &SessionRequest::default()).await.unwrap();
    assert_eq!(again.token, first.token);
    assert_eq!(again.pass.visitor.id, first.pass.visitor.id);
    assert_eq!(again.pass.conversation, first.pass.conversation);
    let stranger = desk.chat.open_session(Some("no such token"), &SessionRequest::default()).await.unwrap();
    assert_ne!(stranger.pass.visitor.id, first.pass.visitor.id);
}

#[tokio::test]
async fn requirement_24_tokens_are_not_in_the_database_and_unknown_ones_open_nothing() {
    let desk = Desk::new().await;
    let session = desk.chat.open_session(None, &SessionRequest::default()).await.unwrap();
    let kept = database::everything_in(&desk.file);
    let holds = |text: &str| kept.windows(text.len()).any(|w| w == text.as_bytes());
    assert!(holds(&session.pass.visitor.id.to_string()), "the database was read");
    assert!(!holds(&session.token), "the database holds a token");
    let mut wrong = session.token.clone();
    wrong.replace_range(0..1, if wrong.starts_with('A') { "B" } else { "A" });
    for token in [wrong.as_str(), "", "' OR 1=1 --", "字"] {
        assert_eq!(desk.chat.visitor(token).await.unwrap_err().code(), Code::Unauthorized);
    }
}

#[tokio::test]
async fn requirement_24_an_identity_counts_only_when_it_is_signed() {
    let dir = tempfile::tempdir().unwrap();
    let desk = signing_desk(dir.path()).await;
    let known = desk.chat.open_session(None, &claim("customer-7", "shop secret")).await.unwrap();
    assert!(known.identity_problem.is_none());
    assert_eq!(known.pass.visitor.external_id.as_deref(), Some("customer-7"));
    assert_eq!(known.pass.visitor.name.as_deref(), Some("张三"));

    let elsewhere = desk.chat.open_session(None, &claim("customer-7", "shop secret")).await.unwrap();
    assert_eq!(elsewhere.pass.visitor.id, known.pass.visitor.id, "the same customer on another device");
    assert_ne!(elsewhere.token, known.token);

    let forged = desk.chat.open_session(None, &claim("customer-7", "guessed")).await.unwrap();
    assert_eq!(forged.identity_problem.unwrap().code(), Code::Unauthorized);
    assert_ne!(forged.pass.visitor.id, known.pass.visitor.id);
    assert_eq!(forged.pass.visitor.external_id, None);
    assert_eq!(forged.pass.visitor.name, None, "nothing of a forged claim is believed");
}

#[tokio::test]
async fn an_anonymous_visitor_who_signs_in_keeps_the_conversation() {
    let dir = tempfile::tempdir().unwrap();
    let desk = signing_desk(dir.path()).await;
    let anonymous = desk.chat.open_session(None, &SessionRequest::default()).await.unwrap();
    let signed =
        desk.chat.open_session(Some(&anonymous.token), &claim("customer-8", "shop secret")).await.unwrap();
    assert_eq!(signed.pass.conversation, anonymous.pass.conversation);
    // The same browser, another customer: not the same visitor.
    let other =
        desk.chat.open_session(Some(&anonymous.token), &claim("customer-9", "shop secret")).await.unwrap();
    assert_ne!(other.pass.visitor.id, signed.pass.visitor.id);
    // An anonymous browser that turns out to be a known customer goes on as that one.
    let fresh = desk.chat.open_session(None, &SessionRequest::default()).await.unwrap();
    let back = desk.chat.open_session(Some(&fresh.token), &claim("customer-8", "shop secret")).await.unwrap();
    assert_eq!(back.pass.visitor.id, signed.pass.visitor.id);
}

#[tokio::test]
async fn what_cannot_be_a_message_is_refused_with_the_reason() {
    let desk = Desk::new().await;
    let v = desk.visitor().await;
    let post = |client_id: &str, text: Option<String>| {
        let new = NewMessage { client_id: client_id.into(), text, attachment_ids: vec![] };
        let (chat, v) = (desk.chat.clone(), v.clone());
        async move { chat.post_visitor(&v, &new).await.map(|p| p.message.seq).map_err(|e| e.code()) }
    };
    assert_eq!(post("a", None).await, Err(Code::InvalidInput));
    assert_eq!(post("a", Some("  \n ".into())).await, Err(Code::InvalidInput));
    assert_eq!(post("", Some("x".into())).await, Err(Code::InvalidInput));
    assert_eq!(post(&"c".repeat(101), Some("x".into())).await, Err(Code::InvalidInput));
    assert_eq!(post("a", Some("长".repeat(10_001))).await, Err(Code::TooLarge));
    assert_eq!(post("a", Some("长".repeat(10_000))).await, Ok(1));
    let odd = "<script>alert(1)</script>\u{0}' ; DROP TABLE messages; -- 😀";
    desk.until(v.conversation, 2).await;
    assert_eq!(post("b", Some(odd.into())).await, Ok(3));
    let kept = odd.replace('\0', "\u{fffd}");
    assert_eq!(
        desk.messages(v.conversation).await[2].content.as_text(),
        kept,
        "requirement 23: text is data"
    );
}

#[tokio::test]
async fn the_visitor_ends_rates_and_comes_back() {
    let desk = Desk::new().await;
    let v = desk.visitor().await;
    desk.say(&v, "hi").await;
    desk.until(v.conversation, 2).await;
    let answer = desk.messages(v.conversation).await[1].id;
    desk.chat.feedback(&v, answer, true, Some("很好")).await.unwrap();
    desk.chat.feedback(&v, answer, false, None).await.unwrap();
    let own = desk.messages(v.conversation).await[0].id;
    assert_eq!(desk.chat.feedback(&v, own, true, None).await.unwrap_err().code(), Code::NotFound);
    assert_eq!(
        desk.chat.feedback(&v, MessageId::new(), true, None).await.unwrap_err().code(),
        Code::NotFound
    );
    let other = desk.visitor().await;
    assert_eq!(desk.chat.feedback(&other, answer, true, None).await.unwrap_err().code(), Code::NotFound);

    assert_eq!(desk.chat.close_by_visitor(&v).await.unwrap().status, Status::Closed);
    assert_eq!(desk.chat.csat(&v, 6, None).await.unwrap_err().code(), Code::InvalidInput);
    desk.chat.csat(&v, 5, None).await.unwrap();
    desk.chat.csat(&v, 4, Some("改一下")).await.unwrap();
    assert_eq!(desk.chat.request_handoff(&v).await.unwrap().status, Status::Waiting);
    let lines = desk.transcript(v.conversation).await;
    assert_eq!(lines[2..], ["system: <Closed>", "system: <Reopened>", "system: <HandoffRequested>"]);
}

#[tokio::test]
async fn a_file_is_sent_by_its_uploader_in_its_conversation_only() {
    let desk = Desk::new().await;
    let (v, other) = (desk.visitor().await, desk.visitor().await);
    let png = b"\x89PNG\r\n\x1a\n and so on".to_vec();
    let upload = Upload { name: "../../shot.png".into(), bytes: png.clone() };
    let file = desk.chat.upload(v.conversation, &v.visitor.id.to_string(), upload).await.unwrap();
    assert_eq!((file.name.as_str(), file.mime.as_str()), ("shot.png", "image/png"));

    let with = |text: Option<&str>| NewMessage {
        attachment_ids: vec![file.id],
        text: text.map(Into::into),
        ..new_message("")
    };
    assert_eq!(desk.chat.post_visitor(&other, &with(None)).await.unwrap_err().code(), Code::NotFound);
    let sent = desk.chat.post_visitor(&v, &with(Some("看截图"))).await.unwrap();
    assert_eq!(sent.message.content.as_text(), "看截图");
    let messages = desk.messages(v.conversation).await;
    assert!(
        matches!(&messages[1].content, Content::Image { attachment_id, .. } if *attachment_id == file.id)
    );
    let (stored, path) = desk.chat.attachment(file.id).await.unwrap();
    assert!(stored.sent && stored.conversation_id == v.conversation);
    assert_eq!(std::fs::read(path).unwrap(), png);

    let script = Upload { name: "a.png".into(), bytes: b"<svg onload=alert(1)>".to_vec() };
    let refused = desk.chat.upload(v.conversation, "x", script).await.unwrap_err();
    assert_eq!(refused.code(), Code::UnsupportedFormat);
}

#[tokio::test]
async fn tags_are_cleaned_and_belong_to_staff() {
    let desk = Desk::new().await;
    let lin = desk.agent("lin", Role::Agent).await;
    let v = desk.visitor().await;
    let tags = [" 退货 ", "vip", "退货", ""].map(str::to_owned);
    let tagged = desk.chat.set_tags(&lin, v.conversation, &tags).await.unwrap();
    assert_eq!(tagged.tags, ["vip", "退货"]);
    let stored = desk.store.conversation(v.conversation).await.unwrap().unwrap();
    assert_eq!(stored.tags, tagged.tags);
}

#[tokio::test]
async fn whoever_finds_nobody_there_leaves_a_way_to_be_reached() {
    let desk = Desk::new().await;
    let waiting = desk.visitor().await;
    desk.chat.request_handoff(&waiting).await.unwrap();
    let asked = desk.messages(waiting.conversation).await;
    assert!(matches!(&asked[0].content, Content::Event { staffed: Some(false), .. }), "{asked:?}");
    let left = desk.chat.leave_contact(&waiting, " 138 0000 1234 ").await.unwrap();
    assert!(left.content.as_text().contains("138 0000 1234"));
    let transcript = desk.transcript(waiting.conversation).await;
    assert_eq!(transcript, ["system: <HandoffRequested>", "system: <ContactLeft>"]);
    let known = desk.chat.conversation(waiting.conversation).await.unwrap();
    assert_eq!((known.status, known.visitor.phone.as_deref()), (Status::Waiting, Some("13800001234")));

    // Somebody whom the bot serves asks for a person by it.
    let served = desk.visitor().await;
    desk.chat.leave_contact(&served, "lin@shop.example").await.unwrap();
    let known = desk.chat.conversation(served.conversation).await.unwrap();
    assert_eq!((known.status, known.visitor.email.as_deref()), (Status::Waiting, Some("lin@shop.example")));
    let refused = desk.chat.leave_contact(&served, "tomorrow").await.unwrap_err();
    assert_eq!(refused.code(), Code::InvalidInput);
}
