//! The one place that starts background tasks, so that shutdown can wait for all of them.
//!
//! Everything long-lived is spawned through [`Tasks`]: it carries the token that says "stop" and counts who is
//! still running. `tokio::spawn` is disallowed elsewhere because a task nobody counts is a task that loses work
//! when the process stops.

use std::future::Future;
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// A counted set of background tasks and the token that asks them to stop. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Tasks {
    tracker: TaskTracker,
    token: CancellationToken,
}

impl Tasks {
    /// An empty set whose token has not been cancelled.
    pub fn new() -> Self {
        Self::default()
    }

    /// The token that is cancelled when the process begins to stop. Long-lived loops select on it.
    pub fn token(&self) -> CancellationToken {
        self.token.clone()
    }

    /// Runs `future` as a counted task. The future itself must watch [`Tasks::token`] if it does not end by itself.
    #[allow(clippy::disallowed_methods)] // the one place where tasks start
    pub fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        self.tracker.spawn(future)
    }

    /// Runs blocking work on the blocking pool, counted like any other task.
    #[allow(clippy::disallowed_methods)]
    pub fn spawn_blocking<F, T>(&self, work: F) -> JoinHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        self.tracker.spawn_blocking(work)
    }

    /// Asks every task to stop and waits for them, at most `patience`. Returns whether all of them ended.
    pub async fn shutdown(&self, patience: Duration) -> bool {
        self.token.cancel();
        self.tracker.close();
        tokio::time::timeout(patience, self.tracker.wait()).await.is_ok()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn shutdown_waits_for_running_tasks() {
        let tasks = Tasks::new();
        let token = tasks.token();
        let handle = tasks.spawn(async move {
            token.cancelled().await;
            "finished"
        });
        assert!(tasks.shutdown(Duration::from_secs(5)).await);
        assert_eq!(handle.await.unwrap(), "finished");
    }
}
