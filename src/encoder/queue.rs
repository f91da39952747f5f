//! The bounded queue before the encoder's threads: two lanes, visitors before bulk work.
//!
//! Amounts are counted in tokens, estimated from the text's length, because that is what the work costs. A lane that
//! is full refuses at once; entries whose caller has gone are dropped when they are met.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use crate::error::{Code, Error, Result};

/// Whose work it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Priority {
    /// Somebody waits for the answer.
    Visitor,
    /// Imports, training, evaluation: takes what visitors leave.
    Bulk,
}

/// Work that waits.
pub trait Waiting {
    /// About how many tokens it has.
    fn tokens(&self) -> usize;
    /// Whether nobody waits for its result any more.
    fn is_abandoned(&self) -> bool;
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
    /// Threads that take batches; work is shared evenly among them.
    pub workers: usize,
}

/// The queue. Every method may be called from any thread.
#[derive(Debug)]
pub struct Queue<W> {
    state: Mutex<State<W>>,
    ready: Condvar,
    limits: Limits,
}

#[derive(Debug)]
struct State<W> {
    visitors: Lane<W>,
    bulk: Lane<W>,
    closed: bool,
}

#[derive(Debug)]
struct Lane<W> {
    entries: VecDeque<W>,
    tokens: usize,
}

/// Batches smaller than this are not worth splitting among threads.
const SMALLEST_SHARE: usize = 64;

impl<W: Waiting> Queue<W> {
    pub fn new(limits: Limits) -> Self {
        let state = State { visitors: Lane::new(), bulk: Lane::new(), closed: false };
        Self { state: Mutex::new(state), ready: Condvar::new(), limits }
    }

