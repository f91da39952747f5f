//! Generations: the index on disk, a cache of the catalogue that makes starting quick.
//!
//! A generation is a folder with `manifest.json`, which names the point of the catalogue's history it was taken at,
//! the encoder, the words that were not cut, and its segments ([`super::published`]), largest first, with their
//! checksums; rows that died in a segment since it was written are in a file beside it. What is new goes into a
//! segment of its own together with segments that are not much larger, so a large one is written anew only now and
//! then. The folder is written under a temporary name, synced to disk and then renamed, so a folder with a
//! generation's name is whole or damaged from outside; whoever opens it must also ask the catalogue whether its
//! history still passes through the manifest's position.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::text::WholeWords;

use super::catalogue::Position;
use super::column::{ColumnReader, ColumnWriter};
use super::published::{self, BUILDING, FileSum, SEGMENT, SegmentMark, at, sync_folder};
use super::rows::Dead;
use super::segment::{Segment, living};

/// Raised whenever files are laid out differently or words are cut or weighed differently.
const FORMAT: u32 = 5;

const MANIFEST: &str = "manifest.json";
const PUBLISHED: &str = "generation-";

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
    /// Words that were not cut.
    whole: Vec<String>,
    segments: Vec<Listed>,
}

/// A segment in a manifest.
#[derive(Debug, Serialize, Deserialize)]
struct Listed {
    segment: Arc<SegmentMark>,
    /// The rows that are dead in it, where there are any.
    dead: Option<FileSum>,
}

/// A generation as it was found.
#[derive(Debug)]
pub struct Generation {
    pub position: Position,
    /// Words that were not cut.
    pub whole: WholeWords,
    pub segments: Vec<(Arc<SegmentMark>, Segment, Dead)>,
}

/// What a generation is made of.
#[derive(Debug)]
pub struct Plan<'a> {
    pub position: &'a Position,
    pub encoder: &'a EncoderMark,
    pub whole: &'a WholeWords,
    /// Segments that are on disk already and stay as they are, with the rows that died since.
    pub kept: Vec<(Arc<SegmentMark>, &'a Dead)>,
    /// Segments that become one.
    pub merged: Vec<(&'a Segment, &'a Dead)>,
    /// Sets of more vectors than this are searched along a graph.
    pub exact_up_to: usize,
}

/// Writes and publishes a generation; returns the segment that was made, `None` when nothing to be merged is alive.
pub fn publish(root: &Path, plan: &Plan<'_>) -> Result<Option<(Arc<SegmentMark>, Segment)>> {
    let merged = living(&plan.merged);
    let made = match merged.is_empty() {
        true => None,
        false => Some(Arc::new(published::write(root, &merged, plan.exact_up_to)?)),
    };
    let building = root.join(format!("{BUILDING}{}", Uuid::now_v7().simple()));
    fs::create_dir_all(&building).map_err(|e| at(&building, e))?;
    let written = write(&building, plan, made.clone());
    let manifest = written.inspect_err(|_| drop(fs::remove_dir_all(&building)))?;
    let name = format!("{PUBLISHED}{:012}-{}", plan.position.revision, Uuid::now_v7().simple());
    let published = root.join(name);
    // The segment's new name first: a manifest must not outlive what it lists.
    sync_folder(root).map_err(|e| at(root, e))?;
    fs::rename(&building, &published).map_err(|e| at(&published, e))?;
    sync_folder(root).map_err(|e| at(root, e))?;

    let opened = made.map(|mark| published::open(root, &mark).map(|segment| (mark, segment))).transpose()?;
    remove_others(root, &published, &manifest);
    Ok(opened)
}

fn write(folder: &Path, plan: &Plan<'_>, made: Option<Arc<SegmentMark>>) -> Result<Manifest> {
    let mut segments = Vec::new();
    for (number, (segment, dead)) in plan.kept.iter().enumerate() {
        let name = format!("dead-{number}.bin");
        let dead = (dead.count() > 0).then(|| write_dead(folder, &name, dead)).transpose()?;
        segments.push(Listed { segment: segment.clone(), dead });
    }
    segments.extend(made.map(|segment| Listed { segment, dead: None }));
    let manifest = Manifest {
        format: FORMAT,
        position: plan.position.clone(),
        encoder: plan.encoder.clone(),
        whole: plan.whole.iter().map(str::to_owned).collect(),
        segments,
    };
    let path = folder.join(MANIFEST);
    let json = serde_json::to_vec_pretty(&manifest)
        .map_err(|e| Error::internal("the index's manifest cannot be written as JSON").with_source(e))?;
    let mut file = File::create(&path).map_err(|e| at(&path, e))?;
    file.write_all(&json).and_then(|()| file.sync_all()).map_err(|e| at(&path, e))?;
    sync_folder(folder).map_err(|e| at(folder, e))?;
    Ok(manifest)
}

