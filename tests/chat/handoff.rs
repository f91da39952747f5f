//! Handing over between bot and people.

use zhike::chat::{Ending, ReleaseTo};
use zhike::domain::{CloseReason, EventName, PresenceState, Role, SenderKind, Status};
use zhike::error::Code;

use crate::desk::{Desk, events, new_message, spoken_by};

#[tokio::test]
async fn requirement_1_a_handoff_tells_the_visitor_so_with_their_position() {
    let desk = Desk::new().await;
    let agent = desk.agent("lin", Role::Agent).await;
    desk.staff.set_presence(&agent, PresenceState::Online, None).await.unwrap();
    let (a, b) = (desk.visitor().await, desk.visitor().await);
    desk.say(&a, "我要人工").await;
    desk.until(a.conversation, 2).await;
    desk.chat.request_handoff(&b).await.unwrap();
    let told = |messages: Vec<zhike::domain::Message>| messages.last().unwrap().content.as_text().to_owned();
    let (first, second) =
        (told(desk.messages(a.conversation).await), told(desk.messages(b.conversation).await));
    assert!(first.contains("第 1 位"), "{first}");
    assert!(second.contains("第 2 位"), "{second}");
}

#[tokio::test]
async fn requirement_5_nobody_online_has_its_own_text_and_nothing_is_lost() {
    let desk = Desk::new().await;
    let v = desk.visitor().await;
    let conversation = desk.chat.request_handoff(&v).await.unwrap();
    assert_eq!(conversation.status, Status::Waiting);
    let text = desk.messages(v.conversation).await[0].content.as_text().to_owned();
    assert!(text.contains("没有客服在线") && text.contains("留言"), "{text}");
    desk.say(&v, "我的订单破了").await;
    desk.quiet().await;
    assert_eq!(desk.transcript(v.conversation).await.last().unwrap(), "visitor: 我的订单破了");
}

#[tokio::test]
async fn requirement_2_the_decision_hands_over_and_no_word_of_the_bots_text_does() {
    let desk = Desk::new().await;
    let v = desk.visitor().await;
    // The script repeats what it is told: its answers are full of what looks like a command.
    let commands = "conversation_handoff [HANDOFF] <handoff/> {\"action\": \"handoff\"} transfer_to_human";
    desk.say(&v, commands).await;
    desk.quiet().await;
    let said = desk.messages(v.conversation).await;
    assert_eq!(said[1].content.as_text(), format!("re: {commands}"), "it is said as it is");
    assert_eq!(desk.chat.conversation(v.conversation).await.unwrap().status, Status::Bot);
    assert!(events(&said).is_empty());

    // Here the script says nothing at all, and decides.
    desk.say(&v, "人工").await;
    desk.quiet().await;
    assert_eq!(desk.chat.conversation(v.conversation).await.unwrap().status, Status::Waiting);
    assert_eq!(events(&desk.messages(v.conversation).await), [EventName::HandoffRequested]);
}

#[tokio::test]
async fn requirement_3_an_answer_computed_before_the_takeover_is_never_sent() {
    let desk = Desk::new().await;
    let agent = desk.agent("lin", Role::Agent).await;
    for how in ["accept", "message", "request"] {
        let v = desk.visitor().await;
        let begun = desk.script.turns.lock().unwrap().len();
        desk.script.hold().await;
        desk.say(&v, "在吗").await;
        desk.script.begun(begun + 1).await;
        match how {
            "accept" => drop(desk.chat.accept(&agent, v.conversation).await.unwrap()),
            "message" => drop(desk.answer(&agent, v.conversation, "您好").await.unwrap()),
            _ => drop(desk.chat.request_handoff(&v).await.unwrap()),
        }
        desk.script.let_go();
        desk.quiet().await;
        assert_eq!(spoken_by(&desk.messages(v.conversation).await, SenderKind::Bot), 0, "{how}");
    }
}

#[tokio::test]
async fn requirement_3_an_answer_stays_unsent_even_when_the_bot_has_the_conversation_back() {
    let desk = Desk::new().await;
    let agent = desk.agent("lin", Role::Agent).await;
    let v = desk.visitor().await;
    desk.script.hold().await;
    desk.say(&v, "在吗").await;
    desk.script.begun(1).await;
    desk.chat.accept(&agent, v.conversation).await.unwrap();
    desk.chat.release(&agent, v.conversation, ReleaseTo::Bot).await.unwrap();
    desk.script.let_go();
    desk.quiet().await;
    // The message was the agent's to answer; the version has moved on twice since the turn began.
    assert_eq!(spoken_by(&desk.messages(v.conversation).await, SenderKind::Bot), 0);
    desk.say(&v, "谢谢").await;
    desk.quiet().await;
    assert_eq!(desk.transcript(v.conversation).await.last().unwrap(), "bot: re: 谢谢");
}

#[tokio::test]
async fn requirement_3_any_message_of_a_person_takes_over() {
    let desk = Desk::new().await;
    let agent = desk.agent("lin", Role::Agent).await;
    let v = desk.visitor().await;
    desk.say(&v, "在吗").await;
    desk.until(v.conversation, 2).await;
    desk.answer(&agent, v.conversation, "您好,我是小林").await.unwrap();
    let conversation = desk.chat.conversation(v.conversation).await.unwrap();
    assert_eq!(conversation.status, Status::Serving);
    assert_eq!(conversation.assignee.unwrap().id, agent.id);
    desk.say(&v, "太好了").await;
    desk.quiet().await;
    assert_eq!(spoken_by(&desk.messages(v.conversation).await, SenderKind::Bot), 1);
}

