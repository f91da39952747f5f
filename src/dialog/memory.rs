//! What a turn adds to what the dialog carries along.

use crate::domain::{Decision, DialogState, HeldIntent, HeldSlot, IntentScore, Shown, Slot, Tried};

/// Most slots that are carried along; the oldest give way.
const MOST_HELD: usize = 30;

/// Most turns and documents that are carried along.
const MOST_NOTED: usize = 40;

/// A new message: values that the caller knows and those that were just said replace older ones of the same name.
pub(super) fn remember(state: &mut DialogState, known: &[Slot], said: &[Slot]) {
    state.turn += 1;
    let turn = state.turn;
    for slot in known.iter().chain(said) {
        state.slots.retain(|held| held.slot.name != slot.name);
        state.slots.push(HeldSlot { turn, slot: slot.clone() });
    }
    let surplus = state.slots.len().saturating_sub(MOST_HELD);
    state.slots.drain(..surplus);
}

/// What became of the message: what was recognised, done and shown.
pub(super) fn note(state: &mut DialogState, intent: Option<&IntentScore>, decision: &Decision) {
    let turn = state.turn;
    if let Some(intent) = intent {
        state.intent = Some(HeldIntent { turn, intent: intent.clone() });
    }
    if decision.team.is_some() {
        state.team.clone_from(&decision.team);
    }
    let form = state.form.as_ref().map(|form| form.name.clone());
    let acts = decision.acts.iter().map(|act| act.text.clone()).collect();
    state.tried.push(Tried { turn, action: decision.action, form, acts });
    for citation in &decision.citations {
        state
            .shown
            .retain(|shown| shown.document_id != citation.document_id || shown.section != citation.section);
        state.shown.push(Shown {
            turn,
            document_id: citation.document_id,
            document: citation.document.clone(),
            section: citation.section.clone(),
        });
    }
    let surplus = |count: usize| count.saturating_sub(MOST_NOTED);
    state.tried.drain(..surplus(state.tried.len()));
    state.shown.drain(..surplus(state.shown.len()));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slot(name: &str, value: &str) -> Slot {
        Slot { name: name.into(), value: value.into(), raw: value.into(), start: 0, end: 1, confidence: 0.9 }
    }

    #[test]
    fn the_last_value_of_a_slot_counts_with_the_turn_it_was_said_in() {
        let mut state = DialogState::default();
        remember(&mut state, &[], &[slot("city", "北京"), slot("order_no", "1")]);
        remember(&mut state, &[slot("order_no", "2")], &[slot("order_no", "3")]);
        let held: Vec<_> = state.slots.iter().map(|h| (h.turn, h.slot.value.as_str())).collect();
        assert_eq!(held, [(1, "北京"), (2, "3")]);
    }
}
