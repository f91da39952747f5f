//! What each word of a question is worth to keyword search.
//!
//! Segmenting in search mode gives a long word and the words inside it: 上海交通大学, 上海, 交通, 大学. Counted
//! alike, three passages' worth of scattered parts would outweigh the one that names the university, and a long
//! word would count four times as much as a short one. So the parts of a word share what a word is worth.

use std::collections::HashSet;

use super::lexical::WeightedTerm;

/// What all parts of one word are worth together, beside 1 for the word itself.
const PARTS_WORTH: f32 = 0.5;

/// The distinct words of a question with their worth.
pub fn weigh(terms: &[String]) -> Vec<WeightedTerm> {
    let mut seen = HashSet::new();
    let distinct: Vec<&String> = terms.iter().filter(|term| seen.insert(term.as_str())).collect();
    distinct
        .iter()
        .map(|term| {
            let whole = distinct.iter().filter(|other| contains(other, term)).max_by_key(|other| other.len());
            let weight = match whole {
                None => 1.0,
                Some(whole) => {
                    let parts = distinct.iter().filter(|other| contains(whole, other)).count();
                    PARTS_WORTH / parts as f32
                }
            };
            WeightedTerm { term: (*term).clone(), weight }
        })
        .collect()
}

/// Whether `part` is a proper part of `whole`. One letter inside an English word is no part of it.
fn contains(whole: &str, part: &str) -> bool {
    let word = whole.bytes().all(|b| b.is_ascii_alphabetic());
    !word && part.len() < whole.len() && whole.contains(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weights(terms: &[&str]) -> Vec<f32> {
        let terms: Vec<String> = terms.iter().map(|t| (*t).to_owned()).collect();
        weigh(&terms).into_iter().map(|t| t.weight).collect()
    }

    #[test]
    fn the_parts_of_a_long_word_share_what_they_are_worth() {
        let weights = weights(&["上海", "交通", "大学", "上海交通大学", "地址"]);
        assert_eq!(weights, [0.5 / 3.0, 0.5 / 3.0, 0.5 / 3.0, 1.0, 1.0]);
    }

    #[test]
    fn a_word_asked_for_twice_counts_once() {
        assert_eq!(weights(&["运费", "运费"]), [1.0]);
    }

    #[test]
    fn codes_have_parts_and_english_words_have_none() {
        assert_eq!(weights(&["sku", "sku-12", "cat", "category"]), [0.5, 1.0, 1.0, 1.0]);
    }
}
