//! At most one worker for each key, and never a wake-up lost: who finds a worker running tells it to go round again.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Keys with a running worker. The flag says that something new happened while it ran.
#[derive(Debug)]
pub(super) struct Rounds<K> {
    running: Mutex<HashMap<K, bool>>,
}

impl<K: Eq + Hash> Rounds<K> {
    pub(super) fn new() -> Self {
        Self { running: Mutex::new(HashMap::new()) }
    }

    /// Whether the caller has to start the worker of this key.
    pub(super) fn start(&self, key: K) -> bool {
        match self.lock().entry(key) {
            Entry::Occupied(mut running) => {
                running.insert(true);
                false
            }
            Entry::Vacant(free) => {
                free.insert(false);
                true
            }
        }
    }

    /// Whether the worker may end; if something happened meanwhile it has to go round again.
    pub(super) fn end(&self, key: &K) -> bool {
        let mut running = self.lock();
        match running.get_mut(key) {
            Some(again) if *again => {
                *again = false;
                false
            }
            _ => {
                running.remove(key);
                true
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<K, bool>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_happens_during_a_round_leads_to_another_one() {
        let rounds = Rounds::new();
        assert!(rounds.start("a"));
        assert!(!rounds.start("a"), "one worker is enough");
        assert!(rounds.start("b"));
        assert!(!rounds.end(&"a"), "it was woken meanwhile");
        assert!(rounds.end(&"a"));
        assert!(rounds.start("a"));
    }
}
