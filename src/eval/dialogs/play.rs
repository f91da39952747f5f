//! Plays dialogs through the engine.
//!
//! Each turn goes through [`Engine::reply`] exactly as a message of the chat does: the words and what was said before,
//! nothing of the labels. A dialog is played to its end whatever the engine says, so that every label counts.

use std::time::Instant;

use crate::dialog::{Engine, HistoryTurn, TurnInput};
use crate::domain::{DialogState, SenderKind};
use crate::error::Result;
use crate::eval::suite::Dialog;

use super::{Got, Played, score};

/// Plays every dialog, turn by turn. `progress` is told how many dialogs are done.
///
/// # Errors
/// Only what the engine itself could not do; a wrong decision is a result.
pub async fn play(
    engine: &Engine,
    dialogs: &[Dialog],
    progress: &(dyn Fn(usize) + Sync),
) -> Result<Vec<Played>> {
    let mut played = Vec::new();
    for (index, dialog) in dialogs.iter().enumerate() {
        let mut history: Vec<HistoryTurn> = Vec::new();
        let mut state = DialogState::default();
        for (number, turn) in dialog.turns.iter().enumerate() {
            let id = format!("{}/{}", dialog.id, number + 1);
            let input = TurnInput {
                text: turn.user.clone(),
                history: history.clone(),
                slots: Vec::new(),
                explain: true,
                visitor: None,
                state: std::mem::take(&mut state),
                ..TurnInput::default()
            };
            let started = Instant::now();
            let mut decision = engine.reply(input).await.map_err(|e| e.at(&id))?;
            state = decision.state.take().map(|kept| *kept).unwrap_or_default();
            let ms = started.elapsed().as_secs_f64() * 1000.0;
            history.push(HistoryTurn { role: SenderKind::Visitor, text: turn.user.clone() });
            history.push(HistoryTurn { role: SenderKind::Bot, text: decision.text.clone() });
            let verdict = score(&turn.expect, &decision);
            played.push(Played {
                id,
                dialog: dialog.id.clone(),
                turn: number + 1,
                lang: dialog.lang,
                tags: dialog.tags.clone(),
                text: turn.user.clone(),
                expect: turn.expect.clone(),
                got: Got::of(decision, &turn.user),
                verdict,
                ms,
            });
        }
        progress(index + 1);
    }
    Ok(played)
}
