//! One spelling for what means the same: width, case, traditional and simplified characters, white space.
//!
//! Converting whole texts through OpenCC's dictionaries costs microseconds a character, and most texts hold nothing
//! to convert. So a table of the characters that OpenCC would change is built once, and only texts that hold one of
//! them take the slow way.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::LazyLock;

use ferrous_opencc::OpenCC;
use ferrous_opencc::config::BuiltinConfig;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};

/// NFKC, lower case, traditional to simplified, runs of white space folded to one space, ends trimmed.
/// Idempotent: normalising twice gives what normalising once gave.
pub fn normalise(text: &str) -> String {
    let folded = fold_width_and_case(text);
    let simplified = to_simplified(&folded);
    let mut out = String::with_capacity(simplified.len());
    for word in simplified.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// NFKC alone: full-width letters and digits become half-width, everything else stays as it was written.
pub fn half_width(text: &str) -> String {
    text.nfkc().collect()
}

/// NFKC and lower case. Lower-casing can leave NFKC and NFKC can uncover capitals, so both run until nothing changes.
fn fold_width_and_case(text: &str) -> Cow<'_, str> {
    let plain = text.chars().all(|c| !c.is_uppercase())
        && is_nfkc_quick(text.chars()) == IsNormalized::Yes
        && text.chars().all(|c| c.to_lowercase().eq(Some(c)));
    if plain {
        return Cow::Borrowed(text);
    }
    let mut current = text.to_owned();
    for _ in 0..4 {
        let next: String = current.nfkc().collect::<String>().to_lowercase().nfkc().collect();
        if next == current {
            break;
        }
        current = next;
    }
    Cow::Owned(current)
}

/// Traditional characters to simplified ones, by OpenCC's phrases where the text has any of them. Everything else
/// stays as it is.
pub fn to_simplified(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|c| TRADITIONAL.contains(&c)) {
        return Cow::Borrowed(text);
    }
    let Some(converter) = CONVERTER.as_ref() else {
        return Cow::Borrowed(text);
    };
    // A phrase may keep a character that the next pass, its neighbours simplified, would change: go on until it rests.
    let mut current = converter.convert(text);
    for _ in 0..4 {
        let next = converter.convert(&current);
        if next == current {
            break;
        }
        current = next;
    }
    Cow::Owned(current)
}

/// The embedded traditional → simplified dictionaries. They are part of the program; should they fail to load,
/// texts stay as they were written.
static CONVERTER: LazyLock<Option<OpenCC>> = LazyLock::new(|| OpenCC::from_config(BuiltinConfig::T2s).ok());

/// Characters that OpenCC changes when they stand alone, and those it changes within phrases only.
static TRADITIONAL: LazyLock<HashSet<char>> = LazyLock::new(|| {
    let Some(converter) = CONVERTER.as_ref() else {
        return HashSet::new();
    };
    let blocks = [0x3400..0x4DC0u32, 0x4E00..0xA000, 0xF900..0xFB00, 0x20000..0x2A6E0];
    let changed = |c: &char| converter.convert(c.encode_utf8(&mut [0; 4])) != c.to_string();
    let alone = blocks.into_iter().flatten().filter_map(char::from_u32).filter(changed);
    alone.chain("瞭藉彷沈牴衹".chars()).collect()
});

/// One folded character for every scalar of `text`: half width, lower case, simplified.
pub fn folded_chars(text: &str) -> Vec<char> {
    let aligned = Aligned::new(text);
    let mut chars: Vec<char> = text.chars().collect();
    for (c, source) in aligned.chars.iter().zip(&aligned.source).rev() {
        chars[*source] = *c;
    }
    chars
}

/// A text folded character by character (width, case, Latin accents, traditional characters), each folded
/// character remembering which scalar of the original it came from.
#[derive(Clone, Debug, Default)]
pub struct Aligned {
    /// The folded text.
    pub chars: Vec<char>,
    source: Vec<usize>,
}

