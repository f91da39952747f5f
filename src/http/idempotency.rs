//! `Idempotency-Key`: an unsafe call sent twice with the same key is done once and answered twice alike.
//!
//! Answers are kept in memory for a day, per credential, method, path and key. While the first call is running a
//! second one with its key waits for it. Failures of the service are not kept: trying again must be able to help.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use moka::future::Cache;
use tokio::sync::OnceCell;

use crate::error::Error;
use crate::text;

const HEADER: HeaderName = HeaderName::from_static("idempotency-key");
const LONGEST_KEY: usize = 200;
/// Larger answers are passed on but not kept.
const LARGEST_ANSWER: usize = 1 << 20;
const KEPT_FOR: Duration = Duration::from_secs(24 * 3600);
const KEPT_AT_MOST: u64 = 50_000;

#[derive(Clone)]
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

/// The answers already given.
#[derive(Clone)]
pub struct Answers {
    cache: Cache<String, Arc<OnceCell<Answer>>>,
}

impl Answers {
    /// An empty memory.
    pub fn new() -> Self {
        Self { cache: Cache::builder().max_capacity(KEPT_AT_MOST).time_to_live(KEPT_FOR).build() }
    }
}

impl Default for Answers {
    fn default() -> Self {
        Self::new()
    }
}

/// Middleware over the whole API.
pub async fn once(State(answers): State<Answers>, request: Request, next: Next) -> Response {
    let is_unsafe = matches!(*request.method(), Method::POST | Method::PUT | Method::DELETE | Method::PATCH);
    let Some(key) = request.headers().get(HEADER).filter(|_| is_unsafe) else {
        return next.run(request).await;
    };
    if key.is_empty() || key.len() > LONGEST_KEY {
        return Error::invalid("Idempotency-Key must have 1 to 200 characters").into_response();
    }
    let name = full_key(&request, key.as_bytes());
    let cell = answers.cache.get_with(name.clone(), async { Arc::default() }).await;
    let answer = cell.get_or_init(|| async { keep(next.run(request).await).await }).await.clone();
    if answer.status.is_server_error() {
        answers.cache.invalidate(&name).await;
    }
    (answer.status, answer.headers, Body::from(answer.body)).into_response()
}

fn full_key(request: &Request, key: &[u8]) -> String {
    let credential =
        |name| request.headers().get(name).map(|v| String::from_utf8_lossy(v.as_bytes()).into_owned());
    let who = credential(header::AUTHORIZATION).or_else(|| credential(header::COOKIE)).unwrap_or_default();
    // Hashed: credentials do not lie about in memory longer than they must.
    use sha2::Digest;
    let mut hash = sha2::Sha256::new();
    for part in
        [who.as_bytes(), request.method().as_str().as_bytes(), request.uri().to_string().as_bytes(), key]
    {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    text::hex(&hash.finalize())
}

async fn keep(response: Response) -> Answer {
    let (parts, body) = response.into_parts();
    match to_bytes(body, LARGEST_ANSWER).await {
        Ok(body) => Answer { status: parts.status, headers: parts.headers, body },
        Err(e) => {
            let problem =
                Error::internal("the answer is too large to be kept").with_source(e).into_response();
            Answer { status: problem.status(), headers: problem.headers().clone(), body: Bytes::new() }
        }
    }
}
