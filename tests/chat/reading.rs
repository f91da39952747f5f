//! How far was read is kept for every reader: all of a reader's devices agree, and the other side hears of it.

use std::time::Duration;

use serde_json::{Value, json};
use zhike::chat::{ChatStore, ReadMark, Reader, VisitorPass};
use zhike::domain::{ConversationId, Reads, Role, User};
use zhike::hub::Principal;

use crate::client::Client;
use crate::desk::Desk;

async fn console(desk: &Desk, user: &str) -> Client {
    let mail = format!("{user}@shop.example");
    let token = desk.staff.login(&mail, "a long enough password", None).await.unwrap().token;
    Client::connect(desk, Principal::of_token(&desk.chat, &token).await.unwrap())
}

async fn reads(desk: &Desk, reader: Reader, id: ConversationId) -> (i64, i64, i64) {
    let Reads { read_seq, other_read_seq, unread } = desk.chat.reads(reader, &[id]).await.unwrap()[&id];
    (read_seq, other_read_seq, unread)
}

/// Waits for what others have read, which is told a moment later.
async fn eventually(desk: &Desk, reader: Reader, id: ConversationId, is: impl Fn(&Reads) -> bool) {
    while !is(&desk.chat.reads(reader, &[id]).await.unwrap()[&id]) {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn read(id: ConversationId, seq: i64) -> Value {
    json!({"type": "message.read", "conversation_id": id, "seq": seq})
}

/// A conversation that `agent` has, in which the visitor said two things.
async fn served(desk: &Desk, agent: &User) -> VisitorPass {
    let v = desk.visitor().await;
    desk.chat.accept(agent, v.conversation).await.unwrap();
    desk.say(&v, "一").await;
    desk.say(&v, "二").await;
    v
}

#[tokio::test]
async fn what_one_device_read_is_read_on_all_and_the_other_side_is_told() {
    let desk = Desk::new().await;
    let lin = desk.agent("lin", Role::Agent).await;
    let wang = desk.agent("wang", Role::Agent).await;
    let v = served(&desk, &lin).await;
    let (id, last) = (v.conversation, desk.chat.last_seq(v.conversation).await.unwrap());
    let (mut desktop, mut phone) = (console(&desk, "lin").await, console(&desk, "lin").await);
    let (mut other, mut visitor) = (console(&desk, "wang").await, Client::visitor(&desk, &v));
    for client in [&mut desktop, &mut phone, &mut other, &mut visitor] {
        client.next_of("hello").await;
    }
    assert_eq!(reads(&desk, Reader::Agent(lin.id), id).await, (0, 0, 2));

    desktop.send(read(id, last));
    for client in [&mut phone, &mut visitor] {
        let told = client.next_of("message.read").await;
        assert_eq!(told["seq"], last);
        assert_eq!(told["reader"], json!({"kind": "agent", "id": lin.id, "name": "lin"}));
    }
    assert_eq!(reads(&desk, Reader::Agent(lin.id), id).await, (last, 0, 0));
    assert_eq!(reads(&desk, Reader::Agent(wang.id), id).await, (0, 0, 2), "each for themselves");
    eventually(&desk, Reader::Visitor, id, |reads| reads.other_read_seq == last).await;

    let answer = desk.answer(&lin, id, "您好").await.unwrap().message.seq;
    assert_eq!(reads(&desk, Reader::Visitor, id).await.2, 1);
    visitor.send(read(id, answer));
    let told = other.next_of("message.read").await;
    assert_eq!((told["seq"].as_i64(), told["reader"]["kind"].as_str()), (Some(answer), Some("visitor")));
    eventually(&desk, Reader::Agent(lin.id), id, |reads| reads.other_read_seq == answer).await;
    assert_eq!(reads(&desk, Reader::Agent(lin.id), id).await, (answer, answer, 0), "who answers has read");
    assert_eq!(reads(&desk, Reader::Visitor, id).await, (answer, answer, 0));
}

#[tokio::test]
async fn what_a_viewer_reads_the_visitor_does_not_hear_of() {
    let desk = Desk::new().await;
    let lin = desk.agent("lin", Role::Agent).await;
    let viewer = desk.agent("vera", Role::Viewer).await;
    let v = served(&desk, &lin).await;
    let (id, last) = (v.conversation, desk.chat.last_seq(v.conversation).await.unwrap());
    let mut screen = console(&desk, "vera").await;
    screen.next_of("hello").await;
    screen.send(read(id, last));
    assert_eq!(screen.next_of("message.read").await["seq"], last);
    let mark = ReadMark { conversation: id, reader: Reader::Viewer(viewer.id), seq: last };
    desk.store.mark_read(&[mark]).await.unwrap();
    assert_eq!(reads(&desk, Reader::Viewer(viewer.id), id).await, (last, 0, 0));
    assert_eq!(reads(&desk, Reader::Visitor, id).await, (0, 0, 0));
}

#[tokio::test]
async fn what_a_frame_says_beyond_the_end_is_not_told_to_others() {
    let desk = Desk::new().await;
    let lin = desk.agent("lin", Role::Agent).await;
    let v = served(&desk, &lin).await;
    let (id, last) = (v.conversation, desk.chat.last_seq(v.conversation).await.unwrap());
    let (mut agent, mut visitor) = (console(&desk, "lin").await, Client::visitor(&desk, &v));
    for client in [&mut agent, &mut visitor] {
        client.next_of("hello").await;
    }
    visitor.send(read(id, i64::MAX));
    assert_eq!(agent.next_of("message.read").await["seq"], last);
    visitor.send(read(id, -7));
    assert_eq!(agent.next_of("message.read").await["seq"], 0);
}

#[tokio::test]
async fn who_comes_back_hears_with_the_first_frame_how_far_was_read() {
    let desk = Desk::new().await;
    let lin = desk.agent("lin", Role::Agent).await;
    let v = served(&desk, &lin).await;
    let last = desk.answer(&lin, v.conversation, "您好").await.unwrap().message.seq;
    eventually(&desk, Reader::Visitor, v.conversation, |reads| reads.other_read_seq == last).await;
    let hello = Client::visitor(&desk, &v).next_of("hello").await;
    let told = ["read_seq", "other_read_seq", "unread"].map(|name| hello[name].as_i64());
    assert_eq!(told, [Some(0), Some(last), Some(1)]);
}

#[tokio::test]
async fn what_was_said_before_the_present_context_is_no_news() {
    let desk = Desk::new().await;
    let lin = desk.agent("lin", Role::Agent).await;
    let wang = desk.agent("wang", Role::Agent).await;
    let v = served(&desk, &lin).await;
    desk.chat.close_by_visitor(&v).await.unwrap();
    desk.say(&v, "三").await;
    assert_eq!(reads(&desk, Reader::Agent(wang.id), v.conversation).await, (0, 0, 1));
}

#[tokio::test]
async fn a_mark_never_goes_back_nor_beyond_the_newest_message() {
    let desk = Desk::new().await;
    let lin = desk.agent("lin", Role::Agent).await;
    let v = served(&desk, &lin).await;
    let (id, last) = (v.conversation, desk.chat.last_seq(v.conversation).await.unwrap());
    let mine = Reader::Agent(lin.id);
    let beyond = ReadMark { conversation: id, reader: mine, seq: i64::MAX };
    desk.store.mark_read(&[beyond]).await.unwrap();
    assert_eq!(reads(&desk, mine, id).await.0, last);
    desk.say(&v, "三").await;
    desk.chat.note_read(id, mine, 1);
    desk.chat.note_read(id, mine, i64::MIN);
    assert_eq!(reads(&desk, mine, id).await, (last, 0, 1));
    // A conversation that does not exist is not a reason to lose the marks of others.
    let none = ReadMark { conversation: ConversationId::new(), reader: mine, seq: 3 };
    let one = ReadMark { conversation: id, reader: mine, seq: last + 1 };
    desk.store.mark_read(&[none, one]).await.unwrap();
    assert_eq!(reads(&desk, mine, id).await, (last + 1, 0, 0));
}

#[tokio::test]
async fn marks_are_written_without_anybody_asking_for_them() {
    let desk = Desk::new().await;
    let lin = desk.agent("lin", Role::Agent).await;
    let v = served(&desk, &lin).await;
    let mine = Reader::Agent(lin.id);
    desk.chat.note_read(v.conversation, mine, 2);
    // Past the service, which knows before it is written.
    let written = || async { desk.store.reads(mine, &[(v.conversation, 0)]).await.unwrap()[&v.conversation] };
    while written().await.read_seq == 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
