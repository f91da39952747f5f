//! Trains the intent classifier and tries it on what it has not seen.

use rayon::prelude::*;
use zhike_learning::fit::{self, Problem, balanced};
use zhike_learning::linear::Features;
use zhike_learning::nearest::Neighbours;

use super::Sample;
use crate::domain::OUT_OF_SCOPE;
use crate::error::Result;
use crate::nlu::features::Extractor;
use crate::nlu::intent::{Classifier, Labels, Raw};
use crate::nlu::oos::{Memory, Scores};

/// Strength of the penalty, as LIBLINEAR's C. Between 3 and 30 nothing measurable changes.
pub(super) const INTENT_C: f32 = 10.0;
/// Into how many parts the intents are split when some of them stand in for out-of-scope text.
const STAND_IN_PARTS: usize = 4;

/// A prediction for a sample by a classifier that has not seen it.
pub(super) struct Unseen {
    /// Index of the sample.
    pub sample: usize,
    pub raw: Raw,
}

/// Trains a classifier on `samples`.
pub(super) fn fit_classifier(samples: &[&Sample], labels: &Labels) -> Result<Classifier> {
    let texts: Vec<&str> = samples.iter().map(|s| s.example.text.as_str()).collect();
    let vectors: Vec<&[f32]> = samples.iter().map(|s| &*s.encoded.vector).collect();
    let extractor = Extractor::fit(&texts, &vectors);
    let rows: Vec<Features> = samples.iter().map(|s| s.features(&extractor)).collect();
    let targets: Vec<usize> =
        samples.iter().map(|s| labels.class(&s.example.intent).unwrap_or_default()).collect();
    let classes = labels.classes();
    let weights = balanced(&targets, classes);
    let problem = Problem {
        rows: &rows,
        targets: &targets,
        weights: &weights,
        classes,
        sparse_len: extractor.sparse_len(),
        c: INTENT_C,
    };
    let layer = fit::fit(&problem)?;
    let vectors_where = |outside: bool| {
        let chosen =
            samples.iter().zip(&rows).filter(move |(s, _)| (s.example.intent == OUT_OF_SCOPE) == outside);
        Neighbours::new(chosen.map(|(_, row)| row.dense.as_slice()))
    };
    let memory = Memory { inside: vectors_where(false), outside: vectors_where(true) };
    Ok(Classifier { labels: labels.clone(), extractor, layer, memory })
}

/// Predicts the samples of each fold in `folds` with a classifier trained on all others.
pub(super) fn predict_unseen(samples: &[Sample], labels: &Labels, folds: &[usize]) -> Result<Vec<Unseen>> {
    let of_fold = |fold: &usize| -> Result<Vec<Unseen>> {
        let others: Vec<&Sample> = samples.iter().filter(|s| s.fold != *fold).collect();
        if others.is_empty() {
            return Ok(Vec::new());
        }
        let classifier = fit_classifier(&others, labels)?;
        let own = samples.iter().enumerate().filter(|(_, s)| s.fold == *fold);
        Ok(own
            .map(|(sample, s)| Unseen { sample, raw: classifier.raw(&s.features(&classifier.extractor)) })
            .collect())
    };
    let parts: Vec<Vec<Unseen>> = folds.par_iter().map(of_fold).collect::<Result<_>>()?;
    Ok(parts.into_iter().flatten().collect())
}

/// Scores of texts whose intent was held out of training altogether: what stands in for out-of-scope text where no
/// example of it was given.
pub(super) fn stand_ins(samples: &[Sample], labels: &Labels) -> Result<Vec<Scores>> {
    let part_of = |s: &Sample| labels.class(&s.example.intent).unwrap_or_default() % STAND_IN_PARTS;
    let of_part = |part: usize| -> Result<Vec<Scores>> {
        let (held_out, others): (Vec<&Sample>, Vec<&Sample>) =
            samples.iter().partition(|s| part_of(s) == part);
        let known = Labels::new(others.iter().map(|s| s.example.intent.as_str()));
        if known.classes() < 2 {
            return Ok(Vec::new());
        }
        let classifier = fit_classifier(&others, &known)?;
        Ok(held_out.iter().map(|s| classifier.raw(&s.features(&classifier.extractor)).scores).collect())
    };
    let parts: Vec<Vec<Scores>> = (0..STAND_IN_PARTS).into_par_iter().map(of_part).collect::<Result<_>>()?;
    Ok(parts.into_iter().flatten().collect())
}
