//! Group commit: writes that arrive while a transaction is being synced to disk share the next one.
//!
//! A commit costs one fsync, whether it holds one message or two hundred. Writers queue here; a task that lives only
//! while there is work takes all that wait, runs them in one transaction in the order they came, commits, and only
//! then tells each writer, in the same order. Nobody waits for a timer: a lone message is committed at once.
//!
//! The task belongs to nobody's request, so a client that hangs up cannot abort the writes of others.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use crate::chat::{WriteRequest, Written};
use crate::error::{Code, Error, Result};
use crate::store::{Db, database_error};
use crate::tasks::Tasks;

use super::append::append;

/// Most writes one transaction holds: bounds how long a single one waits.
const MAX_BATCH: usize = 256;
/// Most writes that may wait. Beyond it the caller is told at once.
const MAX_WAITING: usize = 20_000;

struct Job {
    request: WriteRequest,
    reply: oneshot::Sender<Result<Written>>,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Job>,
    running: bool,
}

/// The queue in front of the writer connection.
pub(super) struct Group {
    db: Db,
    tasks: Tasks,
    state: Mutex<State>,
}

impl Group {
    pub(super) fn new(db: Db, tasks: Tasks) -> Arc<Self> {
        Arc::new(Self { db, tasks, state: Mutex::default() })
    }

    /// Queues a write and waits for its commit.
    pub(super) async fn write(self: &Arc<Self>, request: WriteRequest) -> Result<Written> {
        let (reply, done) = oneshot::channel();
        let start = {
            let mut state = self.lock();
            if state.waiting.len() >= MAX_WAITING {
                return Err(Error::new(
                    Code::Overloaded,
                    "too many messages at once; send it again in a moment",
                ));
            }
            state.waiting.push_back(Job { request, reply });
            !std::mem::replace(&mut state.running, true)
        };
        if start {
            let group = self.clone();
            self.tasks.spawn(async move { group.work().await });
        }
        done.await.map_err(|_| Error::internal("the writer ended before it answered"))?
    }

    async fn work(&self) {
        let _guard = NotRunning(self);
        loop {
            let batch: Vec<Job> = {
                let mut state = self.lock();
                let n = state.waiting.len().min(MAX_BATCH);
                if n == 0 {
                    // Under the same lock as the look into the queue: no job can slip in between unseen.
                    state.running = false;
                    return;
                }
                state.waiting.drain(..n).collect()
            };
            metrics::histogram!("zhike_group_commit_size").record(batch.len() as f64);
            self.commit(batch).await;
        }
    }

    /// One transaction for all. When a statement fails, the group is taken apart and each is tried alone, so that
    /// one bad write cannot fail its neighbours.
    async fn commit(&self, batch: Vec<Job>) {
        let requests: Vec<&WriteRequest> = batch.iter().map(|j| &j.request).collect();
        match self.together(&requests).await {
            Ok(results) => batch.into_iter().zip(results).for_each(|(job, result)| finish(job, result)),
            Err(Failure::Statement(e)) if batch.len() > 1 => {
                tracing::warn!(error = %e, writes = batch.len(), "a group of writes failed; each is tried alone");
                for job in batch {
                    let alone = self.together(&[&job.request]).await;
                    let result =
                        alone.map_err(Failure::into_error).and_then(|mut r| r.pop().unwrap_or_else(nothing));
                    finish(job, result);
                }
            }
            Err(failure) => {
                let e = failure.into_error();
                tracing::error!(error = %e, source = ?std::error::Error::source(&e), "messages could not be stored");
                for job in batch {
                    finish(job, Err(Error::new(e.code(), e.detail().to_owned())));
                }
            }
        }
    }

    async fn together(&self, requests: &[&WriteRequest]) -> Result<Vec<Result<Written>>, Failure> {
        let mut tx = self.db.write().await.map_err(Failure::Transaction)?;
        let mut results = Vec::with_capacity(requests.len());
        for request in requests {
            results.push(append(&mut tx, request).await.map_err(Failure::Statement)?);
        }
        tx.commit().await.map_err(|e| Failure::Transaction(database_error(e)))?;
        Ok(results)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where a group failed: in one of its statements, or as a whole.
enum Failure {
    Statement(Error),
    Transaction(Error),
}

impl Failure {
    fn into_error(self) -> Error {
        match self {
            Failure::Statement(e) | Failure::Transaction(e) => e,
        }
    }
}

fn finish(job: Job, result: Result<Written>) {
    if let Ok(written) = &result {
        (job.request.on_commit)(written);
    }
    // The caller may have hung up; what is stored is stored.
    let _ = job.reply.send(result);
}

fn nothing() -> Result<Written> {
    Err(Error::internal("a write had no result"))
}

/// Should the task end in any other way than by an empty queue, the next writer starts another one.
struct NotRunning<'a>(&'a Group);

impl Drop for NotRunning<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.lock().running = false;
        }
    }
}
