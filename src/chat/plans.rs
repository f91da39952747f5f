//! What each kind of write does to a conversation, as pure functions from what the writer sees inside its
//! transaction ([`Head`]) to what is written ([`Change`]).
//!
//! No I/O: the same functions are run by the store, by property tests, and again when a group of writes had to be
//! taken apart.

use std::time::Duration;

use jiff::Timestamp;

use crate::domain::{
    Act, Assignee, Content, Decision, EventName, MessageId, Role, Sender, SenderKind, Status, TeamId, User,
    UserId,
};
use crate::error::{Code, Error, Result};

use super::machine::{By, Row, Step, next};
use super::store::{Change, Closing, Draft, Head, Ownership};
use super::words;

/// Most colleagues who help in one conversation.
const MOST_GUESTS: usize = 10;

/// Roles that may speak to visitors.
pub(super) fn require_agent(user: &User) -> Result<()> {
    if user.role >= Role::Agent {
        return Ok(());
    }
    Err(Error::new(
        Code::Forbidden,
        "viewers read conversations; ask an admin for the role `agent` to take part",
    ))
}

/// What `user` is to the conversation.
pub(super) fn by(user: &User, head: &Head) -> By {
    let o = &head.ownership;
    let held = matches!(o.status, Status::Serving | Status::Transferring);
    match &o.assignee {
        Some(owner) if owner.id == user.id => By::Owner,
        // Its agent's account is gone: whoever acts becomes the owner.
        None if held => By::Owner,
        _ if user.role >= Role::Supervisor => By::Supervisor,
        _ if o.status == Status::Transferring && o.offered_to.is_none_or(|to| to == user.id) => By::Target,
        _ => By::Agent,
    }
}

/// A message of the visitor. It reopens a closed conversation in a new context, and wakes one that was put off.
pub(super) fn visitor_message(head: &Head, drafts: &[Draft]) -> Result<Change> {
    if head.ownership.status != Status::Closed {
        return Ok(awake(head, Change { drafts: drafts.to_vec(), ..Change::default() }));
    }
    let row = next(Status::Closed, Step::VisitorReturns, By::Visitor)?;
    let mut change = enter(head, row, words::reopened_by_visitor(head.locale), None, None);
    change.drafts.extend_from_slice(drafts);
    Ok(change)
}

/// A message of an agent. Writing into a conversation that nobody owns takes it: the bot is silent from here on. Whoever
/// was invited helps and takes nothing.
pub(super) fn agent_message(head: &Head, user: &User, drafts: &[Draft]) -> Result<Change> {
    let o = &head.ownership;
    let own = o.assignee.as_ref().is_some_and(|a| a.id == user.id);
    if o.status == Status::Serving && own {
        return Ok(awake(head, Change { drafts: drafts.to_vec(), ..Change::default() }));
    }
    if o.assignee.is_some() && o.has_guest(user.id) && o.offered_to != Some(user.id) {
        return Ok(Change { drafts: drafts.to_vec(), ..Change::default() });
    }
    if head.ownership.status == Status::Closed {
        return Err(Error::new(Code::InvalidState, "the conversation is closed; reopen it before you write"));
    }
    let mut change = accept(head, user, true)?;
    change.drafts.extend_from_slice(drafts);
    Ok(change)
}

/// An agent takes the conversation. `take_over`: a supervisor means to take it from whoever has it.
pub(super) fn accept(head: &Head, user: &User, take_over: bool) -> Result<Change> {
    let o = &head.ownership;
    let actor = by(user, head);
    if o.status == Status::Serving && o.assignee.is_some() {
        if actor == By::Owner {
            return Ok(Change::default());
        }
        if !(take_over && actor == By::Supervisor) {
            let name = o.assignee.as_ref().map_or("another agent", |a| a.name.as_str());
            return Err(Error::new(Code::Conflict, format!("{name} has already taken this conversation")));
        }
    }
    let step = match o.status {
        Status::Serving if o.assignee.is_none() => return Ok(adopt(head, user)),
        Status::Serving => Step::TakeOver,
        _ => Step::Accept,
    };
    let row = next(o.status, step, actor)?;
    Ok(enter(head, row, words::agent_joined(head.locale, &user.name), Some(user), None))
}

