//! The states of a conversation and who may move it from one to another: one table, nothing else.
//!
//! Pure. It knows no database and no text: writers ask [`next`] inside their transaction and store what it says.
//! Every move from one status to another is an event message in the conversation's ordered stream, so that no client can
//! miss one. Sleep is no status: the visitor does not hear of it.
//!
//! ```text
//!            handoff                accept                 transfer
//!   bot ───────────────► waiting ───────────► serving ───────────────► transferring
//!    ▲ ◄─ stay with bot ─┘   ▲ ◄── release ────┘  ▲ ◄───── accept ───────┘ │
//!    │ ◄─────────── return to bot ───────────────┘│ ◄─ release, expiry (to waiting)
//!    └── visitor returns ── closed ── reopen ─────┘        any ── close ──► closed
//! ```

use crate::domain::{EventName, Status};
use crate::error::{Code, Error, Result};

/// Something that is done to a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// A person is asked for.
    Handoff,
    /// The visitor would rather go on with the bot than wait.
    StayWithBot,
    /// An agent takes the conversation, by accepting it or by writing into it.
    Accept,
    /// A supervisor takes it from the agent who has it.
    TakeOver,
    /// It goes back to the queue.
    Release,
    /// It goes back to the bot.
    ReturnToBot,
    /// It is offered to another agent, or to whoever is free.
    Transfer,
    /// Its agent puts it off.
    Snooze,
    /// What was put off is there again.
    Wake,
    /// A colleague is asked to help in it.
    Invite,
    /// A colleague who helps is sent away.
    Dismiss,
    /// A colleague who helps leaves by themselves.
    Leave,
    /// Nobody accepted the offer in time.
    TransferExpired,
    /// It ends.
    Close,
    /// An agent picks up a closed conversation again.
    Reopen,
    /// The visitor of a closed conversation writes again.
    VisitorReturns,
}

/// Who does it, seen from the conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum By {
    Visitor,
    Bot,
    /// The agent the conversation belongs to.
    Owner,
    /// The agent it is offered to.
    Target,
    /// Any other agent.
    Agent,
    /// Any other member of staff who may take over.
    Supervisor,
    /// A time limit or the server itself.
    System,
}

impl By {
    /// Everybody, for tests and documentation.
    pub const ALL: [By; 7] =
        [By::Visitor, By::Bot, By::Owner, By::Target, By::Agent, By::Supervisor, By::System];
}

/// One allowed move.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    pub step: Step,
    pub from: &'static [Status],
    pub by: &'static [By],
    pub to: Status,
    /// What the visitor is told of it; none for what is between agents.
    pub event: Option<EventName>,
}

const STAFF: &[By] = &[By::Owner, By::Target, By::Agent, By::Supervisor];
const HOLDERS: &[By] = &[By::Owner, By::Supervisor];

