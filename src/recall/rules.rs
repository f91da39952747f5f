//! The shop's rules: read from `rules.toml`, checked, and matched against a message.
//!
//! A rule fires when everything in its `when` holds. Regular expressions run in linear time, so a rule written by
//! hand cannot stall a turn. Words are compared after normalising, Latin ones as whole words.

use regex::{Regex, RegexBuilder};
use serde::Deserialize;
use toml::Spanned;

use crate::domain::Lang;
use crate::error::{Code, Error, Result};
use crate::text::{mention::mentions, normalise};

/// Compiled size a rule's expression may have, in bytes.
const LARGEST_REGEX: usize = 1 << 20;

/// All rules of a shop, the one with the highest priority first.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    rules: Vec<Rule>,
}

/// One rule.
#[derive(Clone, Debug)]
pub struct Rule {
    pub name: String,
    pub priority: i32,
    pub then: Then,
    lang: Option<Lang>,
    any_keyword: Vec<String>,
    all_keywords: Vec<String>,
    regex: Option<Regex>,
    intent: Option<String>,
}

/// What a rule does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Then {
    /// Says this, word for word.
    Answer(String),
    /// Brings a person of this team; the reason is for the agents.
    Handoff { team: Option<String>, reason: Option<String> },
}

/// What rules look at.
#[derive(Clone, Copy, Debug)]
pub struct Message<'a> {
    /// Normalised by [`normalise`].
    pub text: &'a str,
    pub lang: Lang,
    /// Name of the best intent, if there is one.
    pub intent: Option<&'a str>,
}

impl Rules {
    /// Reads rules. `file` is named in errors, with the line.
    ///
    /// # Errors
    /// [`Code::BadConfig`] for TOML that cannot be read, a rule that could never or would always fire, and a
    /// regular expression that does not compile.
    pub fn parse(text: &str, file: &str) -> Result<Self> {
        let parsed: File = toml::from_str(text)
            .map_err(|e| Error::new(Code::BadConfig, e.to_string().trim_end().to_string()).at(file))?;
        let mut rules = Vec::with_capacity(parsed.rule.len());
        for raw in parsed.rule {
            let line = text[..raw.span().start].matches('\n').count() + 1;
            let rule = raw.into_inner().checked();
            rules.push(
                rule.map_err(|why| Error::new(Code::BadConfig, why).at(format!("{file}, line {line}")))?,
            );
        }
        rules.sort_by_key(|rule: &Rule| std::cmp::Reverse(rule.priority));
        Ok(Self { rules })
    }

    /// The rule that decides about this message: the first that fires.
    pub fn first(&self, message: Message<'_>) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.fires(message))
    }

    /// Number of rules.
    pub fn len(&self) -> usize {
        self.rules.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }
}

impl Rule {
    fn fires(&self, message: Message<'_>) -> bool {
        self.lang.is_none_or(|lang| lang == message.lang)
            && self.intent.as_deref().is_none_or(|intent| message.intent == Some(intent))
            && (self.any_keyword.is_empty() || self.any_keyword.iter().any(|w| mentions(message.text, w)))
            && self.all_keywords.iter().all(|w| mentions(message.text, w))
            && self.regex.as_ref().is_none_or(|regex| regex.is_match(message.text))
    }
}

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
#[serde(deny_unknown_fields)]
struct RawWhen {
    #[serde(default)]
    any_keyword: Vec<String>,
    #[serde(default)]
    all_keywords: Vec<String>,
    #[serde(default)]
    regex: Option<String>,
    #[serde(default)]
    intent: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawThen {
    #[serde(default)]
    answer: Option<String>,
    #[serde(default)]
    handoff: bool,
    #[serde(default)]
    team: Option<String>,
    #[serde(default)]
    reason: Option<String>,
}

impl RawRule {
    fn checked(self) -> Result<Rule, String> {
        let RawRule { name, priority, lang, when, then } = self;
        let words = |list: Vec<String>| list.iter().map(|w| normalise(w.trim())).collect::<Vec<_>>();
        let (any_keyword, all_keywords) = (words(when.any_keyword), words(when.all_keywords));
        if any_keyword.iter().chain(&all_keywords).any(String::is_empty) {
            return Err(format!("rule `{name}` has an empty keyword: remove it"));
        }
        let regex = when.regex.map(|text| compiled(&name, &text)).transpose()?;
        if any_keyword.is_empty() && all_keywords.is_empty() && regex.is_none() && when.intent.is_none() {
            return Err(format!(
                "rule `{name}` has no condition and would always fire: give it one in [rule.when]"
            ));
        }
        let then = match (then.answer, then.handoff) {
            (Some(answer), false) if !answer.trim().is_empty() => Then::Answer(answer),
            (None, true) => Then::Handoff { team: then.team, reason: then.reason },
            _ => {
                return Err(format!(
                    "rule `{name}` must have either an answer or handoff = true in [rule.then]"
                ));
            }
        };
        Ok(Rule { name, priority, then, lang, any_keyword, all_keywords, regex, intent: when.intent })
    }
}

fn compiled(name: &str, text: &str) -> Result<Regex, String> {
    RegexBuilder::new(text)
        .size_limit(LARGEST_REGEX)
        .build()
        .map_err(|e| format!("rule `{name}`: the regex does not compile: {e}"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn message(text: &str) -> String {
        normalise(text)
    }

    fn first<'a>(rules: &'a Rules, text: &str) -> Option<&'a str> {
        let text = message(text);
        rules.first(Message { text: &text, lang: Lang::Zh, intent: None }).map(|r| r.name.as_str())
    }

    const TWO: &str = r#"
[[rule]]
name = "law"
priority = 10
[rule.when]
any_keyword = ["律师", "sue you"]
[rule.then]
handoff = true
team = "complaints"

[[rule]]
name = "injury"
priority = 20
[rule.when]
regex = "吃(了|完).{0,8}拉肚子"
[rule.then]
answer = "请先就医。"
"#;

    #[test]
    fn the_rule_with_the_highest_priority_decides() {
        let rules = Rules::parse(TWO, "rules.toml").unwrap();
        assert_eq!(first(&rules, "吃了你们的虾拉肚子，我找律师"), Some("injury"));
        assert_eq!(first(&rules, "我要找律師"), Some("law"), "traditional characters meet");
        assert_eq!(first(&rules, "I will SUE YOU"), Some("law"));
        assert_eq!(first(&rules, "运费多少"), None);
    }

    #[test]
    fn a_bad_rule_is_named_with_file_and_line() {
        let text = format!(
            "{TWO}\n[[rule]]\nname = \"x\"\n[rule.when]\nregex = \"(\"\n[rule.then]\nanswer = \"a\"\n"
        );
        let e = Rules::parse(&text, "rules.toml").unwrap_err();
        assert!(e.detail().contains("rules.toml, line 19") && e.detail().contains("`x`"), "{e}");
    }

    #[test]
    fn a_rule_without_a_condition_is_refused() {
        let text = "[[rule]]\nname = \"x\"\n[rule.when]\n[rule.then]\nanswer = \"a\"\n";
        assert!(Rules::parse(text, "rules.toml").unwrap_err().detail().contains("always fire"));
    }

    #[test]
    fn the_sample_shops_rules_compile() {
        let text =
            std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/knowledge/rules.toml")).unwrap();
        let rules = Rules::parse(&text, "rules.toml").unwrap();
        assert!(rules.len() >= 8);
        assert_eq!(first(&rules, "吃了你们家三文鱼，全家上吐下泻在医院"), Some("injury"));
    }
}
