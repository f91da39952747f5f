//! Whether a sentence stands in the cited passages: a pure function of both.
//!
//! A model that words an answer may leave things out; it may not bring anything in. Every number has to be in the
//! passages, of the same thing where both say of what; every code, address and telephone number as it is written; most
//! content words; and a clause may not say the opposite of the passage's clause it is made of. What is wrongly kept back
//! only makes an answer shorter.

use std::collections::HashSet;

use super::prompt::shown;
use super::quantities::{Quantity, is_code, quantities};
use crate::dialog::phrase::Passage;
use crate::text::{normalise, numbers, segment};

/// Share of a sentence's content words that must be in the passages.
const ENOUGH: f32 = 0.6;
/// Characters from which a code may also stand inside a longer one of the passage.
const LONG_CODE: usize = 6;

/// Why a sentence is not supported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Unsupported {
    /// A number that is in no passage, or counts something else there.
    Number(String),
    /// A code, address or telephone number that is in no passage.
    Code(String),
    /// So many of its content words are in the passages.
    Words { found: usize, of: usize },
    /// A passage says the opposite.
    Reversed,
}

impl Unsupported {
    /// The stable name.
    pub(super) const fn code(&self) -> &'static str {
        match self {
            Self::Number(_) => "number",
            Self::Code(_) => "code",
            Self::Words { .. } => "words",
            Self::Reversed => "reversed",
        }
    }
}

/// What the passages say, ready to be compared with.
#[derive(Debug, Default)]
pub(super) struct Evidence {
    quantities: Vec<Quantity>,
    /// Folded words without connectors.
    words: HashSet<String>,
    terms: HashSet<String>,
    clauses: Vec<Clause>,
    /// All of it, folded, without connectors.
    text: String,
}

