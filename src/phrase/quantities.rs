//! The numbers of a text with what they count, and the codes whose digits count nothing.

use crate::text::{folded_chars, numbers, segment};

/// Digits from which a run of them is a telephone or order number, not an amount.
const LONG_NUMBER: usize = 7;

/// A number and what it counts, if that is said.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Quantity {
    value: f64,
    unit: Option<Unit>,
    /// As it is written, with what follows.
    pub(super) written: String,
}

impl Quantity {
    /// Whether a passage's quantity stands for this one of a sentence.
    pub(super) fn stands_for(&self, said: &Quantity) -> bool {
        let same_thing = self.unit.is_none() || said.unit.is_none() || self.unit == said.unit;
        same_thing && (self.value - said.value).abs() < 1e-9
    }
}

/// What is counted most in shops' documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Year,
    Yuan,
    Dollar,
    Percent,
    TenthOfPrice,
    Kilogram,
    Jin,
    Gram,
}

/// How units are written behind a number, in folded Chinese characters and signs; longer ones first.
const BEHIND: &[(&str, Unit)] = &[
    ("个工作日", Unit::Day),
    ("个自然日", Unit::Day),
    ("工作日", Unit::Day),
    ("自然日", Unit::Day),
    ("个小时", Unit::Hour),
    ("小时", Unit::Hour),
    ("个钟头", Unit::Hour),
    ("分钟", Unit::Minute),
    ("个月", Unit::Month),
    ("个星期", Unit::Week),
    ("星期", Unit::Week),
    ("周年", Unit::Year),
    ("周", Unit::Week),
    ("天", Unit::Day),
    ("日", Unit::Day),
    ("年", Unit::Year),
    ("美元", Unit::Dollar),
    ("美金", Unit::Dollar),
    ("元", Unit::Yuan),
    ("块", Unit::Yuan),
    ("圆", Unit::Yuan),
    ("%", Unit::Percent),
    ("折", Unit::TenthOfPrice),
    ("公斤", Unit::Kilogram),
    ("千克", Unit::Kilogram),
    ("斤", Unit::Jin),
    ("克", Unit::Gram),
];

/// The same in English words, one of them.
const WORDS: &[(&str, Unit)] = &[
    ("minute", Unit::Minute),
    ("min", Unit::Minute),
    ("hour", Unit::Hour),
    ("hr", Unit::Hour),
    ("h", Unit::Hour),
    ("day", Unit::Day),
    ("week", Unit::Week),
    ("month", Unit::Month),
    ("year", Unit::Year),
    ("yuan", Unit::Yuan),
    ("rmb", Unit::Yuan),
    ("cny", Unit::Yuan),
    ("dollar", Unit::Dollar),
    ("usd", Unit::Dollar),
    ("percent", Unit::Percent),
    ("kg", Unit::Kilogram),
    ("kilo", Unit::Kilogram),
    ("kilogram", Unit::Kilogram),
    ("g", Unit::Gram),
    ("gram", Unit::Gram),
];

/// Words that may stand between a number and its unit.
const BETWEEN: [&str; 5] = ["business", "working", "calendar", "natural", "full"];

/// Chinese words with a numeral that count nothing.
const UNCOUNTED: &[&str] = &[
    "一下",
    "一般",
    "一起",
    "一些",
    "一样",
    "一定",
    "一直",
    "一律",
    "一致",
    "一旦",
    "一并",
    "一经",
    "一边",
    "一面",
    "一切",
    "一同",
    "一个",
    "一种",
    "一位",
    "一项",
    "统一",
    "唯一",
    "单一",
    "逐一",
    "之一",
    "万一",
    "不一",
    "进一步",
    "十分",
    "千万",
    "第三方",
    "四季",
    "五金",
    "百科",
    "万能",
    "一站式",
    "一键",
];

/// What makes such a word count all the same: "十分钟", "一个月".
const COUNTED_BEFORE: &[(&str, &[char])] =
    &[("十分", &['钟', '之']), ("一个", &['月', '小', '工', '星', '季', '自', '半', '年', '周'])];

