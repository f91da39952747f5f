//! Tensors of a model file by name, whatever the file format: GGUF or safetensors.
//!
//! Names are those of Hugging Face's BERT without the prefix (`bert.`, `roberta.`) that some files put before them.
//! Tensors are read one at a time and given out as f32, so that loading never holds a second copy of the model.

use std::collections::HashMap;

use candle_core::DType;
use safetensors::Dtype;
use safetensors::tensor::Metadata;

use crate::error::{Code, Error, Result};

use super::blob::Blob;
use super::gguf;
use super::numbers::{Storage, to_f32};

/// The tensors of one model file.
#[derive(Debug)]
pub struct Weights {
    blob: Blob,
    entries: HashMap<String, Entry>,
    prefix: String,
}

/// Where a tensor lies in its file and how it is stored.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub storage: Storage,
    pub shape: Vec<usize>,
    pub offset: u64,
    pub bytes: usize,
}

/// Every model of the family has one of these; its name shows the prefix of all names.
const EMBEDDING_NORM: [&str; 2] = ["embeddings.LayerNorm.weight", "embeddings.LayerNorm.gamma"];

impl Weights {
    /// Reads the table of contents of `blob`; the format is recognised by its first bytes.
    pub fn open(blob: Blob) -> Result<Self> {
        let entries = match blob.read(0, 4)?.as_ref() {
            b"GGUF" => gguf::entries(&blob),
            _ => safetensors_entries(&blob),
        };
        let entries = entries.map_err(|e| e.at(blob.name()))?;
        let before =
            |name: &String| EMBEDDING_NORM.iter().find_map(|norm| Some(name.strip_suffix(norm)?.to_owned()));
        let Some(prefix) = entries.keys().find_map(before) else {
            let [norm, _] = EMBEDDING_NORM;
            let detail = format!("{}: there is no tensor {norm}; this is not a BERT encoder", blob.name());
            return Err(Error::new(Code::BadModel, detail));
        };
        Ok(Self { blob, entries, prefix })
    }

    /// The tensor `name` as f32 in row-major order; its shape must be `shape`.
    pub fn load(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>> {
        let mut values = Vec::new();
        self.append(name, shape, &mut values)?;
        Ok(values)
    }

    /// As [`Weights::load`], behind what is in `to` already.
    pub fn append(&self, name: &str, shape: &[usize], to: &mut Vec<f32>) -> Result<()> {
        let entry = self.entry(name)?;
        if entry.shape != shape {
            let detail = format!(
                "{}: tensor {name} has shape {:?}, but by config.json it must be {shape:?}",
                self.blob.name(),
                entry.shape
            );
            return Err(Error::new(Code::BadModel, detail));
        }
        let bytes = self.blob.read(entry.offset, entry.bytes)?;
        let start = to.len();
        to.resize(start + shape.iter().product::<usize>(), 0.0);
        to_f32(&bytes, entry.storage, &mut to[start..]).map_err(|e| self.broken(name, e))
    }

    /// Whether the file has a tensor of this name.
    pub fn has(&self, name: &str) -> bool {
        self.entry(name).is_ok()
    }

    /// Number of rows of the table `name`.
    pub fn rows(&self, name: &str) -> Result<usize> {
        Ok(self.entry(name)?.shape.first().copied().unwrap_or(0))
    }

    pub(super) fn blob(&self) -> &Blob {
        &self.blob
    }

    pub(super) fn entry(&self, name: &str) -> Result<&Entry> {
        let full = format!("{}{name}", self.prefix);
        // Files converted from the first TensorFlow release call LayerNorm's parameters gamma and beta.
        let old =
            full.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta");
        self.entries.get(&full).or_else(|| self.entries.get(&old)).ok_or_else(|| {
            Error::new(Code::BadModel, format!("{}: the tensor {full} is missing", self.blob.name()))
        })
    }

    fn broken(&self, name: &str, e: candle_core::Error) -> Error {
        Error::new(Code::BadModel, format!("{}: tensor {name} cannot be read: {e}", self.blob.name()))
            .with_source(e)
    }
}

/// A safetensors header longer than this is not one of a model; the format's own limit.
const LONGEST_HEADER: u64 = 100_000_000;

fn safetensors_entries(blob: &Blob) -> Result<HashMap<String, Entry>> {
    let unreadable = |why: String| {
        Error::new(Code::BadModel, format!("this is neither a GGUF nor a safetensors file: {why}"))
    };
    let mut length = [0; 8];
    length.copy_from_slice(&blob.read(0, 8)?);
    let length = u64::from_le_bytes(length);
    if length > LONGEST_HEADER {
        return Err(unreadable("its header would be too long".into()));
    }
    let header = blob.read(8, length as usize)?;
    let metadata: Metadata = serde_json::from_slice(&header).map_err(|e| unreadable(e.to_string()))?;
    let mut entries = HashMap::new();
    for (name, info) in metadata.tensors() {
        let dtype = match info.dtype {
            Dtype::F32 => DType::F32,
            Dtype::F16 => DType::F16,
            Dtype::BF16 => DType::BF16,
            _ => continue, // position_ids and the like, which no forward pass reads
        };
        let (from, to) = info.data_offsets;
        let bytes = info.shape.iter().product::<usize>() * dtype.size_in_bytes();
        if to.checked_sub(from) != Some(bytes) {
            return Err(unreadable(format!("tensor {name} has the wrong size")));
        }
        let offset = 8 + length + from as u64;
        entries
            .insert(name, Entry { storage: Storage::Plain(dtype), shape: info.shape.clone(), offset, bytes });
    }
    Ok(entries)
}
