//! Hours and minutes counted from now: `两小时后`, `半小时前`, `in 20 minutes`, `5 hours ago`.

use std::sync::LazyLock;

use jiff::ToSpan;
use jiff::civil::DateTime;
use regex::{Captures, Regex};

use super::super::constant_pattern;
use super::{Span, numbers};

static CHINESE: LazyLock<Regex> = LazyLock::new(|| {
    constant_pattern(
        r"(?P<count>\d{1,3}|[一二两三四五六七八九十]{1,3}|半)个?(?P<half>半)?(?P<unit>小时|钟头|分钟)(?:以|之)?(?P<way>前|后)",
    )
});
static ENGLISH: LazyLock<Regex> = LazyLock::new(|| {
    let count = r"\d{1,3}|an?|half an|one|two|three|four|five|six|seven|eight|nine|ten";
    constant_pattern(&format!(
        r"(?-u:\b)(?:in )?(?P<ahead>{count}) (?P<unit>hour|minute|min)s?(?: (?P<way>ago|later|from now))?(?-u:\b)"
    ))
});

pub(super) fn find(text: &str, now: DateTime) -> Vec<Span> {
    let span = |c: &Captures<'_>, minutes: i64| {
        let all = c.get(0)?;
        let moment = now.checked_add(minutes.minutes()).ok()?;
        let value = format!("{}T{:02}:{:02}", moment.date(), moment.hour(), moment.minute());
        Some(Span { start: all.start(), end: all.end(), value, solid: false })
    };
    let chinese = CHINESE.captures_iter(text).filter_map(|c| {
        let half = if c.name("half").is_some() { 0.5 } else { 0.0 };
        let minutes = minutes(&c["count"], half, c["unit"].starts_with('分'))?;
        span(&c, if &c["way"] == "前" { -minutes } else { minutes })
    });
    let english = ENGLISH.captures_iter(text).filter_map(|c| {
        let ahead = c[0].starts_with("in ");
        let way = c.name("way").map(|w| w.as_str());
        if !ahead && way.is_none() {
            return None;
        }
        let minutes = minutes(&c["ahead"], 0.0, c["unit"].starts_with("min"))?;
        span(&c, if way == Some("ago") { -minutes } else { minutes })
    });
    chinese.chain(english).collect()
}

fn minutes(count: &str, more: f64, are_minutes: bool) -> Option<i64> {
    let words = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
    let count = match count {
        "a" | "an" => 1.0,
        "half an" => 0.5,
        word => match words.iter().position(|w| *w == word) {
            Some(index) => index as f64 + 1.0,
            None => numbers::parse_number(word)?,
        },
    };
    Some(((count + more) * if are_minutes { 1.0 } else { 60.0 }) as i64)
}
