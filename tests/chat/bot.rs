//! The bot's turns.

use zhike::domain::{Role, SenderKind, Status};

use crate::desk::{Desk, new_message, spoken_by};

#[tokio::test]
async fn every_message_is_answered_once_and_in_order() {
    let desk = Desk::new().await;
    let v = desk.visitor().await;
    for text in ["一", "二", "三"] {
        desk.say(&v, text).await;
    }
    desk.until(v.conversation, 6).await;
    let lines = desk.transcript(v.conversation).await;
    let bot: Vec<_> = lines.iter().filter(|l| l.starts_with("bot")).collect();
    assert_eq!(bot, ["bot: re: 一", "bot: re: 二", "bot: re: 三"]);
}

#[tokio::test]
async fn requirement_8_the_same_message_delivered_three_times_is_stored_and_answered_once() {
    let desk = Desk::new().await;
    let v = desk.visitor().await;
    let new = new_message("运费多少?");
    let (a, b, c) = tokio::join!(
        desk.chat.post_visitor(&v, &new),
        desk.chat.post_visitor(&v, &new),
        desk.chat.post_visitor(&v, &new)
    );
    let posted = [a.unwrap(), b.unwrap(), c.unwrap()];
    assert_eq!(posted.iter().filter(|p| p.new).count(), 1);
    assert!(posted.iter().all(|p| p.message.id == posted[0].message.id && p.message.seq == 1));
    desk.until(v.conversation, 2).await;
    assert!(!desk.chat.post_visitor(&v, &new).await.unwrap().new);
    desk.quiet().await;
    assert_eq!(desk.transcript(v.conversation).await, ["visitor: 运费多少?", "bot: re: 运费多少?"]);
}

#[tokio::test]
async fn requirement_7_the_bot_reacts_to_visitors_only() {
    let desk = Desk::new().await;
    let agent = desk.agent("lin", Role::Agent).await;
    let v = desk.visitor().await;
    desk.say(&v, "hello").await;
    desk.until(v.conversation, 2).await;
    desk.answer(&agent, v.conversation, "我来回答").await.unwrap();
    desk.chat.release(&agent, v.conversation, zhike::chat::ReleaseTo::Bot).await.unwrap();
    desk.quiet().await;
    // Its own answer, the agent's message and two events have not started a turn.
    assert_eq!(desk.script.turns.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn an_engine_that_fails_leads_to_a_person_not_to_silence() {
    let desk = Desk::new().await;
    let v = desk.visitor().await;
    desk.say(&v, "故障").await;
    desk.until(v.conversation, 3).await;
    let conversation = desk.chat.conversation(v.conversation).await.unwrap();
    assert_eq!(conversation.status, Status::Waiting);
    assert_eq!(conversation.handoff_reason.as_deref(), Some("engine_failed"));
    assert_eq!(spoken_by(&desk.messages(v.conversation).await, SenderKind::Bot), 1);
}

#[tokio::test]
async fn the_engine_reads_the_context_before_the_message() {
    let desk = Desk::new().await;
    let v = desk.visitor().await;
    desk.say(&v, "普通快递几天到?").await;
    desk.until(v.conversation, 2).await;
    desk.say(&v, "那生鲜呢?").await;
    desk.until(v.conversation, 4).await;
    let turns = desk.script.turns.lock().unwrap().clone();
    let history: Vec<_> = turns[1].history.iter().map(|h| (h.role, h.text.as_str())).collect();
    assert_eq!(turns[1].text, "那生鲜呢?");
    let expected = [(SenderKind::Visitor, "普通快递几天到?"), (SenderKind::Bot, "re: 普通快递几天到?")];
    assert_eq!(history, expected);
}

#[tokio::test]
async fn after_a_restart_unanswered_messages_are_answered_exactly_once() {
    let first = Desk::new().await;
    first.script.hold().await;
    let (a, b) = (first.visitor().await, first.visitor().await);
    first.say(&a, "一").await;
    first.say(&a, "二").await;
    first.say(&b, "三").await;
    first.script.begun(2).await;
    // The first process goes away in the middle of its turns; a second one opens the same file.
    let second = Desk::on(&first.file, |s| s).await;
    second.chat.start().await.unwrap();
    second.until(a.conversation, 4).await;
    second.until(b.conversation, 2).await;
    // Should the first one come back to life, it finds that its answers are no longer wanted.
    first.script.let_go();
    first.quiet().await;
    second.quiet().await;
    let lines = second.transcript(a.conversation).await;
    assert_eq!(lines, ["visitor: 一", "visitor: 二", "bot: re: 一", "bot: re: 二"]);
    assert_eq!(second.transcript(b.conversation).await, ["visitor: 三", "bot: re: 三"]);
}
