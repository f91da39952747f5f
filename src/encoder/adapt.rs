//! The top layers as candle differentiates them: base weights as they are, low-rank changes to be learnt.
//!
//! Plain f32 with padding, written with operations that have a derivative. What to learn, and when to stop, is the
//! caller's matter; the result is [`Adapters`].

use candle_core::{D, DType, Device, Result as CandleResult, Tensor, Var};
use candle_nn::ops::{layer_norm_slow, softmax};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use crate::error::Result;

use super::InnerStates;
use super::adapters::{Adapters, PARTS, shape};
use super::architecture::Architecture;
use super::forward::{failed, layer_name};
use super::handle::Encoder;
use super::profile::Pooling;
use super::weights::Weights;

/// The same start for everybody: training again gives the same result, but for the last digits.
const SEED: u64 = 20_260_401;
/// Added to the scores of padding.
const HIDDEN: f32 = -1e4;

/// Top layers in training.
#[derive(Debug)]
pub struct Adapting {
    layers: Vec<Layer>,
    rank: usize,
    a: Architecture,
    pooling: Pooling,
}

#[derive(Debug)]
struct Layer {
    /// In the order of [`PARTS`].
    parts: Vec<Part>,
    attention_norm: Norm,
    output_norm: Norm,
}

/// One matrix, its bias, and its change.
#[derive(Debug)]
struct Part {
    weight: Tensor,
    bias: Tensor,
    down: Var,
    up: Var,
}

#[derive(Debug)]
struct Norm {
    scale: Tensor,
    shift: Tensor,
}

impl Adapting {
    /// The top `layers` of `encoder`, with changes of `rank` that change nothing yet.
    pub fn new(encoder: &Encoder, layers: usize, rank: usize) -> Result<Self> {
        let a = encoder.architecture().clone();
        let weights = Weights::open(encoder.files().weights.clone())?;
        let mut random = StdRng::seed_from_u64(SEED);
        let load = |n| Layer::load(&weights, &a, n, rank, &mut random);
        let layers = (a.layers.saturating_sub(layers)..a.layers).map(load).collect::<Result<_>>()?;
        Ok(Self { layers, rank, pooling: encoder.pooling(), a })
    }

    /// After how many of the encoder's layers these take over.
    pub fn after_layer(&self) -> usize {
        self.a.layers - self.layers.len()
    }

    /// What is to be learnt.
    pub fn vars(&self) -> Vec<Var> {
        let parts = self.layers.iter().flat_map(|layer| &layer.parts);
        parts.flat_map(|part| [part.down.clone(), part.up.clone()]).collect()
    }

    /// Vectors of length 1, a row a text. `texts` are states after [`Adapting::after_layer`] layers.
    pub fn forward(&self, texts: &[&InnerStates]) -> CandleResult<Tensor> {
        let hidden = self.a.hidden;
        let longest = texts.iter().map(|text| text.states.len() / hidden).max().unwrap_or(0);
        let mut mask = vec![0f32; texts.len() * longest];
        let mut x = vec![0f32; texts.len() * longest * hidden];
        for (n, text) in texts.iter().enumerate() {
            if text.after_layer != self.after_layer() {
                candle_core::bail!("states after layer {}, not {}", text.after_layer, self.after_layer());
            }
            mask[n * longest..][..text.states.len() / hidden].fill(1.0);
            x[n * longest * hidden..][..text.states.len()].copy_from_slice(&text.states);
        }
        let mask = Tensor::from_vec(mask, (texts.len(), longest), &Device::Cpu)?;
        let hidden_from =
            ((&mask * f64::from(-HIDDEN))? + f64::from(HIDDEN))?.reshape((texts.len(), 1, 1, longest))?;
        let mut x = Tensor::from_vec(x, (texts.len() * longest, hidden), &Device::Cpu)?;
        for layer in &self.layers {
            x = layer.forward(&x, &hidden_from, &self.a)?;
        }
        let x = x.reshape((texts.len(), longest, self.a.hidden))?;
        let sum = match self.pooling {
            Pooling::Mean => x.broadcast_mul(&mask.unsqueeze(2)?)?.sum(1)?,
            Pooling::Cls => x.narrow(1, 0, 1)?.squeeze(1)?,
        };
        // Only the direction is kept, so the sum serves as well as the mean.
        sum.broadcast_div(&sum.sqr()?.sum_keepdim(D::Minus1)?.sqrt()?)
    }