/// A conversation whose agent's account is gone gets a new one.
fn adopt(head: &Head, user: &User) -> Change {
    let text = words::agent_joined(head.locale, &user.name);
    let ownership = Ownership {
        assignee: Some(assignee(user)),
        offered_to: None,
        guests: others(head, Some(user)),
        ..head.ownership.clone()
    };
    Change {
        drafts: vec![event(EventName::AgentJoined, text)],
        ownership: Some(ownership),
        ..Change::default()
    }
}

/// A person is asked for. Somebody who already waits, or is already served, stays where they are.
pub(super) fn handoff(head: &Head, actor: By, reason: &str, staffed: bool, now: Timestamp) -> Result<Change> {
    if matches!(head.ownership.status, Status::Waiting | Status::Serving | Status::Transferring) {
        return Ok(Change::default());
    }
    let status = head.ownership.status;
    if status == Status::Closed && actor == By::Visitor {
        let back = visitor_message(head, &[])?;
        let mut open = head.clone();
        open.ownership.status = Status::Bot;
        let asked = handoff(&open, actor, reason, staffed, now)?;
        let drafts = [back.drafts, asked.drafts].concat();
        return Ok(Change { drafts, ownership: asked.ownership, ..back });
    }
    let row = next(status, Step::Handoff, actor)?;
    let text = words::handoff(head.locale, head.queue_length + 1, staffed);
    let mut change = told(enter(head, row, String::new(), None, Some(now)), text, staffed);
    if let Some(o) = &mut change.ownership {
        o.handoff_reason = Some(reason.to_owned());
    }
    Ok(change)
}

/// The visitor would rather go on with the bot.
pub(super) fn stay_with_bot(head: &Head) -> Result<Change> {
    if head.ownership.status == Status::Bot {
        return Ok(Change::default());
    }
    let row = next(head.ownership.status, Step::StayWithBot, By::Visitor)?;
    Ok(enter(head, row, words::back_to_bot(head.locale), None, None))
}

/// Staff give the conversation back to the queue or to the bot.
pub(super) fn release(head: &Head, user: &User, to_bot: bool, now: Timestamp) -> Result<Change> {
    let (step, text) = if to_bot {
        (Step::ReturnToBot, words::back_to_bot(head.locale))
    } else {
        (Step::Release, words::back_to_queue(head.locale))
    };
    let row = next(head.ownership.status, step, by(user, head))?;
    Ok(enter(head, row, text, None, Some(now)))
}

/// The conversation is offered to `target`, or to whoever is free. Its agent keeps it until somebody accepts.
pub(super) fn transfer(head: &Head, user: &User, target: Option<UserId>, now: Timestamp) -> Result<Change> {
    let row = next(head.ownership.status, Step::Transfer, by(user, head))?;
    let mut change = enter(head, row, words::transferred(head.locale), None, Some(now));
    if let Some(o) = &mut change.ownership {
        o.assignee = head.ownership.assignee.clone();
        o.offered_to = target;
    }
    Ok(change)
}

/// The conversation is offered to a team, whose queue it comes to when nobody accepts.
pub(super) fn transfer_to_team(head: &Head, user: &User, team: TeamId, now: Timestamp) -> Result<Change> {
    let mut change = transfer(head, user, None, now)?;
    if let Some(o) = &mut change.ownership {
        o.team = Some(team);
    }
    Ok(change)
}

/// A handoff that has no team yet comes to this one.
pub(super) fn routed(mut change: Change, team: Option<TeamId>) -> Change {
    if let Some(o) = &mut change.ownership
        && o.status == Status::Waiting
        && o.team.is_none()
    {
        o.team = team;
    }
    change
}

