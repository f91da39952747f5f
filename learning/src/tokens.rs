//! What a token's state and features are worth for every tag.

use serde::{Deserialize, Serialize};

use crate::chain::Chain;
use crate::linear::{self, add_scaled};
use crate::packed;

/// Length of a token's state; with the sparse features it is the scale of what the penalty works on.
const STATE_LENGTH: f32 = 3.0;
/// Weight of the states beside a token's own.
pub(crate) const NEIGHBOUR: f32 = 0.7;

/// Index and value of a token's features besides its state.
pub type Sparse = Vec<(u32, f32)>;

/// What a token's features are worth for every tag, and tags for each other.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Weights {
    /// `3 × state × tags`: the state before, the token's own, the one after.
    #[serde(with = "packed::floats")]
    pub states: Vec<f32>,
    /// `state × tags`: the mean of all states.
    #[serde(with = "packed::floats")]
    pub sentence: Vec<f32>,
    /// `sparse features × tags`
    #[serde(with = "packed::floats")]
    pub sparse: Vec<f32>,
    /// One a tag.
    #[serde(with = "packed::floats")]
    pub bias: Vec<f32>,
    pub chain: Chain,
}

impl Weights {
    /// Scores of every token for every tag, `tokens × tags`. `states` are `tokens × state`, `mean` is that of the training
    /// texts, `sparse` has an item a token.
    pub fn scores(&self, states: &[f32], mean: &[f32], sparse: &[Sparse]) -> Vec<f32> {
        let (dim, tags) = (mean.len(), self.chain.tags());
        let mut common = self.bias.clone();
        let about = sentence(states, mean);
        for (x, of_tags) in about.iter().zip(self.sentence.chunks_exact(tags.max(1))) {
            add_scaled(&mut common, of_tags, *x);
        }
        let states: Vec<Vec<f32>> =
            states.chunks_exact(dim.max(1)).map(|state| centred(state, mean)).collect();
        let mut scores = Vec::with_capacity(states.len() * tags);
        for (index, features) in sparse.iter().enumerate() {
            let mut row = common.clone();
            let near = [(index.checked_sub(1), NEIGHBOUR), (Some(index), 1.0), (Some(index + 1), NEIGHBOUR)];
            for (place, (near, weight)) in near.into_iter().enumerate() {
                let Some(state) = near.and_then(|i| states.get(i)) else { continue };
                let block = &self.states[place * dim * tags..(place + 1) * dim * tags];
                for (x, of_tags) in state.iter().zip(block.chunks_exact(tags)) {
                    add_scaled(&mut row, of_tags, x * weight);
                }
            }
            for (feature, x) in features {
                let at = *feature as usize * tags;
                if let Some(of_tags) = self.sparse.get(at..at + tags) {
                    add_scaled(&mut row, of_tags, *x);
                }
            }
            scores.extend(row);
        }
        scores
    }
}

/// A token's state relative to the mean of the training texts, of one length.
pub(crate) fn centred(state: &[f32], mean: &[f32]) -> Vec<f32> {
    linear::centred(state, mean, STATE_LENGTH)
}

/// The mean of the states of a text, centred as they are.
pub(crate) fn sentence(states: &[f32], mean: &[f32]) -> Vec<f32> {
    let mut sum = vec![0.0; mean.len()];
    for state in states.chunks_exact(mean.len().max(1)) {
        add_scaled(&mut sum, state, 1.0);
    }
    let count = (states.len() / mean.len().max(1)).max(1) as f32;
    sum.iter_mut().for_each(|x| *x /= count);
    centred(&sum, mean)
}
