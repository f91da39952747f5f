//! A graph over vectors in which every vector knows some near ones, for sets too large to be passed over.
//!
//! A search starts at the best of a few hundred vectors spread over the set and goes on to the neighbours of the best
//! it has seen, until none is better than what was found: the bottom layer of HNSW (Malkov and Yashunin, 2018). The
//! upper layers only choose where to start, which looking at some hundred vectors does as well at these sizes. The
//! graph is built once over a finished set and never changed; deletions are rows that are not admitted.
//!
//! It sees vectors in bytes only. What it finds is near for certain and nearest most of the time.

mod build;
mod walk;

use std::io::{self, Write};

use super::byte_matrix::ByteMatrix;
use super::byte_vectors::ByteRow;
use super::column::{Column, ColumnReader, ColumnWriter};

use walk::{Visited, walk};

/// Neighbours of a vector at most; a row of links has so many places.
const WIDTH: usize = 32;

/// Vectors that are looked at to choose where to start.
const ENTRIES: usize = 512;

/// An empty place in a row of links.
const NONE: u32 = u32::MAX;

/// How many times dearer it is to look at a vector somewhere in memory than at the next one.
const DETOUR: f32 = 4.0;

/// Vectors that a walk looks at for each one wanted, where all are admitted.
const LOOKS: f32 = 16.0;

/// Links between the vectors of a set.
#[derive(Clone, Debug, PartialEq)]
pub struct Graph {
    /// Vectors to start from, drawn at random.
    entries: Column<u32>,
    /// `WIDTH` neighbours of every vector.
    links: Column<u32>,
}

impl Graph {
    /// Links the vectors of `set`. Takes minutes for a million; uses half of the machine's cores, because visitors
    /// are answered meanwhile. The same vectors give the same graph.
    pub fn build(set: &ByteMatrix) -> Self {
        let threads = std::thread::available_parallelism().map_or(1, |cores| cores.get().div_ceil(2));
        let (entries, links) = build::build(set, threads);
        Self { entries: Column::Memory(entries), links: Column::Memory(links) }
    }

    /// The `wanted` admitted vectors nearest to `probe`, nearest first. `share` is the part of all vectors that is
    /// admitted; `None` when looking at all of these is quicker: a walk looks at more vectors the fewer are admitted,
    /// a pass at fewer.
    pub fn nearest(
        &self,
        set: &ByteMatrix,
        probe: ByteRow<'_>,
        wanted: usize,
        share: f32,
        admits: impl Fn(u32) -> bool,
    ) -> Option<Vec<u32>> {
        let limit = share * set.len() as f32 / DETOUR;
        if wanted as f32 * LOOKS / share.min(1.0) > limit {
            return None;
        }
        let limit = limit as usize;
        let mut visited = Visited::new(set.len());
        let near = walk(set, &self.links, &self.entries, probe, wanted, admits, limit, &mut visited)?;
        Some(near.into_iter().map(|(at, _)| at).collect())
    }

    /// Writes the graph: width and number of entries and vectors, entries, links.
    pub fn write<W: Write>(&self, mut out: ColumnWriter<W>) -> io::Result<()> {
        out.column([[WIDTH as u64, self.entries.len() as u64, (self.links.len() / WIDTH) as u64]])?;
        out.column([&*self.entries])?;
        out.column([&*self.links])?;
        out.finish()
    }

    /// Reads what was written; `None` when the columns are not of that shape or lead out of a set of `len` vectors.
    pub fn read(mut columns: ColumnReader, len: usize) -> Option<Self> {
        let [width, entries, vectors] = columns.number::<[u64; 3]>()?;
        if width != WIDTH as u64 || vectors != len as u64 {
            return None;
        }
        let entries: Column<u32> = columns.column(usize::try_from(entries).ok()?)?;
        let links: Column<u32> = columns.column(len.checked_mul(WIDTH)?)?;
        let within = |at: &u32| (*at as usize) < len;
        let whole = entries.iter().all(within) && links.iter().all(|at| *at == NONE || within(at));
        (whole && columns.is_at_end()).then_some(Self { entries, links })
    }
}

/// The neighbours in one row of links.
fn neighbours(links: &[u32], at: u32) -> impl Iterator<Item = u32> {
    let row = &links[at as usize * WIDTH..][..WIDTH];
    row.iter().copied().take_while(|neighbour| *neighbour != NONE)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
