//! Tables of vectors in bytes: rows that are looked through, and the vectors of statements.

use std::io::{self, Write};
use std::ops::Range;

use crate::encoder::dots_of_bytes;

use super::byte_vectors::ByteRow;
use super::column::{Column, ColumnReader, ColumnWriter};
use super::places::Places;

/// Vectors that are compared in one call.
const BLOCK: usize = 64;

/// Vectors in bytes of equal length, one after the other.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ByteMatrix {
    dim: usize,
    scales: Column<f32>,
    values: Column<i8>,
}

impl ByteMatrix {
    /// No vectors, of `dim` numbers each.
    pub fn new(dim: usize) -> Self {
        Self { dim, ..Self::default() }
    }

    /// Length of the vectors.
    pub fn dim(&self) -> usize {
        self.dim
    }

    /// Number of vectors.
    pub fn len(&self) -> usize {
        self.scales.len()
    }

    /// Adds a vector of the right length.
    pub fn push(&mut self, vector: ByteRow<'_>) {
        self.scales.to_mut().push(vector.scale);
        self.values.to_mut().extend_from_slice(vector.values);
    }

    /// One of them.
    pub fn at(&self, at: usize) -> ByteRow<'_> {
        ByteRow { scale: self.scales[at], values: &self.values[at * self.dim..(at + 1) * self.dim] }
    }

    /// Inner products of `query` with the vectors of a range, a place of `scores` each. All in whole numbers but for
    /// the factors.
    pub fn scores(&self, query: ByteRow<'_>, range: Range<usize>, scores: &mut [f32]) {
        let mut sums = [0; BLOCK];
        for (part, scores) in range.clone().step_by(BLOCK).zip(scores.chunks_mut(BLOCK)) {
            let sums = &mut sums[..scores.len()];
            dots_of_bytes(query.values, &self.values[part * self.dim..(part + sums.len()) * self.dim], sums);
            let scales = &self.scales[part..part + sums.len()];
            for ((score, sum), scale) in scores.iter_mut().zip(sums).zip(scales) {
                *score = query.scale * scale * *sum as f32;
            }
        }
    }

    /// Inner product of `query` with one of them.
    pub fn score(&self, query: ByteRow<'_>, at: usize) -> f32 {
        let mut score = [0.0];
        self.scores(query, at..at + 1, &mut score);
        score[0]
    }

    /// Writes the vectors at `places` of every matrix, as factors (f32) and numbers (i8).
    pub fn write<W: Write>(chosen: &[(&Self, Vec<usize>)], out: &mut ColumnWriter<W>) -> io::Result<()> {
        let each = || chosen.iter().flat_map(|(matrix, places)| places.iter().map(|at| matrix.at(*at)));
        out.column(each().map(|row| [row.scale]))?;
        out.column(each().map(|row| row.values))
    }

    /// Reads what was written; `None` when it is not there.
    pub fn read(columns: &mut ColumnReader, dim: usize, len: usize) -> Option<Self> {
        let scales = columns.column(len)?;
        Some(Self { dim, scales, values: columns.column(len.checked_mul(dim)?)? })
    }
}

/// Vectors in bytes, each with the row of its passage; those of one row stand together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ByteVectorSet {
    rows: Column<u32>,
    matrix: ByteMatrix,
}

impl ByteVectorSet {
    /// An empty set of `dim`-dimensional vectors.
    pub fn new(dim: usize) -> Self {
        Self { rows: Column::default(), matrix: ByteMatrix::new(dim) }
    }

    /// Number of vectors.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Adds a vector of the passage in `row`; rows are added in rising order. A vector of another length is not
    /// taken: it is of another encoder and cannot be compared.
    pub fn push(&mut self, row: u32, vector: ByteRow<'_>) -> bool {
        if vector.values.len() != self.matrix.dim() {
            return false;
        }
        self.rows.to_mut().push(row);
        self.matrix.push(vector);
        true
    }

    /// Adds the vectors of `other` whose rows have a new place; `place` gives it, or `None` for rows left behind.
    pub fn extend_from(&mut self, other: &ByteVectorSet, place: impl Fn(u32) -> Option<u32>) {
        for (at, row) in other.rows.iter().enumerate() {
            if let Some(row) = place(*row) {
                self.push(row, other.matrix.at(at));
            }
        }
    }