/// Number of dead rows, and these.
fn write_dead(folder: &Path, name: &str, dead: &Dead) -> Result<FileSum> {
    let path = folder.join(name);
    let mut file = File::create(&path).map_err(|e| at(&path, e))?;
    let mut out = ColumnWriter::new(&mut file);
    let rows: Vec<u32> = dead.rows().collect();
    out.column([[rows.len() as u64]])
        .and_then(|()| out.column([&rows]))
        .and_then(|()| out.finish())
        .and_then(|()| file.sync_all())
        .map_err(|e| at(&path, e))?;
    FileSum::of(folder, name)
}

fn read_dead(folder: &Path, sum: &FileSum, segment: &Segment) -> Result<Dead> {
    sum.verify(folder)?;
    let mut columns = ColumnReader::open(folder, sum.path())?;
    let len = columns.number::<u64>().and_then(|len| usize::try_from(len).ok());
    let rows = len.and_then(|len| columns.column::<u32>(len));
    let within = |rows: &&_| {
        let rows: &[u32] = rows;
        rows.iter().all(|row| (*row as usize) < segment.rows.len())
    };
    let rows = rows.filter(|rows| within(&&**rows));
    let rows = rows.ok_or_else(|| Error::internal("its list of dead rows is torn"))?;
    let mut dead = Dead::default();
    rows.iter().for_each(|row| dead.insert(*row, segment.rows.row(*row).words));
    Ok(dead)
}

/// The newest generation, as far as there is one.
///
/// # Errors
/// What of it is damaged, or why it is of no use for this encoder.
pub fn latest(root: &Path, encoder: &EncoderMark) -> Result<Option<Generation>> {
    let newest = folders(root, PUBLISHED).into_iter().max();
    newest.map(|folder| read(root, &folder, encoder)).transpose()
}

/// Removes all generations and segments, whole or not. Only for the one process that publishes.
pub fn remove_all(root: &Path) {
    for prefix in [PUBLISHED, SEGMENT, BUILDING] {
        folders(root, prefix).iter().for_each(|folder| remove(folder));
    }
}

/// The newest generation that is whole and of `encoder`. Damaged ones are named in the log and passed over.
pub fn newest(root: &Path, encoder: &EncoderMark) -> Option<Generation> {
    let mut folders = folders(root, PUBLISHED);
    folders.sort();
    folders.iter().rev().find_map(|folder| match read(root, folder, encoder) {
        Ok(generation) => Some(generation),
        Err(e) => {
            tracing::warn!(folder = %folder.display(), reason = %e, "an index on disk is not used");
            None
        }
    })
}

fn read(root: &Path, folder: &Path, encoder: &EncoderMark) -> Result<Generation> {
    let path = folder.join(MANIFEST);
    let json = fs::read(&path).map_err(|e| at(&path, e))?;
    let format: Format = from_json(&json)?;
    if format.format != FORMAT {
        return Err(Error::internal("it was written by another version of the program"));
    }
    let manifest: Manifest = from_json(&json)?;
    if manifest.encoder != *encoder {
        return Err(Error::internal("its vectors are of another encoder"));
    }
    published::verify(root, manifest.segments.iter().map(|listed| &*listed.segment))?;
    let mut segments = Vec::new();
    for Listed { segment: mark, dead } in manifest.segments {
        let segment = published::open(root, &mark)?;
        let dead = dead.map_or(Ok(Dead::default()), |sum| read_dead(folder, &sum, &segment))?;
        segments.push((mark, segment, dead));
    }
    let whole = WholeWords::new(manifest.whole.iter().map(String::as_str));
    Ok(Generation { position: manifest.position, whole, segments })
}

/// What manifests of all versions have in common.
#[derive(Deserialize)]
struct Format {
    format: u32,
}

fn from_json<'a, T: Deserialize<'a>>(json: &'a [u8]) -> Result<T> {
    serde_json::from_slice(json).map_err(|e| Error::internal("its manifest cannot be read").with_source(e))
}

/// Removes what earlier runs left half built. Only for the one process that publishes.
pub fn remove_unfinished(root: &Path) {
    for folder in folders(root, BUILDING) {
        remove(&folder);
    }
}

/// Removes every generation but `kept`, and the segments it does not list. Whoever still reads one keeps it until it
/// lets go.
fn remove_others(root: &Path, kept: &Path, manifest: &Manifest) {
    let listed = |folder: &PathBuf| {
        folder.file_name().is_some_and(|name| manifest.segments.iter().any(|l| *l.segment.folder == *name))
    };
    let generations = folders(root, PUBLISHED).into_iter().filter(|folder| folder != kept);
    let segments = folders(root, SEGMENT).into_iter().filter(|folder| !listed(folder));
    generations.chain(segments).for_each(|folder| remove(&folder));
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