/// Every allowed move; whatever is not here is refused.
#[rustfmt::skip]
pub const TABLE: &[Row] = &[
    Row { step: Step::Handoff,         from: &[Status::Bot],                          by: &[By::Visitor, By::Bot, By::System],               to: Status::Waiting,      event: Some(EventName::HandoffRequested) },
    Row { step: Step::StayWithBot,     from: &[Status::Waiting],                      by: &[By::Visitor],                                    to: Status::Bot,          event: Some(EventName::HandoffDeclined) },
    Row { step: Step::Accept,          from: &[Status::Bot, Status::Waiting],         by: STAFF,                                             to: Status::Serving,      event: Some(EventName::AgentJoined) },
    Row { step: Step::Accept,          from: &[Status::Transferring],                 by: &[By::Owner, By::Target, By::Supervisor],          to: Status::Serving,      event: Some(EventName::AgentJoined) },
    Row { step: Step::TakeOver,        from: &[Status::Serving],                      by: &[By::Supervisor],                                 to: Status::Serving,      event: Some(EventName::AgentJoined) },
    Row { step: Step::Release,         from: &[Status::Serving],                      by: HOLDERS,                                           to: Status::Waiting,      event: Some(EventName::AgentLeft) },
    Row { step: Step::Release,         from: &[Status::Transferring],                 by: &[By::Owner, By::Target, By::Supervisor],          to: Status::Waiting,      event: Some(EventName::AgentLeft) },
    Row { step: Step::ReturnToBot,     from: &[Status::Serving, Status::Transferring], by: HOLDERS,                                          to: Status::Bot,          event: Some(EventName::AgentLeft) },
    Row { step: Step::ReturnToBot,     from: &[Status::Waiting],                      by: STAFF,                                             to: Status::Bot,          event: Some(EventName::HandoffDeclined) },
    Row { step: Step::Transfer,        from: &[Status::Serving, Status::Transferring], by: HOLDERS,                                          to: Status::Transferring, event: Some(EventName::Transferred) },
    Row { step: Step::Snooze,          from: &[Status::Serving],                      by: HOLDERS,                                           to: Status::Serving,      event: None },
    Row { step: Step::Wake,            from: &[Status::Serving],                      by: &[By::Owner, By::Supervisor, By::Visitor, By::System], to: Status::Serving,  event: None },
    Row { step: Step::Invite,          from: &[Status::Serving],                      by: HOLDERS,                                           to: Status::Serving,      event: Some(EventName::GuestJoined) },
    Row { step: Step::Dismiss,         from: &[Status::Serving],                      by: HOLDERS,                                           to: Status::Serving,      event: Some(EventName::GuestLeft) },
    Row { step: Step::Dismiss,         from: &[Status::Transferring],                 by: HOLDERS,                                           to: Status::Transferring, event: Some(EventName::GuestLeft) },
    Row { step: Step::Leave,           from: &[Status::Serving],                      by: STAFF,                                             to: Status::Serving,      event: Some(EventName::GuestLeft) },
    Row { step: Step::Leave,           from: &[Status::Transferring],                 by: STAFF,                                             to: Status::Transferring, event: Some(EventName::GuestLeft) },
    Row { step: Step::TransferExpired, from: &[Status::Transferring],                 by: &[By::System],                                     to: Status::Waiting,      event: Some(EventName::AgentLeft) },
    Row { step: Step::Close,           from: &[Status::Bot, Status::Waiting],         by: &[By::Visitor, By::Owner, By::Target, By::Agent, By::Supervisor, By::System], to: Status::Closed, event: Some(EventName::Closed) },
    Row { step: Step::Close,           from: &[Status::Serving, Status::Transferring], by: &[By::Visitor, By::Owner, By::Supervisor, By::System], to: Status::Closed,  event: Some(EventName::Closed) },
    Row { step: Step::Reopen,          from: &[Status::Closed],                       by: STAFF,                                             to: Status::Serving,      event: Some(EventName::Reopened) },
    Row { step: Step::VisitorReturns,  from: &[Status::Closed],                       by: &[By::Visitor],                                    to: Status::Bot,          event: Some(EventName::Reopened) },
];

