//! Bringing an encoder in: from a folder as Hugging Face publishes it, from its download cache, or from a GGUF file.
//!
//! A model is loaded and tried before anything is kept, then copied into a folder of its own under a temporary name
//! and renamed, so that a model in the library is always whole.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::error::{Code, Error, Result};

use super::blob::Blob;
use super::files::{CHECKSUM_FILE, CONFIG_FILE, ModelFiles, PROFILE_FILE, TOKENIZER_FILE, is_weight_file};
use super::library::{Library, ModelInfo, check_name, describe, sha256};
use super::model::{Model, kernel};
use super::profile::{Pooling, Profile};
use super::{Prefix, Want, gguf};

/// What the person who imports says about the model; the rest is found in its files.
#[derive(Clone, Debug, Default)]
pub struct ImportOptions {
    /// Name in the library; otherwise taken from the file or folder.
    pub name: Option<String>,
    pub pooling: Option<Pooling>,
    pub query_prefix: Option<String>,
    pub passage_prefix: Option<String>,
    /// Replace a model of the same name.
    pub replace: bool,
}

/// Brings the model at `source` into `library`.
pub fn import(library: &Library, source: &Path, options: &ImportOptions) -> Result<ModelInfo> {
    let found = Found::at(source)?;
    let name = options.name.clone().unwrap_or_else(|| found.name.clone());
    check_name(&name)?;
    let target = library.folder_of(&name);
    if name == super::builtin::NAME || (target.exists() && !options.replace) {
        let detail = format!("there is a model {name:?} already; give another --name, or --replace it");
        return Err(Error::new(Code::Conflict, detail));
    }
    let (config, pooling) = found.config()?;
    let profile = found.profile(&name, pooling, options)?;
    let tokenizer = found.beside(TOKENIZER_FILE).ok_or_else(|| {
        let detail = format!("{} has no {TOKENIZER_FILE} beside it; fetch it too", found.weights.display());
        Error::new(Code::BadModel, detail)
    })?;

    let parent = target.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(parent).map_err(|e| Error::from(e).at(parent.display()))?;
    let temporary = tempfile::Builder::new().prefix(".importing-").tempdir_in(parent)?;
    let staging = temporary.path().join("new");
    fs::create_dir(&staging)?;
    let weight_file = format!("model.{}", found.extension());
    let keep = |name: &str, bytes: &[u8]| fs::write(staging.join(name), bytes);
    keep(CONFIG_FILE, &config)?;
    keep(PROFILE_FILE, &to_json(&profile)?)?;
    fs::copy(&tokenizer, staging.join(TOKENIZER_FILE))?;
    fs::copy(&found.weights, staging.join(&weight_file))?;
    let mut sums = String::new();
    for file in [weight_file.as_str(), TOKENIZER_FILE, CONFIG_FILE, PROFILE_FILE] {
        let sum = sha256(&Blob::open(&staging.join(file))?)?;
        sums.push_str(&format!("{sum}  {file}\n"));
    }
    keep(CHECKSUM_FILE, sums.as_bytes())?;
    try_out(&ModelFiles::in_folder(&staging)?)?;

    if target.exists() {
        fs::rename(&target, temporary.path().join("old")).map_err(|e| Error::from(e).at(target.display()))?;
    }
    fs::rename(&staging, &target).map_err(|e| Error::from(e).at(target.display()))?;
    describe(&ModelFiles::in_folder(&target)?, Some(&target))
}

/// Loads the model and encodes a text with it.
fn try_out(files: &ModelFiles) -> Result<()> {
    let model = Model::load(files, kernel()?)?;
    let tokens = model.tokeniser.tokenise(model.prefix(Prefix::Query), "退货 return 123")?;
    let encoded = model.encode(&[tokens], &[Want::VECTOR], &mut || {})?;
    if encoded.iter().any(|e| e.vector.iter().any(|x| !x.is_finite())) {
        let detail = "the model gives numbers that are not finite; its weights are damaged";
        return Err(Error::new(Code::BadModel, detail));
    }
    Ok(())
}

/// A model found at the source.
#[derive(Debug)]
struct Found {
    name: String,
    weights: PathBuf,
}

impl Found {
    fn at(source: &Path) -> Result<Self> {
        if source.is_file() {
            if !is_weight_file(&source.to_string_lossy()) {
                let detail = format!(
                    "{} is no model file; give a .gguf or .safetensors file, or the folder of a model",
                    source.display()
                );
                return Err(Error::new(Code::UnsupportedFormat, detail));
            }
            let name = source.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
            let name = match (name.as_str(), source.parent().and_then(Path::file_name)) {
                ("model", Some(folder)) => folder.to_string_lossy().into_owned(),
                _ => name,
            };
            return Ok(Self { name: clean(&name), weights: source.to_owned() });
        }
        if !source.is_dir() {
            return Err(Error::new(
                Code::NotFound,
                format!("there is no file or folder {}", source.display()),
            ));
        }
        if source.join("snapshots").is_dir() {
            return Self::in_cache(source);
        }
        let name =
            source.canonicalize().ok().and_then(|p| Some(p.file_name()?.to_string_lossy().into_owned()));
        Self::in_folder(source, clean(&name.unwrap_or_default()))
    }

