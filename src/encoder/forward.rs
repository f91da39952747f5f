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
            let load = |share: &[usize]| share.iter().map(|&n| self.layer(n)).collect();
            let running: Vec<_> = shares.map(|share| scope.spawn(move || load(share))).collect();
            let failed = || Error::internal("a thread that loads the model failed");
            running.into_iter().map(|thread| thread.join().unwrap_or_else(|_| Err(failed()))).collect()
        });
        let layers: Result<Vec<Vec<Layer>>> = parts.into_iter().collect();
        Ok(layers?.into_iter().flatten().collect())
    }

    fn layer(self, n: usize) -> Result<Layer> {
        let (h, inner) = (self.a.hidden, self.a.intermediate);
        let name = |part: &str| format!("encoder.layer.{n}.{part}");
        let (mut qkv, mut qkv_bias) = self.matrix(&name("attention.self.query"), h, h)?;
        let factor = 1.0 / (self.a.head_width() as f32).sqrt();
        qkv.iter_mut().chain(&mut qkv_bias).for_each(|w| *w *= factor);
        for part in ["attention.self.key", "attention.self.value"] {
            let (weights, bias) = self.matrix(&name(part), h, h)?;
            qkv.extend(weights);
            qkv_bias.extend(bias);
        }
        Ok(Layer {
            attention: AttentionWeights {
                qkv: PackedLinear::pack(&qkv, qkv_bias, h, self.kernel.geometry()),
                output: self.linear(&name("attention.output.dense"), h, h)?,
                norm: self.norm(&name("attention.output.LayerNorm"))?,
                heads: self.a.heads,
            },
            feed_forward: FeedForwardWeights {
                inner: self.linear(&name("intermediate.dense"), h, inner)?,
                output: self.linear(&name("output.dense"), inner, h)?,
                norm: self.norm(&name("output.LayerNorm"))?,
            },
        })
    }

    fn linear(self, name: &str, from: usize, to: usize) -> Result<PackedLinear> {
        let (weights, bias) = self.matrix(name, from, to)?;
        Ok(PackedLinear::pack(&weights, bias, from, self.kernel.geometry()))
    }

    fn matrix(self, name: &str, from: usize, to: usize) -> Result<(Vec<f32>, Vec<f32>)> {
        let weights = self.weights.load(&format!("{name}.weight"), &[to, from])?;
        Ok((weights, self.weights.load(&format!("{name}.bias"), &[to])?))
    }

    fn norm(self, name: &str) -> Result<NormWeights> {
        Ok(NormWeights {
            scale: self.weights.load(&format!("{name}.weight"), &[self.a.hidden])?,
            shift: self.weights.load(&format!("{name}.bias"), &[self.a.hidden])?,
            epsilon: self.a.layer_norm_eps,
        })
    }
}
