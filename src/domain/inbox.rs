//! Where visitors come in.

use jiff::civil::{Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan, Zoned};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Lang, TeamId};

/// A door of the shop: a site, an app, a channel.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = InboxSettings)]
pub struct Inbox {
    /// What visitors' clients name it by.
    pub id: String,
    pub name: String,
    /// What visitors are greeted with; the shop's own greeting when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub greeting: Option<Greeting>,
    /// When people are there; always when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub office_hours: Option<OfficeHours>,
    /// Pages that may open it, as origins such as `https://shop.example`; any when empty.
    #[serde(default)]
    pub allowed_origins: Vec<String>,
    /// Who gets what no skill claims.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team_id: Option<TeamId>,
    #[serde(default)]
    pub assignment: Assignment,
    #[schema(value_type = String, format = "date-time")]
    pub created_at: Timestamp,
    #[schema(value_type = String, format = "date-time")]
    pub updated_at: Timestamp,
}

/// How what waits finds an agent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Assignment {
    /// Agents take it themselves.
    Manual,
    /// It is given to whoever has room.
    #[default]
    Auto,
}

/// A greeting in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Greeting {
    pub zh: String,
    pub en: String,
}

/// When people are there, week by week.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OfficeHours {
    /// A name of the time zone database, such as `Asia/Shanghai`.
    pub timezone: String,
    pub hours: Vec<Opening>,
}

/// From when to when on which days. `to` before `from` is the next day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Opening {
    pub days: Vec<Day>,
    /// `09:00`
    #[schema(value_type = String)]
    pub from: Time,
    /// `18:00`
    #[schema(value_type = String)]
    pub to: Time,
}

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Day {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}

impl Day {
    fn of(day: Weekday) -> Self {
        match day {
            Weekday::Monday => Day::Mon,
            Weekday::Tuesday => Day::Tue,
            Weekday::Wednesday => Day::Wed,
            Weekday::Thursday => Day::Thu,
            Weekday::Friday => Day::Fri,
            Weekday::Saturday => Day::Sat,
            Weekday::Sunday => Day::Sun,
        }
    }

    fn name(self, lang: Lang) -> &'static str {
        let (zh, en) = match self {
            Day::Mon => ("周一", "Mon"),
            Day::Tue => ("周二", "Tue"),
            Day::Wed => ("周三", "Wed"),
            Day::Thu => ("周四", "Thu"),
            Day::Fri => ("周五", "Fri"),
            Day::Sat => ("周六", "Sat"),
            Day::Sun => ("周日", "Sun"),
        };
        lang.pick(zh, en)
    }
}

impl OfficeHours {
    /// Whether people are there at this moment. A time zone that is not known counts as open.
    pub fn open_at(&self, now: Timestamp) -> bool {
        let Ok(zone) = TimeZone::get(&self.timezone) else { return true };
        let here = now.to_zoned(zone);
        self.hours.iter().any(|opening| opening.holds(&here))
    }

    /// The hours for people: `周一、周二 09:00–18:00`.
    pub fn in_words(&self, lang: Lang) -> String {
        let opening = |opening: &Opening| {
            let days: Vec<_> = opening.days.iter().map(|day| day.name(lang)).collect();
            let (from, to) = (opening.from.strftime("%H:%M"), opening.to.strftime("%H:%M"));
            format!("{} {from}–{to}", days.join(lang.pick("、", ", ")))
        };
        self.hours.iter().map(opening).collect::<Vec<_>>().join(lang.pick("；", "; "))
    }
}

impl Opening {
    fn holds(&self, here: &Zoned) -> bool {
        let today = self.days.contains(&Day::of(here.weekday()));
        let time = here.time();
        if self.from <= self.to {
            return today && (self.from..self.to).contains(&time);
        }
        let yesterday =
            here.checked_sub(1.day()).is_ok_and(|before| self.days.contains(&Day::of(before.weekday())));
        (today && time >= self.from) || (yesterday && time < self.to)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn hours(json: serde_json::Value) -> OfficeHours {
        serde_json::from_value(json).unwrap()
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn hours_are_those_of_the_shops_own_clock() {
        let week = serde_json::json!({"timezone": "Asia/Shanghai",
            "hours": [{"days": ["mon", "fri"], "from": "09:00", "to": "18:00"}]});
        let week = hours(week);
        // Monday the 23rd of November 2026, 09:00 in Shanghai.
        assert!(week.open_at(at("2026-11-23T01:00:00Z")));
        assert!(!week.open_at(at("2026-11-23T00:59:59Z")));
        assert!(!week.open_at(at("2026-11-23T10:00:00Z")));
        assert!(!week.open_at(at("2026-11-24T02:00:00Z")), "not on Tuesdays");
        assert_eq!(week.in_words(Lang::Zh), "周一、周五 09:00–18:00");
        assert_eq!(week.in_words(Lang::En), "Mon, Fri 09:00–18:00");
    }

    #[test]
    fn a_night_shift_goes_on_after_midnight() {
        let night = serde_json::json!({"timezone": "UTC", "hours": [{"days": ["sat"], "from": "22:00", "to": "06:00"}]});
        let night = hours(night);
        assert!(night.open_at(at("2026-11-21T23:00:00Z")) && night.open_at(at("2026-11-22T05:59:00Z")));
        assert!(!night.open_at(at("2026-11-21T05:00:00Z")) && !night.open_at(at("2026-11-22T06:00:00Z")));
    }
}
