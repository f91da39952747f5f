//! The queue: who is taken, by whom, and that nothing stays in it for ever.

use std::time::Duration;

use jiff::Timestamp;
use zhike::chat::ConversationFilter;
use zhike::chat::waits::WAITED;
use zhike::domain::{ConversationId, Role, Status};
use zhike::error::Code;

use crate::client::Client;
use crate::desk::Desk;

async fn position(desk: &Desk, id: ConversationId) -> Option<usize> {
    desk.chat.queue().await.unwrap().place_of(id).map(|place| place.position)
}

#[tokio::test]
async fn requirement_14_of_two_agents_accepting_at_once_one_gets_it_and_the_other_is_told() {
    let desk = Desk::new().await;
    let lin = desk.agent("lin", Role::Agent).await;
    let wang = desk.agent("wang", Role::Agent).await;
    for _ in 0..20 {
        let v = desk.visitor().await;
        desk.chat.request_handoff(&v).await.unwrap();
        let (a, b) =
            tokio::join!(desk.chat.accept(&lin, v.conversation), desk.chat.accept(&wang, v.conversation));
        let (winner, loser) = if a.is_ok() { (a, b) } else { (b, a) };
        let owner = winner.unwrap().assignee.unwrap();
        let refused = loser.unwrap_err();
        assert_eq!(refused.code(), Code::Conflict);
        assert!(refused.detail().contains(&owner.name), "{refused}");
        assert_eq!(desk.chat.conversation(v.conversation).await.unwrap().assignee.unwrap().id, owner.id);
    }
}

#[tokio::test]
async fn accepting_what_one_has_already_changes_nothing() {
    let desk = Desk::new().await;
    let lin = desk.agent("lin", Role::Agent).await;
    let v = desk.visitor().await;
    desk.chat.request_handoff(&v).await.unwrap();
    let first = desk.chat.accept(&lin, v.conversation).await.unwrap();
    let again = desk.chat.accept(&lin, v.conversation).await.unwrap();
    assert_eq!((first.version, first.last_seq), (again.version, again.last_seq));
}

#[tokio::test]
async fn requirement_14_the_waiting_list_is_oldest_first_and_positions_move_up() {
    let desk = Desk::new().await;
    let lin = desk.agent("lin", Role::Agent).await;
    let mut waiting = Vec::new();
    for _ in 0..5 {
        let v = desk.visitor().await;
        desk.chat.request_handoff(&v).await.unwrap();
        waiting.push(v.conversation);
    }
    // Writing again does not change the place.
    let filter =
        |cursor| ConversationFilter { status: Some(Status::Waiting), cursor, limit: 2, ..Default::default() };
    let mut seen = Vec::new();
    let mut cursor = None;
    loop {
        let page = desk.chat.conversations(&filter(cursor)).await.unwrap();
        seen.extend(page.items.iter().map(|c| c.id));
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen, waiting);
    assert_eq!(position(&desk, waiting[2]).await, Some(3));
    desk.chat.accept(&lin, waiting[0]).await.unwrap();
    assert_eq!(position(&desk, waiting[2]).await, Some(2));
    assert_eq!(position(&desk, waiting[0]).await, None);
}

#[tokio::test]
async fn who_waits_is_told_how_long_it_may_take_once_enough_were_taken() {
    let desk = Desk::new().await;
    let lin = desk.agent("lin", Role::Agent).await;
    let v = desk.visitor().await;
    let mut client = Client::visitor(&desk, &v);
    client.next_of("hello").await;
    let mut earlier = Vec::new();
    for _ in 0..4 {
        let v = desk.visitor().await;
        let mut theirs = Client::visitor(&desk, &v);
        theirs.next_of("hello").await;
        desk.chat.request_handoff(&v).await.unwrap();
        assert!(theirs.next_of("queue").await.get("eta_s").is_none());
        assert!(desk.chat.queue().await.unwrap().per_place.is_none(), "nobody knows yet");
        earlier.push(v.conversation);
    }
    // Whoever is taken at once says nothing of how long it takes.
    let at_once = earlier.pop().unwrap();
    desk.chat.accept(&lin, at_once).await.unwrap();
    tokio::time::sleep(WAITED).await;
    for id in earlier {
        desk.chat.accept(&lin, id).await.unwrap();
    }
    desk.chat.request_handoff(&v).await.unwrap();
    let told = client.next_of("queue").await;
    assert_eq!((told["position"].as_u64(), told["eta_s"].as_u64()), (Some(1), Some(1)), "{told}");
}

