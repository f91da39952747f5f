//! FAQ pairs as a shop writes them, with what visitors ask instead: paraphrases of the question, and look-alikes that the
//! answer does not answer. JSON lines, one pair a line; all of them lie in one base.

use serde::Deserialize;

use crate::error::{Error, Result};

/// Name of their base.
pub const BASE: &str = "FAQ pairs";

/// A pair and the questions people ask of it.
#[derive(Clone, Debug, Deserialize)]
pub struct FaqPair {
    id: String,
    pub question: String,
    pub answer: String,
    /// Other words for the same question.
    pub same: Vec<String>,
    /// Questions that sound alike and ask for something else.
    pub near: Vec<String>,
}

/// Reads the pairs of the development part; `name` is the file's, for messages.
///
/// # Errors
/// Names the line that cannot be read.
pub fn read(name: &str, content: &str) -> Result<Vec<FaqPair>> {
    let mut pairs = Vec::new();
    for (number, line) in content.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let pair: FaqPair = serde_json::from_str(line)
            .map_err(|e| Error::invalid(e.to_string()).at(format!("{name}, line {}", number + 1)))?;
        pairs.extend(is_for_development(&pair.id).then_some(pair));
    }
    Ok(pairs)
}

/// One of eight; the encoder has learned from the others (`models/train/corpus.py`).
fn is_for_development(id: &str) -> bool {
    (super::corpus::fnv1a(id) % 1009).is_multiple_of(8)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn one_of_eight_pairs_is_for_development() {
        let line = |n: usize| {
            format!(r#"{{"id":"g_{n}","lang":"zh","question":"q","answer":"a","same":["s"],"near":["n"]}}"#)
        };
        let lines: Vec<String> = (0..800).map(line).collect();
        let pairs = read("g.jsonl", &lines.join("\n")).unwrap();
        assert!((60..140).contains(&pairs.len()), "{}", pairs.len());
        assert!(pairs.iter().all(|pair| is_for_development(&pair.id)));
        assert!(read("g.jsonl", "{}").unwrap_err().to_string().contains("g.jsonl, line 1"));
    }
}