/// The numbers of a text. Digits of codes and Chinese numerals that are part of a word are none.
pub(super) fn quantities(text: &str) -> Vec<Quantity> {
    let chars = folded_chars(text);
    let words = segment::words(text).into_iter().filter(|word| is_code(&word.text));
    let codes: Vec<_> = words.map(|word| word.start..word.end).collect();
    let uncounted = uncounted(&chars);
    let counted = |found: &numbers::Found| {
        !codes.iter().any(|code| code.contains(&found.start))
            && (chars[found.start].is_ascii_digit() || uncounted[found.start..found.end].contains(&false))
    };
    let quantity = |found: numbers::Found| {
        let (unit, end) = unit_of(&chars, found.start, found.end);
        Quantity { value: found.value, unit, written: chars[found.start..end].iter().collect() }
    };
    numbers::find(text).into_iter().filter(counted).map(quantity).collect()
}

/// For every character whether it lies within a word that counts nothing. Two such words may stand side by side, and
/// their numerals look like one: "万一十分着急".
fn uncounted(chars: &[char]) -> Vec<bool> {
    let mut within = vec![false; chars.len()];
    for name in UNCOUNTED {
        let word: Vec<char> = name.chars().collect();
        let after = COUNTED_BEFORE.iter().find(|(counted, _)| counted == name).map(|(_, after)| *after);
        for at in (0..chars.len()).filter(|at| chars[*at..].starts_with(&word)) {
            let next = chars.get(at + word.len());
            if !next.is_some_and(|next| after.is_some_and(|after| after.contains(next))) {
                within[at..at + word.len()].fill(true);
            }
        }
    }
    within
}

/// What is counted, and where the number with it ends.
fn unit_of(chars: &[char], start: usize, end: usize) -> (Option<Unit>, usize) {
    let before: Vec<char> = chars[..start].iter().copied().filter(|c| *c != ' ').collect();
    match before.last() {
        Some('¥') => return (Some(Unit::Yuan), end),
        Some('$') => return (Some(Unit::Dollar), end),
        _ if before.ends_with(&['百', '分', '之']) => return (Some(Unit::Percent), end),
        _ => {}
    }
    let skip = |at: usize| at + chars[at..].iter().take_while(|c| matches!(c, ' ' | '-')).count();
    let mut at = skip(end);
    for (sign, unit) in BEHIND {
        let sign: Vec<char> = sign.chars().collect();
        if chars[at..].starts_with(&sign) {
            return (Some(*unit), at + sign.len());
        }
    }
    for _ in 0..2 {
        let stop = at + chars[at..].iter().take_while(|c| c.is_ascii_alphabetic()).count();
        let word: String = chars[at..stop].iter().collect();
        let one = word.strip_suffix('s').unwrap_or(&word);
        if let Some((_, unit)) = WORDS.iter().find(|(name, _)| *name == word || *name == one) {
            return (Some(*unit), stop);
        }
        if !BETWEEN.contains(&word.as_str()) {
            break;
        }
        at = skip(stop);
    }
    (None, end)
}

/// `sku-12`, `e3`, `help@shop.example`, `shop.example/help`, `400-000-0721`: right only as it is written.
pub(super) fn is_code(word: &str) -> bool {
    let digits = word.chars().filter(char::is_ascii_digit).count();
    let letters = word.chars().filter(char::is_ascii_alphabetic).count();
    if digits > 0 && letters > 0 {
        return !is_amount(word);
    }
    if digits > 0 {
        return digits >= LONG_NUMBER && !is_date(word);
    }
    let parts: Vec<&str> = word.split('.').collect();
    word.contains('@') || (parts.len() > 1 && parts.iter().all(|part| part.len() > 1))
}

/// `1.5kg`, `7days`: a number with its unit.
fn is_amount(word: &str) -> bool {
    let unit = word.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    let one = unit.strip_suffix('s').unwrap_or(unit);
    WORDS.iter().any(|(name, _)| *name == unit || *name == one)
}

/// `2026-11-22`
fn is_date(word: &str) -> bool {
    let parts: Vec<&str> = word.split(['-', '/', '.']).collect();
    parts.len() == 3 && parts[0].len() == 4 && parts[1..].iter().all(|part| part.len() <= 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numerals_inside_words_count_nothing() {
        assert!(quantities("一般统一发货，万一十分着急可以联系第三方").is_empty());
        let counted: Vec<f64> = quantities("一天两次，三个").iter().map(|q| q.value).collect();
        assert_eq!(counted, [1.0, 2.0, 3.0]);
        let counted: Vec<f64> = quantities("十分钟内，一个月后，一个小时").iter().map(|q| q.value).collect();
        assert_eq!(counted, [10.0, 1.0, 1.0]);
    }
}
