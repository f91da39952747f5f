//! The weights of a decoder: what candle runs of GGUF files, by the architecture that the file names.

use std::fs::File;

use candle_core::quantized::gguf_file::Content;
use candle_core::{Device, Result, Tensor};
use candle_transformers::models::{quantized_gemma3, quantized_llama, quantized_qwen3};

/// The weights, shared by all copies, and what a copy has read so far, its own.
#[derive(Clone)]
pub(super) enum Weights {
    Qwen3(quantized_qwen3::ModelWeights),
    Gemma3(quantized_gemma3::ModelWeights),
    Llama(quantized_llama::ModelWeights),
}

impl Weights {
    /// # Errors
    /// An architecture that is not known, by its name; a tensor that is missing or of another shape.
    pub(super) fn read(content: Content, file: &mut File) -> std::result::Result<Self, String> {
        let named = content.metadata.get("general.architecture").and_then(|name| name.to_string().ok());
        let architecture = named.cloned().unwrap_or_default();
        let cpu = &Device::Cpu;
        let read = match architecture.as_str() {
            "qwen3" => quantized_qwen3::ModelWeights::from_gguf(content, file, cpu).map(Self::Qwen3),
            "gemma3" => quantized_gemma3::ModelWeights::from_gguf(content, file, cpu).map(Self::Gemma3),
            "llama" => quantized_llama::ModelWeights::from_gguf(content, file, cpu).map(Self::Llama),
            other => {
                return Err(format!("its architecture is {other:?}; known are qwen3, gemma3 and llama"));
            }
        };
        read.map_err(|e| format!("its weights cannot be read: {e}"))
    }

    /// What may follow `input` (1 × tokens, behind `read` others): one number a token of the vocabulary.
    pub(super) fn forward(&mut self, input: &Tensor, read: usize) -> Result<Tensor> {
        match self {
            Self::Qwen3(weights) => weights.forward(input, read),
            Self::Gemma3(weights) => weights.forward(input, read),
            Self::Llama(weights) => weights.forward(input, read),
        }
    }
}
