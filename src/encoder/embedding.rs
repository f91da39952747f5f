//! The input of the first layer: word, position and token-type vectors added up.
//!
//! The word table is most of a small multilingual model. It stays where it is, in the program or in the file, in the
//! form in which it is stored; only the rows of the tokens at hand are read and turned into f32.

use candle_core::quantized::GgmlDType;

use crate::error::{Code, Error, Result};

use super::architecture::Architecture;
use super::batch::Batch;
use super::blob::Blob;
use super::weights::{Storage, Weights, to_f32};

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
        if self.storage == Storage::Ggml(GgmlDType::Q4_0) {
            dequantise_q4_0(&bytes, out);
            return Ok(());
        }
        let values = to_f32(&bytes, self.storage, &[out.len()])
            .map_err(|e| Error::internal("a row of the word table cannot be read").with_source(e))?;
        out.copy_from_slice(&values);
        Ok(())
    }
}

/// ggml's Q4_0: blocks of 32 numbers, an f16 scale `d` and 16 bytes; number `i` is `d * (low nibble of byte i - 8)`,
/// number `i + 16` likewise from the high nibble.
fn dequantise_q4_0(blocks: &[u8], out: &mut [f32]) {
    for (block, out) in blocks.chunks_exact(18).zip(out.chunks_exact_mut(32)) {
        let scale = f16_to_f32(u16::from_le_bytes([block[0], block[1]]));
        let (low, high) = out.split_at_mut(16);
        for ((&byte, low), high) in block[2..].iter().zip(low).zip(high) {
            *low = scale * (f32::from(byte & 15) - 8.0);
            *high = scale * (f32::from(byte >> 4) - 8.0);
        }
    }
}

/// IEEE half precision to single, exact for every finite number.
fn f16_to_f32(half: u16) -> f32 {
    let sign = u32::from(half >> 15) << 31;
    let exponent_and_mantissa = u32::from(half & 0x7fff) << 13;
    // Scaling by 2^112 moves the exponent's bias from 15 to 127 and normalises subnormal halves on the way.
    let magnitude = f32::from_bits(exponent_and_mantissa) * f32::from_bits(0x7780_0000);
    f32::from_bits(sign | magnitude.to_bits())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use candle_core::quantized::{GgmlDType, QTensor};
    use candle_core::{Device, Tensor};

    #[test]
    fn rows_are_read_as_candle_dequantises_them() {
        let values: Vec<f32> = (0..96).map(|i| ((i * 37 % 101) as f32 - 50.0) * 0.0137).collect();
        let tensor = Tensor::from_vec(values, (1, 96), &Device::Cpu).unwrap();
        let quantised = QTensor::quantize(&tensor, GgmlDType::Q4_0).unwrap();
        let expected: Vec<f32> =
            quantised.dequantize(&Device::Cpu).unwrap().flatten_all().unwrap().to_vec1().unwrap();
        let mut row = vec![0.0; 96];
        dequantise_q4_0(&quantised.data().unwrap(), &mut row);
        assert_eq!(row, expected);
    }

    #[test]
    fn halves_become_the_same_number() {
        for (half, single) in [
            (0x3c00, 1.0),
            (0xc000, -2.0),
            (0x0001, 2f32.powi(-24)),
            (0x7bff, 65504.0),
            (0x0000, 0.0),
            (0x3555, 0.333_251_95),
        ] {
            assert_eq!(f16_to_f32(half), single);
        }
    }
}
