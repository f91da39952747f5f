//! The forward pass: a chain of candle custom operations over packed rows.
//!
//! The state of a batch is one candle tensor of tokens × hidden. Each half of a layer is one operation that replaces
//! it in place; what happens inside is the kernels' matter. There is no padding, and a sequence attends to itself
//! only, so a text's result is the same alone and in any batch, to the last bit.

use std::cell::RefCell;
use std::ops::Range;

use candle_core::{CpuStorage, Device, InplaceOp1, Layout, Result as CandleResult, Tensor};

use crate::error::{Error, Result};

use super::architecture::Architecture;
use super::batch::Batch;
use super::embedding::Embedding;
use super::kernels::{AttentionWeights, FeedForwardWeights, Kernel, NormWeights, PackedLinear, Space};
use super::weights::Weights;

/// A model with 8-bit weights, packed for this CPU.
#[derive(Debug)]
pub struct Forward {
    kernel: Kernel,
    embedding: Embedding,
    embedding_norm: NormWeights,
    layers: Vec<Layer>,
    hidden: usize,
}

#[derive(Debug)]
struct Layer {
    attention: AttentionWeights,
    feed_forward: FeedForwardWeights,
}

impl Forward {
    /// Loads every layer and packs it for `kernel`, on several threads.
    pub fn load(weights: &Weights, a: &Architecture, kernel: Kernel) -> Result<Self> {
        let loader = Loader { weights, a, kernel };
        Ok(Self {
            kernel,
            embedding: Embedding::load(weights, a)?,
            embedding_norm: loader.norm("embeddings.LayerNorm")?,
            layers: loader.layers()?,
            hidden: a.hidden,
        })
    }

    /// Final states of every token of `batch`, row after row. `pause` is called between layers.
    pub fn run(&self, batch: &Batch, pause: &mut dyn FnMut()) -> Result<Vec<f32>> {
        let rows = self.embedding.look_up(batch)?;
        self.layers(rows, batch, pause).map_err(|e| Error::internal("the forward pass failed").with_source(e))
    }

    fn layers(&self, rows: Vec<f32>, batch: &Batch, pause: &mut dyn FnMut()) -> CandleResult<Vec<f32>> {
        let kernel = self.kernel;
        let sequences: Vec<Range<usize>> = batch.sequences().collect();
        let state = Tensor::from_vec(rows, (batch.tokens(), self.hidden), &Device::Cpu)?;
        state.inplace_op1(&NormOp { kernel, weights: &self.embedding_norm })?;
        for layer in &self.layers {
            state.inplace_op1(&AttentionOp { kernel, weights: &layer.attention, sequences: &sequences })?;
            state.inplace_op1(&FeedForwardOp { kernel, weights: &layer.feed_forward })?;
            pause();
        }
        state.flatten_all()?.to_vec1()
    }
}

struct NormOp<'a> {
    kernel: Kernel,
    weights: &'a NormWeights,
}

struct AttentionOp<'a> {
    kernel: Kernel,
    weights: &'a AttentionWeights,
    sequences: &'a [Range<usize>],
}

struct FeedForwardOp<'a> {
    kernel: Kernel,
    weights: &'a FeedForwardWeights,
}

thread_local! {
    /// Each thread keeps its space, so that no call waits for memory.
    static SPACE: RefCell<Space> = RefCell::default();
}

impl InplaceOp1 for NormOp<'_> {
    fn name(&self) -> &'static str {
        "layer-norm-rows"
    }

    fn cpu_fwd(&self, storage: &mut CpuStorage, layout: &Layout) -> CandleResult<()> {
        self.kernel.layer_norm(self.weights, rows_of(storage, layout)?);
        Ok(())
    }
}

impl InplaceOp1 for AttentionOp<'_> {
    fn name(&self) -> &'static str {
        "attention-int8"
    }

    fn cpu_fwd(&self, storage: &mut CpuStorage, layout: &Layout) -> CandleResult<()> {
        let rows = rows_of(storage, layout)?;
        SPACE.with_borrow_mut(|space| self.kernel.attention(self.weights, rows, self.sequences, space));
        Ok(())
    }
}

impl InplaceOp1 for FeedForwardOp<'_> {
    fn name(&self) -> &'static str {
        "feed-forward-int8"
    }

    fn cpu_fwd(&self, storage: &mut CpuStorage, layout: &Layout) -> CandleResult<()> {
        let rows = rows_of(storage, layout)?;
        SPACE.with_borrow_mut(|space| self.kernel.feed_forward(self.weights, rows, space));
        Ok(())
    }
}

