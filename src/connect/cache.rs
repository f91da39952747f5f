//! Answers kept for a while: used again while fresh, and, marked with their age, when the system fails.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::compile::Operation;
use crate::dialog::systems::Record;

/// Answers kept for one system.
const MOST_ANSWERS: u64 = 10_000;
/// However long a declaration says.
const LONGEST: Duration = Duration::from_secs(24 * 3600);

/// Answers by operation and parameters. The visitor is a parameter of every answer that is checked for its owner, so
/// nobody is given another's.
pub struct Answers {
    kept: moka::sync::Cache<String, Kept>,
    changes: AtomicU64,
}

#[derive(Clone)]
struct Kept {
    at: Instant,
    /// Changes that had been made when it was asked for.
    changes: u64,
    records: Arc<Vec<Record>>,
}

impl Answers {
    /// Keeps nothing yet.
    pub fn new() -> Self {
        let kept = moka::sync::Cache::builder().max_capacity(MOST_ANSWERS).time_to_live(LONGEST).build();
        Self { kept, changes: AtomicU64::new(0) }
    }

    /// The name of an answer: its operation and every parameter that it depends on.
    pub fn key(operation: &Operation, params: &BTreeMap<String, String>) -> String {
        let used: Vec<_> = params.iter().filter(|(name, _)| operation.params.contains(*name)).collect();
        format!("{} {used:?}", operation.name)
    }

    /// An answer that is at most `age` old, with how old it is.
    pub fn get(&self, key: &str, age: Duration) -> Option<(Vec<Record>, Duration)> {
        let kept = self.kept.get(key).filter(|kept| kept.changes == self.changes())?;
        let old = kept.at.elapsed();
        (old <= age).then(|| (kept.records.as_ref().clone(), old))
    }

    /// How often something was changed so far: an answer is kept with what this was before it was asked for.
    pub fn changes(&self) -> u64 {
        self.changes.load(Ordering::Acquire)
    }

    /// Keeps an answer. One that was under way while something was changed is never given again.
    pub fn put(&self, key: String, records: &[Record], changes: u64) {
        self.kept.insert(key, Kept { at: Instant::now(), changes, records: Arc::new(records.to_vec()) });
    }

    /// Something was changed: what was known may no longer be so.
    pub fn clear(&self) {
        self.changes.fetch_add(1, Ordering::AcqRel);
        self.kept.invalidate_all();
    }
}
