//! Numbers as people write them: `1,299`, `１２`, `三百二十`, `一万五`, `1.5万`, `二〇二四`, `俩`, `半`.

use super::normalise::Aligned;

/// A number in a text, in scalar offsets of the text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Found {
    pub start: usize,
    pub end: usize,
    pub value: f64,
}

/// The value of a text that is a number and nothing else.
pub fn parse_number(text: &str) -> Option<f64> {
    let folded = Aligned::new(text.trim());
    let (end, value) = number_at(&folded.chars, 0)?;
    (end == folded.chars.len()).then_some(value)
}

/// Every number of the text, left to right, longest first. Chinese numerals inside words (`一下`, `十分`) count too:
/// who looks for quantities asks for a unit behind the number.
pub fn find(text: &str) -> Vec<Found> {
    let folded = Aligned::new(text);
    let mut found = Vec::new();
    let mut at = 0;
    while at < folded.chars.len() {
        match number_at(&folded.chars, at) {
            Some((end, value)) => {
                let (start, stop) = folded.source_range(at, end);
                found.push(Found { start, end: stop, value });
                at = end;
            }
            None => at += 1,
        }
    }
    found
}

/// A value as people write it in digits: no trailing zeros, no exponent.
pub fn format(value: f64) -> String {
    format!("{}", (value * 1e6).round() / 1e6)
}

/// The longest number that begins at `start` of folded characters: its end and value.
pub(crate) fn number_at(chars: &[char], start: usize) -> Option<(usize, f64)> {
    let first = *chars.get(start)?;
    if first.is_ascii_digit() {
        return arabic_at(chars, start);
    }
    if start > 0 && chars[start - 1].is_ascii_digit() {
        return None;
    }
    chinese_at(chars, start)
}

/// `1,299.5`, `1.5万`, `3千`.
fn arabic_at(chars: &[char], start: usize) -> Option<(usize, f64)> {
    let digit = |i: usize| chars.get(i).is_some_and(char::is_ascii_digit);
    let mut text = String::new();
    let mut at = start;
    while digit(at) {
        text.push(chars[at]);
        at += 1;
        let thousands = chars.get(at) == Some(&',')
            && text.len() <= 15
            && (1..=3).all(|i| digit(at + i))
            && !digit(at + 4);
        if thousands {
            at += 1;
        }
    }
    if chars.get(at) == Some(&'.') && digit(at + 1) {
        text.push('.');
        at += 1;
        while digit(at) {
            text.push(chars[at]);
            at += 1;
        }
    }
    let mut value: f64 = text.parse().ok()?;
    while let Some(scale) = chars.get(at).copied().and_then(scale_of).filter(|s| *s >= 100.0) {
        value *= scale;
        at += 1;
    }
    Some((at, value))
}

/// Chinese numerals: positional (`三百二十`, `一万五`), digit by digit (`二〇二四`), and the small words 两 俩 仨 半.
fn chinese_at(chars: &[char], start: usize) -> Option<(usize, f64)> {
    match chars[start] {
        '半' => return Some((start + 1, 0.5)),
        '俩' => return Some((start + 1, 2.0)),
        '仨' => return Some((start + 1, 3.0)),
        _ => {}
    }
    let numeral = |c: &&char| digit_of(**c).is_some() || scale_of(**c).is_some();
    let end = start + chars[start..].iter().take_while(numeral).count();
    let run = &chars[start..end];
    if run.is_empty() || matches!(run[0], '百' | '千' | '万' | '亿') {
        return None;
    }
    if run.len() > 1 && run.iter().all(|c| digit_of(*c).is_some()) {
        let value = run.iter().filter_map(|c| digit_of(*c)).fold(0.0, |sum, d| sum * 10.0 + d);
        return Some((end, value));
    }
    let (mut value, used) = positional(run)?;
    let mut at = start + used;
    if let (Some('点'), Some(_)) = (chars.get(at), chars.get(at + 1).copied().and_then(digit_of)) {
        // 三点五 is 3.5, but 三点 alone is a time of day, and 三点五十 is another: only digits may follow.
        let fraction = chars[at + 1..].iter().take_while(|c| digit_of(**c).is_some()).count();
        let scaled = chars.get(at + 1 + fraction).is_some_and(|c| matches!(c, '十' | '分'));
        if !scaled {
            for (place, c) in chars[at + 1..at + 1 + fraction].iter().enumerate() {
                value += digit_of(*c).unwrap_or_default() / 10f64.powi(place as i32 + 1);
            }
            at += 1 + fraction;
            while let Some(scale) = chars.get(at).copied().and_then(scale_of).filter(|s| *s >= 1e4) {
                value *= scale;
                at += 1;
            }
        }
    }
    Some((at, value))
}

