//! A model of this process: a decoder in a GGUF file, run by candle on some of the cores.
//!
//! One answer is written at a time. The prompt is read in portions and the answer written token by token, so that whoever
//! wants no more has it end soon. Always the likeliest token: the same passages are put into the same words.

mod chat;
mod vocabulary;
mod weights;

use std::path::Path;

use async_trait::async_trait;
use candle_core::quantized::gguf_file::Content;
use candle_core::{Device, Tensor};
use rayon::{ThreadPool, ThreadPoolBuilder};
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
/// Most tokens of a prompt and its answer together; keys and values of more are not kept.
const CONTEXT: usize = 4096;
/// Pieces that may wait to be heard.
const AHEAD: usize = 16;

/// The model, as a writer. Its weights are shared by everything that is written.
pub struct Decoder {
    name: String,
    weights: Weights,
    vocabulary: Vocabulary,
    chat: Chat,
    max_tokens: usize,
    pool: std::sync::Arc<ThreadPool>,
}

impl Decoder {
    /// Reads a model, with its vocabulary, from a GGUF file. Nothing is taken from anywhere else.
    ///
    /// # Errors
    /// [`Code::BadConfig`] naming the file: it cannot be read, its architecture or its kind of vocabulary is not known, or
    /// it says nothing of how a conversation is marked.
    pub fn open(path: &Path, max_tokens: u32) -> Result<Self> {
        let bad =
            |why: String| Error::new(Code::BadConfig, format!("generation.file: {}: {why}", path.display()));
        let mut file = std::fs::File::open(path).map_err(|e| bad(e.to_string()))?;
        let content = Content::read(&mut file).map_err(|e| bad(format!("is no GGUF file: {e}")))?;
        let vocabulary = Vocabulary::of(&content).map_err(bad)?;
        let chat = Chat::of(&vocabulary).ok_or_else(|| {
            bad("its vocabulary has no marks of a conversation that are known (ChatML, Gemma, Llama 3); take an instruction-tuned model".into())
        })?;
        let name = match content.metadata.get("general.name").and_then(|name| name.to_string().ok()) {
            Some(name) => name.clone(),
            None => path.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
        };
        let weights = Weights::read(content, &mut file).map_err(bad)?;
        // The other half answers whoever asks meanwhile.
        let threads = (std::thread::available_parallelism().map_or(1, usize::from) / 2).max(1);
        let pool = ThreadPoolBuilder::new().num_threads(threads).thread_name(|n| format!("decoder-{n}"));
        let pool = pool.build().map_err(|e| bad(e.to_string()))?;
        Ok(Self { name, weights, vocabulary, chat, max_tokens: max_tokens as usize, pool: pool.into() })
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
        if asked.len() + self.max_tokens > CONTEXT {
            let (have, may) = (asked.len(), CONTEXT.saturating_sub(self.max_tokens));
            return Err(format!("the prompt has {have} tokens, more than the {may} that may be read"));
        }
        let (sender, mut pieces) = channel(AHEAD);
        let run = Run {
            weights: self.weights.clone(),
            vocabulary: self.vocabulary.clone(),
            ends: self.chat.ends.clone(),
            max_tokens: self.max_tokens,
            sender,
        };
        let pool = std::sync::Arc::clone(&self.pool);
        let writing = tokio::task::spawn_blocking(move || pool.install(|| run.write(&asked)));
        while let Some(piece) = pieces.recv().await {
            if !paper.hear(&piece).await {
                return Ok(End::Stopped);
            }
        }
        let ended = writing.await.map_err(|_| "the model broke off".to_owned())?;
        ended.map_err(|e| format!("the model failed: {e}"))
    }
}

/// One answer that is being written.
struct Run {
    weights: Weights,
    vocabulary: Vocabulary,
    ends: Vec<u32>,
    max_tokens: usize,
    sender: Sender<String>,
}

impl Run {
    fn write(mut self, asked: &[u32]) -> candle_core::Result<End> {
        let mut read = 0;
        let mut next = 0;
        for portion in asked.chunks(PORTION) {
            if self.sender.is_closed() {
                return Ok(End::Stopped);
            }
            next = self.likeliest(portion, read)?;
            read += portion.len();
        }
        let vocabulary = self.vocabulary.clone();
        let mut words = vocabulary.words();
        for _ in 0..self.max_tokens {
            if self.ends.contains(&next) {
                return Ok(End::Whole);
            }
            let piece = words.step(next).map_err(candle_core::Error::msg)?;
            if let Some(piece) = piece.filter(|piece| !piece.is_empty())
                && self.sender.blocking_send(piece).is_err()
            {
                return Ok(End::Stopped);
            }
            next = self.likeliest(&[next], read)?;
            read += 1;
        }
        Ok(End::CutOff)
    }

    /// The token that most likely follows these, which stand behind `read` others.
    fn likeliest(&mut self, tokens: &[u32], read: usize) -> candle_core::Result<u32> {
        let input = Tensor::new(tokens, &Device::Cpu)?.unsqueeze(0)?;
        self.weights.forward(&input, read)?.flatten_all()?.argmax(0)?.to_scalar()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
