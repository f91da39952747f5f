//! `quality.toml`: the checks, and what is wrong with one.

use regex::{Regex, RegexBuilder};
use serde::Deserialize;
use toml::Spanned;

use crate::domain::{SenderKind, Severity};
use crate::error::{Code, Error, Result};
use crate::text::{mention::mentions, normalise};

/// Compiled size a check's expression may have, in bytes.
const LARGEST_REGEX: usize = 1 << 20;

/// Every check of a shop.
#[derive(Clone, Debug, Default)]
pub struct Checks {
    checks: Vec<Check>,
    pub(super) response: Option<Response>,
}

/// Words that are looked for in what somebody says.
#[derive(Clone, Debug)]
pub(super) struct Check {
    pub name: String,
    pub severity: Severity,
    pub note: String,
    /// The bot does not say it.
    pub block: bool,
    who: Vec<SenderKind>,
    words: Vec<String>,
    regex: Option<Regex>,
}

/// How long a visitor may wait for an agent's answer.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Response {
    pub within_s: f64,
    #[serde(default)]
    pub severity: Severity,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    check: Vec<Spanned<RawCheck>>,
    #[serde(default)]
    response: Option<Response>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCheck {
    name: String,
    #[serde(default)]
    severity: Severity,
    #[serde(default)]
    note: String,
    #[serde(default)]
    block: bool,
    who: Vec<SenderKind>,
    #[serde(default)]
    any_keyword: Vec<String>,
    #[serde(default)]
    regex: Option<String>,
}

impl Checks {
    /// Reads checks. `file` is named in errors, with the line.
    ///
    /// # Errors
    /// [`Code::BadConfig`].
    pub fn parse(text: &str, file: &str) -> Result<Self> {
        let parsed: File = toml::from_str(text)
            .map_err(|e| Error::new(Code::BadConfig, e.to_string().trim_end().to_owned()).at(file))?;
        let checks = parsed.check.into_iter().map(|raw| {
            let line = text[..raw.span().start].matches('\n').count() + 1;
            let wrong = |why| Error::new(Code::BadConfig, why).at(format!("{file}, line {line}"));
            raw.into_inner().checked().map_err(wrong)
        });
        Ok(Self { checks: checks.collect::<Result<_>>()?, response: parsed.response })
    }

    /// The checks of what such a sender says.
    pub(super) fn of(&self, kind: SenderKind) -> impl Iterator<Item = &Check> {
        self.checks.iter().filter(move |check| check.who.contains(&kind))
    }
}

impl Check {
    /// The words in a text that it is about, as they were normalised for comparing.
    pub fn find(&self, text: &str) -> Option<String> {
        let folded = normalise(text);
        let word = self.words.iter().find(|word| mentions(&folded, word)).cloned();
        word.or_else(|| Some(self.regex.as_ref()?.find(&folded)?.as_str().to_owned()))
    }
}

impl RawCheck {
    fn checked(self) -> std::result::Result<Check, String> {
        let Self { name, severity, note, block, who, any_keyword, regex } = self;
        let words: Vec<String> = any_keyword.iter().map(|word| normalise(word.trim())).collect();
        if words.iter().any(String::is_empty) {
            return Err(format!("check `{name}` has an empty keyword: remove it"));
        }
        if words.is_empty() && regex.is_none() {
            return Err(format!("check `{name}` looks for nothing: give it any_keyword or regex"));
        }
        if who.is_empty() {
            return Err(format!("check `{name}`: who is any of agent, bot and visitor"));
        }
        let compile = |text: &String| RegexBuilder::new(text).size_limit(LARGEST_REGEX).build();
        let regex = regex.as_ref().map(compile).transpose();
        let regex = regex.map_err(|e| format!("check `{name}`: the regex does not compile: {e}"))?;
        Ok(Check { name, severity, note, block, who, words, regex })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_bad_check_is_named_with_file_and_line() {
        let problem = |text: &str| Checks::parse(text, "quality.toml").unwrap_err().to_string();
        let e = problem("\n[[check]]\nname = \"x\"\nwho = [\"agent\"]\n");
        assert!(e.contains("quality.toml, line 2") && e.contains("`x`"), "{e}");
        let e = problem("[[check]]\nname = \"x\"\nwho = [\"agent\"]\nregex = \"(\"\n");
        assert!(e.contains("line 1") && e.contains("regex"), "{e}");
        let e = problem("[response]\nwithin = 3\n");
        assert!(e.contains("within"), "{e}");
    }
}
