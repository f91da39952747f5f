//! Background jobs: imports, training, evaluation. Whoever starts one gets its id at once and can watch it.
//!
//! The board keeps jobs in memory: what a job changes is durable by itself (a document is imported in one
//! transaction), and a job cut short by a stop is simply started again by its owner. Where there are several nodes, a
//! copy of each job lies in the store, for those who ask another node about it.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::{Semaphore, watch};
use tokio_util::sync::CancellationToken;

use crate::domain::{Job, JobId, JobState};
use crate::error::{Code, Error, Result};
use crate::tasks::Tasks;

/// Finished jobs beyond this number are forgotten, oldest first.
const REMEMBERED: usize = 1_000;
/// Jobs that run at the same time; more would only starve the visitors.
const SIDE_BY_SIDE: usize = 2;

/// How often the copy in the store is renewed while a job runs, and looked at by those who watch from another node.
const COPY_EVERY: Duration = Duration::from_millis(500);
/// A copy that was not renewed for as long belongs to a node that is gone.
const GONE_AFTER: SignedDuration = SignedDuration::from_secs(30);
/// The copy of a job that does not change is renewed as often.
const RENEW_EVERY: Duration = Duration::from_secs(2);
/// Copies are kept for a week.
const KEPT: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Copies of jobs, for other nodes.
#[async_trait]
pub trait JobStore: Send + Sync {
    /// Keeps the job as it is now; `node` does it.
    async fn put(&self, job: &Job, node: &str) -> Result<()>;
    /// The job, and when its copy was renewed.
    async fn get(&self, id: JobId) -> Result<Option<(Job, Timestamp)>>;
    /// Asks the node that does it to end it.
    async fn cancel(&self, id: JobId) -> Result<()>;
    /// Jobs of this node that others have asked to end.
    async fn cancelled(&self, node: &str) -> Result<Vec<JobId>>;
    /// Forgets those that were renewed last before then.
    async fn forget(&self, before: Timestamp) -> Result<()>;
}

/// Where copies are kept, and under which name this node's are.
#[derive(Clone)]
struct Shared {
    store: Arc<dyn JobStore>,
    node: String,
}

/// Starts jobs and tells how far they are. Cheap to clone.
#[derive(Clone)]
pub struct JobBoard {
    jobs: Arc<Mutex<HashMap<JobId, Kept>>>,
    places: Arc<Semaphore>,
    tasks: Tasks,
    shared: Option<Shared>,
}

/// A job that is remembered.
struct Kept {
    job: watch::Sender<Job>,
    cancel: CancellationToken,
}

/// What a running job reports to.
#[derive(Clone)]
pub struct Progress {
    job: watch::Sender<Job>,
}

impl Progress {
    /// `done` is 0..=1, `step` says in words what is being done.
    pub fn report(&self, done: f32, step: &str) {
        self.job.send_modify(|job| {
            job.progress = done.clamp(0.0, 1.0);
            job.step = step.to_string();
            job.updated_at = Timestamp::now();
        });
    }
}

impl JobBoard {
    /// An empty board whose jobs are counted by `tasks`.
    pub fn new(tasks: Tasks) -> Self {
        let places = Arc::new(Semaphore::new(SIDE_BY_SIDE));
        Self { jobs: Arc::default(), places, tasks, shared: None }
    }

    /// The same board, whose jobs other nodes can ask for.
    pub fn shared(self, store: Arc<dyn JobStore>, node: &str) -> Self {
        Self { shared: Some(Shared { store, node: node.to_owned() }), ..self }
    }

