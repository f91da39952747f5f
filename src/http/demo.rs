//! What the page of the sample shop is given: a signed identity of a made-up customer, as a real shop's page would sign
//! its own customers in. Only with `--demo`.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};

use super::extract::Query;
use super::services::Services;
use crate::error::{Error, Result};

const PREFIX: &str = "demo-";
const RANDOM_DIGITS: usize = 16;

#[derive(Debug, Deserialize)]
pub(super) struct Wanted {
    /// The customer the page was before.
    #[serde(default)]
    customer: Option<String>,
}

/// What a page passes to the widget.
#[derive(Debug, Serialize)]
pub(super) struct Signed {
    external_id: String,
    name: &'static str,
    hmac: String,
}

/// A signature for a made-up customer: a new one, or again the one the page was.
pub(super) async fn identity(
    State(s): State<Services>,
    Query(wanted): Query<Wanted>,
) -> Result<Json<Signed>> {
    if !s.sample {
        return Err(Error::not_found("page", "/demo/identity"));
    }
    let known = wanted.customer.filter(|customer| is_made_up(customer));
    let external_id = known.unwrap_or_else(|| format!("{PREFIX}{:016x}", rand::random::<u64>()));
    let hmac = s.chat.sign_identity(&external_id)?;
    Ok(Json(Signed { external_id, name: "林女士", hmac }))
}

fn is_made_up(customer: &str) -> bool {
    let random = customer.strip_prefix(PREFIX).unwrap_or_default();
    random.len() == RANDOM_DIGITS && random.bytes().all(|b| b.is_ascii_hexdigit())
}