/// A handoff told in these words, and whether somebody is there for it.
pub(super) fn told(mut change: Change, words: String, is_staffed: bool) -> Change {
    for draft in &mut change.drafts {
        if let Content::Event { event: EventName::HandoffRequested, text, staffed } = &mut draft.content {
            text.clone_from(&words);
            *staffed = Some(is_staffed);
        }
    }
    change
}

/// Another conversation of the same person has ended in favour of this one.
pub(super) fn merged(head: &Head) -> Change {
    Change { drafts: vec![event(EventName::Merged, words::merged(head.locale))], ..Change::default() }
}

/// The visitor says how they can be reached. Whom the bot serves is taken to mean that a person shall do it.
pub(super) fn contact_left(head: &Head, contact: &str, staffed: bool, now: Timestamp) -> Result<Change> {
    let mut change = handoff(head, By::Visitor, "asked", staffed, now)?;
    change.drafts.push(event(EventName::ContactLeft, words::contact_left(head.locale, contact)));
    Ok(awake(head, change))
}

/// What waits is given to an agent who has room for it; somebody may have been faster.
pub(super) fn assigned(head: &Head, user: &User) -> Result<Change> {
    let by = match head.ownership.status {
        Status::Waiting => By::Agent,
        Status::Transferring if head.ownership.offered_to.is_none() => By::Target,
        _ => return Ok(Change::default()),
    };
    let row = next(head.ownership.status, Step::Accept, by)?;
    Ok(enter(head, row, words::agent_joined(head.locale, &user.name), Some(user), None))
}

/// Nobody accepted the transfer in time: back to the queue, where it keeps its place.
pub(super) fn transfer_expired(head: &Head, offered_before: Timestamp) -> Result<Change> {
    let since = head.ownership.waiting_since;
    if head.ownership.status != Status::Transferring || since.is_none_or(|at| at > offered_before) {
        return Ok(Change::default());
    }
    let row = next(Status::Transferring, Step::TransferExpired, By::System)?;
    Ok(enter(head, row, words::back_to_queue(head.locale), None, since))
}

/// The conversation ends. Who had it last stays written there.
pub(super) fn close(head: &Head, actor: By, closing: Option<Closing>) -> Result<Change> {
    if head.ownership.status == Status::Closed {
        return Ok(Change::default());
    }
    Ok(Change { closing, ..end(head, actor, words::closed(head.locale))? })
}

fn end(head: &Head, actor: By, text: String) -> Result<Change> {
    let row = next(head.ownership.status, Step::Close, actor)?;
    let mut change = enter(head, row, text, None, None);
    if let Some(o) = &mut change.ownership {
        o.assignee.clone_from(&head.ownership.assignee);
    }
    Ok(change)
}

/// The visitor has been silent since the message `seq`: they are told that it ends in `rest`.
pub(super) fn idle_notice(head: &Head, seq: i64, rest: Duration) -> Result<Change> {
    if !is_idle(head, seq) {
        return Ok(Change::default());
    }
    let text = words::idle_notice(head.locale, rest.as_secs().div_ceil(60));
    Ok(Change { drafts: vec![event(EventName::IdleNotice, text)], ..Change::default() })
}

/// They were told by the message `seq`, and are silent still.
pub(super) fn idle_end(head: &Head, seq: i64) -> Result<Change> {
    if !is_idle(head, seq) {
        return Ok(Change::default());
    }
    end(head, By::System, words::closed_idle(head.locale))
}

/// Whether nothing has happened since the message `seq`.
fn is_idle(head: &Head, seq: i64) -> bool {
    let o = &head.ownership;
    o.status == Status::Serving && o.snoozed_until.is_none() && head.last_seq == seq
}

