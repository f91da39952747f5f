//! Days, weeks, months and years, absolute and relative.

mod english;

use std::sync::LazyLock;

use jiff::ToSpan;
use jiff::civil::Date;
use regex::{Captures, Regex};

use super::super::constant_pattern;
use super::{Span, festivals, whole, without_overlaps};

/// What a pattern's words mean on a given day: an ISO value, and whether it is one whole day.
type Resolve = fn(&Captures<'_>, Date) -> Option<Value>;

struct Value {
    iso: String,
    day: bool,
}

/// Every calendar expression of the folded text.
pub(super) fn find(text: &str, today: Date) -> Vec<Span> {
    let mut spans = Vec::new();
    for (pattern, resolve) in RULES.iter() {
        for captures in pattern.captures_iter(text) {
            // What only shows that this is a date is no part of it.
            let Some(all) = captures.name("span").or(captures.get(0)) else { continue };
            if is_part_of_something_else(text, all.start(), all.end()) {
                continue;
            }
            if let Some(value) = resolve(&captures, today) {
                spans.push(Span { start: all.start(), end: all.end(), value: value.iso, solid: value.day });
            }
        }
    }
    without_overlaps(spans)
}

/// `3/5` inside `2023/3/5`, `18号` in `18号线`, `5日` in `15日`.
fn is_part_of_something_else(text: &str, start: usize, end: usize) -> bool {
    let first = text[start..].chars().next();
    let last = text[..end].chars().next_back();
    let before = text[..start].chars().next_back();
    let after = text[end..].chars().next();
    // 2023-3-5 goes on at its dash, 11月1日-11月5日 does not.
    let dashed = text[..start].trim_end_matches('-').chars().next_back();
    let digits_run_on = first.is_some_and(|c| c.is_ascii_digit())
        && (before
            .is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '¥' | '$' | '€' | '£'))
            || before == Some('-') && dashed.is_some_and(|c| c.is_ascii_alphanumeric()));
    let digits_go_on = last.is_some_and(|c| c.is_ascii_digit())
        && after
            .is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '%' | '折' | '码' | '寸'));
    let a_place = matches!(last, Some('号' | '日'))
        && after.is_some_and(|c| "线楼店门机仓柜馆院路桌厅球口房字内达".contains(c));
    digits_run_on || digits_go_on || a_place || counts_something(text, start, end)
}

/// `4/5 stars`, `版本 3.5`: a score or a version, though it could be a date.
fn counts_something(text: &str, start: usize, end: usize) -> bool {
    let bare = text[start..end].chars().all(|c| c.is_ascii_digit() || matches!(c, '/' | '.'));
    bare && ([" star", "星", "分", "的人", "倍"].iter().any(|w| text[end..].starts_with(w))
        || ["版", "版本", "v", "ver", "评分", "比分"].iter().any(|w| text[..start].trim_end().ends_with(w)))
}

const NUMBER: &str = r"(?:\d{1,2}|[一二两三四五六七八九十]{1,3})";
const MONTHS: &str = "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?";
const WEEKDAYS: &str = "monday|tuesday|wednesday|thursday|friday|saturday|sunday";
/// Parts of a day that belong to the words of the day and add nothing to its date.
const DAY_PARTS: &str = "的?(?:凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|晚间|夜里|半夜)";
const ENGLISH_DAY_PARTS: &str = "morning|afternoon|evening|night";
const ENGLISH_COUNT: &str = r"\d{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten";

