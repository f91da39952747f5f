//! The rows of a segment: which passage stands where, in which base, and which are dead.

use std::collections::HashMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::ChunkId;

use super::catalogue::Validity;

/// What the index keeps of a passage beside its words and vectors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    pub id: ChunkId,
    /// Index into [`Rows::bases`].
    base: u32,
    /// Number of words, as BM25 counts them.
    pub words: u32,
}

/// The rows of a segment, in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rows {
    rows: Vec<Row>,
    words: u64,
    bases: Vec<String>,
    /// Rows that may only be found for a time; few have one.
    validities: HashMap<u32, Validity>,
    /// Row numbers in order of their passages' ids.
    by_id: Vec<u32>,
}

/// The rows of a segment that no longer count.
#[derive(Clone, Debug, Default)]
pub struct Dead {
    bits: Vec<u64>,
    count: usize,
    words: u64,
}

/// The part of [`Rows`] that goes into a manifest.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RowsHead {
    pub bases: Vec<String>,
    pub validities: HashMap<u32, Validity>,
}

impl Rows {
    /// Adds a row at the end. Call [`Rows::finish`] after the last.
    pub fn push(&mut self, id: ChunkId, base: &str, words: u32, validity: Validity) {
        let base = self.base_index(base).unwrap_or_else(|| {
            self.bases.push(base.to_owned());
            self.bases.len() as u32 - 1
        });
        if validity != Validity::default() {
            self.validities.insert(self.rows.len() as u32, validity);
        }
        self.words += u64::from(words);
        self.rows.push(Row { id, base, words });
    }

    /// Makes rows findable by id.
    pub fn finish(&mut self) {
        self.by_id = (0..self.rows.len() as u32).collect();
        self.by_id.sort_unstable_by_key(|row| self.rows[*row as usize].id);
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Number of words in all rows.
    pub fn words(&self) -> u64 {
        self.words
    }

    /// The row with this number.
    pub fn row(&self, row: u32) -> &Row {
        &self.rows[row as usize]
    }

    /// All rows, in order.
    pub fn iter(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter()
    }

    /// The row of a passage.
    pub fn find(&self, id: ChunkId) -> Option<u32> {
        let at = self.by_id.binary_search_by_key(&id, |row| self.rows[*row as usize].id).ok()?;
        Some(self.by_id[at])
    }

    /// The name of a row's base.
    pub fn base_of(&self, row: u32) -> &str {
        &self.bases[self.row(row).base as usize]
    }

    /// The number a base has here; `None` when no row is in it.
    pub fn base_index(&self, name: &str) -> Option<u32> {
        self.bases.iter().position(|b| b == name).map(|at| at as u32)
    }

    /// Whether the row belongs to the base with this number.
    pub fn in_base(&self, row: u32, base: u32) -> bool {
        self.row(row).base == base
    }

    /// When the row may be found.
    pub fn validity_of(&self, row: u32) -> Validity {
        self.validities.get(&row).copied().unwrap_or_default()
    }

    /// Whether the row may be found at `now`.
    pub fn valid_at(&self, row: u32, now: Timestamp) -> bool {
        if self.validities.is_empty() {
            return true;
        }
        let Validity { from, to } = self.validity_of(row);
        from.is_none_or(|from| from <= now) && to.is_none_or(|to| now <= to)
    }

    /// Ids, base numbers and word counts as bytes, 24 a row; the rest is in [`Rows::head`].
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.rows.len() * 24);
        for row in &self.rows {
            bytes.extend(row.id.0.as_bytes());
            bytes.extend(row.base.to_le_bytes());
            bytes.extend(row.words.to_le_bytes());
        }
        bytes
    }

    /// What is not in [`Rows::to_bytes`].
    pub fn head(&self) -> RowsHead {
        RowsHead { bases: self.bases.clone(), validities: self.validities.clone() }
    }

    /// Reads rows back; `None` when the bytes are not whole rows or name a base that is not there.
    pub fn from_bytes(bytes: &[u8], head: RowsHead) -> Option<Self> {
        let (records, rest) = bytes.as_chunks::<24>();
        if !rest.is_empty() {
            return None;
        }
        let mut rows = Vec::with_capacity(records.len());
        let mut total = 0;
        for record in records {
            let id = ChunkId(Uuid::from_slice(&record[..16]).ok()?);
            let base = u32::from_le_bytes(record[16..20].try_into().ok()?);
            let words = u32::from_le_bytes(record[20..].try_into().ok()?);
            if base as usize >= head.bases.len() {
                return None;
            }
            rows.push(Row { id, base, words });
            total += u64::from(words);
        }
        let RowsHead { bases, validities } = head;
        let mut rows = Self { rows, words: total, bases, validities, by_id: Vec::new() };
        rows.finish();
        Some(rows)
    }
}

