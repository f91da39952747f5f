//! Conversations in which visitors and an agent write by a timetable, and the books that are kept about it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::client::{Created, Frame, Receiver};
use super::server::{Server, Visit};
use crate::cli::bench::latencies::Latencies;
use crate::error::Result;
use serde_json::json;

/// Between two looks at something that is waited for.
const LOOK: Duration = Duration::from_millis(20);

/// How much is written.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    pub conversations: usize,
    /// Messages a second of all together.
    pub rate: u32,
    pub time: Duration,
}

impl Plan {
    /// When each message is to be sent, from the beginning on.
    pub fn timetable(self) -> impl Iterator<Item = Duration> {
        let all = (self.time.as_secs_f64() * f64::from(self.rate)) as u32;
        (0..all).map(move |n| Duration::from_secs(1) * n / self.rate)
    }
}

/// Opens conversations and lets the administrator take them, so that the bot keeps silent.
pub async fn conversations(server: &Server, count: usize) -> Result<Vec<Visit>> {
    let mut visits = Vec::with_capacity(count);
    for n in 0..count {
        let visit = server.visit().await?;
        let wish = json!({"client_id": "wish", "text": "转人工"});
        server.post("/visitor/messages", Some(&visit.token), wish).await?;
        let path = format!("/conversations/{}", visit.conversation);
        // The bot hands over in its own time.
        let deadline = Instant::now() + Duration::from_secs(30);
        while server.get(&path, &server.staff).await?["status"] != "waiting" && Instant::now() < deadline {
            tokio::time::sleep(LOOK).await;
        }
        server.post(&format!("{path}/accept"), Some(&server.staff), json!({})).await.map_err(|e| e.at(n))?;
        visits.push(visit);
    }
    Ok(visits)
}

/// What has been sent, acknowledged and seen. Shared by all clients of one measurement.
#[derive(Clone, Debug, Default)]
pub struct Books(Arc<Mutex<Entries>>);

#[derive(Debug, Default)]
struct Entries {
    /// When each message was due, by its `client_id`.
    due: HashMap<String, Instant>,
    acknowledged: HashMap<String, Instant>,
    /// When the other side had it.
    arrived: HashMap<String, Instant>,
    /// The last number each reader saw of each conversation.
    last_seen: HashMap<(usize, String), i64>,
    doubled: usize,
    out_of_order: usize,
}

impl Books {
    fn entries(&self) -> std::sync::MutexGuard<'_, Entries> {
        // Nothing panics while the lock is held.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A message is sent that was due at that moment.
    pub fn sent(&self, client_id: &str, due: Instant) {
        self.entries().due.entry(client_id.to_owned()).or_insert(due);
    }

    /// A message is acknowledged.
    fn acknowledged(&self, client_id: &str) {
        self.entries().acknowledged.entry(client_id.to_owned()).or_insert_with(Instant::now);
    }

    /// A reader sees a message of a conversation; the numbers of a conversation must come without gap or return.
    /// `others` are the messages of other people, whose way ends here.
    fn saw(&self, reader: usize, conversation: &str, message: &Created, others: bool) {
        let entries = &mut *self.entries();
        let last = entries.last_seen.entry((reader, conversation.to_owned())).or_insert(message.seq - 1);
        match message.seq - *last {
            1 => *last = message.seq,
            step if step <= 0 => entries.doubled += 1,
            _ => {
                entries.out_of_order += 1;
                *last = message.seq;
            }
        }
        if let Some(client_id) = message.client_id.as_ref().filter(|_| others) {
            entries.arrived.entry(client_id.clone()).or_insert_with(Instant::now);
        }
    }

    /// The last number a reader saw of a conversation; 0 when none.
    pub fn last_seen(&self, reader: usize, conversation: &str) -> i64 {
        self.entries().last_seen.get(&(reader, conversation.to_owned())).copied().unwrap_or(0)
    }

