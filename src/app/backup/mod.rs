//! Backups: one file with everything an installation cannot make again by itself.
//!
//! A zip archive of a consistent copy of the database and of every other file of the data folder but the index,
//! which is built from the database. Its last entry is the manifest with the size and SHA-256 of each file, so an
//! archive that was cut short or damaged is recognised before anything is touched.

mod restore;
mod write;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use restore::{Restored, restore};
pub use write::write;

/// Raised when an older program could not read the archive.
const FORMAT: u32 = 1;
const MANIFEST: &str = "manifest.json";
/// Folder of the index inside the data folder.
const INDEX_FOLDER: &str = "index";
/// Beginnings of names of folders that a restore makes in the data folder.
const RESTORING: &str = "restoring-";
const SET_ASIDE: &str = "before-restore-";

/// What an archive holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    pub format: u32,
    /// Version of the program that wrote it.
    pub version: String,
    pub created_at: Timestamp,
    pub files: Vec<Entry>,
}

/// One file of an archive.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Path below the data folder, with `/` between its parts.
    pub path: String,
    pub bytes: u64,
    /// In hexadecimal digits.
    pub sha256: String,
}

impl Manifest {
    /// Bytes of all files together.
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).sum()
    }
}
