//! The forward pass written plainly with candle's own f32 operations.
//!
//! Slow and obviously right: what the fast path is checked against, and the yardstick `zhike bench encode` puts
//! beside it. No visitor's message goes through here.

use candle_core::{D, Device, Result as CandleResult, Tensor};
use candle_nn::{LayerNorm, Linear, Module};

use crate::error::{Error, Result};

use super::architecture::Architecture;
use super::batch::Batch;
use super::embedding::Embedding;
use super::weights::Weights;

/// An encoder in f32.
#[derive(Debug)]
pub struct Reference {
    embedding: Embedding,
    embedding_norm: LayerNorm,
    layers: Vec<Layer>,
    heads: usize,
    hidden: usize,
}

#[derive(Debug)]
struct Layer {
    query: Linear,
    key: Linear,
    value: Linear,
    attention_output: Linear,
    attention_norm: LayerNorm,
    intermediate: Linear,
    output: Linear,
    output_norm: LayerNorm,
}

impl Reference {
    /// Loads every layer as f32.
    pub fn load(weights: &Weights, a: &Architecture) -> Result<Self> {
        let (h, i) = (a.hidden, a.intermediate);
        let layer = |n: usize| -> Result<Layer> {
            let name = |part: &str| format!("encoder.layer.{n}.{part}");
            Ok(Layer {
                query: linear(weights, &name("attention.self.query"), h, h)?,
                key: linear(weights, &name("attention.self.key"), h, h)?,
                value: linear(weights, &name("attention.self.value"), h, h)?,
                attention_output: linear(weights, &name("attention.output.dense"), h, h)?,
                attention_norm: norm(weights, &name("attention.output.LayerNorm"), a)?,
                intermediate: linear(weights, &name("intermediate.dense"), h, i)?,
                output: linear(weights, &name("output.dense"), i, h)?,
                output_norm: norm(weights, &name("output.LayerNorm"), a)?,
            })
        };
        Ok(Self {
            embedding: Embedding::load(weights, a)?,
            embedding_norm: norm(weights, "embeddings.LayerNorm", a)?,
            layers: (0..a.layers).map(layer).collect::<Result<_>>()?,
            heads: a.heads,
            hidden: h,
        })
    }

    /// Final states of every token of `batch`, row after row.
    pub fn forward(&self, batch: &Batch) -> Result<Vec<f32>> {
        let rows = self.embedding.look_up(batch)?;
        let mut out = Vec::with_capacity(rows.len());
        for sequence in batch.sequences().filter(|s| !s.is_empty()) {
            let rows = &rows[sequence.start * self.hidden..sequence.end * self.hidden];
            let states = self.sequence(rows, sequence.len()).map_err(candle_failed)?;
            out.extend(states);
        }
        Ok(out)
    }

    fn sequence(&self, rows: &[f32], len: usize) -> CandleResult<Vec<f32>> {
        let mut x = Tensor::from_slice(rows, (len, self.hidden), &Device::Cpu)?;
        x = self.embedding_norm.forward(&x)?;
        for layer in &self.layers {
            let attended = layer.attention_output.forward(&self.attend(layer, &x)?)?;
            x = layer.attention_norm.forward(&(attended + &x)?)?;
            let inner = layer.intermediate.forward(&x)?.gelu_erf()?;
            x = layer.output_norm.forward(&(layer.output.forward(&inner)? + &x)?)?;
        }
        x.flatten_all()?.to_vec1()
    }

    fn attend(&self, layer: &Layer, x: &Tensor) -> CandleResult<Tensor> {
        let len = x.dim(0)?;
        let width = self.hidden / self.heads;
        let heads = |t: Tensor| t.reshape((len, self.heads, width))?.transpose(0, 1)?.contiguous();
        let query = (heads(layer.query.forward(x)?)? / (width as f64).sqrt())?;
        let key = heads(layer.key.forward(x)?)?;
        let value = heads(layer.value.forward(x)?)?;
        let scores = query.matmul(&key.transpose(D::Minus1, D::Minus2)?)?;
        let weights = candle_nn::ops::softmax_last_dim(&scores)?;
        weights.matmul(&value)?.transpose(0, 1)?.reshape((len, self.hidden))
    }
}

fn linear(weights: &Weights, name: &str, from: usize, to: usize) -> Result<Linear> {
    let weight = weights.load(&format!("{name}.weight"), &[to, from])?;
    let bias = weights.load(&format!("{name}.bias"), &[to])?;
    let device = Device::Cpu;
    let weight = Tensor::from_vec(weight, (to, from), &device).map_err(candle_failed)?;
    Ok(Linear::new(weight, Some(Tensor::from_vec(bias, to, &device).map_err(candle_failed)?)))
}

fn norm(weights: &Weights, name: &str, a: &Architecture) -> Result<LayerNorm> {
    let load = |part: &str| {
        let values = weights.load(&format!("{name}.{part}"), &[a.hidden])?;
        Tensor::from_vec(values, a.hidden, &Device::Cpu).map_err(candle_failed)
    };
    Ok(LayerNorm::new(load("weight")?, load("bias")?, f64::from(a.layer_norm_eps)))
}

fn candle_failed(e: candle_core::Error) -> Error {
    Error::internal("the reference forward pass failed").with_source(e)
}