/// Value of positional numerals and how many characters made it. A last digit without its unit counts in the next
/// lower one: 一万五 is 15000, 三百二 is 320; after 零 it counts as itself.
fn positional(run: &[char]) -> Option<(f64, usize)> {
    let (mut total, mut section, mut digit) = (0.0, 0.0, None);
    let (mut last_scale, mut after_zero) = (1.0, false);
    let mut used = 0;
    for &c in run {
        if let Some(d) = digit_of(c) {
            if digit.is_some_and(|before: f64| before != 0.0) {
                break; // two digits in a row: 三十五六
            }
            after_zero |= d == 0.0;
            digit = Some(d);
        } else {
            let scale = scale_of(c)?;
            if scale >= 1e4 {
                section += digit.take().unwrap_or(0.0);
                total = if section == 0.0 { total * scale } else { total + section * scale };
                section = 0.0;
            } else {
                section += digit.take().filter(|d| *d != 0.0).unwrap_or(1.0) * scale;
            }
            last_scale = scale;
            after_zero = false;
        }
        used += 1;
    }
    let tail = match digit {
        Some(d) if !after_zero && last_scale >= 100.0 => d * last_scale / 10.0,
        Some(d) => d,
        None => 0.0,
    };
    Some((total + section + tail, used))
}

fn digit_of(c: char) -> Option<f64> {
    let value = match c {
        '〇' | '零' => 0,
        '一' | '壹' => 1,
        '二' | '两' | '贰' => 2,
        '三' | '叁' => 3,
        '四' | '肆' => 4,
        '五' | '伍' => 5,
        '六' | '陆' => 6,
        '七' | '柒' => 7,
        '八' | '捌' => 8,
        '九' | '玖' => 9,
        _ => return None,
    };
    Some(f64::from(value))
}

fn scale_of(c: char) -> Option<f64> {
    match c {
        '十' | '拾' => Some(10.0),
        '百' | '佰' => Some(100.0),
        '千' | '仟' => Some(1e3),
        '万' => Some(1e4),
        '亿' => Some(1e8),
        _ => None,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_in_every_spelling() {
        for (text, value) in [
            ("三百二十", 320.0),
            ("一万五", 15_000.0),
            ("三百二", 320.0),
            ("三百零二", 302.0),
            ("1.5万", 15_000.0),
            ("两千零五", 2005.0),
            ("十二", 12.0),
            ("二十", 20.0),
            ("一百一十", 110.0),
            ("两百万", 2e6),
            ("一亿三千万", 1.3e8),
            ("二〇二四", 2024.0),
            ("１２", 12.0),
            ("1,299.50", 1299.5),
            ("半", 0.5),
            ("俩", 2.0),
            ("三点五", 3.5),
            ("三點五萬", 35_000.0),
            ("壹仟贰佰", 1200.0),
        ] {
            assert_eq!(parse_number(text), Some(value), "{text}");
        }
    }

    #[test]
    fn what_is_no_number_gives_none() {
        for text in ["", "万", "三个", "abc", "百", "1a"] {
            assert_eq!(parse_number(text), None, "{text}");
        }
    }

    #[test]
    fn numbers_are_found_in_place() {
        let found = find("买三十个，每个１２.5元");
        assert_eq!(
            found,
            [Found { start: 1, end: 3, value: 30.0 }, Found { start: 7, end: 11, value: 12.5 }]
        );
        assert_eq!(find("1,299")[0].value, 1299.0);
        assert_eq!(find("三点见")[0].end, 1);
    }

    proptest! {
        #[test]
        fn digits_come_back(value in 0u32..100_000_000) {
            prop_assert_eq!(parse_number(&value.to_string()), Some(f64::from(value)));
        }

        #[test]
        fn offsets_slice(text in "[0-9一二三十百千万亿零点半.,，a买 ]{0,16}") {
            let scalars = text.chars().count();
            for f in find(&text) {
                prop_assert!(f.start < f.end && f.end <= scalars && f.value.is_finite());
            }
        }
    }
}