static RULES: LazyLock<Vec<(Regex, Resolve)>> = LazyLock::new(|| {
    let rules: [(String, Resolve); 20] = [
        (
            format!("(?P<day>大前天|前天|昨[天日晚儿]|今[天日晚早晨儿]|明[天日晚早晨儿]|当[天晚]|大后天|后[天日])(?:{DAY_PARTS})?"),
            relative_day,
        ),
        (r"(?P<which>上上|下下|上|下|这|本)?个?(?:周|星期|礼拜)(?P<day>[一二三四五六日天末1-6])".into(), chinese_weekday),
        (r"(?P<which>上上|下下|上|下|这|本)个?(?:周|星期|礼拜)".into(), chinese_week),
        (r"(?P<which>上上|下下|上|下|这|本)个?月".into(), chinese_month),
        (r"前年|去年|今年|明年|后年".into(), chinese_year),
        (
            format!(r"(?:(?P<year>\d{{4}}|[零〇一二三四五六七八九]{{4}}|去年|今年|明年)年?)?(?P<month>{NUMBER})月(?:份|(?P<day>{NUMBER})(?:[日号](?:[-~到至](?P<until>{NUMBER})[日号])?|(?-u:\b)))?"),
            chinese_date,
        ),
        (
            format!(r"(?:(?P<which>上上|下下|上|下|这|本)个?月|(?P<year>去年|今年|明年)?(?P<month>{NUMBER})月份?|月)的?月?(?P<part>初|中旬|底|末)"),
            part_of_month,
        ),
        (r"(?P<year>[去今明])?年(?P<part>初|中|底|末)".into(), part_of_year),
        (
            r"(?-u:\b)(?:the )?(?P<part>beginning|start|middle|end) of (?:the |this )?(?:(?P<which>next|last) )?(?P<unit>month|year)(?-u:\b)".into(),
            english::part,
        ),
        (r"(?P<year>(?:19|20)\d{2})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})".into(), numeric_date),
        (r"(?P<month>\d{1,2})/(?P<day>\d{1,2})".into(), numeric_date),
        // 11.11 may be a number: only the shops' days and what is said of days make it one.
        (
            r"(?P<span>(?P<month>\d{1,2})\.(?P<day>\d{1,2})(?:[-~到至](?P<month2>\d{1,2})\.(?P<day2>\d{1,2}))?[号日]?)(?P<said>的?(?:活动|大促|那天|当天)|(?:买|下单|拍|付款|收到|发货|到货|签收))?".into(),
            dotted_date,
        ),
        (format!(r"(?:(?P<from>{NUMBER})[-~到至])?(?P<day>{NUMBER})[号日]"), day_of_month),
        (r"(?P<count>\d{1,3}|[一二两三四五六七八九十]{1,3}|半)个?(?P<unit>天|日|周|星期|礼拜|月|年)(?:以|之)?(?P<way>前|后)".into(), chinese_distance),
        (
            festivals::WORDS.into(),
            festival,
        ),
        (
            format!(
                r"(?-u:\b)(?:the )?(?P<day>day after tomorrow|day before yesterday|tonight|last night|today|tomorrow|yesterday|this)(?P<part> (?:{ENGLISH_DAY_PARTS}))?(?-u:\b)"
            ),
            english::relative_day,
        ),
        (format!(r"(?-u:\b)(?:(?P<which>next|last|this|coming) )?(?P<day>{WEEKDAYS})(?-u:\b)"), english::weekday),
        (r"(?-u:\b)(?P<which>next|last|this) (?P<unit>week|month|year)(?-u:\b)".into(), english::near_period),
        (
            format!(r"(?-u:\b)(?P<month>{MONTHS})\.? (?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?-u:\b)(?:,? (?P<year>(?:19|20)\d{{2}})(?-u:\b))?|(?-u:\b)(?P<day2>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?(?P<month2>{MONTHS})(?-u:\b)(?:,? (?P<year2>(?:19|20)\d{{2}})(?-u:\b))?"),
            english::named_date,
        ),
        (
            format!(r"(?-u:\b)(?P<ago>{ENGLISH_COUNT}) (?P<unit>day|week|month|year)s? ago(?-u:\b)|(?-u:\b)(?:in|within) (?P<ahead>{ENGLISH_COUNT}) (?P<unit2>day|week|month|year)s?(?-u:\b)"),
            english::counted,
        ),
    ];
    rules.into_iter().map(|(pattern, resolve)| (constant_pattern(&pattern), resolve)).collect()
});

fn day(date: Date) -> Option<Value> {
    Some(Value { iso: date.to_string(), day: true })
}

fn period(iso: String) -> Option<Value> {
    Some(Value { iso, day: false })
}

fn shifted(today: Date, days: i32) -> Option<Value> {
    day(today.checked_add(i64::from(days).days()).ok()?)
}

/// Days ahead within which a date without a year still means the coming one.
const HORIZON_DAYS: i64 = 60;

/// The latest such date that is not beyond the horizon.
fn nearest_date(today: Date, month: i8, day_of_month: i8) -> Option<Date> {
    let horizon = today.checked_add(HORIZON_DAYS.days()).ok()?;
    let candidates =
        (today.year() - 4..=today.year() + 1).filter_map(|y| Date::new(y, month, day_of_month).ok());
    candidates.filter(|d| *d <= horizon).max()
}