/// The numbers of a contiguous f32 tensor.
fn rows_of<'a>(storage: &'a mut CpuStorage, layout: &Layout) -> CandleResult<&'a mut [f32]> {
    match (storage, layout.contiguous_offsets()) {
        (CpuStorage::F32(values), Some((start, end))) => Ok(&mut values[start..end]),
        _ => candle_core::bail!("the encoder's operations take contiguous f32 rows"),
    }
}

/// Reads layers from a model file.
#[derive(Clone, Copy)]
struct Loader<'a> {
    weights: &'a Weights,
    a: &'a Architecture,
    kernel: Kernel,
}

/// More threads than this do not load faster.
const LOADING_THREADS: usize = 4;

impl Loader<'_> {
    fn layers(self) -> Result<Vec<Layer>> {
        let threads = std::thread::available_parallelism().map_or(1, usize::from).min(LOADING_THREADS);
        let numbers: Vec<usize> = (0..self.a.layers).collect();
        let shares = numbers.chunks(numbers.len().div_ceil(threads));
        let parts: Vec<Result<Vec<Layer>>> = std::thread::scope(|scope| {
            let load = |share: &[usize]| {
                let mut matrix = Vec::new();
                share.iter().map(|&n| self.layer(n, &mut matrix)).collect()
            };
            let running: Vec<_> = shares.map(|share| scope.spawn(move || load(share))).collect();
            let failed = || Error::internal("a thread that loads the model failed");
            running.into_iter().map(|thread| thread.join().unwrap_or_else(|_| Err(failed()))).collect()
        });
        let layers: Result<Vec<Vec<Layer>>> = parts.into_iter().collect();
        Ok(layers?.into_iter().flatten().collect())
    }

    /// One layer. `matrix` is space for the largest of its matrices in f32, kept from layer to layer.
    fn layer(self, n: usize, matrix: &mut Vec<f32>) -> Result<Layer> {
        let (h, inner) = (self.a.hidden, self.a.intermediate);
        let name = |part: &str| format!("encoder.layer.{n}.{part}");
        Ok(Layer {
            attention: AttentionWeights {
                qkv: self.query_key_value(name, matrix)?,
                output: self.linear(&name("attention.output.dense"), h, h, matrix)?,
                norm: self.norm(&name("attention.output.LayerNorm"))?,
                heads: self.a.heads,
            },
            feed_forward: FeedForwardWeights {
                inner: self.linear(&name("intermediate.dense"), h, inner, matrix)?,
                output: self.linear(&name("output.dense"), inner, h, matrix)?,
                norm: self.norm(&name("output.LayerNorm"))?,
            },
        })
    }

    /// Three layers in one; the queries already scaled by one over the root of the head width.
    fn query_key_value(self, name: impl Fn(&str) -> String, matrix: &mut Vec<f32>) -> Result<PackedLinear> {
        let h = self.a.hidden;
        let mut bias = Vec::with_capacity(3 * h);
        matrix.clear();
        for part in ["attention.self.query", "attention.self.key", "attention.self.value"] {
            self.weights.append(&name(&format!("{part}.weight")), &[h, h], matrix)?;
            self.weights.append(&name(&format!("{part}.bias")), &[h], &mut bias)?;
        }
        let factor = 1.0 / (self.a.head_width() as f32).sqrt();
        matrix[..h * h].iter_mut().chain(&mut bias[..h]).for_each(|w| *w *= factor);
        Ok(PackedLinear::pack(matrix, bias, h, self.kernel.geometry()))
    }

    fn linear(self, name: &str, from: usize, to: usize, matrix: &mut Vec<f32>) -> Result<PackedLinear> {
        matrix.clear();
        self.weights.append(&format!("{name}.weight"), &[to, from], matrix)?;
        let bias = self.weights.load(&format!("{name}.bias"), &[to])?;
        Ok(PackedLinear::pack(matrix, bias, from, self.kernel.geometry()))
    }

    fn norm(self, name: &str) -> Result<NormWeights> {
        Ok(NormWeights {
            scale: self.weights.load(&format!("{name}.weight"), &[self.a.hidden])?,
            shift: self.weights.load(&format!("{name}.bias"), &[self.a.hidden])?,
            epsilon: self.a.layer_norm_eps,
        })
    }
}
