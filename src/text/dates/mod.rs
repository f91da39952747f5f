//! Dates and times as customers say them, turned into ISO values: `明天下午三点`, `上周六`, `双十一`, `3月5号`,
//! `next Friday`, `tomorrow 3pm`.
//!
//! Values are as precise as the words: a day is `2026-03-05`, with a time `2026-03-05T15:00`, a time alone `15:00`, a
//! week `2026-W10`, a month `2026-03`, a year `2026`; from one to another is an interval, `2026-03-05/2026-03-08`. The
//! beginning and the end of a month are its first and last day. A date without its year is the latest one that is at most two
//! months ahead: customers talk about what they bought and what is about to come.

mod calendar;
mod clock;
mod festivals;
mod moments;
mod ranges;

use jiff::civil::DateTime;

use super::normalise::Aligned;
use super::numbers;

/// A date or time in a text, in scalar offsets of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub start: usize,
    pub end: usize,
    /// ISO 8601, as precise as the words.
    pub value: String,
}

/// Every date and time of `text`, left to right, as seen `now` (a day is its midnight). A day followed or led by a
/// time is one, and so is a range.
pub fn find(text: &str, now: impl Into<DateTime>) -> Vec<Found> {
    let now = now.into();
    let folded = Aligned::new(text);
    let plain = folded.text();
    let mut days = calendar::find(&plain, now.date());
    let moments = moments::find(&plain, now);
    days.retain(|d| !moments.iter().any(|m| m.overlaps(d)));
    let mut times = clock::find(&plain);
    times.retain(|t| !moments.iter().any(|m| m.overlaps(t)));
    let mut spans = join(&plain, days, times);
    spans.extend(moments);
    spans.sort_by_key(|s| s.start);
    let spans = ranges::join(&plain, spans);
    spans
        .into_iter()
        .map(|span| {
            let from = super::scalar_offset(&plain, span.start);
            let to = super::scalar_offset(&plain, span.end);
            let (start, end) = folded.source_range(from, to);
            Found { start, end, value: span.value }
        })
        .collect()
}

/// A match in byte offsets of the folded text.
#[derive(Clone, Debug)]
struct Span {
    start: usize,
    end: usize,
    value: String,
    /// A whole day, which may carry a time; or a clock time that is sure enough to stand alone.
    solid: bool,
}

impl Span {
    fn overlaps(&self, other: &Span) -> bool {
        self.start < other.end && other.start < self.end
    }
}

/// Keeps the longest of overlapping spans, the earlier of equally long ones.
fn without_overlaps(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_by_key(|s| (std::cmp::Reverse(s.end - s.start), s.start));
    let mut kept: Vec<Span> = Vec::new();
    for span in spans {
        if !kept.iter().any(|k| k.overlaps(&span)) {
            kept.push(span);
        }
    }
    kept.sort_by_key(|s| s.start);
    kept
}

fn join(text: &str, days: Vec<Span>, times: Vec<Span>) -> Vec<Span> {
    // A part of the day may belong to both (明天 晚上 八点): the time is then the one that goes on.
    let swallowed = |t: &Span| days.iter().any(|d| d.overlaps(t) && (t.end <= d.end || t.start <= d.start));
    let mut times: Vec<Span> = times.into_iter().filter(|t| !swallowed(t)).collect();
    let mut joined = Vec::new();
    for mut day in days {
        let partner = times.iter().position(|t| day.solid && (leads(text, &day, t) || leads(text, t, &day)));
        if let Some(index) = partner {
            let time = times.remove(index);
            day.start = day.start.min(time.start);
            day.end = day.end.max(time.end);
            day.value = format!("{}T{}", day.value, time.value);
        }
        joined.push(day);
    }
    joined.extend(times.into_iter().filter(|t| t.solid));
    without_overlaps(joined)
}

/// Whether nothing but small words stands between `first` and the later `second`.
fn leads(text: &str, first: &Span, second: &Span) -> bool {
    let gap = text.get(first.end..second.start.max(first.end)).unwrap_or_default();
    first.start <= second.start
        && matches!(gap.trim(), "" | "," | "的" | "at" | "on" | "大概" | "大约" | "around")
}

