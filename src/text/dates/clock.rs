//! Times of day: `下午三点半`, `10:30`, `3pm`.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::super::constant_pattern;
use super::{Span, whole};

static CHINESE: LazyLock<Regex> = LazyLock::new(|| {
    constant_pattern(
        r"(?P<part>凌晨|清晨|早上|早晨|上午|中午|下午|午后|傍晚|晚上|晚间|夜里|半夜|早|晚)?(?P<hour>\d{1,2}|二十[一二三四]?|十[一二三四五六七八九]?|[零一二两三四五六七八九])(?:(?P<mark>[点时])(?:(?P<half>半)|(?P<quarter>[一三])刻|(?P<minute>\d{1,2}|[零一二三四五六七八九十]{1,3})分?)?(?P<exact>[钟整])?|:(?P<digits>[0-5]\d))",
    )
});

static ENGLISH: LazyLock<Regex> = LazyLock::new(|| {
    constant_pattern(
        r"(?-u:\b)(?:at )?(?P<hour>\d{1,2})(?::(?P<minute>[0-5]\d))? ?(?P<half>a\.?m(?-u:\b)\.?|p\.?m(?-u:\b)\.?| ?o'?clock)|(?-u:\b)(?P<noon>noon|midnight)(?-u:\b)",
    )
});

/// Every time of the folded text. One that could as well be a quantity (`一点`) is not solid: it only counts beside a day.
pub(super) fn find(text: &str) -> Vec<Span> {
    let english: Vec<Span> = ENGLISH.captures_iter(text).filter_map(|c| english(&c)).collect();
    let chinese = CHINESE.captures_iter(text).filter_map(|c| chinese(text, &c));
    let chinese: Vec<Span> = chinese.filter(|c| !english.iter().any(|e| e.overlaps(c))).collect();
    english.into_iter().chain(chinese).collect()
}

fn chinese(text: &str, c: &Captures<'_>) -> Option<Span> {
    let all = c.get(0)?;
    let before = text[..all.start()].chars().next_back();
    if before.is_some_and(|b| b.is_ascii_digit() || b == ':' || b == '.') {
        return None;
    }
    let hour = whole(&c["hour"])?;
    let minute = match (c.name("half"), c.name("quarter"), c.name("minute").or(c.name("digits"))) {
        (Some(_), ..) => 30,
        (_, Some(quarters), _) => 15 * whole(quarters.as_str())?,
        (.., Some(minutes)) => whole(minutes.as_str())?,
        _ => 0,
    };
    let part = c.name("part").map(|p| p.as_str());
    // 昨晚八点, 明早九点: the part of the day stands in the day's own word, which the calendar reads.
    let shared =
        part.is_some_and(|p| matches!(p, "早" | "晚")) && before.is_some_and(|b| "昨今明当".contains(b));
    let start = all.start() + if shared { "晚".len() } else { 0 };
    let hour = match part {
        Some("下午" | "午后" | "傍晚" | "晚上" | "晚间" | "晚") if (1..12).contains(&hour) => {
            hour + 12
        }
        Some("中午") if (1..4).contains(&hour) => hour + 12,
        Some("夜里" | "半夜") if (8..12).contains(&hour) => hour + 12,
        _ => hour,
    };
    let explicit =
        part.is_some() || c.name("exact").is_some() || c.name("half").is_some() || c.name("digits").is_some();
    let bit = &c["hour"] == "一" && c.name("minute").is_none();
    let solid = explicit || (c.name("mark").is_some_and(|m| m.as_str() == "点") && !bit && hour >= 2);
    span(start, all.end(), hour, minute, solid)
}

fn english(c: &Captures<'_>) -> Option<Span> {
    let all = c.get(0)?;
    if let Some(word) = c.name("noon") {
        return span(all.start(), all.end(), if word.as_str() == "noon" { 12 } else { 0 }, 0, true);
    }
    let hour = whole(&c["hour"]).filter(|h| (1..=12).contains(h))? % 12;
    let minute = c.name("minute").map_or(Some(0), |m| whole(m.as_str()))?;
    let afternoon = c["half"].starts_with('p');
    span(all.start(), all.end(), if afternoon { hour + 12 } else { hour }, minute, true)
}

fn span(start: usize, end: usize, hour: i32, minute: i32, solid: bool) -> Option<Span> {
    (hour <= 24 && minute < 60).then(|| Span {
        start,
        end,
        value: format!("{:02}:{minute:02}", hour % 24),
        solid,
    })
}
