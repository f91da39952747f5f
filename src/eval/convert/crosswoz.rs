//! CrossWOZ: what a visitor tells (`Inform`) are slots, named `domain-slot`; mere greetings and thanks are small talk.

use serde::Deserialize;

use super::any_of;
use crate::domain::{Action, Lang};
use crate::eval::suite::{Dialog, Expect, Turn};

#[derive(Deserialize)]
pub(super) struct Source {
    id: String,
    #[serde(rename = "type", default)]
    kind: String,
    turns: Vec<SourceTurn>,
}

#[derive(Deserialize)]
struct SourceTurn {
    role: String,
    text: String,
    /// Act, domain, slot, value.
    #[serde(default)]
    acts: Vec<(String, String, String, String)>,
}

pub(super) fn dialog(source: Source) -> Option<Dialog> {
    let visitor = source.turns.into_iter().filter(|turn| turn.role == "user");
    let turns: Vec<Turn> = visitor.map(|turn| Turn { expect: expect(&turn), user: turn.text }).collect();
    let tags = Some(source.kind).filter(|kind| !kind.is_empty()).into_iter().collect();
    (!turns.is_empty()).then(|| Dialog { id: format!("crosswoz-{}", source.id), lang: Lang::Zh, tags, turns })
}

fn expect(turn: &SourceTurn) -> Expect {
    let social = !turn.acts.is_empty() && turn.acts.iter().all(|(act, ..)| act == "General");
    if social {
        return any_of(&[Action::Smalltalk]);
    }
    let asks = turn.acts.iter().any(|(act, ..)| act == "Request");
    let mut expect =
        if asks { any_of(&[Action::Business, Action::Answer, Action::Clarify]) } else { Expect::default() };
    let told =
        turn.acts.iter().filter(|(act, _, _, value)| act == "Inform" && turn.text.contains(value.as_str()));
    for (_, domain, slot, value) in told.filter(|(.., value)| !value.is_empty()) {
        expect.slots.insert(format!("{domain}-{slot}"), value.clone());
    }
    expect
}
