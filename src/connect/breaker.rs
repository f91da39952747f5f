//! The circuit breaker: a system that fails again and again is left alone for a while, then tried with one call.
//!
//! Closed: calls go through, failures in a row are counted. Open: nothing goes through until the time is over.
//! Half open: one call goes through; its success closes the breaker, its failure opens it again.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::domain::BreakerSpec;

/// The state of one system.
#[derive(Debug)]
pub struct Breaker {
    failures_allowed: u32,
    open_for: Duration,
    state: Mutex<State>,
}

#[derive(Debug)]
enum State {
    Closed { failures: u32 },
    Open { until: Instant },
    HalfOpen,
}

/// Leave to call. Dropped without a word (the caller gave up) it counts as a failure.
#[derive(Debug)]
pub struct Leave<'a> {
    breaker: &'a Breaker,
    told: bool,
}

impl Breaker {
    /// A closed breaker.
    pub fn new(spec: BreakerSpec) -> Self {
        Self {
            failures_allowed: spec.failures.max(1),
            open_for: Duration::from_millis(spec.open_ms),
            state: Mutex::new(State::Closed { failures: 0 }),
        }
    }

    /// Leave to call at `now`, unless the system is being left alone.
    pub fn enter(&self, now: Instant) -> Option<Leave<'_>> {
        let mut state = self.lock();
        match *state {
            State::Closed { .. } => {}
            State::Open { until } if now >= until => *state = State::HalfOpen,
            State::Open { .. } | State::HalfOpen => return None,
        }
        Some(Leave { breaker: self, told: false })
    }

    /// `closed`, `open` or `half_open`.
    pub fn name(&self) -> &'static str {
        match *self.lock() {
            State::Closed { .. } => "closed",
            State::Open { .. } => "open",
            State::HalfOpen => "half_open",
        }
    }

    fn succeeded(&self) {
        *self.lock() = State::Closed { failures: 0 };
    }

    fn failed(&self, now: Instant) {
        let mut state = self.lock();
        *state = match *state {
            State::Closed { failures } if failures + 1 < self.failures_allowed => {
                State::Closed { failures: failures + 1 }
            }
            // Calls that were under way when it opened do not keep it open longer.
            State::Open { until } => State::Open { until },
            State::Closed { .. } | State::HalfOpen => State::Open { until: now + self.open_for },
        };
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Leave<'_> {
    /// The system answered; whether it said yes or no is its own affair.
    pub fn succeeded(mut self) {
        self.told = true;
        self.breaker.succeeded();
    }
}

impl Drop for Leave<'_> {
    fn drop(&mut self) {
        if !self.told {
            self.breaker.failed(Instant::now());
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn breaker() -> Breaker {
        Breaker::new(BreakerSpec { failures: 3, open_ms: 60_000 })
    }

    #[test]
    fn failures_in_a_row_open_it_and_one_good_call_closes_it() {
        let breaker = breaker();
        let now = Instant::now();
        for _ in 0..2 {
            drop(breaker.enter(now).unwrap());
        }
        breaker.enter(now).unwrap().succeeded();
        for _ in 0..3 {
            assert_eq!(breaker.name(), "closed");
            drop(breaker.enter(now).unwrap());
        }
        assert_eq!(breaker.name(), "open");
        assert!(breaker.enter(now).is_none());

        let later = Instant::now() + Duration::from_secs(61);
        let trial = breaker.enter(later).unwrap();
        assert!(breaker.enter(later).is_none(), "one call at a time tries it");
        trial.succeeded();
        assert_eq!(breaker.name(), "closed");
    }

    #[test]
    fn a_failed_trial_opens_it_again() {
        let breaker = breaker();
        for _ in 0..3 {
            drop(breaker.enter(Instant::now()).unwrap());
        }
        drop(breaker.enter(Instant::now() + Duration::from_secs(61)).unwrap());
        assert_eq!(breaker.name(), "open");
    }
}
