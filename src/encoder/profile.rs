//! How a model wants to be used: what it puts before texts and how it makes one vector of many.
//!
//! Hugging Face's `config.json` does not say this; it stands in `encoder.json` beside it, which `zhike model import`
//! writes.

use serde::{Deserialize, Serialize};

use crate::error::{Code, Error, Result};

/// The content of `encoder.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    /// Name of the model: the name of its folder.
    pub name: String,
    /// How token states become the sentence vector.
    pub pooling: Pooling,
    /// Put before questions.
    #[serde(default)]
    pub query_prefix: String,
    /// Put before passages.
    #[serde(default)]
    pub passage_prefix: String,
    /// Where the weights came from.
    #[serde(default)]
    pub source: String,
    /// Licence of the weights, an SPDX name where known.
    #[serde(default)]
    pub licence: String,
}

/// How token states become one vector.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Pooling {
    /// Mean over all tokens.
    Mean,
    /// The first token's state.
    Cls,
}

impl Profile {
    /// Reads an `encoder.json`.
    pub fn from_json(json: &[u8]) -> Result<Self> {
        serde_json::from_slice(json)
            .map_err(|e| Error::new(Code::BadModel, format!("encoder.json cannot be read: {e}")))
    }
}
