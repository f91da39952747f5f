//! The vocabulary of a GGUF file: words into tokens and back, by the tables in the file itself.
//!
//! Two kinds of vocabulary are common. `gpt2` (Qwen, Llama 3) spells bytes as letters and says which pieces join and in
//! which order. `llama` (Gemma) only scores its pieces: the two neighbours join whose joined piece has the best score, which
//! is the same as joining by an order made of the scores.

use std::sync::Arc;

use candle_core::quantized::gguf_file::{Content, Value};
use tokenizers::models::bpe::{BPE, Merges, Vocab};
use tokenizers::normalizers::{Prepend, Replace, Sequence as Normalise};
use tokenizers::pre_tokenizers::byte_level::ByteLevel;
use tokenizers::pre_tokenizers::sequence::Sequence as PreSequence;
use tokenizers::pre_tokenizers::split::{Split, SplitPattern};
use tokenizers::{
    AddedToken, DecoderWrapper, PreTokenizerWrapper, SplitDelimiterBehavior, Tokenizer, decoders,
};

/// Kinds of token in the file's table of kinds.
const UNKNOWN: i64 = 2;
const CONTROL: i64 = 3;
const USER_DEFINED: i64 = 4;

/// Where a vocabulary of bytes is cut before pieces join, by the name that the file gives it.
const CUT_QWEN: &str = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";
const CUT_LLAMA3: &str = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";
/// How a vocabulary with scores writes a space.
const SPACE: &str = "▁";

/// Words and tokens of one model.
#[derive(Clone)]
pub(super) struct Vocabulary {
    tokenizer: Arc<Tokenizer>,
    /// What a text begins with, where the model wants it.
    pub(super) beginning: Option<u32>,
    /// What the file says a text ends with.
    pub(super) end: Option<u32>,
}

/// Tokens that become words as they come, though one character may take several.
pub(super) struct Words<'a>(Box<dyn FnMut(u32) -> tokenizers::Result<Option<String>> + 'a>);

impl Words<'_> {
    /// What is whole with this token.
    pub(super) fn step(&mut self, token: u32) -> Result<Option<String>, String> {
        (self.0)(token).map_err(|e| e.to_string())
    }
}

impl Vocabulary {
    /// # Errors
    /// What of the vocabulary is missing or not known.
    pub(super) fn of(content: &Content) -> Result<Self, String> {
        let tables = Tables { content };
        let pieces = tables.strings("tokens")?;
        let kinds = tables.integers("token_type");
        let kind_of = |at: usize| kinds.get(at).copied().unwrap_or_default();
        let numbered = pieces.iter().zip(0..).map(|(piece, id)| ((*piece).clone(), id));
        let mut tokenizer = match tables.string("model").unwrap_or_default() {
            "gpt2" => {
                of_bytes(numbered.collect(), merges(&tables.strings("merges")?)?, tables.string("pre"))?
            }
            "llama" => {
                let scores = tables.floats("scores");
                let is_text = |at: usize| !matches!(kind_of(at), UNKNOWN | CONTROL | USER_DEFINED);
                let scored = pieces.iter().enumerate().filter(|(at, _)| is_text(*at));
                let scored =
                    scored.map(|(at, piece)| (piece.as_str(), scores.get(at).copied().unwrap_or_default()));
                of_scores(
                    numbered.collect(),
                    joined_by_score(scored.collect()),
                    tables.truth("add_space_prefix"),
                )?
            }
            other => {
                return Err(format!("its vocabulary is of the kind {other:?}; known are gpt2 and llama"));
            }
        };
        let marks =
            pieces.iter().enumerate().filter(|(at, _)| matches!(kind_of(*at), CONTROL | USER_DEFINED));
        let marks: Vec<_> = marks.map(|(_, piece)| AddedToken::from((*piece).clone(), true)).collect();
        tokenizer.add_special_tokens(marks).map_err(|e| e.to_string())?;
        // A mark in somebody's text is that text.
        tokenizer.set_encode_special_tokens(true);
        let beginning = tables.truth("add_bos_token").unwrap_or(false);
        Ok(Self {
            tokenizer: Arc::new(tokenizer),
            beginning: tables.integer("bos_token_id").filter(|_| beginning),
            end: tables.integer("eos_token_id"),
        })
    }

    /// The token of a mark, where the vocabulary has one.
    pub(super) fn mark(&self, mark: &str) -> Option<u32> {
        self.tokenizer.token_to_id(mark)
    }

    /// The tokens of a text.
    pub(super) fn tokens(&self, text: &str) -> Result<Vec<u32>, String> {
        let tokens = self.tokenizer.encode_fast(text, false).map_err(|e| e.to_string())?;
        Ok(tokens.get_ids().to_vec())
    }

    /// The words of tokens that come one by one.
    pub(super) fn words(&self) -> Words<'_> {
        let mut stream = self.tokenizer.decode_stream(true);
        Words(Box::new(move |token| stream.step(token)))
    }
}

