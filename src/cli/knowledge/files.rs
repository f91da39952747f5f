//! Which files a list of paths stands for, and what their documents will be called.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// A file to be imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub path: PathBuf,
    /// Name of its document.
    pub name: String,
    /// Whether somebody named this very file; otherwise it was met in a folder.
    pub named: bool,
}

/// The files that `paths` stand for, in order; folders are walked to the bottom. A document is named by its file
/// name; where that occurs more than once, by the path below the folder that was given.
pub fn collect(paths: &[PathBuf]) -> Result<Vec<Found>> {
    let mut met: Vec<(PathBuf, PathBuf, bool)> = Vec::new();
    for path in paths {
        let kind = fs::metadata(path).map_err(|e| Error::from(e).at(path.display()))?;
        if kind.is_dir() {
            for file in walk(path)? {
                met.push((file, path.clone(), false));
            }
        } else {
            let parent = path.parent().map(Path::to_owned).unwrap_or_default();
            met.push((path.clone(), parent, true));
        }
    }
    let mut times: HashMap<String, usize> = HashMap::new();
    for (file, ..) in &met {
        *times.entry(file_name(file)).or_default() += 1;
    }
    let files = met.into_iter().map(|(path, root, named)| {
        let short = file_name(&path);
        let name = if times.get(&short) == Some(&1) { short } else { path_below(&path, &root) };
        Found { path, name, named }
    });
    Ok(files.collect())
}

/// The files below a folder by path; without hidden ones, without what office programs leave beside open files, and
/// without following links to folders.
fn walk(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).map_err(|e| Error::from(e).at(folder.display()))?;
    let mut paths = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|e| Error::from(e).at(folder.display()))?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if !name.starts_with('.') && !name.starts_with("~$") {
            paths.push(entry.path());
        }
    }
    paths.sort();
    let mut files = Vec::new();
    for path in paths {
        if path.is_file() {
            files.push(path);
        } else if path.is_dir() && !path.is_symlink() {
            files.extend(walk(&path)?);
        }
    }
    Ok(files)
}

fn file_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn path_below(path: &Path, root: &Path) -> String {
    let below = path.strip_prefix(root).unwrap_or(path);
    below.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_walked_and_equal_names_are_told_apart_by_their_path() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path();
        for file in ["b.md", "a/x.md", "c/x.md", "c/d/e.txt", ".git/config", "c/.hidden.md", "c/~$draft.docx"]
        {
            let path = root.join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "text").unwrap();
        }
        let found = collect(&[root.to_owned()]).unwrap();
        let names: Vec<_> = found.iter().map(|f| f.name.as_str()).collect();
        assert_eq!(names, ["a/x.md", "b.md", "e.txt", "c/x.md"]);
        assert!(found.iter().all(|f| !f.named));
    }

    #[test]
    fn a_path_that_is_not_there_is_named() {
        let error = collect(&["/no/such/folder".into()]).unwrap_err();
        assert!(error.detail().contains("/no/such/folder"));
    }
}
