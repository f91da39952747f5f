//! Words that somebody wants kept whole: names and phrases that a dictionary for everybody cuts apart.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

use super::normalise::Aligned;

/// Words to be kept whole, ready for searching. Two are equal when they hold the same words.
#[derive(Clone, Debug, Default)]
pub struct WholeWords {
    words: BTreeSet<String>,
    mark: u64,
    index: Option<AhoCorasick>,
}

impl PartialEq for WholeWords {
    fn eq(&self, other: &Self) -> bool {
        self.words == other.words
    }
}

impl WholeWords {
    /// These words, in any spelling of width, case and script.
    pub fn new<'a>(words: impl IntoIterator<Item = &'a str>) -> Self {
        let words: BTreeSet<String> = words.into_iter().map(folded).filter(|word| !word.is_empty()).collect();
        let index = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&words).ok();
        let mut hasher = DefaultHasher::new();
        words.hash(&mut hasher);
        let mark = if words.is_empty() { 0 } else { hasher.finish() };
        Self { index: index.filter(|_| !words.is_empty()), mark, words }
    }

    /// No words.
    pub fn none() -> &'static Self {
        static NONE: LazyLock<WholeWords> = LazyLock::new(WholeWords::default);
        &NONE
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// A number that other words do not have.
    pub fn mark(&self) -> u64 {
        self.mark
    }

    /// Whether `word`, folded, is one of them.
    pub fn contains(&self, word: &str) -> bool {
        self.words.contains(word)
    }

    /// All of them, folded, in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.words.iter().map(String::as_str)
    }

    /// Where they stand in folded `chars`: first scalar and one past the last, in order. Of words that overlap the
    /// first counts, of those that begin together the longest; none is cut out of a longer Latin word or number.
    pub fn find(&self, chars: &[char]) -> Vec<(usize, usize)> {
        let Some(index) = &self.index else { return Vec::new() };
        find_in(index, chars).map(|(start, end, _)| (start, end)).collect()
    }
}

/// How words and texts are compared.
pub fn folded(word: &str) -> String {
    Aligned::new(word.trim()).text()
}

/// The patterns of `index` that stand in folded `chars`, by scalar, with the number of the pattern.
pub fn find_in<'a>(
    index: &'a AhoCorasick,
    chars: &'a [char],
) -> impl Iterator<Item = (usize, usize, usize)> + 'a {
    let mut begins = Vec::with_capacity(chars.len() + 1);
    let mut text = String::with_capacity(chars.len() * 3);
    for c in chars {
        begins.push(text.len());
        text.push(*c);
    }
    begins.push(text.len());
    let hits: Vec<_> =
        index.find_iter(&text).map(|hit| (hit.start(), hit.end(), hit.pattern().as_usize())).collect();
    let scalar = move |at: usize| begins.binary_search(&at).unwrap_or_else(|next| next);
    let placed = hits.into_iter().map(move |(start, end, pattern)| (scalar(start), scalar(end), pattern));
    placed.filter(|(start, end, _)| !joined(chars, *start) && !joined(chars, *end))
}

/// Whether a Latin word or number goes on over this place.
fn joined(chars: &[char], at: usize) -> bool {
    let latin = |c: Option<&char>| c.is_some_and(char::is_ascii_alphanumeric);
    at > 0 && latin(chars.get(at - 1)) && latin(chars.get(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(words: &[&str], text: &str) -> Vec<String> {
        let chars = Aligned::new(text).chars;
        let whole = WholeWords::new(words.iter().copied());
        whole.find(&chars).into_iter().map(|(start, end)| chars[start..end].iter().collect()).collect()
    }

    #[test]
    fn words_are_found_in_any_spelling_the_longest_first() {
        assert_eq!(found(&["上海交通大学", "上海"], "在上海交通大學，不在上海"), ["上海交通大学", "上海"]);
        assert_eq!(found(&["Air Fryer"], "买ＡＩＲ fryer"), ["air fryer"]);
        assert!(found(&["air"], "fairy airs").is_empty());
        assert!(found(&[], "上海").is_empty() && found(&[" "], "上海").is_empty());
    }
}
