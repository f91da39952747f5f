//! The bounded queue before the encoder's threads: two lanes, visitors before bulk work.
//!
//! Amounts are counted in tokens, estimated from the text's length, because that is what the work costs. A lane that
//! is full refuses at once; entries whose caller has gone are dropped when they are met.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use crate::error::{Code, Error, Result};

use super::{Encoded, Prefix};

/// Whose work it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Priority {
    /// Somebody waits for the answer.
    Visitor,
    /// Imports, training, evaluation: takes what visitors leave.
    Bulk,
}

/// One text on its way to the encoder.
#[derive(Debug)]
pub struct Entry {
    pub text: String,
    pub prefix: Prefix,
    pub want_tokens: bool,
    pub reply: oneshot::Sender<Result<Encoded>>,
}

impl Entry {
    /// About how many tokens the text has: a Chinese character is three bytes and about two thirds of a token, an
    /// English word about five bytes and one and a quarter.
    pub fn estimate(text: &str, max_tokens: usize) -> usize {
        (text.len() / 4 + 4).min(max_tokens)
    }
}

/// Limits of the queue, in tokens.
#[derive(Clone, Debug)]
pub struct Limits {
    /// How much may wait in the visitors' lane.
    pub visitors: usize,
    /// How much may wait in the bulk lane.
    pub bulk: usize,
    /// How much one batch takes at most.
    pub batch: usize,
    /// Longest single input.
    pub max_tokens: usize,
    /// Threads that take batches; work is shared evenly among them.
    pub workers: usize,
}

/// The queue. Every method may be called from any thread.
#[derive(Debug)]
pub struct Queue {
    state: Mutex<State>,
    ready: Condvar,
    limits: Limits,
}

#[derive(Debug, Default)]
struct State {
    visitors: Lane,
    bulk: Lane,
    closed: bool,
}

#[derive(Debug, Default)]
struct Lane {
    entries: VecDeque<Entry>,
    tokens: usize,
}

/// Batches smaller than this are not worth splitting among threads.
const SMALLEST_SHARE: usize = 64;

impl Queue {
    pub fn new(limits: Limits) -> Self {
        Self { state: Mutex::default(), ready: Condvar::new(), limits }
    }

    /// Puts `entries` into the lane of `priority`, all or none. A lane takes any amount when it is empty.
    pub fn submit(&self, priority: Priority, entries: Vec<Entry>) -> Result<()> {
        let max_tokens = self.limits.max_tokens;
        let tokens: usize = entries.iter().map(|e| Entry::estimate(&e.text, max_tokens)).sum();
        let mut state = self.lock();
        if state.closed {
            return Err(Error::new(Code::Unavailable, "the encoder is stopping"));
        }
        let (lane, limit) = match priority {
            Priority::Visitor => (&mut state.visitors, self.limits.visitors),
            Priority::Bulk => (&mut state.bulk, self.limits.bulk),
        };
        if lane.is_over(limit, tokens) {
            lane.drop_abandoned(max_tokens);
            if lane.is_over(limit, tokens) {
                let waiting = lane.entries.len();
                let detail = format!("{waiting} texts already wait for the encoder; try again in a moment");
                return Err(Error::new(Code::Overloaded, detail));
            }
        }
        lane.tokens += tokens;
        lane.entries.extend(entries);
        drop(state);
        self.ready.notify_all();
        Ok(())
    }

    /// Waits for work and takes a batch of one lane, visitors first. `None` once the queue is closed and empty.
    pub fn next(&self) -> Option<(Priority, Vec<Entry>)> {
        let mut state = self.lock();
        loop {
            for priority in [Priority::Visitor, Priority::Bulk] {
                let batch = self.take(&mut state, priority);
                if !batch.is_empty() {
                    return Some((priority, batch));
                }
            }
            if state.closed {
                return None;
            }
            state = self.ready.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// A batch of visitors' texts if any wait; never blocks.
    pub fn next_visitors(&self) -> Option<Vec<Entry>> {
        let batch = self.take(&mut self.lock(), Priority::Visitor);
        (!batch.is_empty()).then_some(batch)
    }

    /// Refuses new work; what waits is still done.
    pub fn close(&self) {
        self.lock().closed = true;
        self.ready.notify_all();
    }

    fn take(&self, state: &mut State, priority: Priority) -> Vec<Entry> {
        let lane = match priority {
            Priority::Visitor => &mut state.visitors,
            Priority::Bulk => &mut state.bulk,
        };
        let share = lane.tokens.div_ceil(self.limits.workers).max(SMALLEST_SHARE).min(self.limits.batch);
        let mut batch = Vec::new();
        let mut tokens = 0;
        while let Some(entry) = lane.entries.front() {
            let estimate = Entry::estimate(&entry.text, self.limits.max_tokens);
            if !batch.is_empty() && tokens + estimate > share {
                break;
            }
            lane.tokens -= estimate;
            if let Some(entry) = lane.entries.pop_front().filter(|entry| !entry.reply.is_closed()) {
                tokens += estimate;
                batch.push(entry);
            }
        }
        batch
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing panics while the lock is held; a poisoned lock would still guard a whole state.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lane {
    fn is_over(&self, limit: usize, more: usize) -> bool {
        !self.entries.is_empty() && self.tokens + more > limit
    }

    fn drop_abandoned(&mut self, max_tokens: usize) {
        self.entries.retain(|entry| !entry.reply.is_closed());
        self.tokens = self.entries.iter().map(|e| Entry::estimate(&e.text, max_tokens)).sum();
    }
}
