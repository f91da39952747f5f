//! The shop's rules: read from `rules.toml`, checked, and matched against a message.
//!
//! A rule fires when everything in its `when` holds. Of the rules that fire, the one with the highest priority that says
//! what to do decides; tags and team count of all of them. Regular expressions run in linear time, so a rule written by
//! hand cannot stall a turn.

mod conditions;
mod declare;

use std::collections::BTreeMap;

use jiff::civil::DateTime;

use crate::domain::{Lang, RuleReport, Slot};
use crate::error::Result;
use conditions::When;

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
    /// What to do; a rule without it only puts tags or names a team.
    pub then: Option<Then>,
    /// Put on the conversation.
    pub tags: Vec<String>,
    /// Who should get the conversation, if a person does.
    pub team: Option<String>,
    /// Line of the file it begins on.
    pub line: usize,
    when: When,
}

/// What a rule does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Then {
    /// Says this, word for word.
    Answer(String),
    /// Starts this form.
    Form(String),
    /// Brings a person; the reason is for the agents.
    Handoff { reason: Option<String> },
}

/// What rules look at.
#[derive(Clone, Copy, Debug)]
pub struct Message<'a> {
    /// Normalised by [`crate::text::normalise`].
    pub text: &'a str,
    pub lang: Lang,
    /// Name of the best intent, if there is one.
    pub intent: Option<&'a str>,
    pub circumstances: &'a Circumstances,
}

/// What is known about a message beside its words.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Circumstances {
    pub slots: Vec<Slot>,
    /// By the shop's clock.
    pub now: DateTime,
    /// Attributes of the visitor by name: `signed_in`, `locale`, `page`, and what a program says of its own.
    pub visitor: BTreeMap<String, String>,
}

impl Rules {
    /// Reads rules. `file` is named in errors, with the line.
    ///
    /// # Errors
    /// [`crate::error::Code::BadConfig`] for TOML that cannot be read, a rule that could never or would always fire or
    /// does nothing, and a regular expression that does not compile.
    pub fn parse(text: &str, file: &str) -> Result<Self> {
        let mut rules = declare::read(text, file)?;
        rules.sort_by_key(|rule: &Rule| std::cmp::Reverse(rule.priority));
        Ok(Self { rules })
    }

    /// The rules that fire, the highest priority first.
    pub fn fired<'a>(&'a self, message: Message<'a>) -> impl Iterator<Item = &'a Rule> {
        self.rules.iter().filter(move |rule| rule.when.holds(message))
    }

    /// Every rule, the highest priority first.
    pub fn all(&self) -> &[Rule] {
        &self.rules
    }
}

impl Rule {
    /// What it does, for people who ask why; `decides` when this rule said what to do.
    pub fn report(&self, decides: bool) -> RuleReport {
        let then = self.then.as_ref().map(|then| match then {
            Then::Answer(_) => "answer".to_owned(),
            Then::Form(form) => format!("form {form}"),
            Then::Handoff { reason: None } => "handoff".to_owned(),
            Then::Handoff { reason: Some(reason) } => format!("handoff ({reason})"),
        });
        let tags = self.tags.iter().map(|tag| format!("tag {tag}"));
        let does = then.into_iter().chain(tags).chain(self.team.iter().map(|team| format!("team {team}")));
        RuleReport { name: self.name.clone(), priority: self.priority, decides, does: does.collect() }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::text::normalise;

    fn message(text: &str) -> String {
        normalise(text)
    }

    fn first(rules: &Rules, text: &str) -> Option<String> {
        let text = message(text);
        let circumstances = Circumstances::default();
        let message = Message { text: &text, lang: Lang::Zh, intent: None, circumstances: &circumstances };
        rules.fired(message).next().map(|r| r.name.clone())
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
        assert_eq!(first(&rules, "吃了你们的虾拉肚子，我找律师"), Some("injury".into()));
        assert_eq!(first(&rules, "我要找律師"), Some("law".into()), "traditional characters meet");
        assert_eq!(first(&rules, "I will SUE YOU"), Some("law".into()));
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
    fn a_rule_that_does_nothing_or_two_things_is_refused() {
        let rule = |then: &str| {
            let text = format!("[[rule]]\nname = \"x\"\n[rule.when]\nintent = \"a\"\n[rule.then]\n{then}");
            Rules::parse(&text, "rules.toml").map(|rules| rules.rules.len()).map_err(|e| e.to_string())
        };
        assert!(rule("").unwrap_err().contains("does nothing"));
        assert!(rule("answer = \"a\"\nform = \"f\"").unwrap_err().contains("one of"));
        assert_eq!(rule("tags = [\"vip\"]\nteam = \"gold\""), Ok(1));
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
        assert!(rules.all().len() >= 8);
        assert_eq!(first(&rules, "吃了你们家三文鱼，全家上吐下泻在医院"), Some("injury".into()));
    }
}
