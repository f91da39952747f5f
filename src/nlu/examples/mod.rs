//! Labelled utterances in and out: the project's JSONL and Rasa's YAML. Text in, text out; files are the caller's.

mod jsonl;
mod rasa;

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use jsonl::{read_jsonl, write_jsonl};
pub use rasa::{
    EntityName, OUT_OF_SCOPE_THERE, RasaDomain, holds_examples, read_annotated, read_rasa, write_rasa,
};

use crate::domain::Example;
use crate::error::{Code, Error, Result};

/// The longest utterance worth learning from, in scalars.
pub const LONGEST_TEXT: usize = 2_000;

/// Everything training reads: utterances and the dictionaries beside them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TrainingData {
    pub examples: Vec<Example>,
    /// Where each example stands, one by one.
    pub places: Vec<Place>,
    pub lexicon: Lexicon,
}

/// Where an example was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// In a file, on a line counted from 1. Who reads the file names it.
    Line { file: Arc<str>, line: usize },
    /// By somebody in the console.
    Console,
}

impl Place {
    /// A line of a file that is still to be named.
    pub fn line(line: usize) -> Self {
        Self::Line { file: "".into(), line }
    }

    fn name(&mut self, name: &Arc<str>) {
        if let Self::Line { file, .. } = self {
            *file = name.clone();
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line { file, line } => write!(f, "{file}:{line}"),
            Self::Console => f.write_str("console"),
        }
    }
}

impl TrainingData {
    /// Adds what another file brought.
    pub fn merge(&mut self, other: TrainingData) {
        self.examples.extend(other.examples);
        self.places.extend(other.places);
        self.lexicon.merge(other.lexicon);
    }
}

/// What administrators and lookup tables say about slot values.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lexicon {
    /// Values a slot can have.
    pub entries: Vec<LexiconEntry>,
    /// Other spellings of a value, whatever its slot: spelling → value.
    pub synonyms: Vec<(String, String)>,
    /// Patterns that are a slot: slot name → regular expression.
    pub patterns: Vec<(String, String)>,
}

/// One value of a slot and the ways to write it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LexiconEntry {
    pub slot: String,
    /// What [`crate::domain::Slot::value`] will hold.
    pub value: String,
    /// Spellings besides the value itself.
    #[serde(default)]
    pub forms: Vec<String>,
}

impl Lexicon {
    /// Adds the entries of another lexicon.
    pub fn merge(&mut self, other: Lexicon) {
        self.entries.extend(other.entries);
        self.synonyms.extend(other.synonyms);
        self.patterns.extend(other.patterns);
    }

    /// Whether it says nothing at all.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.synonyms.is_empty() && self.patterns.is_empty()
    }
}

/// What is wrong in which line of a file of examples.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineError {
    /// From 1.
    pub line: usize,
    pub problem: String,
}

/// Every line of a file that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExamplesError(pub Vec<LineError>);

impl ExamplesError {
    pub(in crate::nlu) fn one(line: usize, problem: impl Into<String>) -> Self {
        Self(vec![LineError { line, problem: problem.into() }])
    }
}

impl fmt::Display for ExamplesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 5;
        for (index, error) in self.0.iter().take(SHOWN).enumerate() {
            let separator = if index == 0 { "" } else { "; " };
            write!(f, "{separator}line {}: {}", error.line, error.problem)?;
        }
        match self.0.len().saturating_sub(SHOWN) {
            0 => Ok(()),
            more => write!(f, "; and {more} more lines"),
        }
    }
}

impl std::error::Error for ExamplesError {}

impl From<ExamplesError> for Error {
    fn from(error: ExamplesError) -> Self {
        Error::invalid(error.to_string())
    }
}

/// Reads a file by the ending of its name: `.jsonl` or `.ndjson`, `.yml` or `.yaml`. `beside` gives the content of a file
/// that this one names, when there is one.
pub fn read(name: &str, bytes: &[u8], beside: &dyn Fn(&str) -> Option<String>) -> Result<TrainingData> {
    let text = std::str::from_utf8(bytes).map_err(|e| {
        let line = bytes[..e.valid_up_to()].iter().filter(|b| **b == b'\n').count() + 1;
        Error::invalid(format!("line {line} is not UTF-8: save the file as UTF-8")).at(name)
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let ending = name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    let read = match ending.as_str() {
        "jsonl" | "ndjson" => jsonl::read_data(text),
        "yml" | "yaml" => read_rasa(text, beside),
        _ => {
            return Err(Error::new(
                Code::UnsupportedFormat,
                format!(
                    "{name}: examples are read from .jsonl or from Rasa's .yml; rename or convert the file"
                ),
            ));
        }
    };
    let mut data = read.map_err(|e| Error::from(e).at(name))?;
    let file: Arc<str> = name.into();
    data.places.iter_mut().for_each(|place| place.name(&file));
    Ok(data)
}

/// What makes an example unusable, in words; `None` when it is fine.
pub fn problem(example: &Example) -> Option<String> {
    let length = example.text.chars().count();
    if example.text.trim().is_empty() {
        return Some("`text` is empty".into());
    }
    if length > LONGEST_TEXT {
        return Some(format!("`text` has {length} characters; at most {LONGEST_TEXT} are read"));
    }
    if example.intent.trim().is_empty() {
        return Some("`intent` is empty; out-of-scope text has the intent `oos`".into());
    }
    let mut slots: Vec<_> = example.slots.iter().collect();
    slots.sort_by_key(|s| s.start);
    for slot in &slots {
        if slot.name.trim().is_empty() {
            return Some(format!("the slot at {}..{} has no name", slot.start, slot.end));
        }
        if slot.start >= slot.end || slot.end > length {
            return Some(format!(
                "slot `{}` spans {}..{}, outside the text of {length} characters (offsets count Unicode characters, the end is exclusive)",
                slot.name, slot.start, slot.end
            ));
        }
    }
    slots
        .windows(2)
        .find(|w| w[1].start < w[0].end)
        .map(|w| format!("slots `{}` and `{}` overlap at {}..{}", w[0].name, w[1].name, w[1].start, w[0].end))
}

/// How many examples each intent has, in order of first appearance.
pub fn count_by_intent<'a>(examples: impl IntoIterator<Item = &'a Example>) -> Vec<(String, usize)> {
    let mut order: Vec<(String, usize)> = Vec::new();
    let mut index: HashMap<&'a str, usize> = HashMap::new();
    for example in examples {
        let at = *index.entry(&example.intent).or_insert_with(|| {
            order.push((example.intent.clone(), 0));
            order.len() - 1
        });
        order[at].1 += 1;
    }
    order
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn the_ending_decides_the_format() {
        assert!(read("a.jsonl", br#"{"text":"hi","intent":"greet"}"#, &|_| None).is_ok());
        assert!(read("nlu.yml", b"nlu:\n- intent: greet\n  examples: |\n    - hi\n", &|_| None).is_ok());
        let error = read("a.txt", b"", &|_| None).unwrap_err();
        assert_eq!(error.code(), Code::UnsupportedFormat);
    }

    #[test]
    fn a_wrong_encoding_is_named_with_its_line() {
        let error = read("a.jsonl", b"{}\n\xff\xfe", &|_| None).unwrap_err();
        assert_eq!(error.detail(), "a.jsonl: line 2 is not UTF-8: save the file as UTF-8");
    }
}