    /// Queues `work`, which reports through its [`Progress`] and ends in a JSON result, and returns the queued job. By
    /// then other nodes know of it.
    pub async fn start<F, Fut>(&self, kind: &str, subject: &str, work: F) -> Job
    where
        F: FnOnce(Progress) -> Fut + Send + 'static,
        Fut: Future<Output = Result<serde_json::Value>> + Send + 'static,
    {
        let now = Timestamp::now();
        let job = Job {
            id: JobId::new(),
            kind: kind.to_string(),
            subject: subject.to_string(),
            state: JobState::Queued,
            progress: 0.0,
            step: "queued".into(),
            result: None,
            error: None,
            created_at: now,
            updated_at: now,
        };
        let (sender, _) = watch::channel(job.clone());
        let cancel = CancellationToken::new();
        if let Some(shared) = &self.shared
            && let Err(e) = shared.store.put(&job, &shared.node).await
        {
            tracing::warn!(job = %job.id, error = %e, "other nodes will know of a job later");
        }
        // From here on nothing waits: a caller that goes away cannot leave half a job behind.
        self.remember(job.id, Kept { job: sender.clone(), cancel: cancel.clone() });
        if let Some(shared) = self.shared.clone() {
            self.tasks.spawn(keep_copy(shared, sender.subscribe(), cancel.clone()));
        }

        let places = self.places.clone();
        let token = self.tasks.token();
        self.tasks.spawn(async move {
            let run = async {
                let _place = places.acquire().await;
                sender.send_modify(|job| job.state = JobState::Running);
                work(Progress { job: sender.clone() }).await
            };
            let outcome = tokio::select! {
                outcome = run => outcome,
                () = cancel.cancelled() => Err(Error::new(Code::InvalidState, "somebody cancelled it")),
                () = token.cancelled() => Err(Error::internal("the server stopped before this was done: start it again")),
            };
            finish(&sender, outcome);
        });
        job
    }

    /// The job as it is now.
    pub async fn get(&self, id: JobId) -> Result<Job> {
        if let Some(job) = self.here(id, |kept| kept.job.borrow().clone()) {
            return Ok(job);
        }
        match &self.shared {
            Some(shared) => shared.job(id).await,
            None => Err(Error::not_found("job", id)),
        }
    }

    /// A receiver that sees every later change.
    pub async fn watch(&self, id: JobId) -> Result<watch::Receiver<Job>> {
        if let Some(receiver) = self.here(id, |kept| kept.job.subscribe()) {
            return Ok(receiver);
        }
        let Some(shared) = self.shared.clone() else { return Err(Error::not_found("job", id)) };
        let (sender, receiver) = watch::channel(shared.job(id).await?);
        let stop = self.tasks.token();
        self.tasks.spawn(async move {
            while !ended(&sender.borrow()) && !sender.is_closed() && !stop.is_cancelled() {
                tokio::time::sleep(COPY_EVERY).await;
                let Ok(job) = shared.job(id).await else { continue };
                sender.send_if_modified(|known| {
                    let news = *known != job;
                    *known = job;
                    news
                });
            }
        });
        Ok(receiver)
    }

    /// Ends a job: its work is dropped where it waits, and it has failed. One that has ended stays as it is.
    pub async fn cancel(&self, id: JobId) -> Result<()> {
        if self.here(id, |kept| kept.cancel.cancel()).is_some() {
            return Ok(());
        }
        let Some(shared) = &self.shared else { return Err(Error::not_found("job", id)) };
        shared.job(id).await?;
        shared.store.cancel(id).await
    }

    /// Something of a job of this node.
    fn here<T>(&self, id: JobId, what: impl FnOnce(&Kept) -> T) -> Option<T> {
        let jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        jobs.get(&id).map(what)
    }

    /// Waits until the job has ended, at most `patience`.
    pub async fn finished(&self, id: JobId, patience: Duration) -> Result<Job> {
        let mut changes = self.watch(id).await?;
        if let Ok(Ok(job)) = tokio::time::timeout(patience, changes.wait_for(ended)).await {
            return Ok(job.clone());
        }
        self.get(id).await
    }

    fn remember(&self, id: JobId, kept: Kept) {
        let mut jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        jobs.insert(id, kept);
        if jobs.len() <= REMEMBERED {
            return;
        }
        // Ids are ordered by time, so the smallest finished one is the oldest.
        let oldest = jobs.iter().filter(|(_, kept)| ended(&kept.job.borrow())).map(|(id, _)| *id).min();
        if let Some(oldest) = oldest {
            jobs.remove(&oldest);
        }
    }
}

