//! Phone numbers (mainland, Hong Kong, Taiwan, international) and e-mail addresses.

use std::sync::LazyLock;

use regex::Regex;

use super::{Folded, Hit, Kind, matches};
use crate::text::constant_pattern;

static EMAIL: LazyLock<Regex> =
    LazyLock::new(|| constant_pattern(r"[a-z0-9][a-z0-9._%+-]*@[a-z0-9-]+(?:\.[a-z0-9-]+)+"));

/// A way to write phone numbers: its pattern and the country whose code goes before the number. Mainland numbers are
/// given as dialled at home, without one; an empty code stands for numbers that name their country themselves.
struct Style {
    pattern: Regex,
    country: Option<&'static str>,
    confidence: f32,
}

static STYLES: LazyLock<Vec<Style>> = LazyLock::new(|| {
    let style = |pattern: &str, country, confidence| Style {
        pattern: constant_pattern(pattern),
        country,
        confidence,
    };
    vec![
        style(r"(?:\(?(?:\+|00)86\)?[- ]?|86[- ])?1[3-9]\d[- ]?\d{4}[- ]?\d{4}", None, 0.97),
        style(
            r"(?:\(0(?:10|2\d|[3-9]\d{2})\) ?|0(?:10|2\d|[3-9]\d{2})[- ])\d{7,8}(?:(?:-| ?(?:转|分机|ext\.?|x) ?)\d{1,5})?",
            None,
            0.9,
        ),
        style(r"0(?:10|2\d)\d{8}|0[3-9]\d{9,10}", None, 0.8),
        style(r"[48]00[- ]?\d{3}[- ]?\d{4}|[48]00[- ]\d{4}[- ]?\d{3}", None, 0.85),
        style(r"\(?(?:\+|00)852\)?[- ]?[2-9]\d{3}[- ]?\d{4}", Some("852"), 0.97),
        style(r"\(?(?:\+|00)853\)?[- ]?[268]\d{3}[- ]?\d{4}", Some("853"), 0.97),
        style(r"\(?(?:\+|00)886\)?[- ]?0?9\d{2}[- ]?\d{3}[- ]?\d{3}", Some("886"), 0.97),
        style(r"09\d{2}[- ]?\d{3}[- ]?\d{3}", Some("886"), 0.85),
        style(r"\(?0[2-8]\)?[- ]\d{4}[- ]\d{4}", Some("886"), 0.8),
        style(r"(?:1[- .])?\(?[2-9]\d{2}\)?[- .]\d{3}[- .]\d{4}", Some("1"), 0.8),
        style(r"\+[1-9]\d{0,2}(?:[- ]?\(?\d{1,4}\)?){2,5}", Some(""), 0.9),
        style(
            r"(?:电话|手机|致电|phone|tel|mobile|whatsapp)(?:号码|号|是|为|number|no\.?|is|:| )*([2-9]\d{3}[- ]?\d{4})",
            Some("852"),
            0.7,
        ),
    ]
});

/// The last digits of a phone number, which stand for the whole: `*8821`.
static TAIL: LazyLock<Regex> = LazyLock::new(|| {
    constant_pattern(r"(?:手机|电话)(?:号码|号)?(?:的)?((?:尾号|后四位)(?:是|为|:)? ?(\d{4}))")
});

pub(super) fn find(folded: &Folded, hits: &mut Vec<Hit>) {
    for (start, end, raw) in matches(folded, &EMAIL) {
        hits.push(Hit { kind: Kind::Email, start, end, value: raw.to_owned(), confidence: 0.98 });
    }
    for style in STYLES.iter() {
        for (start, end, raw) in matches(folded, &style.pattern) {
            let (number, extension) = match style.country {
                None => split_extension(raw),
                Some(_) => (raw, String::new()),
            };
            let digits: String = number.chars().filter(char::is_ascii_digit).collect();
            if in_longer_number(folded, start, end)
                || digits.len() > 15
                || (raw.starts_with('+') && digits.len() < 8)
            {
                continue;
            }
            let value = normalised(&digits, number, style.country) + &extension;
            hits.push(Hit { kind: Kind::Phone, start, end, value, confidence: style.confidence });
        }
    }
    for c in TAIL.captures_iter(&folded.text) {
        if let (Some(tail), Some(digits)) = (c.get(1), c.get(2))
            && folded.stands_alone(tail.start(), tail.end())
        {
            let value = format!("*{}", digits.as_str());
            let (start, end) = (tail.start(), tail.end());
            hits.push(Hit { kind: Kind::Phone, start, end, value, confidence: 0.8 });
        }
    }
}

fn in_longer_number(folded: &Folded, start: usize, end: usize) -> bool {
    let next = &folded.text.as_bytes()[end..];
    folded.before(start).is_some_and(|c| matches!(c, '-' | '.' | '#' | '¥' | '$'))
        || next.first() == Some(&b'-') && next.get(1).is_some_and(u8::is_ascii_digit)
        || next.first() == Some(&b' ') && next.len() > 4 && next[1..5].iter().all(u8::is_ascii_digit)
}

/// `021-62345678转12` → the number and `-12`.
fn split_extension(raw: &str) -> (&str, String) {
    let last = raw.trim_end_matches(|c: char| c.is_ascii_digit());
    let marked = last.trim_end().ends_with(['转', '机', 't', '.', 'x']);
    let after_dash = last.ends_with('-') && last.matches('-').count() > 1 && raw.starts_with(['0', '(']);
    if raw.len() - last.len() > 5 || !(marked || after_dash) {
        return (raw, String::new());
    }
    (last, format!("-{}", &raw[last.len()..]))
}

fn normalised(digits: &str, raw: &str, country: Option<&str>) -> String {
    let open = raw.trim_start_matches('(');
    let international = open.starts_with('+') || open.starts_with("00");
    let digits = if open.starts_with("00") { &digits[2..] } else { digits };
    match country {
        None if digits.len() == 13 => digits.strip_prefix("86").unwrap_or(digits).to_owned(),
        None => digits.to_owned(),
        Some("886") => format!("+886{}", digits.trim_start_matches("886").trim_start_matches('0')),
        Some("1") if digits.len() == 11 => format!("+{digits}"),
        Some(_) if international => format!("+{digits}"),
        Some(code) => format!("+{code}{digits}"),
    }
}
