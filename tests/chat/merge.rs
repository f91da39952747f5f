//! Two visitors who turn out to be one person.

use hmac::{Hmac, KeyInit, Mac};
use secrecy::SecretString;
use sha2::Sha256;
use zhike::chat::{ConversationFilter, Identity, InboxDraft, SessionRequest, TeamDraft, VisitorSession};
use zhike::domain::{ConversationId, Role, Status};
use zhike::error::Code;
use zhike::hub::Principal;

use crate::client::Client;
use crate::desk::Desk;

const SECRET: &str = "shop secret";

async fn desk(dir: &tempfile::TempDir) -> Desk {
    let desk = Desk::on(&dir.path().join("zhike.db"), |mut settings| {
        settings.identity_secret = Some(SecretString::from(SECRET));
        settings
    })
    .await;
    desk.chat.start().await.unwrap();
    desk
}

async fn stranger(desk: &Desk) -> VisitorSession {
    desk.chat.open_session(None, &SessionRequest::default()).await.unwrap()
}

/// Somebody whom the shop vouches for.
async fn customer(desk: &Desk, external_id: &str) -> VisitorSession {
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
    mac.update(external_id.as_bytes());
    let hmac = mac.finalize().into_bytes().iter().map(|b| format!("{b:02x}")).collect();
    let phone = Some("13800001234".to_owned());
    let identity =
        Identity { external_id: external_id.into(), name: Some("张三".into()), email: None, phone, hmac };
    let request = SessionRequest { identity: Some(identity), ..Default::default() };
    desk.chat.open_session(None, &request).await.unwrap()
}

#[tokio::test]
async fn whoever_leaves_the_phone_of_a_customer_is_seen_to_be_them_and_becomes_them() {
    let dir = tempfile::tempdir().unwrap();
    let desk = desk(&dir).await;
    let boss = desk.agent("boss", Role::Supervisor).await;
    let known = customer(&desk, "C7").await;
    desk.say(&known.pass, "hi").await;
    let phone = stranger(&desk).await;
    desk.say(&phone.pass, "from my phone").await;
    desk.quiet().await;
    let (kept, other) = (known.pass.conversation, phone.pass.conversation);
    assert!(desk.chat.alike(&boss, kept).await.unwrap().is_empty());
    desk.chat.leave_contact(&phone.pass, "13800001234").await.unwrap();
    let alike = desk.chat.alike(&boss, kept).await.unwrap();
    assert_eq!(alike.iter().map(|c| c.id).collect::<Vec<_>>(), [other]);

    desk.chat.set_tier(other, 2).await.unwrap();
    let said_there = desk.chat.last_seq(other).await.unwrap();
    let merged = desk.chat.merge(&boss, kept, other).await.unwrap();
    assert_eq!((merged.visitor.external_id.as_deref(), merged.visitor.tier), (Some("C7"), 2));
    assert!(desk.transcript(kept).await.last().unwrap().contains("Merged"));

    // What was said there stays, shows who it was, and nothing is added to it.
    let ended = desk.chat.conversation(other).await.unwrap();
    assert_eq!((ended.status, ended.visitor.id), (Status::Closed, known.pass.visitor.id));
    assert_eq!(ended.last_seq, said_there + 1, "it was closed");
    let theirs = ConversationFilter { visitor: Some(known.pass.visitor.id), limit: 10, ..Default::default() };
    assert_eq!(desk.chat.conversations(&theirs).await.unwrap().items.len(), 2);
    let written = desk.answer(&boss, other, "still here?").await.unwrap_err();
    assert_eq!(written.code(), Code::InvalidState);
    let opened = desk.chat.reopen(&boss, other).await.unwrap_err();
    assert_eq!(opened.code(), Code::InvalidState);
    assert!(desk.chat.alike(&boss, kept).await.unwrap().is_empty());
    let log = desk.staff.audit_entries(None, 10).await.unwrap().items;
    assert!(log.iter().any(|entry| entry.action == "visitor.merged" && entry.actor == "boss"));
}

