//! Texts into words: jieba for Chinese, letters and digits for the rest, product codes whole.
//!
//! The one tokeniser of lexical search and of the word features. Both sides, index and question, must go through
//! [`terms`], or they will not meet.

use std::sync::LazyLock;

use jieba_rs::Jieba;

use super::lang::is_han;
use super::normalise::Aligned;
pub use super::stem::is_stop_word;
use super::stem::stem;
use super::whole::WholeWords;

/// A word of a text. In search mode words overlap: a long Chinese word comes with the shorter ones inside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// Folded: lower case, half width, simplified.
    pub text: String,
    /// First scalar in the original text.
    pub start: usize,
    /// One past the last scalar in the original text.
    pub end: usize,
    /// Somebody wants it kept whole: it is no word of a language and has no parts.
    pub whole: bool,
}

/// Loads the dictionary now instead of at the first question.
pub fn warm_up() {
    LazyLock::force(&JIEBA);
}

/// Whether folded `text` is a word of the dictionary.
pub fn is_word(text: &str) -> bool {
    JIEBA.has_word(text)
}

static JIEBA: LazyLock<Jieba> = LazyLock::new(|| {
    let mut jieba = Jieba::new();
    // The dictionary's words with Latin letters are in capitals; texts arrive folded.
    for word in MIXED_WORDS {
        jieba.add_word(word, Some(1000), None);
    }
    jieba
});

/// Everyday Chinese words with a Latin letter.
const MIXED_WORDS: &[&str] = &[
    "t恤", "t恤衫", "u盘", "b超", "a股", "b股", "h股", "k歌", "x光", "v领", "c盘", "d盘", "e盘", "o型",
    "a型", "b型", "q版", "ic卡", "ip卡", "ip地址", "sim卡", "sd卡", "vip卡", "visa卡", "qq号", "qq群",
    "ph值", "pos机", "pc机", "cd机", "atm机", "k线", "usb线", "hdmi线", "type-c", "wi-fi",
];

/// The words of `text` in order of appearance, punctuation left out, offsets into `text`.
pub fn words(text: &str) -> Vec<Word> {
    words_with(text, WholeWords::none())
}

/// [`words`], those of `whole` uncut.
pub fn words_with(text: &str, whole: &WholeWords) -> Vec<Word> {
    let folded = Aligned::new(text);
    let chars = &folded.chars;
    let mut found = Vec::with_capacity(chars.len() / 2 + 1);
    let mut at = 0;
    for (start, end) in whole.find(chars) {
        cut(&folded, at, start, &mut found);
        push(&folded, start, end, true, &mut found);
        at = end;
    }
    cut(&folded, at, chars.len(), &mut found);
    found
}

/// Chinese characters of a text that stand in none of the words kept whole, folded.
pub fn loose_characters(text: &str, whole: &WholeWords) -> Vec<char> {
    let mut chars = Aligned::new(text).chars;
    for (start, end) in whole.find(&chars) {
        chars[start..end].fill(' ');
    }
    chars.retain(|c| is_han(*c));
    chars
}

/// The words between two places.
fn cut(folded: &Aligned, start: usize, end: usize, found: &mut Vec<Word>) {
    let chars = &folded.chars[..end];
    let mut at = start;
    while at < end {
        if !is_word_char(chars[at]) {
            at += 1;
            continue;
        }
        let run = Run::at(chars, at);
        match run.kind {
            RunKind::Chinese => cut_chinese(folded, at, run.end, found),
            RunKind::Plain => push(folded, at, run.end, false, found),
            RunKind::Joined => push_joined(folded, at, run.end, found),
        }
        at = run.end;
    }
}

/// The terms that search and features count: folded words, English ones stemmed, stop words left out. A code with
/// connectors also gives its joined form, so that `SKU12` finds `SKU-12`.
pub fn terms(text: &str) -> Vec<String> {
    terms_with(text, WholeWords::none())
}

/// [`terms`], the words of `whole` uncut and unchanged.
pub fn terms_with(text: &str, whole: &WholeWords) -> Vec<String> {
    let mut terms = Vec::new();
    for word in words_with(text, whole) {
        if word.whole {
            terms.push(word.text);
            continue;
        }
        if is_stop_word(&word.text) {
            continue;
        }
        let term = if word.text.is_ascii() { stem(&word.text) } else { word.text };
        if term.contains(is_connector) {
            terms.push(term.chars().filter(|c| !is_connector(*c)).collect());
        }
        if !term.is_empty() {
            terms.push(term);
        }
    }
    terms
}