    /// Which of these messages were not acknowledged.
    pub fn unacknowledged(&self, of: &[String]) -> Vec<String> {
        let entries = self.entries();
        of.iter().filter(|id| !entries.acknowledged.contains_key(*id)).cloned().collect()
    }

    /// Enters what a frame says. `own` is the kind of sender whose messages are the reader's own.
    pub fn note(&self, reader: usize, own: &str, frame: Frame) {
        match (frame.kind.as_str(), frame.client_id, frame.message, frame.conversation_id) {
            ("message.accepted", Some(client_id), ..) => self.acknowledged(&client_id),
            ("message.created", _, Some(message), Some(conversation)) => {
                self.saw(reader, &conversation, &message, message.sender.kind != own);
            }
            _ => {}
        }
    }

    /// Waits until everything that was sent has been acknowledged and has arrived, or for that long.
    pub async fn wait(&self, patience: Duration) {
        let deadline = Instant::now() + patience;
        while !self.is_complete() && Instant::now() < deadline {
            tokio::time::sleep(LOOK).await;
        }
    }

    fn is_complete(&self) -> bool {
        let entries = self.entries();
        entries.acknowledged.len() == entries.due.len() && entries.arrived.len() == entries.due.len()
    }

    /// How many messages were sent, acknowledged and not arrived, seen twice, seen out of order.
    pub fn counts(&self) -> Counts {
        let entries = self.entries();
        let lost = entries.acknowledged.keys().filter(|id| !entries.arrived.contains_key(*id)).count();
        Counts {
            sent: entries.due.len(),
            acknowledged: entries.acknowledged.len(),
            lost,
            doubled: entries.doubled,
            out_of_order: entries.out_of_order,
        }
    }

    /// From due to acknowledged, and from due to seen by the other side, of messages due from `from` to `to`.
    pub fn latencies(&self, from: Instant, to: Instant) -> (Latencies, Latencies) {
        let entries = self.entries();
        let within = || entries.due.iter().filter(move |(_, due)| (from..to).contains(*due));
        let times = |ends: &HashMap<String, Instant>| {
            let ended = within().filter_map(|(id, due)| Some(ends.get(id)?.saturating_duration_since(*due)));
            Latencies::of(ended.collect())
        };
        (times(&entries.acknowledged), times(&entries.arrived))
    }
}

/// What became of the messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Counts {
    pub sent: usize,
    pub acknowledged: usize,
    /// Acknowledged, and the other side never had it.
    pub lost: usize,
    pub doubled: usize,
    pub out_of_order: usize,
}

/// Reads a socket to its end and keeps the books.
pub async fn keep_books(mut receiver: Receiver, books: Books, reader: usize, own: &'static str) {
    while let Some(frame) = receiver.next().await {
        books.note(reader, own, frame);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::bench::chat::client::From;

    fn message(seq: i64, client_id: &str) -> Created {
        Created { seq, client_id: Some(client_id.into()), sender: From { kind: "visitor".into() } }
    }

    #[test]
    fn a_gap_a_return_and_a_loss_are_noticed() {
        let books = Books::default();
        let now = Instant::now();
        for id in ["a", "b", "c"] {
            books.sent(id, now);
            books.acknowledged(id);
        }
        books.saw(0, "one", &message(3, "a"), true);
        books.saw(0, "one", &message(5, "b"), true);
        books.saw(0, "one", &message(5, "b"), true);
        books.saw(0, "two", &message(1, "x"), false);
        let counts = books.counts();
        assert_eq!((counts.lost, counts.doubled, counts.out_of_order), (1, 1, 1));
        assert!(!books.is_complete());
    }

    #[test]
    fn the_timetable_spreads_messages_evenly() {
        let plan = Plan { conversations: 1, rate: 4, time: Duration::from_secs(2) };
        let times: Vec<u128> = plan.timetable().map(|t| t.as_millis()).collect();
        assert_eq!(times, [0, 250, 500, 750, 1000, 1250, 1500, 1750]);
    }
}