    /// `models--owner--name`, as Hugging Face's tools keep downloads: `refs/main` names the folder in `snapshots`.
    fn in_cache(folder: &Path) -> Result<Self> {
        let revision = fs::read_to_string(folder.join("refs/main")).map_err(|e| {
            let detail =
                format!("{}: refs/main cannot be read ({e}); give a folder in snapshots", folder.display());
            Error::new(Code::BadModel, detail).with_source(e)
        })?;
        let name = folder.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let name = name.rsplit("--").next().unwrap_or(&name);
        Self::in_folder(&folder.join("snapshots").join(revision.trim()), clean(name))
    }

    fn in_folder(folder: &Path, name: String) -> Result<Self> {
        let entries = fs::read_dir(folder).map_err(|e| Error::from(e).at(folder.display()))?;
        let mut files: Vec<PathBuf> = entries.filter_map(|e| Some(e.ok()?.path())).collect();
        files.sort();
        let mut weights = files.iter().filter(|path| is_weight_file(&path.to_string_lossy()));
        let named_model = files.iter().find(|path| path.ends_with("model.safetensors"));
        match (named_model.or_else(|| weights.clone().next()), weights.nth(1)) {
            (Some(weights), None) => Ok(Self { name, weights: weights.clone() }),
            (Some(weights), Some(_)) if named_model.is_some() => Ok(Self { name, weights: weights.clone() }),
            (Some(_), Some(_)) => {
                let detail = format!("{} holds several model files; name one of them", folder.display());
                Err(Error::new(Code::BadModel, detail))
            }
            (None, _) => {
                let pickled = files.iter().any(|p| p.extension().is_some_and(|e| e == "bin" || e == "pt"));
                let what = if pickled {
                    "only a pickled PyTorch file, which is not read because it can run code; \
                     fetch or convert the model as safetensors"
                } else {
                    "no .safetensors or .gguf file"
                };
                Err(Error::new(Code::BadModel, format!("{} holds {what}", folder.display())))
            }
        }
    }

    /// The model's `config.json`: a GGUF file carries its own, other weights have it beside them.
    fn config(&self) -> Result<(Vec<u8>, Option<Pooling>)> {
        if self.extension() == "gguf"
            && let Some(told) = gguf::config(&Blob::open(&self.weights)?)?
        {
            return Ok(told);
        }
        let path = self.beside(CONFIG_FILE).ok_or_else(|| {
            let detail = format!("{} has no {CONFIG_FILE} beside it; fetch it too", self.weights.display());
            Error::new(Code::BadModel, detail)
        })?;
        Ok((fs::read(path)?, None))
    }

    fn extension(&self) -> String {
        self.weights.extension().map(|e| e.to_string_lossy().into_owned()).unwrap_or_default()
    }

    /// A file in the same folder as the weights.
    fn beside(&self, name: &str) -> Option<PathBuf> {
        Some(self.weights.parent()?.join(name)).filter(|path| path.is_file())
    }

    /// How the model wants to be used: what the person says, else what its files say, else the usual.
    fn profile(&self, name: &str, pooling: Option<Pooling>, options: &ImportOptions) -> Result<Profile> {
        let own = match self.beside(PROFILE_FILE) {
            Some(path) => Some(Profile::from_json(&fs::read(path)?)?),
            None => None,
        };
        let own = own.unwrap_or_else(|| self.published_profile());
        Ok(Profile {
            name: name.to_owned(),
            pooling: options.pooling.or(pooling).unwrap_or(own.pooling),
            query_prefix: options.query_prefix.clone().unwrap_or(own.query_prefix),
            passage_prefix: options.passage_prefix.clone().unwrap_or(own.passage_prefix),
            source: own.source,
            licence: own.licence,
        })
    }

    /// What the files of the sentence-transformers library say beside the weights.
    fn published_profile(&self) -> Profile {
        let json = |name: &str| -> Value {
            let bytes = self.beside(name).and_then(|path| fs::read(path).ok()).unwrap_or_default();
            serde_json::from_slice(&bytes).unwrap_or_default()
        };
        let pooling = match json("1_Pooling/config.json")["pooling_mode_cls_token"].as_bool() {
            Some(true) => Pooling::Cls,
            _ => Pooling::Mean,
        };
        let prompts = json("config_sentence_transformers.json")["prompts"].take();
        let prompt = |names: &[&str], e5: &str| -> String {
            let told = names.iter().find_map(|name| prompts[*name].as_str());
            // The E5 family was trained with these words; its files do not say so.
            told.unwrap_or(if self.name.contains("e5") { e5 } else { "" }).to_owned()
        };
        Profile {
            name: self.name.clone(),
            pooling,
            query_prefix: prompt(&["query"], "query: "),
            passage_prefix: prompt(&["passage", "document"], "passage: "),
            source: self.weights.display().to_string(),
            licence: String::new(),
        }
    }
}

/// A name for the library out of a file name.
fn clean(name: &str) -> String {
    let kept = name.chars().map(|c| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '-' });
    kept.collect::<String>().trim_matches(['.', '-']).to_ascii_lowercase()
}

fn to_json(profile: &Profile) -> Result<Vec<u8>> {
    serde_json::to_vec_pretty(profile)
        .map_err(|e| Error::internal("encoder.json could not be written").with_source(e))
}
