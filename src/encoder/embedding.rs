//! The input of the first layer: word, position and token-type vectors added up.
//!
//! The word table is most of a small multilingual model. It stays where it is, in the program or in the file, in the
//! form in which it is stored; only the rows of the tokens at hand are read and turned into f32.

use crate::error::{Code, Error, Result};

use super::architecture::Architecture;
use super::batch::Batch;
use super::blob::Blob;
use super::numbers::{Storage, to_f32};
use super::weights::Weights;

/// Tables that turn token ids into vectors.
#[derive(Debug)]
pub struct Embedding {
    words: RowTable,
    /// Position vectors from the first token's on, with the vector of token type 0 already added.
    positions: Vec<f32>,
    hidden: usize,
}

impl Embedding {
    /// Takes the tables out of a model file.
    pub fn load(weights: &Weights, a: &Architecture) -> Result<Self> {
        let words = RowTable::open(weights, "embeddings.word_embeddings.weight", a.vocabulary, a.hidden)?;
        let name = "embeddings.position_embeddings.weight";
        let table = weights.load(name, &[weights.rows(name)?, a.hidden])?;
        let skipped = a.first_position * a.hidden;
        let used = skipped..skipped + a.max_tokens * a.hidden;
        let mut positions = table
            .get(used)
            .map(<[f32]>::to_vec)
            .ok_or_else(|| Error::new(Code::BadModel, format!("{name} is shorter than config.json says")))?;
        let types = "embeddings.token_type_embeddings.weight";
        if weights.has(types) {
            let types = weights.load(types, &[weights.rows(types)?, a.hidden])?;
            for row in positions.chunks_exact_mut(a.hidden) {
                add(row, &types[..a.hidden]);
            }
        }
        Ok(Self { words, positions, hidden: a.hidden })
    }

    /// The summed vectors of every token of `batch`, row after row, not yet normalised.
    pub fn look_up(&self, batch: &Batch) -> Result<Vec<f32>> {
        let mut out = vec![0.0; batch.tokens() * self.hidden];
        let mut rows = out.chunks_exact_mut(self.hidden);
        for sequence in batch.sequences() {
            let positions = self.positions.chunks_exact(self.hidden);
            for ((&id, position), row) in batch.ids()[sequence].iter().zip(positions).zip(&mut rows) {
                self.words.read(id as usize, row)?;
                add(row, position);
            }
        }
        Ok(out)
    }
}

fn add(to: &mut [f32], what: &[f32]) {
    to.iter_mut().zip(what).for_each(|(t, w)| *t += w);
}

/// A table of which single rows are read where it is stored.
#[derive(Debug)]
struct RowTable {
    blob: Blob,
    storage: Storage,
    offset: u64,
    row_bytes: usize,
    rows: usize,
}

impl RowTable {
    fn open(weights: &Weights, name: &str, rows: usize, width: usize) -> Result<Self> {
        let entry = weights.entry(name)?;
        if entry.shape != [rows, width] {
            let detail = format!("{name} has shape {:?}, config.json says {:?}", entry.shape, [rows, width]);
            return Err(Error::new(Code::BadModel, detail));
        }
        let blob = weights.blob().clone();
        blob.read(entry.offset + entry.bytes.saturating_sub(1) as u64, 1)?; // the table is complete
        Ok(Self { blob, storage: entry.storage, offset: entry.offset, row_bytes: entry.bytes / rows, rows })
    }

    fn read(&self, row: usize, out: &mut [f32]) -> Result<()> {
        if row >= self.rows {
            let detail = format!("token {row} is outside the vocabulary of {} words", self.rows);
            return Err(Error::new(Code::BadModel, detail));
        }
        let bytes = self.blob.read(self.offset + (row * self.row_bytes) as u64, self.row_bytes)?;
        to_f32(&bytes, self.storage, out)
            .map_err(|e| Error::internal("a row of the word table cannot be read").with_source(e))
    }
}
