//! Lets two engines say their part of what was said to one of them.

use crate::dialog::{Engine, TurnInput};
use crate::domain::DialogState;
use crate::error::Result;

use super::{Pair, Recorded};

/// Plays every turn with both. `progress` is told how many turns are done.
///
/// # Errors
/// Only what an engine itself could not do; a worse answer is a result.
pub async fn replay(
    before: &Engine,
    after: &Engine,
    turns: &[Recorded],
    progress: &(dyn Fn(usize) + Sync),
) -> Result<Vec<Pair>> {
    let mut pairs = Vec::with_capacity(turns.len());
    let mut conversation = "";
    let mut kept = (DialogState::default(), DialogState::default());
    for (index, turn) in turns.iter().enumerate() {
        if turn.conversation != conversation {
            conversation = &turn.conversation;
            kept = Default::default();
        }
        let id = format!("{}/{}", turn.conversation, turn.seq);
        let input =
            TurnInput { text: turn.text.clone(), history: turn.history.clone(), ..TurnInput::default() };
        let (mut pair, states) = both(before, after, id, input, kept).await?;
        kept = states;
        (pair.said, pair.helpful) = (turn.said.clone(), turn.helpful);
        pairs.push(pair);
        progress(index + 1);
    }
    Ok(pairs)
}

/// One turn with both, as it is: both begin with the state that `input` has.
///
/// # Errors
/// As [`replay`].
pub async fn pair(before: &Engine, after: &Engine, id: String, input: TurnInput) -> Result<Pair> {
    let states = (input.state.clone(), input.state.clone());
    Ok(both(before, after, id, input, states).await?.0)
}

type States = (DialogState, DialogState);

async fn both(
    before: &Engine,
    after: &Engine,
    id: String,
    input: TurnInput,
    states: States,
) -> Result<(Pair, States)> {
    let input = TurnInput { explain: true, ..input };
    let text = input.text.clone();
    let at = |state: DialogState| TurnInput { state, ..input.clone() };
    let mut then = before.reply(at(states.0)).await.map_err(|e| e.at(&id))?;
    let mut now = after.reply(at(states.1)).await.map_err(|e| e.at(&id))?;
    let left = |state: Option<Box<DialogState>>| state.map(|kept| *kept).unwrap_or_default();
    let states = (left(then.state.take()), left(now.state.take()));
    Ok((Pair::new(id, text, then, now), states))
}