/// An agent picks up a closed conversation again.
pub(super) fn reopen(head: &Head, user: &User) -> Result<Change> {
    let row = next(head.ownership.status, Step::Reopen, by(user, head))?;
    let text = words::reopened_by_agent(head.locale, &user.name);
    let mut change = enter(head, row, text, Some(user), None);
    change.context_seq = Some(head.last_seq + 1);
    Ok(change)
}

/// What the bot's turn was about.
#[derive(Clone, Copy, Debug)]
pub(super) struct Answered {
    /// The conversation's version that it started from.
    pub version: i64,
    /// The visitor's message.
    pub seq: i64,
    /// The message that it makes, which may have been told of already.
    pub id: MessageId,
}

/// The bot's decision about a visitor's message. Written only if the conversation is still the bot's, unchanged in ownership, and the message not dealt with yet. What was done in a
/// business system meanwhile is on record in any case.
pub(super) fn bot_decision(
    head: &Head,
    answered: Answered,
    decision: &Decision,
    bot: &Sender,
    staffed: bool,
    now: Timestamp,
) -> Result<Change> {
    let Answered { version, seq, id } = answered;
    let mut drafts: Vec<Draft> = decision.acts.iter().map(act).collect();
    if head.ownership.status != Status::Bot || head.version != version || head.bot_seq >= seq {
        return Ok(Change { drafts, ..Change::default() });
    }
    if !decision.text.is_empty() || decision.card.is_some() || !decision.choices.is_empty() {
        drafts.push(Draft {
            id,
            client_id: None,
            sender: bot.clone(),
            content: content_of(decision),
            citations: decision.citations.clone(),
        });
    }
    let mut change = Change::default();
    if decision.action == crate::domain::Action::Handoff {
        let reason = decision.handoff_reason.as_deref().unwrap_or("unsure");
        change = handoff(head, By::Bot, reason, staffed, now)?;
    }
    drafts.append(&mut change.drafts);
    let (tags, state) = (decision.tags.clone(), decision.state.clone());
    let unanswered = was_unsure(decision).then_some(seq);
    Ok(Change { drafts, bot_seq: Some(seq), tags, state, unanswered, ..change })
}

/// Whether the bot asked back, or brought a person, for want of an answer.
fn was_unsure(decision: &Decision) -> bool {
    match decision.action {
        crate::domain::Action::Clarify => true,
        crate::domain::Action::Handoff => decision.handoff_reason.as_deref() == Some("unsure"),
        _ => false,
    }
}

fn act(act: &Act) -> Draft {
    let name = if act.confirmed { EventName::ActionDone } else { EventName::ActionUnconfirmed };
    event(name, act.text.clone())
}

fn content_of(decision: &Decision) -> Content {
    let text = decision.text.clone();
    if let Some(card) = &decision.card {
        return Content::Card { text, card: card.clone() };
    }
    if !decision.choices.is_empty() {
        return Content::Choices { text, choices: decision.choices.clone() };
    }
    Content::Text { text }
}

/// The move itself: its event, and the ownership it leads to. Whenever the bot gets the conversation a new context
/// begins, and what was said to others before is none of its business.
fn enter(head: &Head, row: &Row, text: String, owner: Option<&User>, waiting: Option<Timestamp>) -> Change {
    let waits = matches!(row.to, Status::Waiting | Status::Transferring);
    // Who helps stays while somebody has it.
    let held = matches!(row.to, Status::Serving | Status::Transferring);
    let ownership = Ownership {
        status: row.to,
        assignee: owner.map(assignee),
        offered_to: None,
        team: if row.to == Status::Bot { None } else { head.ownership.team },
        handoff_reason: if row.to == Status::Bot { None } else { head.ownership.handoff_reason.clone() },
        waiting_since: if waits { waiting } else { None },
        snoozed_until: None,
        guests: if held { others(head, owner) } else { Vec::new() },
    };
    let to_bot = (row.to == Status::Bot).then_some(head.last_seq + 1);
    Change {
        drafts: row.event.map(|name| event(name, text)).into_iter().collect(),
        ownership: Some(ownership),
        bot_seq: to_bot,
        context_seq: to_bot,
        tags: Vec::new(),
        state: None,
        closing: None,
        unanswered: None,
    }
}

