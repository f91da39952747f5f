//! The second opinion of a `deep` model: the encoder's top layers adapted to the shop's intents, and a head of their
//! own. Its logits are added to those of the head on the frozen encoder, which goes on to tell what is out of scope.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use zhike_learning::linear::{Features, Linear};
use zhike_learning::packed;

use super::features::centred;
use crate::encoder::{Adapted, Adapters, Encoder, InnerStates};
use crate::error::{Error, Result};

/// Adapted layers and the head on them. Read from a file it must first be [`DeepHead::prepare`]d.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DeepHead {
    #[serde(with = "AdaptersFile")]
    adapters: Adapters,
    /// Mean of the training texts' adapted vectors.
    #[serde(with = "packed::floats")]
    mean: Vec<f32>,
    layer: Linear,
    #[serde(skip)]
    adapted: Option<Arc<Adapted>>,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Adapters")]
struct AdaptersFile {
    layers: usize,
    rank: usize,
    #[serde(with = "packed::floats")]
    weights: Vec<f32>,
}

impl DeepHead {
    /// Puts together what was learnt; `adapted` are the layers that `adapters` make.
    pub(super) fn new(adapters: Adapters, adapted: Arc<Adapted>, mean: Vec<f32>, layer: Linear) -> Self {
        Self { adapters, mean, layer, adapted: Some(adapted) }
    }

    /// Packs the adapted layers of `encoder`.
    ///
    /// # Errors
    /// [`crate::error::Code::BadModel`] when the adapters are not of this encoder.
    pub(super) fn prepare(&mut self, encoder: &Encoder) -> Result<()> {
        self.adapted = Some(Arc::new(encoder.adapted(&self.adapters)?));
        Ok(())
    }

    /// After which layer of the encoder the adapted ones go on; none before [`DeepHead::prepare`].
    pub fn after_layer(&self) -> Option<usize> {
        self.adapted.as_ref().map(|adapted| adapted.after_layer())
    }

    /// One logit an intent. `features` are those of the other head, whose n-grams and kinds are shared.
    pub fn logits(&self, inner: &InnerStates, features: &Features) -> Result<Vec<f32>> {
        let Some(adapted) = &self.adapted else {
            return Err(Error::internal("adapted layers were used before they were packed"));
        };
        let dense = centred(&adapted.vector(inner)?, &self.mean);
        Ok(self.layer.logits(&Features { dense, sparse: features.sparse.clone() }))
    }
}
