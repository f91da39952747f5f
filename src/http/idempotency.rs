//! `Idempotency-Key`: an unsafe call sent twice with the same key is done once and answered twice alike, whichever node
//! takes it, for a day.
//!
//! A call that was begun is done to its end, also when its caller hangs up, so that the next try finds its answer. Answers
//! lie in the database sealed with what the caller alone knows: whoever reads the database reads neither names nor
//! answers, among which are tokens and keys. Failures of the service are not kept: trying again must be able to help.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use jiff::{SignedDuration, Timestamp};
use tokio::time::{Instant, sleep};

use super::sealed::{Answer, Caller};
use crate::error::{Code, Error, Result};
use crate::nodes::{Claim, OnceStore};
use crate::tasks::Tasks;

const HEADER: HeaderName = HeaderName::from_static("idempotency-key");
const LONGEST_KEY: usize = 200;
const KEPT: SignedDuration = SignedDuration::from_hours(24);
/// After how long without an answer a call is taken for lost with its node. Longer than any call takes.
const LOST: SignedDuration = SignedDuration::from_mins(3);
/// How long a second call waits for the answer of the first, and how often it looks.
const PATIENCE: Duration = Duration::from_secs(20);
const LOOK: Duration = Duration::from_millis(100);

/// The calls done so far.
#[derive(Clone)]
pub struct Calls {
    store: Arc<dyn OnceStore>,
    tasks: Tasks,
    /// When old ones were last forgotten, in seconds.
    cleared: Arc<AtomicI64>,
}

impl Calls {
    /// The calls that are kept in this store.
    pub fn new(store: Arc<dyn OnceStore>, tasks: Tasks) -> Self {
        Self { store, tasks, cleared: Arc::default() }
    }

    /// Does the call, or waits for whoever does it.
    async fn answer(self, caller: Caller, request: Request, next: Next) -> Result<Answer> {
        let patience = Instant::now() + PATIENCE;
        loop {
            let now = Timestamp::now();
            match self.store.claim(caller.name(), now, now - LOST).await? {
                Claim::Mine => return self.first(&caller, request, next).await,
                Claim::Done(sealed) => return caller.open(&sealed),
                Claim::Running if Instant::now() < patience => sleep(LOOK).await,
                Claim::Running => {
                    let detail =
                        "the first call with this Idempotency-Key is still running; ask again in a moment";
                    return Err(Error::new(Code::Conflict, detail));
                }
            }
        }
    }

    async fn first(&self, caller: &Caller, request: Request, next: Next) -> Result<Answer> {
        let answer = Answer::of(next.run(request).await).await;
        let kept = match &answer {
            Ok(answer) if !answer.status.is_server_error() => {
                self.store.keep(caller.name(), &caller.seal(answer)?).await
            }
            _ => self.store.release(caller.name()).await,
        };
        if let Err(e) = kept {
            tracing::warn!("an answer could not be kept for its Idempotency-Key: {e}");
        }
        self.clear().await;
        answer
    }

    /// Forgets old calls, once an hour.
    async fn clear(&self) {
        let now = Timestamp::now();
        let last = self.cleared.load(Ordering::Relaxed);
        let due = now.as_second() - last >= 3600;
        let mine = self.cleared.compare_exchange(last, now.as_second(), Ordering::Relaxed, Ordering::Relaxed);
        if due
            && mine.is_ok()
            && let Err(e) = self.store.forget(now - KEPT).await
        {
            tracing::warn!("old answers could not be forgotten: {e}");
        }
    }
}

/// Middleware over the whole API.
pub async fn once(State(calls): State<Calls>, request: Request, next: Next) -> Response {
    let is_unsafe = matches!(*request.method(), Method::POST | Method::PUT | Method::DELETE | Method::PATCH);
    let Some(key) = request.headers().get(HEADER).filter(|_| is_unsafe).cloned() else {
        return next.run(request).await;
    };
    if key.is_empty() || key.len() > LONGEST_KEY {
        return Error::invalid("Idempotency-Key must have 1 to 200 characters").into_response();
    }
    let caller = caller(&request, &key);
    let tasks = calls.tasks.clone();
    match tasks.spawn(calls.answer(caller, request, next)).await {
        Ok(Ok(answer)) => answer.into_response(),
        Ok(Err(e)) => e.into_response(),
        Err(e) => Error::internal("the call ended early").with_source(e).into_response(),
    }
}

fn caller(request: &Request, key: &HeaderValue) -> Caller {
    let credential = |name| request.headers().get(name).map(HeaderValue::as_bytes);
    let who = credential(header::AUTHORIZATION).or_else(|| credential(header::COOKIE)).unwrap_or_default();
    let uri = request.uri().to_string();
    Caller::new(&[who, request.method().as_str().as_bytes(), uri.as_bytes(), key.as_bytes()])
}
