//! A batch of sequences of different lengths, packed one after the other without padding.

use std::ops::Range;

/// Token ids of several sequences in a row, and where each begins.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Batch {
    ids: Vec<u32>,
    /// End of every sequence in `ids`.
    ends: Vec<usize>,
}

impl Batch {
    /// Appends one sequence. Empty ones are allowed and take no work.
    pub fn push(&mut self, ids: &[u32]) {
        self.ids.extend_from_slice(ids);
        self.ends.push(self.ids.len());
    }

    /// All token ids.
    pub fn ids(&self) -> &[u32] {
        &self.ids
    }

    /// Number of tokens.
    pub fn tokens(&self) -> usize {
        self.ids.len()
    }

    /// The ranges of rows that belong to each sequence.
    pub fn sequences(&self) -> impl Iterator<Item = Range<usize>> + '_ {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        self.ends.iter().zip(starts).map(|(&end, start)| start..end)
    }
}
