//! Fine-tunes the encoder's top layers to the intents, and trains a head on what they then see.
//!
//! A fifth of the texts is held back from the layers: how well they are told apart after each epoch says when to stop,
//! and their predictions calibrate the model. The head on the layers learns from all.

use std::sync::Arc;

use candle_core::{D, Device, Result as CandleResult, Tensor, Var};
use candle_nn::ops::log_softmax;
use candle_nn::{AdamW, Optimizer, ParamsAdamW};
use rand::SeedableRng;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rayon::prelude::*;
use zhike_learning::fit::{self, Problem, balanced};
use zhike_learning::linear::Features;

use super::intents::{INTENT_C, Unseen};
use super::{Cancelled, Sample};
use crate::domain::OUT_OF_SCOPE;
use crate::encoder::{Adapted, Adapters, Adapting, Encoder, InnerStates};
use crate::error::{Error, Result};
use crate::nlu::deep::DeepHead;
use crate::nlu::features::{Extractor, centred, mean};
use crate::nlu::intent::Labels;

/// How many layers learn, from the top.
pub(super) const LAYERS: usize = 6;
/// Rank of their changes.
const RANK: usize = 16;
/// Epochs at most and at least, and steps of all together at most: with thousands of texts a few epochs do.
const MOST_EPOCHS: usize = 10;
const FEWEST_EPOCHS: usize = 3;
const MOST_STEPS: usize = 1_000;
/// Epochs without improvement after which learning ends.
const PATIENCE: usize = 3;
/// Texts a step.
const BATCH: usize = 32;
/// Texts among which those of similar length are put into the same steps.
const BUCKET: usize = 8 * BATCH;
/// Steps of the adapters and of the head while learning.
const RATE: f64 = 1e-3;
const HEAD_RATE: f64 = 1e-2;
/// Share of the steps in which the rate grows to its full size.
const WARM_UP: f64 = 0.1;
/// Inverse temperatures of the cosines: to an intent's direction, and between texts.
const INTENT_SCALE: f64 = 10.0;
const TEXT_SCALE: f64 = 10.0;
/// Share of the loss between texts (supervised contrastive learning, Khosla et al. 2020).
const CONTRAST: f64 = 0.5;
/// The same order for everybody: training again gives the same result, but for the last digits.
const SEED: u64 = 1;
/// The held-back fold.
pub(super) const WATCHED_FOLD: usize = 0;

/// What is learnt from, and with what.
pub(super) struct Task<'a> {
    pub samples: &'a [Sample],
    pub labels: &'a Labels,
    /// N-grams of the head on the frozen encoder, which the other shares.
    pub extractor: &'a Extractor,
    pub encoder: &'a Encoder,
}

/// What came out.
pub(super) struct Deep {
    pub head: DeepHead,
    /// How often everything was seen.
    pub epochs: usize,
}

/// A text to learn from.
struct Text<'a> {
    sample: &'a Sample,
    inner: &'a InnerStates,
    /// Its n-grams and kinds, as the head on the frozen encoder sees them.
    sparse: Vec<(u32, f32)>,
    class: usize,
}

/// Trains adapters and head, and adds the logits of a head that has not seen them to the predictions in `unseen`, of
/// which only those of the watched fold are kept. `progress` hears the share done.
pub(super) fn fit(
    task: &Task<'_>,
    unseen: &mut Vec<Unseen>,
    cancelled: &Cancelled,
    progress: &dyn Fn(f32),
) -> Result<Deep> {
    let Task { samples, labels, extractor, encoder } = *task;
    let texts: Vec<Text<'_>> = samples.iter().filter_map(|sample| text(sample, task)).collect();
    let (watched, known): (Vec<&Text<'_>>, Vec<&Text<'_>>) =
        texts.iter().partition(|text| text.sample.fold == WATCHED_FOLD);
    let classes = labels.intents.len();
    let learner = Learner { encoder, classes, cancelled };

    let (adapting, epochs) = learner.learn(&known, &watched, progress)?;
    let seen = learner.seen(&adapting, &texts)?;
    let trial = learner.head(&seen, extractor.sparse_len(), |text| text.sample.fold != WATCHED_FOLD)?;
    unseen.retain(|u| samples[u.sample].fold == WATCHED_FOLD);
    for prediction in unseen.iter_mut() {
        let sample = &samples[prediction.sample];
        let logits = trial.logits(inner_of(sample)?, &sample.features(extractor))?;
        prediction.raw.intents.iter_mut().zip(logits).for_each(|(sum, logit)| *sum += logit);
    }
    // The layers stay as they are: learning them again from everything would take as long again, and nobody would have
    // watched. The head is cheap.
    Ok(Deep { head: learner.head(&seen, extractor.sparse_len(), |_| true)?, epochs })
}

/// Texts that are out of scope have nothing in common that could be learnt.
fn text<'a>(sample: &'a Sample, task: &Task<'_>) -> Option<Text<'a>> {
    if sample.example.intent == OUT_OF_SCOPE {
        return None;
    }
    let (inner, class) = (sample.encoded.inner.as_ref()?, task.labels.class(&sample.example.intent)?);
    Some(Text { sample, inner, sparse: sample.features(task.extractor).sparse, class })
}

