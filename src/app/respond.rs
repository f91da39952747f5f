//! Joins conversations with the engine: the chat room asks, the dialog room answers.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;

use crate::chat::{Responder, Turn};
use crate::dialog::phrase::Hearer;
use crate::dialog::{Engine, HistoryTurn, TurnInput};
use crate::domain::{Decision, HandoffPacket, Suggestion};
use crate::error::Result;
use crate::knowledge::Filter;
use crate::learn::Shadow;

/// Replies suggested to an agent at a time.
const SUGGESTIONS: usize = 3;

/// The engine as the chat room sees it.
pub(super) struct EngineResponder {
    pub engine: Arc<Engine>,
    /// The version on trial, if there is one.
    pub shadow: Shadow,
}

#[async_trait]
impl Responder for EngineResponder {
    async fn respond(&self, turn: &Turn, hearer: &mut dyn Hearer) -> Result<Decision> {
        let input = input(turn);
        let decision = self.engine.say(input.clone(), hearer).await?;
        self.shadow.watch(turn.conversation, turn.seq, input);
        Ok(decision)
    }

    async fn suggest(&self, turn: &Turn) -> Result<Vec<Suggestion>> {
        self.engine.suggest(input(turn), SUGGESTIONS).await
    }

    fn packet(&self, turn: &Turn, reason: Option<&str>) -> HandoffPacket {
        self.engine.packet(&input(turn), reason)
    }
}

fn input(turn: &Turn) -> TurnInput {
    let history =
        turn.history.iter().map(|line| HistoryTurn { role: line.role, text: line.text.clone() }).collect();
    TurnInput {
        text: turn.text.clone(),
        lang: None,
        history,
        slots: Vec::new(),
        explain: false,
        filter: Filter::default(),
        deadline: None,
        visitor: turn.external_id.clone(),
        conversation: Some(turn.conversation),
        attributes: attributes(turn),
        now: None,
        state: turn.state.clone(),
    }
}

/// What rules may ask about the visitor.
fn attributes(turn: &Turn) -> BTreeMap<String, String> {
    let page = turn.page.as_ref();
    let known = [
        ("locale", Some(turn.locale.pick("zh", "en"))),
        ("page", page.map(|page| page.url.as_str())),
        ("page_title", page.map(|page| page.title.as_str())),
        ("referrer", page.map(|page| page.referrer.as_str())),
    ];
    let told = known.into_iter().filter_map(|(name, value)| Some((name, value.filter(|v| !v.is_empty())?)));
    told.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}
