//! Looks at training data before it is learnt from and says what a person should look at.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::examples::{Place, count_by_intent};
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
    /// `file:line` of the examples it is about, where they are known.
    #[serde(default)]
    pub places: Vec<String>,
}

impl Warning {
    fn new(kind: &str, message: String) -> Self {
        Self { kind: kind.to_owned(), message, places: Vec::new() }
    }
}

/// An example with the line it stands on, where that is known.
pub type Placed<'a> = (&'a Example, Option<&'a Place>);

/// Warnings that need only the texts: sizes, doubles, and one text with two labels.
pub fn check_labels(examples: &[Placed<'_>]) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let counts: Vec<_> =
        count_by_intent(examples.iter().map(|e| e.0)).into_iter().filter(|c| c.0 != OUT_OF_SCOPE).collect();
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

fn repeated_texts(examples: &[Placed<'_>]) -> Vec<Warning> {
    let mut seen: HashMap<String, Placed<'_>> = HashMap::new();
    let mut repeated = Vec::new();
    for example in examples {
        let key = text::normalise(&example.0.text);
        match seen.get(&key) {
            None => {
                seen.insert(key, *example);
            }
            Some(first) => repeated.push((*first, *example)),
        }
    }
    let spans = |e: &Example| {
        let mut spans: Vec<_> = e.slots.iter().map(|s| (s.start, s.end, s.name.clone())).collect();
        spans.sort();
        spans
    };
    let (same, different): (Vec<Pair<'_>>, Vec<Pair<'_>>) =
        repeated.into_iter().partition(|(a, b)| a.0.intent == b.0.intent);
    let (doubled, slotted): (Vec<Pair<'_>>, Vec<Pair<'_>>) =
        same.into_iter().partition(|(a, b)| a.0.text != b.0.text || spans(a.0) == spans(b.0));
    let mut warnings = listed("conflict", &different, |a, b| {
        format!("\"{}\" is labelled both `{}` and `{}`; decide for one", b.text, a.intent, b.intent)
    });
    warnings.extend(listed("conflict", &slotted, |_, b| {
        format!("\"{}\" has other slots where it stands again; only the first is learnt", b.text)
    }));
    warnings
        .extend(listed("duplicate", &doubled, |_, b| format!("\"{}\" occurs twice and counts once", b.text)));
    warnings
}

/// Warnings that need the vectors (L2-normalised, one an example): texts that say the same under different intents,
/// and texts that add nothing to another of their intent.
pub fn check_vectors(examples: &[Placed<'_>], vectors: &[&[f32]]) -> Vec<Warning> {
    let mut near = Vec::new();
    for (i, a) in vectors.iter().enumerate() {
        for (j, b) in vectors.iter().enumerate().skip(i + 1) {
            let cosine: f32 = a.iter().zip(*b).map(|(x, y)| x * y).sum();
            let same_text = || text::normalise(&examples[i].0.text) == text::normalise(&examples[j].0.text);
            if cosine >= NEAR_DUPLICATE && !same_text() {
                near.push((examples[i], examples[j]));
            }
        }
    }
    let (same, different): (Vec<Pair<'_>>, Vec<Pair<'_>>) =
        near.into_iter().partition(|(a, b)| a.0.intent == b.0.intent);
    let mut warnings = listed("conflict", &different, |a, b| {
        format!(
            "\"{}\" (`{}`) and \"{}\" (`{}`) say almost the same; one of the labels may be wrong",
            a.text, a.intent, b.text, b.intent
        )
    });
    warnings.extend(listed("near_duplicate", &same, |a, b| {
        format!("\"{}\" and \"{}\" are nearly the same; other wordings teach more", a.text, b.text)
    }));
    warnings
}

type Pair<'a> = (Placed<'a>, Placed<'a>);

/// The first pairs of a kind by name, and how many more there are.
fn listed(kind: &str, pairs: &[Pair<'_>], message: impl Fn(&Example, &Example) -> String) -> Vec<Warning> {
    let warning = |((a, first), (b, second)): &Pair<'_>| Warning {
        places: [first, second].into_iter().flatten().map(ToString::to_string).collect(),
        ..Warning::new(kind, message(a, b))
    };
    let mut warnings: Vec<Warning> = pairs.iter().take(LISTED).map(warning).collect();
    let more = pairs.len().saturating_sub(LISTED);
    if more > 0 {
        warnings.push(Warning::new(kind, format!("and {more} more of this kind")));
    }
    warnings
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;
    use crate::domain::SlotLabel;

    fn example(text: &str, intent: &str) -> Example {
        Example { text: text.into(), intent: intent.into(), slots: vec![], lang: None, split: None }
    }

    fn placed<'a>(examples: &'a [Example], places: &'a [Place]) -> Vec<Placed<'a>> {
        examples.iter().enumerate().map(|(i, e)| (e, places.get(i))).collect()
    }

    fn lines(count: usize) -> Vec<Place> {
        (1..=count).map(|line| Place::Line { file: "nlu.yml".into(), line }).collect()
    }

    #[test]
    fn conflicting_and_doubled_texts_are_told_apart_with_their_lines() {
        let mut slotted = example("去上海", "go");
        slotted.slots.push(SlotLabel { start: 1, end: 3, name: "city".into(), value: "上海".into() });
        let examples = [
            example("退貨", "return"),
            example("退货", "refund"),
            example("你好", "hi"),
            example("你好 ", "hi"),
            example("去上海", "go"),
            slotted,
        ];
        let warnings = repeated_texts(&placed(&examples, &lines(6)));
        let said: Vec<_> = warnings.iter().map(|w| format!("{} {}", w.kind, w.places.join(" "))).collect();
        assert_eq!(
            said,
            ["conflict nlu.yml:1 nlu.yml:2", "conflict nlu.yml:5 nlu.yml:6", "duplicate nlu.yml:3 nlu.yml:4"]
        );
        assert!(repeated_texts(&placed(&examples, &[])).iter().all(|w| w.places.is_empty()));
    }

    #[test]
    fn small_and_unequal_intents_are_named() {
        let mut examples = vec![example("只有一句", "small")];
        examples.extend((0..20).map(|i| example(&format!("第{i}句"), "large")));
        let kinds: Vec<_> = check_labels(&placed(&examples, &[])).into_iter().map(|w| w.kind).collect();
        assert_eq!(kinds, ["few_examples", "imbalance"]);
    }

    #[test]
    fn near_duplicates_across_intents_are_conflicts() {
        let examples = [example("a", "x"), example("b", "y"), example("c", "x"), example("d", "x")];
        let places = lines(4);
        let vectors: [&[f32]; 4] = [&[1.0, 0.0], &[1.0, 0.0], &[0.0, 1.0], &[0.0, 1.0]];
        let warnings = check_vectors(&placed(&examples, &places), &vectors);
        let said: Vec<_> = warnings.iter().map(|w| format!("{} {}", w.kind, w.places.join(" "))).collect();
        assert_eq!(said, ["conflict nlu.yml:1 nlu.yml:2", "near_duplicate nlu.yml:3 nlu.yml:4"]);
    }
}
