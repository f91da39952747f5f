//! Dictionaries of slot values that administrators edit. A change is effective with the next message.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::auth::{Admin, Staff};
use super::extract::{Body, Path, Query};
use super::page::{ListQuery, Page};
use super::services::Services;
use crate::domain::User;
use crate::error::{Error, Result};
use crate::nlu::dictionaries::{Change, DictionaryEntry, DictionarySummary, read_csv, write_csv};
use crate::text;

pub(super) fn routes() -> OpenApiRouter<Services> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(entries, put, patch, remove))
        .routes(routes!(import))
        .routes(routes!(export))
}

/// All dictionaries, by slot. The one named `synonyms` belongs to no slot.
#[utoipa::path(get, path = "/dictionaries", tag = "dictionaries", responses((status = 200, body = Page<DictionarySummary>)))]
async fn list(_: Staff, State(s): State<Services>) -> Result<Json<Page<DictionarySummary>>> {
    s.dictionaries.list().await.map(Page::whole).map(Json)
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct EntriesQuery {
    /// Only entries with a value or spelling that holds this; width, case and traditional characters do not matter.
    #[serde(default)]
    q: Option<String>,
    /// The `next_cursor` of the page before.
    #[serde(default)]
    cursor: Option<String>,
    /// 1 to 500; 100 when not given.
    #[serde(default)]
    limit: Option<usize>,
}

/// The entries of one dictionary, by value.
#[utoipa::path(get, path = "/dictionaries/{slot}", tag = "dictionaries", params(("slot" = String, Path), EntriesQuery), responses((status = 200, body = Page<DictionaryEntry>)))]
async fn entries(
    _: Staff,
    State(s): State<Services>,
    Path(slot): Path<String>,
    Query(q): Query<EntriesQuery>,
) -> Result<Json<Page<DictionaryEntry>>> {
    let mut entries = s.dictionaries.entries(&slot).await?;
    if let Some(sought) = q.q.as_deref().map(text::normalise).filter(|q| !q.is_empty()) {
        let holds = |form: &String| text::normalise(form).contains(&sought);
        entries.retain(|e| holds(&e.value) || e.forms.iter().any(holds));
    }
    let part = ListQuery { cursor: q.cursor, limit: q.limit };
    Page::of_all(entries, &part, |e| e.value.clone()).map(Json)
}

/// All that is in a dictionary.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Entries {
    entries: Vec<DictionaryEntry>,
}

/// Puts these entries in the place of the whole dictionary.
#[utoipa::path(put, path = "/dictionaries/{slot}", tag = "dictionaries", params(("slot" = String, Path)), request_body = Entries, responses((status = 200, body = DictionarySummary)))]
async fn put(
    Admin(user): Admin,
    State(s): State<Services>,
    Path(slot): Path<String>,
    Body(body): Body<Entries>,
) -> Result<Json<DictionarySummary>> {
    changed(&s, &user, Change { slot, replace: true, remove: Vec::new(), put: body.entries }).await
}

/// What is different in a dictionary.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Difference {
    /// Entries that are added, or take the place of those with the same value.
    #[serde(default)]
    put: Vec<DictionaryEntry>,
    /// Values that go.
    #[serde(default)]
    remove: Vec<String>,
}

/// Adds, changes and removes entries, all of it or nothing.
#[utoipa::path(patch, path = "/dictionaries/{slot}", tag = "dictionaries", params(("slot" = String, Path)), request_body = Difference, responses((status = 200, body = DictionarySummary)))]
async fn patch(
    Admin(user): Admin,
    State(s): State<Services>,
    Path(slot): Path<String>,
    Body(body): Body<Difference>,
) -> Result<Json<DictionarySummary>> {
    changed(&s, &user, Change { slot, replace: false, remove: body.remove, put: body.put }).await
}

/// Removes a dictionary.
#[utoipa::path(delete, path = "/dictionaries/{slot}", tag = "dictionaries", params(("slot" = String, Path)), responses((status = 204)))]
async fn remove(
    Admin(user): Admin,
    State(s): State<Services>,
    Path(slot): Path<String>,
) -> Result<StatusCode> {
    s.dictionaries.remove(&slot).await?;
    s.staff.record(Some(&user), "dictionary.removed", &slot, serde_json::Value::Null).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ImportQuery {
    /// Whether what is not in the table goes.
    #[serde(default)]
    replace: bool,
}

/// Reads a table: CSV in UTF-8 with a header that names `value` (or 值, 标准值, 名称) and `forms` (or synonyms, 同义词,
/// 别名; `|` or `;` between the spellings). Nothing is taken when a line cannot be used; the error names the lines.
#[utoipa::path(post, path = "/dictionaries/{slot}/import", tag = "dictionaries", params(("slot" = String, Path), ImportQuery),
    request_body(content = String, content_type = "text/csv"), responses((status = 200, body = DictionarySummary)))]
async fn import(
    Admin(user): Admin,
    State(s): State<Services>,
    Path(slot): Path<String>,
    Query(q): Query<ImportQuery>,
    body: Bytes,
) -> Result<Json<DictionarySummary>> {
    let table = std::str::from_utf8(&body).map_err(|e| {
        let line = body[..e.valid_up_to()].iter().filter(|b| **b == b'\n').count() + 1;
        Error::invalid(format!("line {line} is not UTF-8: save the table as \"CSV UTF-8\""))
    })?;
    let put = read_csv(table)?;
    changed(&s, &user, Change { slot, replace: q.replace, remove: Vec::new(), put }).await
}

/// The dictionary as a table, as import reads it.
#[utoipa::path(get, path = "/dictionaries/{slot}/export", tag = "dictionaries", params(("slot" = String, Path)),
    responses((status = 200, body = String, content_type = "text/csv")))]
async fn export(_: Staff, State(s): State<Services>, Path(slot): Path<String>) -> Result<impl IntoResponse> {
    let table = write_csv(&s.dictionaries.entries(&slot).await?);
    Ok(([(header::CONTENT_TYPE, "text/csv; charset=utf-8")], table))
}

async fn changed(s: &Services, user: &User, change: Change) -> Result<Json<DictionarySummary>> {
    let detail = serde_json::json!({
        "replace": change.replace, "put": change.put.len(), "remove": change.remove.len(),
    });
    let summary = s.dictionaries.change(change).await?;
    s.staff.record(Some(user), "dictionary.changed", &summary.slot, detail).await?;
    Ok(Json(summary))
}
