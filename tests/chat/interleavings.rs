//! Random interleavings of everybody at once: whatever happens, the stream of a conversation is gapless, free of
//! doubles, tells every change of status, and the bot never speaks out of turn.

use std::collections::HashSet;

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use zhike::chat::machine::TABLE;
use zhike::chat::{Chat, ReleaseTo, VisitorPass};
use zhike::domain::{Content, EventName, Message, Role, SenderKind, Status, User, UserId};
use zhike::error::{Code, Result};

use crate::desk::{Desk, new_message};

#[derive(Clone, Copy, Debug)]
enum Act {
    Say,
    AskForPerson,
    StayWithBot,
    EndByVisitor,
    Accept,
    TakeOver,
    Write,
    ToQueue,
    ToBot,
    Transfer,
    Close,
    Reopen,
    Snooze,
    Wake,
    Invite,
    Dismiss,
}

const ACTS: [Act; 16] = [
    Act::Say,
    Act::AskForPerson,
    Act::StayWithBot,
    Act::EndByVisitor,
    Act::Accept,
    Act::TakeOver,
    Act::Write,
    Act::ToQueue,
    Act::ToBot,
    Act::Transfer,
    Act::Close,
    Act::Reopen,
    Act::Snooze,
    Act::Wake,
    Act::Invite,
    Act::Dismiss,
];

async fn act(chat: Chat, v: VisitorPass, user: User, other: UserId, act: Act, n: usize) -> Result<()> {
    let id = v.conversation;
    match act {
        Act::Say => {
            let text = if n.is_multiple_of(5) { format!("转人工 {n}") } else { format!("问题 {n}") };
            chat.post_visitor(&v, &new_message(&text)).await.map(drop)
        }
        Act::AskForPerson => chat.request_handoff(&v).await.map(drop),
        Act::StayWithBot => chat.cancel_handoff(&v).await.map(drop),
        Act::EndByVisitor => chat.close_by_visitor(&v).await.map(drop),
        Act::Accept => chat.accept(&user, id).await.map(drop),
        Act::TakeOver => chat.take_over(&user, id).await.map(drop),
        Act::Write => chat.post_agent(&user, id, &new_message(&format!("回答 {n}"))).await.map(drop),
        Act::ToQueue => chat.release(&user, id, ReleaseTo::Queue).await.map(drop),
        Act::ToBot => chat.release(&user, id, ReleaseTo::Bot).await.map(drop),
        Act::Transfer => chat.transfer(&user, id, None).await.map(drop),
        Act::Close => chat.close(&user, id, None).await.map(drop),
        Act::Reopen => chat.reopen(&user, id).await.map(drop),
        Act::Snooze => {
            let until = Timestamp::now() + SignedDuration::from_hours(1);
            chat.snooze(&user, id, until).await.map(drop)
        }
        Act::Wake => chat.wake(&user, id).await.map(drop),
        Act::Invite => chat.invite(&user, id, other).await.map(drop),
        Act::Dismiss => chat.dismiss(&user, id, other).await.map(drop),
    }
}

/// Reads the stream as a client does and checks it against the table.
fn check(messages: &[Message], end: Status) {
    let mut possible = HashSet::from([Status::Bot]);
    let mut ids = HashSet::new();
    for (n, message) in (1..).zip(messages) {
        assert_eq!(message.seq, n, "seq is gapless");
        assert!(ids.insert(message.id), "no message twice");
        match (&message.content, message.sender.kind) {
            (Content::Event { event, .. }, _) => {
                possible = TABLE
                    .iter()
                    .filter(|row| row.event == Some(*event) && row.from.iter().any(|f| possible.contains(f)))
                    .map(|row| row.to)
                    .collect();
                assert!(!possible.is_empty(), "{event:?} at {n} is no move of the table");
                // An agent who reopens serves; a visitor who returns is the bot's.
                if *event == EventName::Reopened {
                    assert!(possible.is_subset(&HashSet::from([Status::Serving, Status::Bot])));
                }
            }
            (_, SenderKind::Bot) => {
                assert!(possible.contains(&Status::Bot), "the bot spoke at {n} while in {possible:?}");
            }
            (_, SenderKind::Agent) => {
                // Whoever helps may write while it is offered to somebody else.
                let served = [Status::Serving, Status::Transferring];
                let may = served.iter().any(|status| possible.contains(status));
                assert!(may, "an agent spoke at {n} while in {possible:?}");
            }
            _ => assert!(!possible.contains(&Status::Closed) || possible.len() > 1),
        }
    }
    assert!(possible.contains(&end), "the stream leads to {possible:?}, the conversation is {end:?}");
}