fn nearest(today: Date, month: i8, day_of_month: i8) -> Option<Value> {
    day(nearest_date(today, month, day_of_month)?)
}

/// From a day to the next day of that number.
fn interval(from: Date, until: i8) -> Option<Value> {
    let next = if until < from.day() { from.first_of_month().checked_add(1.month()).ok()? } else { from };
    let until = Date::new(next.year(), next.month(), until).ok()?;
    period(format!("{from}/{until}"))
}

fn number(c: &Captures<'_>, name: &str) -> Option<i32> {
    whole(c.name(name)?.as_str())
}

fn relative_day(c: &Captures<'_>, today: Date) -> Option<Value> {
    let days = match &c["day"] {
        "大前天" => -3,
        "前天" => -2,
        "大后天" => 3,
        "后天" | "后日" => 2,
        word if word.starts_with('昨') => -1,
        word if word.starts_with('明') => 1,
        _ => 0,
    };
    shifted(today, days)
}

fn weeks_away(c: &Captures<'_>) -> Option<i32> {
    Some(match c.name("which")?.as_str() {
        "上上" => -2,
        "上" | "last" => -1,
        "下" | "next" => 1,
        "下下" => 2,
        _ => 0,
    })
}

fn monday_of(date: Date) -> Option<Date> {
    date.checked_sub(i64::from(date.weekday().to_monday_zero_offset()).days()).ok()
}

/// The next such weekday, today included.
fn coming(today: Date, weekday: i8) -> Option<Value> {
    let away = (weekday - today.weekday().to_monday_zero_offset()).rem_euclid(7);
    shifted(today, i32::from(away))
}

fn chinese_weekday(c: &Captures<'_>, today: Date) -> Option<Value> {
    let weekday: i8 = match &c["day"] {
        "日" | "天" => 6,
        "末" => 5,
        other => i8::try_from(whole(other)?).ok()? - 1,
    };
    match weeks_away(c) {
        Some(weeks) => shifted(monday_of(today)?, weeks * 7 + i32::from(weekday)),
        None => coming(today, weekday),
    }
}

fn week_value(today: Date, weeks: i32) -> Option<Value> {
    let iso = today.checked_add(i64::from(weeks).weeks()).ok()?.iso_week_date();
    period(format!("{:04}-W{:02}", iso.year(), iso.week()))
}

fn month_value(today: Date, months: i32) -> Option<Value> {
    let date = today.checked_add(i64::from(months).months()).ok()?;
    period(format!("{:04}-{:02}", date.year(), date.month()))
}

fn chinese_week(c: &Captures<'_>, today: Date) -> Option<Value> {
    week_value(today, weeks_away(c)?)
}

fn chinese_month(c: &Captures<'_>, today: Date) -> Option<Value> {
    month_value(today, weeks_away(c)?)
}

fn year_word(word: &str, today: Date) -> Option<i16> {
    Some(match word {
        "前年" => today.year() - 2,
        "去年" => today.year() - 1,
        "今年" => today.year(),
        "明年" => today.year() + 1,
        "后年" => today.year() + 2,
        digits => i16::try_from(whole(digits)?).ok()?,
    })
}

fn chinese_year(c: &Captures<'_>, today: Date) -> Option<Value> {
    period(year_word(&c[0], today)?.to_string())
}

fn chinese_date(c: &Captures<'_>, today: Date) -> Option<Value> {
    let month = i8::try_from(number(c, "month")?).ok().filter(|m| (1..=12).contains(m))?;
    let year = match c.name("year") {
        Some(word) => Some(year_word(word.as_str(), today)?),
        None => None,
    };
    if let Some(until) = c.name("until") {
        let from = match year {
            Some(year) => Date::new(year, month, i8::try_from(number(c, "day")?).ok()?).ok()?,
            None => nearest_date(today, month, i8::try_from(number(c, "day")?).ok()?)?,
        };
        return interval(from, i8::try_from(whole(until.as_str())?).ok()?);
    }
    match (year, c.name("day")) {
        (Some(year), Some(d)) => day(Date::new(year, month, i8::try_from(whole(d.as_str())?).ok()?).ok()?),
        (None, Some(d)) => nearest(today, month, i8::try_from(whole(d.as_str())?).ok()?),
        (Some(year), None) => period(format!("{year:04}-{month:02}")),
        (None, None) => {
            let near = nearest(today, month, 15)?;
            period(near.iso[..7].to_owned())
        }
    }
}

