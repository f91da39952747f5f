//! tau2-bench: each task is told to a simulated customer as "You want to …"; here the customer says it at once.

use serde::Deserialize;
use serde_json::Value;

use super::any_of;
use crate::domain::{Action, Lang};
use crate::eval::suite::{Dialog, Turn};

#[derive(Deserialize)]
pub(super) struct Source {
    id: String,
    domain: String,
    user_scenario: Scenario,
    #[serde(default)]
    actions: Vec<Value>,
    #[serde(default)]
    handoff: bool,
}

#[derive(Deserialize)]
struct Scenario {
    instructions: Instructions,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Instructions {
    Parts {
        #[serde(default)]
        reason_for_call: Option<String>,
    },
    Text(String),
}

/// Longest first: "you are" before "you".
const PERSONS: [(&str, &str); 10] = [
    ("you are", "I am"),
    ("you were", "I was"),
    ("you're", "I'm"),
    ("you've", "I've"),
    ("you'd", "I'd"),
    ("you'll", "I'll"),
    ("yourself", "myself"),
    ("yours", "mine"),
    ("your", "my"),
    ("you", "I"),
];

pub(super) fn dialog(source: Source) -> Option<Dialog> {
    let told = match source.user_scenario.instructions {
        Instructions::Parts { reason_for_call } => reason_for_call?,
        Instructions::Text(text) => text,
    };
    let expect = match (source.handoff, source.actions.is_empty()) {
        (true, _) => any_of(&[Action::Handoff]),
        (false, false) => any_of(&[Action::Business, Action::Clarify]),
        // Nothing is to be done: the policy refuses it, or there is a question to answer.
        (false, true) => any_of(&[Action::Answer, Action::Clarify, Action::Handoff]),
    };
    let id = format!("tau2-{}-{}", source.domain, source.id);
    let turns = vec![Turn { user: in_first_person(told.trim()), expect }];
    Some(Dialog { id, lang: Lang::En, tags: vec![source.domain], turns })
}

fn in_first_person(told: &str) -> String {
    let mut said = String::with_capacity(told.len());
    let mut rest = told;
    while let Some(next) = rest.chars().next() {
        let begins_word = !said.ends_with(|c: char| c.is_alphanumeric() || c == '\'');
        let person = PERSONS.iter().find(|(you, _)| begins_word && starts_with_words(rest, you));
        match person {
            Some((you, i)) => {
                said.push_str(&capital_like(rest, i));
                rest = &rest[you.len()..];
            }
            None => {
                said.push(next);
                rest = &rest[next.len_utf8()..];
            }
        }
    }
    said
}

fn starts_with_words(text: &str, words: &str) -> bool {
    text.get(..words.len()).is_some_and(|start| start.eq_ignore_ascii_case(words))
        && !text[words.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '\'')
}

fn capital_like(text: &str, word: &str) -> String {
    let mut letters = word.chars();
    match letters.next() {
        Some(first) if text.starts_with(char::is_uppercase) => first.to_uppercase().chain(letters).collect(),
        _ => word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_customer_is_told_becomes_what_they_say() {
        let told =
            "You want to return your order. If you're asked why, you'd say it is youthful; it was yours.";
        let said = "I want to return my order. If I'm asked why, I'd say it is youthful; it was mine.";
        assert_eq!(in_first_person(told), said);
    }
}
