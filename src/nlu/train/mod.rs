//! Training: labelled examples to a calibrated model and an honest report, in seconds.
//!
//! Every text is encoded once. A text's fold follows from the text itself, so that it is the same in every run and
//! two versions can be compared pair by pair. What the report says was predicted for texts unseen in training.

mod calibrate;
mod deep;
mod intents;
mod slots;
mod tagger;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;
use zhike_learning::linear::Features;

pub use self::calibrate::Fallback;
use self::calibrate::Judged;
use super::checks::{self, Placed, Warning};
use super::examples::{Lexicon, Place, write_jsonl};
use super::features::Extractor;
use super::intent::{IntentHead, Labels};
use super::metrics::{self, Prf};
use super::model::Model;
use super::slots::recognise::{self, Recognised};
use crate::domain::{Example, OUT_OF_SCOPE};
use crate::encoder::{Encoded, Encoder, Prefix, Priority, Want};
use crate::error::{Code, Error, Result};
use crate::text;

/// Into how many folds texts fall.
const FOLDS: usize = 5;
/// With more examples than this, one fold is tried instead of all: a fifth of them is plenty.
const CROSS_VALIDATED: usize = 4_000;
/// Pairs of more examples than this are not compared with each other.
const COMPARED: usize = 4_000;
/// Texts given to the encoder at a time.
const BATCH: usize = 64;

/// What training may be told besides the examples.
#[derive(Clone, Debug)]
pub struct TrainOptions {
    /// Values and patterns of slots, listed by hand.
    pub lexicon: Lexicon,
    /// Where the examples stand, for warnings; empty when that is not known.
    pub places: Vec<Place>,
    /// The fallback's thresholds are chosen so that this share of the accepted intents is right.
    pub precision: f32,
    pub mode: Mode,
    /// Ends the training when told.
    pub cancelled: Cancelled,
}

/// What is trained.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Heads on the frozen encoder: seconds.
    #[default]
    Fast,
    /// The encoder's top layers as well: minutes.
    Deep,
}

/// Tells a training, from another thread, that nobody wants its result any more.
#[derive(Clone, Debug, Default)]
pub struct Cancelled(Arc<AtomicBool>);

impl Cancelled {
    /// Asks the training to end.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Fails once the training is to end.
    pub fn check(&self) -> Result<()> {
        match self.0.load(Ordering::Relaxed) {
            true => Err(Error::new(Code::InvalidState, "the training was cancelled; nothing was changed")),
            false => Ok(()),
        }
    }
}

impl Default for TrainOptions {
    fn default() -> Self {
        Self {
            lexicon: Lexicon::default(),
            places: Vec::new(),
            precision: 0.85,
            mode: Mode::default(),
            cancelled: Cancelled::default(),
        }
    }
}

/// What came out of a training run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TrainReport {
    /// What was trained.
    #[serde(default)]
    pub mode: Mode,
    /// How often a deep training saw the examples.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epochs: Option<usize>,
    /// Examples that were learnt from, without doubles.
    pub examples: usize,
    /// Intents, `oos` not counted.
    pub intents: usize,
    /// Names of the slots.
    pub slots: Vec<String>,
    pub held_out: HeldOut,
    pub fallback: Fallback,
    pub seconds: f32,
    pub warnings: Vec<Warning>,
    /// The encoder whose vectors the model reads.
    pub encoder: String,
    /// SHA-256 of examples and lexicon.
    pub data_hash: String,
    /// What was predicted for each unseen text: two versions are compared on the texts they share.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub predictions: Vec<Prediction>,
}

/// Scores on texts that the scored classifier had not seen.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct HeldOut {
    pub texts: usize,
    /// Share of all texts, `oos` included, whose label came first.
    pub accuracy: f32,
    /// Mean F1 over the labels, `oos` included.
    pub macro_f1: f32,
    /// Expected calibration error of the first label.
    pub ece: f32,
    /// How well in and out of scope are told apart; none without `oos` examples.
    pub oos_auroc: Option<f32>,
    /// Exact spans with the right name; none without labelled slots.
    pub slots: Option<Prf>,
}

/// The prediction for one unseen text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Prediction {
    /// Identifies the text, without telling it.
    pub key: String,
    pub intent: String,
    pub predicted: String,
}

