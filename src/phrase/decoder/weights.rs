//! The weights of a decoder: what candle runs of GGUF files, by the architecture that the file names.

use std::io::{Read, Seek};

use candle_core::quantized::gguf_file::{Content, Value};
use candle_core::{Device, Result, Tensor};
use candle_transformers::models::{quantized_llama, quantized_qwen3};

/// Numbers of the file that decide how much is allocated, with the most that is believed.
const BOUNDED: [(&str, u32); 6] = [
    ("block_count", 256),
    ("embedding_length", 32_768),
    ("attention.head_count", 512),
    ("attention.head_count_kv", 512),
    ("attention.key_length", 1024),
    ("rope.dimension_count", 1024),
];
/// How Llama 3.1 and later stretch their positions, which candle does not follow.
const STRETCHED: &str = "rope_freqs.weight";

/// The weights, and the keys and values of what has been read.
pub(super) enum Weights {
    Qwen3(quantized_qwen3::ModelWeights),
    Llama(quantized_llama::ModelWeights),
}

impl Weights {
    /// Weights that read `context` tokens at most, and how many of them the model was made for.
    ///
    /// # Errors
    /// An architecture that is not known, by its name; a number out of its range; a tensor that is missing.
    pub(super) fn read(
        mut content: Content,
        file: &mut (impl Read + Seek),
        context: usize,
    ) -> std::result::Result<(Self, usize), String> {
        let named = content.metadata.get("general.architecture").and_then(|name| name.to_string().ok());
        let architecture = named.cloned().unwrap_or_default();
        for (name, most) in BOUNDED {
            let given = content.metadata.get(&format!("{architecture}.{name}"));
            if let Some(number) = given.and_then(|value| value.to_u32().ok())
                && !(1..=most).contains(&number)
            {
                return Err(format!("{architecture}.{name} is {number}, not between 1 and {most}"));
            }
        }
        let length = format!("{architecture}.context_length");
        let made_for = content.metadata.get(&length).and_then(|value| value.to_u32().ok());
        let context = made_for.map_or(context, |tokens| context.min(tokens as usize));
        // Tables of positions are made for as many as are used, in full precision.
        content.metadata.insert(length, Value::U32(u32::try_from(context).unwrap_or(u32::MAX)));
        content.metadata.insert("general.dtype".into(), Value::U32(0));
        let cpu = &Device::Cpu;
        let read = match architecture.as_str() {
            "qwen3" => quantized_qwen3::ModelWeights::from_gguf(content, file, cpu).map(Self::Qwen3),
            "llama" if content.tensor_infos.contains_key(STRETCHED) => {
                return Err(format!(
                    "its positions are stretched by {STRETCHED}, as those of Llama 3.1 and later are, which is not known here"
                ));
            }
            "llama" => quantized_llama::ModelWeights::from_gguf(content, file, cpu).map(Self::Llama),
            other => return Err(format!("its architecture is {other:?}; known are qwen3 and llama")),
        };
        Ok((read.map_err(|e| format!("its weights cannot be read: {e}"))?, context))
    }

    /// Nothing has been read.
    pub(super) fn forget(&mut self) {
        match self {
            Self::Qwen3(weights) => weights.clear_kv_cache(),
            Self::Llama(weights) => weights.clear_kv_cache(),
        }
    }

    /// The token that most likely follows these, which stand behind `read` others.
    pub(super) fn likeliest(&mut self, tokens: &[u32], read: usize) -> Result<u32> {
        self.forward(tokens, read)?.argmax(0)?.to_scalar()
    }

    /// What may follow: one number a token of the vocabulary.
    pub(super) fn forward(&mut self, tokens: &[u32], read: usize) -> Result<Tensor> {
        let input = Tensor::new(tokens, &Device::Cpu)?.unsqueeze(0)?;
        let follows = match self {
            Self::Qwen3(weights) => weights.forward(&input, read),
            Self::Llama(weights) => weights.forward(&input, read),
        };
        follows?.flatten_all()
    }
}
