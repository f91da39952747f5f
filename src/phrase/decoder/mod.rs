//! A model of this process: a decoder in a GGUF file, run by candle.
//!
//! One answer is written at a time. The prompt is read in portions and the answer written token by token, so that whoever
//! wants no more has it end soon. Always the likeliest token: the same passages are put into the same words.
//!
//! The file comes from outside: it is tried out when it is opened, and a parser's panic over a damaged one is an error.

mod chat;
mod vocabulary;
mod weights;

use std::io::BufReader;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use candle_core::quantized::gguf_file::Content;
use tokio::sync::mpsc::{Sender, channel};

use super::prompt::Prompt;
use super::{End, Writer};
use crate::dialog::phrase::Hearer;
use crate::error::{Code, Error, Result};
use chat::Chat;
use vocabulary::Vocabulary;
use weights::Weights;

/// Tokens of the prompt that are read before it is asked again whether anybody still waits.
const PORTION: usize = 64;
/// Most tokens of a prompt and its answer together.
const CONTEXT: usize = 4096;
/// Tokens that a prompt has at least with a passage of some length.
const PROMPT: usize = 1024;
/// Pieces that may wait to be heard.
const AHEAD: usize = 16;

/// The model, as a writer.
pub struct Decoder {
    name: String,
    /// Locked for as long as an answer is written.
    weights: Arc<Mutex<Weights>>,
    vocabulary: Vocabulary,
    chat: Chat,
    max_tokens: usize,
    /// Most tokens of a prompt.
    room: usize,
}

impl Decoder {
    /// Reads a model, with its vocabulary, from a GGUF file, and has it read and write a little. Nothing is taken from
    /// anywhere else.
    ///
    /// # Errors
    /// [`Code::BadConfig`] naming the file: it cannot be read, is damaged, its architecture or its kind of vocabulary is
    /// not known, it says nothing of how a conversation is marked, or has no room for `max_tokens`.
    pub fn open(path: &Path, max_tokens: u32) -> Result<Self> {
        let opened = catch_unwind(|| Self::read(path, max_tokens as usize));
        let opened = opened.unwrap_or_else(|_| Err("the file is damaged".to_owned()));
        opened
            .map_err(|why| Error::new(Code::BadConfig, format!("generation.file: {}: {why}", path.display())))
    }

    fn read(path: &Path, max_tokens: usize) -> std::result::Result<Self, String> {
        let mut file = BufReader::new(std::fs::File::open(path).map_err(|e| e.to_string())?);
        let content = Content::read(&mut file).map_err(|e| format!("is no GGUF file: {e}"))?;
        let vocabulary = Vocabulary::of(&content)?;
        let chat = Chat::of(&vocabulary).ok_or(
            "its vocabulary has no marks of a conversation that are known (ChatML, Llama 3); take a model that is tuned to follow instructions",
        )?;
        let name = match content.metadata.get("general.name").and_then(|name| name.to_string().ok()) {
            Some(name) => name.clone(),
            None => path.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
        };
        let (mut weights, context) = Weights::read(content, &mut file, CONTEXT)?;
        let room = context.saturating_sub(max_tokens);
        if room < PROMPT {
            return Err(format!(
                "generation.max_tokens = {max_tokens} leaves no room for passages in {context} tokens"
            ));
        }
        let hello = Prompt { instruction: "Hello".into(), material: "World".into() };
        let tried = chat.tokens(&hello, &vocabulary)?;
        let tried = weights.likeliest(&tried, 0).and_then(|next| weights.likeliest(&[next], tried.len()));
        tried.map_err(|e| format!("its weights do not fit together: {e}"))?;
        Ok(Self { name, weights: Arc::new(Mutex::new(weights)), vocabulary, chat, max_tokens, room })
    }
}

#[async_trait]
impl Writer for Decoder {
    fn name(&self) -> &str {
        &self.name
    }

    /// It has only so many cores.
    fn at_once(&self) -> usize {
        1
    }

    async fn write(&self, prompt: &Prompt, paper: &mut dyn Hearer) -> std::result::Result<End, String> {
        let asked = self.chat.tokens(prompt, &self.vocabulary)?;
        if asked.len() > self.room {
            let (tokens, room) = (asked.len(), self.room);
            tracing::warn!(
                tokens,
                room,
                "a prompt is too long for the model: the passage's own words are said"
            );
            return Ok(End::Refused);
        }
        let (sender, mut pieces) = channel(AHEAD);
        let run = Run {
            vocabulary: self.vocabulary.clone(),
            ends: self.chat.ends.clone(),
            max_tokens: self.max_tokens,
            sender,
        };
        let weights = Arc::clone(&self.weights);
        let writing = tokio::task::spawn_blocking(move || {
            let mut weights = weights.lock().unwrap_or_else(PoisonError::into_inner);
            weights.forget();
            catch_unwind(AssertUnwindSafe(|| run.write(&mut weights, &asked)))
        });
        while let Some(piece) = pieces.recv().await {
            if !paper.hear(&piece).await {
                return Ok(End::Stopped);
            }
        }
        match writing.await {
            Ok(Ok(Ok(end))) => Ok(end),
            Ok(Ok(Err(e))) => Err(format!("the model failed: {e}")),
            Ok(Err(_)) | Err(_) => Err("the model broke off".to_owned()),
        }
    }
}

/// One answer that is being written.
struct Run {
    vocabulary: Vocabulary,
    ends: Vec<u32>,
    max_tokens: usize,
    /// Closed when nobody listens any more.
    sender: Sender<String>,
}

impl Run {
    fn write(&self, weights: &mut Weights, asked: &[u32]) -> candle_core::Result<End> {
        let (mut read, mut next) = (0, 0);
        for portion in asked.chunks(PORTION) {
            if self.sender.is_closed() {
                return Ok(End::Stopped);
            }
            next = weights.likeliest(portion, read)?;
            read += portion.len();
        }
        let mut words = self.vocabulary.words();
        for written in 0..self.max_tokens {
            if written > 0 {
                next = weights.likeliest(&[next], read)?;
                read += 1;
            }
            if self.ends.contains(&next) {
                return Ok(End::Whole);
            }
            let piece = words.step(next).map_err(candle_core::Error::msg)?;
            let heard =
                piece.is_none_or(|piece| piece.is_empty() || self.sender.blocking_send(piece).is_ok());
            if !heard || self.sender.is_closed() {
                return Ok(End::Stopped);
            }
        }
        Ok(End::CutOff)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