/// Those who help, without whoever has it now.
fn others(head: &Head, owner: Option<&User>) -> Vec<Assignee> {
    let guests = head.ownership.guests.iter();
    guests.filter(|guest| owner.is_none_or(|owner| owner.id != guest.id)).cloned().collect()
}

/// Something was said in it: what was put off is there again.
fn awake(head: &Head, mut change: Change) -> Change {
    if head.ownership.snoozed_until.is_some() && change.ownership.is_none() {
        change.ownership = Some(Ownership { snoozed_until: None, ..head.ownership.clone() });
    }
    change
}

/// The conversation is put off until a moment. It stays with its agent.
pub(super) fn snooze(head: &Head, user: &User, until: Timestamp) -> Result<Change> {
    next(head.ownership.status, Step::Snooze, by(user, head))?;
    let ownership = Ownership { snoozed_until: Some(until), ..head.ownership.clone() };
    Ok(Change { ownership: Some(ownership), ..Change::default() })
}

/// What was put off is there again; one that is awake stays so.
pub(super) fn wake(head: &Head, actor: By) -> Result<Change> {
    if head.ownership.snoozed_until.is_none() {
        return Ok(Change::default());
    }
    next(head.ownership.status, Step::Wake, actor)?;
    Ok(awake(head, Change::default()))
}

/// The moment has come; it may have been put off again meanwhile.
pub(super) fn snooze_ended(head: &Head, now: Timestamp) -> Result<Change> {
    match head.ownership.snoozed_until {
        Some(until) if until <= now => wake(head, By::System),
        _ => Ok(Change::default()),
    }
}

/// A colleague comes to help. Who has it, and who is there already, changes nothing.
pub(super) fn invite(head: &Head, user: &User, guest: &User) -> Result<Change> {
    let o = &head.ownership;
    let row = next(o.status, Step::Invite, by(user, head))?;
    if o.has_guest(guest.id) || o.assignee.as_ref().is_some_and(|owner| owner.id == guest.id) {
        return Ok(Change::default());
    }
    if o.guests.len() >= MOST_GUESTS {
        return Err(Error::invalid(format!("at most {MOST_GUESTS} colleagues can help at the same time")));
    }
    let guests = o.guests.iter().cloned().chain([assignee(guest)]).collect();
    Ok(helped(head, row, words::guest_joined(head.locale, &guest.name), guests))
}

/// A colleague who helped leaves, or is sent away.
pub(super) fn dismiss(head: &Head, user: &User, guest: UserId) -> Result<Change> {
    let o = &head.ownership;
    let Some(gone) = o.guests.iter().find(|g| g.id == guest) else { return Ok(Change::default()) };
    let step = if user.id == guest { Step::Leave } else { Step::Dismiss };
    let row = next(o.status, step, by(user, head))?;
    let guests = o.guests.iter().filter(|g| g.id != guest).cloned().collect();
    Ok(helped(head, row, words::guest_left(head.locale, &gone.name), guests))
}

/// Others help from now on; nothing else changes.
fn helped(head: &Head, row: &Row, text: String, guests: Vec<Assignee>) -> Change {
    Change {
        drafts: row.event.map(|name| event(name, text)).into_iter().collect(),
        ownership: Some(Ownership { guests, ..head.ownership.clone() }),
        ..Change::default()
    }
}

fn event(name: EventName, text: String) -> Draft {
    let sender = Sender { kind: SenderKind::System, id: None, name: None };
    Draft {
        id: MessageId::new(),
        client_id: None,
        sender,
        content: Content::Event { event: name, text, staffed: None },
        citations: vec![],
    }
}

fn assignee(user: &User) -> Assignee {
    Assignee { id: user.id, name: user.name.clone() }
}
