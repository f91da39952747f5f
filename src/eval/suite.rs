//! Dialog suites: labelled dialogs as JSON lines, read with errors that name the line.
//!
//! A label that is misspelt would silently not be checked, so unknown keys of turns and expectations are errors;
//! every faulty line of a file is reported at once.

use std::collections::{BTreeMap, HashSet};

use serde::{Deserialize, Deserializer, Serialize};

use crate::domain::{Action, Lang};
use crate::error::{Error, Result};

/// So many faults of one file are listed; the rest are counted.
const FAULTS_SHOWN: usize = 10;

/// One labelled dialog: what a visitor says, turn by turn, and what is expected each time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Dialog {
    /// Names the dialog across all suites of a run and across runs.
    pub id: String,
    pub lang: Lang,
    /// Kind and style; reports have a row for each.
    #[serde(default)]
    pub tags: Vec<String>,
    pub turns: Vec<Turn>,
}

/// One thing the visitor says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Turn {
    pub user: String,
    #[serde(default)]
    pub expect: Expect,
}

/// What a turn should come to. What is not given is not checked.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expect {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<Action>,
    /// Every accepted action; `action` is the best of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub action_any: Vec<Action>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intent: Option<String>,
    /// Slot name → value. `[{"name", "value"}]` is read as well.
    #[serde(default, deserialize_with = "slots", skip_serializing_if = "BTreeMap::is_empty")]
    pub slots: BTreeMap<String, String>,
    /// Names of the documents that answer; citing any of them counts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gold_docs: Vec<String>,
    /// The passages that answer, as `file#heading`. For those who label; the engine is not held to section names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gold_sections: Vec<String>,
    /// Every group must be met: one of its alternatives occurs in the text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub must_contain_any: Vec<Vec<String>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub must_not_contain: Vec<String>,
}

impl Expect {
    /// The accepted actions, the best one first; empty when no action is labelled.
    pub fn accepted(&self) -> Vec<Action> {
        let others = self.action_any.iter().copied().filter(|a| Some(*a) != self.action);
        self.action.into_iter().chain(others).collect()
    }

    /// Whether an answer from the documents is accepted.
    pub fn accepts_answer(&self) -> bool {
        self.accepted().contains(&Action::Answer)
    }
}

/// Reads one suite; `name` is the file's, for messages.
///
/// # Errors
/// Lists the faulty lines with what is wrong in each.
pub fn read(name: &str, content: &str) -> Result<Vec<Dialog>> {
    let mut dialogs: Vec<Dialog> = Vec::new();
    let mut seen = HashSet::new();
    let mut faults = Vec::new();
    for (index, line) in content.trim_start_matches('\u{feff}').lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        match read_line(line) {
            Ok(dialog) if !seen.insert(dialog.id.clone()) => {
                faults.push(format!("line {}: the id `{}` is used twice", index + 1, dialog.id));
            }
            Ok(dialog) => dialogs.push(dialog),
            Err(problem) => faults.push(format!("line {}: {problem}", index + 1)),
        }
    }
    if !faults.is_empty() {
        return Err(Error::invalid(format!("{name}: {}", listed(&faults))));
    }
    if dialogs.is_empty() {
        return Err(Error::invalid(format!(
            "{name}: there is no dialog in it; a suite has one JSON object a line"
        )));
    }
    Ok(dialogs)
}

/// Puts suites together; comparing runs pairs turns by id, so an id may stand in one suite only.
pub fn join(suites: Vec<(String, Vec<Dialog>)>) -> Result<Vec<Dialog>> {
    let mut home: BTreeMap<String, String> = BTreeMap::new();
    let mut all = Vec::new();
    for (name, dialogs) in suites {
        for dialog in dialogs {
            if let Some(other) = home.insert(dialog.id.clone(), name.clone()) {
                let id = &dialog.id;
                return Err(Error::invalid(format!(
                    "the dialog id `{id}` stands in {other} and in {name}: give one of them another id"
                )));
            }
            all.push(dialog);
        }
    }
    Ok(all)
}

/// `faults` as one sentence, the first ten in full.
pub(super) fn listed(faults: &[String]) -> String {
    let shown = faults.iter().take(FAULTS_SHOWN).map(String::as_str).collect::<Vec<_>>().join("; ");
    match faults.len().saturating_sub(FAULTS_SHOWN) {
        0 => shown,
        more => format!("{shown}; and {more} more"),
    }
}

/// Reads one JSON line; the message names the column, since the caller names the line.
pub(super) fn parse<'a, T: Deserialize<'a>>(line: &'a str) -> Result<T, String> {
    serde_json::from_str(line).map_err(|e| {
        let message = e.to_string();
        let what = message.split(" at line ").next().unwrap_or(&message);
        format!("{what} (column {})", e.column())
    })
}

