//! Exact vector search: all rows in one contiguous block, scored in one pass.
//!
//! A row belongs to an owner: a passage or one question of a FAQ pair. One passage's rows stand together, so the
//! best of its questions is found while passing. Exact search reads memory once from front to back; up to about
//! 100,000 rows that is faster than walking a graph, and it never misses. This file knows nothing of passages,
//! documents or files on disk beyond the bytes it is written as.

use super::top::TopK;

/// Which row of a segment a vector stands for, and which part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Owner {
    /// Row of the passage in its segment.
    pub row: u32,
    /// Position among the passage's questions; 0 for a passage's own vector.
    pub item: u32,
}

/// Vectors of equal length, each with its owner; rows of one owner stand together.
#[derive(Clone, Debug, PartialEq)]
pub struct VectorSet {
    dim: usize,
    owners: Vec<Owner>,
    values: Vec<f32>,
}

impl VectorSet {
    /// An empty set of `dim`-dimensional vectors.
    pub fn new(dim: usize) -> Self {
        Self { dim, owners: Vec::new(), values: Vec::new() }
    }

    /// Length of the vectors.
    pub fn dim(&self) -> usize {
        self.dim
    }

    /// Number of vectors.
    pub fn len(&self) -> usize {
        self.owners.len()
    }

    /// Adds a vector. A vector of another length is not taken: it is of another encoder and cannot be compared.
    pub fn push(&mut self, owner: Owner, vector: &[f32]) -> bool {
        if vector.len() != self.dim {
            return false;
        }
        self.owners.push(owner);
        self.values.extend_from_slice(vector);
        true
    }

    /// Adds the vectors of `other` whose rows have a new place; `place` gives it, or `None` for rows left behind.
    pub fn extend_from(&mut self, other: &VectorSet, place: impl Fn(u32) -> Option<u32>) {
        for (owner, vector) in other.iter() {
            if let Some(row) = place(owner.row) {
                self.push(Owner { row, item: owner.item }, vector);
            }
        }
    }

    /// Scores every admitted owner by its best vector and offers it to `top` under the key that `key` makes.
    ///
    /// Rows that are not admitted are not scored.
    pub fn search<K: Ord>(
        &self,
        query: &[f32],
        admit: impl Fn(u32) -> bool,
        key: impl Fn(Owner) -> K,
        top: &mut TopK<K>,
    ) {
        if query.len() != self.dim {
            return;
        }
        let mut rows = self.iter().peekable();
        while let Some((mut best, vector)) = rows.next() {
            let admitted = admit(best.row);
            let mut score = if admitted { dot(query, vector) } else { f32::NEG_INFINITY };
            while let Some((owner, vector)) = rows.next_if(|(owner, _)| owner.row == best.row) {
                let other = if admitted { dot(query, vector) } else { f32::NEG_INFINITY };
                if other > score {
                    (best, score) = (owner, other);
                }
            }
            if admitted && score >= top.floor() {
                top.push(score, key(best));
            }
        }
    }

    /// The vectors of one row, in order of their items. Rows are added in rising order.
    pub fn of(&self, row: u32) -> impl ExactSizeIterator<Item = &[f32]> {
        let from = self.owners.partition_point(|owner| owner.row < row);
        let to = self.owners.partition_point(|owner| owner.row <= row);
        self.values[from * self.dim..to * self.dim].chunks_exact(self.dim.max(1))
    }

    fn iter(&self) -> impl Iterator<Item = (Owner, &[f32])> {
        self.owners.iter().copied().zip(self.values.chunks_exact(self.dim.max(1)))
    }

    /// The set as bytes: number of vectors and dimension (u32 each), owners (two u32 each), values (f32); all
    /// little-endian.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(8 + self.owners.len() * 8 + self.values.len() * 4);
        bytes.extend((self.owners.len() as u32).to_le_bytes());
        bytes.extend((self.dim as u32).to_le_bytes());
        for owner in &self.owners {
            bytes.extend(owner.row.to_le_bytes());
            bytes.extend(owner.item.to_le_bytes());
        }
        for value in &self.values {
            bytes.extend(value.to_le_bytes());
        }
        bytes
    }

    /// Reads [`VectorSet::to_bytes`] back; `None` when the bytes are not of that shape.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (head, rest) = bytes.split_at_checked(8)?;
        let (head, _) = head.as_chunks::<4>();
        let count = u32::from_le_bytes(*head.first()?) as usize;
        let dim = u32::from_le_bytes(*head.get(1)?) as usize;
        let (owners, values) = rest.split_at_checked(count.checked_mul(8)?)?;
        if values.len() != count.checked_mul(dim)?.checked_mul(4)? {
            return None;
        }
        let (numbers, _) = owners.as_chunks::<4>();
        let (pairs, _) = numbers.as_chunks::<2>();
        let owners = pairs
            .iter()
            .map(|[row, item]| Owner { row: u32::from_le_bytes(*row), item: u32::from_le_bytes(*item) })
            .collect();
        Some(Self { dim, owners, values: floats(values) })
    }
}

