//! Looks at training data before it is learnt from and says what a person should look at.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::examples::count_by_intent;
use crate::domain::{Example, OUT_OF_SCOPE};
use crate::text;

/// Fewer examples than this teach an intent badly.
const FEW: usize = 5;
/// The largest intent may have so many times the examples of the smallest.
const IMBALANCE: usize = 10;
/// Cosine above which two utterances say the same in almost the same words.
const NEAR_DUPLICATE: f32 = 0.985;
/// How many of a kind are listed by name.
const LISTED: usize = 10;

/// Something about the data that training works around but a person should correct.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Warning {
    /// `few_examples`, `imbalance`, `duplicate`, `near_duplicate`, `conflict`
    pub kind: String,
    /// One sentence for people.
    pub message: String,
}

impl Warning {
    fn new(kind: &str, message: String) -> Self {
        Self { kind: kind.to_owned(), message }
    }
}

/// Warnings that need only the texts: sizes, doubles, and one text under two intents.
pub fn check_labels(examples: &[Example]) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let counts: Vec<_> = count_by_intent(examples).into_iter().filter(|c| c.0 != OUT_OF_SCOPE).collect();
    for (intent, count) in counts.iter().filter(|c| c.1 < FEW) {
        let message = format!(
            "intent `{intent}` has {count} examples; write at least {FEW}, better 10 in different words"
        );
        warnings.push(Warning::new("few_examples", message));
    }
    let smallest = counts.iter().min_by_key(|c| c.1);
    let largest = counts.iter().max_by_key(|c| c.1);
    if let (Some(small), Some(large)) = (smallest, largest)
        && large.1 > small.1 * IMBALANCE
    {
        let message = format!(
            "intent `{}` has {} examples, `{}` only {}; classes are weighed, but more examples for the small ones help more",
            large.0, large.1, small.0, small.1
        );
        warnings.push(Warning::new("imbalance", message));
    }
    warnings.extend(repeated_texts(examples));
    warnings
}

fn repeated_texts(examples: &[Example]) -> Vec<Warning> {
    let mut seen: HashMap<String, &Example> = HashMap::new();
    let (mut doubles, mut conflicts) = (Vec::new(), Vec::new());
    for example in examples {
        let key = text::normalise(&example.text);
        match seen.get(&key) {
            None => {
                seen.insert(key, example);
            }
            Some(first) if first.intent == example.intent => doubles.push(example.text.clone()),
            Some(first) => conflicts.push(format!(
                "\"{}\" is labelled both `{}` and `{}`; decide for one",
                example.text, first.intent, example.intent
            )),
        }
    }
    let mut warnings = listed("conflict", conflicts);
    if !doubles.is_empty() {
        let message = format!(
            "{} examples occur twice and count once, e.g. \"{}\"",
            doubles.len(),
            doubles.iter().take(3).cloned().collect::<Vec<_>>().join("\", \"")
        );
        warnings.push(Warning::new("duplicate", message));
    }
    warnings
}

/// Warnings that need the vectors (L2-normalised, one an example): texts that say the same under different intents,
/// and texts that add nothing to another of their intent.
pub fn check_vectors(examples: &[&Example], vectors: &[&[f32]]) -> Vec<Warning> {
    let (mut conflicts, mut doubles) = (Vec::new(), 0usize);
    for (i, a) in vectors.iter().enumerate() {
        for (j, b) in vectors.iter().enumerate().skip(i + 1) {
            let cosine: f32 = a.iter().zip(*b).map(|(x, y)| x * y).sum();
            if cosine < NEAR_DUPLICATE {
                continue;
            }
            if examples[i].intent == examples[j].intent {
                doubles += 1;
            } else {
                conflicts.push(format!(
                    "\"{}\" (`{}`) and \"{}\" (`{}`) say almost the same; one of the labels may be wrong",
                    examples[i].text, examples[i].intent, examples[j].text, examples[j].intent
                ));
            }
        }
    }
    let mut warnings = listed("conflict", conflicts);
    if doubles > 0 {
        let message = format!(
            "{doubles} pairs of examples of one intent are nearly the same; other wordings teach more"
        );
        warnings.push(Warning::new("near_duplicate", message));
    }
    warnings
}

fn listed(kind: &str, messages: Vec<String>) -> Vec<Warning> {
    let more = messages.len().saturating_sub(LISTED);
    let mut warnings: Vec<Warning> =
        messages.into_iter().take(LISTED).map(|m| Warning::new(kind, m)).collect();
    if more > 0 {
        warnings.push(Warning::new(kind, format!("and {more} more of this kind")));
    }
    warnings
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    fn example(text: &str, intent: &str) -> Example {
        Example { text: text.into(), intent: intent.into(), slots: vec![], lang: None, split: None }
    }

    #[test]
    fn conflicting_and_doubled_texts_are_told_apart() {
        let examples = [
            example("退貨", "return"),
            example("退货", "refund"),
            example("你好", "hi"),
            example("你好 ", "hi"),
        ];
        let kinds: Vec<_> = repeated_texts(&examples).into_iter().map(|w| w.kind).collect();
        assert_eq!(kinds, ["conflict", "duplicate"]);
    }

    #[test]
    fn small_and_unequal_intents_are_named() {
        let mut examples = vec![example("只有一句", "small")];
        examples.extend((0..20).map(|i| example(&format!("第{i}句"), "large")));
        let kinds: Vec<_> = check_labels(&examples).into_iter().map(|w| w.kind).collect();
        assert_eq!(kinds, ["few_examples", "imbalance"]);
    }

    #[test]
    fn near_duplicates_across_intents_are_conflicts() {
        let examples = [example("a", "x"), example("b", "y"), example("c", "x")];
        let examples: Vec<&Example> = examples.iter().collect();
        let vectors: [&[f32]; 3] = [&[1.0, 0.0], &[1.0, 0.0], &[0.0, 1.0]];
        let kinds: Vec<_> = check_vectors(&examples, &vectors).into_iter().map(|w| w.kind).collect();
        assert_eq!(kinds, ["conflict"]);
    }
}