    /// Puts `entries` into the lane of `priority`, all or none. A lane takes any amount when it is empty.
    pub fn submit(&self, priority: Priority, entries: Vec<W>) -> Result<()> {
        let tokens: usize = entries.iter().map(W::tokens).sum();
        let mut state = self.lock();
        if state.closed {
            return Err(Error::new(Code::Unavailable, "the encoder is stopping"));
        }
        let (lane, limit) = match priority {
            Priority::Visitor => (&mut state.visitors, self.limits.visitors),
            Priority::Bulk => (&mut state.bulk, self.limits.bulk),
        };
        if lane.is_over(limit, tokens) {
            lane.drop_abandoned();
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
    pub fn next(&self) -> Option<(Priority, Vec<W>)> {
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
    pub fn next_visitors(&self) -> Option<Vec<W>> {
        let batch = self.take(&mut self.lock(), Priority::Visitor);
        (!batch.is_empty()).then_some(batch)
    }

    /// Refuses new work; what waits is still done.
    pub fn close(&self) {
        self.lock().closed = true;
        self.ready.notify_all();
    }

    fn take(&self, state: &mut State<W>, priority: Priority) -> Vec<W> {
        let lane = match priority {
            Priority::Visitor => &mut state.visitors,
            Priority::Bulk => &mut state.bulk,
        };
        let share = lane.tokens.div_ceil(self.limits.workers).max(SMALLEST_SHARE).min(self.limits.batch);
        let mut batch = Vec::new();
        let mut tokens = 0;
        while let Some(entry) = lane.entries.front() {
            let estimate = entry.tokens();
            if !batch.is_empty() && tokens + estimate > share {
                break;
            }
            lane.tokens -= estimate;
            if let Some(entry) = lane.entries.pop_front().filter(|entry| !entry.is_abandoned()) {
                tokens += estimate;
                batch.push(entry);
            }
        }
        batch
    }

    fn lock(&self) -> MutexGuard<'_, State<W>> {
        // Nothing panics while the lock is held; a poisoned lock would still guard a whole state.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<W: Waiting> Lane<W> {
    fn new() -> Self {
        Self { entries: VecDeque::new(), tokens: 0 }
    }

    fn is_over(&self, limit: usize, more: usize) -> bool {
        !self.entries.is_empty() && self.tokens + more > limit
    }

    fn drop_abandoned(&mut self) {
        self.entries.retain(|entry| !entry.is_abandoned());
        self.tokens = self.entries.iter().map(W::tokens).sum();
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::sync::{Arc, Weak};

    use super::*;

    /// Work whose caller holds the other half of `caller`.
    struct Piece {
        name: char,
        tokens: usize,
        caller: Weak<()>,
    }

    impl Waiting for Piece {
        fn tokens(&self) -> usize {
            self.tokens
        }

        fn is_abandoned(&self) -> bool {
            self.caller.strong_count() == 0
        }
    }

    fn queue(visitors: usize, bulk: usize) -> Queue<Piece> {
        Queue::new(Limits { visitors, bulk, batch: 100, workers: 1 })
    }

    /// Work of so many tokens, and its caller.
    fn entry(name: char, tokens: usize) -> (Piece, Arc<()>) {
        let caller = Arc::new(());
        (Piece { name, tokens, caller: Arc::downgrade(&caller) }, caller)
    }

    fn names(batch: &[Piece]) -> String {
        batch.iter().map(|piece| piece.name).collect()
    }

    #[test]
    fn visitors_go_before_bulk_whenever_they_came() {
        let queue = queue(100, 100);
        let (bulk, _a) = entry('b', 10);
        let (visitor, _b) = entry('v', 10);
        queue.submit(Priority::Bulk, vec![bulk]).unwrap();
        queue.submit(Priority::Visitor, vec![visitor]).unwrap();
        assert_eq!(names(&queue.next().unwrap().1), "v");
        assert!(queue.next_visitors().is_none());
        assert_eq!(names(&queue.next().unwrap().1), "b");
    }

    #[test]
    fn a_batch_holds_as_many_tokens_as_allowed_in_order() {
        let queue = queue(1000, 1000);
        let (entries, _answers): (Vec<_>, Vec<_>) = "abcdef".chars().map(|c| entry(c, 40)).unzip();
        queue.submit(Priority::Visitor, entries).unwrap();
        let batches: Vec<String> = std::iter::from_fn(|| queue.next_visitors()).map(|b| names(&b)).collect();
        assert_eq!(batches, ["ab", "cd", "ef"]);
    }

    #[test]
    fn work_is_shared_evenly_among_threads() {
        let queue = Queue::new(Limits { visitors: 1000, bulk: 1000, batch: 1000, workers: 2 });
        let (entries, _answers): (Vec<_>, Vec<_>) = "abcdefgh".chars().map(|c| entry(c, 40)).unzip();
        queue.submit(Priority::Bulk, entries).unwrap();
        assert_eq!(names(&queue.next().unwrap().1), "abcd");
    }

    #[test]
    fn a_full_lane_refuses_at_once_and_the_other_lane_still_takes() {
        let queue = queue(50, 50);
        let (first, _a) = entry('a', 30);
        let (second, _b) = entry('b', 30);
        let (bulk, _c) = entry('c', 30);
        queue.submit(Priority::Visitor, vec![first]).unwrap();
        let refused = queue.submit(Priority::Visitor, vec![second]).unwrap_err();
        assert_eq!(refused.code(), Code::Overloaded);
        queue.submit(Priority::Bulk, vec![bulk]).unwrap();
        assert_eq!(names(&queue.next().unwrap().1), "a");
    }

    #[test]
    fn an_empty_lane_takes_a_call_larger_than_its_limit() {
        let queue = queue(50, 50);
        let (entries, _answers): (Vec<_>, Vec<_>) = "abc".chars().map(|c| entry(c, 30)).unzip();
        queue.submit(Priority::Visitor, entries).unwrap();
    }

    #[test]
    fn what_nobody_waits_for_is_never_done() {
        let queue = queue(1000, 1000);
        let (gone, answer) = entry('g', 10);
        let (here, _answer) = entry('h', 10);
        queue.submit(Priority::Visitor, vec![gone, here]).unwrap();
        drop(answer);
        assert_eq!(names(&queue.next().unwrap().1), "h");
    }

    #[test]
    fn what_nobody_waits_for_makes_room_for_others() {
        let queue = queue(50, 50);
        let (gone, answer) = entry('g', 40);
        queue.submit(Priority::Visitor, vec![gone]).unwrap();
        drop(answer);
        let (here, _answer) = entry('h', 40);
        queue.submit(Priority::Visitor, vec![here]).unwrap();
        assert_eq!(names(&queue.next().unwrap().1), "h");
    }

    #[test]
    fn a_closed_queue_gives_out_what_it_has_and_takes_no_more() {
        let queue = queue(50, 50);
        let (last, _a) = entry('l', 10);
        queue.submit(Priority::Bulk, vec![last]).unwrap();
        queue.close();
        let (late, _b) = entry('x', 10);
        assert_eq!(queue.submit(Priority::Visitor, vec![late]).unwrap_err().code(), Code::Unavailable);
        assert_eq!(names(&queue.next().unwrap().1), "l");
        assert!(queue.next().is_none());
    }
}
