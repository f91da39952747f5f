//! The top layers once more, changed by adapters: a second end for the same pass.
//!
//! What is below is shared: a text goes through the encoder once, its states after an inner layer are kept, and the
//! adapted layers take them on from there, on the caller's thread.

use candle_core::{Device, Tensor};
use zhike_kernels::Kernel;

use crate::error::Result;

use super::InnerStates;
use super::adapters::Adapters;
use super::architecture::Architecture;
use super::forward::{Layer, Loader, failed};
use super::pool::pool;
use super::profile::Pooling;
use super::weights::Weights;

/// Adapted layers with 8-bit weights, packed for this CPU. Made by [`super::Encoder::adapted`].
#[derive(Debug)]
pub struct Adapted {
    kernel: Kernel,
    layers: Vec<Layer>,
    after_layer: usize,
    hidden: usize,
    pooling: Pooling,
}

impl Adapted {
    pub(super) fn load(
        weights: &Weights,
        a: &Architecture,
        kernel: Kernel,
        adapters: &Adapters,
        pooling: Pooling,
    ) -> Result<Self> {
        let loader = Loader { weights, a, kernel, adapters: Some(adapters) };
        let after_layer = a.layers - adapters.layers;
        let layers = loader.layers(after_layer..a.layers)?;
        Ok(Self { kernel, layers, after_layer, hidden: a.hidden, pooling })
    }

    /// After how many of the encoder's layers these take over.
    pub fn after_layer(&self) -> usize {
        self.after_layer
    }

    /// The vector of the whole text, of length 1.
    ///
    /// # Errors
    /// States of another layer.
    pub fn vector(&self, inner: &InnerStates) -> Result<Vec<f32>> {
        if inner.after_layer != self.after_layer {
            return Err(crate::error::Error::internal(format!(
                "adapted layers go on after layer {}, the states are those after layer {}",
                self.after_layer, inner.after_layer
            )));
        }
        let rows = inner.states.len() / self.hidden;
        let run = || {
            let state = Tensor::from_slice(&inner.states, (rows, self.hidden), &Device::Cpu)?;
            let whole = 0..rows;
            for layer in &self.layers {
                layer.run(self.kernel, &state, std::slice::from_ref(&whole))?;
            }
            state.flatten_all()?.to_vec1()
        };
        let states: Vec<f32> = run().map_err(failed)?;
        Ok(pool(&states, self.hidden, self.pooling))
    }
}
