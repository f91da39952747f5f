//! The nearest passages by comparing with every one of them, in f32: what searches are held to.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::corpus::Question;
use crate::domain::ChunkId;
use crate::knowledge::{Snapshot, dot};

/// The `k` passages nearest to each question by their own vectors, nearest first. One pass over all passages.
pub fn nearest(snapshot: &Snapshot, questions: &[Question], k: usize) -> Vec<Vec<ChunkId>> {
    let mut best: Vec<BinaryHeap<Reverse<(Score, ChunkId)>>> = vec![BinaryHeap::new(); questions.len()];
    for id in snapshot.ids() {
        let Some(vectors) = snapshot.vectors(id) else { continue };
        for (question, best) in questions.iter().zip(&mut best) {
            let score = dot(&question.vector, vectors.passage);
            if best.len() < k || best.peek().is_some_and(|Reverse((worst, _))| worst.0 < score) {
                best.push(Reverse((Score(score), id)));
                if best.len() > k {
                    best.pop();
                }
            }
        }
    }
    let sorted = |heap: BinaryHeap<Reverse<(Score, ChunkId)>>| {
        heap.into_sorted_vec().into_iter().map(|Reverse((_, id))| id).collect()
    };
    best.into_iter().map(sorted).collect()
}

/// A score that can be sorted.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Score(f32);

impl Eq for Score {}

impl Ord for Score {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl PartialOrd for Score {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
