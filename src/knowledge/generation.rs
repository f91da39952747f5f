//! Generations: the index on disk, a cache of the catalogue that makes starting quick.
//!
//! A generation is one folder: the keyword index in `words/`, the tables beside it, and `manifest.json` with the
//! point of the catalogue's history it was taken at, the encoder, counts, the words that were not cut, and the
//! checksum of every file. It is
//! written under a temporary name, synced to disk and then renamed, so a folder with a generation's name is whole
//! or damaged from outside. Nothing in it is trusted before its checksum is verified; whoever opens it must also
//! ask the catalogue whether its history still passes through the manifest's position.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::text::WholeWords;

use super::byte_vectors::ByteVectorSet;
use super::catalogue::Position;
use super::checksum;
use super::lexical::Lexicon;
use super::rows::{Dead, Rows, RowsHead};
use super::segment::{Segment, Tables, lexicons, living};
use super::vectors::VectorSet;

/// Raised whenever files are laid out differently or words are cut or weighed differently.
const FORMAT: u32 = 4;

const MANIFEST: &str = "manifest.json";
const WORDS: &str = "words";
const ROWS: &str = "rows.bin";
const PASSAGES: &str = "passages.bin";
const QUESTIONS: &str = "questions.bin";
const STATEMENTS: &str = "statements.bin";

const PUBLISHED: &str = "generation-";
const BUILDING: &str = "building-";

/// What made the vectors of an index, and how long they are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EncoderMark {
    pub id: String,
    pub dim: usize,
}

#[derive(Debug, Serialize, Deserialize)]
struct Manifest {
    format: u32,
    position: Position,
    encoder: EncoderMark,
    rows: usize,
    passages: usize,
    questions: usize,
    statements: usize,
    head: RowsHead,
    /// Words that were not cut.
    #[serde(default)]
    whole: Vec<String>,
    files: Vec<FileSum>,
}

#[derive(Debug, Serialize, Deserialize)]
struct FileSum {
    /// Below the generation's folder, with `/` between names.
    path: String,
    bytes: u64,
    sha256: String,
}

/// A generation as it was found or published: its segment, `None` when it holds no passage.
#[derive(Debug)]
pub struct Generation {
    pub position: Position,
    /// Words that were not cut.
    pub whole: WholeWords,
    pub segment: Option<Segment>,
}

/// Writes the living rows of `parts` as the generation of `position` and publishes it.
pub fn publish(
    root: &Path,
    parts: &[(&Segment, &Dead)],
    position: &Position,
    encoder: &EncoderMark,
    whole: &WholeWords,
) -> Result<Generation> {
    let building = root.join(format!("{BUILDING}{}", Uuid::now_v7().simple()));
    fs::create_dir_all(&building).map_err(|e| at(&building, e))?;
    let written = write(&building, parts, position, encoder, whole);
    let tables = written.inspect_err(|_| drop(fs::remove_dir_all(&building)))?;

    let name = format!("{PUBLISHED}{:012}-{}", position.revision, Uuid::now_v7().simple());
    let published = root.join(name);
    fs::rename(&building, &published).map_err(|e| at(&published, e))?;
    sync_folder(root).map_err(|e| at(root, e))?;

    let segment = match tables {
        Some(tables) => Some(Segment::of(tables, Lexicon::open(&published.join(WORDS))?)?),
        None => None,
    };
    remove_others(root, &published);
    Ok(Generation { position: position.clone(), whole: whole.clone(), segment })
}

fn write(
    folder: &Path,
    parts: &[(&Segment, &Dead)],
    position: &Position,
    encoder: &EncoderMark,
    whole: &WholeWords,
) -> Result<Option<Tables>> {
    let parts = living(parts);
    let mut manifest = Manifest {
        format: FORMAT,
        position: position.clone(),
        encoder: encoder.clone(),
        rows: 0,
        passages: 0,
        questions: 0,
        statements: 0,
        head: RowsHead::default(),
        whole: whole.iter().map(str::to_owned).collect(),
        files: Vec::new(),
    };
    let mut tables = None;
    if !parts.is_empty() {
        let words = folder.join(WORDS);
        fs::create_dir(&words).map_err(|e| at(&words, e))?;
        Lexicon::merge_to_folder(&lexicons(&parts), &words)?;
        let merged = Tables::merge(&parts);
        manifest.rows = merged.rows.len();
        manifest.passages = merged.passages.len();
        manifest.questions = merged.questions.len();
        manifest.statements = merged.statements.len();
        manifest.head = merged.rows.head();
        for (name, bytes) in [
            (ROWS, merged.rows.to_bytes()),
            (PASSAGES, merged.passages.to_bytes()),
            (QUESTIONS, merged.questions.to_bytes()),
            (STATEMENTS, merged.statements.to_bytes()),
        ] {
            let path = folder.join(name);
            fs::write(&path, bytes).map_err(|e| at(&path, e))?;
        }
        for path in files_below(folder).map_err(|e| at(folder, e))? {
            manifest.files.push(sum_of(folder, &path).map_err(|e| at(&path, e))?);
            File::open(&path).and_then(|file| file.sync_all()).map_err(|e| at(&path, e))?;
        }
        sync_folder(&words).map_err(|e| at(&words, e))?;
        tables = Some(merged);
    }
    let path = folder.join(MANIFEST);
    let json = serde_json::to_vec_pretty(&manifest)
        .map_err(|e| Error::internal("the index's manifest cannot be written as JSON").with_source(e))?;
    let mut file = File::create(&path).map_err(|e| at(&path, e))?;
    file.write_all(&json).and_then(|()| file.sync_all()).map_err(|e| at(&path, e))?;
    sync_folder(folder).map_err(|e| at(folder, e))?;
    Ok(tables)
}