#[test]
fn random_interleavings_leave_every_stream_gapless_legal_and_with_a_silent_bot() {
    let steps = prop::collection::vec((0..ACTS.len(), 0..3_usize, 0..2_usize), 1..60);
    let config = Config { cases: 24, failure_persistence: None, ..Config::default() };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build().unwrap();
    TestRunner::new(config)
        .run(&steps, |steps| {
            runtime.block_on(async {
                let desk = Desk::new().await;
                let staff = [
                    desk.agent("lin", Role::Agent).await,
                    desk.agent("wang", Role::Agent).await,
                    desk.agent("chief", Role::Supervisor).await,
                ];
                let visitors = [desk.visitor().await, desk.visitor().await];
                let mut running = tokio::task::JoinSet::new();
                for (n, (a, who, v)) in steps.into_iter().enumerate() {
                    running.spawn(act(
                        desk.chat.clone(),
                        visitors[v].clone(),
                        staff[who].clone(),
                        staff[(who + 1) % staff.len()].id,
                        ACTS[a],
                        n,
                    ));
                }
                while let Some(result) = running.join_next().await {
                    if let Err(e) = result.unwrap() {
                        let expected = [Code::InvalidState, Code::Conflict, Code::Forbidden];
                        assert!(expected.contains(&e.code()), "{e}");
                    }
                }
                desk.quiet().await;
                for v in &visitors {
                    let end = desk.chat.conversation(v.conversation).await.unwrap();
                    let owner = end.assignee.as_ref().map(|owner| owner.id);
                    assert!(
                        end.snoozed_until.is_none() || end.status == Status::Serving,
                        "only what is served sleeps"
                    );
                    let held = matches!(end.status, Status::Serving | Status::Transferring);
                    assert!(end.guests.is_empty() || held, "nobody helps where nobody serves");
                    assert!(
                        end.guests.iter().all(|guest| Some(guest.id) != owner),
                        "nobody helps themselves"
                    );
                    check(&desk.messages(v.conversation).await, end.status);
                }
            });
            Ok(())
        })
        .unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn requirement_11_order_comes_from_the_server_for_many_senders_at_once() {
    let desk = Desk::new().await;
    let v = desk.visitor().await;
    let lin = desk.agent("lin", Role::Agent).await;
    desk.chat.accept(&lin, v.conversation).await.unwrap();
    let mut senders = tokio::task::JoinSet::new();
    for sender in 0..8 {
        let (chat, v, lin) = (desk.chat.clone(), v.clone(), lin.clone());
        senders.spawn(async move {
            let mut seqs = Vec::new();
            for n in 0..25 {
                let new = new_message(&format!("{sender}/{n}"));
                let posted = match sender % 2 {
                    0 => chat.post_visitor(&v, &new).await,
                    _ => chat.post_agent(&lin, v.conversation, &new).await,
                };
                seqs.push(posted.unwrap().message.seq);
            }
            seqs
        });
    }
    let mut all = vec![1];
    while let Some(seqs) = senders.join_next().await {
        let seqs = seqs.unwrap();
        assert!(seqs.is_sorted(), "what one sender sends one after the other stays in order");
        all.extend(seqs);
    }
    all.sort_unstable();
    assert_eq!(all, (1..=201).collect::<Vec<i64>>());
}
