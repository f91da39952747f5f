//! Bytes of a model file, either part of this program or on disk.
//!
//! Files are read piece by piece at known offsets instead of being mapped: a file that shrinks or vanishes while the
//! program runs is then an error with a name, not a crash, and only the pieces in use take memory.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use crate::error::{Code, Error, Result};

/// Where the bytes of a model file are. Cheap to clone.
#[derive(Clone, Debug)]
pub enum Blob {
    /// Carried in the program.
    Embedded { name: &'static str, bytes: &'static [u8] },
    /// A file on disk.
    File(Arc<DiskFile>),
}

/// An open file with its length at the time of opening.
#[derive(Debug)]
pub struct DiskFile {
    path: PathBuf,
    file: Mutex<File>,
    len: u64,
}

impl Blob {
    /// Opens a file on disk.
    pub fn open(path: &Path) -> Result<Self> {
        let broken = |e: io::Error| {
            Error::new(Code::BadModel, format!("the model file {} cannot be read: {e}", path.display()))
                .with_source(e)
        };
        let file = File::open(path).map_err(broken)?;
        let len = file.metadata().map_err(broken)?.len();
        Ok(Self::File(Arc::new(DiskFile { path: path.to_owned(), file: Mutex::new(file), len })))
    }

    /// Name for messages: the path, or the name of the embedded file.
    pub fn name(&self) -> Cow<'_, str> {
        match self {
            Self::Embedded { name, .. } => Cow::Borrowed(name),
            Self::File(file) => file.path.to_string_lossy(),
        }
    }

    /// Length in bytes.
    pub fn len(&self) -> u64 {
        match self {
            Self::Embedded { bytes, .. } => bytes.len() as u64,
            Self::File(file) => file.len,
        }
    }

    /// `len` bytes from `offset`; borrowed where the file is part of the program.
    pub fn read(&self, offset: u64, len: usize) -> Result<Cow<'_, [u8]>> {
        match self {
            Self::Embedded { bytes, .. } => {
                let start = usize::try_from(offset).ok();
                let piece = start.and_then(|start| bytes.get(start..start.checked_add(len)?));
                piece.map(Cow::Borrowed).ok_or_else(|| self.too_short(offset, len))
            }
            Self::File(file) => {
                if offset.checked_add(len as u64).is_none_or(|end| end > file.len) {
                    return Err(self.too_short(offset, len));
                }
                let mut piece = vec![0; len];
                file.read_exact_at(offset, &mut piece).map_err(|e| {
                    Error::new(Code::BadModel, format!("{}: reading failed: {e}", file.path.display()))
                        .with_source(e)
                })?;
                Ok(Cow::Owned(piece))
            }
        }
    }

    /// The whole file; for the small ones.
    pub fn read_all(&self) -> Result<Cow<'_, [u8]>> {
        self.read(0, usize::try_from(self.len()).unwrap_or(usize::MAX))
    }

    /// A reader from the start, for parsers that want one.
    pub fn reader(&self) -> BlobReader<'_> {
        BlobReader { blob: self, position: 0 }
    }

    fn too_short(&self, offset: u64, len: usize) -> Error {
        Error::new(
            Code::BadModel,
            format!(
                "{} ends at byte {} but {len} bytes at {offset} are needed; the file is incomplete, fetch it again",
                self.name(),
                self.len()
            ),
        )
    }
}

impl DiskFile {
    fn read_exact_at(&self, offset: u64, piece: &mut [u8]) -> io::Result<()> {
        let mut file = self.file.lock().map_err(|_| io::Error::other("another reader failed"))?;
        file.seek(SeekFrom::Start(offset))?;
        file.read_exact(piece)
    }
}

/// Sequential reading over a [`Blob`].
#[derive(Debug)]
pub struct BlobReader<'a> {
    blob: &'a Blob,
    position: u64,
}

impl Read for BlobReader<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let left = self.blob.len().saturating_sub(self.position);
        let len = out.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        let piece = self.blob.read(self.position, len).map_err(io::Error::other)?;
        out[..len].copy_from_slice(&piece);
        self.position += len as u64;
        Ok(len)
    }
}

impl Seek for BlobReader<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let target = match to {
            SeekFrom::Start(offset) => Some(offset),
            SeekFrom::End(delta) => self.blob.len().checked_add_signed(delta),
            SeekFrom::Current(delta) => self.position.checked_add_signed(delta),
        };
        self.position = target.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.position)
    }
}
