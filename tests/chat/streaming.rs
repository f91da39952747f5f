//! Answers that are told piece by piece before they are stored.

use zhike::domain::Role;
use zhike::hub::Principal;

use crate::client::Client;
use crate::desk::Desk;

#[tokio::test]
async fn pieces_come_to_the_visitor_and_the_staff_before_the_message_of_their_id() {
    let desk = Desk::new().await;
    let (v, lin) = (desk.visitor().await, desk.agent("lin", Role::Agent).await);
    let lin = Principal::Staff { user: Box::new(lin), session: "lin".into() };
    let mut clients = [Client::visitor(&desk, &v), Client::connect(&desk, lin)];
    for client in &mut clients {
        client.next_of("hello").await;
    }
    desk.say(&v, "慢慢说").await;
    desk.until(v.conversation, 2).await;
    let stored = desk.messages(v.conversation).await;
    for client in &mut clients {
        for (index, text) in ["先说一句。", "再说一句。"].into_iter().enumerate() {
            let delta = client.next_of("message.delta").await;
            assert_eq!((delta["index"].as_u64(), delta["text"].as_str()), (Some(index as u64), Some(text)));
            assert_eq!(delta["conversation_id"], v.conversation.to_string());
            assert_eq!(delta["message_id"], stored[1].id.to_string());
        }
        client.next_of("message.created").await;
    }
    desk.quiet().await;
    assert_eq!(desk.transcript(v.conversation).await, ["visitor: 慢慢说", "bot: re: 慢慢说"]);
}

#[tokio::test]
async fn after_a_person_has_taken_over_no_piece_is_told_and_nothing_stored() {
    let desk = Desk::new().await;
    let agent = desk.agent("lin", Role::Agent).await;
    let v = desk.visitor().await;
    let mut client = Client::visitor(&desk, &v);
    client.next_of("hello").await;
    desk.script.hold().await;
    desk.say(&v, "慢慢说").await;
    client.next_of("message.delta").await;
    desk.answer(&agent, v.conversation, "我来回答").await.unwrap();
    desk.script.let_go();
    desk.quiet().await;
    assert_eq!(*desk.script.told.lock().unwrap(), [true, false]);
    let lines = desk.transcript(v.conversation).await;
    assert!(lines.iter().all(|line| !line.starts_with("bot")), "{lines:?}");
}
