//! What may be asked of the model's threads: to encode a text, or to read a passage with a question in mind.

use std::sync::Arc;

use tokio::sync::oneshot;

use crate::error::Result;

use super::queue::Waiting;
use super::reader::{Pair, ReaderModel, Reading};
use super::{Encoded, Prefix, Want};

/// One piece of work, and whom to tell.
#[derive(Debug)]
pub enum Work {
    Encode(Encode),
    Read(Read),
}

/// A text to encode.
#[derive(Debug)]
pub struct Encode {
    pub text: String,
    pub prefix: Prefix,
    pub want: Want,
    /// About how many tokens it has.
    pub tokens: usize,
    pub reply: oneshot::Sender<Result<Encoded>>,
}

/// A question and a passage to read together.
#[derive(Debug)]
pub struct Read {
    pub reader: Arc<ReaderModel>,
    pub pair: Pair,
    /// About how many tokens both have.
    pub tokens: usize,
    pub reply: oneshot::Sender<Result<Reading>>,
}

impl Waiting for Work {
    fn tokens(&self) -> usize {
        match self {
            Self::Encode(encode) => encode.tokens,
            Self::Read(read) => read.tokens,
        }
    }

    fn is_abandoned(&self) -> bool {
        match self {
            Self::Encode(encode) => encode.reply.is_closed(),
            Self::Read(read) => read.reply.is_closed(),
        }
    }
}

/// About how many tokens a text of so many bytes has: a Chinese character is three bytes and about two thirds of a token, an English
/// word about five bytes and one and a quarter.
pub fn estimate(bytes: usize, max_tokens: usize) -> usize {
    (bytes / 4 + 4).min(max_tokens)
}
