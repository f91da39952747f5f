//! The reader: a question and a passage in one text, and what comes out is whether the passage answers, and with which
//! words.
//!
//! A second model of the encoder's family, with fewer layers, its tokeniser and its word table, on the same threads.
//! Where the encoder compares two vectors made apart, here every word of the question sees every word of the passage.
//! What the verdict is worth in an order of passages is for the ranking to say.

mod model;
mod span;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;

use std::sync::Arc;

use tokio::sync::oneshot;

use crate::error::Result;

use super::handle::received;
use super::work::{Read, Work, estimate};
use super::{Encoder, Priority};

pub use model::ReaderFiles;
pub(super) use model::ReaderModel;

/// A question and a passage to be read together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    pub question: String,
    /// What stands above the passage: its headings.
    pub heading: String,
    pub text: String,
}

/// What the reader makes of a pair.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reading {
    /// Log-odds that the passage answers the question.
    pub answers: f32,
    /// The words that answer if it does: start and end (exclusive) in Unicode scalar values of the passage's text.
    /// `None` when nothing of the text was read.
    pub span: Option<(usize, usize)>,
    /// How far that span's score is above the score of no span at all: a second witness.
    pub span_margin: f32,
}

/// A handle to a loaded reader. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Reader {
    encoder: Encoder,
    model: Arc<ReaderModel>,
}

impl Reader {
    /// Loads a reader that was made from this encoder.
    ///
    /// # Errors
    /// [`crate::error::Code::BadModel`] when the files are broken or belong to another encoder.
    pub fn open(files: &ReaderFiles, encoder: &Encoder) -> Result<Self> {
        Ok(Self { encoder: encoder.clone(), model: Arc::new(ReaderModel::load(files, encoder.model())?) })
    }

    /// Name and checksum of the model.
    pub fn id(&self) -> &str {
        &self.model.id
    }

    /// Reads every pair, in order. Pairs longer than the model takes are read as far as it goes.
    ///
    /// # Errors
    /// [`crate::error::Code::Overloaded`] at once when the lane of `priority` is full.
    pub async fn read(&self, pairs: Vec<Pair>, priority: Priority) -> Result<Vec<Reading>> {
        let (mut work, mut answers) = (Vec::with_capacity(pairs.len()), Vec::with_capacity(pairs.len()));
        for pair in pairs {
            let (reply, answer) = oneshot::channel();
            let length = pair.question.len() + pair.heading.len() + pair.text.len();
            let tokens = estimate(length, self.model.max_tokens());
            work.push(Work::Read(Read { reader: self.model.clone(), pair, tokens, reply }));
            answers.push(answer);
        }
        self.encoder.submit(priority, work)?;
        let mut readings = Vec::with_capacity(answers.len());
        for answer in answers {
            readings.push(received(answer.await)?);
        }
        Ok(readings)
    }
}
