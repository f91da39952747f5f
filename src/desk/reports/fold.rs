//! From messages to contacts, from contacts to figures. Pure.
//!
//! A *contact* is one matter of one visitor: from their first word, or from asking for a person, until it is closed.
//! What the messages begin in the middle of began earlier and is not counted.

use jiff::{SignedDuration, Timestamp};

use crate::domain::{ConversationId, EventName, SenderKind, TeamId, UserId};

use super::{Figures, Line, Rating, RatingFigures, WaitFigures};

/// A contact that has been quiet for so long has ended, closed or not.
const QUIET: SignedDuration = SignedDuration::from_hours(1);

/// One matter of one visitor.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Contact {
    pub began: Timestamp,
    pub team: Option<TeamId>,
    pub agents: Vec<UserId>,
    first_word: Option<Timestamp>,
    first_reply: Option<Timestamp>,
    asked: Option<Timestamp>,
    agent_reply: Option<Timestamp>,
    visitor_messages: usize,
    bot_messages: usize,
    agent_messages: usize,
    closed: bool,
    last: Timestamp,
}

impl Contact {
    fn new(line: &Line) -> Self {
        Self {
            began: line.at,
            team: None,
            agents: Vec::new(),
            first_word: None,
            first_reply: None,
            asked: None,
            agent_reply: None,
            visitor_messages: 0,
            bot_messages: 0,
            agent_messages: 0,
            closed: false,
            last: line.at,
        }
    }

    fn see(&mut self, line: &Line) {
        self.last = line.at;
        match line.kind {
            SenderKind::Visitor => {
                self.visitor_messages += 1;
                self.first_word.get_or_insert(line.at);
            }
            SenderKind::Bot => {
                self.bot_messages += 1;
                self.first_reply.get_or_insert(line.at);
            }
            SenderKind::Agent => {
                self.agent_messages += 1;
                self.first_reply.get_or_insert(line.at);
                self.agent_reply.get_or_insert(line.at);
                if let Some(agent) = line.agent.filter(|agent| !self.agents.contains(agent)) {
                    self.agents.push(agent);
                }
            }
            SenderKind::System => {
                if line.event == Some(EventName::HandoffRequested) {
                    self.asked.get_or_insert(line.at);
                    self.team = line.team;
                }
                self.closed = line.event == Some(EventName::Closed);
            }
        }
    }

    fn ended(&self, now: Timestamp) -> bool {
        self.closed || now.duration_since(self.last) >= QUIET
    }

    fn resolved_by_bot(&self, now: Timestamp) -> bool {
        self.bot_messages > 0 && self.asked.is_none() && self.agent_messages == 0 && self.ended(now)
    }
}

/// Contacts as the messages go by, conversation by conversation.
#[derive(Debug, Default)]
pub(super) struct Contacts {
    done: Vec<Contact>,
    open: Option<Contact>,
    conversation: Option<ConversationId>,
    /// The messages began in the middle of a contact.
    amid: bool,
}

impl Contacts {
    pub(super) fn see(&mut self, line: &Line) {
        if self.conversation != Some(line.conversation) {
            self.done.extend(self.open.take());
            self.conversation = Some(line.conversation);
            self.amid = line.seq > 1;
        }
        if line.event == Some(EventName::Reopened) {
            self.done.extend(self.open.take());
            self.amid = false;
            return;
        }
        let begins = line.kind == SenderKind::Visitor || line.event == Some(EventName::HandoffRequested);
        if self.open.is_none() && begins && !self.amid {
            self.open = Some(Contact::new(line));
        }
        if let Some(contact) = &mut self.open {
            contact.see(line);
            if contact.closed {
                self.done.extend(self.open.take());
            }
        }
        if line.event == Some(EventName::Closed) {
            self.amid = false;
        }
    }

    pub(super) fn finish(mut self) -> Vec<Contact> {
        self.done.extend(self.open.take());
        self.done
    }
}

/// Adds contacts and ratings up.
pub(super) struct Tally;

impl Tally {
    pub(super) fn of<'a>(
        contacts: impl Iterator<Item = &'a Contact>,
        ratings: impl Iterator<Item = &'a Rating>,
        now: Timestamp,
    ) -> Figures {
        let mut figures = Figures::default();
        let (mut first, mut agent, mut decided) = (Vec::new(), Vec::new(), 0_usize);
        for contact in contacts {
            figures.conversations += 1;
            figures.visitor_messages += contact.visitor_messages;
            figures.bot_messages += contact.bot_messages;
            figures.agent_messages += contact.agent_messages;
            figures.handoffs += usize::from(contact.asked.is_some());
            figures.served += usize::from(contact.agent_messages > 0);
            figures.resolved_by_bot += usize::from(contact.resolved_by_bot(now));
            decided += usize::from(contact.asked.is_some() || contact.ended(now));
            first.extend(seconds(contact.first_word, contact.first_reply));
            agent.extend(seconds(contact.asked, contact.agent_reply));
        }
        figures.bot_resolution = share(figures.resolved_by_bot, decided);
        figures.first_reply = waits(first);
        figures.agent_reply = waits(agent);
        figures.csat = csat(ratings);
        figures
    }
}

fn seconds(from: Option<Timestamp>, to: Option<Timestamp>) -> Option<f64> {
    let waited = to?.duration_since(from?).as_secs_f64();
    (waited >= 0.0).then_some(waited)
}

fn share(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

fn waits(mut seconds: Vec<f64>) -> WaitFigures {
    seconds.sort_by(f64::total_cmp);
    WaitFigures { count: seconds.len(), median_s: quantile(&seconds, 0.5), p90_s: quantile(&seconds, 0.9) }
}

/// The nearest rank: a value that was really seen.
fn quantile(sorted: &[f64], q: f64) -> Option<f64> {
    let rank = (q * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.saturating_sub(1)).copied()
}

fn csat<'a>(ratings: impl Iterator<Item = &'a Rating>) -> RatingFigures {
    let scores: Vec<i64> = ratings.map(|rating| rating.score).collect();
    let (count, sum) = (scores.len(), scores.iter().sum::<i64>());
    let happy = scores.iter().filter(|score| **score >= 4).count();
    RatingFigures {
        count,
        mean: (count > 0).then(|| sum as f64 / count as f64),
        satisfied: share(happy, count),
    }
}
