//! What may be in a dictionary.

use std::collections::HashMap;

use super::{Change, Dictionaries, DictionaryEntry, changed};
use crate::error::{Error, Result};
use crate::nlu::slots::lexicon::fold;

/// Longest name of a slot, and longest value or spelling, in scalars.
const LONGEST_NAME: usize = 64;
const LONGEST_FORM: usize = 200;
/// Most spellings of one value, and most values and spellings in all dictionaries together.
const MOST_FORMS: usize = 100;
const MOST_IN_ALL: usize = 100_000;

/// The dictionaries after `change`; an error that names the value when they cannot be so.
pub fn check(before: Dictionaries, change: &Change) -> Result<Dictionaries> {
    check_slot(&change.slot)?;
    let mut seen: HashMap<&str, usize> = HashMap::new();
    for (index, entry) in change.put.iter().enumerate() {
        let place = |problem: String| Error::invalid(format!("entry {}: {problem}", index + 1));
        if let Some(problem) = entry_problem(entry) {
            return Err(place(problem));
        }
        if let Some(first) = seen.insert(&entry.value, index) {
            return Err(place(format!("`{}` is entry {} already", entry.value, first + 1)));
        }
    }
    let after = changed(before, change);
    if let Some(problem) = after.get(&change.slot).and_then(|entries| ambiguous(entries)) {
        return Err(Error::invalid(problem));
    }
    let in_all: usize = after.values().flatten().map(|e| 1 + e.forms.len()).sum();
    if in_all > MOST_IN_ALL {
        return Err(Error::invalid(format!(
            "the dictionaries would hold {in_all} values and spellings; at most {MOST_IN_ALL} are kept"
        )));
    }
    Ok(after)
}

fn check_slot(slot: &str) -> Result<()> {
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '#');
    if slot.is_empty() || slot.chars().count() > LONGEST_NAME || !slot.chars().all(fits) {
        return Err(Error::invalid(format!(
            "`{slot}` is no name of a slot: 1 to {LONGEST_NAME} letters, digits and _ - . #"
        )));
    }
    Ok(())
}

/// What is wrong with an entry on its own, in words.
pub(super) fn entry_problem(entry: &DictionaryEntry) -> Option<String> {
    if entry.forms.len() > MOST_FORMS {
        return Some(format!("`{}` has {} spellings; at most {MOST_FORMS}", entry.value, entry.forms.len()));
    }
    for form in std::iter::once(&entry.value).chain(&entry.forms) {
        if fold(form).is_empty() {
            return Some("a value or spelling is empty".into());
        }
        if form.chars().count() > LONGEST_FORM {
            let start: String = form.chars().take(20).collect();
            return Some(format!("`{start}…` is longer than {LONGEST_FORM} characters"));
        }
        if form.trim() != form || form.chars().any(char::is_control) {
            return Some(format!("{form:?} has white space at its ends or control characters"));
        }
    }
    None
}

/// A spelling of two values says nothing: which ones they are, in words.
pub(super) fn ambiguous(entries: &[DictionaryEntry]) -> Option<String> {
    let mut owners: HashMap<String, &str> = HashMap::new();
    for entry in entries {
        for form in std::iter::once(&entry.value).chain(&entry.forms) {
            match owners.insert(fold(form), &entry.value) {
                Some(other) if other != entry.value => {
                    return Some(format!(
                        "`{form}` is written for both `{other}` and `{}`; width, case and traditional characters make no difference",
                        entry.value
                    ));
                }
                _ => {}
            }
        }
    }
    None
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    fn put(slot: &str, entries: &[(&str, &[&str])]) -> Result<Dictionaries> {
        let entry = |(value, forms): &(&str, &[&str])| DictionaryEntry {
            value: (*value).into(),
            forms: forms.iter().map(|f| (*f).to_owned()).collect(),
        };
        let put = entries.iter().map(entry).collect();
        check(Dictionaries::new(), &Change { slot: slot.into(), put, ..Change::default() })
    }

    #[test]
    fn errors_name_the_entry() {
        let detail = |entries| put("product", entries).unwrap_err().detail().to_owned();
        assert_eq!(detail(&[("a", &[]), ("", &[])]), "entry 2: a value or spelling is empty");
        assert_eq!(detail(&[("a", &[]), ("a", &[])]), "entry 2: `a` is entry 1 already");
        assert_eq!(
            detail(&[("空气炸锅", &["炸锅"]), ("油炸锅", &["炸鍋"])]),
            "`炸锅` is written for both `油炸锅` and `空气炸锅`; width, case and traditional characters make no difference"
        );
        assert!(detail(&[(" a", &[])]).contains("white space"));
        assert!(put("a b", &[]).is_err() && put("", &[]).is_err());
        assert!(put("城市.出发#1", &[("a", &[])]).is_ok());
    }

    #[test]
    fn there_is_a_most() {
        let many: Vec<DictionaryEntry> =
            (0..MOST_IN_ALL + 1).map(|i| DictionaryEntry { value: format!("p{i}"), forms: vec![] }).collect();
        let change = Change { slot: "product".into(), put: many, ..Change::default() };
        assert!(check(Dictionaries::new(), &change).unwrap_err().detail().contains("100000"));
    }
}
