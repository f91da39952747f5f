//! The reader's files and the loaded model. No threads, no queue.

use std::path::Path;

use serde::Deserialize;

use crate::error::{Code, Error, Result};

use super::{Pair, Reading, span};
use crate::encoder::architecture::Architecture;
use crate::encoder::batch::Batch;
use crate::encoder::blob::Blob;
use crate::encoder::files::{CHECKSUM_FILE, is_weight_file, parse_sums};
use crate::encoder::forward::Forward;
use crate::encoder::model::Model;
use crate::encoder::tokenise::{Tokeniser, Tokens};
use crate::encoder::weights::Weights;

const PROFILE_FILE: &str = "reader.json";
pub(super) const SUMS: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/models/zhike-reader-zh-en/SHA256SUMS"));

/// The files a reader is made of.
#[derive(Clone, Debug)]
pub struct ReaderFiles {
    pub(super) weights: Blob,
    pub(super) profile: Blob,
    pub(super) weights_sha256: String,
}

/// The content of `reader.json`.
#[derive(Clone, Debug, Deserialize)]
struct Profile {
    name: String,
    /// Name of the encoder whose tokeniser and tables it uses.
    encoder: String,
    layers: usize,
    /// Longest input, special tokens included.
    max_tokens: usize,
    /// Tokens of the question that are read at most, without special tokens.
    max_question_tokens: usize,
    max_answer_tokens: usize,
    query_prefix: String,
    passage_prefix: String,
}

/// A reader in memory.
#[derive(Debug)]
pub struct ReaderModel {
    pub id: String,
    profile: Profile,
    forward: Forward,
    hidden: usize,
    answers: Head,
    span: Head,
}

/// A row of numbers for every output: a linear layer small enough for plain f32.
#[derive(Debug)]
struct Head {
    weights: Vec<f32>,
    bias: Vec<f32>,
}

/// Special tokens around a text.
const SPECIAL: usize = 2;

/// A pair as the forward pass takes it.
pub(super) struct PairTokens {
    pub ids: Vec<u32>,
    /// Row and place of every token of the passage's text.
    pub places: Vec<(usize, (usize, usize))>,
}

impl ReaderFiles {
    /// The files embedded in the program.
    pub fn builtin() -> Self {
        macro_rules! embed {
            ($name:expr) => {{
                static BYTES: &[u8] =
                    include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/models/zhike-reader-zh-en/", $name));
                Blob::Embedded { name: $name, bytes: BYTES }
            }};
        }
        let sum = parse_sums(SUMS).into_iter().find(|(_, name)| is_weight_file(name)).map(|(sum, _)| sum);
        Self {
            weights: embed!("zhike-reader-zh-en-q8_0.gguf"),
            profile: embed!("reader.json"),
            weights_sha256: sum.unwrap_or_default(),
        }
    }

    /// The reader in `folder`: weights, `reader.json` and their `SHA256SUMS`.
    ///
    /// # Errors
    /// [`Code::BadModel`] when one of them is missing.
    pub fn in_folder(folder: &Path) -> Result<Self> {
        let sums = Blob::open(&folder.join(CHECKSUM_FILE))?.read_all()?.into_owned();
        let sums = parse_sums(&String::from_utf8_lossy(&sums));
        let (weights_sha256, weights) =
            sums.into_iter().find(|(_, name)| is_weight_file(name)).ok_or_else(|| {
                let detail = format!("{CHECKSUM_FILE} of {} names no weights", folder.display());
                Error::new(Code::BadModel, detail)
            })?;
        Ok(Self {
            weights: Blob::open(&folder.join(weights))?,
            profile: Blob::open(&folder.join(PROFILE_FILE))?,
            weights_sha256,
        })
    }

    /// Whether the reader was made from the encoder of this id.
    ///
    /// # Errors
    /// When its `reader.json` cannot be read.
    pub fn fit(&self, encoder: &str) -> Result<bool> {
        let profile = self.profile()?;
        Ok(encoder.split(':').next() == Some(profile.encoder.as_str()))
    }

    fn profile(&self) -> Result<Profile> {
        serde_json::from_slice(&self.profile.read_all()?)
            .map_err(|e| Error::new(Code::BadModel, format!("reader.json cannot be read: {e}")))
    }
}