impl Evidence {
    pub(super) fn of(passages: &[Passage<'_>]) -> Self {
        let mut evidence = Self::default();
        for passage in passages {
            let text = shown(passage);
            evidence.quantities.extend(quantities(&text));
            evidence.words.extend(segment::words(&text).iter().map(|word| bare(&word.text)));
            evidence.terms.extend(segment::terms(&text));
            evidence.clauses.extend(clauses(&text));
            evidence.text.push_str(&bare(&normalise(&text)));
            evidence.text.push('\n');
        }
        evidence
    }

    /// Whether the passages support a sentence.
    pub(super) fn check(&self, sentence: &str) -> Result<(), Unsupported> {
        let sentence = without_list_mark(sentence);
        for quantity in quantities(sentence) {
            if !self.quantities.iter().any(|known| known.stands_for(&quantity)) {
                return Err(Unsupported::Number(quantity.written));
            }
        }
        for word in segment::words(sentence) {
            if is_code(&word.text) && !self.has_code(&word.text) {
                return Err(Unsupported::Code(word.text));
            }
        }
        let terms: HashSet<String> = content(sentence);
        let found = terms.iter().filter(|term| self.terms.contains(*term)).count();
        if terms.is_empty() || (found as f32) < ENOUGH * terms.len() as f32 {
            return Err(Unsupported::Words { found, of: terms.len() });
        }
        if clauses(sentence).iter().any(|clause| self.reverses(clause)) {
            return Err(Unsupported::Reversed);
        }
        Ok(())
    }

    fn has_code(&self, code: &str) -> bool {
        let code = bare(code);
        self.words.contains(&code) || (code.len() >= LONG_CODE && self.text.contains(&code))
    }

    /// Whether the passages' clauses that share most with this one all say no where it says yes, or the other way round.
    fn reverses(&self, clause: &Clause) -> bool {
        let shared = |known: &Clause| known.terms.intersection(&clause.terms).count();
        let most = self.clauses.iter().map(shared).max().unwrap_or_default();
        if clause.terms.len() < 2 || (most as f32) < ENOUGH * clause.terms.len() as f32 {
            return false;
        }
        let mut nearest = self.clauses.iter().filter(|known| shared(known) == most);
        nearest.all(|known| known.denies != clause.denies)
    }
}

/// Without what holds codes together.
fn bare(text: &str) -> String {
    text.chars().filter(|c| !matches!(c, '-' | '_' | '.' | '/' | '@' | '+' | '&' | '#' | ' ')).collect()
}

/// The content words of a sentence. Numbers are compared by what they are worth.
fn content(text: &str) -> HashSet<String> {
    let numeral = |term: &String| numbers::parse_number(term).is_some();
    segment::terms(text).into_iter().filter(|term| !numeral(term)).collect()
}

/// The text without the mark of a list's item: its number counts nothing.
fn without_list_mark(sentence: &str) -> &str {
    let digits = sentence.chars().take_while(char::is_ascii_digit).count();
    let mut rest = sentence[digits..].chars();
    let marked = match (digits, rest.next()) {
        (0, Some('-' | '*' | '•')) => rest.as_str().starts_with(' '),
        (1 | 2, Some('.' | ')')) => rest.as_str().starts_with(' '),
        (1 | 2, Some('、' | '．')) => true,
        _ => false,
    };
    if marked { rest.as_str().trim_start() } else { sentence }
}

/// A part of a sentence between commas.
#[derive(Debug)]
struct Clause {
    terms: HashSet<String>,
    /// Whether it says no.
    denies: bool,
}

fn clauses(text: &str) -> Vec<Clause> {
    let parts = text
        .split(['，', ',', '。', '；', ';', '：', '！', '!', '？', '?', '、', '（', '）', '(', ')', '\n']);
    let parts = parts.flat_map(|part| part.split(". ")).filter(|part| !part.trim().is_empty());
    parts.map(|part| Clause { terms: without_denial(content(part)), denies: denies(part) }).collect()
}

/// Chinese words with a character of denial that deny nothing.
const NO_DENIAL: &[&str] = &[
    "无理由",
    "不同",
    "不仅",
    "不但",
    "不过",
    "无论",
    "非常",
    "不管",
    "无线",
    "无忧",
    "不断",
    "不久",
    "不少",
    "未来",
    "不锈钢",
    "无人",
    "不然",
    "不妨",
    "不等",
];
const DENIAL: &[char] = &['不', '没', '无', '未', '勿', '非', '禁', '拒'];
const ENGLISH_DENIAL: &[&str] = &["not", "no", "never", "cannot", "without", "nor", "non", "none"];

fn denies(text: &str) -> bool {
    let mut folded = normalise(text).replace('’', "'");
    for word in NO_DENIAL {
        folded = folded.replace(word, "");
    }
    let english = || folded.split(|c: char| !c.is_ascii_alphabetic() && c != '\'');
    folded.contains(DENIAL)
        || folded.contains("除外")
        || english().any(|word| ENGLISH_DENIAL.contains(&word) || word.ends_with("n't"))
}

/// What two clauses share beside saying yes or no.
fn without_denial(terms: HashSet<String>) -> HashSet<String> {
    terms
        .into_iter()
        .map(|term| term.trim_start_matches(DENIAL).to_owned())
        .filter(|term| !term.is_empty() && !ENGLISH_DENIAL.contains(&term.as_str()))
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ZH: &str = "自签收之日起7天内，商品未拆封的可以申请无理由退货。生鲜、定制商品不支持无理由退货。\
        退货运费每单10元，由顾客承担；满99元包邮，新疆首重22元。\
        客服热线400-000-0721，邮箱help@shop.example。型号WH-1000XM5保修两年，E3表示内胆过热。一般48小时内发货。";
    const EN: &str = "Orders over $49.50 ship free within 3 to 5 business days. Fresh food cannot be returned. \
        Other items can be returned within 30 days if they are unopened. Call 400-000-0721 or write to help@shop.example.";

    fn check(passage: &str, sentence: &str) -> Result<(), Unsupported> {
        Evidence::of(&[Passage { title: "", section: "", text: passage }]).check(sentence)
    }

    #[test]
    fn what_the_passages_say_in_other_words_is_supported() {
        for sentence in [
            "您可以在签收后七天内申请无理由退货，前提是商品未拆封。",
            "退货运费是10元，由顾客承担。",
            "生鲜和定制商品不支持无理由退货。",
            "寄到新疆首重22元。",
            "满99元就可以包邮。",
            "一般会在48小时内发货。",
            "客服热线是400-000-0721。",
            "WH-1000XM5保修2年。",
            "1. 商品未拆封的可以申请退货。",
        ] {
            assert_eq!(check(ZH, sentence), Ok(()), "{sentence}");
        }
        for sentence in [
            "Orders over $49.50 ship free.",
            "Unopened items can be returned within 30 days.",
            "Fresh food can't be returned.",
            "Free orders ship within 3-5 business days.",
            "You can call 400-000-0721.",
        ] {
            assert_eq!(check(EN, sentence), Ok(()), "{sentence}");
        }
    }

    #[test]
    fn a_number_that_is_in_no_passage_or_counts_something_else_is_not() {
        for (sentence, number) in [
            ("签收后15天内可以申请无理由退货。", "15天"),
            ("签收后十五天内可以申请无理由退货。", "十五天"),
            ("退货运费每单7元。", "7元"),
            ("满10天包邮。", "10天"),
            ("型号WH-1000XM5保修三年。", "三年"),
            ("一般24小时内发货。", "24小时"),
        ] {
            assert_eq!(check(ZH, sentence), Err(Unsupported::Number(number.into())), "{sentence}");
        }
        for sentence in ["Orders over $49 ship free.", "Items can be returned within 30 hours."] {
            assert_eq!(check(EN, sentence).unwrap_err().code(), "number", "{sentence}");
        }
    }

    #[test]
    fn a_code_or_an_address_is_right_only_as_it_is_written() {
        for sentence in [
            "型号WH-1000XM4保修两年。",
            "客服热线是400-721-0000。",
            "邮箱是help@shop.evil。",
            "客服热线和邮箱见evil.example。",
        ] {
            assert_eq!(check(ZH, sentence).unwrap_err().code(), "code", "{sentence}");
        }
        assert_eq!(check(EN, "Call or write to help@evil.example.").unwrap_err().code(), "code");
    }

    #[test]
    fn what_is_about_something_else_is_not_supported() {
        for sentence in [
            "我们还提供上门安装和以旧换新服务。",
            "您好，很高兴为您服务！",
            "好的。",
            "作为人工智能，我没有相关信息。",
        ] {
            assert_eq!(check(ZH, sentence).unwrap_err().code(), "words", "{sentence}");
        }
        assert_eq!(check(EN, "We also offer a lifetime warranty.").unwrap_err().code(), "words");
    }

    #[test]
    fn the_opposite_is_not_supported() {
        assert_eq!(check(ZH, "生鲜支持无理由退货。"), Err(Unsupported::Reversed));
        assert_eq!(check(EN, "Fresh food can be returned."), Err(Unsupported::Reversed));
        assert_eq!(check(EN, "Other items cannot be returned."), Err(Unsupported::Reversed));
    }

    proptest! {
        #[test]
        fn every_sentence_of_a_passage_is_supported_by_it(n in 1u32..1000, unit in "天|元|小时|%|个月") {
            let text = format!("会员下单后{n}{unit}以内的商品可以享受换货服务。");
            prop_assert_eq!(check(&text, &text), Ok(()));
            let other = format!("会员下单后{}{unit}以内的商品可以享受换货服务。", n + 1);
            prop_assert_eq!(check(&text, &other).map_err(|e| e.code()), Err("number"));
        }

        #[test]
        fn nothing_makes_it_fall(passage in "\\PC{0,60}", sentence in "\\PC{0,60}") {
            let _ = check(&passage, &sentence);
        }
    }
}
