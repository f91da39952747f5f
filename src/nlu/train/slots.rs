//! Trains what finds slots: which kinds of values are which slots, which words are values, and the tagger.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use aho_corasick::AhoCorasick;
use rayon::prelude::*;
use zhike_learning::fit::{self, Problem};
use zhike_learning::linear::Linear;

use super::{Sample, tagger};
use crate::domain::SlotLabel;
use crate::error::Result;
use crate::nlu::examples::Lexicon;
use crate::nlu::metrics::{Prf, SpanCounts};
use crate::nlu::slots::lexicon::{Dictionary, Form, fold};
use crate::nlu::slots::recognise::Kind;
use crate::nlu::slots::{Candidate, KindRule, SlotModel, join, score};
use crate::text;

/// A kind of value is a slot if at least this share of its finds was labelled so.
const RARELY: f32 = 0.25;
/// How many finds the form of a value is worth as evidence of its own.
const PRIOR_FINDS: f32 = 2.0;
/// Strength of the scorer's penalty: it has nine features and hundreds of candidates.
const SCORER_C: f32 = 1.0;

/// A trained slot model and its score on unseen texts; no score where no example has slots.
///
/// Finders are trained on each fold's complement and propose candidates for the fold; on these the scorer is trained.
/// The score is that of scorers which have not seen the fold either.
pub(super) fn fit(
    samples: &[Sample],
    lexicon: &Lexicon,
    folds: &[usize],
) -> Result<(SlotModel, Option<Prf>)> {
    let everything: Vec<&Sample> = samples.iter().collect();
    let mut model = fit_finders(&everything, lexicon)?;
    if model.tagger.is_none() {
        return Ok((model, None));
    }
    let of_fold = |fold: &usize| -> Result<Vec<Proposed>> {
        let others: Vec<&Sample> = samples.iter().filter(|s| s.fold != *fold).collect();
        let finders = fit_finders(&others, lexicon)?;
        let own = samples.iter().filter(|s| s.fold == *fold);
        Ok(own.map(|sample| Proposed::new(sample, &finders)).collect())
    };
    let proposed: Vec<Proposed> =
        folds.par_iter().map(of_fold).collect::<Result<Vec<_>>>()?.into_iter().flatten().collect();
    let mut scored = Vec::with_capacity(proposed.len());
    for fold in folds {
        let others: Vec<&Proposed> =
            proposed.iter().filter(|p| p.sample.fold != *fold || folds.len() == 1).collect();
        let scorer = fit_scorer(&others)?;
        for own in proposed.iter().filter(|p| p.sample.fold == *fold) {
            let mut candidates = own.candidates.clone();
            score(&mut candidates, scorer.as_ref());
            scored.push((own.sample, candidates));
        }
    }
    let known: BTreeSet<&str> = model.tagger.iter().flat_map(|t| &t.names).map(String::as_str).collect();
    let thresholds = (4..=16).map(|step| step as f32 * 0.05);
    let best = thresholds.map(|t| (t, score_at(&scored, &known, t))).max_by(|a, b| a.1.f1.total_cmp(&b.1.f1));
    model.scorer = fit_scorer(&proposed.iter().collect::<Vec<_>>())?;
    if let Some((threshold, _)) = best {
        model.threshold = threshold;
    }
    Ok((model, best.map(|(_, score)| score)))
}

/// Candidates for a text by finders that have not seen it.
struct Proposed<'a> {
    sample: &'a Sample,
    candidates: Vec<Candidate>,
}

impl<'a> Proposed<'a> {
    fn new(sample: &'a Sample, finders: &SlotModel) -> Self {
        let candidates = finders.candidates(
            &sample.example.text,
            &sample.found,
            sample.encoded.tokens.as_ref(),
            &Dictionary::default(),
        );
        Self { sample, candidates }
    }

    fn right(&self, candidate: &Candidate) -> bool {
        let same =
            |l: &SlotLabel| (l.start, l.end, &l.name) == (candidate.start, candidate.end, &candidate.name);
        self.sample.example.slots.iter().any(same)
    }
}

