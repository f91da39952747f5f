//! Fits the slot tagger: the likelihood of the labelled sequences with an L2 penalty, minimised by L-BFGS on the whole
//! data. Convex as well, so the result depends on nothing but the data.

use std::collections::{HashMap, HashSet};

use zhike_learning::sequences::Problem;
use zhike_learning::tokens::Sparse;

use super::Sample;
use crate::domain::SlotLabel;
use crate::error::Result;
use crate::nlu::slots::gazetteer::{Gazetteer, key};
use crate::nlu::slots::tagger::{MARKS, Tagger, named, sparse, tag_of};
use crate::text;

/// Tokens of texts without slots that are learnt from at most, for each token of a slot.
const PLAIN_PER_SLOT_TOKEN: usize = 8;
/// A word's feature must occur so often: what occurs once teaches nothing and weighs a third of the file.
const FEWEST: u32 = 2;

/// A tagger for the slots `names` (sorted); none when there are none.
pub(super) fn fit(samples: &[&Sample], names: Vec<String>) -> Result<Option<Tagger>> {
    if names.is_empty() {
        return Ok(None);
    }
    let chosen = chosen(samples, &names);
    let mean = mean_state(&chosen);
    let values = Values::new(&chosen, &names);
    let ids: Vec<Vec<Vec<u32>>> = chosen.iter().map(|s| values.named(s, &names)).collect();
    let vocabulary = vocabulary(&ids);
    let features = chosen.iter().zip(ids).flat_map(|(sample, ids)| {
        let offsets = sample.encoded.tokens.as_ref().map_or(&[][..], |t| t.offsets.as_slice());
        sparse(&sample.example.text, offsets, &sample.found, ids, &vocabulary)
    });
    let features: Vec<Sparse> = features.collect();
    let targets: Vec<Vec<usize>> = chosen.iter().map(|s| slot_tags(s, &names)).collect();
    let states = chosen.iter().filter_map(|s| s.encoded.tokens.as_ref()).map(|t| t.states.as_slice());
    let problem =
        Problem::new(states, features, targets, &mean, MARKS + vocabulary.len(), 1 + 2 * names.len())?;
    if problem.is_empty() {
        return Ok(None);
    }
    let weights = problem.fit()?;
    Ok(Some(Tagger { names, mean, vocabulary, gazetteer: values.gazetteer, weights }))
}

/// The labelled values, and in how many texts each is.
struct Values {
    gazetteer: Gazetteer,
    texts: HashMap<(u32, u32), u32>,
}

impl Values {
    fn new(samples: &[&Sample], names: &[String]) -> Self {
        let mut texts: HashMap<(u32, u32), u32> = HashMap::new();
        for sample in samples {
            for value in own_values(sample, names) {
                *texts.entry(value).or_default() += 1;
            }
        }
        Self { gazetteer: Gazetteer::new(texts.keys().copied()), texts }
    }

    /// The named features of a text, in which values count that other texts have.
    fn named(&self, sample: &Sample, names: &[String]) -> Vec<Vec<u32>> {
        let own = own_values(sample, names);
        let elsewhere = |value: u32, slot: u32| {
            let texts = self.texts.get(&(value, slot)).copied().unwrap_or(0);
            texts > u32::from(own.contains(&(value, slot)))
        };
        let offsets = sample.encoded.tokens.as_ref().map_or(&[][..], |t| t.offsets.as_slice());
        named(&sample.example.text, offsets, &self.gazetteer, elsewhere)
    }
}

fn own_values(sample: &Sample, names: &[String]) -> HashSet<(u32, u32)> {
    let folded = text::folded_chars(&sample.example.text);
    let value = |label: &SlotLabel| {
        let slot = names.binary_search(&label.name).ok()?;
        Some((key(&folded, label.start, label.end), slot as u32))
    };
    sample.example.slots.iter().filter_map(value).collect()
}

/// Texts with slots, and of the others as many as the slots bear.
fn chosen<'a>(samples: &[&'a Sample], names: &[String]) -> Vec<&'a Sample> {
    let slot_tokens: usize =
        samples.iter().map(|s| slot_tags(s, names).iter().filter(|t| **t > 0).count()).sum();
    let mut plain_left = slot_tokens * PLAIN_PER_SLOT_TOKEN;
    let mut chosen: Vec<&Sample> = Vec::new();
    for sample in samples {
        let Some(tokens) = sample.encoded.tokens.as_ref().filter(|t| !t.offsets.is_empty()) else { continue };
        if sample.example.slots.is_empty() {
            if plain_left < tokens.offsets.len() {
                continue;
            }
            plain_left -= tokens.offsets.len();
        }
        chosen.push(sample);
    }
    chosen
}

fn vocabulary(texts: &[Vec<Vec<u32>>]) -> Vec<u32> {
    let mut counts: HashMap<u32, u32> = HashMap::new();
    for id in texts.iter().flatten().flatten() {
        *counts.entry(*id).or_default() += 1;
    }
    let mut vocabulary: Vec<u32> =
        counts.into_iter().filter(|(_, count)| *count >= FEWEST).map(|(id, _)| id).collect();
    vocabulary.sort_unstable();
    vocabulary
}

/// The tag of every token: that of the slot that covers at least half of it.
fn slot_tags(sample: &Sample, names: &[String]) -> Vec<usize> {
    let Some(tokens) = &sample.encoded.tokens else { return Vec::new() };
    let labels = &sample.example.slots;
    let mut last = None;
    tokens
        .offsets
        .iter()
        .map(|&(start, end)| {
            let covers =
                |l: &SlotLabel| 2 * l.end.min(end).saturating_sub(l.start.max(start)) >= (end - start).max(1);
            let label = labels.iter().position(covers);
            let goes_on = label.is_some() && label == last;
            last = label;
            let slot = label.and_then(|l| names.binary_search(&labels[l].name).ok());
            slot.map_or(0, |slot| tag_of(slot, !goes_on))
        })
        .collect()
}

fn mean_state(samples: &[&Sample]) -> Vec<f32> {
    let dim = samples.first().map_or(0, |s| s.encoded.vector.len());
    let mut sum = vec![0.0f64; dim];
    let mut count = 0usize;
    for tokens in samples.iter().filter_map(|s| s.encoded.tokens.as_ref()) {
        for state in tokens.states.chunks_exact(dim.max(1)) {
            count += 1;
            sum.iter_mut().zip(state).for_each(|(s, x)| *s += f64::from(*x));
        }
    }
    sum.into_iter().map(|s| (s / count.max(1) as f64) as f32).collect()
}
