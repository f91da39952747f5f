//! Finds the values that training data and administrators have listed.

use std::collections::HashMap;

use aho_corasick::{AhoCorasick, MatchKind};
use regex::Regex;
use serde::{Deserialize, Serialize};

use super::{Candidate, Evidence};
use crate::nlu::examples::Lexicon;
use crate::text::{self, Aligned};

/// How sure a listed value is when nothing more is known about it.
const LISTED: f32 = 0.9;

/// One spelling of a value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Form {
    /// Folded.
    pub form: String,
    pub slot: String,
    pub value: String,
    pub confidence: f32,
}

/// All spellings, ready for searching.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(from = "Stored", into = "Stored")]
pub struct Dictionary {
    stored: Stored,
    index: Option<AhoCorasick>,
    patterns: Vec<(String, Regex)>,
}

/// What of a dictionary is kept with the model.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Stored {
    forms: Vec<Form>,
    /// Folded spelling → value, for values of any slot.
    synonyms: HashMap<String, String>,
    patterns: Vec<(String, String)>,
}

impl From<Stored> for Dictionary {
    fn from(stored: Stored) -> Self {
        let index = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(stored.forms.iter().map(|f| f.form.as_str()));
        let compiled = |(slot, pattern): &(String, String)| Some((slot.clone(), Regex::new(pattern).ok()?));
        let patterns = stored.patterns.iter().filter_map(compiled).collect();
        Self { patterns, index: index.ok(), stored }
    }
}

impl From<Dictionary> for Stored {
    fn from(dictionary: Dictionary) -> Self {
        dictionary.stored
    }
}

impl Dictionary {
    /// A dictionary of forms learnt from examples (each with its own confidence) and of what administrators listed,
    /// which wins where both know a form.
    pub fn new(learnt: Vec<Form>, lexicon: &Lexicon) -> Self {
        let mut forms: HashMap<String, Form> = learnt.into_iter().map(|f| (f.form.clone(), f)).collect();
        for entry in &lexicon.entries {
            for form in std::iter::once(&entry.value).chain(&entry.forms) {
                let form = fold(form);
                if !form.is_empty() {
                    let (slot, value) = (entry.slot.clone(), entry.value.clone());
                    forms.insert(form.clone(), Form { form, slot, value, confidence: LISTED });
                }
            }
        }
        let mut forms: Vec<Form> = forms.into_values().collect();
        forms.sort_by(|a, b| a.form.cmp(&b.form));
        let synonyms = lexicon.synonyms.iter().map(|(form, value)| (fold(form), value.clone())).collect();
        Stored { forms, synonyms, patterns: lexicon.patterns.clone() }.into()
    }

    /// Every listed value in a text, the longest where several begin at one place.
    pub fn find(&self, text: &str, aligned: &Aligned) -> Vec<Candidate> {
        let folded = aligned.text();
        let mut found = Vec::new();
        for hit in self.index.iter().flat_map(|index| index.find_iter(&folded)) {
            let Some(form) = self.stored.forms.get(hit.pattern().as_usize()) else { continue };
            if !stands_alone(&folded, hit.start(), hit.end()) {
                continue;
            }
            let scalars =
                (text::scalar_offset(&folded, hit.start()), text::scalar_offset(&folded, hit.end()));
            let (start, end) = aligned.source_range(scalars.0, scalars.1);
            found.push(Candidate {
                name: form.slot.clone(),
                start,
                end,
                value: Some(form.value.clone()),
                evidence: Evidence { dictionary: form.confidence, ..Evidence::default() },
                confidence: 0.0,
            });
        }
        for (slot, pattern) in &self.patterns {
            for hit in pattern.find_iter(text).filter(|h| !h.is_empty()) {
                found.push(Candidate {
                    name: slot.clone(),
                    start: text::scalar_offset(text, hit.start()),
                    end: text::scalar_offset(text, hit.end()),
                    value: Some(hit.as_str().to_owned()),
                    evidence: Evidence { dictionary: LISTED, ..Evidence::default() },
                    confidence: 0.0,
                });
            }
        }
        found
    }

    /// The value that a synonym stands for.
    pub fn canonical(&self, raw: &str) -> Option<&str> {
        self.stored.synonyms.get(&fold(raw)).map(String::as_str)
    }
}

/// How forms and texts are compared.
pub fn fold(text: &str) -> String {
    Aligned::new(text.trim()).text()
}

/// A Latin word or number must not be cut out of a longer one.
fn stands_alone(text: &str, start: usize, end: usize) -> bool {
    let glued = |a: Option<char>, b: Option<char>| {
        a.is_some_and(|c| c.is_ascii_alphanumeric()) && b.is_some_and(|c| c.is_ascii_alphanumeric())
    };
    !glued(text[..start].chars().next_back(), text[start..].chars().next())
        && !glued(text[..end].chars().next_back(), text[end..].chars().next())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::super::super::examples::LexiconEntry;
    use super::*;

    fn dictionary() -> Dictionary {
        let entry = |slot: &str, value: &str, forms: &[&str]| LexiconEntry {
            slot: slot.into(),
            value: value.into(),
            forms: forms.iter().map(|f| (*f).to_owned()).collect(),
        };
        let lexicon = Lexicon {
            entries: vec![entry("product", "空气炸锅", &["炸锅", "Air Fryer"]), entry("product", "锅", &[])],
            synonyms: vec![("魔都".into(), "上海".into())],
            patterns: vec![("order_no".into(), r"ML\d+".into())],
        };
        Dictionary::new(vec![], &lexicon)
    }

    #[test]
    fn the_longest_form_wins_and_gives_its_value() {
        let text = "我的空氣炸鍋和air fryer，ML12";
        let found = dictionary().find(text, &Aligned::new(text));
        let seen: Vec<_> = found
            .iter()
            .map(|c| (crate::text::slice(text, c.start, c.end), c.value.as_deref().unwrap()))
            .collect();
        assert_eq!(seen, [("空氣炸鍋", "空气炸锅"), ("air fryer", "空气炸锅"), ("ML12", "ML12")]);
    }

    #[test]
    fn words_are_not_cut_out_of_longer_ones() {
        let text = "fair fryers";
        assert!(dictionary().find(text, &Aligned::new(text)).is_empty());
    }

    #[test]
    fn synonyms_stand_for_values_of_any_slot() {
        assert_eq!(dictionary().canonical("魔都"), Some("上海"));
        assert_eq!(dictionary().canonical("上海"), None);
    }

    #[test]
    fn it_is_the_same_after_saving() {
        let saved = serde_json::to_string(&dictionary()).unwrap();
        let loaded: Dictionary = serde_json::from_str(&saved).unwrap();
        assert_eq!(loaded.stored, dictionary().stored);
        let text = "炸锅";
        assert_eq!(loaded.find(text, &Aligned::new(text)).len(), 1);
    }
}
