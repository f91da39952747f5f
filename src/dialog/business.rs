//! Matters of the visitor's own within a turn: the forms speak where the policy gives them the message, and an open one is
//! come back to where something else was answered.

use std::time::Instant;

use super::forms::{Cue, Outcome, Scene};
use super::input::TurnInput;
use super::systems::Business;
use super::turn::Turn;
use crate::domain::{Decision, DialogState};
use crate::policy::Verdict;

/// Where the forms serve one turn.
pub(super) struct Counter<'a> {
    pub business: &'a Business,
    pub turn: &'a Turn,
    pub input: &'a TurnInput,
    pub deadline: Instant,
}

impl Counter<'_> {
    /// Completes the decision where it is the forms' affair.
    pub async fn serve(
        &self,
        verdict: &Verdict,
        cue: &Cue,
        decision: &mut Decision,
        state: &mut DialogState,
    ) {
        let zone = self.turn.shop.zone();
        let scene = Scene {
            forms: self.turn.shop.forms(),
            systems: &*self.business.systems,
            actions: &*self.business.actions,
            lang: self.turn.understood.lang,
            zone: &zone,
            heard: self.turn.heard(&self.input.text),
            visitor: self.input.visitor.as_deref(),
            conversation: self.input.conversation,
            deadline: self.deadline,
        };
        match verdict {
            Verdict::Business => {
                let Outcome { action, text, card, choices, handoff, acts } = scene.advance(cue, state).await;
                decision.action = action;
                decision.text = text;
                decision.card = card;
                decision.choices = choices;
                decision.handoff_reason = handoff.map(str::to_owned);
                decision.acts = acts;
            }
            Verdict::Answer | Verdict::SayRule | Verdict::Smalltalk => {
                if let Some(reminder) = scene.reminder(state) {
                    decision.text = format!("{}\n\n{reminder}", decision.text);
                }
            }
            _ => {}
        }
    }
}
