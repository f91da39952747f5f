//! Labelled examples in files: those of a shop, or those that are named.

use std::path::{Path, PathBuf};

use crate::error::{Code, Error, Result};
use crate::nlu::examples::{self, TrainingData};

/// Where a shop's examples lie, inside the folder of its settings.
const FOLDER: &str = "nlu";

/// The examples of the named files together.
pub fn examples_of_files(files: &[PathBuf]) -> Result<TrainingData> {
    let mut data = TrainingData::default();
    for path in files {
        let bytes = std::fs::read(path).map_err(|e| {
            Error::new(Code::BadConfig, format!("{}: the file cannot be read: {e}", path.display()))
        })?;
        let beside = |name: &str| std::fs::read_to_string(path.parent()?.join(name)).ok();
        data.merge(examples::read(&path.display().to_string(), &bytes, &beside)?);
    }
    Ok(data)
}

/// The examples of a shop: every .jsonl and .yml file of its folder `nlu`, in the order of their names. A shop without
/// such files has none.
pub fn examples_of_shop(settings: &Path) -> Result<TrainingData> {
    let is_examples = |path: &PathBuf| {
        path.extension().and_then(|e| e.to_str()).is_some_and(|e| matches!(e, "jsonl" | "yml" | "yaml"))
    };
    let entries = std::fs::read_dir(settings.join(FOLDER)).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(is_examples).collect();
    files.sort();
    examples_of_files(&files)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_examples_in_the_shops_folder_is_read_and_nothing_else() {
        let shop = tempfile::tempdir().unwrap();
        assert!(examples_of_shop(shop.path()).unwrap().examples.is_empty());
        std::fs::create_dir(shop.path().join("nlu")).unwrap();
        std::fs::write(shop.path().join("nlu/a.jsonl"), "{\"text\":\"hi\",\"intent\":\"greet\"}\n").unwrap();
        std::fs::write(shop.path().join("nlu/b.yml"), "nlu:\n- intent: bye\n  examples: |\n    - bye\n")
            .unwrap();
        std::fs::write(shop.path().join("nlu/notes.txt"), "not read").unwrap();
        assert_eq!(examples_of_shop(shop.path()).unwrap().examples.len(), 2);
    }

    #[test]
    fn a_bad_line_is_named_with_its_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bad.jsonl");
        std::fs::write(&path, "{\"text\":\"\",\"intent\":\"a\"}").unwrap();
        let error = examples_of_files(std::slice::from_ref(&path)).unwrap_err();
        assert_eq!(error.detail(), format!("{}: line 1: `text` is empty", path.display()));
    }
}
