//! Dictionaries that administrators edit: the values a slot can have and how else they are written. What may be in
//! them, what a change is, and how they are kept; finding the values in texts is
//! [`slots::lexicon`](super::slots::lexicon)'s work.

mod check;
mod table;

use std::collections::BTreeMap;

use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::examples::{Lexicon, LexiconEntry};
use crate::error::Result;

pub use check::check;
pub use table::{read_csv, write_csv};

/// The dictionary of this name belongs to no slot: a value found in any slot and written as one of its forms becomes
/// the entry's value.
pub const SYNONYMS: &str = "synonyms";

/// One value and its other spellings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DictionaryEntry {
    /// What the slot's value will be, however it is written.
    pub value: String,
    /// Other spellings, nicknames, codes.
    #[serde(default)]
    pub forms: Vec<String>,
}

/// One dictionary in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DictionarySummary {
    /// The slot whose values it lists, or `synonyms`.
    pub slot: String,
    pub values: usize,
    /// Spellings besides the values themselves.
    pub forms: usize,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
}

/// What is done to the dictionary of one slot, all of it or nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    pub slot: String,
    /// Whether everything that was in it goes first.
    pub replace: bool,
    /// Values that are no longer in it.
    pub remove: Vec<String>,
    /// Values that are in it from now on, in the place of entries with the same value.
    pub put: Vec<DictionaryEntry>,
}

/// All dictionaries by slot.
pub type Dictionaries = BTreeMap<String, Vec<DictionaryEntry>>;

/// Where dictionaries are kept.
#[async_trait]
pub trait DictionaryStore: Send + Sync {
    /// Every dictionary, its entries by value.
    async fn all(&self) -> Result<Dictionaries>;
    /// Names, sizes and times of all dictionaries, by slot.
    async fn list(&self) -> Result<Vec<DictionarySummary>>;
    /// Makes a change, all of it or nothing. A dictionary without entries is none.
    async fn change(&self, change: &Change) -> Result<()>;
}

/// `dictionaries` after `change`, for checking it before it is made.
pub fn changed(mut dictionaries: Dictionaries, change: &Change) -> Dictionaries {
    let before = dictionaries.remove(&change.slot).unwrap_or_default();
    let mut entries: BTreeMap<String, DictionaryEntry> = match change.replace {
        true => BTreeMap::new(),
        false => before.into_iter().map(|e| (e.value.clone(), e)).collect(),
    };
    for value in &change.remove {
        entries.remove(value);
    }
    entries.extend(change.put.iter().map(|e| (e.value.clone(), e.clone())));
    if !entries.is_empty() {
        dictionaries.insert(change.slot.clone(), entries.into_values().collect());
    }
    dictionaries
}

/// Dictionaries in the form in which they are sought.
pub fn lexicon(dictionaries: &Dictionaries) -> Lexicon {
    let mut lexicon = Lexicon::default();
    for (slot, entries) in dictionaries {
        for entry in entries {
            if slot == SYNONYMS {
                let forms = entry.forms.iter().map(|form| (form.clone(), entry.value.clone()));
                lexicon.synonyms.extend(forms);
            } else {
                let DictionaryEntry { value, forms } = entry.clone();
                lexicon.entries.push(LexiconEntry { slot: slot.clone(), value, forms });
            }
        }
    }
    lexicon
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    fn entry(value: &str, forms: &[&str]) -> DictionaryEntry {
        DictionaryEntry { value: value.into(), forms: forms.iter().map(|f| (*f).to_owned()).collect() }
    }

    #[test]
    fn a_change_removes_replaces_and_adds() {
        let before =
            Dictionaries::from([("product".into(), vec![entry("a", &[]), entry("b", &[]), entry("c", &[])])]);
        let change = Change {
            slot: "product".into(),
            remove: vec!["a".into()],
            put: vec![entry("b", &["bb"]), entry("d", &[])],
            ..Change::default()
        };
        let after = changed(before.clone(), &change);
        assert_eq!(after["product"], [entry("b", &["bb"]), entry("c", &[]), entry("d", &[])]);
        let only = changed(before.clone(), &Change { replace: true, ..change });
        assert_eq!(only["product"], [entry("b", &["bb"]), entry("d", &[])]);
        let none = changed(before, &Change { slot: "product".into(), replace: true, ..Change::default() });
        assert!(none.is_empty());
    }

    #[test]
    fn synonyms_belong_to_no_slot() {
        let dictionaries = Dictionaries::from([
            ("city".into(), vec![entry("上海", &["沪"])]),
            (SYNONYMS.into(), vec![entry("上海", &["魔都"])]),
        ]);
        let lexicon = lexicon(&dictionaries);
        assert_eq!(lexicon.entries.len(), 1);
        assert_eq!(lexicon.synonyms, [("魔都".to_owned(), "上海".to_owned())]);
    }
}