/// The whole number of a capture in digits or Chinese numerals.
fn whole(text: &str) -> Option<i32> {
    let value = numbers::parse_number(text)?;
    (value.fract() == 0.0 && (0.0..10_000.0).contains(&value)).then_some(value as i32)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use jiff::civil::{Date, date};
    use proptest::prelude::*;

    use super::*;

    /// A Saturday.
    const TODAY: Date = date(2026, 11, 21);

    fn values(text: &str) -> String {
        let found = find(text, TODAY);
        found.iter().map(|f| f.value.as_str()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn chinese_days() {
        for (text, expected) in [
            ("今天能到吗", "2026-11-21"),
            ("昨天下的单", "2026-11-20"),
            ("大后天送", "2026-11-24"),
            ("前天买的", "2026-11-19"),
            ("上周六签收", "2026-11-14"),
            ("下周一发货吗", "2026-11-23"),
            ("下下周三", "2026-12-02"),
            ("周五到", "2026-11-27"),
            ("礼拜天", "2026-11-22"),
            ("3月5号买的", "2026-03-05"),
            ("十月二号那笔", "2026-10-02"),
            ("2025年1月3日", "2025-01-03"),
            ("元旦能送吗", "2027-01-01"),
            ("二〇二五年三月", "2025-03"),
            ("2025-12-01 之前", "2025-12-01"),
            ("3/5 下单", "2026-03-05"),
            ("双十一买的", "2026-11-11"),
            ("双11", "2026-11-11"),
            ("国庆期间", "2026-10-01"),
            ("三天前", "2026-11-18"),
            ("两周后", "2026-12-05"),
            ("上個月", "2026-10"),
            ("下周", "2026-W48"),
            ("去年", "2025"),
            ("18号", "2026-11-18"),
            ("前天晚上拍的", "2026-11-19"),
            ("今天上午那单", "2026-11-21"),
        ] {
            assert_eq!(values(text), expected, "{text}");
        }
    }

    #[test]
    fn english_days() {
        for (text, expected) in [
            ("Will it come tomorrow?", "2026-11-22"),
            ("next Friday please", "2026-11-27"),
            ("last Friday", "2026-11-20"),
            ("on Monday", "2026-11-23"),
            ("I bought it on March 5th", "2026-03-05"),
            ("5 Mar 2025", "2025-03-05"),
            ("3 days ago", "2026-11-18"),
            ("in two weeks", "2026-12-05"),
            ("on Black Friday", "2026-11-27"),
            ("last month", "2026-10"),
            ("the day after tomorrow", "2026-11-23"),
            ("the order I placed this morning", "2026-11-21"),
            ("is this it", ""),
        ] {
            assert_eq!(values(text), expected, "{text}");
        }
    }

    #[test]
    fn times_join_their_day() {
        for (text, expected) in [
            ("明天下午三点", "2026-11-22T15:00"),
            ("明天晚上八点前", "2026-11-22T20:00"),
            ("tomorrow morning at 9 am", "2026-11-22T09:00"),
            ("明晚八点半送", "2026-11-22T20:30"),
            ("后天上午10:30", "2026-11-23T10:30"),
            ("tomorrow 3pm", "2026-11-22T15:00"),
            ("at 3:30 pm tomorrow", "2026-11-22T15:30"),
            ("晚上九点", "21:00"),
            ("上午十点到吧，明天", "10:00 2026-11-22"),
            ("下周一 12点", "2026-11-23T12:00"),
        ] {
            assert_eq!(values(text), expected, "{text}");
        }
    }

    #[test]
    fn words_that_only_look_like_dates_are_left_alone() {
        for text in [
            "便宜一点",
            "有点大",
            "3号线",
            "十分满意",
            "may I return it",
            "一天到晚",
            "2.5寸",
            "the sun is up",
        ] {
            assert_eq!(find(text, TODAY), [], "{text}");
        }
    }

    #[test]
    fn from_one_to_another() {
        for (text, expected) in [
            ("3月5号到8号", "2026-03-05/2026-03-08"),
            ("3月28日-4月2日", "2026-03-28/2026-04-02"),
            ("周一到周五", "2026-11-23/2026-11-27"),
            ("下午三点到五点", "15:00/17:00"),
            ("明天9点-18点", "2026-11-22T09:00/2026-11-22T18:00"),
            ("from Monday to Friday", "2026-11-23/2026-11-27"),
            ("between 9am and 11am", "09:00/11:00"),
            ("3-5号", "2026-12-03/2026-12-05"),
            ("11.1-11.11", "2026-11-01/2026-11-11"),
        ] {
            assert_eq!(values(text), expected, "{text}");
        }
    }

    #[test]
    fn parts_of_months_and_years() {
        for (text, expected) in [
            ("这个月底", "2026-11-30"),
            ("月初买的", "2026-11-01"),
            ("下月中旬", "2026-12-15"),
            ("十月底", "2026-10-31"),
            ("明年初", "2027-01-01"),
            ("年底", "2026-12-31"),
            ("end of next month", "2026-12-31"),
        ] {
            assert_eq!(values(text), expected, "{text}");
        }
    }

    #[test]
    fn hours_are_counted_from_now() {
        let now = TODAY.at(14, 0, 0, 0);
        for (text, expected) in [
            ("两小时后", "2026-11-21T16:00"),
            ("半小时前付的", "2026-11-21T13:30"),
            ("一个半小时后", "2026-11-21T15:30"),
            ("in 20 minutes", "2026-11-21T14:20"),
            ("half an hour ago", "2026-11-21T13:30"),
        ] {
            assert_eq!(find(text, now)[0].value, expected, "{text}");
        }
        assert_eq!(find("等了两个小时", now), []);
    }

    #[test]
    fn several_dates_in_one_text() {
        let text = "11月1日下单，说好周三到，今天还没到";
        let found: Vec<_> =
            find(text, TODAY).iter().map(|f| super::super::slice(text, f.start, f.end)).collect();
        assert_eq!(found, ["11月1日", "周三", "今天"]);
    }

    proptest! {
        #[test]
        fn offsets_slice(text in "[今明后天上下周一二三五月号日点半0-9/:.a-z 年Ａ㎏]{0,16}") {
            let scalars = text.chars().count();
            for f in find(&text, TODAY) {
                prop_assert!(f.start < f.end && f.end <= scalars);
            }
        }
    }
}