fn read_line(line: &str) -> Result<Dialog, String> {
    let dialog: Dialog = parse(line)?;
    if dialog.id.trim().is_empty() {
        return Err("`id` is empty".into());
    }
    if dialog.turns.is_empty() {
        return Err("`turns` is empty".into());
    }
    for (index, turn) in dialog.turns.iter().enumerate() {
        check(turn).map_err(|problem| format!("turn {}: {problem}", index + 1))?;
    }
    Ok(dialog)
}

fn check(turn: &Turn) -> Result<(), String> {
    let expect = &turn.expect;
    if turn.user.trim().is_empty() {
        return Err("`user` is empty".into());
    }
    if let Some(action) = expect.action
        && !expect.action_any.is_empty()
        && !expect.action_any.contains(&action)
    {
        return Err("`action` is not among `action_any`, which lists every accepted action".into());
    }
    if expect.action.is_none() && !expect.action_any.is_empty() {
        return Err("`action_any` needs `action`, the best of them".into());
    }
    if expect.must_contain_any.iter().any(Vec::is_empty) {
        return Err("a group of `must_contain_any` has no alternatives, so nothing can meet it".into());
    }
    let mut words = expect.must_contain_any.iter().flatten().chain(&expect.must_not_contain);
    if words.any(|word| word.trim().is_empty()) {
        return Err("an empty text in `must_contain_any` or `must_not_contain` occurs everywhere".into());
    }
    Ok(())
}

fn slots<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, String>, D::Error> {
    #[derive(Deserialize)]
    struct Named {
        name: String,
        value: String,
    }
    #[derive(Deserialize)]
    #[serde(untagged, expecting = "`slots` maps slot names to texts")]
    enum Written {
        Map(BTreeMap<String, String>),
        List(Vec<Named>),
    }
    Ok(match Written::deserialize(deserializer)? {
        Written::Map(map) => map,
        Written::List(list) => list.into_iter().map(|s| (s.name, s.value)).collect(),
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn a_dialog_is_read_with_its_expectations() {
        let line = r#"{"id":"d1","lang":"zh","tags":["table"],"note":"free","turns":[{"user":"寄到西藏多少","expect":{"action":"handoff","action_any":["handoff","clarify"],"slots":[{"name":"city","value":"拉萨"}]}}]}"#;
        let dialogs = read("s.jsonl", &format!("\u{feff}\n{line}\n")).unwrap();
        let expect = &dialogs[0].turns[0].expect;
        assert_eq!(expect.accepted(), [Action::Handoff, Action::Clarify]);
        assert_eq!(expect.slots["city"], "拉萨");
        assert!(!expect.accepts_answer());
    }

    #[test]
    fn every_faulty_line_is_named_with_what_is_wrong() {
        let content = [
            r#"{"id":"a","lang":"zh","turns":[{"user":"x","expect":{"must_contains":["y"]}}]}"#,
            r#"{"id":"b","lang":"fr","turns":[{"user":"x"}]}"#,
            r#"{"id":"c","lang":"zh","turns":[]}"#,
            r#"{"id":"d","lang":"zh","turns":[{"user":"x","expect":{"must_contain_any":[["y"],[]]}}]}"#,
            r#"{"id":"e","lang":"zh","turns":[{"user":"x","expect":{"action":"answer","action_any":["clarify"]}}]}"#,
            r#"{"id":"f","lang":"zh","turns":[{"user":" "}]}"#,
            r#"{"id":"g","lang":"en","turns":[{"user":"x"}]}"#,
            r#"{"id":"g","lang":"en","turns":[{"user":"y"}]}"#,
        ]
        .join("\n");
        let error = read("s.jsonl", &content).unwrap_err();
        insta::assert_snapshot!(error.detail().replace("; line", "\nline"), @r"
        s.jsonl: line 1: unknown field `must_contains`, expected one of `action`, `action_any`, `intent`, `slots`, `gold_docs`, `gold_sections`, `must_contain_any`, `must_not_contain` (column 68)
        line 2: unknown variant `fr`, expected `zh` or `en` (column 21)
        line 3: `turns` is empty
        line 4: turn 1: a group of `must_contain_any` has no alternatives, so nothing can meet it
        line 5: turn 1: `action` is not among `action_any`, which lists every accepted action
        line 6: turn 1: `user` is empty
        line 8: the id `g` is used twice
        ");
    }

    #[test]
    fn an_empty_suite_is_an_error() {
        assert!(read("s.jsonl", "\n \n").unwrap_err().detail().contains("no dialog"));
    }

    #[test]
    fn one_id_in_two_suites_names_both() {
        let one = read("a", r#"{"id":"d","lang":"zh","turns":[{"user":"x"}]}"#).unwrap();
        let error = join(vec![("a".into(), one.clone()), ("b".into(), one)]).unwrap_err();
        assert_eq!(error.detail(), "the dialog id `d` stands in a and in b: give one of them another id");
    }
}
