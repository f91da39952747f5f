//! Reading the best few candidates with the question in mind, where there is a reader and time for it.

use std::time::Instant;

use crate::encoder::Priority;
use crate::encoder::reader::Reader;
use crate::rank::pair::pair;
use crate::rank::{Ranked, Ranker};

/// Who reads, and how many candidates.
#[derive(Clone, Debug)]
pub struct Reads {
    pub reader: Reader,
    pub candidates: usize,
}

impl Reads {
    /// `ranked` in the order the reader's verdicts make, and whether that could be done in time. If not, the turn goes
    /// on by the first look.
    pub(super) async fn read(
        &self,
        ranked: Vec<Ranked>,
        ranker: &Ranker,
        question: &str,
        deadline: Instant,
    ) -> (Vec<Ranked>, bool) {
        let pairs = ranked.iter().take(self.candidates).map(|ranked| pair(question, ranked.chunk()));
        let reading = self.reader.read(pairs.collect(), Priority::Visitor);
        match tokio::time::timeout_at(deadline.into(), reading).await {
            Ok(Ok(readings)) => (ranker.reread(ranked, &readings), true),
            Ok(Err(e)) => {
                tracing::warn!(error = %e, "the candidates could not be read: this turn goes by the first look");
                (ranked, false)
            }
            Err(_) => {
                tracing::warn!("the reader did not answer in time: this turn goes by the first look");
                (ranked, false)
            }
        }
    }
}
