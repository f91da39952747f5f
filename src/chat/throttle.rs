//! Slows down guessing of passwords, in memory.
//!
//! After five failures in a row for one account from one address each further attempt has to wait, twice as long
//! every time, up to fifteen minutes. The account from anywhere, and the address for any account, have fifty: enough
//! that nobody can lock a colleague out by a few wrong guesses, few enough that guessing leads nowhere. A success
//! does not clear the address: somebody who knows one password must not get free guesses at others.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

const FREE_ATTEMPTS: u32 = 5;
const FREE_ATTEMPTS_WIDE: u32 = 50;
const FIRST_WAIT: Duration = Duration::from_secs(2);
const LONGEST_WAIT: Duration = Duration::from_secs(15 * 60);
/// More entries than this and the old ones are swept.
const SWEEP_ABOVE: usize = 10_000;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Key {
    Pair(String, Option<IpAddr>),
    Email(String),
    Address(IpAddr),
}

#[derive(Clone, Copy, Debug)]
struct Failures {
    count: u32,
    last: Instant,
}

/// Failed sign-ins of the last quarter of an hour.
#[derive(Debug, Default)]
pub(super) struct Throttle {
    failures: Mutex<HashMap<Key, Failures>>,
}

impl Throttle {
    /// How long the caller has to wait before it may try; `None` when it may try now. An attempt that may go on
    /// counts as failed until [`Throttle::succeeded`] says otherwise, so that parallel guesses do not slip through.
    pub(super) fn attempt(&self, email: &str, address: Option<IpAddr>, now: Instant) -> Option<Duration> {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        if failures.len() > SWEEP_ABOVE {
            failures.retain(|_, f| now.duration_since(f.last) < LONGEST_WAIT);
        }
        let keys = keys(email, address);
        let wait = keys.iter().filter_map(|key| left(failures.get(key)?, free(key), now)).max();
        if wait.is_some() {
            return wait;
        }
        for key in keys {
            let entry = failures.entry(key).or_insert(Failures { count: 0, last: now });
            if now.duration_since(entry.last) >= LONGEST_WAIT {
                entry.count = 0;
            }
            entry.count += 1;
            entry.last = now;
        }
        None
    }

    /// The password was right.
    pub(super) fn succeeded(&self, email: &str, address: Option<IpAddr>) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        failures.remove(&Key::Pair(email.to_owned(), address));
        failures.remove(&Key::Email(email.to_owned()));
        if let Some(entry) = address.and_then(|a| failures.get_mut(&Key::Address(a))) {
            entry.count = entry.count.saturating_sub(1);
        }
    }
}

fn keys(email: &str, address: Option<IpAddr>) -> Vec<Key> {
    let mut keys = vec![Key::Pair(email.to_owned(), address), Key::Email(email.to_owned())];
    keys.extend(address.map(Key::Address));
    keys
}

fn free(key: &Key) -> u32 {
    match key {
        Key::Pair(..) => FREE_ATTEMPTS,
        Key::Email(_) | Key::Address(_) => FREE_ATTEMPTS_WIDE,
    }
}

fn left(failures: &Failures, free: u32, now: Instant) -> Option<Duration> {
    let over = failures.count.checked_sub(free)?;
    let wait = FIRST_WAIT.saturating_mul(2_u32.saturating_pow(over)).min(LONGEST_WAIT);
    wait.checked_sub(now.duration_since(failures.last)).filter(|left| !left.is_zero())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_sixth_wrong_password_in_a_row_has_to_wait_longer_and_longer() {
        let throttle = Throttle::default();
        let mut now = Instant::now();
        for _ in 0..5 {
            assert_eq!(throttle.attempt("a@shop.example", None, now), None);
        }
        let first = throttle.attempt("a@shop.example", None, now).unwrap();
        now += first;
        assert_eq!(throttle.attempt("a@shop.example", None, now), None);
        let second = throttle.attempt("a@shop.example", None, now).unwrap();
        assert!(second > first);
        assert_eq!(throttle.attempt("b@shop.example", None, now), None, "others are not disturbed");
    }

    #[test]
    fn a_right_password_clears_the_account() {
        let throttle = Throttle::default();
        let now = Instant::now();
        for _ in 0..20 {
            assert_eq!(throttle.attempt("a@shop.example", None, now), None);
            throttle.succeeded("a@shop.example", None);
        }
    }

    #[test]
    fn a_stranger_cannot_lock_a_colleague_out_with_a_few_wrong_guesses() {
        let throttle = Throttle::default();
        let now = Instant::now();
        let (stranger, colleague) = (Some(IpAddr::from([192, 0, 2, 7])), Some(IpAddr::from([192, 0, 2, 8])));
        for _ in 0..20 {
            throttle.attempt("a@shop.example", stranger, now);
        }
        assert_eq!(throttle.attempt("a@shop.example", colleague, now), None);
    }

    #[test]
    fn one_address_cannot_try_one_password_on_every_account() {
        let throttle = Throttle::default();
        let now = Instant::now();
        let address = Some(IpAddr::from([192, 0, 2, 7]));
        let let_in =
            (0..200).filter(|i| throttle.attempt(&format!("{i}@shop.example"), address, now).is_none());
        assert_eq!(let_in.count(), 50);
    }
}
