//! A visitor who has gone is told that the conversation will end, and then it ends: its agent is free for others.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use zhike::chat::{ChatSettings, Idleness, VisitorPass};
use zhike::domain::{Content, EventName, Role, Status, User};

use crate::desk::{Desk, events};

const IDLENESS: Idleness =
    Idleness { notice: Duration::from_secs(30 * 60), close: Duration::from_secs(10 * 60) };

fn in_minutes(minutes: i64) -> Timestamp {
    Timestamp::now() + SignedDuration::from_mins(minutes)
}

/// A conversation in which `agent` has the last word.
async fn answered(desk: &Desk, agent: &User) -> VisitorPass {
    let v = desk.visitor().await;
    desk.chat.request_handoff(&v).await.unwrap();
    desk.chat.accept(agent, v.conversation).await.unwrap();
    desk.say(&v, "请问什么时候到").await;
    desk.answer(agent, v.conversation, "明天").await.unwrap();
    v
}

fn said(content: &Content) -> &str {
    match content {
        Content::Event { text, .. } => text,
        _ => "",
    }
}

async fn told(desk: &Desk, v: &VisitorPass) -> (Status, usize) {
    let notices = events(&desk.messages(v.conversation).await);
    let notices = notices.iter().filter(|event| **event == EventName::IdleNotice).count();
    (desk.chat.conversation(v.conversation).await.unwrap().status, notices)
}

#[tokio::test]
async fn who_is_silent_is_told_once_and_then_it_ends() {
    let desk = Desk::with(|settings| ChatSettings { idle: Some(IDLENESS), ..settings }).await;
    let lin = desk.agent("lin", Role::Agent).await;
    let v = answered(&desk, &lin).await;
    assert_eq!(desk.chat.end_idle(in_minutes(29)).await.unwrap(), 0);
    assert_eq!(desk.chat.end_idle(in_minutes(31)).await.unwrap(), 1);
    assert_eq!(told(&desk, &v).await, (Status::Serving, 1));
    assert_eq!(desk.chat.end_idle(in_minutes(9)).await.unwrap(), 0, "the notice has just been said");
    assert_eq!(desk.chat.end_idle(in_minutes(11)).await.unwrap(), 1);
    let ended = desk.chat.conversation(v.conversation).await.unwrap();
    assert_eq!((ended.status, ended.assignee.map(|a| a.id)), (Status::Closed, Some(lin.id)));
    let messages = desk.messages(v.conversation).await;
    let last: Vec<&str> = messages[messages.len() - 2..].iter().map(|m| said(&m.content)).collect();
    assert!(last[0].contains("10 分钟") && last[1].contains("自动结束"), "{last:?}");
    assert_eq!(desk.chat.end_idle(in_minutes(99)).await.unwrap(), 0);
    desk.say(&v, "还在吗").await;
    assert_eq!(told(&desk, &v).await.0, Status::Bot, "it goes on where it was");
}

#[tokio::test]
async fn whatever_is_said_begins_the_time_anew_and_who_waits_for_an_answer_is_never_sent_away() {
    let desk = Desk::with(|settings| ChatSettings { idle: Some(IDLENESS), ..settings }).await;
    let lin = desk.agent("lin", Role::Agent).await;
    let (back, busy, asleep) =
        (answered(&desk, &lin).await, answered(&desk, &lin).await, answered(&desk, &lin).await);
    desk.chat.snooze(&lin, asleep.conversation, in_minutes(600)).await.unwrap();
    let (waiting, new) = (desk.visitor().await, desk.visitor().await);
    desk.chat.request_handoff(&waiting).await.unwrap();
    desk.chat.request_handoff(&new).await.unwrap();
    desk.chat.accept(&lin, new.conversation).await.unwrap();
    assert_eq!(desk.chat.end_idle(in_minutes(31)).await.unwrap(), 2);
    desk.say(&back, "在的").await;
    desk.answer(&lin, busy.conversation, "我再查一下").await.unwrap();
    assert_eq!(desk.chat.end_idle(in_minutes(20)).await.unwrap(), 0);
    for v in [&back, &busy] {
        assert_eq!(told(&desk, v).await, (Status::Serving, 1));
    }
    assert_eq!(desk.chat.end_idle(in_minutes(31)).await.unwrap(), 1, "the one in which the agent spoke last");
    assert_eq!(told(&desk, &busy).await, (Status::Serving, 2));
    for (v, status) in [(&asleep, Status::Serving), (&waiting, Status::Waiting), (&new, Status::Serving)] {
        assert_eq!(told(&desk, v).await, (status, 0));
    }
}

#[tokio::test]
async fn what_was_put_off_is_idle_from_its_waking_on() {
    let desk = Desk::with(|settings| ChatSettings { idle: Some(IDLENESS), ..settings }).await;
    let lin = desk.agent("lin", Role::Agent).await;
    let (fresh, warned) = (answered(&desk, &lin).await, answered(&desk, &lin).await);
    assert_eq!(desk.chat.end_idle(in_minutes(31)).await.unwrap(), 2);
    desk.say(&fresh, "好的").await;
    desk.answer(&lin, fresh.conversation, "明天给您答复").await.unwrap();
    let spoken = Timestamp::now();
    tokio::time::sleep(Duration::from_millis(50)).await;
    for v in [&fresh, &warned] {
        desk.chat.snooze(&lin, v.conversation, in_minutes(5)).await.unwrap();
    }
    assert_eq!(desk.chat.end_snoozes(in_minutes(6)).await.unwrap(), 2);
    // Half an hour after the last word, but not after they woke; nor is what was said before of any weight.
    assert_eq!(desk.chat.end_idle(spoken + SignedDuration::from_mins(30)).await.unwrap(), 0);
    assert_eq!(desk.chat.end_idle(in_minutes(31)).await.unwrap(), 2);
    for v in [&fresh, &warned] {
        assert_eq!(told(&desk, v).await, (Status::Serving, 2), "told anew before it ends");
    }
}

#[tokio::test]
async fn colleagues_who_come_and_go_keep_nothing_open_for_ever() {
    let desk = Desk::with(|settings| ChatSettings { idle: Some(IDLENESS), ..settings }).await;
    let lin = desk.agent("lin", Role::Agent).await;
    let wang = desk.agent("wang", Role::Agent).await;
    let v = answered(&desk, &lin).await;
    desk.chat.invite(&lin, v.conversation, wang.id).await.unwrap();
    assert_eq!(desk.chat.end_idle(in_minutes(31)).await.unwrap(), 1);
    desk.chat.dismiss(&wang, v.conversation, wang.id).await.unwrap();
    assert_eq!(
        desk.chat.end_idle(in_minutes(11)).await.unwrap(),
        0,
        "something has happened since the notice"
    );
    assert_eq!(desk.chat.end_idle(in_minutes(31)).await.unwrap(), 1);
    assert_eq!(told(&desk, &v).await, (Status::Serving, 2));
    assert_eq!(desk.chat.end_idle(in_minutes(11)).await.unwrap(), 1);
    assert_eq!(told(&desk, &v).await.0, Status::Closed);
}

#[tokio::test]
async fn without_a_limit_nothing_ends_by_itself() {
    let desk = Desk::new().await;
    let lin = desk.agent("lin", Role::Agent).await;
    let v = answered(&desk, &lin).await;
    assert_eq!(desk.chat.end_idle(in_minutes(100_000)).await.unwrap(), 0);
    assert_eq!(told(&desk, &v).await, (Status::Serving, 0));
}
