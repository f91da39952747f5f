//! The model carried in the program, so that a copied binary works alone.

use crate::error::{Error, Result};

use super::blob::Blob;
use super::files::{ModelFiles, is_weight_file, parse_sums};

/// A static has one place in the program; a constant would stand in it once for every use.
macro_rules! embed {
    ($name:literal) => {{
        static BYTES: &[u8] =
            include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/models/zhike-encoder-zh-en/", $name));
        Blob::Embedded { name: $name, bytes: BYTES }
    }};
}

/// The checksums published beside the embedded files.
pub(super) const SUMS: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/models/zhike-encoder-zh-en/SHA256SUMS"));

/// Name of the embedded model.
pub(super) const NAME: &str = "zhike-encoder-zh-en";

/// The embedded files.
pub(super) fn blobs() -> [Blob; 4] {
    [
        embed!("zhike-encoder-zh-en-q8_0.gguf"),
        embed!("tokenizer.json"),
        embed!("config.json"),
        embed!("encoder.json"),
    ]
}

/// The embedded model.
pub(super) fn files() -> Result<ModelFiles> {
    let weights = parse_sums(SUMS).into_iter().find(|(_, name)| is_weight_file(name));
    let (weights_sha256, _) =
        weights.ok_or_else(|| Error::internal("the embedded model has no checksum of its weights"))?;
    let [weights, tokenizer, config, profile] = blobs();
    Ok(ModelFiles { weights, tokenizer, config, profile, weights_sha256 })
}
