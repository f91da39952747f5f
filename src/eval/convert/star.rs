//! STAR: what the agent did next tells what was expected of a turn.

use serde::Deserialize;

use super::any_of;
use crate::domain::{Action, Lang};
use crate::eval::suite::{Dialog, Expect, Turn};

#[derive(Deserialize)]
pub(super) struct Source {
    id: u64,
    #[serde(default)]
    tasks: Vec<String>,
    turns: Vec<SourceTurn>,
}

#[derive(Deserialize)]
struct SourceTurn {
    role: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    action: Option<String>,
}

pub(super) fn dialog(source: Source) -> Option<Dialog> {
    let mut turns = Vec::new();
    for (index, turn) in source.turns.iter().enumerate().filter(|(_, t)| t.role == "user") {
        let next = source.turns[index + 1..].iter().take_while(|t| t.role != "user");
        let done = next.filter(|t| t.role == "agent").find_map(|t| t.action.as_deref());
        let expect = done.map(expect).unwrap_or_default();
        turns.push(Turn { user: turn.text.clone(), expect });
    }
    let id = format!("star-{}", source.id);
    (!turns.is_empty()).then_some(Dialog { id, lang: Lang::En, tags: source.tasks, turns })
}

fn expect(action: &str) -> Expect {
    let social = ["hello", "goodbye_1", "goodbye_2", "anything_else"].contains(&action);
    match action {
        _ if social || action.ends_with("_bye") => any_of(&[Action::Smalltalk]),
        "out_of_scope" => any_of(&[Action::Clarify, Action::Handoff]),
        // Written by hand, outside the task.
        "custom" => Expect::default(),
        _ if action.contains("ask") => any_of(&[Action::Business, Action::Clarify]),
        _ => any_of(&[Action::Business, Action::Answer]),
    }
}