/// An example with everything training looks at.
struct Sample {
    example: Example,
    place: Option<Place>,
    encoded: Encoded,
    found: Vec<Recognised>,
    key: String,
    fold: usize,
}

impl Sample {
    fn features(&self, extractor: &Extractor) -> Features {
        extractor.features(&self.example.text, &self.encoded.vector, &self.found)
    }
}

/// Trains a model. `progress` hears the share done, 0..=1, and the step in words. Examples marked with another split
/// than `train` are left out. Fails when there are fewer than two intents, or when the encoder does.
pub fn train(
    examples: &[Example],
    encoder: &Encoder,
    options: &TrainOptions,
    progress: &dyn Fn(f32, &str),
) -> Result<(Model, TrainReport)> {
    let started = Instant::now();
    let placed: Vec<Placed<'_>> =
        examples.iter().enumerate().map(|(i, e)| (e, options.places.get(i))).collect();
    let mut warnings = checks::check_labels(&placed);
    let chosen = chosen(&placed);
    let labels = Labels::new(chosen.iter().map(|e| e.0.intent.as_str()));
    if labels.intents.len() < 2 {
        return Err(Error::invalid(format!(
            "training needs examples of at least two intents besides `{OUT_OF_SCOPE}`; there are {}",
            labels.intents.len()
        )));
    }
    let data_hash = data_hash(&chosen, &options.lexicon);
    let deep = options.mode == Mode::Deep;
    // Of a deep training the heads are the smaller part.
    let shallow = |share: f32, step: &str| progress(if deep { 0.3 * share } else { share }, step);
    let samples = encoded(chosen, encoder, options, &shallow)?;
    if samples.len() <= COMPARED {
        let examples: Vec<Placed<'_>> = samples.iter().map(|s| (&s.example, s.place.as_ref())).collect();
        let vectors: Vec<&[f32]> = samples.iter().map(|s| &*s.encoded.vector).collect();
        warnings.extend(checks::check_vectors(&examples, &vectors));
    }

    shallow(0.6, "intents: cross-validation");
    let mut folds: Vec<usize> = if samples.len() <= CROSS_VALIDATED { (0..FOLDS).collect() } else { vec![0] };
    let mut unseen = intents::predict_unseen(&samples, &labels, &folds)?;
    let stand_ins = if labels.has_oos { Vec::new() } else { intents::stand_ins(&samples, &labels)? };
    options.cancelled.check()?;

    shallow(0.8, "intents");
    let everything: Vec<&Sample> = samples.iter().collect();
    let classifier = intents::fit_classifier(&everything, &labels)?;
    options.cancelled.check()?;

    shallow(0.85, "slots");
    let (slots, slot_score) = slots::fit(&samples, &options.lexicon, &folds)?;
    options.cancelled.check()?;

    let deep = if deep {
        folds = vec![deep::WATCHED_FOLD];
        let task =
            deep::Task { samples: &samples, labels: &labels, extractor: &classifier.extractor, encoder };
        let progress = |share: f32| progress(0.3 + 0.7 * share, "fine-tuning");
        Some(deep::fit(&task, &mut unseen, &options.cancelled, &progress)?)
    } else {
        None
    };
    let judged = calibrate::judge(&samples, &labels, &unseen, &stand_ins, &folds)?;
    let calibration =
        calibrate::calibrate(&samples, &labels, &unseen.iter().collect::<Vec<_>>(), &stand_ins)?;
    let intents = IntentHead { classifier, temperature: calibration.temperature, gate: calibration.gate };
    progress(1.0, "done");

    let fallback = calibrate::fallback(&samples, &judged, options.precision);
    let mut held_out = held_out(&samples, &judged, labels.has_oos);
    held_out.slots = slot_score;
    let report = TrainReport {
        mode: options.mode,
        epochs: deep.as_ref().map(|deep| deep.epochs),
        examples: samples.len(),
        intents: labels.intents.len(),
        slots: slots.tagger.as_ref().map(|t| t.names.clone()).unwrap_or_default(),
        held_out,
        fallback,
        seconds: started.elapsed().as_secs_f32(),
        warnings,
        encoder: encoder.id().to_owned(),
        data_hash,
        predictions: predictions(&samples, &judged),
    };
    Ok((Model::new(encoder.id(), intents, deep.map(|deep| deep.head), slots, fallback), report))
}

