//! The two halves of a transformer layer on packed rows, each as one piece of work for a kernel.
//!
//! Rows pass through in blocks small enough that everything between two layers of weights stays in the cache.

use std::ops::Range;

use super::Kernel;
use super::attention::{self, AttentionSpace, Heads};
use super::layout::{NormWeights, PackedLinear};
use super::linear::{self, Finish, Quantised};
use super::norm::layer_norm;
use super::simd::{Job, Simd};

/// Self-attention with its output layer, residual and LayerNorm.
#[derive(Debug)]
pub struct AttentionWeights {
    /// Queries (already scaled by one over the root of the head width), keys and values in one layer.
    pub qkv: PackedLinear,
    pub output: PackedLinear,
    pub norm: NormWeights,
    pub heads: usize,
}

/// The feed-forward half with residual and LayerNorm.
#[derive(Debug)]
pub struct FeedForwardWeights {
    pub inner: PackedLinear,
    pub output: PackedLinear,
    pub norm: NormWeights,
}

/// Space for intermediate results, reused from call to call.
#[derive(Debug, Default)]
pub struct Space {
    quantised: Quantised,
    wide: Vec<f32>,
    context: Vec<f32>,
    attention: AttentionSpace,
}

/// Rows worked on together.
const BLOCK: usize = 64;

impl Kernel {
    /// Replaces `rows` by `LayerNorm(rows + Attention(rows))`. Each range of rows is a sequence of its own.
    pub fn attention(
        self,
        w: &AttentionWeights,
        rows: &mut [f32],
        sequences: &[Range<usize>],
        space: &mut Space,
    ) {
        self.run(Attention { w, rows, sequences, space });
    }

    /// Replaces `rows` by `LayerNorm(rows + FeedForward(rows))`.
    pub fn feed_forward(self, w: &FeedForwardWeights, rows: &mut [f32], space: &mut Space) {
        self.run(FeedForward { w, rows, space });
    }

    /// LayerNorm of `rows` in place.
    pub fn layer_norm(self, w: &NormWeights, rows: &mut [f32]) {
        self.run(Normalise { w, rows });
    }
}

struct Attention<'a> {
    w: &'a AttentionWeights,
    rows: &'a mut [f32],
    sequences: &'a [Range<usize>],
    space: &'a mut Space,
}

impl Job for Attention<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let Self { w, rows, sequences, space } = self;
        let hidden = w.output.outputs();
        let count = rows.len() / hidden;
        space.wide.resize(count * 3 * hidden, 0.0);
        space.context.resize(count * hidden, 0.0);
        for (rows, qkv) in rows.chunks(BLOCK * hidden).zip(space.wide.chunks_mut(BLOCK * 3 * hidden)) {
            space.quantised.fill(s, rows, hidden);
            linear::apply(s, &w.qkv, &space.quantised, qkv, Finish::Plain);
        }
        for sequence in sequences {
            let mut heads = Heads {
                qkv: &space.wide[sequence.start * 3 * hidden..sequence.end * 3 * hidden],
                out: &mut space.context[sequence.start * hidden..sequence.end * hidden],
                hidden,
                width: hidden / w.heads,
            };
            attention::attend(s, &mut heads, &mut space.attention);
        }
        for (rows, context) in rows.chunks_mut(BLOCK * hidden).zip(space.context.chunks(BLOCK * hidden)) {
            space.quantised.fill(s, context, hidden);
            linear::apply(s, &w.output, &space.quantised, rows, Finish::Add);
            layer_norm(s, rows, &w.norm);
        }
    }
}

struct FeedForward<'a> {
    w: &'a FeedForwardWeights,
    rows: &'a mut [f32],
    space: &'a mut Space,
}

impl Job for FeedForward<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let Self { w, rows, space } = self;
        let (hidden, inner) = (w.output.outputs(), w.inner.outputs());
        for rows in rows.chunks_mut(BLOCK * hidden) {
            space.wide.resize(rows.len() / hidden * inner, 0.0);
            space.quantised.fill(s, rows, hidden);
            linear::apply(s, &w.inner, &space.quantised, &mut space.wide, Finish::Gelu);
            space.quantised.fill(s, &space.wide, inner);
            linear::apply(s, &w.output, &space.quantised, rows, Finish::Add);
            layer_norm(s, rows, &w.norm);
        }
    }
}

struct Normalise<'a> {
    w: &'a NormWeights,
    rows: &'a mut [f32],
}

impl Job for Normalise<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        layer_norm(s, self.rows, self.w);
    }
}
