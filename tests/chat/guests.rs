//! A colleague who is asked to help sees the conversation, hears of it and writes into it. It stays its agent's.

use zhike::chat::{ConversationFilter, TeamDraft, VisitorPass};
use zhike::domain::{EventName, Role, SenderKind, Status, User};
use zhike::error::Code;
use zhike::hub::Principal;

use crate::client::Client;
use crate::desk::{Desk, events, spoken_by};

async fn served(desk: &Desk, by: &User) -> VisitorPass {
    let v = desk.visitor().await;
    desk.chat.request_handoff(&v).await.unwrap();
    desk.chat.accept(by, v.conversation).await.unwrap();
    v
}

#[tokio::test]
async fn a_guest_writes_and_notes_without_taking_it() {
    let desk = Desk::new().await;
    let (lin, wang) = (desk.agent("lin", Role::Agent).await, desk.agent("wang", Role::Agent).await);
    let id = served(&desk, &lin).await.conversation;
    assert_eq!(desk.answer(&wang, id, "我来").await.unwrap_err().code(), Code::Conflict);

    let shared = desk.chat.invite(&lin, id, wang.id).await.unwrap();
    assert_eq!(shared.guests.iter().map(|g| g.name.as_str()).collect::<Vec<_>>(), ["wang"]);
    let again = desk.chat.invite(&lin, id, wang.id).await.unwrap();
    assert_eq!((again.version, again.last_seq), (shared.version, shared.last_seq), "who helps already");
    desk.answer(&wang, id, "我查一下库存").await.unwrap();
    desk.chat.add_note(&wang, id, "缺货").await.unwrap();
    desk.chat.transfer(&lin, id, None).await.unwrap();
    desk.answer(&wang, id, "请稍等").await.unwrap();
    let now = desk.chat.conversation(id).await.unwrap();
    assert_eq!((now.status, now.assignee.unwrap().id), (Status::Transferring, lin.id));
    assert_eq!(spoken_by(&desk.messages(id).await, SenderKind::Agent), 2);
}

#[tokio::test]
async fn guests_are_in_the_stream_go_by_themselves_and_at_the_end() {
    let desk = Desk::new().await;
    let (lin, wang) = (desk.agent("lin", Role::Agent).await, desk.agent("wang", Role::Agent).await);
    let zhao = desk.agent("zhao", Role::Agent).await;
    let id = served(&desk, &lin).await.conversation;
    desk.chat.invite(&lin, id, wang.id).await.unwrap();
    desk.chat.invite(&lin, id, zhao.id).await.unwrap();
    assert_eq!(desk.chat.dismiss(&wang, id, zhao.id).await.unwrap_err().code(), Code::Forbidden);
    let left = desk.chat.dismiss(&wang, id, wang.id).await.unwrap();
    assert_eq!(left.guests.iter().map(|g| g.id).collect::<Vec<_>>(), [zhao.id]);
    assert_eq!(desk.answer(&wang, id, "还有").await.unwrap_err().code(), Code::Conflict);
    let closed = desk.chat.close(&lin, id, None).await.unwrap();
    assert!(closed.guests.is_empty());
    let told = events(&desk.messages(id).await);
    let of_guests = [EventName::GuestJoined, EventName::GuestJoined, EventName::GuestLeft];
    assert_eq!(told[2..5], of_guests, "{told:?}");
}

#[tokio::test]
async fn who_takes_it_over_is_its_agent_and_no_guest_any_more() {
    let desk = Desk::new().await;
    let lin = desk.agent("lin", Role::Agent).await;
    let (wang, chief) = (desk.agent("wang", Role::Agent).await, desk.agent("chief", Role::Supervisor).await);
    let viewer = desk.agent("viewer", Role::Viewer).await;
    let id = served(&desk, &lin).await.conversation;
    assert_eq!(desk.chat.invite(&wang, id, wang.id).await.unwrap_err().code(), Code::Forbidden);
    assert_eq!(desk.chat.invite(&lin, id, viewer.id).await.unwrap_err().code(), Code::InvalidInput);
    assert!(desk.chat.invite(&lin, id, lin.id).await.unwrap().guests.is_empty());
    desk.chat.invite(&chief, id, wang.id).await.unwrap();
    desk.chat.transfer(&lin, id, Some(wang.id)).await.unwrap();
    desk.answer(&wang, id, "我接手").await.unwrap();
    let taken = desk.chat.conversation(id).await.unwrap();
    assert_eq!((taken.assignee.unwrap().id, taken.guests.len()), (wang.id, 0));
}

#[tokio::test]
async fn an_invitation_opens_this_one_conversation_of_a_closed_team() {
    let desk = Desk::new().await;
    let admin = desk.agent("admin", Role::Admin).await;
    let (inside, outside) = (desk.agent("in", Role::Agent).await, desk.agent("out", Role::Agent).await);
    let legal = TeamDraft { name: "legal".into(), closed: true, skills: vec![], members: vec![inside.id] };
    let legal = desk.chat.create_team(&admin, &legal).await.unwrap();
    let (one, other) = (served(&desk, &inside).await, served(&desk, &inside).await);
    for v in [&one, &other] {
        desk.chat.transfer_to_team(&inside, v.conversation, legal.id).await.unwrap();
        desk.chat.accept(&inside, v.conversation).await.unwrap();
    }
    let (one, other) = (one.conversation, other.conversation);
    assert_eq!(desk.chat.check_seen(&outside, one).await.unwrap_err().code(), Code::NotFound);

    let token = desk.staff.login("out@shop.example", "a long enough password", None).await.unwrap().token;
    let mut console = Client::connect(&desk, Principal::of_token(&desk.chat, &token).await.unwrap());
    console.next_of("hello").await;
    desk.chat.invite(&inside, one, outside.id).await.unwrap();
    let told = console.next_of("conversation.updated").await;
    assert_eq!(told["conversation"]["id"], one.to_string());
    desk.chat.check_seen(&outside, one).await.unwrap();
    assert_eq!(desk.chat.check_seen(&outside, other).await.unwrap_err().code(), Code::NotFound);
    let seen = async |guest| {
        let hidden = desk.chat.hidden_from(&outside);
        let filter =
            ConversationFilter { hidden, viewer: Some(outside.id), guest, limit: 9, ..Default::default() };
        desk.chat.conversations(&filter).await.unwrap().items.iter().map(|c| c.id).collect::<Vec<_>>()
    };
    assert_eq!(seen(None).await, [one]);
    assert_eq!(seen(Some(outside.id)).await, [one]);
    assert!(seen(Some(inside.id)).await.is_empty(), "it is theirs, they do not help in it");
    desk.chat.dismiss(&inside, one, outside.id).await.unwrap();
    assert!(seen(None).await.is_empty());
}
