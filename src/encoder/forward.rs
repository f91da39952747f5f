//! The forward pass: a chain of candle custom operations over packed rows.
//!
//! The state of a batch is one candle tensor of tokens × hidden. Each half of a layer is one operation that replaces
//! it in place; what happens inside is the kernels' matter. There is no padding, and a sequence attends to itself
//! only, so a text's result is the same alone and in any batch, to the last bit.

use std::cell::RefCell;
use std::ops::Range;

use candle_core::{CpuStorage, Device, InplaceOp1, Layout, Result as CandleResult, Tensor};
use zhike_kernels::{AttentionWeights, FeedForwardWeights, Kernel, NormWeights, PackedLinear, Space};

use crate::error::{Error, Result};

use super::adapters::Adapters;
use super::architecture::Architecture;
use super::batch::Batch;
use super::embedding::Embedding;
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

/// One layer, packed.
#[derive(Debug)]
pub(super) struct Layer {
    attention: AttentionWeights,
    feed_forward: FeedForwardWeights,
}

impl Forward {
    /// Loads every layer and packs it for `kernel`, on several threads. `tables` is the file that holds the
    /// tables of words and positions: models made from one another share them.
    pub fn load(weights: &Weights, tables: &Weights, a: &Architecture, kernel: Kernel) -> Result<Self> {
        let loader = Loader { weights, a, kernel, adapters: None };
        Ok(Self {
            kernel,
            embedding: Embedding::load(tables, a)?,
            embedding_norm: loader.norm("embeddings.LayerNorm")?,
            layers: loader.layers(0..a.layers)?,
            hidden: a.hidden,
        })
    }

    /// The kernel the layers are packed for.
    pub fn kernel(&self) -> Kernel {
        self.kernel
    }

    /// Final states of every token of `batch`, row after row. `after_layer` hears the number of every finished layer,
    /// from one on, and the states as they are then.
    pub fn run(
        &self,
        batch: &Batch,
        after_layer: &mut dyn FnMut(usize, &Tensor) -> CandleResult<()>,
    ) -> Result<Vec<f32>> {
        let rows = self.embedding.look_up(batch)?;
        self.layers(rows, batch, after_layer).map_err(failed)
    }

    fn layers(
        &self,
        rows: Vec<f32>,
        batch: &Batch,
        after_layer: &mut dyn FnMut(usize, &Tensor) -> CandleResult<()>,
    ) -> CandleResult<Vec<f32>> {
        let sequences: Vec<Range<usize>> = batch.sequences().collect();
        let state = Tensor::from_vec(rows, (batch.tokens(), self.hidden), &Device::Cpu)?;
        state.inplace_op1(&NormOp { kernel: self.kernel, weights: &self.embedding_norm })?;
        for (number, layer) in (1..).zip(&self.layers) {
            layer.run(self.kernel, &state, &sequences)?;
            after_layer(number, &state)?;
        }
        state.flatten_all()?.to_vec1()
    }
}

impl Layer {
    /// Replaces the rows of `state` by what the layer makes of them.
    pub(super) fn run(&self, kernel: Kernel, state: &Tensor, sequences: &[Range<usize>]) -> CandleResult<()> {
        state.inplace_op1(&AttentionOp { kernel, weights: &self.attention, sequences })?;
        state.inplace_op1(&FeedForwardOp { kernel, weights: &self.feed_forward })
    }
}

/// A candle error of the forward pass.
pub(super) fn failed(e: candle_core::Error) -> Error {
    Error::internal("the forward pass failed").with_source(e)
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
pub(super) struct Loader<'a> {
    pub weights: &'a Weights,
    pub a: &'a Architecture,
    pub kernel: Kernel,
    /// Changes of the top layers.
    pub adapters: Option<&'a Adapters>,
}

/// More threads than this do not load faster.
const LOADING_THREADS: usize = 4;

impl Loader<'_> {
    /// The layers of these numbers, counted from 0.
    pub fn layers(self, numbers: Range<usize>) -> Result<Vec<Layer>> {
        let threads = std::thread::available_parallelism().map_or(1, usize::from).min(LOADING_THREADS);
        let numbers: Vec<usize> = numbers.collect();
        let shares = numbers.chunks(numbers.len().div_ceil(threads).max(1));
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
        let name = |part: &str| layer_name(n, part);
        Ok(Layer {
            attention: AttentionWeights {
                qkv: self.query_key_value(n, matrix)?,
                output: self.linear(n, "attention.output.dense", (h, h), matrix)?,
                norm: self.norm(&name("attention.output.LayerNorm"))?,
                heads: self.a.heads,
            },
            feed_forward: FeedForwardWeights {
                inner: self.linear(n, "intermediate.dense", (inner, h), matrix)?,
                output: self.linear(n, "output.dense", (h, inner), matrix)?,
                norm: self.norm(&name("output.LayerNorm"))?,
            },
        })
    }

    /// Three layers in one; the queries already scaled by one over the root of the head width.
    fn query_key_value(self, n: usize, matrix: &mut Vec<f32>) -> Result<PackedLinear> {
        let h = self.a.hidden;
        let mut bias = Vec::with_capacity(3 * h);
        matrix.clear();
        for part in ["attention.self.query", "attention.self.key", "attention.self.value"] {
            self.append(n, part, (h, h), matrix)?;
            self.weights.append(&layer_name(n, &format!("{part}.bias")), &[h], &mut bias)?;
        }
        let factor = 1.0 / (self.a.head_width() as f32).sqrt();
        matrix[..h * h].iter_mut().chain(&mut bias[..h]).for_each(|w| *w *= factor);
        Ok(PackedLinear::pack(matrix, bias, h, self.kernel.geometry()))
    }

    fn linear(
        self,
        n: usize,
        part: &str,
        (to, from): (usize, usize),
        matrix: &mut Vec<f32>,
    ) -> Result<PackedLinear> {
        matrix.clear();
        self.append(n, part, (to, from), matrix)?;
        let bias = self.weights.load(&layer_name(n, &format!("{part}.bias")), &[to])?;
        Ok(PackedLinear::pack(matrix, bias, from, self.kernel.geometry()))
    }

    /// The matrix of one part of layer `n`, its adapter added, behind what is in `matrix`.
    fn append(self, n: usize, part: &str, (to, from): (usize, usize), matrix: &mut Vec<f32>) -> Result<()> {
        let start = matrix.len();
        self.weights.append(&layer_name(n, &format!("{part}.weight")), &[to, from], matrix)?;
        if let Some(change) = self.adapters.and_then(|adapters| adapters.part(self.a, n, part)) {
            change.add_to(&mut matrix[start..]);
        }
        Ok(())
    }

    fn norm(self, name: &str) -> Result<NormWeights> {
        Ok(NormWeights {
            scale: self.weights.load(&format!("{name}.weight"), &[self.a.hidden])?,
            shift: self.weights.load(&format!("{name}.bias"), &[self.a.hidden])?,
            epsilon: self.a.layer_norm_eps,
        })
    }
}

/// Name of a tensor of layer `n`, counted from 0.
pub(super) fn layer_name(n: usize, part: &str) -> String {
    format!("encoder.layer.{n}.{part}")
}
