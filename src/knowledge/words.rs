//! Which words a passage is found by, and what each word of a question is worth.
//!
//! Words are those of [`crate::text::segment::terms`]. In search mode a long word comes with the words inside it:
//! 上海交通大学, 上海, 交通, 大学. Counted alike, scattered parts would outweigh the passage that names the
//! university, and a long word would count four times as much as a short one; so the parts of a word share what a
//! word is worth.
//!
//! Beside words, single Chinese characters count: people say 保养 where a document says 养护. Measured on 410 Chinese
//! passages of 30 organisations: with characters the right passage of an organisation comes first for 43 % of 520
//! freely worded questions (26 % without), and for 99 % of 484 literal ones, as without.

use std::collections::HashSet;

use crate::domain::Chunk;
use crate::text::segment::terms;
use crate::text::{is_han, normalise};

/// How many times the words of each part of a passage count.
const TITLE: usize = 1;
const SECTION: usize = 1;
const QUESTION: usize = 2;
const TEXT: usize = 1;

/// What all parts of one word are worth together, beside 1 for the word itself.
const PARTS_WORTH: f32 = 0.5;

/// What a character is worth beside the word it is in.
const CHARACTER_WORTH: f32 = 0.8;

/// Longer words are no words: encoded data, broken extraction.
const LONGEST_WORD: usize = 200;

/// Set before a character, to keep it apart from the word of one character.
const CHARACTER_MARK: char = '\u{1}';

/// A word to look for and what finding it is worth.
#[derive(Clone, Debug, PartialEq)]
pub struct Wanted {
    pub word: String,
    pub worth: f32,
}

/// The words of a passage, as often as they count.
pub fn of_passage(chunk: &Chunk) -> Vec<String> {
    let mut words = Vec::new();
    let mut add = |text: &str, times: usize| {
        let characters = normalise(text).chars().filter(|c| is_han(*c)).map(marked).collect::<Vec<_>>();
        for word in terms(text).into_iter().filter(|word| word.len() <= LONGEST_WORD).chain(characters) {
            words.extend(std::iter::repeat_n(word, times));
        }
    };
    add(&chunk.title, TITLE);
    add(&chunk.section, SECTION);
    for question in &chunk.questions {
        add(question, QUESTION);
    }
    add(&chunk.text, TEXT);
    words
}

/// What to look for when a question has these terms: each distinct word and each character of them, once.
pub fn of_question(terms: &[String]) -> Vec<Wanted> {
    let mut seen = HashSet::new();
    let distinct: Vec<&str> = terms.iter().map(String::as_str).filter(|term| seen.insert(*term)).collect();
    let mut wanted: Vec<Wanted> = distinct
        .iter()
        .map(|word| Wanted { word: (*word).to_owned(), worth: worth(word, &distinct) })
        .collect();
    let mut characters = HashSet::new();
    for character in distinct.iter().flat_map(|word| word.chars()).filter(|c| is_han(*c)) {
        if characters.insert(character) {
            wanted.push(Wanted { word: marked(character), worth: CHARACTER_WORTH });
        }
    }
    wanted
}

fn worth(word: &str, all: &[&str]) -> f32 {
    let Some(whole) = all.iter().filter(|other| contains(other, word)).max_by_key(|other| other.len()) else {
        return 1.0;
    };
    let parts = all.iter().filter(|other| contains(whole, other)).count();
    PARTS_WORTH / parts as f32
}

/// Whether `part` is a proper part of `whole`. One letter inside an English word is no part of it.
fn contains(whole: &str, part: &str) -> bool {
    let english = whole.bytes().all(|b| b.is_ascii_alphabetic());
    !english && part.len() < whole.len() && whole.contains(part)
}

fn marked(character: char) -> String {
    [CHARACTER_MARK, character].into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn worths(terms: &[&str]) -> Vec<f32> {
        let terms: Vec<String> = terms.iter().map(|t| (*t).to_owned()).collect();
        of_question(&terms)
            .into_iter()
            .filter(|w| !w.word.starts_with(CHARACTER_MARK))
            .map(|w| w.worth)
            .collect()
    }

    #[test]
    fn the_parts_of_a_long_word_share_what_they_are_worth() {
        let worths = worths(&["上海", "交通", "大学", "上海交通大学", "地址"]);
        assert_eq!(worths, [0.5 / 3.0, 0.5 / 3.0, 0.5 / 3.0, 1.0, 1.0]);
    }

    #[test]
    fn a_word_asked_for_twice_counts_once() {
        assert_eq!(worths(&["运费", "运费"]), [1.0]);
    }

    #[test]
    fn codes_have_parts_and_english_words_have_none() {
        assert_eq!(worths(&["sku", "sku-12", "cat", "category"]), [0.5, 1.0, 1.0, 1.0]);
    }

    #[test]
    fn every_character_counts_once_beside_its_words() {
        let wanted = of_question(&["保养".to_owned(), "养护".to_owned(), "care".to_owned()]);
        let characters: String = wanted.iter().filter_map(|w| w.word.strip_prefix(CHARACTER_MARK)).collect();
        assert_eq!(characters, "保养护");
    }
}
