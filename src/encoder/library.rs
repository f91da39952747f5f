//! The models of this installation: the built-in one and those in `DATA/models`, a folder each.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::error::{Code, Error, Result};
use crate::text;

use super::architecture::Architecture;
use super::blob::Blob;
use super::builtin;
use super::files::{CHECKSUM_FILE, ModelFiles, parse_sums};
use super::profile::{Pooling, Profile};

/// What is known of an installed model without loading it.
#[derive(Clone, Debug, Serialize)]
pub struct ModelInfo {
    pub name: String,
    /// Whether it is part of the program.
    pub builtin: bool,
    /// Folder of the model; none for the built-in one.
    pub folder: Option<PathBuf>,
    pub dim: usize,
    pub layers: usize,
    pub vocabulary: usize,
    pub max_tokens: usize,
    pub pooling: Pooling,
    pub bytes: u64,
    pub source: String,
    pub licence: String,
}

/// Whether a file of a model is what it was when the model came in.
#[derive(Clone, Debug, Serialize)]
pub struct FileCheck {
    pub model: String,
    pub file: String,
    pub ok: bool,
    /// What is wrong and what to do; empty when nothing is.
    pub detail: String,
}

/// The models of one installation.
#[derive(Clone, Debug)]
pub struct Library {
    folder: PathBuf,
}

impl Library {
    /// The library in `folder`, usually `DATA/models`. The folder need not exist yet.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// Where the model `name` is or would be.
    pub fn folder_of(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The files of the imported model `name`.
    pub fn files(&self, name: &str) -> Result<ModelFiles> {
        check_name(name)?;
        if name == builtin::NAME {
            return builtin::files();
        }
        let folder = self.folder_of(name);
        if !folder.is_dir() {
            let detail =
                format!("there is no model {name:?} in {}; see `zhike model list`", self.folder.display());
            return Err(Error::new(Code::BadModel, detail));
        }
        ModelFiles::in_folder(&folder)
    }

    /// The files of the model `name`, or of the built-in one where none is named.
    pub fn files_or_builtin(&self, name: Option<&str>) -> Result<ModelFiles> {
        self.files(name.unwrap_or(builtin::NAME))
    }

    /// Every model, the built-in one first. One that cannot be read is listed as an error with its name.
    pub fn list(&self) -> Result<Vec<Result<ModelInfo>>> {
        let mut models = vec![describe(&builtin::files()?, None)];
        for name in self.names()? {
            let folder = self.folder_of(&name);
            let info = ModelFiles::in_folder(&folder).and_then(|files| describe(&files, Some(&folder)));
            models.push(info.map_err(|e| e.at(&name)));
        }
        Ok(models)
    }

    /// Names of all models, the built-in one first.
    pub fn all_names(&self) -> Result<Vec<String>> {
        let mut names = vec![builtin::NAME.to_owned()];
        names.extend(self.names()?);
        Ok(names)
    }

    /// Names of the imported models, in order.
    fn names(&self) -> Result<Vec<String>> {
        let entries = match fs::read_dir(&self.folder) {
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.map_err(|e| Error::from(e).at(self.folder.display()))?,
        };
        let mut names = Vec::new();
        for entry in entries {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if entry.path().is_dir() && check_name(&name).is_ok() {
                names.push(name);
            }
        }
        names.sort();
        Ok(names)
    }

    /// Compares every file of the model `name` with its checksum.
    pub fn verify(&self, name: &str) -> Result<Vec<FileCheck>> {
        check_name(name)?;
        if name == builtin::NAME {
            return Ok(builtin::blobs()
                .iter()
                .map(|blob| check(name, &blob.name(), builtin::SUMS, blob))
                .collect());
        }
        let folder = self.folder_of(name);
        let sums = fs::read_to_string(folder.join(CHECKSUM_FILE)).map_err(|e| {
            let detail = format!("the model {name:?} has no readable {CHECKSUM_FILE}: {e}; import it again");
            Error::new(Code::BadModel, detail).with_source(e)
        })?;
        let files = parse_sums(&sums);
        if files.is_empty() {
            let detail = format!("{CHECKSUM_FILE} of the model {name:?} names no file; import it again");
            return Err(Error::new(Code::BadModel, detail));
        }
        let checks = files.iter().map(|(_, file)| match Blob::open(&folder.join(file)) {
            Ok(blob) => check(name, file, &sums, &blob),
            Err(e) => FileCheck { model: name.into(), file: file.clone(), ok: false, detail: e.to_string() },
        });
        Ok(checks.collect())
    }
}

/// Names are folder names: letters, digits, dot, dash and underscore, not beginning with a dot.
pub fn check_name(name: &str) -> Result<()> {
    let fits = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    if name.is_empty() || name.len() > 80 || name.starts_with('.') || !name.chars().all(fits) {
        let detail =
            format!("{name:?} is no name for a model: use letters, digits, dots, dashes and underscores");
        return Err(Error::invalid(detail));
    }
    Ok(())
}

/// The checksum of a file as lower-case hexadecimal.
pub(super) fn sha256(blob: &Blob) -> Result<String> {
    let mut hasher = Sha256::new();
    let mut reader = blob.reader();
    let mut piece = vec![0; 1 << 20];
    loop {
        let n = reader.read(&mut piece).map_err(|e| Error::from(e).at(blob.name()))?;
        if n == 0 {
            return Ok(text::hex(&hasher.finalize()));
        }
        hasher.update(&piece[..n]);
    }
}

fn check(model: &str, file: &str, sums: &str, blob: &Blob) -> FileCheck {
    let expected = parse_sums(sums).into_iter().find(|(_, name)| name == file).map(|(sum, _)| sum);
    let detail = match (expected, sha256(blob)) {
        (Some(expected), Ok(sum)) if expected == sum => String::new(),
        (Some(expected), Ok(sum)) => {
            format!("sha256 is {sum}, must be {expected}; the file was changed or damaged, import it again")
        }
        (None, _) => format!("{CHECKSUM_FILE} does not name it"),
        (_, Err(e)) => e.to_string(),
    };
    FileCheck { model: model.into(), file: file.into(), ok: detail.is_empty(), detail }
}

pub(super) fn describe(files: &ModelFiles, folder: Option<&Path>) -> Result<ModelInfo> {
    let profile = Profile::from_json(&files.profile.read_all()?)?;
    let architecture =
        Architecture::from_config_json(&files.config.read_all()?).map_err(|e| e.at(files.config.name()))?;
    Ok(ModelInfo {
        name: profile.name,
        builtin: folder.is_none(),
        folder: folder.map(Path::to_owned),
        dim: architecture.hidden,
        layers: architecture.layers,
        vocabulary: architecture.vocabulary,
        max_tokens: architecture.max_tokens,
        pooling: profile.pooling,
        bytes: files.weights.len() + files.tokenizer.len(),
        source: profile.source,
        licence: profile.licence,
    })
}