impl ReaderModel {
    /// Loads the layers and heads; the tables are the encoder's.
    pub fn load(files: &ReaderFiles, encoder: &Model) -> Result<Self> {
        let profile = files.profile()?;
        if !files.fit(&encoder.id)? {
            let detail = format!(
                "the reader {} was made from the encoder {}, not from {}; use that encoder or switch the reader off (engine.reader = false)",
                profile.name, profile.encoder, encoder.id
            );
            return Err(Error::new(Code::BadModel, detail));
        }
        let architecture = Architecture { layers: profile.layers, ..encoder.architecture.clone() };
        let weights = Weights::open(files.weights.clone())?;
        let tables = Weights::open(encoder.files.weights.clone())?;
        let hidden = architecture.hidden;
        let sum = files.weights_sha256.get(..12).unwrap_or(&files.weights_sha256);
        Ok(Self {
            id: format!("{}:{sum}", profile.name),
            forward: Forward::load(&weights, &tables, &architecture, encoder.kernel())?,
            answers: Head::load(&weights, "reader.answers", 1, hidden)?,
            span: Head::load(&weights, "reader.span", 2, hidden)?,
            hidden,
            profile,
        })
    }

    /// Longest input in tokens.
    pub fn max_tokens(&self) -> usize {
        self.profile.max_tokens
    }

    /// Reads pairs in one batch. `pause` is called between layers.
    pub fn read(
        &self,
        tokeniser: &Tokeniser,
        pairs: &[&Pair],
        pause: &mut dyn FnMut(),
    ) -> Result<Vec<Reading>> {
        let tokens = pairs.iter().map(|pair| self.tokenise(tokeniser, pair)).collect::<Result<Vec<_>>>()?;
        let mut batch = Batch::default();
        tokens.iter().for_each(|pair| batch.push(&pair.ids));
        let states = self.forward.run(&batch, &mut |_, _| {
            pause();
            Ok(())
        })?;
        let rows = |sequence: std::ops::Range<usize>| {
            &states[sequence.start * self.hidden..sequence.end * self.hidden]
        };
        Ok(batch.sequences().zip(&tokens).map(|(at, pair)| self.reading(rows(at), pair)).collect())
    }

    /// `<s> query: … </s> </s> passage: heading\ntext </s>`; the question is cut first, then the passage.
    pub(super) fn tokenise(&self, tokeniser: &Tokeniser, pair: &Pair) -> Result<PairTokens> {
        let Profile { max_tokens, max_question_tokens, query_prefix, passage_prefix, .. } = &self.profile;
        let question = tokeniser.tokenise(query_prefix, &pair.question)?.cut(SPECIAL + max_question_tokens);
        let heading = if pair.heading.is_empty() { String::new() } else { format!("{}\n", pair.heading) };
        let passage = tokeniser.tokenise(&[passage_prefix, heading.as_str()].concat(), &pair.text)?;
        let mut ids = question.ids;
        let closing = ids.last().copied();
        // A passage begins with the mark that closes a question, in place of the one that opens a text.
        let Tokens { ids: more, places } = passage.cut(max_tokens.saturating_sub(ids.len()));
        let before = ids.len();
        ids.extend(closing);
        ids.extend(more.into_iter().skip(1));
        let places = places.into_iter().map(|(row, place)| (before + row, place)).collect();
        Ok(PairTokens { ids, places })
    }

    fn reading(&self, states: &[f32], pair: &PairTokens) -> Reading {
        let row = |at: usize| &states[at * self.hidden..(at + 1) * self.hidden];
        let score = |output: usize| pair.places.iter().map(move |(at, _)| self.span.output(output, row(*at)));
        let (starts, ends): (Vec<f32>, Vec<f32>) = (score(0).collect(), score(1).collect());
        // A passage without an answer has it nowhere: before the first word.
        let nowhere = self.span.output(0, row(0)) + self.span.output(1, row(0));
        let best = span::best(&starts, &ends, self.profile.max_answer_tokens);
        Reading {
            answers: self.answers.output(0, row(0)),
            span: best.map(|((first, last), _)| (pair.places[first].1.0, pair.places[last].1.1)),
            span_margin: best.map_or(0.0, |(_, score)| score - nowhere),
        }
    }
}

impl Head {
    fn load(weights: &Weights, name: &str, outputs: usize, hidden: usize) -> Result<Self> {
        Ok(Self {
            weights: weights.load(&format!("{name}.weight"), &[outputs, hidden])?,
            bias: weights.load(&format!("{name}.bias"), &[outputs])?,
        })
    }

    fn output(&self, output: usize, state: &[f32]) -> f32 {
        let row = &self.weights[output * state.len()..(output + 1) * state.len()];
        self.bias[output] + row.iter().zip(state).map(|(w, s)| w * s).sum::<f32>()
    }
}
