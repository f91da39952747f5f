//! The engine without a conversation: parse a text, ask for a reply. Nothing is stored.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::auth::Staff;
use super::extract::Body;
use super::services::Services;
use crate::dialog::phrase::Patient;
use crate::dialog::{HistoryTurn, TurnInput};
use crate::domain::{Decision, DialogState, Lang, Parse, Slot};
use crate::error::Result;
use crate::knowledge::Filter;

pub(super) fn routes() -> OpenApiRouter<Services> {
    OpenApiRouter::new().routes(routes!(parse)).routes(routes!(reply))
}

/// A text to understand.
#[derive(Debug, Deserialize, ToSchema)]
struct ParseRequest {
    text: String,
    #[serde(default)]
    lang: Option<Lang>,
}

/// Intents and slots of one text; offsets are Unicode scalar values, end exclusive.
#[utoipa::path(post, path = "/dialog/parse", tag = "dialog", request_body = ParseRequest, responses((status = 200, body = Parse)))]
async fn parse(
    _: Staff,
    State(s): State<Services>,
    Body(request): Body<ParseRequest>,
) -> Result<Json<Parse>> {
    s.check_length(&request.text)?;
    s.engine.parse(&request.text, request.lang).await.map(Json)
}

/// A message with what was said before it.
#[derive(Debug, Deserialize, ToSchema)]
struct ReplyRequest {
    text: String,
    #[serde(default)]
    lang: Option<Lang>,
    /// Earlier turns, oldest first.
    #[serde(default)]
    history: Vec<HistoryTurn>,
    #[serde(default)]
    slots: Vec<Slot>,
    /// Adds every step that led to the reply.
    #[serde(default)]
    explain: bool,
    /// The visitor's id in the shop's own systems. The caller vouches for it: what is theirs is looked up.
    #[serde(default)]
    visitor: Option<String>,
    /// What rules may ask about the visitor: `locale`, `page`, or names of your own.
    #[serde(default)]
    attributes: BTreeMap<String, String>,
    /// The `state` of the reply before, so that forms go on where they were.
    #[serde(default)]
    state: DialogState,
    /// Restricts recall to one knowledge base.
    #[serde(default)]
    base: Option<String>,
    /// … and to what has one of these tags.
    #[serde(default)]
    tags: Vec<String>,
}

/// One reply of the engine: exactly what a visitor would get.
#[utoipa::path(post, path = "/dialog/reply", tag = "dialog", request_body = ReplyRequest, responses((status = 200, body = Decision)))]
async fn reply(
    _: Staff,
    State(s): State<Services>,
    Body(request): Body<ReplyRequest>,
) -> Result<Json<Decision>> {
    s.check_length(&request.text)?;
    let input = TurnInput {
        text: request.text,
        lang: request.lang,
        history: request.history,
        slots: request.slots,
        explain: request.explain,
        filter: Filter { base: request.base, tags: request.tags, ..Filter::default() },
        deadline: None,
        visitor: request.visitor,
        conversation: None,
        attributes: request.attributes,
        now: None,
        state: request.state,
    };
    s.engine.say(input, &mut Patient).await.map(Json)
}
