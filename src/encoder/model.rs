//! A loaded model: tokeniser, weights and how to use them. No threads, no queue.

use std::collections::BTreeMap;

use zhike_kernels::Kernel;

use crate::error::{Code, Error, Result};

use super::adapted::Adapted;
use super::adapters::Adapters;
use super::architecture::Architecture;
use super::batch::Batch;
use super::files::ModelFiles;
use super::forward::Forward;
use super::pool::pool;
use super::profile::Profile;
use super::tokenise::{Tokeniser, Tokens};
use super::weights::Weights;
use super::{Encoded, InnerStates, Prefix, TokenStates, Want};

/// Raised whenever the arithmetic changes so that stored vectors no longer match new ones.
const ARITHMETIC: u32 = 1;

/// The arithmetic to load a model for: the one the environment names, otherwise the fastest this CPU has.
///
/// # Errors
/// `bad_config` when this CPU lacks the one that is named.
pub fn kernel() -> Result<Kernel> {
    Kernel::choose().map_err(|e| Error::new(Code::BadConfig, e.to_string()))
}

/// An encoder in memory.
#[derive(Debug)]
pub struct Model {
    pub id: String,
    pub profile: Profile,
    pub architecture: Architecture,
    pub tokeniser: Tokeniser,
    forward: Forward,
    /// Where it came from: adapted layers are read again.
    pub files: ModelFiles,
}

impl Model {
    /// Loads a model and checks that its files belong together.
    pub fn load(files: &ModelFiles, kernel: Kernel) -> Result<Self> {
        let profile = Profile::from_json(&files.profile.read_all()?)?;
        let architecture = Architecture::from_config_json(&files.config.read_all()?)
            .map_err(|e| e.at(files.config.name()))?;
        let tokeniser = Tokeniser::open(&files.tokenizer, architecture.max_tokens)?;
        if tokeniser.vocabulary() > architecture.vocabulary {
            let detail = format!(
                "the tokeniser knows {} pieces but the model only {}; take the tokenizer.json of this model",
                tokeniser.vocabulary(),
                architecture.vocabulary
            );
            return Err(Error::new(Code::BadModel, detail));
        }
        let weights = Weights::open(files.weights.clone())?;
        let forward = Forward::load(&weights, &weights, &architecture, kernel)?;
        let id = format!("{}:{}:{ARITHMETIC}", profile.name, &files.weights_sha256[..12]);
        Ok(Self { id, profile, architecture, tokeniser, forward, files: files.clone() })
    }

    /// The kernel its layers are packed for.
    pub fn kernel(&self) -> Kernel {
        self.forward.kernel()
    }

    /// The text that stands before texts of this kind.
    pub fn prefix(&self, prefix: Prefix) -> &str {
        match prefix {
            Prefix::Query => &self.profile.query_prefix,
            Prefix::Passage => &self.profile.passage_prefix,
            Prefix::None => "",
        }
    }

    /// Encodes tokenised texts in one batch. `pause` is called between layers.
    pub fn encode(&self, texts: &[Tokens], wants: &[Want], pause: &mut dyn FnMut()) -> Result<Vec<Encoded>> {
        let mut batch = Batch::default();
        texts.iter().for_each(|text| batch.push(&text.ids));
        let mut inner: BTreeMap<usize, Vec<f32>> = BTreeMap::new();
        let states = self.forward.run(&batch, &mut |layer, states| {
            if wants.iter().any(|want| want.after_layer == Some(layer)) {
                inner.insert(layer, states.flatten_all()?.to_vec1()?);
            }
            pause();
            Ok(())
        })?;
        let hidden = self.architecture.hidden;
        let rows = batch.sequences().zip(texts).zip(wants);
        let encoded = rows.map(|((sequence, text), want)| {
            let numbers = sequence.start * hidden..sequence.end * hidden;
            let states = &states[numbers.clone()];
            let inner = want.after_layer.and_then(|layer| Some((layer, inner.get(&layer)?)));
            Encoded {
                vector: pool(states, hidden, self.profile.pooling).into(),
                tokens: want.tokens.then(|| token_states(states, hidden, text)),
                inner: inner.map(|(after_layer, states)| InnerStates {
                    after_layer,
                    states: states[numbers].to_vec(),
                }),
            }
        });
        Ok(encoded.collect())
    }

    /// The top layers, changed by `adapters`.
    pub fn adapted(&self, adapters: &Adapters) -> Result<Adapted> {
        adapters.check(&self.architecture)?;
        let weights = Weights::open(self.files.weights.clone())?;
        Adapted::load(&weights, &self.architecture, self.kernel(), adapters, self.profile.pooling)
    }
}

fn token_states(states: &[f32], hidden: usize, text: &Tokens) -> TokenStates {
    let rows = text.places.iter().flat_map(|&(row, _)| &states[row * hidden..(row + 1) * hidden]);
    let states = rows.copied().collect();
    TokenStates { states, offsets: text.places.iter().map(|&(_, place)| place).collect() }
}
