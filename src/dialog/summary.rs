//! A summary by extraction: the visitor's own sentences that say most, nothing rewritten.
//!
//! A sentence says the more, the more of its words the visitor's other sentences share (what the conversation is about),
//! and the more it brings that no other has: numbers above all. The first question counts a little more, because
//! later ones lean on it.

use std::collections::{BTreeMap, BTreeSet};

use super::courtesy::courtesy;
use crate::text::segment::terms;
use crate::text::{normalise, sentences};

/// Sentences of a summary.
const SENTENCES: usize = 3;
/// Longest sentence in characters; the rest is cut.
const LONGEST: usize = 120;
/// Weight of the first sentence over the others.
const FIRST: f32 = 1.5;
/// What a word with digits adds: order numbers, amounts, dates.
const NUMBER: f32 = 1.0;

/// The sentences of `said`, oldest first, that say most.
pub(super) fn summary(said: &[&str]) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let sentences: Vec<(&str, BTreeSet<String>)> = said
        .iter()
        .filter(|text| courtesy(text).is_none())
        .flat_map(|text| sentences::split(text).into_iter().map(|(start, end)| text[start..end].trim()))
        .filter(|sentence| seen.insert(normalise(sentence)))
        .map(|sentence| (sentence, terms(sentence).into_iter().collect::<BTreeSet<_>>()))
        .filter(|(_, words)| !words.is_empty())
        .collect();
    let mut shared: BTreeMap<&str, f32> = BTreeMap::new();
    for word in sentences.iter().flat_map(|(_, words)| words) {
        *shared.entry(word).or_default() += 1.0;
    }
    let weight = |(place, (_, words)): (usize, &(&str, BTreeSet<String>))| {
        let topic: f32 = words.iter().map(|word| shared[word.as_str()].ln_1p()).sum();
        let numbers = words.iter().filter(|word| word.contains(|c: char| c.is_ascii_digit())).count();
        let first = if place == 0 { FIRST } else { 1.0 };
        (first * (topic / (words.len() as f32).sqrt() + NUMBER * numbers as f32), place)
    };
    let mut best: Vec<(f32, usize)> = sentences.iter().enumerate().map(weight).collect();
    best.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut places: Vec<usize> = best.into_iter().take(SENTENCES).map(|(_, place)| place).collect();
    places.sort_unstable();
    places.into_iter().map(|place| clipped(sentences[place].0)).collect()
}

fn clipped(sentence: &str) -> String {
    if sentence.chars().count() <= LONGEST {
        return sentence.to_owned();
    }
    sentence.chars().take(LONGEST).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_most_of_is_kept_and_courtesy_is_not() {
        let said = [
            "你好",
            "我11月20日买的电饭煲 MR40 显示 E3。开不了机",
            "好的",
            "试过了，电饭煲还是显示 E3",
            "订单号 ML2611200012，我要换货",
            "谢谢",
        ];
        let summary = summary(&said);
        assert_eq!(summary.len(), 3);
        assert!(summary[0].contains("MR40"), "{summary:?}");
        assert!(summary.iter().any(|s| s.contains("ML2611200012")), "{summary:?}");
        assert!(summary.iter().all(|s| !s.contains("谢谢") && !s.contains("好的")), "{summary:?}");
    }

    #[test]
    fn nothing_said_is_an_empty_summary_and_a_long_sentence_is_cut() {
        assert!(summary(&["谢谢", "…"]).is_empty());
        let long = "很长".repeat(200);
        assert_eq!(summary(&[&long])[0].chars().count(), LONGEST + 1);
    }
}
