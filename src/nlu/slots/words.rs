//! What a token looks like and what stands around it: its word, its ends, its shape and its neighbours. Beside the
//! encoder's states these say which words are names, and where they begin and end.

use std::hash::Hasher;

use crate::text::{self, is_han};

/// A feature's name as a number: FNV-1a, the same on every machine and in every version.
pub type FeatureId = u32;

/// The features of every token whose scalar range is in `offsets`.
pub fn features(source: &str, offsets: &[(usize, usize)]) -> Vec<Vec<FeatureId>> {
    let chars = text::folded_chars(source);
    let original: Vec<char> = source.chars().collect();
    let words = words(&chars, offsets);
    let word = |index: Option<usize>| index.and_then(|i| words.get(i)).map_or("^", |w| w.text.as_str());
    let mut features = Vec::with_capacity(offsets.len());
    for (index, own) in words.iter().enumerate() {
        let before = word(index.checked_sub(1));
        let after = word(Some(index + 1));
        let around = [
            id("w", &[&own.text]),
            id("<", &[before]),
            id(">", &[after]),
            id("<w", &[before, &own.text]),
            id("w>", &[&own.text, after]),
            id("<<", &[word(index.checked_sub(2))]),
            id(">>", &[word(Some(index + 2))]),
            id("p3", &[&first(&own.text, 3)]),
            id("s3", &[&last(&own.text, 3)]),
            id("s2", &[&last(&own.text, 2)]),
        ];
        for token in own.tokens.clone() {
            let (start, end) = offsets[token];
            let piece: String = chars.get(start..end).into_iter().flatten().collect();
            let shape = shape(original.get(start..end).unwrap_or_default());
            let place = if token == own.tokens.start { "first" } else { "later" };
            let mut all = around.to_vec();
            all.extend([id("t", &[&piece]), id("shape", &[&shape]), id("place", &[place])]);
            features.push(all);
        }
    }
    features
}

/// Tokens that are pieces of one Latin word or number belong together; every other token is a word of its own.
pub(super) struct Word {
    pub tokens: std::ops::Range<usize>,
    pub text: String,
}

pub(super) fn words(chars: &[char], offsets: &[(usize, usize)]) -> Vec<Word> {
    let latin = |at: usize| chars.get(at).is_some_and(|c| c.is_alphanumeric() && !is_han(*c));
    let mut words: Vec<Word> = Vec::new();
    for (token, &(start, end)) in offsets.iter().enumerate() {
        let piece: String = chars.get(start..end).into_iter().flatten().collect();
        let goes_on =
            token > 0 && offsets[token - 1].1 == start && start > 0 && latin(start - 1) && latin(start);
        match words.last_mut().filter(|_| goes_on) {
            Some(word) => {
                word.tokens.end = token + 1;
                word.text.push_str(&piece);
            }
            None => words.push(Word { tokens: token..token + 1, text: piece }),
        }
    }
    for word in &mut words {
        word.text = word.text.trim().to_owned();
    }
    words
}

fn first(word: &str, count: usize) -> String {
    word.chars().take(count).collect()
}

fn last(word: &str, count: usize) -> String {
    let skipped = word.chars().count().saturating_sub(count);
    word.chars().skip(skipped).collect()
}

/// `Aa0`: which kinds of characters follow each other.
fn shape(chars: &[char]) -> String {
    let kind = |c: &char| match c {
        c if c.is_numeric() => '0',
        c if is_han(*c) => 'h',
        c if c.is_uppercase() => 'A',
        c if c.is_alphabetic() => 'a',
        c => *c,
    };
    let mut shape: Vec<char> = chars.iter().map(kind).collect();
    shape.dedup();
    shape.into_iter().collect()
}

/// The number of a feature that is named and made of `parts`.
pub(super) fn id(name: &str, parts: &[&str]) -> FeatureId {
    let mut hash = Fnv(0xcbf2_9ce4_8422_2325);
    hash.write(name.as_bytes());
    for part in parts {
        hash.write(&[0]);
        hash.write(part.as_bytes());
    }
    // The upper half is folded in: the lower bits alone of this hash are weak.
    let full = hash.finish();
    (full ^ (full >> 32)) as u32
}

struct Fnv(u64);

impl Hasher for Fnv {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn pieces_of_a_word_share_its_features() {
        let pieces = features("playlist ok", &[(0, 4), (4, 8), (9, 11)]);
        assert_eq!(pieces[0][..10], pieces[1][..10]);
        assert_ne!(pieces[0][10..], pieces[1][10..]);
        assert_ne!(pieces[0][0], pieces[2][0]);
    }

    #[test]
    fn chinese_tokens_are_words_of_their_own() {
        let pieces = features("买大米", &[(0, 1), (1, 3)]);
        assert_ne!(pieces[0][0], pieces[1][0]);
        assert_eq!(pieces[0][2], id(">", &["大米"]));
    }

    #[test]
    fn script_width_and_case_make_no_difference_but_to_the_shape() {
        let (a, b) = (features("蘋果Ａ", &[(0, 2), (2, 3)]), features("苹果a", &[(0, 2), (2, 3)]));
        assert_eq!(a[0], b[0]);
        assert_eq!(a[1][0], b[1][0]);
        assert_ne!(a[1], b[1]);
    }

    #[test]
    fn ids_never_change() {
        assert_eq!(id("w", &["大米"]), 1_067_539_283);
    }
}
