//! Finds the values that training data and administrators have listed.
//!
//! Listed values are also found where they are misspelt: by sound (苹国手机) and by one edit (air frier). Of hits that
//! overlap the longest counts; of equally long ones the exact before the one that sounds alike before the misspelt; of
//! equal ones the first. A misspelling that could be two values is neither.

use std::collections::HashMap;

use aho_corasick::{AhoCorasick, MatchKind};
use regex::Regex;
use serde::{Deserialize, Serialize};

use super::near::Near;
use super::sounds::Sounds;
use super::{Candidate, Evidence};
use crate::nlu::examples::Lexicon;
use crate::text::{self, Aligned};

/// How sure a listed value is when nothing more is known about it.
const LISTED: f32 = 0.9;
/// The same where it only sounds like one, and where it is misspelt.
const SOUNDS_ALIKE: f32 = 0.8;
const MISSPELT: f32 = 0.7;

/// One spelling of a value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Form {
    /// Folded.
    pub form: String,
    pub slot: String,
    pub value: String,
    pub confidence: f32,
    /// Whether an administrator said so: then it is believed without having been seen in training.
    #[serde(default)]
    pub listed: bool,
}

/// All spellings, ready for searching.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(from = "Stored", into = "Stored")]
pub struct Dictionary {
    stored: Stored,
    index: Option<AhoCorasick>,
    sounds: Sounds,
    near: Near,
    patterns: Vec<(String, Regex)>,
}

/// A place where a form is found.
struct Hit {
    /// Scalars of the folded text.
    start: usize,
    end: usize,
    form: usize,
    how: How,
}

