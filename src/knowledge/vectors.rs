//! Vectors and the search for the nearest.
//!
//! A row belongs to an owner: a passage or one question of a FAQ pair. One passage's rows stand together, so the
//! best of its questions is found while passing. Every vector is kept twice, with a byte a number to be looked
//! through and as it is to be compared. A search first finds more candidates than are wanted by the bytes, in one
//! pass over all of them or, in a large set, along a [`Graph`]; then the exact vectors of the candidates say which are
//! nearest and by how much. This file knows nothing of passages or documents.

use std::io::{self, Write};

use super::byte_matrix::ByteMatrix;
use super::byte_vectors::{ByteRow, ByteVector};
use super::column::{Column, ColumnReader, ColumnWriter};
use super::graph::Graph;
use super::places::Places;
use super::top::TopK;

/// Candidates for every result wanted, and at least so many: bytes blur the order of near ties.
const CANDIDATES: usize = 2;
const CANDIDATES_AT_LEAST: usize = 128;

/// Vectors that are scored at once.
const BLOCK: usize = 256;

/// Which row of a segment a vector stands for, and which part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Owner {
    /// Row of the passage in its segment.
    pub row: u32,
    /// Position among the passage's questions; 0 for a passage's own vector.
    pub item: u32,
}

/// Which rows may be found.
#[derive(Clone, Copy, Debug)]
pub struct Admission<F> {
    pub admits: F,
    /// The part of all rows that is admitted, or a little more.
    pub share: f32,
}

/// Vectors of equal length, each with its owner; rows of one owner stand together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct VectorSet {
    dim: usize,
    /// Row and item of every vector.
    owners: Column<[u32; 2]>,
    bytes: ByteMatrix,
    values: Column<f32>,
    graph: Option<Graph>,
}

impl VectorSet {
    /// An empty set of `dim`-dimensional vectors.
    pub fn new(dim: usize) -> Self {
        Self { dim, bytes: ByteMatrix::new(dim), ..Self::default() }
    }

    /// Length of the vectors.
    pub fn dim(&self) -> usize {
        self.dim
    }

    /// Number of vectors.
    pub fn len(&self) -> usize {
        self.owners.len()
    }

    /// The vectors in bytes.
    pub fn bytes(&self) -> &ByteMatrix {
        &self.bytes
    }

    /// Adds a vector. A vector of another length is not taken: it is of another encoder and cannot be compared.
    pub fn push(&mut self, owner: Owner, vector: &[f32]) -> bool {
        if vector.len() != self.dim {
            return false;
        }
        self.add(owner, vector, ByteVector::of(vector).row());
        true
    }

    fn add(&mut self, Owner { row, item }: Owner, vector: &[f32], bytes: ByteRow<'_>) {
        self.owners.to_mut().push([row, item]);
        self.values.to_mut().extend_from_slice(vector);
        self.bytes.push(bytes);
    }

    /// Adds the vectors of `other` whose rows have a new place; `place` gives it, or `None` for rows left behind.
    pub fn extend_from(&mut self, other: &VectorSet, place: impl Fn(u32) -> Option<u32>) {
        for at in 0..other.len() {
            let Owner { row, item } = other.owner(at);
            if let Some(row) = place(row) {
                self.add(Owner { row, item }, other.vector(at), other.bytes.at(at));
            }
        }
    }

    /// Scores the owners that come into question by their best vector and offers them to `top` under the key that
    /// `key` makes. Scores are exact; an owner that belongs among the best may be missed by a graph, hardly ever
    /// otherwise.
    pub fn search<K: Ord>(
        &self,
        query: &[f32],
        admission: &Admission<impl Fn(u32) -> bool>,
        key: impl Fn(Owner) -> K,
        top: &mut TopK<K>,
    ) {
        if query.len() != self.dim || top.size() == 0 {
            return;
        }
        let wanted = (CANDIDATES * top.size()).max(CANDIDATES_AT_LEAST);
        let probe = ByteVector::of(query);
        let along = self.graph.as_ref().and_then(|graph| self.along(graph, probe.row(), admission, wanted));
        // A graph that leads to fewer than are wanted is no help: the rest may lie elsewhere.
        let mut near = match along.filter(|rows| rows.len() >= top.size()) {
            Some(near) => near,
            None => self.pass(probe.row(), admission, wanted),
        };
        near.sort_unstable();
        for row in near {
            let scored = self.range(row).map(|at| (dot(query, self.vector(at)), at));
            let Some((score, at)) = scored.reduce(|best, next| if next.0 > best.0 { next } else { best })
            else {
                continue;
            };
            if score >= top.floor() {
                top.push(score, key(self.owner(at)));
            }
        }
    }

