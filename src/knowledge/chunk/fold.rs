//! Drops passages that repeat another one of the same section.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::Draft;

/// Keeps the first of passages that differ in nothing but punctuation, spaces and case. A single other word may turn
/// a rule round (可以, 不可以), so anything more is another passage; so is the same sentence under another heading.
pub(super) fn near_identical(drafts: &mut Vec<Draft>) {
    let mut seen = HashSet::new();
    drafts.retain(|draft| {
        let mut hasher = DefaultHasher::new();
        (&draft.path, draft.kind, draft.questions.first().map(|q| letters(q))).hash(&mut hasher);
        seen.insert((hasher.finish(), letters(&draft.text)))
    });
}

fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
