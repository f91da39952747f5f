//! Going along the links from the best vectors seen to better ones.

use std::collections::BinaryHeap;

use super::neighbours;
use crate::knowledge::byte_matrix::ByteMatrix;
use crate::knowledge::byte_vectors::ByteRow;
use crate::knowledge::top::{Scored, TopK};

/// Entries that a search goes on from: near ones may lie in different corners.
const STARTS: usize = 8;

/// Which vectors a walk has looked at.
#[derive(Debug)]
pub struct Visited {
    bits: Vec<u64>,
    seen: Vec<u32>,
}

impl Visited {
    /// None of `len` vectors.
    pub fn new(len: usize) -> Self {
        Self { bits: vec![0; len.div_ceil(64)], seen: Vec::new() }
    }

    /// Whether it is looked at for the first time.
    fn is_first(&mut self, at: u32) -> bool {
        let (word, bit) = (at as usize / 64, 1_u64 << (at % 64));
        let first = self.bits[word] & bit == 0;
        if first {
            self.bits[word] |= bit;
            self.seen.push(at);
        }
        first
    }

    /// None again.
    fn clear(&mut self) {
        for at in self.seen.drain(..) {
            self.bits[at as usize / 64] = 0;
        }
    }
}

/// The `wanted` admitted vectors nearest to `probe` that the links lead to, nearest first, with their inner products;
/// `None` when more than `limit` vectors had to be looked at.
#[allow(clippy::too_many_arguments)] // one loop in a file of its own; a struct for its arguments would say less
pub fn walk(
    set: &ByteMatrix,
    links: &[u32],
    entries: &[u32],
    probe: ByteRow<'_>,
    wanted: usize,
    admits: impl Fn(u32) -> bool,
    limit: usize,
    visited: &mut Visited,
) -> Option<Vec<(u32, f32)>> {
    visited.clear();
    let mut starts = TopK::new(STARTS);
    for entry in entries {
        starts.push(set.score(probe, *entry as usize), *entry);
    }
    let mut found = TopK::new(wanted);
    let mut open = BinaryHeap::new();
    let look = |at: u32, score: f32, open: &mut BinaryHeap<Scored<u32>>, found: &mut TopK<u32>| {
        if score >= found.floor() {
            open.push(Scored { score, key: at });
            if admits(at) {
                found.push(score, at);
            }
        }
    };
    for (at, score) in starts.into_sorted() {
        if visited.is_first(at) {
            look(at, score, &mut open, &mut found);
        }
    }
    while let Some(next) = open.pop() {
        if next.score < found.floor() {
            break;
        }
        if visited.seen.len() > limit {
            return None;
        }
        for at in neighbours(links, next.key) {
            if visited.is_first(at) {
                look(at, set.score(probe, at as usize), &mut open, &mut found);
            }
        }
    }
    Some(found.into_sorted())
}