    /// The rows nearest to `probe` by the bytes of all admitted vectors.
    fn pass(
        &self,
        probe: ByteRow<'_>,
        admission: &Admission<impl Fn(u32) -> bool>,
        wanted: usize,
    ) -> Vec<u32> {
        let mut top = TopK::new(wanted);
        let mut best: Option<(u32, f32)> = None;
        let mut scores = [0.0; BLOCK];
        let mut from = 0;
        while from < self.len() {
            let ahead = from..self.len().min(from + BLOCK);
            let to = ahead.clone().find(|at| !(admission.admits)(self.owner(*at).row)).unwrap_or(ahead.end);
            let scores = &mut scores[..to - from];
            self.bytes.scores(probe, from..to, scores);
            for (at, score) in (from..to).zip(scores.iter().copied()) {
                let row = self.owner(at).row;
                best = match best {
                    Some((same, before)) if same == row => Some((row, score.max(before))),
                    other => {
                        offer(&mut top, other);
                        Some((row, score))
                    }
                };
            }
            // The one that stopped the run is not admitted.
            from = if to < ahead.end { to + 1 } else { to };
        }
        offer(&mut top, best);
        top.into_sorted().into_iter().map(|(row, _)| row).collect()
    }

    /// The rows nearest to `probe` that the graph leads to; `None` where passing over all admitted vectors is the
    /// shorter way.
    fn along(
        &self,
        graph: &Graph,
        probe: ByteRow<'_>,
        admission: &Admission<impl Fn(u32) -> bool>,
        wanted: usize,
    ) -> Option<Vec<u32>> {
        let admits = |at: u32| (admission.admits)(self.owner(at as usize).row);
        let near = graph.nearest(&self.bytes, probe, wanted, admission.share, admits)?;
        let mut rows: Vec<u32> = near.into_iter().map(|at| self.owner(at as usize).row).collect();
        rows.sort_unstable();
        rows.dedup();
        Some(rows)
    }

    /// The vectors of one row, in order of their items. Rows are added in rising order.
    pub fn of(&self, row: u32) -> impl ExactSizeIterator<Item = &[f32]> {
        self.range(row).map(|at| self.vector(at))
    }

    fn range(&self, row: u32) -> std::ops::Range<usize> {
        // Most sets have a vector a row, in the row's own place.
        let own = row as usize;
        let is = |at: usize| self.owners.get(at).is_some_and(|owner| owner[0] == row);
        if is(own) && !is(own + 1) && (own == 0 || !is(own - 1)) {
            return own..own + 1;
        }
        let from = self.owners.partition_point(|owner| owner[0] < row);
        let to = self.owners.partition_point(|owner| owner[0] <= row);
        from..to
    }

    fn owner(&self, at: usize) -> Owner {
        let [row, item] = self.owners[at];
        Owner { row, item }
    }

    fn vector(&self, at: usize) -> &[f32] {
        &self.values[at * self.dim..(at + 1) * self.dim]
    }

    /// Writes the vectors of several sets as one, those whose rows have a new place: number and dimension, owners,
    /// bytes, exact values. No more than a few bytes a vector are held in memory.
    pub fn write<W: Write>(parts: &[(&Self, &Places)], mut out: ColumnWriter<W>) -> io::Result<()> {
        let rows = |set: &Self| set.owners.iter().map(|[row, _]| *row).collect::<Vec<u32>>();
        let kept: Vec<_> = parts.iter().map(|(set, places)| (*set, places.kept(rows(set).iter()))).collect();
        let len: usize = kept.iter().map(|(_, kept)| kept.len()).sum();
        let dim = parts.first().map_or(0, |(set, _)| set.dim);
        out.column([[len as u64, dim as u64]])?;
        let owners = parts.iter().flat_map(|(set, places)| {
            set.owners.iter().filter_map(|[row, item]| places.of(*row).map(|row| [[row, *item]]))
        });
        out.column(owners)?;
        out.column(kept.iter().flat_map(|(set, kept)| kept.iter().map(|at| set.vector(*at))))?;
        let chosen: Vec<_> = kept.into_iter().map(|(set, kept)| (&set.bytes, kept)).collect();
        ByteMatrix::write(&chosen, &mut out)?;
        out.finish()
    }

    /// Reads what was written; `None` when the columns are not of that shape.
    pub fn read(mut columns: ColumnReader) -> Option<Self> {
        let [len, dim] = columns.number::<[u64; 2]>()?.map(|number| usize::try_from(number).ok());
        let (len, dim) = (len?, dim?);
        let owners = columns.column(len)?;
        let values = columns.column(len.checked_mul(dim)?)?;
        let bytes = ByteMatrix::read(&mut columns, dim, len)?;
        columns.is_at_end().then_some(Self { dim, owners, bytes, values, graph: None })
    }