impl Shared {
    /// A job of another node. One whose node is gone has failed.
    async fn job(&self, id: JobId) -> Result<Job> {
        let found = self.store.get(id).await?;
        let (mut job, renewed) = found.ok_or_else(|| Error::not_found("job", id))?;
        if !ended(&job) && Timestamp::now().duration_since(renewed) > GONE_AFTER {
            job.state = JobState::Failed;
            job.error = Some("the node that did this has ended: start it again".to_owned());
        }
        Ok(job)
    }
}

fn ended(job: &Job) -> bool {
    matches!(job.state, JobState::Done | JobState::Failed)
}

/// Keeps the copy of a job until the job has ended, and ends it when another node was asked to.
async fn keep_copy(shared: Shared, mut changes: watch::Receiver<Job>, cancel: CancellationToken) {
    let Shared { store, node } = shared;
    if let Err(e) = store.forget(Timestamp::now() - KEPT).await {
        tracing::debug!(error = %e, "old jobs could not be forgotten");
    }
    loop {
        let job = changes.borrow_and_update().clone();
        let kept = async {
            store.put(&job, &node).await?;
            Ok::<_, Error>(store.cancelled(&node).await?.contains(&job.id))
        };
        match kept.await {
            Ok(true) => cancel.cancel(),
            Ok(false) => {}
            Err(e) => {
                tracing::warn!(job = %job.id, error = %e, "the copy of a job could not be kept; trying again")
            }
        }
        if ended(&job) {
            return;
        }
        tokio::time::sleep(COPY_EVERY).await;
        let _ = tokio::time::timeout(RENEW_EVERY, changes.changed()).await;
    }
}

fn finish(sender: &watch::Sender<Job>, outcome: Result<serde_json::Value>) {
    sender.send_modify(|job| {
        job.updated_at = Timestamp::now();
        match outcome {
            Ok(result) => {
                job.state = JobState::Done;
                job.progress = 1.0;
                job.step = "done".into();
                job.result = Some(result);
            }
            Err(e) => {
                job.state = JobState::Failed;
                job.error = Some(e.to_string());
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_job_ends_in_its_result_or_in_a_reason() {
        let board = JobBoard::new(Tasks::new());
        let good = board.start("import", "a.md", async |progress| {
            progress.report(0.5, "reading");
            Ok(serde_json::json!({"chunks": 3}))
        });
        let good = good.await;
        let bad = board.start("import", "b.pdf", async |_| Err(Error::invalid("page 2 is damaged"))).await;

        let good = board.finished(good.id, Duration::from_secs(5)).await.unwrap();
        assert_eq!((good.state, good.progress), (JobState::Done, 1.0));
        assert_eq!(good.result.unwrap()["chunks"], 3);

        let bad = board.finished(bad.id, Duration::from_secs(5)).await.unwrap();
        assert_eq!(bad.state, JobState::Failed);
        assert_eq!(bad.error.as_deref(), Some("page 2 is damaged"));
    }

    #[tokio::test]
    async fn a_cancelled_job_drops_its_work_and_has_failed() {
        struct Dropped(Arc<std::sync::atomic::AtomicBool>);
        impl Drop for Dropped {
            fn drop(&mut self) {
                self.0.store(true, std::sync::atomic::Ordering::SeqCst);
            }
        }
        let board = JobBoard::new(Tasks::new());
        let dropped = Arc::new(std::sync::atomic::AtomicBool::new(false));
        let work = Dropped(dropped.clone());
        let job = board.start("train", "intents", async move |_| {
            let _work = work;
            std::future::pending().await
        });
        let job = job.await;
        board.cancel(job.id).await.unwrap();
        let job = board.finished(job.id, Duration::from_secs(5)).await.unwrap();
        assert_eq!(job.state, JobState::Failed);
        assert!(dropped.load(std::sync::atomic::Ordering::SeqCst));
        board.cancel(job.id).await.unwrap();
    }

    #[tokio::test]
    async fn an_unknown_job_is_not_found() {
        let board = JobBoard::new(Tasks::new());
        assert!(board.get(JobId::new()).await.is_err());
        assert!(board.cancel(JobId::new()).await.is_err());
    }
}
