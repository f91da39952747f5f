//! Columns of numbers: in memory while a segment is built, in a mapped file once it is published.
//!
//! A table of a million vectors is larger than the memory of a small machine. Its file is mapped, so that the system
//! keeps the pages that searches read and may take back the others. A file is written column by column, straight
//! from the segments it is made of; each column begins at a multiple of [`ALIGNED`] bytes. Numbers have this
//! machine's byte order: files of an index are a cache and are not carried elsewhere.

use std::io::{self, Write};
use std::ops::Deref;
use std::path::Path;

use bytemuck::Pod;
use tantivy::directory::{Directory, MmapDirectory, OwnedBytes};

use crate::error::{Error, Result};

/// A cache line, and more than any number needs.
const ALIGNED: usize = 64;

/// Numbers that are read as a slice, wherever they are.
#[derive(Clone, Debug)]
pub enum Column<T> {
    Memory(Vec<T>),
    File(OwnedBytes),
}

impl<T: Pod> Column<T> {
    /// The numbers for adding more; those of a file are copied into memory.
    pub fn to_mut(&mut self) -> &mut Vec<T> {
        if let Self::File(_) = self {
            *self = Self::Memory(self.to_vec());
        }
        match self {
            Self::Memory(numbers) => numbers,
            Self::File(_) => unreachable!("it was just copied"),
        }
    }
}

impl<T> Default for Column<T> {
    fn default() -> Self {
        Self::Memory(Vec::new())
    }
}

impl<T: Pod> Deref for Column<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        match self {
            Self::Memory(numbers) => numbers,
            // Length and alignment were looked at when the file was opened.
            Self::File(bytes) => bytemuck::try_cast_slice(bytes).unwrap_or_default(),
        }
    }
}

impl<T: Pod + PartialEq> PartialEq for Column<T> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

/// Writes columns one after the other.
#[derive(Debug)]
pub struct ColumnWriter<W> {
    out: W,
    at: usize,
}

impl<W: Write> ColumnWriter<W> {
    /// Writes to `out`, which should be buffered.
    pub fn new(out: W) -> Self {
        Self { out, at: 0 }
    }

    /// Writes the numbers of `pieces` as one column.
    pub fn column<T: Pod>(&mut self, pieces: impl IntoIterator<Item = impl AsRef<[T]>>) -> io::Result<()> {
        for piece in pieces {
            let bytes: &[u8] = bytemuck::cast_slice(piece.as_ref());
            self.out.write_all(bytes)?;
            self.at += bytes.len();
        }
        let gap = self.at.next_multiple_of(ALIGNED) - self.at;
        self.out.write_all(&[0; ALIGNED][..gap])?;
        self.at += gap;
        Ok(())
    }

    /// Hands everything on to the file.
    pub fn finish(mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Takes the columns of a mapped file off one after the other.
#[derive(Debug)]
pub struct ColumnReader {
    rest: OwnedBytes,
}

impl ColumnReader {
    /// Maps the file `name` of `folder`.
    pub fn open(folder: &Path, name: &str) -> Result<Self> {
        let path = folder.join(name);
        let failed = |detail: String| Error::internal(format!("index file {}: {detail}", path.display()));
        let directory = MmapDirectory::open(folder).map_err(|e| failed(e.to_string()))?;
        let file = directory.open_read(Path::new(name)).map_err(|e| failed(e.to_string()))?;
        Ok(Self { rest: file.read_bytes().map_err(|e| failed(e.to_string()))? })
    }

    /// Columns in memory, for tests of what reads them.
    #[cfg(test)]
    pub fn of(bytes: Vec<u8>) -> Self {
        Self { rest: OwnedBytes::new(bytes) }
    }

    /// The next column, of `len` numbers; `None` when the file is shorter.
    pub fn column<T: Pod>(&mut self, len: usize) -> Option<Column<T>> {
        let bytes = len.checked_mul(size_of::<T>())?;
        let padded = bytes.checked_next_multiple_of(ALIGNED)?;
        if padded > self.rest.len() {
            return None;
        }
        let (column, rest) = self.rest.clone().split(padded);
        self.rest = rest;
        let column = column.slice(0..bytes);
        bytemuck::try_cast_slice::<u8, T>(&column).ok()?;
        Some(Column::File(column))
    }

    /// A column of a single number.
    pub fn number<T: Pod>(&mut self) -> Option<T> {
        self.column(1)?.first().copied()
    }

    /// Whether every byte was taken.
    pub fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }
}
