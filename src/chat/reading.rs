//! How far conversations were read: kept for every reader, so that all of a reader's devices agree on what is new.
//!
//! Who scrolls tells of it with every message. Marks are therefore gathered and written together, once a second; a
//! process that is killed forgets the last second of them, and nothing that was said.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::domain::{ConversationId, Reads, UserId};
use crate::error::Result;

use super::Chat;

/// How often marks are written.
const TICK: Duration = Duration::from_secs(1);

/// Whose reading is noted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reader {
    /// The conversation's own, on whatever device.
    Visitor,
    Staff(UserId),
}

/// How far somebody has read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
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
        let mut marks = self.marks.lock().unwrap_or_else(PoisonError::into_inner);
        let seq = marks.entry((mark.conversation, mark.reader)).or_default();
        *seq = mark.seq.max(*seq);
    }

    /// Takes what there is, in one order on every node: so that two that write at once do not wait for each other.
    fn take(&self) -> Vec<ReadMark> {
        let marks = std::mem::take(&mut *self.marks.lock().unwrap_or_else(PoisonError::into_inner));
        let marks =
            marks.into_iter().map(|((conversation, reader), seq)| ReadMark { conversation, reader, seq });
        let mut marks: Vec<_> = marks.collect();
        marks.sort_unstable();
        marks
    }
}

impl Chat {
    /// Notes that somebody has read a conversation up to a message. A number beyond its newest message means that one.
    pub fn note_read(&self, conversation: ConversationId, reader: Reader, seq: i64) {
        self.inner.reading.note(ReadMark { conversation, reader, seq });
    }

    /// How far `reader` and the other side have read each of these conversations.
    pub async fn reads(
        &self,
        reader: Reader,
        ids: &[ConversationId],
    ) -> Result<HashMap<ConversationId, Reads>> {
        self.write_reads().await?;
        self.store().reads(reader, ids).await
    }

    async fn write_reads(&self) -> Result<()> {
        let marks = self.inner.reading.take();
        if marks.is_empty() {
            return Ok(());
        }
        let written = self.store().mark_read(&marks).await;
        if written.is_err() {
            marks.into_iter().for_each(|mark| self.inner.reading.note(mark));
        }
        written
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
