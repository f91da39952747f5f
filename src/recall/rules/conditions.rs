//! When a rule fires: words, intent, slots, time and what is known of the visitor. What is given must all hold.

use std::collections::BTreeMap;

use jiff::civil::{Date, DateTime, Time, Weekday};
use regex::Regex;

use super::Message;
use crate::domain::{Lang, Slot};
use crate::text::{mention::mentions, normalise};

/// Everything a rule asks of a message.
#[derive(Clone, Debug, Default)]
pub(super) struct When {
    pub lang: Option<Lang>,
    /// Normalised; one of them is enough. Latin words are found as whole words.
    pub any_keyword: Vec<String>,
    /// Normalised; every one.
    pub all_keywords: Vec<String>,
    pub regex: Option<Regex>,
    pub intent: Option<String>,
    /// Values by slot, normalised; an empty list is met by any value.
    pub slots: BTreeMap<String, Vec<String>>,
    pub time: Option<Hours>,
    /// Patterns by attribute; one of them has to fit.
    pub visitor: BTreeMap<String, Vec<Regex>>,
}

/// A part of the week or of the calendar, by the shop's clock.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Hours {
    /// Every day when empty.
    pub days: Vec<Weekday>,
    /// From this time on.
    pub from: Option<Time>,
    /// Before this time; earlier than `from` means after midnight.
    pub to: Option<Time>,
    /// First and last day.
    pub since: Option<Date>,
    pub until: Option<Date>,
}

impl When {
    /// Whether all of it holds.
    pub fn holds(&self, message: Message<'_>) -> bool {
        let Message { text, lang, intent, circumstances } = message;
        self.lang.is_none_or(|wanted| wanted == lang)
            && self.intent.as_deref().is_none_or(|wanted| intent == Some(wanted))
            && (self.any_keyword.is_empty() || self.any_keyword.iter().any(|w| mentions(text, w)))
            && self.all_keywords.iter().all(|w| mentions(text, w))
            && self.slots.iter().all(|(name, values)| is_said(&circumstances.slots, name, values))
            && self.time.as_ref().is_none_or(|hours| hours.contain(circumstances.now))
            && self.visitor.iter().all(|(name, patterns)| {
                let value = circumstances.visitor.get(name);
                value.is_some_and(|value| patterns.iter().any(|pattern| pattern.is_match(value)))
            })
            && self.regex.as_ref().is_none_or(|regex| regex.is_match(text))
    }

    /// Whether it asks for anything that a message may lack; a language alone does not count.
    pub fn asks_for_something(&self) -> bool {
        !(self.any_keyword.is_empty()
            && self.all_keywords.is_empty()
            && self.regex.is_none()
            && self.intent.is_none()
            && self.slots.is_empty()
            && self.time.is_none()
            && self.visitor.is_empty())
    }
}

impl Hours {
    fn contain(&self, now: DateTime) -> bool {
        let (date, time) = (now.date(), now.time());
        let after = self.from.is_none_or(|from| time >= from);
        let before = self.to.is_none_or(|to| time < to);
        let over_midnight = matches!((self.from, self.to), (Some(from), Some(to)) if to < from);
        (self.days.is_empty() || self.days.contains(&date.weekday()))
            && (if over_midnight { after || before } else { after && before })
            && self.since.is_none_or(|since| date >= since)
            && self.until.is_none_or(|until| date <= until)
    }
}

fn is_said(slots: &[Slot], name: &str, values: &[String]) -> bool {
    let mut said = slots.iter().filter(|slot| slot.name == name);
    said.any(|slot| values.is_empty() || values.contains(&normalise(slot.value.trim())))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::recall::rules::{Circumstances, Rules};

    fn fires(when: &str, circumstances: &Circumstances) -> bool {
        let text = format!("[[rule]]\nname = \"x\"\n[rule.when]\n{when}\n[rule.then]\ntags = [\"t\"]\n");
        let rules = Rules::parse(&text, "rules.toml").unwrap();
        let message = Message { text: "退货", lang: Lang::Zh, intent: None, circumstances };
        rules.fired(message).next().is_some()
    }

    fn at(now: &str) -> Circumstances {
        Circumstances { now: now.parse().unwrap(), ..Circumstances::default() }
    }

    #[test]
    fn hours_are_those_of_the_shops_clock_and_may_pass_midnight() {
        let night = "time = { from = \"22:00\", to = \"09:00\" }";
        for (now, fired) in [
            ("2026-11-21T23:30", true),
            ("2026-11-21T08:59", true),
            ("2026-11-21T09:00", false),
            ("2026-11-21T21:59", false),
        ] {
            assert_eq!(fires(night, &at(now)), fired, "{now}");
        }
        let weekend = "time = { days = [\"sat\", \"sun\"] }";
        assert!(fires(weekend, &at("2026-11-21T12:00")) && !fires(weekend, &at("2026-11-23T12:00")));
        let sale = "time = { since = \"2026-11-10\", until = \"2026-11-11\" }";
        assert!(fires(sale, &at("2026-11-11T23:59")) && !fires(sale, &at("2026-11-12T00:00")));
    }

    #[test]
    fn slots_and_attributes_of_the_visitor_are_looked_at() {
        let slot = |name: &str, value: &str| Slot {
            name: name.into(),
            value: value.into(),
            raw: value.into(),
            start: 0,
            end: 1,
            confidence: 0.9,
        };
        let known = Circumstances {
            slots: vec![slot("product", "电饭煲")],
            visitor: BTreeMap::from([
                ("signed_in".into(), "yes".into()),
                ("page".into(), "https://shop.example/checkout/pay".into()),
            ]),
            ..Circumstances::default()
        };
        assert!(fires("slots = { product = [] }", &known));
        assert!(fires("slots = { product = [\"电饭煲\", \"水壶\"] }", &known));
        assert!(!fires("slots = { product = [\"水壶\"] }", &known));
        assert!(fires("visitor = { page = [\"*/checkout/*\"], signed_in = [\"yes\"] }", &known));
        assert!(!fires("visitor = { page = [\"*/checkout\"] }", &known), "a pattern fits the whole value");
        assert!(!fires("visitor = { level = [\"*\"] }", &known), "what is not known never holds");
    }
}