/// A vocabulary whose pieces are bytes, spelt as letters.
fn of_bytes(pieces: Vocab, merges: Merges, cut: Option<&str>) -> Result<Tokenizer, String> {
    let cut = if cut.is_some_and(|name| name.starts_with("llama")) { CUT_LLAMA3 } else { CUT_QWEN };
    let cut = Split::new(SplitPattern::Regex(cut.into()), SplitDelimiterBehavior::Isolated, false);
    let model = BPE::builder().vocab_and_merges(pieces, merges).ignore_merges(false).build();
    let mut tokenizer = Tokenizer::new(model.map_err(|e| e.to_string())?);
    let bytes = ByteLevel::new(false, false, false);
    tokenizer.with_pre_tokenizer(Some(PreSequence::new(vec![
        PreTokenizerWrapper::Split(cut.map_err(|e| e.to_string())?),
        PreTokenizerWrapper::ByteLevel(bytes),
    ])));
    tokenizer.with_decoder(Some(bytes));
    Ok(tokenizer)
}

/// A vocabulary whose pieces are characters, with bytes for those that it lacks.
fn of_scores(pieces: Vocab, merges: Merges, begins_with_space: Option<bool>) -> Result<Tokenizer, String> {
    let model = BPE::builder().vocab_and_merges(pieces, merges).byte_fallback(true).fuse_unk(true).build();
    let mut tokenizer = Tokenizer::new(model.map_err(|e| e.to_string())?);
    let replace = |from: &str, to: &str| Replace::new(from.to_owned(), to).map_err(|e| e.to_string());
    let before = Prepend::new(SPACE.to_owned());
    let spaces = replace(" ", SPACE)?;
    let normalise = match begins_with_space {
        Some(true) => Normalise::new(vec![before.into(), spaces.into()]),
        _ => Normalise::new(vec![spaces.into()]),
    };
    tokenizer.with_normalizer(Some(normalise)).map_err(|e| e.to_string())?;
    tokenizer.with_decoder(Some(decoders::sequence::Sequence::new(vec![
        DecoderWrapper::Replace(replace(SPACE, " ")?),
        DecoderWrapper::ByteFallback(decoders::byte_fallback::ByteFallback::new()),
        DecoderWrapper::Fuse(decoders::fuse::Fuse::new()),
    ])));
    Ok(tokenizer)
}

/// `"a b"`: a joins b.
fn merges(lines: &[&String]) -> Result<Merges, String> {
    let pair = |line: &&String| line.split_once(' ').map(|(a, b)| (a.to_owned(), b.to_owned()));
    let pairs: Option<Merges> = lines.iter().map(pair).collect();
    pairs.ok_or_else(|| "its table of merges is damaged".to_owned())
}

/// Every way in which a piece is made of two others, best score first.
fn joined_by_score(scored: std::collections::HashMap<&str, f64>) -> Merges {
    let mut found: Vec<(f64, &str, &str)> = Vec::new();
    for (piece, score) in &scored {
        for (at, _) in piece.char_indices().skip(1) {
            let (left, right) = piece.split_at(at);
            if scored.contains_key(left) && scored.contains_key(right) {
                found.push((*score, left, right));
            }
        }
    }
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| (a.1, a.2).cmp(&(b.1, b.2))));
    found.into_iter().map(|(_, left, right)| (left.to_owned(), right.to_owned())).collect()
}

/// The file's tables about its vocabulary.
struct Tables<'a> {
    content: &'a Content,
}

impl<'a> Tables<'a> {
    fn get(&self, name: &str) -> Option<&'a Value> {
        self.content.metadata.get(&format!("tokenizer.ggml.{name}"))
    }
    fn string(&self, name: &str) -> Option<&'a str> {
        self.get(name)?.to_string().ok().map(String::as_str)
    }
    fn integer(&self, name: &str) -> Option<u32> {
        self.get(name)?.to_u32().ok()
    }
    fn truth(&self, name: &str) -> Option<bool> {
        self.get(name)?.to_bool().ok()
    }
    fn strings(&self, name: &str) -> Result<Vec<&'a String>, String> {
        let list = self.get(name).and_then(|value| value.to_vec().ok());
        let list = list.ok_or_else(|| format!("it has no tokenizer.ggml.{name}"))?;
        list.iter().map(|value| value.to_string().map_err(|e| e.to_string())).collect()
    }
    fn integers(&self, name: &str) -> Vec<i64> {
        let one = |value: &Value| match value {
            Value::I32(number) => i64::from(*number),
            other => other.to_u32().map_or(0, i64::from),
        };
        self.list(name).iter().map(one).collect()
    }
    fn floats(&self, name: &str) -> Vec<f64> {
        self.list(name).iter().map(|value| value.to_f32().map_or(0.0, f64::from)).collect()
    }
    fn list(&self, name: &str) -> &'a [Value] {
        self.get(name).and_then(|value| value.to_vec().ok()).map_or(&[], Vec::as_slice)
    }
}