/// Chinese names of places in `text`, as scalar ranges in order of appearance, by the dictionary's part of speech.
pub fn place_names(text: &str) -> Vec<(usize, usize)> {
    let folded = Aligned::new(text);
    let chars = &folded.chars;
    let mut places = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let length = chars[at..].iter().take_while(|c| is_han(**c)).count();
        let block: String = chars[at..at + length].iter().collect();
        // Without guessing at words that the dictionary does not have: most guesses are no places.
        let tagged = JIEBA.tag(&block, false).into_iter().filter(|word| word.tag.starts_with("ns"));
        let named = tagged.filter(|word| word.end - word.start > 1);
        places.extend(named.map(|word| folded.source_range(at + word.start, at + word.end)));
        at += length.max(1);
    }
    places
}

struct Run {
    kind: RunKind,
    end: usize,
}

#[derive(PartialEq)]
enum RunKind {
    /// Chinese characters, and Latin letters that stand among them without a digit.
    Chinese,
    /// One word or number.
    Plain,
    /// Letters or digits held together by connectors: `sku-12`, `1.5`, `wi-fi`, `a@b.com`.
    Joined,
}

impl Run {
    /// The run that begins with the word character at `start`.
    fn at(chars: &[char], start: usize) -> Self {
        if chars[start].is_ascii_alphanumeric() {
            let (end, joined) = latin_end(chars, start);
            let letters_only = chars[start..end].iter().all(char::is_ascii_alphabetic);
            if !(letters_only && chars.get(end).copied().is_some_and(is_han)) {
                return Run { kind: if joined { RunKind::Joined } else { RunKind::Plain }, end };
            }
        } else if !is_han(chars[start]) {
            let other = |c: &char| c.is_alphanumeric() && !c.is_ascii() && !is_han(*c);
            let end = start + chars[start..].iter().take_while(|c| other(c)).count();
            return Run { kind: RunKind::Plain, end: end.max(start + 1) };
        }
        Run { kind: RunKind::Chinese, end: chinese_end(chars, start) }
    }
}

/// Where the ASCII word or code that begins at `start` ends, and whether it has connectors inside.
fn latin_end(chars: &[char], start: usize) -> (usize, bool) {
    let alnum = |i: usize| chars.get(i).is_some_and(char::is_ascii_alphanumeric);
    let mut end = start;
    let mut joined = false;
    loop {
        while alnum(end) {
            end += 1;
        }
        let connected =
            chars.get(end).copied().is_some_and(|c| is_connector(c) || c == '\'') && alnum(end + 1);
        if !connected {
            return (end, joined);
        }
        joined |= chars[end] != '\'';
        end += 1;
    }
}

/// Where the Chinese run ends: at anything but Chinese characters and pure letter groups right before or after them.
fn chinese_end(chars: &[char], start: usize) -> usize {
    let mut end = start;
    while end < chars.len() {
        if is_han(chars[end]) {
            end += 1;
            continue;
        }
        if !chars[end].is_ascii_alphabetic() {
            break;
        }
        let (letters_end, joined) = latin_end(chars, end);
        if joined || chars[end..letters_end].iter().any(char::is_ascii_digit) {
            break;
        }
        end = letters_end;
    }
    end
}

fn cut_chinese(folded: &Aligned, start: usize, end: usize, found: &mut Vec<Word>) {
    let block: String = folded.chars[start..end].iter().collect();
    for token in JIEBA.cut_for_search(&block, true) {
        push(folded, start + token.start, start + token.end, false, found);
    }
}

/// A joined run is one word; the parts that could be asked for alone come before it, as jieba's search mode does.
fn push_joined(folded: &Aligned, start: usize, end: usize, found: &mut Vec<Word>) {
    let chars = &folded.chars;
    let numeric = chars[start..end].iter().all(|c| c.is_ascii_digit() || is_connector(*c));
    let decimal = numeric && chars[start..end].iter().filter(|c| is_connector(**c)).all(|c| *c == '.');
    let mut part = start;
    for at in start..=end {
        if at < end && !is_connector(chars[at]) {
            continue;
        }
        let searchable = at - part >= 2 && chars[part].is_ascii_alphabetic();
        if searchable || (numeric && !decimal) {
            push(folded, part, at, false, found);
        }
        part = at + 1;
    }
    push(folded, start, end, false, found);
}

