//! Calls that may come in twice, on any node, and must be done once.

use async_trait::async_trait;
use jiff::Timestamp;

use crate::error::Result;

/// Whose a call is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// Nobody has done it: it is the caller's to do.
    Mine,
    /// Somebody is doing it.
    Running,
    /// It was done, and this is what was answered.
    Done(Vec<u8>),
}

/// Where calls and their answers are kept. Names and answers are opaque.
#[async_trait]
pub trait OnceStore: Send + Sync {
    /// Claims a call. One that was begun before `lost` and never answered is taken for lost with its node.
    async fn claim(&self, name: &str, now: Timestamp, lost: Timestamp) -> Result<Claim>;
    /// Keeps what a call was answered.
    async fn keep(&self, name: &str, answer: &[u8]) -> Result<()>;
    /// Lets a call that failed be made again.
    async fn release(&self, name: &str) -> Result<()>;
    /// Forgets what was begun before.
    async fn forget(&self, before: Timestamp) -> Result<()>;
}