    /// The vectors of one row in the order in which they were added.
    pub fn of(&self, row: u32) -> impl ExactSizeIterator<Item = ByteRow<'_>> {
        let from = self.rows.partition_point(|own| *own < row);
        let to = self.rows.partition_point(|own| *own <= row);
        (from..to).map(|at| self.matrix.at(at))
    }

    /// How many of its vectors are of rows that have a new place.
    pub fn kept(&self, places: &Places) -> usize {
        self.rows.iter().filter(|row| places.of(**row).is_some()).count()
    }

    /// Writes the vectors of several sets as one, those whose rows have a new place.
    pub fn write<W: Write>(parts: &[(&Self, &Places)], mut out: ColumnWriter<W>) -> io::Result<()> {
        let kept: Vec<_> = parts.iter().map(|(set, places)| (*set, places.kept(set.rows.iter()))).collect();
        let len: usize = kept.iter().map(|(_, kept)| kept.len()).sum();
        let dim = parts.first().map_or(0, |(set, _)| set.matrix.dim());
        out.column([[len as u64, dim as u64]])?;
        let rows = parts.iter().flat_map(|(set, places)| set.rows.iter().filter_map(|row| places.of(*row)));
        out.column(rows.map(|row| [row]))?;
        let chosen: Vec<_> = kept.into_iter().map(|(set, kept)| (&set.matrix, kept)).collect();
        ByteMatrix::write(&chosen, &mut out)?;
        out.finish()
    }

    /// Reads what was written; `None` when the columns are not of that shape.
    pub fn read(mut columns: ColumnReader) -> Option<Self> {
        let [len, dim] = columns.number::<[u64; 2]>()?.map(|number| usize::try_from(number).ok());
        let (len, dim) = (len?, dim?);
        let rows = columns.column(len)?;
        let matrix = ByteMatrix::read(&mut columns, dim, len)?;
        columns.is_at_end().then_some(Self { rows, matrix })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::knowledge::ByteVector;

    fn set(rows: &[(u32, [f32; 2])]) -> ByteVectorSet {
        let mut set = ByteVectorSet::new(2);
        for (row, vector) in rows {
            assert!(set.push(*row, ByteVector::of(vector).row()));
        }
        set
    }

    fn lengths(set: &ByteVectorSet) -> Vec<usize> {
        (0..4).map(|row| set.of(row).len()).collect()
    }

    #[test]
    fn the_vectors_of_one_row_stand_together_and_move_together() {
        let first = set(&[(0, [1.0, 0.0]), (2, [0.0, 1.0]), (2, [0.5, 1.0])]);
        assert_eq!(lengths(&first), [1, 0, 2, 0]);
        let mut moved = ByteVectorSet::new(2);
        moved.extend_from(&first, |row| (row == 2).then_some(1));
        assert_eq!(lengths(&moved), [0, 2, 0, 0]);
        assert_eq!(moved.of(1).next(), first.of(2).next());
    }

    #[test]
    fn a_vector_of_another_length_is_refused() {
        assert!(!set(&[]).push(0, ByteVector::of(&[1.0]).row()));
    }

    #[test]
    fn scores_are_those_of_the_vectors_within_a_step_of_each() {
        let vector = |seed: usize| (0..96).map(|i| ((seed * 31 + i * 17) % 23) as f32 / 23.0 - 0.5).collect();
        let vectors: Vec<Vec<f32>> = (0..150).map(vector).collect();
        let mut matrix = ByteMatrix::new(96);
        for vector in &vectors {
            matrix.push(ByteVector::of(vector).row());
        }
        let query = ByteVector::of(&vectors[7]);
        let mut scores = vec![0.0; 140];
        matrix.scores(query.row(), 3..143, &mut scores);
        for (at, score) in (3..).zip(scores) {
            let exact = crate::knowledge::dot(&vectors[7], &vectors[at]);
            assert!((score - exact).abs() < 0.1, "{score} for {exact}");
            assert_eq!(score, matrix.score(query.row(), at));
        }
    }

    #[test]
    fn what_is_written_comes_back_and_torn_files_do_not() {
        let first = set(&[(0, [1.0, 0.25]), (3, [-0.5, 0.125])]);
        let second = set(&[(0, [0.5, 0.5]), (0, [0.25, 0.5])]);
        let (places, others) = (Places::new([None, None, None, Some(0)]), Places::new([Some(1)]));
        let mut bytes = Vec::new();
        let parts = [(&first, &places), (&second, &others)];
        ByteVectorSet::write(&parts, ColumnWriter::new(&mut bytes)).unwrap();
        let back = ByteVectorSet::read(ColumnReader::of(bytes.clone())).unwrap();
        assert_eq!(back, set(&[(0, [-0.5, 0.125]), (1, [0.5, 0.5]), (1, [0.25, 0.5])]));
        for cut in 0..bytes.len() {
            assert!(ByteVectorSet::read(ColumnReader::of(bytes[..cut].to_vec())).is_none(), "cut at {cut}");
        }
    }
}
