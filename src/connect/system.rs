//! One declared system at work: cache → permit → breaker → transport → mapping, all inside the call's deadline.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Semaphore;

use super::Transport;
use super::breaker::Breaker;
use super::cache::Answers;
use super::compile::{Compiled, Operation};
use super::recorded::Recorded;
use super::request::Ask;
use super::rest::Rest;
use super::secrets::Secrets;
use crate::dialog::systems::{Call, Record, Reply, Trouble};

/// A system that can be called.
pub struct System {
    pub compiled: Arc<Compiled>,
    pub breaker: Breaker,
    transport: Box<dyn Transport>,
    permits: Semaphore,
    answers: Answers,
}

impl System {
    /// Puts together what a declaration needs. Files it names lie in `folder`.
    pub fn new(compiled: Compiled, folder: &Path) -> Result<Self, String> {
        let compiled = Arc::new(compiled);
        let transport: Box<dyn Transport> = match &compiled.spec.recorded {
            Some(file) => Box::new(Recorded::open(&folder.join(file))?),
            None => Box::new(Rest::new(compiled.clone(), Secrets::new(folder))?),
        };
        Ok(Self {
            breaker: Breaker::new(compiled.spec.breaker),
            permits: Semaphore::new(compiled.spec.max_concurrent),
            answers: Answers::new(),
            transport,
            compiled,
        })
    }

    /// Opens the connection before somebody needs it.
    pub async fn warm(&self) {
        self.transport.warm().await;
    }

    /// Asks, or tells.
    pub async fn call(&self, operation: &Operation, call: &Call) -> Result<Reply, Trouble> {
        let key = Answers::key(operation, &call.params);
        let fresh_for = Duration::from_millis(operation.cache_ms);
        if !call.fresh
            && operation.cache_ms > 0
            && let Some((records, _)) = self.answers.get(&key, fresh_for)
        {
            return Ok(Reply { records, age: None });
        }
        let (started, changes) = (Instant::now(), self.answers.changes());
        let asked = self.ask(operation, call).await;
        self.measure(operation, &asked, started);
        match asked {
            Ok(records) => {
                if operation.cache_ms + operation.stale_ms > 0 {
                    self.answers.put(key, &records, changes);
                }
                Ok(Reply { records, age: None })
            }
            Err(trouble) => self.stale(operation, call, &key).ok_or(trouble),
        }
    }

    /// Something was changed, here or in another system: what was said before may no longer be so.
    pub fn forget(&self) {
        self.answers.clear();
    }

    /// What the system said earlier, when it says nothing now.
    fn stale(&self, operation: &Operation, call: &Call, key: &str) -> Option<Reply> {
        if call.fresh || !operation.is_read() || operation.stale_ms == 0 {
            return None;
        }
        let (records, age) = self.answers.get(key, Duration::from_millis(operation.stale_ms))?;
        Some(Reply { records, age: Some(age) })
    }

    async fn ask(&self, operation: &Operation, call: &Call) -> Result<Vec<Record>, Trouble> {
        let own = Instant::now() + Duration::from_millis(self.compiled.spec.timeout_ms);
        let deadline = tokio::time::Instant::from_std(own.min(call.deadline));
        let permit = tokio::time::timeout_at(deadline, self.permits.acquire()).await;
        let Ok(Ok(_permit)) = permit else { return Err(Trouble::Unavailable) };
        let Some(leave) = self.breaker.enter(Instant::now()) else { return Err(Trouble::Unavailable) };
        let ask = Ask { params: &call.params, idempotency_key: call.idempotency_key.as_deref() };
        let fetched = tokio::time::timeout_at(deadline, self.transport.fetch(operation, &ask)).await;
        let records = match fetched {
            Err(_) => Err(Trouble::Late),
            Ok(Err(trouble)) => Err(trouble),
            Ok(Ok(None)) => Ok(Vec::new()),
            Ok(Ok(Some(json))) => operation.mapping.read(&json, &call.params).map_err(Trouble::Broken),
        };
        // A system that says no works; one that fails, lies or is silent does not.
        if matches!(records, Ok(_) | Err(Trouble::Refused)) {
            leave.succeeded();
        }
        records
    }

    fn measure(&self, operation: &Operation, asked: &Result<Vec<Record>, Trouble>, started: Instant) {
        let outcome = asked.as_ref().map_or_else(Trouble::name, |_| "ok");
        let name = format!("{}.{}", self.compiled.spec.name, operation.name);
        if let Err(trouble) = asked {
            tracing::warn!(operation = %name, outcome, detail = ?trouble, "a business system did not answer");
        }
        let labels = [("operation", name), ("outcome", outcome.to_owned())];
        metrics::histogram!("zhike_connector_seconds", &labels).record(started.elapsed().as_secs_f64());
    }
}
