//! Linear models over vectors and sparse features, and how they are fitted: softmax layers, chains of tags, nearest
//! neighbours.
//!
//! It knows rows of numbers, not texts: what a feature stands for is the business of who asks. Every fit is convex and
//! minimised by [`minimise`] on the whole data, so its result depends on nothing but the data. A crate of its own, so
//! that training is compiled for speed also where the rest is compiled to be looked into.

pub mod chain;
pub mod fit;
pub mod linear;
mod matrix;
mod minimise;
pub mod nearest;
pub mod packed;
pub mod sequences;
pub mod tokens;

use std::fmt;

pub use minimise::minimise;

/// What fitting ends with.
pub type Result<T> = std::result::Result<T, Failed>;

/// A matrix product failed: out of memory, in all likelihood.
#[derive(Debug)]
pub struct Failed(candle_core::Error);

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a matrix product failed: {}", self.0)
    }
}

impl std::error::Error for Failed {}

impl From<candle_core::Error> for Failed {
    fn from(error: candle_core::Error) -> Self {
        Self(error)
    }
}
