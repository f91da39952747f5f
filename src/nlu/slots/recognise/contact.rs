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
        style(r"(?:\+|00)?(?:86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}", None, 0.97),
        style(r"\(?0\d{2,3}\)?[- ]\d{7,8}(?:-\d{1,5})?", None, 0.9),
        style(r"[48]00[- ]?\d{3}[- ]?\d{4}", None, 0.85),
        style(r"(?:\+|00)852[- ]?[2-9]\d{3}[- ]?\d{4}", Some("852"), 0.97),
        style(r"(?:\+|00)853[- ]?6\d{3}[- ]?\d{4}", Some("853"), 0.97),
        style(r"(?:\+|00)886[- ]?0?9\d{2}[- ]?\d{3}[- ]?\d{3}", Some("886"), 0.97),
        style(r"09\d{2}[- ]?\d{3}[- ]?\d{3}", Some("886"), 0.85),
        style(r"\(?[2-9]\d{2}\)?[- .]\d{3}[- .]\d{4}", Some("1"), 0.8),
        style(r"\+[1-9]\d{0,2}(?:[- ]?\(?\d{1,4}\)?){2,5}", Some(""), 0.9),
        style(
            r"(?:电话|手机|致电|phone|tel|mobile|whatsapp)(?:号码|号|是|为|number|no\.?|is|:| )*([2-9]\d{3}[- ]?\d{4})",
            Some("852"),
            0.7,
        ),
        style(r"手机(?:号码|号)?(?:的)?(?:尾号|后四位)(?:是|为|:)?(\d{4})", None, 0.7),
    ]
});

pub(super) fn find(folded: &Folded, hits: &mut Vec<Hit>) {
    for (start, end, raw) in matches(folded, &EMAIL) {
        hits.push(Hit { kind: Kind::Email, start, end, value: raw.to_owned(), confidence: 0.98 });
    }
    for style in STYLES.iter() {
        for (start, end, raw) in matches(folded, &style.pattern) {
            let digits: String = raw.chars().filter(char::is_ascii_digit).collect();
            let in_longer_number = folded.before(start).is_some_and(|c| matches!(c, '-' | '.' | '#'))
                || folded.text[end..].starts_with('-')
                    && folded.text[end + 1..].starts_with(|c: char| c.is_ascii_digit());
            if in_longer_number || digits.len() > 15 || (raw.starts_with('+') && digits.len() < 8) {
                continue;
            }
            let value = normalised(&digits, raw, style.country);
            hits.push(Hit { kind: Kind::Phone, start, end, value, confidence: style.confidence });
        }
    }
}

fn normalised(digits: &str, raw: &str, country: Option<&str>) -> String {
    let international = raw.starts_with('+') || raw.starts_with("00");
    let digits = if raw.starts_with("00") { &digits[2..] } else { digits };
    match country {
        None if digits.len() == 13 => digits.strip_prefix("86").unwrap_or(digits).to_owned(),
        None => digits.to_owned(),
        Some("886") => format!("+886{}", digits.trim_start_matches("886").trim_start_matches('0')),
        Some(_) if international => format!("+{digits}"),
        Some(code) => format!("+{code}{digits}"),
    }
}