/// The examples to learn from: those for training, each text of an intent once.
fn chosen<'a>(examples: &[Placed<'a>]) -> Vec<Placed<'a>> {
    let mut seen = BTreeSet::new();
    let for_training = examples.iter().filter(|e| e.0.split.as_deref().is_none_or(|s| s == "train"));
    for_training.filter(|e| seen.insert((text::normalise(&e.0.text), &e.0.intent))).copied().collect()
}

fn data_hash(examples: &[Placed<'_>], lexicon: &Lexicon) -> String {
    let mut hash = Sha256::new();
    for (example, _) in examples {
        hash.update(write_jsonl(std::slice::from_ref(example)));
    }
    hash.update(format!("{lexicon:?}"));
    text::hex(&hash.finalize())
}

/// Encodes every example once, with token states where slots can be learnt.
fn encoded(
    examples: Vec<Placed<'_>>,
    encoder: &Encoder,
    options: &TrainOptions,
    progress: &dyn Fn(f32, &str),
) -> Result<Vec<Sample>> {
    let want = Want {
        tokens: examples.iter().any(|e| !e.0.slots.is_empty()),
        after_layer: (options.mode == Mode::Deep).then(|| encoder.layers().saturating_sub(deep::LAYERS)),
    };
    let today = today();
    let count = examples.len();
    let mut samples: Vec<Sample> = Vec::with_capacity(count);
    for batch in examples.chunks(BATCH) {
        options.cancelled.check()?;
        progress(0.6 * samples.len() as f32 / count as f32, "encoding");
        let texts: Vec<String> = batch.iter().map(|e| e.0.text.clone()).collect();
        let encoded = encoder.encode_blocking(&texts, Prefix::Query, Priority::Bulk, want)?;
        samples.extend(batch.iter().zip(encoded).map(|(placed, encoded)| sample(*placed, encoded, today)));
    }
    Ok(samples)
}

/// Identifies a text, however it is spelt, without telling it: [`Prediction::key`].
pub fn text_key(text: &str) -> String {
    text::hex(&hash_of(text)[..8])
}

fn hash_of(text: &str) -> [u8; 32] {
    Sha256::digest(text::normalise(text)).into()
}

fn sample((example, place): Placed<'_>, encoded: Encoded, today: Date) -> Sample {
    let hash = hash_of(&example.text);
    let fold = usize::from(hash[31]) % FOLDS;
    Sample {
        found: recognise::find(&example.text, today),
        key: text_key(&example.text),
        fold,
        example: example.clone(),
        place: place.cloned(),
        encoded,
    }
}

/// The civil date where the program runs.
fn today() -> Date {
    jiff::Zoned::now().date()
}

fn held_out(samples: &[Sample], judged: &[Judged], has_oos: bool) -> HeldOut {
    let gold: Vec<&str> = judged.iter().map(|j| samples[j.sample].example.intent.as_str()).collect();
    let predicted: Vec<&str> = judged.iter().map(|j| j.predicted.as_str()).collect();
    let right = gold.iter().zip(&predicted).filter(|(g, p)| g == p).count();
    let confidence: Vec<(f32, bool)> =
        judged.iter().zip(&gold).map(|(j, g)| (j.confidence, j.predicted == *g)).collect();
    let scope: Vec<(f32, bool)> =
        judged.iter().zip(&gold).map(|(j, g)| (1.0 - j.oos, *g != OUT_OF_SCOPE)).collect();
    HeldOut {
        texts: judged.len(),
        accuracy: metrics::share(right, judged.len()),
        macro_f1: metrics::macro_f1(&metrics::per_label(&gold, &predicted)),
        ece: metrics::ece(&confidence),
        oos_auroc: if has_oos { metrics::auroc(&scope) } else { None },
        slots: None,
    }
}

fn predictions(samples: &[Sample], judged: &[Judged]) -> Vec<Prediction> {
    let of = |j: &Judged| Prediction {
        key: samples[j.sample].key.clone(),
        intent: samples[j.sample].example.intent.clone(),
        predicted: j.predicted.clone(),
    };
    judged.iter().map(of).collect()
}
