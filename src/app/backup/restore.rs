//! Restoring a backup into a data folder.
//!
//! The archive is unpacked and checked inside the data folder first; only when every file is whole does it take its
//! place. What was there is set aside, never deleted. All moves are renames within the folder, which may itself be a
//! mounted volume.

use std::fs::{self, File};
use std::io::BufReader;
use std::path::{Component, Path, PathBuf};

use jiff::Timestamp;
use zip::ZipArchive;

use super::{FORMAT, INDEX_FOLDER, MANIFEST, Manifest, RESTORING, SET_ASIDE};
use crate::app::DATABASE_FILE;
use crate::error::{Code, Error, Result};
use crate::knowledge::{Index, checksum};
use crate::store::Db;

/// A manifest is a few hundred bytes a file.
const LONGEST_MANIFEST: u64 = 64 << 20;

/// What a restore did.
#[derive(Clone, Debug)]
pub struct Restored {
    pub manifest: Manifest,
    /// Where the former installation lies now, if there was one.
    pub set_aside: Option<PathBuf>,
}

/// Puts the installation of the archive `from` into the folder `data`. One that is there already is set aside when
/// `force` says so.
///
/// # Errors
/// [`Code::BadConfig`] when `data` is in use by a running server or holds an installation and `force` is not given;
/// [`Code::InvalidInput`] when the archive is damaged, of a newer program, or no backup. Nothing has changed then.
pub async fn restore(from: &Path, data: &Path, force: bool) -> Result<Restored> {
    let file = File::open(from).map_err(|e| Error::from(e).at(from.display()))?;
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(|e| damaged(from, e))?;
    let manifest = manifest_of(&mut archive, from)?;

    if Index::in_use(&data.join(INDEX_FOLDER)) {
        let detail = format!("a server is running on {}: stop it first", data.display());
        return Err(Error::new(Code::BadConfig, detail));
    }
    let occupied = data.join(DATABASE_FILE).exists();
    if occupied && !force {
        let detail = format!(
            "{} holds an installation; with --force it is set aside inside that folder",
            data.display()
        );
        return Err(Error::new(Code::BadConfig, detail));
    }
    let stamp = Timestamp::now().strftime("%Y%m%d-%H%M%S").to_string();
    let unpacked = data.join(format!("{RESTORING}{stamp}"));
    fs::create_dir_all(&unpacked).map_err(|e| Error::from(e).at(unpacked.display()))?;
    let checked = async {
        unpack(&mut archive, &manifest, &unpacked, from)?;
        // Opening brings the tables up to date, or says that a newer version wrote them.
        Db::open(&unpacked.join(DATABASE_FILE)).await?.close().await;
        Ok(())
    }
    .await;
    if let Err(e) = checked {
        fs::remove_dir_all(&unpacked).map_err(|e| Error::from(e).at(unpacked.display()))?;
        return Err(e);
    }

    let aside = data.join(format!("{SET_ASIDE}{stamp}"));
    let set_aside =
        move_all(data, &aside, |name| !name.starts_with(RESTORING) && !name.starts_with(SET_ASIDE))?;
    move_all(&unpacked, data, |_| true)?;
    fs::remove_dir(&unpacked).map_err(|e| Error::from(e).at(unpacked.display()))?;
    Ok(Restored { manifest, set_aside: set_aside.then_some(aside) })
}

fn manifest_of(archive: &mut ZipArchive<BufReader<File>>, from: &Path) -> Result<Manifest> {
    let entry = archive.by_name(MANIFEST).map_err(|e| damaged(from, e))?;
    let entry = std::io::Read::take(entry, LONGEST_MANIFEST);
    let manifest: Manifest = serde_json::from_reader(entry).map_err(|e| damaged(from, e))?;
    if manifest.format != FORMAT {
        let detail = format!(
            "{} was written by version {} in format {}; this version reads format {FORMAT}",
            from.display(),
            manifest.version,
            manifest.format
        );
        return Err(Error::invalid(detail));
    }
    if !manifest.files.iter().any(|file| file.path == DATABASE_FILE) {
        return Err(damaged(from, "it has no database"));
    }
    let safe = |path: &str| {
        !path.is_empty() && Path::new(path).components().all(|part| matches!(part, Component::Normal(_)))
    };
    match manifest.files.iter().find(|file| !safe(&file.path)) {
        Some(bad) => Err(damaged(from, format!("the path {:?} leads out of the folder", bad.path))),
        None => Ok(manifest),
    }
}

/// Writes every file of the manifest below `to` and compares sizes and sums.
fn unpack(
    archive: &mut ZipArchive<BufReader<File>>,
    manifest: &Manifest,
    to: &Path,
    from: &Path,
) -> Result<()> {
    for file in &manifest.files {
        let path = to.join(&file.path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(|e| Error::from(e).at(folder.display()))?;
        }
        let entry = archive.by_name(&file.path).map_err(|e| damaged(from, e))?;
        let mut out = File::create(&path).map_err(|e| Error::from(e).at(path.display()))?;
        // One byte more than there should be is enough to know.
        let (sha256, bytes) = checksum::of_copied(std::io::Read::take(entry, file.bytes + 1), &mut out)
            .map_err(|e| damaged(from, format!("{}: {e}", file.path)))?;
        if (bytes, &sha256) != (file.bytes, &file.sha256) {
            return Err(damaged(from, format!("{} is not what was written", file.path)));
        }
        out.sync_all().map_err(|e| Error::from(e).at(path.display()))?;
    }
    Ok(())
}

/// Moves the entries of `from` that `chosen` names into `to`; whether there were any.
fn move_all(from: &Path, to: &Path, chosen: impl Fn(&str) -> bool) -> Result<bool> {
    let mut moved = false;
    for entry in fs::read_dir(from).map_err(|e| Error::from(e).at(from.display()))? {
        let entry = entry?;
        if !chosen(&entry.file_name().to_string_lossy()) {
            continue;
        }
        fs::create_dir_all(to).map_err(|e| Error::from(e).at(to.display()))?;
        fs::rename(entry.path(), to.join(entry.file_name()))
            .map_err(|e| Error::from(e).at(entry.path().display()))?;
        moved = true;
    }
    Ok(moved)
}

fn damaged(from: &Path, why: impl std::fmt::Display) -> Error {
    let detail = format!("{} is no whole backup: {why}; nothing was changed", from.display());
    Error::invalid(detail)
}