    /// Searches go along `graph`, which was built over these vectors in bytes.
    pub fn with_graph(self, graph: Option<Graph>) -> Self {
        Self { graph, ..self }
    }
}

fn offer(top: &mut TopK<u32>, best: Option<(u32, f32)>) {
    if let Some((row, score)) = best
        && score >= top.floor()
    {
        top.push(score, row);
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
        let admission = Admission { admits: admit, share: 1.0 };
        set.search(query, &admission, |owner| (owner.row, owner.item), &mut top);
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
    fn what_is_written_comes_back_and_torn_files_do_not() {
        let first = set(&[(0, 0, [1.0, 0.25]), (3, 2, [-0.5, 0.125])]);
        let second = set(&[(0, 0, [0.5, 0.5]), (0, 1, [0.25, 0.5])]);
        let (places, others) = (Places::new([None, None, None, Some(0)]), Places::new([Some(1)]));
        let mut bytes = Vec::new();
        VectorSet::write(&[(&first, &places), (&second, &others)], ColumnWriter::new(&mut bytes)).unwrap();
        let back = VectorSet::read(ColumnReader::of(bytes.clone())).unwrap();
        assert_eq!(back, set(&[(0, 2, [-0.5, 0.125]), (1, 0, [0.5, 0.5]), (1, 1, [0.25, 0.5])]));
        for cut in 0..bytes.len() {
            assert!(VectorSet::read(ColumnReader::of(bytes[..cut].to_vec())).is_none(), "cut at {cut}");
        }
    }

    #[test]
    fn the_best_of_many_are_those_of_an_exact_comparison() {
        let number = |seed: usize| ((seed.wrapping_mul(2_654_435_761) >> 9) % 1000) as f32 / 500.0 - 1.0;
        let vector = |seed: usize| -> Vec<f32> { (0..24).map(|i| number(seed * 24 + i)).collect() };
        let mut all = VectorSet::new(24);
        for at in 0..3000 {
            // Every third row has two vectors.
            let (row, item) = (at - at / 4, u32::from(at % 4 == 3));
            let row = row as u32 - item;
            assert!(all.push(Owner { row, item }, &vector(at)));
        }
        let query = vector(77_777);
        let mut exact: Vec<(u32, f32)> = Vec::new();
        for row in (0..=all.owner(2999).row).filter(|row| row % 7 != 0) {
            let best = all.of(row).map(|vector| dot(&query, vector)).max_by(f32::total_cmp);
            exact.extend(best.map(|score| (row, score)));
        }
        exact.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        exact.truncate(50);
        let found = search(&all, &query, 50, |row| row % 7 != 0);
        assert_eq!(found.into_iter().map(|((row, _), score)| (row, score)).collect::<Vec<_>>(), exact);
    }

    #[test]
    fn along_a_graph_the_best_admitted_are_found_and_never_fewer_than_wanted() {
        let mut state = 5_u64;
        let mut number = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 40) as f32 / (1_u64 << 23) as f32 - 1.0
        };
        let mut vector = || -> Vec<f32> { (0..12).map(|_| number()).collect() };
        let mut all = VectorSet::new(12);
        for row in 0..12_000 {
            assert!(all.push(Owner { row, item: 0 }, &vector()));
        }
        let plain = all.clone();
        let graph = Graph::build(all.bytes());
        let all = all.with_graph(Some(graph));
        let (mut same, mut compared) = (0, 0);
        for _ in 0..40 {
            let query = vector();
            // None dead, a few, every second; only a few alive, and these far from the query.
            let near = search(&plain, &query, 1000, |_| true);
            let crowd: std::collections::HashSet<u32> = near.iter().map(|((row, _), _)| *row).collect();
            let filters: [&dyn Fn(u32) -> bool; 5] =
                [&|_| true, &|row| row % 10 != 0, &|row| row % 2 == 0, &|row| row % 100 == 0, &|row| {
                    !crowd.contains(&row)
                }];
            for admit in filters {
                let (found, exact) = (search(&all, &query, 10, admit), search(&plain, &query, 10, admit));
                assert_eq!(found.len(), 10);
                assert!(found.iter().all(|((row, _), _)| admit(*row)));
                same += exact.iter().filter(|hit| found.contains(hit)).count();
                compared += exact.len();
            }
        }
        assert!(same * 100 >= compared * 98, "{same} of {compared}");
    }
}