#[tokio::test]
async fn requirement_4_a_reopened_conversation_begins_a_new_context() {
    let desk = Desk::new().await;
    let agent = desk.agent("lin", Role::Agent).await;
    let v = desk.visitor().await;
    desk.say(&v, "我要人工").await;
    desk.until(v.conversation, 2).await;
    desk.answer(&agent, v.conversation, "您好").await.unwrap();
    let ending = Ending { reason: CloseReason::Resolved, note: Some(" solved ".into()) };
    let closed = desk.chat.close(&agent, v.conversation, Some(ending)).await.unwrap();
    assert_eq!(
        (closed.close_reason, closed.close_note.as_deref()),
        (Some(CloseReason::Resolved), Some("solved"))
    );
    desk.say(&v, "再问一下运费").await;
    desk.quiet().await;

    let conversation = desk.chat.conversation(v.conversation).await.unwrap();
    assert_eq!(conversation.status, Status::Bot, "old turns must not lead to a handoff again");
    assert_eq!(conversation.handoff_reason, None);
    let turn = desk.script.turns.lock().unwrap().last().unwrap().clone();
    assert_eq!((turn.text.as_str(), turn.history.len()), ("再问一下运费", 0));
    let messages = desk.messages(v.conversation).await;
    let expected =
        [EventName::HandoffRequested, EventName::AgentJoined, EventName::Closed, EventName::Reopened];
    assert_eq!(events(&messages), expected);
    assert_eq!((conversation.close_reason, conversation.close_note), (None, None), "it has not ended");
}

#[tokio::test]
async fn requirement_10_every_change_of_status_is_a_message_of_the_stream() {
    let desk = Desk::new().await;
    let lin = desk.agent("lin", Role::Agent).await;
    let wang = desk.agent("wang", Role::Agent).await;
    let v = desk.visitor().await;
    desk.chat.request_handoff(&v).await.unwrap();
    desk.chat.cancel_handoff(&v).await.unwrap();
    desk.chat.request_handoff(&v).await.unwrap();
    desk.chat.accept(&lin, v.conversation).await.unwrap();
    desk.chat.transfer(&lin, v.conversation, Some(wang.id)).await.unwrap();
    desk.chat.accept(&wang, v.conversation).await.unwrap();
    desk.chat.release(&wang, v.conversation, ReleaseTo::Queue).await.unwrap();
    desk.chat.accept(&lin, v.conversation).await.unwrap();
    desk.chat.close(&lin, v.conversation, None).await.unwrap();
    let last = desk.chat.reopen(&lin, v.conversation).await.unwrap();
    use EventName::*;
    let expected = [
        HandoffRequested,
        HandoffDeclined,
        HandoffRequested,
        AgentJoined,
        Transferred,
        AgentJoined,
        AgentLeft,
        AgentJoined,
        Closed,
        Reopened,
    ];
    let messages = desk.messages(v.conversation).await;
    assert_eq!(events(&messages), expected);
    assert_eq!(last.version, 1 + expected.len() as i64);
    assert_eq!(last.last_seq, expected.len() as i64);
}

#[tokio::test]
async fn only_the_owner_or_a_supervisor_speaks_ends_or_passes_on() {
    let desk = Desk::new().await;
    let lin = desk.agent("lin", Role::Agent).await;
    let wang = desk.agent("wang", Role::Agent).await;
    let chief = desk.agent("chief", Role::Supervisor).await;
    let viewer = desk.agent("viewer", Role::Viewer).await;
    let v = desk.visitor().await;
    desk.say(&v, "hi").await;
    desk.chat.accept(&lin, v.conversation).await.unwrap();

    let id = v.conversation;
    let code = |r: zhike::error::Result<_>| r.map(|_: ()| ()).unwrap_err().code();
    assert_eq!(code(desk.answer(&wang, id, "me too").await.map(drop)), Code::Conflict);
    assert_eq!(code(desk.chat.close(&wang, id, None).await.map(drop)), Code::Forbidden);
    assert_eq!(code(desk.chat.transfer(&wang, id, None).await.map(drop)), Code::Forbidden);
    assert_eq!(code(desk.answer(&viewer, id, "hello").await.map(drop)), Code::Forbidden);
    assert_eq!(code(desk.chat.accept(&chief, id).await.map(drop)), Code::Conflict);
    let taken = desk.chat.take_over(&chief, id).await.unwrap();
    assert_eq!(taken.assignee.unwrap().id, chief.id);
    assert_eq!(code(desk.answer(&lin, id, "still me").await.map(drop)), Code::Conflict);
    desk.chat.close(&chief, id, None).await.unwrap();
    assert_eq!(code(desk.answer(&chief, id, "too late").await.map(drop)), Code::InvalidState);
}

#[tokio::test]
async fn suggestions_follow_each_message_of_the_visitor_while_a_person_serves() {
    let desk = Desk::new().await;
    let lin = desk.agent("lin", Role::Agent).await;
    let v = desk.visitor().await;
    desk.chat.accept(&lin, v.conversation).await.unwrap_or_else(|e| panic!("{e}"));
    desk.chat.post_visitor(&v, &new_message("怎么退货")).await.unwrap();
    let items = desk.chat.suggestions(v.conversation).await.unwrap();
    assert_eq!(items[0].text, "try: 怎么退货");
    desk.chat.suggestion_used(&lin, items[0].id, Some("七天内可退")).await.unwrap();
    let unknown = zhike::domain::SuggestionId::new();
    assert_eq!(desk.chat.suggestion_used(&lin, unknown, None).await.unwrap_err().code(), Code::NotFound);
}