/// The move that `step` is, done by `by` to a conversation in state `from`.
///
/// # Errors
/// [`Code::Forbidden`] when others may take this step now but not this one; [`Code::InvalidState`] when nobody may.
pub fn next(from: Status, step: Step, by: By) -> Result<&'static Row> {
    let possible: Vec<&Row> = TABLE.iter().filter(|r| r.step == step && r.from.contains(&from)).collect();
    if let Some(row) = possible.iter().find(|r| r.by.contains(&by)) {
        return Ok(row);
    }
    if possible.is_empty() {
        let text = format!("a conversation that is `{}` does not allow this step", from.as_str());
        return Err(Error::new(Code::InvalidState, text));
    }
    let who = match by {
        By::Visitor | By::Bot | By::System => "it is not yours to take",
        _ => "the conversation belongs to another agent; ask them or a supervisor to transfer it",
    };
    Err(Error::new(Code::Forbidden, format!("this step is not allowed: {who}")))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    const STATES: [Status; 5] =
        [Status::Bot, Status::Waiting, Status::Serving, Status::Transferring, Status::Closed];
    const STEPS: [Step; 16] = [
        Step::Handoff,
        Step::StayWithBot,
        Step::Accept,
        Step::TakeOver,
        Step::Release,
        Step::ReturnToBot,
        Step::Transfer,
        Step::Snooze,
        Step::Wake,
        Step::Invite,
        Step::Dismiss,
        Step::Leave,
        Step::TransferExpired,
        Step::Close,
        Step::Reopen,
        Step::VisitorReturns,
    ];

    /// The states that can be reached from `start` by moves of `by` alone.
    fn reach(start: Status, by: &[By]) -> HashSet<Status> {
        let mut seen = HashSet::from([start]);
        loop {
            let more: Vec<Status> = TABLE
                .iter()
                .filter(|r| r.from.iter().any(|f| seen.contains(f)) && r.by.iter().any(|b| by.contains(b)))
                .map(|r| r.to)
                .filter(|to| !seen.contains(to))
                .collect();
            if more.is_empty() {
                return seen;
            }
            seen.extend(more);
        }
    }

    #[test]
    fn requirement_6_no_state_without_a_way_out() {
        for state in STATES {
            let by_staff = reach(state, &[By::Supervisor]);
            assert!(by_staff.contains(&Status::Serving), "staff cannot get a {state:?} conversation");
            let by_visitor = reach(state, &[By::Visitor]);
            assert!(by_visitor.contains(&Status::Bot), "the visitor cannot get out of {state:?}");
        }
        // An offer nobody answers ends by itself.
        assert!(reach(Status::Transferring, &[By::System]).contains(&Status::Waiting));
    }

    #[test]
    fn a_step_is_decided_by_one_row_only() {
        for (from, step, by) in STATES
            .iter()
            .flat_map(|f| STEPS.iter().flat_map(move |s| By::ALL.iter().map(move |b| (*f, *s, *b))))
        {
            let rows = TABLE
                .iter()
                .filter(|r| r.step == step && r.from.contains(&from) && r.by.contains(&by))
                .count();
            assert!(rows <= 1, "{from:?} {step:?} {by:?} is decided twice");
            assert_eq!(next(from, step, by).is_ok(), rows == 1);
        }
    }

    #[test]
    fn every_step_is_possible_somewhere() {
        for step in STEPS {
            assert!(TABLE.iter().any(|r| r.step == step), "{step:?} is in no row");
        }
    }

    #[test]
    fn the_bot_can_only_ask_for_a_person() {
        let rows: Vec<_> = TABLE.iter().filter(|r| r.by.contains(&By::Bot)).map(|r| r.step).collect();
        assert_eq!(rows, [Step::Handoff]);
    }

    #[test]
    fn the_refusal_says_whether_the_state_or_the_person_is_wrong() {
        let state = next(Status::Closed, Step::Accept, By::Agent).unwrap_err();
        assert_eq!(state.code(), Code::InvalidState);
        let person = next(Status::Serving, Step::Close, By::Agent).unwrap_err();
        assert_eq!(person.code(), Code::Forbidden);
    }

    #[test]
    fn every_change_of_status_is_told_and_what_is_not_told_changes_none() {
        for row in TABLE {
            let stays = row.from.iter().all(|from| *from == row.to);
            assert!(row.event.is_some() || stays, "{:?} changes the status in silence", row.step);
        }
    }

    proptest! {
        /// Whatever is tried in whatever order, a conversation is always in a state from which it can go on, and
        /// only people bring it to `serving`.
        #[test]
        fn random_walks_stay_inside_the_table(walk in prop::collection::vec((0..16usize, 0..7usize), 0..200)) {
            let mut state = Status::Bot;
            for (step, by) in walk {
                let Ok(row) = next(state, STEPS[step], By::ALL[by]) else { continue };
                prop_assert!(row.from.contains(&state));
                if row.to == Status::Serving && state != Status::Serving {
                    prop_assert!(STAFF.contains(&By::ALL[by]));
                }
                state = row.to;
                prop_assert!(TABLE.iter().any(|r| r.from.contains(&state)));
            }
        }
    }
}
