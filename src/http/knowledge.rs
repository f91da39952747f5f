//! Hit testing: what would be found, by the code that answers visitors.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::auth::Staff;
use super::extract::Body;
use super::services::Services;
use crate::domain::{Audience, Candidate, Lang, PathName};
use crate::error::{Error, Result};
use crate::knowledge::Filter;

pub(super) fn routes() -> OpenApiRouter<Services> {
    OpenApiRouter::new().routes(routes!(search))
}

/// A question for hit testing.
#[derive(Debug, Deserialize, ToSchema, IntoParams)]
struct SearchRequest {
    query: String,
    /// Number of hits, 1 to 50.
    #[serde(default = "ten")]
    k: usize,
    /// Only these paths; all of them when not given.
    #[serde(default)]
    paths: Option<Vec<PathName>>,
    #[serde(default)]
    base: Option<String>,
    /// Only passages with one of these tags.
    #[serde(default)]
    tags: Vec<String>,
    /// Only passages in this language.
    #[serde(default)]
    lang: Option<Lang>,
    /// For whom: `visitors` finds what the bot answers from, `staff` also what only suggestions to agents quote.
    #[serde(default)]
    audience: Audience,
}

fn ten() -> usize {
    10
}

/// What recall and ranking make of a question: the same code that answers visitors.
#[derive(Debug, Serialize, ToSchema)]
struct SearchAnswer {
    hits: Vec<Candidate>,
    timings_ms: std::collections::BTreeMap<String, f32>,
}

/// Hit testing: the ranked passages with their rank in every path.
#[utoipa::path(post, path = "/knowledge/search", tag = "knowledge", request_body = SearchRequest, responses((status = 200, body = SearchAnswer)))]
async fn search(
    _: Staff,
    State(s): State<Services>,
    Body(q): Body<SearchRequest>,
) -> Result<Json<SearchAnswer>> {
    s.check_length(&q.query)?;
    if !(1..=50).contains(&q.k) {
        return Err(Error::invalid("k must be from 1 to 50"));
    }
    let filter = Filter { base: q.base, tags: q.tags, lang: q.lang, audience: q.audience };
    let (hits, timings_ms) = s.engine.search(&q.query, q.k, q.paths, filter).await?;
    Ok(Json(SearchAnswer { hits, timings_ms }))
}
