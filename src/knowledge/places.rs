//! Where the rows of a segment stand in the one it is merged into.

/// A new row number for every row that is kept.
#[derive(Clone, Debug)]
pub struct Places(Vec<u32>);

/// Left behind. No segment has as many rows.
const NOWHERE: u32 = u32::MAX;

impl Places {
    /// The places of rows 0, 1, 2...; `None` for those left behind.
    pub fn new(places: impl IntoIterator<Item = Option<u32>>) -> Self {
        Self(places.into_iter().map(|place| place.unwrap_or(NOWHERE)).collect())
    }

    /// The place of a row.
    pub fn of(&self, row: u32) -> Option<u32> {
        self.0.get(row as usize).copied().filter(|place| *place != NOWHERE)
    }

    /// Which of `rows` are kept, by their position among them.
    pub fn kept<'a>(&self, rows: impl Iterator<Item = &'a u32>) -> Vec<usize> {
        rows.enumerate().filter(|(_, row)| self.of(**row).is_some()).map(|(at, _)| at).collect()
    }
}
