//! Passages by keyword: names, codes and numbers, which vectors blur.

use super::{Found, Hit, Query, RecallPath};
use crate::domain::PathName;
use crate::error::Result;
use crate::knowledge::Snapshot;

/// Finds passages that contain words of the query, by BM25.
#[derive(Clone, Copy, Debug)]
pub struct LexicalPath;

impl RecallPath for LexicalPath {
    fn name(&self) -> PathName {
        PathName::Lexical
    }

    fn recall(&self, query: &Query, snapshot: &Snapshot) -> Result<Vec<Hit>> {
        let found = snapshot.passages_by_keyword(&query.wording, query.limit, &query.filter)?;
        Ok(found.into_iter().map(|(id, score)| Hit { found: Found::Passage(id), score }).collect())
    }
}
