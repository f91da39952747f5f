//! A segment on disk: a folder that is written once, never changed, and listed by the generations it is part of.
//!
//! It is written under a temporary name, synced and then renamed. Its mark, which goes into a generation's manifest,
//! has the checksum of every file; nothing in the folder is trusted before these are verified. Tables of vectors are
//! written straight from the segments that are merged and read through a mapping, so a large one takes little memory
//! on the way to disk and only the pages in use afterwards.

use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::error::{Error, Result};

use super::byte_matrix::ByteVectorSet;
use super::checksum;
use super::column::{ColumnReader, ColumnWriter};
use super::graph::Graph;
use super::lexical::Lexicon;
use super::places::Places;
use super::rows::{Dead, Rows, RowsHead};
use super::segment::{Segment, Tables, lexicons, merged_rows};
use super::vectors::VectorSet;

/// Folders with a segment begin with this.
pub const SEGMENT: &str = "segment-";
/// Folders that are being written.
pub const BUILDING: &str = "building-";

const WORDS: &str = "words";
const ROWS: &str = "rows.bin";
const PASSAGES: Vectors = Vectors { file: "passages.bin", graph: "passages.graph" };
const QUESTIONS: Vectors = Vectors { file: "questions.bin", graph: "questions.graph" };
const STATEMENTS: &str = "statements.bin";

/// What the file system is handed at a time.
const BUFFER: usize = 1 << 20;

/// The files of one set of vectors.
struct Vectors {
    file: &'static str,
    graph: &'static str,
}

/// What a manifest says of a segment.
#[derive(Debug, Serialize, Deserialize)]
pub struct SegmentMark {
    /// Name of its folder.
    pub folder: String,
    rows: usize,
    passages: usize,
    questions: usize,
    statements: usize,
    head: RowsHead,
    files: Vec<FileSum>,
}

/// A file and its checksum.
#[derive(Debug, Serialize, Deserialize)]
pub struct FileSum {
    /// Below the folder, with `/` between names.
    path: String,
    bytes: u64,
    sha256: String,
}

/// Merges the living rows of `parts`, of which there is at least one, into a new folder in `root`. Sets of more than
/// `exact_up_to` vectors get a graph.
pub fn write(root: &Path, parts: &[(&Segment, &Dead)], exact_up_to: usize) -> Result<SegmentMark> {
    let building = root.join(format!("{BUILDING}{}", Uuid::now_v7().simple()));
    fs::create_dir_all(&building).map_err(|e| at(&building, e))?;
    let written = write_into(&building, parts, exact_up_to);
    let mut mark = written.inspect_err(|_| drop(fs::remove_dir_all(&building)))?;
    mark.folder = format!("{SEGMENT}{}", Uuid::now_v7().simple());
    let folder = root.join(&mark.folder);
    fs::rename(&building, &folder).map_err(|e| at(&folder, e))?;
    Ok(mark)
}

fn write_into(folder: &Path, parts: &[(&Segment, &Dead)], exact_up_to: usize) -> Result<SegmentMark> {
    let words = folder.join(WORDS);
    fs::create_dir(&words).map_err(|e| at(&words, e))?;
    Lexicon::merge_to_folder(&lexicons(parts), &words)?;
    let (rows, places) = merged_rows(parts);
    let path = folder.join(ROWS);
    fs::write(&path, rows.to_bytes()).map_err(|e| at(&path, e))?;

    let statements: Vec<_> =
        parts.iter().zip(&places).map(|((s, _), places)| (&s.statements, places)).collect();
    columns(folder, STATEMENTS, |out| ByteVectorSet::write(&statements, out))?;
    let vectors = |of: &Vectors, set: fn(&Segment) -> &VectorSet| -> Result<usize> {
        let sets: Vec<(&VectorSet, &Places)> =
            parts.iter().zip(&places).map(|((segment, _), places)| (set(segment), places)).collect();
        columns(folder, of.file, |out| VectorSet::write(&sets, out))?;
        let written = VectorSet::read(ColumnReader::open(folder, of.file)?).ok_or_else(|| torn(of.file))?;
        if written.len() > exact_up_to {
            let graph = Graph::build(written.bytes());
            columns(folder, of.graph, |out| graph.write(out))?;
        }
        Ok(written.len())
    };
    let mut mark = SegmentMark {
        folder: String::new(),
        rows: rows.len(),
        passages: vectors(&PASSAGES, |segment| &segment.passages)?,
        questions: vectors(&QUESTIONS, |segment| &segment.questions)?,
        statements: places_kept(&statements),
        head: rows.head(),
        files: Vec::new(),
    };
    for path in files_below(folder).map_err(|e| at(folder, e))? {
        mark.files.push(sum_of(folder, &path).map_err(|e| at(&path, e))?);
        File::open(&path).and_then(|file| file.sync_all()).map_err(|e| at(&path, e))?;
    }
    sync_folder(&words).map_err(|e| at(&words, e))?;
    sync_folder(folder).map_err(|e| at(folder, e))?;
    Ok(mark)
}

