//! Ways to find candidates, a file a path: passages by vector, passages by keyword, questions of FAQ pairs by
//! vector, and the shop's rules.
//!
//! A path answers one [`Query`] against one snapshot of the knowledge base and knows nothing of the other paths, of
//! how their hits are ranked, or of what is done with them. [`gather`] runs them side by side under one deadline.

mod faq;
mod gather;
mod lexical;
mod rule;
pub mod rules;
mod vector;

use std::sync::Arc;

pub use faq::FaqPath;
pub use gather::{Gathered, gather};
pub use lexical::LexicalPath;
pub use rule::RulePath;
pub use vector::VectorPath;

use crate::domain::{ChunkId, Lang, PathName};
use crate::error::{Code, Error, Result};
use crate::knowledge::{Filter, Snapshot, Wording};
use rules::{Circumstances, Rule};

/// A way to find candidates. Implementations are pure functions of the query and the snapshot and may block.
pub trait RecallPath: Send + Sync {
    /// The name it has in explanations and hit tests.
    fn name(&self) -> PathName;

    /// What it finds, best first.
    ///
    /// # Errors
    /// When the path cannot work at all; the turn goes on without it and the explanation says why.
    fn recall(&self, query: &Query, snapshot: &Snapshot) -> Result<Vec<Hit>>;
}

/// What is looked for.
#[derive(Clone, Debug)]
pub struct Query {
    /// The visitor's own words, normalised: what rules look at.
    pub message: String,
    pub lang: Lang,
    /// The best intent's name, where one was recognised.
    pub intent: Option<String>,
    /// What rules look at beside the words.
    pub circumstances: Arc<Circumstances>,
    /// The vector that is compared with those of passages and questions; `None` when the encoder did not answer.
    pub vector: Option<Arc<[f32]>>,
    /// Words of the searched text and what may stand in their place.
    pub wording: Wording,
    pub filter: Filter,
    /// Hits a path gives at most.
    pub limit: usize,
}

impl Query {
    /// The vector, or the error that leaves a path out of this turn.
    fn vector(&self) -> Result<&[f32]> {
        let missing = || Error::new(Code::Unavailable, "the encoder did not answer in time");
        self.vector.as_deref().ok_or_else(missing)
    }
}

/// One thing a path found.
#[derive(Clone, Debug)]
pub struct Hit {
    pub found: Found,
    /// As the path counts: comparable within one path and one query only.
    pub score: f32,
}

/// What was found.
#[derive(Clone, Debug)]
pub enum Found {
    Passage(ChunkId),
    Rule(Box<Rule>),
}
