//! What a client has sent and the store has not yet confirmed.
//!
//! Messages of one conversation are stored one after the other, in the order they were sent; those of different
//! conversations side by side. So an agent with many conversations does not wait for one commit a message, and a
//! store that hangs keeps nobody's heartbeats and other people's messages back.

use std::collections::{HashMap, VecDeque};

use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;

use crate::chat::{NewMessage, Posted};
use crate::domain::ConversationId;
use crate::error::Result;

/// Most messages on their way; until one is stored no more is read from the client.
const MOST: usize = 64;

/// A message that was stored, or was not.
pub(super) struct Done {
    pub client_id: String,
    pub posted: Result<Posted>,
    conversation: ConversationId,
}

/// Stores one message.
pub(super) type Posting = BoxFuture<'static, Result<Posted>>;

/// Messages on their way.
#[derive(Default)]
pub(super) struct Writes {
    running: FuturesUnordered<BoxFuture<'static, Done>>,
    /// Conversations of which a message is running, with those that come after it.
    waiting: HashMap<ConversationId, VecDeque<(String, Posting)>>,
    count: usize,
}

impl Writes {
    /// Whether one more has room.
    pub fn has_room(&self) -> bool {
        self.count < MOST
    }

    /// Begins to store a message, once those before it in its conversation are.
    pub fn push(&mut self, conversation: ConversationId, new: &NewMessage, posting: Posting) {
        self.count += 1;
        let message = (new.client_id.clone(), posting);
        match self.waiting.get_mut(&conversation) {
            Some(behind) => behind.push_back(message),
            None => {
                self.waiting.insert(conversation, VecDeque::new());
                self.start(conversation, message);
            }
        }
    }

    /// The next message that is through; waits for ever when none is on its way. Loses nothing when dropped.
    pub async fn next(&mut self) -> Done {
        let Some(done) = self.running.next().await else { return std::future::pending().await };
        self.count -= 1;
        match self.waiting.get_mut(&done.conversation).and_then(VecDeque::pop_front) {
            Some(message) => self.start(done.conversation, message),
            None => drop(self.waiting.remove(&done.conversation)),
        }
        done
    }

    /// Waits until everything is through: what was read from a client is stored, whether or not the client stays.
    pub async fn finish(&mut self) {
        while self.count > 0 {
            self.next().await;
        }
    }

    fn start(&self, conversation: ConversationId, (client_id, posting): (String, Posting)) {
        self.running.push(Box::pin(async move { Done { client_id, posted: posting.await, conversation } }));
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use futures_util::FutureExt;
    use tokio::sync::oneshot;

    use super::*;
    use crate::error::Error;

    /// A message whose storing ends when it is told to; the end says that it has begun.
    fn message(writes: &mut Writes, conversation: ConversationId, name: &str) -> oneshot::Sender<()> {
        let (end, ended) = oneshot::channel();
        let posting = async move {
            let _ = ended.await;
            Err(Error::invalid("for the test, the outcome is all the same"))
        };
        let new = NewMessage { client_id: name.into(), ..NewMessage::default() };
        writes.push(conversation, &new, Box::pin(posting));
        end
    }

    fn through(writes: &mut Writes) -> Option<String> {
        writes.next().now_or_never().map(|done| done.client_id)
    }

    #[tokio::test]
    async fn one_after_the_other_in_a_conversation_side_by_side_in_many() {
        let mut writes = Writes::default();
        let (one, two) = (ConversationId::new(), ConversationId::new());
        let first = message(&mut writes, one, "first");
        let second = message(&mut writes, one, "second");
        let other = message(&mut writes, two, "other");
        second.send(()).unwrap();
        other.send(()).unwrap();
        assert_eq!(through(&mut writes).as_deref(), Some("other"));
        assert_eq!(through(&mut writes), None, "the second waits for the first, though it would be quicker");
        first.send(()).unwrap();
        assert_eq!(through(&mut writes).as_deref(), Some("first"));
        assert_eq!(through(&mut writes).as_deref(), Some("second"));
        assert_eq!(through(&mut writes), None);
        assert!(writes.waiting.is_empty(), "a conversation without messages is forgotten");
    }

    #[tokio::test]
    async fn no_more_is_taken_than_has_room() {
        let mut writes = Writes::default();
        let ends: Vec<_> =
            (0..MOST).map(|n| message(&mut writes, ConversationId::new(), &n.to_string())).collect();
        assert!(!writes.has_room());
        for end in ends {
            end.send(()).unwrap();
        }
        writes.finish().await;
        assert!(writes.has_room());
    }
}
