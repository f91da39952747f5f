//! The best `k` of many, without sorting the rest. Equal scores are ordered by key, so that the same passages come
//! out in the same order whatever order they were looked at in.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

/// A bounded heap of the `k` best scored keys.
#[derive(Debug)]
pub struct TopK<K> {
    k: usize,
    /// The worst of the best on top.
    heap: BinaryHeap<Reverse<Scored<K>>>,
}

/// A key with its score. Better is greater.
#[derive(Clone, Copy, Debug)]
pub struct Scored<K> {
    pub score: f32,
    pub key: K,
}

impl<K: Ord> TopK<K> {
    /// An empty heap for `k` results.
    pub fn new(k: usize) -> Self {
        Self { k, heap: BinaryHeap::with_capacity(k.min(1024) + 1) }
    }

    /// How many results it holds at most.
    pub fn size(&self) -> usize {
        self.k
    }

    /// The score below which nothing can enter any more. Equal scores may still enter by their key.
    pub fn floor(&self) -> f32 {
        match self.heap.peek() {
            Some(Reverse(worst)) if self.heap.len() >= self.k => worst.score,
            _ if self.k == 0 => f32::INFINITY,
            _ => f32::NEG_INFINITY,
        }
    }

    /// Offers one result.
    pub fn push(&mut self, score: f32, key: K) {
        let entry = Scored { score, key };
        if self.heap.len() < self.k {
            self.heap.push(Reverse(entry));
            return;
        }
        let Some(mut worst) = self.heap.peek_mut() else { return };
        if entry > worst.0 {
            worst.0 = entry;
        }
    }

    /// The results, best first.
    pub fn into_sorted(self) -> Vec<(K, f32)> {
        self.heap.into_sorted_vec().into_iter().map(|Reverse(s)| (s.key, s.score)).collect()
    }
}

impl<K: Ord> Ord for Scored<K> {
    /// Better is greater: the higher score, then the smaller key.
    fn cmp(&self, other: &Self) -> Ordering {
        self.score.total_cmp(&other.score).then_with(|| other.key.cmp(&self.key))
    }
}

impl<K: Ord> PartialOrd for Scored<K> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<K: Ord> PartialEq for Scored<K> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl<K: Ord> Eq for Scored<K> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_come_out_in_order_and_ties_go_by_key() {
        let mut top = TopK::new(3);
        for (score, key) in [(0.5, 9), (0.9, 4), (0.5, 2), (0.1, 1), (0.5, 5)] {
            top.push(score, key);
        }
        assert_eq!(top.into_sorted(), [(4, 0.9), (2, 0.5), (5, 0.5)]);
    }

    #[test]
    fn the_floor_rises_only_when_the_heap_is_full() {
        let mut top = TopK::new(2);
        top.push(0.7, 1);
        assert_eq!(top.floor(), f32::NEG_INFINITY);
        top.push(0.3, 2);
        assert_eq!(top.floor(), 0.3);
    }

    #[test]
    fn none_wanted_none_given() {
        let mut top = TopK::new(0);
        top.push(1.0, 1);
        assert!(top.into_sorted().is_empty());
    }
}