/// Little-endian f32 values of a blob; trailing bytes that make no whole value are ignored.
pub fn floats(bytes: &[u8]) -> Vec<f32> {
    let (values, _) = bytes.as_chunks::<4>();
    values.iter().map(|b| f32::from_le_bytes(*b)).collect()
}

/// Inner product. Sixteen independent sums, so that the compiler may keep them in vector registers: floating-point
/// addition may not be reordered for one sum, but these are sixteen.
pub fn dot(a: &[f32], b: &[f32]) -> f32 {
    const LANES: usize = 16;
    let mut sums = [0.0_f32; LANES];
    let (a_blocks, a_rest) = a.as_chunks::<LANES>();
    let (b_blocks, b_rest) = b.as_chunks::<LANES>();
    for (x, y) in a_blocks.iter().zip(b_blocks) {
        for lane in 0..LANES {
            sums[lane] += x[lane] * y[lane];
        }
    }
    let rest: f32 = a_rest.iter().zip(b_rest).map(|(x, y)| x * y).sum();
    sums.iter().sum::<f32>() + rest
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn set(rows: &[(u32, u32, [f32; 2])]) -> VectorSet {
        let mut set = VectorSet::new(2);
        for (row, item, vector) in rows {
            assert!(set.push(Owner { row: *row, item: *item }, vector));
        }
        set
    }

    fn search(
        set: &VectorSet,
        query: &[f32],
        k: usize,
        admit: impl Fn(u32) -> bool,
    ) -> Vec<((u32, u32), f32)> {
        let mut top = TopK::new(k);
        set.search(query, admit, |owner| (owner.row, owner.item), &mut top);
        top.into_sorted()
    }

    #[test]
    fn dot_agrees_with_the_definition_for_every_length() {
        for n in 0..70 {
            let a: Vec<f32> = (0..n).map(|i| i as f32 * 0.5).collect();
            let b: Vec<f32> = (0..n).map(|i| 3.0 - i as f32).collect();
            let plain: f32 = a.iter().zip(&b).map(|(x, y)| x * y).sum();
            assert!((dot(&a, &b) - plain).abs() <= plain.abs() * 1e-5 + 1e-4, "length {n}");
        }
    }

    #[test]
    fn a_passage_counts_once_with_its_best_question() {
        let set = set(&[(0, 0, [1.0, 0.0]), (0, 1, [0.0, 1.0]), (1, 0, [0.6, 0.8]), (2, 0, [-1.0, 0.0])]);
        let hits = search(&set, &[0.0, 1.0], 10, |_| true);
        assert_eq!(hits, [((0, 1), 1.0), ((1, 0), 0.8), ((2, 0), 0.0)]);
    }

    #[test]
    fn the_vectors_of_one_row_stand_together() {
        let set = set(&[(0, 0, [1.0, 0.0]), (2, 0, [0.0, 1.0]), (2, 1, [0.6, 0.8])]);
        let of = |row| set.of(row).map(<[f32]>::to_vec).collect::<Vec<_>>();
        assert_eq!(of(2), [vec![0.0, 1.0], vec![0.6, 0.8]]);
        assert_eq!((of(0).len(), of(1).len(), of(3).len()), (1, 0, 0));
    }

    #[test]
    fn rows_not_admitted_do_not_take_a_place() {
        let set = set(&[(0, 0, [1.0, 0.0]), (1, 0, [0.6, 0.8]), (2, 0, [0.0, 1.0])]);
        let hits = search(&set, &[1.0, 0.0], 1, |row| row != 0);
        assert_eq!(hits, [((1, 0), 0.6)]);
    }

    #[test]
    fn a_vector_of_another_length_is_refused_and_a_query_of_another_length_finds_nothing() {
        let mut set = set(&[(0, 0, [1.0, 0.0])]);
        assert!(!set.push(Owner { row: 1, item: 0 }, &[1.0]));
        assert!(search(&set, &[1.0, 0.0, 0.0], 5, |_| true).is_empty());
    }

    #[test]
    fn bytes_come_back_and_torn_bytes_do_not() {
        let set = set(&[(0, 0, [1.0, 0.25]), (3, 2, [-0.5, 0.125])]);
        let bytes = set.to_bytes();
        assert_eq!(VectorSet::from_bytes(&bytes).unwrap(), set);
        for cut in 0..bytes.len() {
            assert!(VectorSet::from_bytes(&bytes[..cut]).is_none(), "cut at {cut}");
        }
    }
}
