//! What administrators tell the search about words: which are kept whole, which mean the same, which mean nothing.
//!
//! [`LexiconEntry`] is what a person writes and the catalogue keeps. A [`Wordbook`] is all of them made ready for
//! questions, and changes at once. Which words are kept whole also decides how passages were cut, so each snapshot of
//! the index carries the words it was cut with, and is cut anew in the background ([`super::index`]) when they change.
//! Nothing here touches a vector.

mod check;
mod desk;
mod numerals;
pub(super) mod spelling;
mod wordbook;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use check::check;
pub use desk::{LexiconSummary, Understood};
pub use wordbook::{Variant, Wordbook, Wording};

use crate::text::folded;

/// What an entry says of its word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// A name or phrase that is kept whole: it is found by itself and not by its parts.
    Word,
    /// Words that mean the same: who asks for one finds all of them.
    Synonyms,
    /// Who asks for the word also finds the others, and not the other way round.
    OneWay,
    /// A word that says nothing in a question.
    Stop,
}

/// One entry of the lexicon.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LexiconEntry {
    pub kind: EntryKind,
    /// For synonyms the word the documents use, if there is one.
    pub word: String,
    /// Of synonyms and one-way entries; none of words and stop words.
    #[serde(default)]
    pub others: Vec<String>,
}

/// Which entry: at most one of a kind has a word, however it is written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EntryName {
    pub kind: EntryKind,
    pub word: String,
}

/// What is done to the lexicon, all of it or nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LexiconChange {
    /// Whether everything that was in it goes first.
    pub replace: bool,
    pub remove: Vec<EntryName>,
    /// Entries that are in it from now on, in the place of those of the same kind and word.
    pub put: Vec<LexiconEntry>,
}

impl EntryName {
    /// Kind and folded word: what tells entries apart.
    pub fn key(&self) -> (EntryKind, String) {
        (self.kind, folded(&self.word))
    }
}

impl LexiconEntry {
    /// Kind and folded word: what tells entries apart.
    pub fn key(&self) -> (EntryKind, String) {
        (self.kind, folded(&self.word))
    }

    /// All words of the entry, its own first.
    pub fn words(&self) -> impl Iterator<Item = &String> {
        std::iter::once(&self.word).chain(&self.others)
    }
}

impl LexiconChange {
    /// The entries after this change, by kind and word.
    pub fn applied(&self, before: Vec<LexiconEntry>) -> Vec<LexiconEntry> {
        let mut entries: BTreeMap<_, _> = match self.replace {
            true => BTreeMap::new(),
            false => before.into_iter().map(|entry| (entry.key(), entry)).collect(),
        };
        for name in &self.remove {
            entries.remove(&name.key());
        }
        entries.extend(self.put.iter().map(|entry| (entry.key(), entry.clone())));
        entries.into_values().collect()
    }
}

#[cfg(test)]
pub(super) fn entry(kind: EntryKind, word: &str, others: &[&str]) -> LexiconEntry {
    LexiconEntry { kind, word: word.into(), others: others.iter().map(|o| (*o).to_owned()).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_finds_its_entries_however_they_are_written() {
        let before = vec![
            entry(EntryKind::Word, "上海交通大学", &[]),
            entry(EntryKind::Stop, "亲", &[]),
            entry(EntryKind::Synonyms, "运费", &["邮费"]),
        ];
        let change = LexiconChange {
            remove: vec![EntryName { kind: EntryKind::Word, word: "上海交通大學".into() }],
            put: vec![entry(EntryKind::Synonyms, "運費", &["快递费"])],
            ..LexiconChange::default()
        };
        let after = change.applied(before.clone());
        assert_eq!(
            after,
            [entry(EntryKind::Synonyms, "運費", &["快递费"]), entry(EntryKind::Stop, "亲", &[])]
        );
        let only = LexiconChange { replace: true, ..change }.applied(before);
        assert_eq!(only, [entry(EntryKind::Synonyms, "運費", &["快递费"])]);
    }
}
