//! Dialogs of other projects as suites: what their authors labelled, in the words of [`suite`](super::suite).
//!
//! Other projects label what their own bots do next, not the five actions of this one, so an expectation lists every
//! action that would serve: who is asked for a date may be asked by a form or in a clarifying sentence. What a source
//! does not label is not expected.

mod crosswoz;
mod rasa;
mod star;
mod tau2;

use serde::de::DeserializeOwned;

use crate::domain::Action;
use crate::error::{Error, Result};

use super::suite::{Dialog, Expect};

/// Where dialogs come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// CrossWOZ: Chinese travel dialogs with dialogue acts, JSON lines `{id, turns: [{role, text, acts}]}`.
    Crosswoz,
    /// STAR: English dialogs of tasks, JSON lines `{id, turns: [{role, text, action}]}`.
    Star,
    /// tau2-bench: tasks of simulated customers, JSON lines `{id, domain, user_scenario, actions, handoff}`.
    Tau2,
    /// Test stories of Rasa: `tests/test_stories.yml`.
    Rasa,
}

/// Converts the content of a file; `name` is the file's, for messages.
///
/// # Errors
/// Names the line that is not what the origin writes. A file without any dialog is an error too.
pub fn convert(origin: Origin, name: &str, content: &str) -> Result<Vec<Dialog>> {
    let dialogs = match origin {
        Origin::Crosswoz => lines(name, content, crosswoz::dialog)?,
        Origin::Star => lines(name, content, star::dialog)?,
        Origin::Tau2 => lines(name, content, tau2::dialog)?,
        Origin::Rasa => rasa::dialogs(content).map_err(|e| Error::invalid(format!("{name}: {e}")))?,
    };
    if dialogs.is_empty() {
        return Err(Error::invalid(format!("{name}: there is no dialog in it")));
    }
    Ok(dialogs)
}

fn lines<T: DeserializeOwned>(
    name: &str,
    content: &str,
    dialog: impl Fn(T) -> Option<Dialog>,
) -> Result<Vec<Dialog>> {
    let mut dialogs = Vec::new();
    for (index, line) in content.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let read: T = serde_json::from_str(line)
            .map_err(|e| Error::invalid(format!("{name}, line {}: {e}", index + 1)))?;
        dialogs.extend(dialog(read));
    }
    Ok(dialogs)
}

/// Any of these; the first is the best.
fn any_of(actions: &[Action]) -> Expect {
    Expect { action: actions.first().copied(), action_any: actions.to_vec(), ..Expect::default() }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::*;
    use crate::eval::suite;

    /// What is converted can be read as a suite: every label is one it knows.
    fn converted(origin: Origin, content: &str) -> Vec<Dialog> {
        let dialogs = convert(origin, "f", content).unwrap();
        let lines: Vec<String> = dialogs.iter().map(|d| serde_json::to_string(d).unwrap()).collect();
        assert_eq!(suite::read("converted", &lines.join("\n")).unwrap(), dialogs);
        dialogs
    }

    #[test]
    fn crosswoz_tells_slots_and_small_talk() {
        let source = r#"{"id": "7", "type": "单领域", "turns": [
            {"role": "user", "text": "想找400-500元的酒店", "acts": [["Inform", "酒店", "价格", "400-500元"], ["Request", "酒店", "名称", ""]]},
            {"role": "agent", "text": "推荐如家", "acts": [["Inform", "酒店", "名称", "如家"]]},
            {"role": "user", "text": "谢谢", "acts": [["General", "thank", "none", "none"]]}]}"#;
        let dialogs = converted(Origin::Crosswoz, &source.replace('\n', " "));
        let [asked, thanked] = dialogs[0].turns.as_slice() else { panic!("two turns of the visitor") };
        assert_eq!(asked.expect.slots["酒店-价格"], "400-500元");
        assert!(asked.expect.action_any.contains(&Action::Business));
        assert_eq!(thanked.expect.action, Some(Action::Smalltalk));
    }

    #[test]
    fn star_tells_what_the_agent_did_next() {
        let source = r#"{"id": 1, "tasks": ["bank_balance"], "turns": [
            {"role": "user", "text": "Hi, my balance please"}, {"role": "agent", "action": "bank_ask_pin", "text": "Your PIN?"},
            {"role": "user", "text": "1234"}, {"role": "agent", "action": "query"}, {"role": "kb", "item": {}},
            {"role": "agent", "action": "bank_inform_balance", "text": "7"},
            {"role": "user", "text": "and the weather?"}, {"role": "agent", "action": "out_of_scope", "text": "Sorry"}]}"#;
        let dialogs = converted(Origin::Star, &source.replace('\n', " "));
        let best: Vec<_> = dialogs[0].turns.iter().map(|t| t.expect.action).collect();
        assert_eq!(best, [Some(Action::Business), Some(Action::Business), Some(Action::Clarify)]);
    }

    #[test]
    fn tau2_tells_who_needs_a_person() {
        let task = |id: u8, actions: &str, handoff: bool| {
            format!(
                r#"{{"id": "{id}", "domain": "retail", "user_scenario": {{"instructions": {{"reason_for_call": "You want to cancel your order."}}}}, "actions": {actions}, "handoff": {handoff}}}"#
            )
        };
        let content = [task(1, r#"[{"name": "cancel"}]"#, false), task(2, "[]", true)].join("\n");
        let dialogs = converted(Origin::Tau2, &content);
        assert_eq!(dialogs[0].turns[0].user, "I want to cancel my order.");
        let best: Vec<_> = dialogs.iter().map(|d| d.turns[0].expect.action).collect();
        assert_eq!(best, [Some(Action::Business), Some(Action::Handoff)]);
    }

    #[test]
    fn stories_of_rasa_tell_intents_entities_and_actions() {
        let stories = "version: '3.1'\nstories:\n- story: order status\n  steps:\n  - user: |\n      where is [E5-77](order_no)?\n    intent: order_status\n  - action: order_form\n  - active_loop: order_form\n  - user: get me a human\n    intent: nlu_fallback\n  - action: action_human_handoff\n";
        let dialogs = converted(Origin::Rasa, stories);
        let [asked, person] = dialogs[0].turns.as_slice() else { panic!("two turns of the user") };
        assert_eq!(
            (asked.user.as_str(), asked.expect.intent.as_deref()),
            ("where is E5-77?", Some("order_status"))
        );
        assert_eq!(asked.expect.slots["order_no"], "E5-77");
        assert_eq!(asked.expect.action, Some(Action::Business));
        assert_eq!((person.expect.intent.as_deref(), person.expect.action), (None, Some(Action::Handoff)));
    }

    #[test]
    fn what_the_origin_does_not_write_is_refused_with_its_line() {
        let error = convert(Origin::Star, "dialogues.jsonl", "{\"id\": 1, \"turns\": []}\n{\"id\": \"x\"}")
            .unwrap_err();
        assert!(error.detail().contains("dialogues.jsonl, line 2"), "{error}");
        assert!(convert(Origin::Rasa, "s.yml", "nlu: []").unwrap_err().detail().contains("no dialog"));
    }
}