fn places_kept(parts: &[(&ByteVectorSet, &Places)]) -> usize {
    parts.iter().map(|(set, places)| set.kept(places)).sum()
}

/// Writes a file of columns.
fn columns(
    folder: &Path,
    name: &str,
    write: impl FnOnce(ColumnWriter<BufWriter<File>>) -> io::Result<()>,
) -> Result<()> {
    let path = folder.join(name);
    let file = File::create(&path).map_err(|e| at(&path, e))?;
    write(ColumnWriter::new(BufWriter::with_capacity(BUFFER, file))).map_err(|e| at(&path, e))
}

/// Opens a segment whose files are what was written.
pub fn open(root: &Path, mark: &SegmentMark) -> Result<Segment> {
    let folder = root.join(&mark.folder);
    let path = folder.join(ROWS);
    let rows = fs::read(&path).map_err(|e| at(&path, e))?;
    let rows = Rows::from_bytes(&rows, mark.head.clone()).ok_or_else(|| torn(ROWS))?;
    let vectors = |of: &Vectors| -> Result<VectorSet> {
        let set = VectorSet::read(ColumnReader::open(&folder, of.file)?).ok_or_else(|| torn(of.file))?;
        if !mark.files.iter().any(|file| file.path == of.graph) {
            return Ok(set);
        }
        let graph = Graph::read(ColumnReader::open(&folder, of.graph)?, set.len());
        Ok(set.with_graph(Some(graph.ok_or_else(|| torn(of.graph))?)))
    };
    let (passages, questions) = (vectors(&PASSAGES)?, vectors(&QUESTIONS)?);
    let statements =
        ByteVectorSet::read(ColumnReader::open(&folder, STATEMENTS)?).ok_or_else(|| torn(STATEMENTS))?;
    let counts = (rows.len(), passages.len(), questions.len(), statements.len());
    if counts != (mark.rows, mark.passages, mark.questions, mark.statements) {
        return Err(torn(ROWS));
    }
    let lexicon = Lexicon::open(&folder.join(WORDS))?;
    Segment::of(Tables { rows, passages, questions, statements }, lexicon)
}

/// Whether the files of segments are what was written. Reads them all, several at a time.
pub fn verify<'a>(root: &Path, marks: impl Iterator<Item = &'a SegmentMark>) -> Result<()> {
    let mut files: Vec<(PathBuf, &FileSum)> =
        marks.flat_map(|mark| mark.files.iter().map(|file| (root.join(&mark.folder), file))).collect();
    files.sort_by_key(|(_, file)| file.bytes);
    let waiting = Mutex::new(files);
    let next = || waiting.lock().ok()?.pop();
    let check = || -> Result<()> {
        while let Some((folder, expected)) = next() {
            expected.verify(&folder)?;
        }
        Ok(())
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        let running: Vec<_> = (1..threads).map(|_| scope.spawn(check)).collect();
        let own = check();
        let others = running.into_iter().map(|thread| {
            thread.join().unwrap_or_else(|_| Err(Error::internal("checking the index broke off")))
        });
        others.fold(own, |all, one| all.and(one))
    })
}

impl FileSum {
    /// The checksum of a file in `folder`.
    pub fn of(folder: &Path, name: &str) -> Result<Self> {
        let path = folder.join(name);
        sum_of(folder, &path).map_err(|e| at(&path, e))
    }

    /// Whether the file in `folder` is what was written.
    pub fn verify(&self, folder: &Path) -> Result<()> {
        let path = folder.join(&self.path);
        let (sha256, _) = checksum::of_file(&path).map_err(|e| at(&path, e))?;
        if sha256 != self.sha256 {
            return Err(Error::internal(format!("{} is not what was written", self.path)));
        }
        Ok(())
    }

    /// Below the folder.
    pub fn path(&self) -> &str {
        &self.path
    }
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
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

/// An error that names the file.
pub fn at(path: &Path, e: io::Error) -> Error {
    Error::from(e).at(format!("index file {}", path.display()))
}

fn torn(file: &str) -> Error {
    Error::internal(format!("its table {file} is torn"))
}
