//! Questions of FAQ pairs by vector: a question that means the same has the answer beside it.

use super::{Found, Hit, Query, RecallPath};
use crate::domain::PathName;
use crate::error::Result;
use crate::knowledge::Snapshot;

/// Finds the FAQ pairs one of whose questions is nearest to the query.
#[derive(Clone, Copy, Debug)]
pub struct FaqPath;

impl RecallPath for FaqPath {
    fn name(&self) -> PathName {
        PathName::Faq
    }

    fn recall(&self, query: &Query, snapshot: &Snapshot) -> Result<Vec<Hit>> {
        let near = snapshot.questions_by_vector(query.vector()?, query.limit, &query.filter);
        Ok(near.into_iter().map(|(id, score, _)| Hit { found: Found::Passage(id), score }).collect())
    }
}
