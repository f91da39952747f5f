//! From one date or time to another: `周一到周五`, `下午三点到五点`, `from Monday to Friday`.

use jiff::ToSpan;
use jiff::civil::{Date, Time};

use super::Span;

/// Joins neighbours that a word for "until" stands between into one ISO 8601 interval, `from/until`.
pub(super) fn join(text: &str, spans: Vec<Span>) -> Vec<Span> {
    let mut joined: Vec<Span> = Vec::new();
    for span in spans {
        let range = joined.last().filter(|from| leads_to(text, from, &span)).and_then(|from| {
            let value = interval(from, &span, &text[span.start..span.end])?;
            Some(Span { start: from.start, end: span.end, value, solid: false })
        });
        match range {
            Some(range) => {
                joined.pop();
                joined.push(range);
            }
            None => joined.push(span),
        }
    }
    joined
}

fn leads_to(text: &str, from: &Span, until: &Span) -> bool {
    let gap = text.get(from.end..until.start).unwrap_or_default().trim();
    let between = || text[..from.start].trim_end().ends_with("between");
    matches!(gap, "到" | "至" | "一直到" | "-" | "--" | "~" | "—" | "–" | "to" | "till" | "until" | "through")
        || gap == "and" && between()
}

/// The second half says only what differs: its month, its day or its half of the day may be the first one's.
fn interval(from: &Span, until: &Span, words: &str) -> Option<String> {
    let end = match (at(&from.value)?, at(&until.value)?) {
        (At::Day(first), At::Day(last)) => At::Day(not_before(first, last, words)?),
        (At::Time(first), At::Time(last)) => At::Time(same_half(first, last, words)),
        (At::Both(day, first), At::Time(last)) => At::Both(day, same_half(first, last, words)),
        (At::Both(..), last @ At::Both(..)) => last,
        _ => return None,
    };
    Some(format!("{}/{}", from.value, end.iso()))
}

/// A whole day, a time, or both.
#[derive(Clone, Copy)]
enum At {
    Day(Date),
    Time(Time),
    Both(Date, Time),
}

impl At {
    fn iso(self) -> String {
        let clock = |t: Time| format!("{:02}:{:02}", t.hour(), t.minute());
        match self {
            At::Day(day) => day.to_string(),
            At::Time(time) => clock(time),
            At::Both(day, time) => format!("{day}T{}", clock(time)),
        }
    }
}

fn at(value: &str) -> Option<At> {
    match (value.split_once('T'), value.len()) {
        (Some((day, time)), _) => Some(At::Both(day.parse().ok()?, time.parse().ok()?)),
        (None, 10) => Some(At::Day(value.parse().ok()?)),
        (None, 5) => Some(At::Time(value.parse().ok()?)),
        _ => None,
    }
}

/// 周六到周二 ends in the next week; 28号到3号 in the next month; other days stay where they are.
fn not_before(first: Date, last: Date, words: &str) -> Option<Date> {
    let day_of_month = words.ends_with(['号', '日']) && !words.contains('月') && !words.contains('周');
    if day_of_month {
        let mut month = first.first_of_month();
        if last.day() < first.day() {
            month = month.checked_add(1.month()).ok()?;
        }
        return Date::new(month.year(), month.month(), last.day()).ok();
    }
    match last < first {
        true => last.checked_add(1.week()).ok().filter(|d| *d >= first),
        false => Some(last),
    }
}

/// 下午三点到五点: five in the afternoon as well.
fn same_half(first: Time, last: Time, words: &str) -> Time {
    let named = words.contains(['早', '晚', '午', '晨', '夜', 'm']);
    match first.hour() >= 12 && last.hour() < 12 && !named {
        true => last.checked_add(12.hours()).unwrap_or(last),
        false => last,
    }
}
