//! How far conversations were read: kept for every reader, so that all of a reader's devices agree on what is new.
//!
//! Who scrolls tells of it with every message. Marks are therefore gathered and written together, once a second; a
//! process that is killed forgets the last second of them, and nothing that was said.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::domain::{ConversationId, Reads, Role, User, UserId};
use crate::error::Result;

use super::Chat;

/// How often marks are written.
const TICK: Duration = Duration::from_secs(1);

/// Whose reading is noted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reader {
    /// The conversation's own, on whatever device.
    Visitor,
    /// Somebody who may answer.
    Agent(UserId),
    /// Somebody who only looks, which the visitor does not hear of.
    Viewer(UserId),
}

impl Reader {
    /// A member of staff.
    pub fn staff(user: &User) -> Self {
        if user.role >= Role::Agent { Self::Agent(user.id) } else { Self::Viewer(user.id) }
    }
}

/// How far somebody has read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadMark {
    pub conversation: ConversationId,
    pub reader: Reader,
    pub seq: i64,
}

/// Marks that are not written yet.
#[derive(Default)]
pub(super) struct Reading {
    marks: Mutex<HashMap<(ConversationId, Reader), i64>>,
}

impl Reading {
    fn note(&self, mark: ReadMark) {
        let mut marks = self.lock();
        let seq = marks.entry((mark.conversation, mark.reader)).or_default();
        *seq = mark.seq.max(*seq);
    }

    /// What is to be written. It stays until it [was](Self::written), so that nobody who asks meanwhile is told less.
    fn pending(&self) -> Vec<ReadMark> {
        let marks = self.lock();
        let mark = |(&(conversation, reader), &seq): (&(ConversationId, Reader), &i64)| ReadMark {
            conversation,
            reader,
            seq,
        };
        marks.iter().map(mark).collect()
    }

    fn written(&self, marks: &[ReadMark]) {
        let mut pending = self.lock();
        for ReadMark { conversation, reader, seq } in marks {
            if pending.get(&(*conversation, *reader)).is_some_and(|newest| newest <= seq) {
                pending.remove(&(*conversation, *reader));
            }
        }
    }

    /// How far `reader` has read each of these at least.
    fn at_least(&self, reader: Reader, ids: &[ConversationId]) -> Vec<(ConversationId, i64)> {
        let marks = self.lock();
        ids.iter().map(|id| (*id, marks.get(&(*id, reader)).copied().unwrap_or_default())).collect()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<(ConversationId, Reader), i64>> {
        self.marks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Chat {
    /// Notes that somebody has read a conversation up to a message, which there is.
    pub fn note_read(&self, conversation: ConversationId, reader: Reader, seq: i64) {
        self.inner.reading.note(ReadMark { conversation, reader, seq });
    }

    /// How far `reader` and the other side have read each of these conversations; of the other side it may be a moment old.
    pub async fn reads(
        &self,
        reader: Reader,
        ids: &[ConversationId],
    ) -> Result<HashMap<ConversationId, Reads>> {
        self.store().reads(reader, &self.inner.reading.at_least(reader, ids)).await
    }

    /// How far a visitor and the shop have read their conversation, whose newest message is `last_seq`.
    pub async fn visitor_reads(&self, id: ConversationId, last_seq: i64) -> Result<Reads> {
        // Most who open a widget never say a word.
        if last_seq == 0 {
            return Ok(Reads::default());
        }
        Ok(self.reads(Reader::Visitor, &[id]).await?.remove(&id).unwrap_or_default())
    }

    async fn write_reads(&self) -> Result<()> {
        let marks = self.inner.reading.pending();
        if !marks.is_empty() {
            self.store().mark_read(&marks).await?;
            self.inner.reading.written(&marks);
        }
        Ok(())
    }

    pub(super) fn start_reading(&self) {
        let chat = self.clone();
        let stop = self.inner.tasks.token();
        self.inner.tasks.spawn(async move {
            let mut stopping = false;
            while !stopping {
                tokio::select! {
                    () = stop.cancelled() => stopping = true,
                    () = tokio::time::sleep(TICK) => {}
                }
                if let Err(e) = chat.write_reads().await {
                    tracing::warn!(error = %e, "how far was read could not be written; trying again");
                }
            }
        });
    }
}
