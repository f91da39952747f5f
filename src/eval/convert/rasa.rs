//! Test stories of Rasa: the words of the user, the intent, the entities marked in the words, and what the bot did.

use serde::Deserialize;

use super::any_of;
use crate::domain::Action;
use crate::eval::suite::{Dialog, Expect, Turn};
use crate::nlu::examples::read_annotated;
use crate::text::detect_lang;

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    stories: Vec<Story>,
}

#[derive(Deserialize)]
struct Story {
    story: String,
    #[serde(default)]
    steps: Vec<Step>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Step {
    user: Option<String>,
    intent: Option<String>,
    action: Option<String>,
    active_loop: Option<String>,
}

/// Rasa's name for texts without an intent.
const FALLBACK: &str = "nlu_fallback";

pub(super) fn dialogs(content: &str) -> Result<Vec<Dialog>, String> {
    let file: File = serde_norway::from_str(content).map_err(|e| e.to_string())?;
    let mut dialogs = Vec::new();
    for story in file.stories {
        let turns = turns(&story).map_err(|e| format!("story `{}`: {e}", story.story))?;
        if let Some(first) = turns.first() {
            let lang = detect_lang(&first.user);
            dialogs.push(Dialog { id: story.story, lang, tags: Vec::new(), turns });
        }
    }
    Ok(dialogs)
}

fn turns(story: &Story) -> Result<Vec<Turn>, String> {
    let mut turns = Vec::new();
    for (index, step) in story.steps.iter().enumerate() {
        let Some(marked) = &step.user else { continue };
        let (user, labels) = read_annotated(marked.trim())?;
        let next = story.steps[index + 1..].iter().take_while(|step| step.user.is_none());
        let mut expect = next.filter_map(done).next().unwrap_or_default();
        expect.intent = step.intent.clone().filter(|intent| intent != FALLBACK);
        for label in labels {
            let said = match label.value {
                value if value.is_empty() => slice(&user, label.start, label.end),
                value => value,
            };
            expect.slots.insert(label.name, said);
        }
        turns.push(Turn { user, expect });
    }
    Ok(turns)
}

/// What a step of the bot stands for. `utter_…` says something: an answer, small talk or a question, the name does not
/// tell which.
fn done(step: &Step) -> Option<Expect> {
    if step.active_loop.is_some() {
        return Some(any_of(&[Action::Business, Action::Clarify]));
    }
    let action = step.action.as_deref()?;
    let named = |words: &[&str]| words.iter().any(|word| action.contains(word));
    Some(if named(&["human", "handoff", "hand_off", "agent", "escalate"]) {
        any_of(&[Action::Handoff])
    } else if named(&["fallback", "rephrase", "clarify"]) {
        any_of(&[Action::Clarify, Action::Handoff])
    } else if action.starts_with("utter_") {
        any_of(&[Action::Answer, Action::Smalltalk, Action::Clarify])
    } else {
        any_of(&[Action::Business, Action::Clarify])
    })
}

fn slice(text: &str, start: usize, end: usize) -> String {
    text.chars().skip(start).take(end.saturating_sub(start)).collect()
}
