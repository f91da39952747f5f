//! The rows of a segment: which passage stands where, where it belongs, and which are dead.

use std::collections::HashMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::{Audience, ChunkId, Lang};

use super::catalogue::Validity;
use super::snapshot::Filter;

/// Where passages belong: what a search can be narrowed by. Few are different from each other.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Place {
    pub base: String,
    pub lang: Lang,
    pub audience: Audience,
    pub tags: Vec<String>,
}

/// What the index keeps of a passage beside its words and vectors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    pub id: ChunkId,
    /// Index into [`Rows::places`].
    place: u32,
    /// Number of words, as BM25 counts them.
    pub words: u32,
}

/// The rows of a segment, in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rows {
    rows: Vec<Row>,
    words: u64,
    places: Vec<Place>,
    /// How many rows belong to each place.
    sizes: Vec<usize>,
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
    pub places: Vec<Place>,
    pub validities: HashMap<u32, Validity>,
}

impl Rows {
    /// Adds a row at the end. Call [`Rows::finish`] after the last.
    pub fn push(&mut self, id: ChunkId, place: &Place, words: u32, validity: Validity) {
        // Rows of one place mostly follow each other.
        let known = self.places.iter().rposition(|known| known == place);
        let place = known.unwrap_or_else(|| {
            self.places.push(place.clone());
            self.sizes.push(0);
            self.places.len() - 1
        });
        self.sizes[place] += 1;
        let place = place as u32;
        if validity != Validity::default() {
            self.validities.insert(self.rows.len() as u32, validity);
        }
        self.words += u64::from(words);
        self.rows.push(Row { id, place, words });
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

    /// Where a row belongs.
    pub fn place_of(&self, row: u32) -> &Place {
        &self.places[self.row(row).place as usize]
    }

    /// For every place whether `filter` admits it; `None` when it admits none.
    pub fn admitted(&self, filter: &Filter) -> Option<Vec<bool>> {
        let admitted: Vec<bool> = self.places.iter().map(|place| filter.admits(place)).collect();
        admitted.contains(&true).then_some(admitted)
    }

    /// The part of all rows that belongs to the places admitted.
    pub fn share(&self, admitted: &[bool]) -> f32 {
        let rows: usize =
            self.sizes.iter().zip(admitted).filter(|(_, yes)| **yes).map(|(size, _)| size).sum();
        rows as f32 / self.rows.len().max(1) as f32
    }

    /// Whether the row belongs to one of the places admitted.
    pub fn is_admitted(&self, row: u32, admitted: &[bool]) -> bool {
        admitted[self.row(row).place as usize]
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

    /// Ids, place numbers and word counts as bytes, 24 a row; the rest is in [`Rows::head`].
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.rows.len() * 24);
        for row in &self.rows {
            bytes.extend(row.id.0.as_bytes());
            bytes.extend(row.place.to_le_bytes());
            bytes.extend(row.words.to_le_bytes());
        }
        bytes
    }

    /// What is not in [`Rows::to_bytes`].
    pub fn head(&self) -> RowsHead {
        RowsHead { places: self.places.clone(), validities: self.validities.clone() }
    }

    /// Reads rows back; `None` when the bytes are not whole rows or name a place that is not there.
    pub fn from_bytes(bytes: &[u8], head: RowsHead) -> Option<Self> {
        let (records, rest) = bytes.as_chunks::<24>();
        if !rest.is_empty() {
            return None;
        }
        let mut rows = Vec::with_capacity(records.len());
        let mut sizes = vec![0; head.places.len()];
        let mut total = 0;
        for record in records {
            let id = ChunkId(Uuid::from_slice(&record[..16]).ok()?);
            let place = u32::from_le_bytes(record[16..20].try_into().ok()?);
            let words = u32::from_le_bytes(record[20..].try_into().ok()?);
            *sizes.get_mut(place as usize)? += 1;
            rows.push(Row { id, place, words });
            total += u64::from(words);
        }
        let RowsHead { places, validities } = head;
        let mut rows = Self { rows, words: total, places, sizes, validities, by_id: Vec::new() };
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

    /// The dead rows in rising order.
    pub fn rows(&self) -> impl Iterator<Item = u32> {
        let words = (0..).zip(&self.bits);
        words.flat_map(|(at, bits)| {
            (0..64).filter(move |bit| bits & (1 << bit) != 0).map(move |bit| at * 64 + bit)
        })
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

    fn place(base: &str) -> Place {
        Place { base: base.into(), ..Place::default() }
    }

    fn rows(n: usize) -> Rows {
        let mut rows = Rows::default();
        for i in 0..n {
            let base = if i % 2 == 0 { "shop" } else { "staff" };
            rows.push(ChunkId::new(), &place(base), i as u32, Validity::default());
        }
        rows.finish();
        rows
    }

    #[test]
    fn rows_are_found_by_id_and_know_where_they_belong() {
        let rows = rows(5);
        for row in 0..5 {
            assert_eq!(rows.find(rows.row(row).id), Some(row));
        }
        assert_eq!(rows.find(ChunkId::new()), None);
        assert_eq!((&*rows.place_of(2).base, &*rows.place_of(3).base), ("shop", "staff"));
        let of = |base: &str| Filter { base: Some(base.into()), ..Filter::default() };
        let shop = rows.admitted(&of("shop")).unwrap();
        assert!(rows.is_admitted(4, &shop) && !rows.is_admitted(3, &shop));
        assert_eq!(rows.admitted(&of("unknown")), None);
        assert_eq!(rows.share(&shop), 0.6);
    }

    #[test]
    fn a_row_is_valid_within_its_period_ends_included() {
        let at = |s: &str| s.parse::<Timestamp>().unwrap();
        let period =
            Validity { from: Some(at("2026-11-01T00:00:00Z")), to: Some(at("2026-11-11T23:59:59Z")) };
        let mut rows = rows(1);
        rows.push(ChunkId::new(), &place("shop"), 3, period);
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
        dead.insert(3, 2);
        assert_eq!(dead.rows().collect::<Vec<_>>(), [3, 70]);
    }
}