fn numeric_date(c: &Captures<'_>, today: Date) -> Option<Value> {
    let month = i8::try_from(number(c, "month")?).ok()?;
    let day_of_month = i8::try_from(number(c, "day")?).ok()?;
    match c.name("year") {
        Some(year) => day(Date::new(year.as_str().parse().ok()?, month, day_of_month).ok()?),
        None => nearest(today, month, day_of_month),
    }
}

/// `18号`: of the month in which it is closest to today.
fn day_of_month(c: &Captures<'_>, today: Date) -> Option<Value> {
    let wanted = i8::try_from(number(c, "day")?).ok()?;
    let months =
        [-1i64, 0, 1].into_iter().filter_map(|m| today.first_of_month().checked_add(m.months()).ok());
    let dates = months.filter_map(|m| Date::new(m.year(), m.month(), wanted).ok());
    let nearest = dates.min_by_key(|d| d.since(today).map_or(i32::MAX, |span| span.get_days().abs()))?;
    let Some(from) = number(c, "from") else { return day(nearest) };
    let from = Date::new(nearest.year(), nearest.month(), i8::try_from(from).ok()?).ok()?;
    interval(from, wanted)
}

fn distance(today: Date, count: i32, unit: &str) -> Option<Value> {
    let count = i64::from(count);
    let span = match unit {
        "天" | "日" | "day" => count.days(),
        "周" | "星期" | "礼拜" | "week" => count.weeks(),
        "月" | "month" => count.months(),
        _ => count.years(),
    };
    day(today.checked_add(span).ok()?)
}

fn chinese_distance(c: &Captures<'_>, today: Date) -> Option<Value> {
    let sign = if &c["way"] == "前" { -1 } else { 1 };
    if &c["count"] == "半" {
        return match &c["unit"] {
            "月" => shifted(today, sign * 15),
            "年" => distance(today, sign * 6, "month"),
            _ => None,
        };
    }
    distance(today, sign * number(c, "count")?, &c["unit"])
}

fn festival(c: &Captures<'_>, today: Date) -> Option<Value> {
    day(festivals::day_of(&c[0], today)?)
}

fn dotted_date(c: &Captures<'_>, today: Date) -> Option<Value> {
    let part = |name: &str| i8::try_from(number(c, name)?).ok();
    let from = nearest_date(today, part("month")?, part("day")?)?;
    if c.name("month2").is_some() {
        let until = nearest_date(today, part("month2")?, part("day2")?).filter(|until| *until > from)?;
        return period(format!("{from}/{until}"));
    }
    let of_shops = matches!((from.month(), from.day()), (11, 11) | (12, 12) | (6, 18));
    let named = c["span"].ends_with(['号', '日']);
    if of_shops || named || c.name("said").is_some() { day(from) } else { None }
}

/// The first, the fifteenth or the last day.
fn part_of(month: Date, part: &str) -> Option<Value> {
    day(match part {
        "初" | "beginning" | "start" => month.first_of_month(),
        "中旬" | "中" | "middle" => Date::new(month.year(), month.month(), 15).ok()?,
        _ => month.last_of_month(),
    })
}

fn part_of_month(c: &Captures<'_>, today: Date) -> Option<Value> {
    let month = match (c.name("month"), weeks_away(c)) {
        (Some(month), _) => {
            let month = i8::try_from(whole(month.as_str())?).ok()?;
            match c.name("year") {
                Some(year) => Date::new(year_word(year.as_str(), today)?, month, 1).ok()?,
                None => nearest_date(today, month, 1)?,
            }
        }
        (None, away) => today.first_of_month().checked_add(i64::from(away.unwrap_or(0)).months()).ok()?,
    };
    part_of(month, &c["part"])
}

fn year_part(year: i16, part: &str) -> Option<Value> {
    let month = match part {
        "初" | "beginning" | "start" => 1,
        "中" | "middle" => 6,
        _ => 12,
    };
    part_of(Date::new(year, month, 1).ok()?, part)
}

fn part_of_year(c: &Captures<'_>, today: Date) -> Option<Value> {
    let away = match c.name("year").map(|y| y.as_str()) {
        Some("去") => -1,
        Some("明") => 1,
        _ => 0,
    };
    year_part(today.year() + away, &c["part"])
}
