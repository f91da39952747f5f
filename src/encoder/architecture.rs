//! What a model's `config.json` says, checked against what the forward pass can do.
//!
//! Supported are encoders of the BERT family whose layers end in LayerNorm and use GELU(erf): BERT (also
//! multilingual-e5-small, bge-*-zh) and XLM-RoBERTa/RoBERTa (e5-base, bge-m3). They differ only in how positions are
//! numbered and in token types.

use serde::Deserialize;

use crate::error::{Code, Error, Result};

/// Sizes and constants of an encoder, as the forward pass needs them.
#[derive(Clone, Debug, PartialEq)]
pub struct Architecture {
    pub hidden: usize,
    pub layers: usize,
    pub heads: usize,
    pub intermediate: usize,
    pub vocabulary: usize,
    /// Longest input in tokens, special tokens included.
    pub max_tokens: usize,
    /// Row of the position table that belongs to the first token: 0 for BERT, `pad_token_id + 1` for RoBERTa.
    pub first_position: usize,
    pub layer_norm_eps: f32,
}

/// The fields of a Hugging Face `config.json` that matter here.
#[derive(Debug, Deserialize)]
struct HuggingFaceConfig {
    model_type: String,
    hidden_size: usize,
    num_hidden_layers: usize,
    num_attention_heads: usize,
    intermediate_size: usize,
    vocab_size: usize,
    max_position_embeddings: usize,
    #[serde(default = "gelu")]
    hidden_act: String,
    #[serde(default = "bert_eps")]
    layer_norm_eps: f32,
    #[serde(default)]
    pad_token_id: usize,
    #[serde(default = "absolute")]
    position_embedding_type: String,
}

fn gelu() -> String {
    "gelu".into()
}

fn absolute() -> String {
    "absolute".into()
}

fn bert_eps() -> f32 {
    1e-12
}

/// No input is longer than this, whatever the model could take: attention grows with the square of the length.
const LONGEST_INPUT: usize = 512;

impl Architecture {
    /// Reads and checks a `config.json`.
    pub fn from_config_json(json: &[u8]) -> Result<Self> {
        let config: HuggingFaceConfig = serde_json::from_slice(json).map_err(|e| {
            Error::new(Code::BadModel, format!("this is not the configuration of an encoder: {e}"))
        })?;
        let first_position = match config.model_type.as_str() {
            "bert" => 0,
            "xlm-roberta" | "roberta" | "camembert" => config.pad_token_id + 1,
            other => {
                return Err(refuse(format!(
                    "models of type {other:?} are not supported; take a BERT, RoBERTa or XLM-RoBERTa encoder"
                )));
            }
        };
        if config.hidden_act != "gelu" {
            return Err(refuse(format!(
                "the activation {:?} is not supported, only gelu",
                config.hidden_act
            )));
        }
        if config.position_embedding_type != "absolute" {
            return Err(refuse(format!(
                "position embeddings of type {:?} are not supported, only absolute ones",
                config.position_embedding_type
            )));
        }
        let positions = config.max_position_embeddings.saturating_sub(first_position);
        let architecture = Self {
            hidden: config.hidden_size,
            layers: config.num_hidden_layers,
            heads: config.num_attention_heads,
            intermediate: config.intermediate_size,
            vocabulary: config.vocab_size,
            max_tokens: positions.min(LONGEST_INPUT),
            first_position,
            layer_norm_eps: config.layer_norm_eps,
        };
        architecture.check()?;
        Ok(architecture)
    }

    /// Width of one attention head.
    pub fn head_width(&self) -> usize {
        self.hidden / self.heads
    }

    fn check(&self) -> Result<()> {
        let sizes = [self.hidden, self.layers, self.heads, self.intermediate, self.vocabulary];
        if sizes.iter().any(|&size| size == 0 || size > 1 << 20) || self.max_tokens < 8 {
            return Err(refuse("a size is zero or absurdly large".into()));
        }
        if !self.hidden.is_multiple_of(self.heads) || !self.head_width().is_multiple_of(32) {
            return Err(refuse(format!(
                "{} hidden units in {} heads are not supported: a head must be a multiple of 32 wide",
                self.hidden, self.heads
            )));
        }
        if !self.intermediate.is_multiple_of(32) {
            return Err(refuse(format!(
                "an intermediate size of {} is not supported: it must be a multiple of 32",
                self.intermediate
            )));
        }
        if !(0.0..1.0).contains(&self.layer_norm_eps) {
            return Err(refuse(format!("layer_norm_eps {} makes no sense", self.layer_norm_eps)));
        }
        Ok(())
    }
}

fn refuse(detail: String) -> Error {
    Error::new(Code::BadModel, detail)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn config(change: impl FnOnce(&mut serde_json::Map<String, serde_json::Value>)) -> Vec<u8> {
        let mut json = serde_json::json!({
            "model_type": "bert", "hidden_size": 384, "num_hidden_layers": 12, "num_attention_heads": 12,
            "intermediate_size": 1536, "vocab_size": 1000, "max_position_embeddings": 512,
        });
        change(json.as_object_mut().unwrap());
        serde_json::to_vec(&json).unwrap()
    }

    #[test]
    fn bert_counts_positions_from_zero() {
        let a = Architecture::from_config_json(&config(|_| {})).unwrap();
        assert_eq!((a.first_position, a.max_tokens, a.head_width()), (0, 512, 32));
    }

    #[test]
    fn xlm_roberta_counts_positions_from_after_the_pad_token() {
        let json = config(|c| {
            c.insert("model_type".into(), "xlm-roberta".into());
            c.insert("pad_token_id".into(), 1.into());
            c.insert("max_position_embeddings".into(), 514.into());
        });
        let a = Architecture::from_config_json(&json).unwrap();
        assert_eq!((a.first_position, a.max_tokens), (2, 512));
    }

    #[test]
    fn an_unsupported_model_is_refused_by_name() {
        let cases: [(&str, serde_json::Value, &str); 5] = [
            ("model_type", "llama".into(), "\"llama\""),
            ("hidden_act", "relu".into(), "\"relu\""),
            ("position_embedding_type", "relative_key".into(), "relative_key"),
            ("num_attention_heads", 5.into(), "multiple of 32"),
            ("num_hidden_layers", 0.into(), "zero"),
        ];
        for (key, value, told) in cases {
            let json = config(|c| {
                c.insert(key.into(), value);
            });
            let error = Architecture::from_config_json(&json).unwrap_err();
            assert_eq!(error.code(), Code::BadModel);
            assert!(error.detail().contains(told), "{error}");
        }
        assert!(Architecture::from_config_json(b"{}").is_err());
        assert!(Architecture::from_config_json(b"not json").is_err());
    }
}