fn inner_of(sample: &Sample) -> Result<&InnerStates> {
    sample.encoded.inner.as_ref().ok_or_else(|| Error::internal("a text was encoded without inner states"))
}

/// All texts as the adapted layers see them.
struct Seen<'a> {
    adapters: Adapters,
    adapted: Arc<Adapted>,
    texts: &'a [Text<'a>],
    vectors: Vec<Vec<f32>>,
}

struct Learner<'a> {
    encoder: &'a Encoder,
    classes: usize,
    cancelled: &'a Cancelled,
}

/// The directions of the intents, seen from the mean of all texts.
struct Directions {
    mean: Tensor,
    of_intents: Var,
}

impl Directions {
    /// In which direction from the mean each text lies.
    fn of_texts(&self, adapting: &Adapting, texts: &[&Text<'_>]) -> CandleResult<Tensor> {
        let inner: Vec<&InnerStates> = texts.iter().map(|text| text.inner).collect();
        unit(&adapting.forward(&inner)?.broadcast_sub(&self.mean)?)
    }

    /// One logit an intent for each direction.
    fn logits(&self, vectors: &Tensor) -> CandleResult<Tensor> {
        vectors.matmul(&unit(&self.of_intents)?.t()?)? * INTENT_SCALE
    }
}

impl Learner<'_> {
    /// Adapters after the epoch that was best for `watched`, and the number of that epoch.
    fn learn(
        &self,
        known: &[&Text<'_>],
        watched: &[&Text<'_>],
        progress: &dyn Fn(f32),
    ) -> Result<(Adapting, usize)> {
        let adapting = Adapting::new(self.encoder, LAYERS, RANK)?;
        let directions = self.directions(known).map_err(failed)?;
        let steps_an_epoch = known.len().div_ceil(BATCH).max(1);
        let epochs = (MOST_STEPS / steps_an_epoch).clamp(FEWEST_EPOCHS, MOST_EPOCHS);
        let steps = (epochs * steps_an_epoch) as f64;
        let rate = |lr: f64| ParamsAdamW { lr, weight_decay: 0.0, ..ParamsAdamW::default() };
        let mut of_adapters = AdamW::new(adapting.vars(), rate(RATE)).map_err(failed)?;
        let mut of_directions =
            AdamW::new(vec![directions.of_intents.clone()], rate(HEAD_RATE)).map_err(failed)?;
        let mut random = StdRng::seed_from_u64(SEED);
        let (mut best, mut best_vars) = ((0usize, 0usize), Vec::new());
        let mut step = 0.0;
        for epoch in 1..=epochs {
            for batch in batches(known, &mut random) {
                self.cancelled.check()?;
                step += 1.0;
                let share = (step / (WARM_UP * steps)).min(1.0) * (1.0 - step / (steps + 1.0));
                of_adapters.set_learning_rate(RATE * share);
                of_directions.set_learning_rate(HEAD_RATE * share);
                self.loss(&adapting, &directions, &batch)
                    .and_then(|loss| loss.backward())
                    .and_then(|gradients| {
                        of_adapters.step(&gradients)?;
                        of_directions.step(&gradients)
                    })
                    .map_err(failed)?;
                progress((step / steps) as f32);
            }
            let right = self.right(&adapting, &directions, watched).map_err(failed)?;
            tracing::debug!(epoch, right, of = watched.len(), "fine-tuning");
            if best_vars.is_empty() || right > best.1 {
                best = (epoch, right);
                best_vars = copies(&adapting).map_err(failed)?;
            } else if epoch >= best.0 + PATIENCE {
                break;
            }
        }
        for (var, kept) in adapting.vars().iter().zip(&best_vars) {
            var.set(kept).map_err(failed)?;
        }
        Ok((adapting, best.0))
    }

    /// Mean of the frozen vectors, and of each intent's vectors from there.
    fn directions(&self, known: &[&Text<'_>]) -> CandleResult<Directions> {
        let vectors = known.iter().map(|text| Tensor::new(&*text.sample.encoded.vector, &Device::Cpu));
        let vectors = Tensor::stack(&vectors.collect::<CandleResult<Vec<_>>>()?, 0)?;
        let mean = vectors.mean_keepdim(0)?;
        let sums = one_hot(known, self.classes)?.t()?.contiguous()?.matmul(&vectors.broadcast_sub(&mean)?)?;
        Ok(Directions { mean, of_intents: Var::from_tensor(&unit(&sums)?)? })
    }

    fn loss(
        &self,
        adapting: &Adapting,
        directions: &Directions,
        batch: &[&Text<'_>],
    ) -> CandleResult<Tensor> {
        let vectors = directions.of_texts(adapting, batch)?;
        let of_intents = log_softmax(&directions.logits(&vectors)?, D::Minus1)?;
        let labels = one_hot(batch, self.classes)?;
        let intents = ((of_intents * &labels)?.sum_all()? / -(batch.len() as f64))?;

        // Texts of the same intent are to be nearer to each other than to all others in the batch.
        let count = batch.len();
        let mut same = vec![0f32; count * count];
        let mut own = vec![0f32; count * count];
        for (i, a) in batch.iter().enumerate() {
            own[i * count + i] = -1e4;
            let others = (0..count).filter(|j| *j != i && batch[*j].class == a.class).collect::<Vec<_>>();
            others.iter().for_each(|j| same[i * count + j] = 1.0 / others.len() as f32);
        }
        let with_others = same.iter().sum::<f32>().max(1.0);
        let same = Tensor::from_vec(same, (count, count), &Device::Cpu)?;
        let own = Tensor::from_vec(own, (count, count), &Device::Cpu)?;
        let near = ((vectors.matmul(&vectors.t()?)? * TEXT_SCALE)? + own)?;
        let texts = ((log_softmax(&near, D::Minus1)? * same)?.sum_all()? / -f64::from(with_others))?;
        intents + (texts * CONTRAST)?
    }

    /// How many of `watched` are nearest to the direction of their own intent.
    fn right(
        &self,
        adapting: &Adapting,
        directions: &Directions,
        watched: &[&Text<'_>],
    ) -> CandleResult<usize> {
        let mut right = 0;
        for batch in watched.chunks(BATCH) {
            let vectors = directions.of_texts(adapting, batch)?;
            let best: Vec<u32> = directions.logits(&vectors)?.argmax(D::Minus1)?.to_vec1()?;
            right += best.iter().zip(batch).filter(|(best, text)| **best as usize == text.class).count();
        }
        Ok(right)
    }

    /// What the layers, in the arithmetic they are served with, make of every text.
    fn seen<'a>(&self, adapting: &Adapting, texts: &'a [Text<'a>]) -> Result<Seen<'a>> {
        let adapters = adapting.adapters()?;
        let adapted = Arc::new(self.encoder.adapted(&adapters)?);
        let vectors = texts.par_iter().map(|text| adapted.vector(text.inner)).collect::<Result<_>>()?;
        Ok(Seen { adapters, adapted, texts, vectors })
    }

    /// Trains the head on the chosen texts.
    fn head(
        &self,
        seen: &Seen<'_>,
        sparse_len: usize,
        chosen: impl Fn(&Text<'_>) -> bool,
    ) -> Result<DeepHead> {
        let all = seen.texts.iter().zip(seen.vectors.iter().map(Vec::as_slice));
        let (texts, vectors): (Vec<&Text<'_>>, Vec<&[f32]>) = all.filter(|(text, _)| chosen(text)).unzip();
        let mean = mean(&vectors);
        let rows: Vec<Features> = texts
            .iter()
            .zip(&vectors)
            .map(|(text, vector)| Features { dense: centred(vector, &mean), sparse: text.sparse.clone() })
            .collect();
        let targets: Vec<usize> = texts.iter().map(|text| text.class).collect();
        let layer = fit::fit(&Problem {
            rows: &rows,
            targets: &targets,
            weights: &balanced(&targets, self.classes),
            classes: self.classes,
            sparse_len,
            c: INTENT_C,
        })?;
        Ok(DeepHead::new(seen.adapters.clone(), seen.adapted.clone(), mean, layer))
    }
}

/// Shuffled texts in steps, those of similar length together so that little is padded.
fn batches<'a, 'b>(texts: &[&'b Text<'a>], random: &mut StdRng) -> Vec<Vec<&'b Text<'a>>> {
    let mut shuffled = texts.to_vec();
    shuffled.shuffle(random);
    shuffled.chunks_mut(BUCKET).for_each(|bucket| bucket.sort_by_key(|text| text.inner.states.len()));
    let mut batches: Vec<Vec<&Text<'_>>> =
        shuffled.chunks(BUCKET).flat_map(|bucket| bucket.chunks(BATCH)).map(<[_]>::to_vec).collect();
    batches.shuffle(random);
    batches
}

fn one_hot(texts: &[&Text<'_>], classes: usize) -> CandleResult<Tensor> {
    let mut marks = vec![0f32; texts.len() * classes];
    texts.iter().enumerate().for_each(|(row, text)| marks[row * classes + text.class] = 1.0);
    Tensor::from_vec(marks, (texts.len(), classes), &Device::Cpu)
}

/// Every row divided by its length.
fn unit(rows: &Tensor) -> CandleResult<Tensor> {
    rows.broadcast_div(&(rows.sqr()?.sum_keepdim(D::Minus1)?.sqrt()? + 1e-9)?)
}

fn copies(adapting: &Adapting) -> CandleResult<Vec<Tensor>> {
    adapting.vars().iter().map(|var| var.as_tensor().copy()).collect()
}

fn failed(error: candle_core::Error) -> Error {
    Error::internal("a step of the fine-tuning failed").with_source(error)
}