#[tokio::test]
async fn every_token_of_both_leads_to_the_conversation_that_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    let desk = desk(&dir).await;
    let boss = desk.agent("boss", Role::Supervisor).await;
    let (known, phone) = (stranger(&desk).await, customer(&desk, "C8").await);
    desk.say(&known.pass, "hi").await;
    desk.say(&phone.pass, "hello").await;
    desk.quiet().await;
    let mut connected = Client::connect(&desk, Principal::of_token(&desk.chat, &phone.token).await.unwrap());
    connected.next_of("hello").await;

    desk.chat.merge(&boss, known.pass.conversation, phone.pass.conversation).await.unwrap();
    while connected.next().await.is_some() {}
    let pass = desk.chat.visitor(&phone.token).await.unwrap();
    assert_eq!(pass.conversation, known.pass.conversation, "the connection has ended, the token leads on");
    let again = desk.chat.open_session(Some(&phone.token), &SessionRequest::default()).await.unwrap();
    assert_eq!((&again.token, again.pass.conversation), (&phone.token, known.pass.conversation));
    assert_eq!(
        again.pass.visitor.external_id.as_deref(),
        Some("C8"),
        "what the shop knew of one it knows of both"
    );
    let signed = customer(&desk, "C8").await;
    assert_eq!(signed.pass.conversation, known.pass.conversation);
    desk.say(&pass, "here I am").await;
    assert_eq!(desk.chat.conversation(phone.pass.conversation).await.unwrap().status, Status::Closed);

    // A message that was on its way to where the visitor was is not lost in what has ended: it is refused.
    let late = desk.chat.post_visitor(&phone.pass, &crate::desk::new_message("late")).await.unwrap_err();
    assert_eq!(late.code(), Code::InvalidState);
    // And who became one may become one with somebody else.
    let third = stranger(&desk).await;
    desk.say(&third.pass, "me too").await;
    desk.chat.merge(&boss, third.pass.conversation, known.pass.conversation).await.unwrap();
    for token in [&known.token, &phone.token, &signed.token] {
        let pass = desk.chat.visitor(token).await.unwrap();
        assert_eq!(pass.conversation, third.pass.conversation);
    }
    let first = desk.chat.conversation(phone.pass.conversation).await.unwrap();
    assert_eq!((first.visitor.id, first.goes_on_in), (third.pass.visitor.id, Some(third.pass.conversation)));
}

#[tokio::test]
async fn a_merge_that_is_refused_ends_no_conversation() {
    let dir = tempfile::tempdir().unwrap();
    let desk = desk(&dir).await;
    let boss = desk.agent("boss", Role::Admin).await;
    let (kept, gone, open) = (stranger(&desk).await, stranger(&desk).await, stranger(&desk).await);
    let branch = InboxDraft { id: Some("branch".into()), name: "branch".into(), ..Default::default() };
    desk.chat.create_inbox(&boss, &branch).await.unwrap();
    let request = SessionRequest { inbox: Some("branch".into()), ..Default::default() };
    let far = desk.chat.open_session(None, &request).await.unwrap();
    for session in [&kept, &gone, &open, &far] {
        desk.say(&session.pass, "hi").await;
    }
    desk.quiet().await;
    desk.chat.merge(&boss, kept.pass.conversation, gone.pass.conversation).await.unwrap();

    for (into, other, why) in [
        (&open, &far, "different inboxes"),
        (&far, &open, "different inboxes"),
        (&gone, &open, "merged before"),
        (&open, &gone, "merged before"),
    ] {
        let before = desk.chat.conversation(other.pass.conversation).await.unwrap();
        let refused =
            desk.chat.merge(&boss, into.pass.conversation, other.pass.conversation).await.unwrap_err();
        assert_eq!(refused.code(), Code::Conflict);
        assert!(refused.to_string().contains(why), "{refused}");
        let after = desk.chat.conversation(other.pass.conversation).await.unwrap();
        assert_eq!((after.status, after.last_seq), (before.status, before.last_seq));
    }
}

#[tokio::test]
async fn two_customers_stay_two_and_what_one_may_not_see_one_does_not_merge() {
    let dir = tempfile::tempdir().unwrap();
    let desk = desk(&dir).await;
    let (boss, outside) = (desk.agent("boss", Role::Admin).await, desk.agent("out", Role::Supervisor).await);
    let (one, two) = (customer(&desk, "C1").await, customer(&desk, "C2").await);
    let refused = async |kept: ConversationId, other: ConversationId| {
        desk.chat.merge(&boss, kept, other).await.unwrap_err().code()
    };
    assert_eq!(refused(one.pass.conversation, two.pass.conversation).await, Code::Conflict);
    assert_eq!(refused(one.pass.conversation, one.pass.conversation).await, Code::Conflict);
    assert_eq!(refused(one.pass.conversation, ConversationId::new()).await, Code::NotFound);
    let untouched = desk.chat.conversation(two.pass.conversation).await.unwrap();
    assert_eq!(untouched.status, Status::Bot);

    let legal = TeamDraft { name: "legal".into(), closed: true, skills: vec![], members: vec![] };
    let legal = desk.chat.create_team(&boss, &legal).await.unwrap();
    let (open, hidden) = (stranger(&desk).await, stranger(&desk).await);
    for session in [&open, &hidden] {
        desk.chat.leave_contact(&session.pass, "lin@shop.example").await.unwrap();
    }
    desk.chat.accept(&boss, hidden.pass.conversation).await.unwrap();
    desk.chat.transfer_to_team(&boss, hidden.pass.conversation, legal.id).await.unwrap();
    let unseen = desk.chat.merge(&outside, open.pass.conversation, hidden.pass.conversation).await;
    assert_eq!(unseen.unwrap_err().code(), Code::NotFound);
    assert!(desk.chat.alike(&outside, open.pass.conversation).await.unwrap().is_empty());
    assert_eq!(desk.chat.alike(&boss, open.pass.conversation).await.unwrap().len(), 1);
}
