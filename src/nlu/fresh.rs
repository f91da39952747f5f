//! Examples that came after the training. The heads have not learnt them yet; a message close enough to one of them is
//! taken for its like until the next training (nearest neighbour in the centred vector space).

use std::sync::Arc;

use super::Model;
use crate::domain::{IntentScore, Parse};

/// Cosine of centred vectors from which two messages are taken for one. Of messages whose nearest example was at least
/// this close, 95 % had its intent (each text of three training sets against the others of its set: 238 pairs).
const NEAR: f32 = 0.8;
/// What is said of such a message's intent.
const CONFIDENCE: f32 = 0.95;

/// Examples that a model has not learnt.
#[derive(Clone, Debug, Default)]
pub struct Fresh {
    /// Centred as the model centres, with the intent of each.
    rows: Vec<(Vec<f32>, String)>,
}

impl Fresh {
    /// Examples (vector with [`crate::encoder::Prefix::Query`], intent) beside a model. A model without intents has no
    /// use for them.
    pub fn new(model: &Model, examples: impl IntoIterator<Item = (Arc<[f32]>, String)>) -> Self {
        let rows =
            examples.into_iter().filter_map(|(vector, intent)| Some((model.centred(&vector)?, intent)));
        Self { rows: rows.collect() }
    }

    /// Puts the intent of the nearest example first, if that is near enough. `vector` is the message's.
    pub fn adjust(&self, parse: &mut Parse, vector: &[f32], model: &Model) {
        if self.rows.is_empty() {
            return;
        }
        let Some(centred) = model.centred(vector) else { return };
        let cosine = |row: &[f32]| row.iter().zip(&centred).map(|(a, b)| a * b).sum::<f32>();
        let near = self.rows.iter().map(|(row, intent)| (cosine(row), intent));
        let Some((_, intent)) = near.filter(|(c, _)| *c >= NEAR).max_by(|a, b| a.0.total_cmp(&b.0)) else {
            return;
        };
        parse.intents.retain(|score| score.name != *intent);
        let others: f32 = parse.intents.iter().map(|score| score.confidence).sum();
        let share = (1.0 - CONFIDENCE) / others.max(f32::EPSILON);
        parse.intents.iter_mut().for_each(|score| score.confidence *= share.min(1.0));
        parse.intents.insert(0, IntentScore { name: intent.clone(), confidence: CONFIDENCE });
    }
}