/// The newest generation that is whole and of `encoder`. Damaged ones are named in the log and passed over.
pub fn newest(root: &Path, encoder: &EncoderMark) -> Option<Generation> {
    let mut folders = folders(root, PUBLISHED);
    folders.sort();
    folders.iter().rev().find_map(|folder| match read(folder, encoder) {
        Ok(generation) => Some(generation),
        Err(e) => {
            tracing::warn!(folder = %folder.display(), reason = %e, "an index on disk is not used");
            None
        }
    })
}

fn read(folder: &Path, encoder: &EncoderMark) -> Result<Generation> {
    let load = |name: &str| fs::read(folder.join(name)).map_err(|e| at(&folder.join(name), e));
    let manifest: Manifest = serde_json::from_slice(&load(MANIFEST)?)
        .map_err(|e| Error::internal("its manifest cannot be read").with_source(e))?;
    if manifest.format != FORMAT {
        return Err(Error::internal("it was written by another version of the program"));
    }
    if manifest.encoder != *encoder {
        return Err(Error::internal("its vectors are of another encoder"));
    }
    for expected in &manifest.files {
        let path = folder.join(&expected.path);
        let found = sum_of(folder, &path).map_err(|e| at(&path, e))?;
        if found.sha256 != expected.sha256 {
            return Err(Error::internal(format!("{} is not what was written", expected.path)));
        }
    }
    let position = manifest.position;
    let whole = WholeWords::new(manifest.whole.iter().map(String::as_str));
    if manifest.rows == 0 {
        return Ok(Generation { position, whole, segment: None });
    }
    let torn = || Error::internal("its tables are torn");
    let vectors = |name: &str| VectorSet::from_bytes(&load(name)?).ok_or_else(torn);
    let rows = Rows::from_bytes(&load(ROWS)?, manifest.head).ok_or_else(torn)?;
    let (passages, questions) = (vectors(PASSAGES)?, vectors(QUESTIONS)?);
    let statements = ByteVectorSet::from_bytes(&load(STATEMENTS)?).ok_or_else(torn)?;
    let counts = (rows.len(), passages.len(), questions.len(), statements.len());
    if counts != (manifest.rows, manifest.passages, manifest.questions, manifest.statements) {
        return Err(torn());
    }
    let lexicon = Lexicon::open(&folder.join(WORDS))?;
    let segment = Segment::of(Tables { rows, passages, questions, statements }, lexicon)?;
    Ok(Generation { position, whole, segment: Some(segment) })
}

/// Removes what earlier runs left half built. Only for the one process that publishes.
pub fn remove_unfinished(root: &Path) {
    for folder in folders(root, BUILDING) {
        remove(&folder);
    }
}

/// Removes every generation but `kept`. Whoever still reads one keeps it until it lets go.
fn remove_others(root: &Path, kept: &Path) {
    for folder in folders(root, PUBLISHED) {
        if folder != kept {
            remove(&folder);
        }
    }
}

fn remove(folder: &Path) {
    if let Err(e) = fs::remove_dir_all(folder) {
        tracing::warn!(folder = %folder.display(), error = %e, "an old index cannot be removed");
    }
}

fn folders(root: &Path, prefix: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(root).into_iter().flatten().flatten();
    entries.filter(|e| e.file_name().to_string_lossy().starts_with(prefix)).map(|e| e.path()).collect()
}

/// Every file below `folder` but the locks tantivy leaves behind.
fn files_below(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(files_below(&path)?);
        } else if path.extension().is_none_or(|e| e != "lock") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn sum_of(folder: &Path, path: &Path) -> io::Result<FileSum> {
    let (sha256, bytes) = checksum::of_file(path)?;
    let names: Vec<_> =
        path.strip_prefix(folder).unwrap_or(path).iter().map(|n| n.to_string_lossy()).collect();
    Ok(FileSum { path: names.join("/"), bytes, sha256 })
}

/// Makes names in a folder durable. Only Unix needs and allows it.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

fn at(path: &Path, e: io::Error) -> Error {
    Error::from(e).at(format!("index file {}", path.display()))
}
