//! Writing a backup, also while the server runs.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use zip::CompressionMethod;
use zip::write::{SimpleFileOptions, ZipWriter};

use super::{Entry, FORMAT, INDEX_FOLDER, MANIFEST, Manifest, RESTORING, SET_ASIDE};
use crate::app::DATABASE_FILE;
use crate::error::{Code, Error, Result};
use crate::knowledge::checksum;
use crate::store::Db;

/// Writes everything of the data folder into the new file `to`.
///
/// The database is copied as it is at one moment; files that messages refer to were written before their message, so
/// copying files after the database misses none. `to` appears under its name only when it is whole.
///
/// # Errors
/// When there is no installation in `data`, when `to` exists already, or when something cannot be read or written.
pub async fn write(data: &Path, to: &Path) -> Result<Manifest> {
    if !data.join(DATABASE_FILE).is_file() {
        let detail = format!("there is no installation in {}; name its folder with --data", data.display());
        return Err(Error::new(Code::BadConfig, detail));
    }
    if to.exists() {
        let detail = format!("{} exists already; name another file or move it away", to.display());
        return Err(Error::new(Code::BadConfig, detail));
    }
    let partial = beside(to, ".partial");
    let copied = beside(to, ".database");
    let outcome = async {
        // An older copy that a killed backup left behind.
        remove(&copied)?;
        let db = Db::open(&data.join(DATABASE_FILE)).await?;
        let written = db.copy_to(&copied).await;
        db.close().await;
        written?;
        archive(data, &copied, &partial)
    }
    .await;
    remove(&copied)?;
    match outcome {
        Ok(manifest) => {
            fs::rename(&partial, to).map_err(|e| Error::from(e).at(to.display()))?;
            Ok(manifest)
        }
        Err(e) => {
            remove(&partial)?;
            Err(e)
        }
    }
}

fn archive(data: &Path, database: &Path, to: &Path) -> Result<Manifest> {
    let broken = |e: zip::result::ZipError| {
        Error::internal(format!("the archive {} cannot be written: {e}", to.display())).with_source(e)
    };
    let file = File::create(to).map_err(|e| Error::from(e).at(to.display()))?;
    let mut zip = ZipWriter::new(BufWriter::new(file));
    let options =
        SimpleFileOptions::default().compression_method(CompressionMethod::Deflated).large_file(true);

    let mut files = Vec::new();
    let sources = std::iter::once((DATABASE_FILE.to_owned(), database.to_owned())).chain(others(data)?);
    for (path, source) in sources {
        let file = File::open(&source).map_err(|e| Error::from(e).at(source.display()))?;
        zip.start_file(path.as_str(), options).map_err(broken)?;
        let (sha256, bytes) =
            checksum::of_copied(file, &mut zip).map_err(|e| Error::from(e).at(source.display()))?;
        files.push(Entry { path, bytes, sha256 });
    }
    let manifest = Manifest {
        format: FORMAT,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        created_at: Timestamp::now(),
        files,
    };
    let json = serde_json::to_vec_pretty(&manifest)
        .map_err(|e| Error::internal("the manifest cannot be written as JSON").with_source(e))?;
    zip.start_file(MANIFEST, options).map_err(broken)?;
    let place = |e: std::io::Error| Error::from(e).at(to.display());
    zip.write_all(&json).map_err(place)?;
    let file = zip.finish().map_err(broken)?.into_inner().map_err(|e| place(e.into_error()))?;
    file.sync_all().map_err(place)?;
    Ok(manifest)
}

/// Every file of the data folder but the database and what is made from it: path in the archive and on disk, sorted.
fn others(data: &Path) -> Result<Vec<(String, PathBuf)>> {
    let made_again = |name: &str| {
        name == INDEX_FOLDER
            || name.starts_with(DATABASE_FILE)
            || name.starts_with(RESTORING)
            || name.starts_with(SET_ASIDE)
    };
    let mut found = Vec::new();
    let mut folders = vec![(String::new(), data.to_owned())];
    while let Some((prefix, folder)) = folders.pop() {
        let listed = fs::read_dir(&folder).and_then(Iterator::collect::<std::io::Result<Vec<_>>>);
        for entry in listed.map_err(|e| Error::from(e).at(folder.display()))? {
            let name = entry.file_name().into_string().map_err(|name| {
                Error::invalid(format!("the file name {} is not Unicode: rename it", name.display()))
                    .at(folder.display())
            })?;
            if prefix.is_empty() && made_again(&name) {
                continue;
            }
            let (path, kind) = (format!("{prefix}{name}"), entry.file_type()?);
            if kind.is_dir() {
                folders.push((format!("{path}/"), entry.path()));
            } else if kind.is_file() {
                found.push((path, entry.path()));
            }
        }
    }
    found.sort();
    Ok(found)
}

/// The path with something added to its name.
fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(ending);
    path.with_file_name(name)
}

fn remove(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(Error::from(e).at(path.display())),
        _ => Ok(()),
    }
}