/// In order of how much it is believed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum How {
    Exact,
    SoundsAlike,
    Misspelt,
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
        let listed = || {
            let forms = stored.forms.iter().enumerate().filter(|(_, f)| f.listed);
            forms.map(|(index, f)| (index, f.form.as_str()))
        };
        let (sounds, near) = (Sounds::new(listed()), Near::new(listed()));
        Self { patterns, sounds, near, index: index.ok(), stored }
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
                    let listed = Form { form: form.clone(), slot, value, confidence: LISTED, listed: true };
                    forms
                        .entry(form)
                        .and_modify(|known| {
                            if !known.listed {
                                known.clone_from(&listed)
                            }
                        })
                        .or_insert(listed);
                }
            }
        }
        let mut forms: Vec<Form> = forms.into_values().collect();
        forms.sort_by(|a, b| a.form.cmp(&b.form));
        let synonyms = lexicon.synonyms.iter().map(|(form, value)| (fold(form), value.clone())).collect();
        Stored { forms, synonyms, patterns: lexicon.patterns.clone() }.into()
    }

    /// Every listed value in a text.
    pub fn find(&self, text: &str, aligned: &Aligned) -> Vec<Candidate> {
        let mut found: Vec<Candidate> =
            self.hits(aligned).iter().filter_map(|hit| self.candidate(hit, aligned)).collect();
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

    /// The hits that count, in the order of the rules above.
    fn hits(&self, aligned: &Aligned) -> Vec<Hit> {
        let mut hits = self.exact(&aligned.text());
        let sounds = self.sounds.find(&aligned.chars).into_iter();
        hits.extend(sounds.map(|(start, end, form)| Hit { start, end, form, how: How::SoundsAlike }));
        let near = self.near.find(&aligned.chars);
        for &(start, end, form) in &near {
            let other = near.iter().any(|n| (n.0, n.1) == (start, end) && !self.same_value(n.2, form));
            let known = hits.iter().any(|h| h.start < end && start < h.end && self.same_value(h.form, form));
            if !other && !known {
                hits.push(Hit { start, end, form, how: How::Misspelt });
            }
        }
        hits.sort_by_key(|h| (std::cmp::Reverse(h.end - h.start), h.how, h.start));
        let mut kept: Vec<Hit> = Vec::new();
        for hit in hits {
            if !kept.iter().any(|k| k.start < hit.end && hit.start < k.end) {
                kept.push(hit);
            }
        }
        kept.sort_by_key(|h| h.start);
        kept
    }

    fn exact(&self, folded: &str) -> Vec<Hit> {
        let hits = self.index.iter().flat_map(|index| index.find_iter(folded));
        let alone = hits.filter(|hit| stands_alone(folded, hit.start(), hit.end()));
        let scalar = |at: usize| text::scalar_offset(folded, at);
        alone
            .map(|hit| Hit {
                start: scalar(hit.start()),
                end: scalar(hit.end()),
                form: hit.pattern().as_usize(),
                how: How::Exact,
            })
            .collect()
    }

    fn same_value(&self, a: usize, b: usize) -> bool {
        let of = |form: usize| self.stored.forms.get(form).map(|f| (&f.slot, &f.value));
        of(a) == of(b)
    }

    fn candidate(&self, hit: &Hit, aligned: &Aligned) -> Option<Candidate> {
        let form = self.stored.forms.get(hit.form)?;
        let (start, end) = aligned.source_range(hit.start, hit.end);
        let dictionary = match hit.how {
            How::Exact => form.confidence,
            How::SoundsAlike => SOUNDS_ALIKE,
            How::Misspelt => MISSPELT,
        };
        let listed = if form.listed { dictionary } else { 0.0 };
        Some(Candidate {
            name: form.slot.clone(),
            start,
            end,
            value: Some(form.value.clone()),
            evidence: Evidence { dictionary, listed, ..Evidence::default() },
            confidence: 0.0,
        })
    }

    /// Whether nothing is listed.
    pub fn is_empty(&self) -> bool {
        self.stored == Stored::default()
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

    fn values(lexicon: &Lexicon, text: &str) -> Vec<String> {
        let found = Dictionary::new(vec![], lexicon).find(text, &Aligned::new(text));
        found
            .iter()
            .map(|c| format!("{}={}", text::slice(text, c.start, c.end), c.value.as_deref().unwrap()))
            .collect()
    }

    fn products(forms: &[&str]) -> Lexicon {
        let entry = |v: &&str| LexiconEntry { slot: "product".into(), value: (*v).into(), forms: vec![] };
        Lexicon { entries: forms.iter().map(entry).collect(), ..Lexicon::default() }
    }

    #[test]
    fn misspelt_values_are_found_and_corrected() {
        let lexicon = products(&["苹果手机", "手机", "Air Fryer", "空气炸锅"]);
        assert_eq!(values(&lexicon, "我的苹国手机坏了"), ["苹国手机=苹果手机"]);
        assert_eq!(values(&lexicon, "買蘋國手機"), ["蘋國手機=苹果手机"]);
        assert_eq!(
            values(&lexicon, "an air frier and 空气炸祸"),
            ["air frier=Air Fryer", "空气炸祸=空气炸锅"]
        );
        assert_eq!(values(&lexicon, "手机"), ["手机=手机"]);
    }

    #[test]
    fn exact_forms_come_before_those_that_sound_alike() {
        let lexicon = products(&["公式书", "公事书"]);
        assert_eq!(values(&lexicon, "买公事书"), ["公事书=公事书"]);
        assert_eq!(values(&lexicon, "买公式书"), ["公式书=公式书"]);
    }

    #[test]
    fn what_could_be_two_values_is_neither() {
        assert!(values(&products(&["keyboard a", "keyboard b"]), "keyboard c").is_empty());
    }

    #[test]
    fn ten_thousand_values_are_found_one_by_one() {
        let names: Vec<String> = (0..10_000).map(|i| format!("产品型号{i:05}")).collect();
        let lexicon = products(&names.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(values(&lexicon, "请问产品型号04711还有货吗"), ["产品型号04711=产品型号04711"]);
        assert_eq!(values(&lexicon, "产品形号04711"), ["产品形号04711=产品型号04711"]);
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
