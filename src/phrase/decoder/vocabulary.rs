//! The vocabulary of a GGUF file: words into tokens and back, by the tables in the file itself.
//!
//! A vocabulary of bytes (`gpt2`; Qwen, Llama 3): bytes are spelt as letters, and a table says which pieces join and in which
//! order. Where a text is cut before that, and what it begins with, goes by the name of the cut, as llama.cpp has it.

use std::sync::Arc;

use candle_core::quantized::gguf_file::{Content, Value};
use tokenizers::models::bpe::{BPE, Merges, Vocab};
use tokenizers::pre_tokenizers::byte_level::ByteLevel;
use tokenizers::pre_tokenizers::sequence::Sequence as PreSequence;
use tokenizers::pre_tokenizers::split::{Split, SplitPattern};
use tokenizers::{AddedToken, PreTokenizerWrapper, SplitDelimiterBehavior, Tokenizer};

/// The kind of a mark, in the file's table of kinds.
const CONTROL: i64 = 3;

/// How a model's own prompts are made, and what in it says that thinking can be switched off.
const TEMPLATE: &str = "tokenizer.chat_template";
const SWITCH: &str = "enable_thinking";

/// How a vocabulary of bytes is cut before pieces join.
struct Cut {
    /// Names that files give it.
    names: &'static [&'static str],
    at: &'static str,
    /// A whole word that is a piece is one, whatever would join.
    whole_words: bool,
    /// A text begins with the mark of a beginning, unless the file says otherwise.
    beginning: bool,
}

const CUTS: [Cut; 2] = [
    Cut {
        names: &["qwen2"],
        at: r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
        whole_words: false,
        beginning: false,
    },
    Cut {
        names: &["llama-bpe", "llama3", "llama-v3"],
        at: r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
        whole_words: true,
        beginning: true,
    },
];

/// Words and tokens of one model.
#[derive(Clone)]
pub(super) struct Vocabulary {
    tokenizer: Arc<Tokenizer>,
    /// What a text begins with, where the model wants it.
    pub(super) beginning: Option<u32>,
    /// What the file says a text ends with.
    pub(super) end: Option<u32>,
    /// The model thinks aloud before it answers unless it is told that it has.
    pub(super) thinks: bool,
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
        match tables.string("model") {
            Some("gpt2") => {}
            other => {
                let kind = other.unwrap_or_default();
                return Err(format!("its vocabulary is of the kind {kind:?}; known is gpt2"));
            }
        }
        let named = tables.string("pre").unwrap_or_default();
        let cut = CUTS.iter().find(|cut| cut.names.contains(&named));
        let cut = cut.ok_or_else(|| {
            let known: Vec<_> = CUTS.iter().flat_map(|cut| cut.names).copied().collect();
            format!("its words are cut in the way {named:?}; known are {}", known.join(", "))
        })?;
        let numbered: Vocab = pieces.iter().zip(0..).map(|(piece, id)| ((*piece).clone(), id)).collect();
        let mut tokenizer = of_bytes(numbered, merges(&tables.strings("merges")?)?, cut)?;
        let kinds = tables.integers("token_type");
        let marks = pieces.iter().zip(&kinds).filter(|(_, kind)| **kind == CONTROL);
        let marks: Vec<_> = marks.map(|(piece, _)| AddedToken::from((*piece).clone(), true)).collect();
        tokenizer.add_special_tokens(marks).map_err(|e| e.to_string())?;
        // A mark in somebody's text is that text.
        tokenizer.set_encode_special_tokens(true);
        let begins = tables.truth("add_bos_token").unwrap_or(cut.beginning);
        Ok(Self {
            tokenizer: Arc::new(tokenizer),
            beginning: tables.integer("bos_token_id").filter(|_| begins),
            end: tables.integer("eos_token_id"),
            thinks: tables
                .content
                .metadata
                .get(TEMPLATE)
                .and_then(|text| text.to_string().ok())
                .is_some_and(|text| text.contains(SWITCH)),
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
fn of_bytes(pieces: Vocab, merges: Merges, cut: &Cut) -> Result<Tokenizer, String> {
    let split = Split::new(SplitPattern::Regex(cut.at.into()), SplitDelimiterBehavior::Isolated, false);
    let model = BPE::builder().vocab_and_merges(pieces, merges).ignore_merges(cut.whole_words).build();
    let mut tokenizer = Tokenizer::new(model.map_err(|e| e.to_string())?);
    let bytes = ByteLevel::new(false, false, false);
    tokenizer.with_pre_tokenizer(Some(PreSequence::new(vec![
        PreTokenizerWrapper::Split(split.map_err(|e| e.to_string())?),
        PreTokenizerWrapper::ByteLevel(bytes),
    ])));
    tokenizer.with_decoder(Some(bytes));
    Ok(tokenizer)
}

/// `"a b"`: a joins b.
fn merges(lines: &[&String]) -> Result<Merges, String> {
    let pair = |line: &&String| line.split_once(' ').map(|(a, b)| (a.to_owned(), b.to_owned()));
    let pairs: Option<Merges> = lines.iter().map(pair).collect();
    pairs.ok_or_else(|| "its table of merges is damaged".to_owned())
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
    fn list(&self, name: &str) -> &'a [Value] {
        self.get(name).and_then(|value| value.to_vec().ok()).map_or(&[], Vec::as_slice)
    }
}
