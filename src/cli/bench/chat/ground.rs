//! What is measured, seen from its clients: our server, or the yardstick beside it.

use super::client::{Receiver, Sender};
use crate::cli::bench::process::Process;
use crate::error::Result;

/// Both ends of somebody's socket.
pub type Socket = (Sender, Receiver);

/// Conversations in which visitors and one agent write, each with a socket.
pub struct Talkers {
    pub agent: Socket,
    /// In the order of `conversations`.
    pub visitors: Vec<Socket>,
    pub conversations: Vec<String>,
}

/// A server that clients connect to.
pub trait Ground {
    /// The process it runs in.
    fn process(&self) -> Process;

    /// Opens the `number`th socket of a visitor who says nothing.
    ///
    /// # Errors
    /// When there is no file or port left for it, or the server refuses.
    async fn visitor(&self, number: usize) -> Result<Socket>;

    /// Opens conversations that the agent has taken.
    ///
    /// # Errors
    /// As [`Self::visitor`].
    async fn talkers(&self, count: usize) -> Result<Talkers>;
}
