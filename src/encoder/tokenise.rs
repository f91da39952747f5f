//! Text to token ids, with the place of every token in the visitor's own text.
//!
//! The tokeniser is the one published with the model (`tokenizer.json`). Prefixes such as `query: ` are put before
//! the text here and taken out of the offsets again, so nobody else needs to know that they exist.

use std::fmt::Debug;

use tokenizers::models::ModelWrapper;
use tokenizers::{
    Decoder, DecoderWrapper, Encoding, Model, Normalizer, NormalizerWrapper, PostProcessor,
    PostProcessorWrapper, PreTokenizer, PreTokenizerWrapper, TokenizerImpl,
};

use crate::error::{Code, Error, Result};

use super::blob::Blob;
use super::pieces::Pieces;

/// A text as the forward pass takes it.
#[derive(Clone, Debug, PartialEq)]
pub struct Tokens {
    /// Ids with the special tokens at both ends; at most the model's longest input.
    pub ids: Vec<u32>,
    /// The tokens that stand for the text itself: position in `ids`, and start and end (exclusive) in Unicode
    /// scalar values of the text without prefix. Special and prefix tokens are left out.
    pub places: Vec<(usize, (usize, usize))>,
}

impl Tokens {
    /// Keeps the first `limit` tokens, of which the last is the one that closes a text.
    pub fn cut(mut self, limit: usize) -> Self {
        if self.ids.len() > limit {
            let closing = self.ids.pop().filter(|_| limit > 0);
            self.ids.truncate(limit.saturating_sub(1));
            self.places.retain(|(row, _)| *row < self.ids.len());
            self.ids.extend(closing);
        }
        self
    }
}

/// The model's tokeniser.
#[derive(Debug)]
pub struct Tokeniser {
    inner: Box<dyn Pipeline>,
    max_tokens: usize,
}

/// The library's pipeline around a vocabulary.
pub(super) type Over<M> =
    TokenizerImpl<M, NormalizerWrapper, PreTokenizerWrapper, PostProcessorWrapper, DecoderWrapper>;

/// The library's pipeline, whatever the vocabulary in it.
trait Pipeline: Debug + Send + Sync {
    fn vocabulary(&self) -> usize;
    fn count(&self, text: &str) -> usize;
    /// With special tokens, and offsets in Unicode scalar values.
    fn encode(&self, text: String) -> tokenizers::Result<Encoding>;
    /// Texts keep their length; limits are this room's matter.
    fn neither_pad_nor_truncate(&mut self);
}

impl<M, N, P, Q, D> Pipeline for TokenizerImpl<M, N, P, Q, D>
where
    M: Model + Debug + Send + Sync,
    N: Normalizer + Debug + Send + Sync,
    P: PreTokenizer + Debug + Send + Sync,
    Q: PostProcessor + Debug + Send + Sync,
    D: Decoder + Debug + Send + Sync,
{
    fn vocabulary(&self) -> usize {
        self.get_vocab_size(true)
    }

    fn count(&self, text: &str) -> usize {
        self.encode_fast(text, false).map_or(0, |encoding| encoding.len())
    }

    fn encode(&self, text: String) -> tokenizers::Result<Encoding> {
        self.encode_char_offsets(text, true)
    }

    fn neither_pad_nor_truncate(&mut self) {
        self.with_padding(None);
        // Only a limit can be refused.
        let _ = self.with_truncation(None);
    }
}

impl Tokeniser {
    /// Reads a `tokenizer.json`. Inputs are cut at `max_tokens`, special tokens included.
    pub fn open(file: &Blob, max_tokens: usize) -> Result<Self> {
        let json = file.read_all()?;
        // Unigram vocabularies are read by our own room, the others by the library.
        let mut inner: Box<dyn Pipeline> = match serde_json::from_slice::<Over<Pieces>>(&json) {
            Ok(ours) => Box::new(ours),
            Err(_) => Box::new(serde_json::from_slice::<Over<ModelWrapper>>(&json).map_err(|e| {
                Error::new(Code::BadModel, format!("{} is not a tokenizer.json: {e}", file.name()))
            })?),
        };
        inner.neither_pad_nor_truncate();
        Ok(Self { inner, max_tokens })
    }

    /// Number of ids the tokeniser can produce.
    pub fn vocabulary(&self) -> usize {
        self.inner.vocabulary()
    }

    /// Length of `text` in tokens, without prefix, special tokens and limit.
    pub fn count(&self, text: &str) -> usize {
        self.inner.count(text)
    }

    /// Tokenises `prefix` and `text` together.
    pub fn tokenise(&self, prefix: &str, text: &str) -> Result<Tokens> {
        let whole = [prefix, text].concat();
        let encoding = self
            .inner
            .encode(whole)
            .map_err(|e| Error::internal(format!("the text could not be tokenised: {e}")))?;
        Ok(self.shape(&encoding, prefix.chars().count(), text))
    }

    /// Cuts to the longest input, keeping the closing special tokens, and finds the tokens of the text.
    fn shape(&self, encoding: &Encoding, prefix_len: usize, text: &str) -> Tokens {
        let (all, special) = (encoding.get_ids(), encoding.get_special_tokens_mask());
        let closing = special.iter().rev().take_while(|&&s| s == 1).count().min(self.max_tokens);
        let body = (all.len() - closing).min(self.max_tokens - closing);
        let mut ids = all[..body].to_vec();
        ids.extend_from_slice(&all[all.len() - closing..]);

        let scalars: Vec<char> = text.chars().collect();
        let places = encoding.get_offsets()[..body].iter().zip(special).enumerate();
        let places = places.filter_map(|(i, (&(start, end), &special))| {
            let inside = special == 0 && end > prefix_len;
            inside
                .then(|| trim(&scalars, start.saturating_sub(prefix_len), end - prefix_len))
                .flatten()
                .map(|p| (i, p))
        });
        let places = places.collect();
        Tokens { ids, places }
    }
}

/// Takes white space off both ends of a range, since a piece that begins a word holds the space before it.
fn trim(text: &[char], mut start: usize, mut end: usize) -> Option<(usize, usize)> {
    end = end.min(text.len());
    while start < end && text[start].is_whitespace() {
        start += 1;
    }
    while start < end && text[end - 1].is_whitespace() {
        end -= 1;
    }
    (start < end).then_some((start, end))
}