fn push(folded: &Aligned, start: usize, end: usize, whole: bool, found: &mut Vec<Word>) {
    let chars = &folded.chars[start..end];
    if chars.iter().any(|c| c.is_alphanumeric()) {
        let (from, to) = folded.source_range(start, end);
        found.push(Word { text: chars.iter().collect(), start: from, end: to, whole });
    }
}

fn is_word_char(c: char) -> bool {
    c.is_alphanumeric() || is_han(c)
}

fn is_connector(c: char) -> bool {
    matches!(c, '-' | '_' | '.' | '/' | '@' | '+' | '&' | '#')
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn texts(text: &str) -> Vec<String> {
        words(text).into_iter().map(|w| w.text).collect()
    }

    #[test]
    fn places_are_named_by_the_dictionary() {
        let named = |text: &str| -> Vec<String> {
            place_names(text)
                .into_iter()
                .map(|(start, end)| crate::text::slice(text, start, end).to_owned())
                .collect()
        };
        assert_eq!(named("寄到青海首重多少"), ["青海"]);
        assert_eq!(named("A1，新疆和西藏呢？"), ["新疆", "西藏"]);
        assert!(named("运费怎么算 ok").is_empty() && named("包邮要满多少").is_empty());
    }

    #[test]
    fn chinese_words_come_with_the_words_inside_them() {
        let found = texts("上海交通大学在哪里");
        for word in ["上海", "交通", "大学", "上海交通大学"] {
            assert!(found.iter().any(|w| w == word), "{word} not in {found:?}");
        }
    }

    #[test]
    fn words_kept_whole_have_no_parts() {
        let whole = WholeWords::new(["上海交通大学", "Air Fryer", "米莱云盘"]);
        assert_eq!(terms_with("上海交通大學的米莱云盘", &whole), ["上海交通大学", "米莱云盘"]);
        assert_eq!(
            terms_with("two air fryers and an Air Fryer", &whole),
            ["two", "air", "fryer", "air fryer"]
        );
        assert_eq!(terms_with("上海的大学", &whole), terms("上海的大学"));
        assert_eq!(loose_characters("上海交通大学在上海", &whole), ['在', '上', '海']);
    }

    #[test]
    fn traditional_and_full_width_meet_simplified() {
        assert_eq!(terms("退貨運費ＥＭＳ"), terms("退货运费EMS"));
    }

    #[test]
    fn codes_stay_whole() {
        let found = texts("耳机E3和SKU-12、WH-1000XM5哪个好");
        for code in ["e3", "sku-12", "wh-1000xm5"] {
            assert!(found.iter().any(|w| w == code), "{code} not in {found:?}");
        }
        assert!(terms("SKU-12").contains(&"sku12".to_owned()));
        assert_eq!(texts("买3个1.5L的"), ["买", "3", "个", "1.5l", "的"]);
    }

    #[test]
    fn words_with_a_latin_letter_are_words() {
        assert!(texts("这件T恤和U盘").iter().any(|w| w == "t恤"));
        assert!(texts("我的app打不开").iter().any(|w| w == "app"));
    }

    #[test]
    fn english_is_stemmed_and_stripped() {
        assert_eq!(terms("How do I return the shoes I've ordered?"), ["return", "shoe", "ive", "order"]);
    }

    #[test]
    fn offsets_slice_the_original() {
        let text = "Ｅ３耳機 好不好用？Café-12";
        for word in words(text) {
            let sliced = super::super::slice(text, word.start, word.end);
            assert_eq!(Aligned::new(sliced).text(), word.text);
        }
    }

    proptest! {
        #[test]
        fn offsets_are_inside_and_not_empty(text in r"(\PC|[退貨ＡE3./\- ㎏é①]){0,20}") {
            let scalars = text.chars().count();
            for word in words(&text) {
                prop_assert!(word.start < word.end && word.end <= scalars);
                prop_assert!(!word.text.is_empty());
            }
        }
    }
}
