//! Words that sound alike: 苹国手机 for 苹果手机. Input methods are typed by sound, so this is how Chinese is misspelt.

use aho_corasick::{AhoCorasick, MatchKind};

use crate::text::is_han;
use crate::text::sounds::{blurred, syllable};

/// A form needs so many Chinese characters: shorter ones sound like too much else.
const FEWEST_HAN: usize = 3;
/// Stands before every sound.
const MARK: char = '\u{1}';

/// Forms by their sound.
#[derive(Clone, Debug, Default)]
pub struct Sounds {
    index: Option<AhoCorasick>,
    /// The form that a pattern of the index is.
    forms: Vec<usize>,
}

impl Sounds {
    /// Of folded `forms`, those that are long enough.
    pub fn new<'a>(forms: impl Iterator<Item = (usize, &'a str)>) -> Self {
        let long = |form: &str| form.chars().filter(|c| is_han(*c)).count() >= FEWEST_HAN;
        let (forms, sounds): (Vec<usize>, Vec<String>) =
            forms.filter(|(_, form)| long(form)).map(|(index, form)| (index, sound(form.chars()))).unzip();
        if forms.is_empty() {
            return Self::default();
        }
        let index = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(sounds);
        Self { index: index.ok(), forms }
    }

    /// Spans of folded `chars` that sound like a form: first and last scalar (exclusive) and the form.
    pub fn find(&self, chars: &[char]) -> Vec<(usize, usize, usize)> {
        let Some(index) = &self.index else { return Vec::new() };
        let text = sound(chars.iter().copied());
        let begins: Vec<usize> = text.match_indices(MARK).map(|(at, _)| at).collect();
        let place = |at: usize| begins.binary_search(&at).ok();
        let hits = index.find_iter(&text).filter_map(|hit| {
            let end = if hit.end() == text.len() { Some(chars.len()) } else { place(hit.end()) };
            Some((place(hit.start())?, end?, *self.forms.get(hit.pattern().as_usize())?))
        });
        hits.collect()
    }
}

/// The sounds of the characters one after the other; what is not Chinese sounds like itself. Pairs that many speakers
/// do not tell apart are one sound.
fn sound(chars: impl Iterator<Item = char>) -> String {
    let mut sounds = String::new();
    for c in chars {
        sounds.push(MARK);
        match syllable(c) {
            Some(syllable) => sounds.push_str(&blurred(syllable)),
            None => sounds.push(c),
        }
    }
    sounds
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(forms: &[&str], text: &str) -> Vec<(usize, usize, usize)> {
        let chars: Vec<char> = text.chars().collect();
        Sounds::new(forms.iter().copied().enumerate()).find(&chars)
    }

    #[test]
    fn characters_that_sound_alike_are_the_same() {
        assert_eq!(find(&["苹果手机"], "买苹国手机"), [(1, 5, 0)]);
        assert_eq!(find(&["真丝衬衫"], "征丝衬山"), [(0, 4, 0)]);
        assert_eq!(find(&["小米14手机"], "小蜜14手鸡"), [(0, 6, 0)]);
        assert_eq!(find(&["苹果手机"], "苹果电脑"), []);
    }

    #[test]
    fn syllables_are_not_cut_and_short_words_not_guessed() {
        assert_eq!(find(&["大米"], "大迷"), []);
        assert_eq!(find(&["空气姑"], "空气锅"), []);
    }
}
