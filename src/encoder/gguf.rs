//! GGUF files: where their tensors lie, and what their metadata says about the model.
//!
//! Two ways of naming tensors are read: Hugging Face's own and llama.cpp's, which is turned into the former.

use std::collections::HashMap;

use candle_core::DType;
use candle_core::quantized::{GgmlDType, gguf_file};
use serde_json::json;

use crate::error::{Code, Error, Result};

use super::blob::Blob;
use super::numbers::Storage;
use super::profile::Pooling;
use super::weights::Entry;

/// The tensors of a GGUF file by their Hugging Face names.
pub(super) fn entries(blob: &Blob) -> Result<HashMap<String, Entry>> {
    let content = read(blob)?;
    let start = content.tensor_data_offset;
    let entry = |(name, info): (String, gguf_file::TensorInfo)| {
        let storage = match info.ggml_dtype {
            GgmlDType::F32 => Storage::Plain(DType::F32),
            GgmlDType::F16 => Storage::Plain(DType::F16),
            GgmlDType::BF16 => Storage::Plain(DType::BF16),
            other => Storage::Ggml(other),
        };
        let blocks = info.shape.elem_count() / info.ggml_dtype.block_size();
        let entry = Entry {
            storage,
            shape: info.shape.dims().to_vec(),
            offset: start.saturating_add(info.offset),
            bytes: blocks * info.ggml_dtype.type_size(),
        };
        (hugging_face_name(&name).unwrap_or(name), entry)
    };
    Ok(content.tensor_infos.into_iter().map(entry).collect())
}

/// What a GGUF file says about its model, as the `config.json` it stands for, and its pooling where it names one.
/// `None` where the file says too little.
pub(super) fn config(blob: &Blob) -> Result<Option<(Vec<u8>, Option<Pooling>)>> {
    let content = read(blob)?;
    let architecture = content.metadata.get("general.architecture").and_then(|v| v.to_string().ok());
    let Some(architecture) = architecture else { return Ok(None) };
    if architecture != "bert" {
        let detail = format!("{}: GGUF models of type {architecture:?} are no BERT encoders", blob.name());
        return Err(Error::new(Code::BadModel, detail));
    }
    let number = |key: &str| content.metadata.get(&format!("bert.{key}")).and_then(|v| v.to_u32().ok());
    let rows = |suffix: &str| {
        let named = |name: &str| hugging_face_name(name).unwrap_or_else(|| name.to_owned()).ends_with(suffix);
        let table = content.tensor_infos.iter().find(|(name, _)| named(name));
        table.and_then(|(_, info)| info.shape.dims().first().copied())
    };
    let sizes = (|| {
        Some((
            number("embedding_length")?,
            number("block_count")?,
            number("attention.head_count")?,
            number("feed_forward_length")?,
            rows("word_embeddings.weight")?,
            rows("position_embeddings.weight")?,
            number("context_length")? as usize,
        ))
    })();
    let Some((hidden, layers, heads, inner, words, positions, longest)) = sizes else { return Ok(None) };
    let epsilon = content.metadata.get("bert.attention.layer_norm_epsilon").and_then(|v| v.to_f32().ok());
    // A position table longer than the longest input begins with rows for padding, as RoBERTa's does; llama.cpp has
    // cut them off.
    let unused = positions.saturating_sub(longest);
    let config = json!({
        "model_type": if unused > 0 { "xlm-roberta" } else { "bert" },
        "pad_token_id": unused.saturating_sub(1),
        "hidden_size": hidden,
        "num_hidden_layers": layers,
        "num_attention_heads": heads,
        "intermediate_size": inner,
        "vocab_size": words,
        "max_position_embeddings": positions,
        "hidden_act": "gelu",
        "layer_norm_eps": epsilon.unwrap_or(1e-12),
    });
    let pooling = match number("pooling_type") {
        Some(1) => Some(Pooling::Mean),
        Some(2) => Some(Pooling::Cls),
        _ => None,
    };
    Ok(Some((config.to_string().into_bytes(), pooling)))
}

fn read(blob: &Blob) -> Result<gguf_file::Content> {
    gguf_file::Content::read(&mut blob.reader()).map_err(|e| {
        let detail = format!("{}: this GGUF file cannot be read: {e}", blob.name());
        Error::new(Code::BadModel, detail).with_source(e)
    })
}

/// llama.cpp's name of a BERT tensor in Hugging Face's words; `None` for names that are not llama.cpp's.
fn hugging_face_name(name: &str) -> Option<String> {
    let (module, parameter) = name.rsplit_once('.')?;
    let module = match module {
        "token_embd" => "embeddings.word_embeddings".to_owned(),
        "position_embd" => "embeddings.position_embeddings".to_owned(),
        "token_types" => "embeddings.token_type_embeddings".to_owned(),
        "token_embd_norm" => "embeddings.LayerNorm".to_owned(),
        _ => {
            let (layer, part) = module.strip_prefix("blk.")?.split_once('.')?;
            let part = match part {
                "attn_q" => "attention.self.query",
                "attn_k" => "attention.self.key",
                "attn_v" => "attention.self.value",
                "attn_output" => "attention.output.dense",
                "attn_output_norm" => "attention.output.LayerNorm",
                "ffn_up" => "intermediate.dense",
                "ffn_down" => "output.dense",
                "layer_output_norm" => "output.LayerNorm",
                _ => return None,
            };
            format!("encoder.layer.{layer}.{part}")
        }
    };
    Some(format!("{module}.{parameter}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn llama_cpp_names_become_hugging_face_names() {
        for (theirs, ours) in [
            ("token_embd.weight", "embeddings.word_embeddings.weight"),
            ("blk.11.attn_q.bias", "encoder.layer.11.attention.self.query.bias"),
            ("blk.0.layer_output_norm.weight", "encoder.layer.0.output.LayerNorm.weight"),
        ] {
            assert_eq!(hugging_face_name(theirs).as_deref(), Some(ours));
        }
        assert_eq!(hugging_face_name("encoder.layer.0.output.dense.weight"), None);
        assert_eq!(hugging_face_name("output_norm"), None);
    }
}
