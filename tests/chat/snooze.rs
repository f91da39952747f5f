//! What is put off stays its agent's, takes up nothing of what they can take, and comes back by itself.

use jiff::{SignedDuration, Timestamp};
use zhike::chat::{InboxDraft, ReleaseTo, TeamStore, VisitorPass};
use zhike::domain::{ConversationId, Role, Status, User};
use zhike::error::Code;
use zhike::hub::Principal;

use crate::client::Client;
use crate::desk::Desk;

fn in_an_hour() -> Timestamp {
    Timestamp::now() + SignedDuration::from_hours(1)
}

async fn served(desk: &Desk, by: &User) -> VisitorPass {
    let v = desk.visitor().await;
    desk.chat.request_handoff(&v).await.unwrap();
    desk.chat.accept(by, v.conversation).await.unwrap();
    v
}

async fn asleep(desk: &Desk, by: &User) -> VisitorPass {
    let v = served(desk, by).await;
    let slept = desk.chat.snooze(by, v.conversation, in_an_hour()).await.unwrap();
    assert!(slept.snoozed_until.is_some());
    v
}

async fn sleeps(desk: &Desk, id: ConversationId) -> bool {
    desk.chat.conversation(id).await.unwrap().snoozed_until.is_some()
}

#[tokio::test]
async fn the_visitors_word_wakes_it_and_its_agent_hears_of_it() {
    let desk = Desk::new().await;
    let lin = desk.agent("lin", Role::Agent).await;
    let v = asleep(&desk, &lin).await;
    let before = desk.transcript(v.conversation).await;
    let now = desk.chat.conversation(v.conversation).await.unwrap();
    assert_eq!((now.status, now.assignee.unwrap().id), (Status::Serving, lin.id), "it stays its agent's");

    let token = desk.staff.login("lin@shop.example", "a long enough password", None).await.unwrap().token;
    let mut console = Client::connect(&desk, Principal::of_token(&desk.chat, &token).await.unwrap());
    console.next_of("hello").await;
    desk.say(&v, "还在吗").await;
    let told = console.next_of("conversation.updated").await;
    assert!(told["conversation"].get("snoozed_until").is_none(), "{told}");
    let after = desk.transcript(v.conversation).await;
    assert_eq!(after[before.len()..], ["visitor: 还在吗"], "the visitor reads nothing of sleep");
}

#[tokio::test]
async fn it_comes_back_when_its_time_has_come_and_not_before() {
    let desk = Desk::new().await;
    let lin = desk.agent("lin", Role::Agent).await;
    let (v, later) = (asleep(&desk, &lin).await, asleep(&desk, &lin).await);
    let in_two_hours = in_an_hour() + SignedDuration::from_hours(1);
    desk.chat.snooze(&lin, later.conversation, in_two_hours).await.unwrap();

    assert_eq!(desk.chat.end_snoozes(Timestamp::now()).await.unwrap(), 0);
    assert_eq!(desk.chat.end_snoozes(in_an_hour()).await.unwrap(), 1);
    assert!(!sleeps(&desk, v.conversation).await);
    assert!(sleeps(&desk, later.conversation).await, "it was put off once more");
    assert_eq!(desk.chat.end_snoozes(in_two_hours).await.unwrap(), 1);
    let back = desk.chat.conversation(later.conversation).await.unwrap();
    assert_eq!((back.status, back.assignee.unwrap().id), (Status::Serving, lin.id));
}

#[tokio::test]
async fn whatever_its_agent_does_with_it_wakes_it() {
    let desk = Desk::new().await;
    let (lin, wang) = (desk.agent("lin", Role::Agent).await, desk.agent("wang", Role::Agent).await);
    let one = asleep(&desk, &lin).await.conversation;
    desk.answer(&lin, one, "好了").await.unwrap();
    assert!(!sleeps(&desk, one).await, "written into");
    desk.chat.snooze(&lin, one, in_an_hour()).await.unwrap();
    let woken = desk.chat.wake(&lin, one).await.unwrap();
    assert_eq!((woken.snoozed_until, woken.status), (None, Status::Serving));
    let again = desk.chat.wake(&lin, one).await.unwrap();
    assert_eq!(again.version, woken.version, "what is awake stays as it is");

    let released = asleep(&desk, &lin).await.conversation;
    desk.chat.release(&lin, released, ReleaseTo::Queue).await.unwrap();
    let offered = asleep(&desk, &lin).await.conversation;
    desk.chat.transfer(&lin, offered, Some(wang.id)).await.unwrap();
    let closed = asleep(&desk, &lin).await.conversation;
    desk.chat.close(&lin, closed, None).await.unwrap();
    for id in [released, offered, closed] {
        assert!(!sleeps(&desk, id).await);
    }
    assert_eq!(desk.chat.end_snoozes(in_an_hour()).await.unwrap(), 0);
}

#[tokio::test]
async fn only_whoever_has_it_and_supervisors_put_it_off_and_only_into_the_next_90_days() {
    let desk = Desk::new().await;
    let (lin, wang) = (desk.agent("lin", Role::Agent).await, desk.agent("wang", Role::Agent).await);
    let chief = desk.agent("chief", Role::Supervisor).await;
    let id = served(&desk, &lin).await.conversation;
    let refused = async |who: &User, until| desk.chat.snooze(who, id, until).await.unwrap_err().code();
    assert_eq!(refused(&wang, in_an_hour()).await, Code::Forbidden);
    assert_eq!(refused(&lin, Timestamp::now()).await, Code::InvalidInput);
    let days = |n: i64| Timestamp::now() + SignedDuration::from_hours(24 * n);
    assert_eq!(refused(&lin, days(91)).await, Code::InvalidInput);
    desk.chat.snooze(&chief, id, days(89)).await.unwrap();
    assert_eq!(desk.chat.wake(&wang, id).await.unwrap_err().code(), Code::Forbidden);
    let waiting = desk.visitor().await;
    desk.chat.request_handoff(&waiting).await.unwrap();
    let nobodys = desk.chat.snooze(&chief, waiting.conversation, in_an_hour()).await;
    assert_eq!(nobodys.unwrap_err().code(), Code::InvalidState);
}

#[tokio::test]
async fn what_sleeps_takes_up_nothing_of_what_its_agent_can_take() {
    let desk = Desk::new().await;
    let lin = desk.agent("lin", Role::Agent).await;
    // What waits is given out here; nobody is online to get it.
    let door = InboxDraft { name: "default".into(), ..Default::default() };
    desk.chat.update_inbox(&lin, "default", &door).await.unwrap();
    let (awake, sleeping) = (served(&desk, &lin).await, served(&desk, &lin).await);
    let waiting = desk.visitor().await;
    desk.chat.request_handoff(&waiting).await.unwrap();
    let load = async || {
        let loads = desk.store.desks().await.unwrap().loads;
        loads.iter().find(|(who, _)| *who == lin.id).map_or(0, |(_, load)| *load)
    };
    assert_eq!(load().await, 2);
    desk.chat.snooze(&lin, sleeping.conversation, in_an_hour()).await.unwrap();
    assert_eq!(load().await, 1);
    desk.say(&sleeping, "我回来了").await;
    desk.say(&awake, "你好").await;
    assert_eq!(load().await, 2);
}