#[tokio::test]
async fn requirement_6_a_transfer_nobody_accepts_returns_to_the_queue() {
    let desk = Desk::new().await;
    let lin = desk.agent("lin", Role::Agent).await;
    let wang = desk.agent("wang", Role::Agent).await;
    let other = desk.agent("other", Role::Agent).await;
    let v = desk.visitor().await;
    desk.chat.request_handoff(&v).await.unwrap();
    desk.chat.accept(&lin, v.conversation).await.unwrap();
    let offered = desk.chat.transfer(&lin, v.conversation, Some(wang.id)).await.unwrap();
    assert_eq!(offered.status, Status::Transferring);
    assert_eq!(desk.chat.accept(&other, v.conversation).await.unwrap_err().code(), Code::Forbidden);

    assert_eq!(desk.chat.expire_transfers(Timestamp::now()).await.unwrap(), 0, "there is still time");
    let later = Timestamp::now() + Duration::from_secs(600);
    assert_eq!(desk.chat.expire_transfers(later).await.unwrap(), 1);
    let back = desk.chat.conversation(v.conversation).await.unwrap();
    assert_eq!((back.status, back.assignee), (Status::Waiting, None));
    desk.chat.accept(&other, v.conversation).await.unwrap();
}

#[tokio::test]
async fn a_conversation_whose_agent_is_gone_can_be_taken_by_the_next() {
    let desk = Desk::new().await;
    let lin = desk.agent("lin", Role::Agent).await;
    let wang = desk.agent("wang", Role::Agent).await;
    let v = desk.visitor().await;
    desk.chat.request_handoff(&v).await.unwrap();
    desk.chat.accept(&lin, v.conversation).await.unwrap();
    desk.staff.delete_user(None, lin.id).await.unwrap();
    let taken = desk.chat.accept(&wang, v.conversation).await.unwrap();
    assert_eq!(taken.assignee.unwrap().id, wang.id);
}

#[tokio::test]
async fn conversations_are_listed_newest_first_and_found_by_words_in_them() {
    let desk = Desk::new().await;
    let silent = desk.visitor().await;
    let mut ids = Vec::new();
    for text in ["退货 100%", "发票抬头", "生鲜_配送"] {
        let v = desk.visitor().await;
        desk.say(&v, text).await;
        desk.until(v.conversation, 2).await;
        ids.push(v.conversation);
    }
    let list = |text: Option<&str>| {
        let filter = ConversationFilter { text: text.map(str::to_owned), limit: 50, ..Default::default() };
        let chat = desk.chat.clone();
        async move { chat.conversations(&filter).await.unwrap().items.iter().map(|c| c.id).collect::<Vec<_>>() }
    };
    let all = list(None).await;
    assert_eq!(all, ids.iter().rev().copied().collect::<Vec<_>>());
    assert!(!all.contains(&silent.conversation), "an opened widget is not a conversation yet");
    assert_eq!(list(Some("发票")).await, [ids[1]]);
    // Signs that SQL gives a meaning are only signs.
    assert_eq!(list(Some("0%")).await, [ids[0]]);
    assert_eq!(list(Some("鲜_配")).await, [ids[2]]);
    assert!(list(Some("%发%")).await.is_empty());
    let bad = ConversationFilter { cursor: Some("zzz".into()), limit: 5, ..Default::default() };
    assert_eq!(desk.chat.conversations(&bad).await.unwrap_err().code(), Code::InvalidInput);
}
