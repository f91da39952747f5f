//! Passages by vector: what means the same, whatever words it uses.

use super::{Found, Hit, Query, RecallPath};
use crate::domain::PathName;
use crate::error::Result;
use crate::knowledge::Snapshot;

/// Finds the passages nearest to the query, as a whole and by their nearest statement.
#[derive(Clone, Copy, Debug)]
pub struct VectorPath;

impl RecallPath for VectorPath {
    fn name(&self) -> PathName {
        PathName::Vector
    }

    fn recall(&self, query: &Query, snapshot: &Snapshot) -> Result<Vec<Hit>> {
        let near = snapshot.passages_by_vector(query.vector()?, query.limit, &query.filter);
        Ok(near.into_iter().map(|(id, score)| Hit { found: Found::Passage(id), score }).collect())
    }
}
