//! The files of one model: where they are, and which model they are.

use std::path::Path;

use crate::error::{Code, Error, Result};

use super::blob::Blob;

/// Names of the files in a model's folder. The weights are one of [`WEIGHT_FILES`].
pub const CONFIG_FILE: &str = "config.json";
pub const TOKENIZER_FILE: &str = "tokenizer.json";
pub const PROFILE_FILE: &str = "encoder.json";
pub const CHECKSUM_FILE: &str = "SHA256SUMS";
/// Extensions that weights may have.
pub const WEIGHT_EXTENSIONS: [&str; 2] = ["gguf", "safetensors"];

/// The four files an encoder is made of, and the checksum that identifies its weights.
#[derive(Clone, Debug)]
pub struct ModelFiles {
    pub(super) weights: Blob,
    pub(super) tokenizer: Blob,
    pub(super) config: Blob,
    pub(super) profile: Blob,
    pub(super) weights_sha256: String,
}

impl ModelFiles {
    /// Copies weights and architecture into `folder`, under the names other programs know.
    pub fn unpack(&self, folder: &Path) -> Result<()> {
        let weights =
            if self.weights.read(0, 4)?.as_ref() == b"GGUF" { "model.gguf" } else { "model.safetensors" };
        for (blob, name) in [(&self.weights, weights), (&self.config, "config.json")] {
            let path = folder.join(name);
            let bytes = blob.read(0, blob.len() as usize)?;
            std::fs::write(&path, bytes).map_err(|e| Error::from(e).at(path.display()))?;
        }
        Ok(())
    }

    /// The model in `folder`, as `zhike model import` lays it out.
    pub fn in_folder(folder: &Path) -> Result<Self> {
        let sums = std::fs::read_to_string(folder.join(CHECKSUM_FILE)).map_err(|e| {
            let detail = format!(
                "there is no model in {} (its {CHECKSUM_FILE} cannot be read: {e}); bring one with `zhike model import`",
                folder.display()
            );
            Error::new(Code::BadModel, detail).with_source(e)
        })?;
        let (weights_sha256, weights) =
            parse_sums(&sums).into_iter().find(|(_, name)| is_weight_file(name)).ok_or_else(|| {
                let detail = format!("{CHECKSUM_FILE} of {} names no weights", folder.display());
                Error::new(Code::BadModel, detail)
            })?;
        Ok(Self {
            weights: Blob::open(&folder.join(weights))?,
            tokenizer: Blob::open(&folder.join(TOKENIZER_FILE))?,
            config: Blob::open(&folder.join(CONFIG_FILE))?,
            profile: Blob::open(&folder.join(PROFILE_FILE))?,
            weights_sha256,
        })
    }
}

/// Whether a file of this name holds weights.
pub fn is_weight_file(name: &str) -> bool {
    let extension = Path::new(name).extension().and_then(|e| e.to_str());
    extension.is_some_and(|e| WEIGHT_EXTENSIONS.contains(&e))
}

/// The lines of a `SHA256SUMS` file as (sum, file name); names that lead out of the folder are left out.
pub fn parse_sums(text: &str) -> Vec<(String, String)> {
    let pairs = text.lines().filter_map(|line| line.split_once("  "));
    let pairs = pairs.filter(|(sum, name)| sum.len() == 64 && !name.contains(['/', '\\']));
    pairs.map(|(sum, name)| (sum.to_ascii_lowercase(), name.trim().to_owned())).collect()
}
