//! How long those who wait for a person may have to wait: judged by those who were taken before them.
//!
//! Whoever is taken has waited some time from some place in the queue. The median of time per place over the last of them
//! says what a place is worth. Kept in memory: a node that has just started makes no promises.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::domain::ConversationId;

/// So many of those who were taken are remembered, and for how long.
const REMEMBERED: usize = 20;
const FRESH: Duration = Duration::from_secs(2 * 3600);
/// Fewer say nothing.
const ENOUGH: usize = 3;

/// Who waits and since when, and what a place was worth to those who were taken.
#[derive(Default)]
pub(super) struct Waits {
    board: Mutex<Board>,
}

#[derive(Default)]
struct Board {
    /// Since when, and from which place, counted from 1.
    waiting: HashMap<ConversationId, (Instant, usize)>,
    /// When somebody was taken, and how long each place had lasted.
    taken: VecDeque<(Instant, Duration)>,
}

impl Waits {
    /// These wait, in this order. Whoever else waited has gone.
    pub(super) fn stand(&self, waiting: &[ConversationId], now: Instant) {
        let mut board = self.board.lock().unwrap_or_else(PoisonError::into_inner);
        let before = std::mem::take(&mut board.waiting);
        let stands = |(ahead, id): (usize, &ConversationId)| {
            (*id, before.get(id).copied().unwrap_or((now, ahead + 1)))
        };
        board.waiting = waiting.iter().enumerate().map(stands).collect();
    }

    /// An agent has taken this one, which may have waited.
    pub(super) fn taken(&self, id: ConversationId, now: Instant) {
        let mut board = self.board.lock().unwrap_or_else(PoisonError::into_inner);
        let Some((since, place)) = board.waiting.remove(&id) else { return };
        if board.taken.len() == REMEMBERED {
            board.taken.pop_front();
        }
        board.taken.push_back((now, now.saturating_duration_since(since) / place as u32));
    }

    /// How long a place may last; nothing while too few were taken lately.
    pub(super) fn place(&self, now: Instant) -> Option<Duration> {
        let board = self.board.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = board.taken.iter().filter(|(at, _)| now.saturating_duration_since(*at) <= FRESH);
        let mut places: Vec<Duration> = fresh.map(|(_, place)| *place).collect();
        places.sort_unstable();
        (places.len() >= ENOUGH).then(|| places[places.len() / 2])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_lasts_as_long_as_it_did_for_those_who_were_taken() {
        let (waits, start) = (Waits::default(), Instant::now());
        let at = |seconds| start + Duration::from_secs(seconds);
        let ids: Vec<ConversationId> = (0..5).map(|_| ConversationId::new()).collect();
        waits.stand(&ids, start);
        assert_eq!(waits.place(start), None, "nobody was taken yet");
        // The first waits a minute, the second two, and the third, who has gone by themselves, says nothing.
        waits.taken(ids[0], at(60));
        waits.stand(&ids[1..], at(60));
        waits.taken(ids[1], at(120));
        waits.stand(&ids[3..], at(150));
        assert_eq!(waits.place(at(150)), None, "two are too few");
        waits.taken(ids[2], at(200));
        assert_eq!(waits.place(at(200)), None);
        waits.taken(ids[3], at(400));
        assert_eq!(waits.place(at(400)), Some(Duration::from_secs(60)));
        // Who was fourth at first counts from there, whoever has left before them: 400 seconds for four places.
        waits.taken(ids[4], at(1000));
        assert_eq!(waits.place(at(1000)), Some(Duration::from_secs(100)));
        assert_eq!(waits.place(at(60 * 60 * 3)), None, "what was hours ago");
    }
}
