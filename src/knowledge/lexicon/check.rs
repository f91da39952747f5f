//! What may be in the lexicon.

use std::collections::HashMap;

use super::{EntryKind, LexiconChange, LexiconEntry};
use crate::error::{Error, Result};
use crate::text::folded;

/// Longest word, in characters.
const LONGEST_WORD: usize = 64;
/// Most words that one entry joins, and most words of all entries together.
const MOST_OTHERS: usize = 50;
const MOST_IN_ALL: usize = 50_000;

/// The entries after `change`.
///
/// # Errors
/// When they could not be so; the error names entry and reason.
pub fn check(before: Vec<LexiconEntry>, change: &LexiconChange) -> Result<Vec<LexiconEntry>> {
    let mut seen = HashMap::new();
    for (index, entry) in (1..).zip(&change.put) {
        let place = |problem: String| Error::invalid(format!("entry {index}: {problem}"));
        if let Some(problem) = problem(entry) {
            return Err(place(problem));
        }
        if let Some(first) = seen.insert(entry.key(), index) {
            return Err(place(format!("`{}` is entry {first} already", entry.word)));
        }
    }
    let after = change.applied(before);
    if let Some(problem) = ambiguous(&after) {
        return Err(Error::invalid(problem));
    }
    let in_all: usize = after.iter().map(|entry| entry.words().count()).sum();
    if in_all > MOST_IN_ALL {
        return Err(Error::invalid(format!(
            "the lexicon would hold {in_all} words; at most {MOST_IN_ALL} are kept"
        )));
    }
    Ok(after)
}

/// What is wrong with an entry on its own, in words.
fn problem(entry: &LexiconEntry) -> Option<String> {
    let joins = matches!(entry.kind, EntryKind::Synonyms | EntryKind::OneWay);
    if joins && entry.others.is_empty() {
        return Some(format!("`{}` stands alone: say in `others` what it is joined with", entry.word));
    }
    if !joins && !entry.others.is_empty() {
        return Some(format!("`{}` is kept by itself: `others` are for synonyms", entry.word));
    }
    if entry.others.len() > MOST_OTHERS {
        return Some(format!("`{}` has {} others; at most {MOST_OTHERS}", entry.word, entry.others.len()));
    }
    let mut own: Vec<String> = Vec::new();
    for word in entry.words() {
        let written = folded(word);
        if !written.chars().any(char::is_alphanumeric) {
            return Some("a word without a letter or digit cannot be looked for".into());
        }
        if word.chars().count() > LONGEST_WORD {
            let start: String = word.chars().take(20).collect();
            return Some(format!("`{start}…` is longer than {LONGEST_WORD} characters"));
        }
        if word.trim() != word || word.chars().any(char::is_control) {
            return Some(format!("{word:?} has white space at its ends or control characters"));
        }
        if entry.kind == EntryKind::Word && written.chars().count() < 2 {
            return Some(format!("`{word}` is one character: there is nothing to keep together"));
        }
        if own.contains(&written) {
            return Some(format!("`{word}` is in it twice; width, case and script make no difference"));
        }
        own.push(written);
    }
    None
}

/// A word in two groups would join them all: which, in words.
fn ambiguous(entries: &[LexiconEntry]) -> Option<String> {
    let mut groups: HashMap<String, &str> = HashMap::new();
    for entry in entries.iter().filter(|entry| entry.kind == EntryKind::Synonyms) {
        for word in entry.words() {
            if let Some(other) = groups.insert(folded(word), &entry.word) {
                return Some(format!(
                    "`{word}` would be a synonym in the groups of `{other}` and of `{}`: put all of them in one",
                    entry.word
                ));
            }
        }
    }
    None
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::entry;
    use super::*;

    fn refused(put: Vec<LexiconEntry>) -> String {
        let change = LexiconChange { put, ..LexiconChange::default() };
        check(Vec::new(), &change).unwrap_err().detail().to_owned()
    }

    #[test]
    fn what_cannot_be_an_entry_is_refused_with_its_number() {
        use EntryKind::{OneWay, Stop, Synonyms, Word};
        for (bad, says) in [
            (entry(Synonyms, "运费", &[]), "entry 1: `运费` stands alone"),
            (entry(Stop, "亲", &["哦"]), "is kept by itself"),
            (entry(Word, "大", &[]), "one character"),
            (entry(OneWay, "手机", &["手機"]), "twice"),
            (entry(Word, "！？", &[]), "without a letter"),
            (entry(Word, " 上海", &[]), "white space"),
        ] {
            let said = refused(vec![bad]);
            assert!(said.contains(says), "{said}");
        }
        let twice = refused(vec![entry(Stop, "亲", &[]), entry(Stop, "親", &[])]);
        assert!(twice.contains("entry 2"), "{twice}");
    }

    #[test]
    fn a_word_is_in_one_group() {
        let said = refused(vec![
            entry(EntryKind::Synonyms, "运费", &["邮费"]),
            entry(EntryKind::Synonyms, "邮资", &["郵費"]),
        ]);
        assert!(said.contains("邮资") && said.contains("运费"), "{said}");
    }
}
