//! What the English calendar expressions mean.

use jiff::ToSpan;
use jiff::civil::Date;
use regex::Captures;

use super::super::whole;
use super::{
    Value, coming, day, distance, monday_of, month_value, nearest, part_of, period, shifted, week_value,
    weeks_away, year_part,
};

pub(super) fn relative_day(c: &Captures<'_>, today: Date) -> Option<Value> {
    let days = match &c["day"] {
        "this" => c.name("part").map(|_| 0)?,
        "tomorrow" => 1,
        "yesterday" | "last night" => -1,
        "day after tomorrow" => 2,
        "day before yesterday" => -2,
        _ => 0,
    };
    shifted(today, days)
}

/// "Friday" is the coming one, "next Friday" that of next week, "last Friday" the one just past.
pub(super) fn weekday(c: &Captures<'_>, today: Date) -> Option<Value> {
    let names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let weekday = i8::try_from(names.iter().position(|n| c["day"].starts_with(n))?).ok()?;
    match c.name("which").map(|w| w.as_str()) {
        Some("last") => {
            let back = (today.weekday().to_monday_zero_offset() - weekday - 1).rem_euclid(7) + 1;
            shifted(today, -i32::from(back))
        }
        Some("next") => shifted(monday_of(today)?, 7 + i32::from(weekday)),
        Some(_) => shifted(monday_of(today)?, i32::from(weekday)),
        None => coming(today, weekday),
    }
}

pub(super) fn near_period(c: &Captures<'_>, today: Date) -> Option<Value> {
    let away = weeks_away(c)?;
    match &c["unit"] {
        "week" => week_value(today, away),
        "month" => month_value(today, away),
        _ => period((i32::from(today.year()) + away).to_string()),
    }
}

pub(super) fn named_date(c: &Captures<'_>, today: Date) -> Option<Value> {
    let names = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let name = c.name("month").or(c.name("month2"))?.as_str();
    let month = i8::try_from(names.iter().position(|n| name.starts_with(n))? + 1).ok()?;
    let day_of_month: i8 = c.name("day").or(c.name("day2"))?.as_str().parse().ok()?;
    match c.name("year").or(c.name("year2")) {
        Some(year) => day(Date::new(year.as_str().parse().ok()?, month, day_of_month).ok()?),
        None => nearest(today, month, day_of_month),
    }
}

pub(super) fn counted(c: &Captures<'_>, today: Date) -> Option<Value> {
    let (word, sign) = match c.name("ago") {
        Some(word) => (word.as_str(), -1),
        None => (c.name("ahead")?.as_str(), 1),
    };
    let words = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
    let count = match word {
        "a" | "an" => 1,
        word => match words.iter().position(|w| *w == word) {
            Some(index) => index as i32 + 1,
            None => whole(word)?,
        },
    };
    distance(today, sign * count, c.name("unit").or(c.name("unit2"))?.as_str())
}

pub(super) fn part(c: &Captures<'_>, today: Date) -> Option<Value> {
    let away = weeks_away(c).unwrap_or(0);
    if &c["unit"] == "year" {
        return year_part(today.year() + i16::try_from(away).ok()?, &c["part"]);
    }
    part_of(today.first_of_month().checked_add(i64::from(away).months()).ok()?, &c["part"])
}