impl Aligned {
    /// Folds `text`. White space is kept (as U+0020), so that words stay apart.
    pub fn new(text: &str) -> Self {
        let mut aligned = Aligned::default();
        for (index, c) in text.chars().enumerate() {
            if c.is_ascii() {
                aligned.push(if c.is_ascii_whitespace() { ' ' } else { c.to_ascii_lowercase() }, index);
                continue;
            }
            for c in std::iter::once(c).nfkc().flat_map(char::to_lowercase) {
                aligned.push_folded(c, index);
            }
        }
        aligned.simplify();
        aligned
    }

    /// The scalar range of the original that the folded characters `start..end` came from.
    pub fn source_range(&self, start: usize, end: usize) -> (usize, usize) {
        if start >= end {
            let at =
                self.source.get(start).copied().unwrap_or_else(|| self.source.last().map_or(0, |s| s + 1));
            return (at, at);
        }
        (self.source[start], self.source[end - 1] + 1)
    }

    /// The folded text as a string; one `char` of it is one element of `chars`.
    pub fn text(&self) -> String {
        self.chars.iter().collect()
    }

    fn push_folded(&mut self, c: char, index: usize) {
        match c {
            '\u{300}'..='\u{36F}' => {}
            '\u{C0}'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}' => {
                for base in std::iter::once(c).nfd().filter(|c| !('\u{300}'..='\u{36F}').contains(c)) {
                    self.push(base, index);
                }
            }
            c if c.is_whitespace() => self.push(' ', index),
            c => self.push(c, index),
        }
    }

    /// Traditional to simplified, which replaces characters one for one; should a phrase ever change its length,
    /// the text keeps the characters it was written with.
    fn simplify(&mut self) {
        if !self.chars.iter().any(|c| TRADITIONAL.contains(c)) {
            return;
        }
        let simple: Vec<char> = to_simplified(&self.text()).chars().collect();
        if simple.len() == self.chars.len() {
            self.chars = simple;
        }
    }

    fn push(&mut self, c: char, index: usize) {
        self.chars.push(c);
        self.source.push(index);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn width_case_script_and_space_are_folded() {
        assert_eq!(normalise("  ＡＢＣ　１２３ "), "abc 123");
        assert_eq!(normalise("請問退貨運費由誰負擔？"), "请问退货运费由谁负担?");
        assert_eq!(normalise("我想瞭解一下\t\n保固"), "我想了解一下 保固");
    }

    #[test]
    fn phrases_keep_what_single_characters_would_lose() {
        assert_eq!(to_simplified("乾坤"), "乾坤");
        assert_eq!(to_simplified("乾燥劑"), "干燥剂");
    }

    #[test]
    fn folded_characters_point_back_to_the_original() {
        let text = "買㎏ＡCafé";
        let aligned = Aligned::new(text);
        assert_eq!(aligned.text(), "买kgacafe");
        assert_eq!(aligned.source_range(1, 3), (1, 2));
        assert_eq!(super::super::slice(text, 3, 7), "Café");
        assert_eq!(aligned.source_range(4, 8), (3, 7));
    }

    #[test]
    fn every_scalar_has_one_folded_character() {
        assert_eq!(folded_chars("買㎏Ａe\u{301}"), ['买', 'k', 'a', 'e', '\u{301}']);
    }

    proptest! {
        #[test]
        fn normalising_is_idempotent(text in "\\PC{0,24}") {
            let once = normalise(&text);
            prop_assert_eq!(normalise(&once), once);
        }

        #[test]
        fn normalising_chinese_is_idempotent(text in "[乾圖瞭解著名么麼後臺干坤清宮一-龥]{0,12}") {
            let once = normalise(&text);
            prop_assert_eq!(normalise(&once), once);
        }

        #[test]
        fn source_ranges_always_slice(text in "\\PC{0,24}") {
            let scalars = text.chars().count();
            let aligned = Aligned::new(&text);
            for at in 0..aligned.chars.len() {
                let (start, end) = aligned.source_range(at, at + 1);
                prop_assert!(start < end && end <= scalars);
            }
        }
    }
}
