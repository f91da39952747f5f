//! `rules.toml`: what a rule is written like, and what is wrong with one.

use std::collections::BTreeMap;

use jiff::civil::{Date, Time, Weekday};
use regex::{Regex, RegexBuilder};
use serde::Deserialize;
use toml::Spanned;

use super::conditions::{Hours, When};
use super::{Rule, Then};
use crate::domain::Lang;
use crate::error::{Code, Error, Result};
use crate::text::normalise;

/// Compiled size a rule's expression may have, in bytes.
const LARGEST_REGEX: usize = 1 << 20;
const DAYS: [(&str, Weekday); 7] = [
    ("mon", Weekday::Monday),
    ("tue", Weekday::Tuesday),
    ("wed", Weekday::Wednesday),
    ("thu", Weekday::Thursday),
    ("fri", Weekday::Friday),
    ("sat", Weekday::Saturday),
    ("sun", Weekday::Sunday),
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    rule: Vec<Spanned<RawRule>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRule {
    name: String,
    #[serde(default)]
    priority: i32,
    #[serde(default)]
    lang: Option<Lang>,
    when: RawWhen,
    then: RawThen,
}

#[derive(Deserialize)]
#[serde(default, deny_unknown_fields)]
#[derive(Default)]
struct RawWhen {
    any_keyword: Vec<String>,
    all_keywords: Vec<String>,
    regex: Option<String>,
    intent: Option<String>,
    slots: BTreeMap<String, Vec<String>>,
    time: Option<RawHours>,
    visitor: BTreeMap<String, Vec<String>>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct RawHours {
    days: Vec<String>,
    from: Option<String>,
    to: Option<String>,
    since: Option<String>,
    until: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct RawThen {
    answer: Option<String>,
    form: Option<String>,
    handoff: bool,
    tags: Vec<String>,
    team: Option<String>,
    reason: Option<String>,
}

/// The rules of a file, as they stand there.
pub(super) fn read(text: &str, file: &str) -> Result<Vec<Rule>> {
    let parsed: File = toml::from_str(text)
        .map_err(|e| Error::new(Code::BadConfig, e.to_string().trim_end().to_string()).at(file))?;
    let read = |raw: Spanned<RawRule>| {
        let line = text[..raw.span().start].matches('\n').count() + 1;
        let raw = raw.into_inner();
        let name = raw.name.clone();
        let wrong = |why| Error::new(Code::BadConfig, format!("rule `{name}` {why}"));
        raw.checked(line).map_err(|why| wrong(why).at(format!("{file}, line {line}")))
    };
    parsed.rule.into_iter().map(read).collect()
}

impl RawRule {
    fn checked(self, line: usize) -> std::result::Result<Rule, String> {
        let RawRule { name, priority, lang, when, then } = self;
        let when = when.checked(lang)?;
        if !when.asks_for_something() {
            return Err("has no condition and would always fire: give it one in [rule.when]".to_owned());
        }
        let RawThen { answer, form, handoff, tags, team, reason } = then;
        if reason.is_some() && !handoff {
            return Err("has a reason without handoff = true in [rule.then]".to_owned());
        }
        let then = match (answer, form, handoff) {
            (Some(answer), None, false) if !answer.trim().is_empty() => Some(Then::Answer(answer)),
            (None, Some(form), false) => Some(Then::Form(form)),
            (None, None, true) => Some(Then::Handoff { reason }),
            (None, None, false) => None,
            _ => {
                return Err("must have one of answer, form and handoff = true in [rule.then]".to_owned());
            }
        };
        let tags: Vec<String> = tags.iter().map(|tag| tag.trim().to_owned()).collect();
        if tags.iter().any(String::is_empty) {
            return Err("has an empty tag: remove it".to_owned());
        }
        if then.is_none() && tags.is_empty() && team.is_none() {
            return Err(
                "does nothing: give it an answer, form, handoff, tags or team in [rule.then]".to_owned()
            );
        }
        Ok(Rule { name, priority, then, tags, team, line, when })
    }
}

impl RawWhen {
    fn checked(self, lang: Option<Lang>) -> std::result::Result<When, String> {
        let words = |list: Vec<String>| list.iter().map(|w| normalise(w.trim())).collect::<Vec<_>>();
        let (any_keyword, all_keywords) = (words(self.any_keyword), words(self.all_keywords));
        if any_keyword.iter().chain(&all_keywords).any(String::is_empty) {
            return Err("has an empty keyword: remove it".to_owned());
        }
        let visitor = self.visitor.into_iter().map(|(name, patterns)| {
            let patterns = patterns.iter().map(|p| wildcard(p)).collect::<std::result::Result<_, _>>()?;
            Ok((name, patterns))
        });
        Ok(When {
            lang,
            any_keyword,
            all_keywords,
            regex: self.regex.as_deref().map(compiled).transpose()?,
            intent: self.intent,
            slots: self.slots.into_iter().map(|(name, values)| (name, words(values))).collect(),
            time: self.time.map(RawHours::checked).transpose()?,
            visitor: visitor.collect::<std::result::Result<_, String>>()?,
        })
    }
}

impl RawHours {
    fn checked(self) -> std::result::Result<Hours, String> {
        let day = |name: &String| {
            let found = DAYS.iter().find(|(short, _)| name.eq_ignore_ascii_case(short));
            found.map(|(_, day)| *day).ok_or_else(|| format!("time.days: `{name}` is none of mon to sun"))
        };
        let time = |text: Option<String>| {
            let parse = |text: String| {
                text.parse::<Time>().map_err(|_| format!("time: `{text}` is no time such as 09:00"))
            };
            text.map(parse).transpose()
        };
        let date = |text: Option<String>| {
            let parse = |text: String| {
                text.parse::<Date>().map_err(|_| format!("time: `{text}` is no date such as 2026-11-11"))
            };
            text.map(parse).transpose()
        };
        let days = self.days.iter().map(day).collect::<std::result::Result<_, _>>()?;
        let hours = Hours {
            days,
            from: time(self.from)?,
            to: time(self.to)?,
            since: date(self.since)?,
            until: date(self.until)?,
        };
        if hours == Hours::default() {
            return Err("has a time without days, from, to, since or until".to_owned());
        }
        Ok(hours)
    }
}

fn compiled(text: &str) -> std::result::Result<Regex, String> {
    let built = RegexBuilder::new(text).size_limit(LARGEST_REGEX).build();
    built.map_err(|e| format!("has a regex that does not compile: {e}"))
}

/// A pattern for a whole value, in which `*` stands for anything; capitals do not matter.
fn wildcard(pattern: &str) -> std::result::Result<Regex, String> {
    let parts: Vec<String> = pattern.split('*').map(regex::escape).collect();
    let whole = format!("(?is)^{}$", parts.join(".*"));
    let built = RegexBuilder::new(&whole).size_limit(LARGEST_REGEX).build();
    built.map_err(|e| format!("has a pattern for the visitor that is too long: {e}"))
}