/// Learns how much each kind of evidence is worth. None when there is nothing to tell apart.
fn fit_scorer(proposed: &[&Proposed<'_>]) -> Result<Option<Linear>> {
    let (mut rows, mut targets) = (Vec::new(), Vec::new());
    for text in proposed {
        for candidate in &text.candidates {
            rows.push(candidate.evidence.features());
            targets.push(usize::from(text.right(candidate)));
        }
    }
    if targets.iter().all(|t| *t == 0) || targets.iter().all(|t| *t == 1) {
        return Ok(None);
    }
    let weights = vec![1.0; rows.len()];
    let problem =
        Problem { rows: &rows, targets: &targets, weights: &weights, classes: 2, sparse_len: 0, c: SCORER_C };
    Ok(Some(fit::fit(&problem)?))
}

/// Exact spans with their names. Slots that no example has cannot be right or wrong; they are not counted.
fn score_at(scored: &[(&Sample, Vec<Candidate>)], known: &BTreeSet<&str>, threshold: f32) -> Prf {
    let mut counts = SpanCounts::default();
    for (sample, candidates) in scored {
        let found = join(candidates.clone(), threshold);
        let found: Vec<_> = found.iter().map(|c| (c.start, c.end, c.name.as_str())).collect();
        let found: Vec<_> = found.into_iter().filter(|span| known.contains(span.2)).collect();
        let real: Vec<_> = sample.example.slots.iter().map(|l| (l.start, l.end, l.name.as_str())).collect();
        counts.add(&real, &found);
    }
    counts.overall()
}

/// Trains what proposes candidates.
fn fit_finders(samples: &[&Sample], lexicon: &Lexicon) -> Result<SlotModel> {
    let labels = samples.iter().flat_map(|s| &s.example.slots);
    let mut names: Vec<String> = labels.map(|l| l.name.clone()).collect();
    names.sort();
    names.dedup();
    Ok(SlotModel {
        rules: rules(samples, &names),
        dictionary: Dictionary::new(forms(samples), lexicon),
        tagger: tagger::fit(samples, names)?,
        scorer: None,
        threshold: 0.5,
    })
}

/// What the kinds are called here. A kind that is nobody's slot keeps its own name; a kind whose finds the labels
/// contradict is dropped.
fn rules(samples: &[&Sample], names: &[String]) -> Vec<KindRule> {
    let mut rules = Vec::new();
    for kind in Kind::ALL {
        let mut finds = 0usize;
        let mut labelled: BTreeMap<&str, usize> = BTreeMap::new();
        for sample in samples {
            for found in sample.found.iter().filter(|r| r.kind == kind) {
                finds += 1;
                let exact = |l: &&SlotLabel| l.start == found.start && l.end == found.end;
                if let Some(label) = sample.example.slots.iter().find(exact) {
                    *labelled.entry(&label.name).or_default() += 1;
                }
            }
        }
        let confidence =
            |hits: usize, prior: f32| (hits as f32 + prior * PRIOR_FINDS) / (finds as f32 + PRIOR_FINDS);
        match labelled.iter().max_by_key(|(_, hits)| **hits) {
            Some((slot, hits)) if *hits as f32 >= RARELY * finds as f32 => {
                rules.push(KindRule { kind, slot: (*slot).to_owned(), confidence: confidence(*hits, 0.8) });
            }
            _ if names.iter().any(|n| n == kind.name()) || finds == 0 => {
                let slot = kind.name().to_owned();
                rules.push(KindRule { kind, slot, confidence: confidence(0, 0.9) });
            }
            _ => {}
        }
    }
    rules
}

/// Words that were labelled, each with the share of its occurrences that were.
fn forms(samples: &[&Sample]) -> Vec<Form> {
    let mut labelled: HashMap<String, BTreeMap<(&str, String), usize>> = HashMap::new();
    for sample in samples {
        for label in &sample.example.slots {
            let form = fold(text::slice(&sample.example.text, label.start, label.end));
            // Numbers and what recognisers find are their work: remembering one says nothing about the next.
            let a_word = form.chars().count() >= 2 && !form.chars().any(char::is_numeric);
            let recognised = sample.found.iter().any(|r| (r.start, r.end) == (label.start, label.end));
            if a_word && !recognised {
                let value = if label.value.is_empty() { form.clone() } else { label.value.clone() };
                *labelled.entry(form).or_default().entry((&label.name, value)).or_default() += 1;
            }
        }
    }
    let occurrences = occurrences(labelled.keys().map(String::as_str).collect(), samples);
    labelled
        .into_iter()
        .filter_map(|(form, uses)| {
            let ((slot, value), hits) = uses.into_iter().max_by_key(|(_, hits)| *hits)?;
            let occurrences = occurrences.get(&form).copied().unwrap_or(0);
            let confidence = (hits as f32 + 0.5) / (occurrences.max(hits) as f32 + 1.0);
            Some(Form { form, slot: slot.to_owned(), value, confidence, listed: false })
        })
        .collect()
}

/// How often each form occurs in the texts, also inside of others.
fn occurrences(forms: Vec<&str>, samples: &[&Sample]) -> HashMap<String, usize> {
    let mut counts = vec![0usize; forms.len()];
    if let Ok(index) = AhoCorasick::new(&forms) {
        for sample in samples {
            let text = fold(&sample.example.text);
            index.find_overlapping_iter(&text).for_each(|hit| counts[hit.pattern().as_usize()] += 1);
        }
    }
    forms.into_iter().map(str::to_owned).zip(counts).collect()
}
