//! Folders on the server: which may be looked into, and what is in them.

use std::path::{Path, PathBuf};

use crate::knowledge::readers::is_named_as_document;

/// Most files of a folder, and how deep it is looked into.
const MOST_FILES: usize = 10_000;
const DEEPEST: usize = 16;

/// The real folder, if it lies in one that the configuration names.
pub fn inside(folder: &Path, roots: &[PathBuf]) -> Result<PathBuf, String> {
    let shown = folder.display();
    if roots.is_empty() {
        return Err(
            "no folder may be imported: name those that may in knowledge.folders of the configuration".into(),
        );
    }
    let real = folder.canonicalize().map_err(|e| format!("{shown} cannot be opened: {e}"))?;
    let allowed = roots.iter().filter_map(|root| root.canonicalize().ok()).any(|root| real.starts_with(root));
    if !allowed {
        return Err(format!("{shown} does not lie in one of knowledge.folders of the configuration"));
    }
    if !real.is_dir() {
        return Err(format!("{shown} is no folder"));
    }
    Ok(real)
}

/// Names, below `folder`, of the files that are named as documents. Hidden ones and links are passed by.
pub fn files_below(folder: &Path) -> Result<Vec<String>, String> {
    let mut names = Vec::new();
    let mut waiting = vec![(folder.to_owned(), 0)];
    while let Some((place, depth)) = waiting.pop() {
        let entries = std::fs::read_dir(&place).map_err(|e| format!("{}: {e}", place.display()))?;
        for entry in entries {
            let entry = entry.map_err(|e| format!("{}: {e}", place.display()))?;
            let kind = entry.file_type().map_err(|e| format!("{}: {e}", entry.path().display()))?;
            if entry.file_name().to_string_lossy().starts_with('.') {
                continue;
            }
            if kind.is_dir() && depth < DEEPEST {
                waiting.push((entry.path(), depth + 1));
                continue;
            }
            let path = entry.path();
            let below = path.strip_prefix(folder).unwrap_or(&path);
            let name: Vec<_> = below.iter().map(|part| part.to_string_lossy()).collect();
            let name = name.join("/");
            if kind.is_file() && is_named_as_document(&name) {
                names.push(name);
            }
            if names.len() > MOST_FILES {
                return Err(format!("more than {MOST_FILES} documents: make sources of the folders in it"));
            }
        }
    }
    names.sort();
    Ok(names)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn only_folders_that_are_named_are_looked_into() {
        let dir = tempfile::tempdir().unwrap();
        let (inner, outer) = (dir.path().join("in"), dir.path().join("out"));
        std::fs::create_dir_all(inner.join("deep/.hidden")).unwrap();
        std::fs::create_dir_all(&outer).unwrap();
        for name in ["a.md", "deep/b.txt", "deep/c.exe", "deep/.hidden/d.md"] {
            std::fs::write(inner.join(name), "x").unwrap();
        }
        let roots = vec![inner.clone()];
        assert_eq!(files_below(&inside(&inner, &roots).unwrap()).unwrap(), ["a.md", "deep/b.txt"]);
        assert!(inside(&inner.join("deep"), &roots).is_ok());
        for bad in [outer, inner.join("../out"), inner.join("a.md"), inner.join("nothing")] {
            assert!(inside(&bad, &roots).is_err(), "{}", bad.display());
        }
        assert!(inside(&inner, &[]).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn a_link_leads_nowhere() {
        let dir = tempfile::tempdir().unwrap();
        let (inner, outer) = (dir.path().join("in"), dir.path().join("out"));
        std::fs::create_dir_all(&inner).unwrap();
        std::fs::create_dir_all(&outer).unwrap();
        std::fs::write(outer.join("secret.md"), "x").unwrap();
        std::os::unix::fs::symlink(&outer, inner.join("link")).unwrap();
        std::os::unix::fs::symlink(outer.join("secret.md"), inner.join("link.md")).unwrap();
        assert!(files_below(&inner).unwrap().is_empty());
        assert!(inside(&inner.join("link"), std::slice::from_ref(&inner)).is_err());
    }
}