    /// What has been learnt so far.
    pub fn adapters(&self) -> Result<Adapters> {
        let mut weights =
            Vec::with_capacity(self.layers.len() * Adapters::numbers_a_layer(&self.a, self.rank));
        for var in self.vars() {
            weights.extend(var.flatten_all().and_then(|t| t.to_vec1::<f32>()).map_err(failed)?);
        }
        Ok(Adapters { layers: self.layers.len(), rank: self.rank, weights })
    }
}

impl Layer {
    fn load(weights: &Weights, a: &Architecture, n: usize, rank: usize, random: &mut StdRng) -> Result<Self> {
        let load = |part: &str, shape: &[usize]| {
            let numbers = weights.load(&layer_name(n, part), shape)?;
            Tensor::from_vec(numbers, shape, &Device::Cpu).map_err(failed)
        };
        let norm = |part: &str| -> Result<Norm> {
            Ok(Norm {
                scale: load(&format!("{part}.weight"), &[a.hidden])?,
                shift: load(&format!("{part}.bias"), &[a.hidden])?,
            })
        };
        let part = |part: &&str| -> Result<Part> {
            let (rows, columns) = shape(a, part);
            // Uniform with the variance of LoRA's start; the other factor is zero, so that nothing changes at first.
            let bound = (3.0 / columns as f32).sqrt();
            let start = (0..rank * columns).map(|_| random.random_range(-bound..bound)).collect::<Vec<f32>>();
            let down = Tensor::from_vec(start, (rank, columns), &Device::Cpu).map_err(failed)?;
            Ok(Part {
                weight: load(&format!("{part}.weight"), &[rows, columns])?,
                bias: load(&format!("{part}.bias"), &[rows])?,
                down: Var::from_tensor(&down).map_err(failed)?,
                up: Var::zeros((rows, rank), DType::F32, &Device::Cpu).map_err(failed)?,
            })
        };
        Ok(Self {
            parts: PARTS.iter().map(part).collect::<Result<_>>()?,
            attention_norm: norm("attention.output.LayerNorm")?,
            output_norm: norm("output.LayerNorm")?,
        })
    }

    /// `x` has one row a token, padding included.
    fn forward(&self, x: &Tensor, hidden_from: &Tensor, a: &Architecture) -> CandleResult<Tensor> {
        let [query, key, value, attention_output, inner, output] = self.parts.as_slice() else {
            candle_core::bail!("a layer has {} adapted matrices", PARTS.len());
        };
        let (texts, longest) = (hidden_from.dim(0)?, hidden_from.dim(3)?);
        let heads = |part: &Part| -> CandleResult<Tensor> {
            let rows = part.forward(x)?.reshape((texts, longest, a.heads, a.head_width()))?;
            rows.transpose(1, 2)?.contiguous()
        };
        let (query, key, value) = (heads(query)?, heads(key)?, heads(value)?);
        let scores = (query.matmul(&key.t()?)? / (a.head_width() as f64).sqrt())?;
        let shares = softmax(&scores.broadcast_add(hidden_from)?, D::Minus1)?;
        let context = shares.matmul(&value)?.transpose(1, 2)?.reshape((texts * longest, a.hidden))?;
        let x = self.attention_norm.forward(&(attention_output.forward(&context)? + x)?, a)?;
        let inner = inner.forward(&x)?.gelu_erf()?;
        self.output_norm.forward(&(output.forward(&inner)? + x)?, a)
    }
}

impl Part {
    fn forward(&self, x: &Tensor) -> CandleResult<Tensor> {
        let weight = (&self.weight + self.up.matmul(&self.down)?)?;
        x.matmul(&weight.t()?)?.broadcast_add(&self.bias)
    }
}

impl Norm {
    fn forward(&self, x: &Tensor, a: &Architecture) -> CandleResult<Tensor> {
        layer_norm_slow(x, &self.scale, &self.shift, a.layer_norm_eps)
    }
}
