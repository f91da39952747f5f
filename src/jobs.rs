//! Background jobs: imports, training, evaluation. Whoever starts one gets its id at once and can watch it.
//!
//! The board keeps jobs in memory: what a job changes is durable by itself (a document is imported in one
//! transaction), and a job cut short by a stop is simply started again by its owner.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::{Semaphore, watch};
use tokio_util::sync::CancellationToken;

use crate::domain::{Job, JobId, JobState};
use crate::error::{Code, Error, Result};
use crate::tasks::Tasks;

/// Finished jobs beyond this number are forgotten, oldest first.
const REMEMBERED: usize = 1_000;
/// Jobs that run at the same time; more would only starve the visitors.
const SIDE_BY_SIDE: usize = 2;

/// Starts jobs and tells how far they are. Cheap to clone.
#[derive(Clone)]
pub struct JobBoard {
    jobs: Arc<Mutex<HashMap<JobId, Kept>>>,
    places: Arc<Semaphore>,
    tasks: Tasks,
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
        Self { jobs: Arc::default(), places: Arc::new(Semaphore::new(SIDE_BY_SIDE)), tasks }
    }

    /// Queues `work`, which reports through its [`Progress`] and ends in a JSON result, and returns the queued job.
    pub fn start<F, Fut>(&self, kind: &str, subject: &str, work: F) -> Job
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
        self.remember(job.id, Kept { job: sender.clone(), cancel: cancel.clone() });

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
    pub fn get(&self, id: JobId) -> Result<Job> {
        Ok(self.watch(id)?.borrow().clone())
    }

    /// A receiver that sees every later change.
    pub fn watch(&self, id: JobId) -> Result<watch::Receiver<Job>> {
        let jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        jobs.get(&id).map(|kept| kept.job.subscribe()).ok_or_else(|| Error::not_found("job", id))
    }

    /// Ends a job: its work is dropped where it waits, and it has failed. One that has ended stays as it is.
    pub fn cancel(&self, id: JobId) -> Result<()> {
        let jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        jobs.get(&id).map(|kept| kept.cancel.cancel()).ok_or_else(|| Error::not_found("job", id))
    }

    /// Waits until the job has ended, at most `patience`.
    pub async fn finished(&self, id: JobId, patience: Duration) -> Result<Job> {
        let mut changes = self.watch(id)?;
        let ended = changes.wait_for(|job| matches!(job.state, JobState::Done | JobState::Failed));
        match tokio::time::timeout(patience, ended).await {
            Ok(Ok(job)) => Ok(job.clone()),
            _ => self.get(id),
        }
    }

    fn remember(&self, id: JobId, kept: Kept) {
        let mut jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        jobs.insert(id, kept);
        if jobs.len() <= REMEMBERED {
            return;
        }
        // Ids are ordered by time, so the smallest finished one is the oldest.
        let ended = |kept: &Kept| matches!(kept.job.borrow().state, JobState::Done | JobState::Failed);
        let oldest = jobs.iter().filter(|(_, kept)| ended(kept)).map(|(id, _)| *id).min();
        if let Some(oldest) = oldest {
            jobs.remove(&oldest);
        }
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
        let bad = board.start("import", "b.pdf", async |_| Err(Error::invalid("page 2 is damaged")));

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
        board.cancel(job.id).unwrap();
        let job = board.finished(job.id, Duration::from_secs(5)).await.unwrap();
        assert_eq!(job.state, JobState::Failed);
        assert!(dropped.load(std::sync::atomic::Ordering::SeqCst));
        board.cancel(job.id).unwrap();
    }

    #[tokio::test]
    async fn an_unknown_job_is_not_found() {
        let board = JobBoard::new(Tasks::new());
        assert!(board.get(JobId::new()).is_err());
        assert!(board.cancel(JobId::new()).is_err());
    }
}
