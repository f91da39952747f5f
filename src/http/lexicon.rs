//! What administrators tell the search about words. A change is effective with the next question.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::json;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::auth::{Admin, Staff};
use super::extract::{Body, Query};
use super::page::{ListQuery, Page};
use super::services::Services;
use crate::domain::User;
use crate::error::Result;
use crate::knowledge::LexiconEntry;
use crate::knowledge::lexicon::{EntryKind, EntryName, LexiconChange, LexiconSummary, Understood};
use crate::text::folded;

pub(super) fn routes() -> OpenApiRouter<Services> {
    OpenApiRouter::new()
        .routes(routes!(entries, put, patch))
        .routes(routes!(summary))
        .routes(routes!(try_out))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct EntriesQuery {
    /// Only entries of this kind.
    #[serde(default)]
    kind: Option<EntryKind>,
    /// Only entries with a word that holds this; width, case and traditional characters do not matter.
    #[serde(default)]
    q: Option<String>,
    /// The `next_cursor` of the page before.
    #[serde(default)]
    cursor: Option<String>,
    /// 1 to 500; 100 when not given.
    #[serde(default)]
    limit: Option<usize>,
}

/// Words kept whole, synonyms and stop words, by kind and word.
#[utoipa::path(get, path = "/knowledge/lexicon", tag = "lexicon", params(EntriesQuery), responses((status = 200, body = Page<LexiconEntry>)))]
async fn entries(
    _: Staff,
    State(s): State<Services>,
    Query(q): Query<EntriesQuery>,
) -> Result<Json<Page<LexiconEntry>>> {
    let mut entries = s.knowledge.wordbook().entries().to_vec();
    entries.retain(|entry| q.kind.is_none_or(|kind| kind == entry.kind));
    if let Some(sought) = q.q.as_deref().map(folded).filter(|q| !q.is_empty()) {
        entries.retain(|entry| entry.words().any(|word| folded(word).contains(&sought)));
    }
    let part = ListQuery { cursor: q.cursor, limit: q.limit };
    let key = |entry: &LexiconEntry| {
        let (kind, word) = entry.key();
        format!("{kind:?}:{word}")
    };
    Page::of_all(entries, &part, key).map(Json)
}

/// How much is in the lexicon, and whether passages are still being cut anew for it.
#[utoipa::path(get, path = "/knowledge/lexicon/summary", tag = "lexicon", responses((status = 200, body = LexiconSummary)))]
async fn summary(_: Staff, State(s): State<Services>) -> Json<LexiconSummary> {
    Json(s.knowledge.lexicon_summary())
}

/// All that is in the lexicon.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct LexiconEntries {
    entries: Vec<LexiconEntry>,
}

/// Puts these entries in the place of the whole lexicon.
#[utoipa::path(put, path = "/knowledge/lexicon", tag = "lexicon", request_body = LexiconEntries, responses((status = 200, body = LexiconSummary)))]
async fn put(
    Admin(user): Admin,
    State(s): State<Services>,
    Body(body): Body<LexiconEntries>,
) -> Result<Json<LexiconSummary>> {
    change(&s, &user, LexiconChange { replace: true, put: body.entries, remove: Vec::new() }).await
}

/// What is different in the lexicon.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct LexiconDifference {
    /// Entries that are added, or take the place of those of the same kind and word.
    #[serde(default)]
    put: Vec<LexiconEntry>,
    /// Entries that go.
    #[serde(default)]
    remove: Vec<EntryName>,
}

/// Adds, changes and removes entries, all of it or nothing.
#[utoipa::path(patch, path = "/knowledge/lexicon", tag = "lexicon", request_body = LexiconDifference, responses((status = 200, body = LexiconSummary)))]
async fn patch(
    Admin(user): Admin,
    State(s): State<Services>,
    Body(body): Body<LexiconDifference>,
) -> Result<Json<LexiconSummary>> {
    change(&s, &user, LexiconChange { replace: false, put: body.put, remove: body.remove }).await
}

async fn change(s: &Services, user: &User, change: LexiconChange) -> Result<Json<LexiconSummary>> {
    let detail = json!({"replace": change.replace, "put": change.put.len(), "remove": change.remove.len()});
    let summary = s.knowledge.change_lexicon(change).await?;
    s.staff.record(Some(user), "lexicon.changed", "lexicon", detail).await?;
    Ok(Json(summary))
}

/// A question to be tried.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TriedQuestion {
    text: String,
}

/// What a question is looked up by: its words, what stands for them, and the other wording that is looked for too.
#[utoipa::path(post, path = "/knowledge/lexicon/try", tag = "lexicon", request_body = TriedQuestion, responses((status = 200, body = Understood)))]
async fn try_out(
    _: Staff,
    State(s): State<Services>,
    Body(question): Body<TriedQuestion>,
) -> Result<Json<Understood>> {
    s.check_length(&question.text)?;
    Ok(Json(s.knowledge.try_lexicon(&question.text)))
}
