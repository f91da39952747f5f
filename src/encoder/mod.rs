//! The encoder: text in, one vector for the whole and one for every token out.
//!
//! One pass feeds intents, slots and retrieval. The model runs on threads of its own behind a bounded queue
//! ([`queue`]), in packed batches without padding ([`batch`]), so that the result of a text never depends on what
//! else is in the batch. Other rooms see [`Encoder`] and vectors; candle and the tokeniser stay in here. This room
//! knows nothing of intents, documents or visitors.

mod adapt;
mod adapted;
mod adapters;
mod architecture;
mod batch;
mod blob;
mod builtin;
mod embedding;
mod files;
mod forward;
mod gguf;
mod handle;
mod import;
mod library;
mod measure;
mod model;
mod numbers;
mod pieces;
mod pool;
mod profile;
mod queue;
pub mod reader;
mod reference;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
mod tokenise;
mod weights;
mod work;
mod worker;

use std::sync::Arc;

pub use adapt::Adapting;
pub use adapted::Adapted;
pub use adapters::Adapters;
pub use files::ModelFiles;
pub use handle::{Encoder, EncoderOptions};
pub use import::{ImportOptions, import};
pub use library::{FileCheck, Library, ModelInfo};
pub use measure::{
    Beside, MeasureOptions, Memory, Report as MeasureReport, Row as MeasureRow, Yardstick, measure,
};
pub use profile::{Pooling, Profile};
pub use queue::Priority;
pub use zhike_kernels::dots_of_bytes;

/// What stands before a text, because the model was trained with it there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prefix {
    /// A question, or anything else that is compared with others of its kind.
    Query,
    /// A passage of a document.
    Passage,
    /// Nothing.
    None,
}

/// What is wanted of a pass besides the vector.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Want {
    /// The final states of the text's tokens.
    pub tokens: bool,
    /// All states after this many layers, for layers of one's own ([`Adapted`]).
    pub after_layer: Option<usize>,
}

impl Want {
    /// Nothing else.
    pub const VECTOR: Self = Self { tokens: false, after_layer: None };
    /// The states of the tokens.
    pub const TOKENS: Self = Self { tokens: true, after_layer: None };
}

/// The result for one text.
#[derive(Clone, Debug)]
pub struct Encoded {
    /// The vector of the whole text, of length 1.
    pub vector: Arc<[f32]>,
    /// The states of its tokens, where asked for.
    pub tokens: Option<TokenStates>,
    /// The states after an inner layer, where asked for.
    pub inner: Option<InnerStates>,
}

/// States of all tokens of one text, special and prefix tokens included, after one of the inner layers.
#[derive(Clone, Debug, PartialEq)]
pub struct InnerStates {
    /// How many layers they went through.
    pub after_layer: usize,
    /// One row of `dim` numbers a token.
    pub states: Vec<f32>,
}

/// States of the tokens of one text, without special and prefix tokens.
#[derive(Clone, Debug, PartialEq)]
pub struct TokenStates {
    /// One row of `dim` numbers a token.
    pub states: Vec<f32>,
    /// Start and end (exclusive) of every token in Unicode scalar values of the text.
    pub offsets: Vec<(usize, usize)>,
}