impl Dead {
    /// Marks a row; `words` is its number of words. A row dies once.
    pub fn insert(&mut self, row: u32, words: u32) {
        let (word, bit) = (row as usize / 64, 1_u64 << (row % 64));
        if word >= self.bits.len() {
            self.bits.resize(word + 1, 0);
        }
        if self.bits[word] & bit == 0 {
            self.bits[word] |= bit;
            self.count += 1;
            self.words += u64::from(words);
        }
    }

    /// Whether the row is dead.
    pub fn contains(&self, row: u32) -> bool {
        self.bits.get(row as usize / 64).is_some_and(|bits| bits & (1 << (row % 64)) != 0)
    }

    /// Number of dead rows.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Number of words in dead rows.
    pub fn words(&self) -> u64 {
        self.words
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn rows(n: usize) -> Rows {
        let mut rows = Rows::default();
        for i in 0..n {
            let base = if i % 2 == 0 { "shop" } else { "staff" };
            rows.push(ChunkId::new(), base, i as u32, Validity::default());
        }
        rows.finish();
        rows
    }

    #[test]
    fn rows_are_found_by_id_and_know_their_base() {
        let rows = rows(5);
        for row in 0..5 {
            assert_eq!(rows.find(rows.row(row).id), Some(row));
        }
        assert_eq!(rows.find(ChunkId::new()), None);
        assert_eq!((rows.base_of(2), rows.base_of(3)), ("shop", "staff"));
        assert!(rows.in_base(4, rows.base_index("shop").unwrap()));
        assert_eq!(rows.base_index("unknown"), None);
    }

    #[test]
    fn a_row_is_valid_within_its_period_ends_included() {
        let at = |s: &str| s.parse::<Timestamp>().unwrap();
        let period =
            Validity { from: Some(at("2026-11-01T00:00:00Z")), to: Some(at("2026-11-11T23:59:59Z")) };
        let mut rows = rows(1);
        rows.push(ChunkId::new(), "shop", 3, period);
        rows.finish();
        for (when, valid) in [
            ("2026-10-31T23:59:59Z", false),
            ("2026-11-01T00:00:00Z", true),
            ("2026-11-11T23:59:59Z", true),
            ("2026-11-12T00:00:00Z", false),
        ] {
            assert_eq!(rows.valid_at(1, at(when)), valid, "{when}");
            assert!(rows.valid_at(0, at(when)));
        }
    }

    #[test]
    fn bytes_come_back_and_torn_bytes_do_not() {
        let rows = rows(7);
        let bytes = rows.to_bytes();
        assert_eq!(Rows::from_bytes(&bytes, rows.head()).unwrap(), rows);
        assert!(Rows::from_bytes(&bytes[..bytes.len() - 1], rows.head()).is_none());
        assert!(Rows::from_bytes(&bytes, RowsHead::default()).is_none());
    }

    #[test]
    fn a_row_dies_once() {
        let mut dead = Dead::default();
        dead.insert(70, 5);
        dead.insert(70, 5);
        assert!(dead.contains(70) && !dead.contains(6) && !dead.contains(1000));
        assert_eq!((dead.count(), dead.words()), (1, 5));
    }
}
