//! How far was read is kept for every reader: all of a reader's devices agree, and the other side hears of it.

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
    assert_eq!(reads(&desk, Reader::Staff(lin.id), id).await, (0, 0, 2));

    desktop.send(read(id, last));
    for client in [&mut phone, &mut visitor] {
        let told = client.next_of("message.read").await;
        assert_eq!(told["seq"], last);
        assert_eq!(told["reader"], json!({"kind": "agent", "id": lin.id, "name": "lin"}));
    }
    assert_eq!(reads(&desk, Reader::Staff(lin.id), id).await, (last, 0, 0));
    assert_eq!(reads(&desk, Reader::Staff(wang.id), id).await, (0, 0, 2), "each for themselves");
    assert_eq!(reads(&desk, Reader::Visitor, id).await.1, last);

    let answer = desk.answer(&lin, id, "您好").await.unwrap().message.seq;
    assert_eq!(reads(&desk, Reader::Visitor, id).await.2, 1);
    visitor.send(read(id, answer));
    let told = other.next_of("message.read").await;
    assert_eq!((told["seq"].as_i64(), told["reader"]["kind"].as_str()), (Some(answer), Some("visitor")));
    assert_eq!(reads(&desk, Reader::Staff(lin.id), id).await, (answer, answer, 0), "who answers has read");
    assert_eq!(reads(&desk, Reader::Visitor, id).await, (answer, answer, 0));
}

#[tokio::test]
async fn a_mark_never_goes_back_nor_beyond_the_newest_message() {
    let desk = Desk::new().await;
    let lin = desk.agent("lin", Role::Agent).await;
    let v = served(&desk, &lin).await;
    let (id, last) = (v.conversation, desk.chat.last_seq(v.conversation).await.unwrap());
    let mine = Reader::Staff(lin.id);
    desk.chat.note_read(id, mine, i64::MAX);
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
    desk.chat.start().await.unwrap();
    let mine = Reader::Staff(lin.id);
    desk.chat.note_read(v.conversation, mine, 2);
    // Past the service, which writes before it answers.
    while desk.store.reads(mine, &[v.conversation]).await.unwrap()[&v.conversation].read_seq == 0 {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}
