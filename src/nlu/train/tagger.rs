//! Fits the slot tagger: the likelihood of the labelled sequences with an L2 penalty, minimised by L-BFGS on the whole
//! data. Convex as well, so the result depends on nothing but the data.

use std::collections::HashMap;
use std::ops::Range;

use candle_core::{Device, Tensor};
use rayon::prelude::*;

use super::Sample;
use super::fit::{failed, minimise};
use crate::domain::SlotLabel;
use crate::error::Result;
use crate::nlu::linear::add_scaled;
use crate::nlu::slots::tagger::{
    Chain, MARKS, NEIGHBOUR, Sparse, Tagger, Weights, centred, sparse, tag_of, word_features,
};

/// Strength of the likelihood against the penalty, as LIBLINEAR's C.
const C: f32 = 1.0;
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
    let vocabulary = vocabulary(&chosen);
    let problem = Problem::new(&chosen, &names, &mean, &vocabulary)?;
    if problem.targets.is_empty() {
        return Ok(None);
    }
    let weights = minimise(vec![0.0; problem.layout.len()], |w| problem.evaluate(w))?;
    let weights = problem.layout.weights(&weights);
    Ok(Some(Tagger { names, mean, vocabulary, weights }))
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

fn vocabulary(samples: &[&Sample]) -> Vec<u32> {
    let mut counts: HashMap<u32, u32> = HashMap::new();
    for sample in samples {
        let Some(states) = &sample.encoded.tokens else { continue };
        for id in word_features(&sample.example.text, &states.offsets).into_iter().flatten() {
            *counts.entry(id).or_default() += 1;
        }
    }
    let mut vocabulary: Vec<u32> =
        counts.into_iter().filter(|(_, count)| *count >= FEWEST).map(|(id, _)| id).collect();
    vocabulary.sort_unstable();
    vocabulary
}

/// Where the parts of the tagger lie in one row of numbers.
struct Layout {
    dim: usize,
    sparse: usize,
    tags: usize,
}

impl Layout {
    /// States, sparse, start, steps, bias: the bias, which is not penalised, comes last.
    fn sizes(&self) -> [usize; 5] {
        [3 * self.dim * self.tags, self.sparse * self.tags, self.tags, self.tags * self.tags, self.tags]
    }

    fn len(&self) -> usize {
        self.sizes().iter().sum()
    }

    fn split<'a>(&self, row: &'a [f32]) -> [&'a [f32]; 5] {
        let [states, sparse, start, steps, _] = self.sizes();
        let (a, row) = row.split_at(states);
        let (b, row) = row.split_at(sparse);
        let (c, row) = row.split_at(start);
        let (d, e) = row.split_at(steps);
        [a, b, c, d, e]
    }

    fn weights(&self, row: &[f32]) -> Weights {
        let [states, sparse, start, steps, bias] = self.split(row).map(<[f32]>::to_vec);
        // In training the blocks of a state's row lie beside each other, in use below each other.
        let block = |place: usize| {
            let rows = states.chunks_exact(3 * self.tags);
            rows.flat_map(move |r| r[place * self.tags..(place + 1) * self.tags].to_vec()).collect::<Vec<_>>()
        };
        let states = (0..3).flat_map(block).collect();
        Weights { states, sparse, bias, chain: Chain { start, steps } }
    }
}

struct Problem {
    layout: Layout,
    /// `tokens × dim`
    states: Tensor,
    sparse: Vec<Sparse>,
    targets: Vec<usize>,
    /// The tokens of every text.
    texts: Vec<Range<usize>>,
}

/// What one part of the texts adds to loss and gradient.
struct Part {
    loss: f64,
    pairs: Vec<f32>,
    start: Vec<f32>,
}

impl Problem {
    fn new(samples: &[&Sample], names: &[String], mean: &[f32], vocabulary: &[u32]) -> Result<Self> {
        let (mut rows, mut features, mut targets, mut texts) =
            (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for sample in samples {
            let Some(tokens) = &sample.encoded.tokens else { continue };
            let first = targets.len();
            for state in tokens.states.chunks_exact(mean.len().max(1)) {
                rows.extend(centred(state, mean));
            }
            features.extend(sparse(&sample.example.text, &tokens.offsets, &sample.found, vocabulary));
            targets.extend(slot_tags(sample, names));
            texts.push(first..targets.len());
        }
        let states = Tensor::from_vec(rows, (targets.len(), mean.len()), &Device::Cpu).map_err(failed)?;
        let layout = Layout { dim: mean.len(), sparse: MARKS + vocabulary.len(), tags: 1 + 2 * names.len() };
        Ok(Self { layout, states, sparse: features, targets, texts })
    }

    /// Loss and gradient at `weights`.
    fn evaluate(&self, weights: &[f32]) -> Result<(f64, Vec<f32>)> {
        let tags = self.layout.tags;
        let [states, sparse, start, steps, bias] = self.layout.split(weights);
        let chain = Chain { start: start.to_vec(), steps: steps.to_vec() };
        let mut scores = self.scores(states, sparse, bias)?;
        let parts = self.residuals(&chain, &mut scores);
        let mut gradient = vec![0.0; weights.len()];
        let sizes = self.layout.sizes();
        let (of_states, rest) = gradient.split_at_mut(sizes[0]);
        let (of_sparse, rest) = rest.split_at_mut(sizes[1]);
        let (of_start, rest) = rest.split_at_mut(tags);
        let (of_steps, of_bias) = rest.split_at_mut(tags * tags);
        let mut loss = 0.0;
        for part in parts {
            loss += part.loss * f64::from(C);
            add_scaled(of_start, &part.start, C);
            add_scaled(of_steps, &part.pairs, C);
        }
        for (features, residual) in self.sparse.iter().zip(scores.chunks_exact(tags)) {
            add_scaled(of_bias, residual, C);
            for (feature, x) in features {
                let at = *feature as usize * tags;
                add_scaled(&mut of_sparse[at..at + tags], residual, *x * C);
            }
        }
        of_states.copy_from_slice(&self.back(&scores)?);
        let penalised = weights.len() - tags;
        for (g, w) in gradient[..penalised].iter_mut().zip(weights) {
            *g += w;
            loss += 0.5 * f64::from(*w) * f64::from(*w);
        }
        Ok((loss, gradient))
    }

    /// Scores of every token for every tag, `tokens × tags`.
    fn scores(&self, states: &[f32], sparse: &[f32], bias: &[f32]) -> Result<Vec<f32>> {
        let tags = self.layout.tags;
        let weights =
            Tensor::from_slice(states, (self.layout.dim, 3 * tags), &Device::Cpu).map_err(failed)?;
        let products = self.states.matmul(&weights).and_then(|t| t.flatten_all()).map_err(failed)?;
        let products: Vec<f32> = products.to_vec1().map_err(failed)?;
        let mut scores = vec![0.0; self.targets.len() * tags];
        for text in &self.texts {
            for token in text.clone() {
                let row = &mut scores[token * tags..(token + 1) * tags];
                row.copy_from_slice(bias);
                for (near, place, weight) in neighbours(token, text) {
                    let at = (near * 3 + place) * tags;
                    add_scaled(row, &products[at..at + tags], weight);
                }
                for (feature, x) in &self.sparse[token] {
                    let at = *feature as usize * tags;
                    add_scaled(row, &sparse[at..at + tags], *x);
                }
            }
        }
        Ok(scores)
    }

    /// Turns scores into what is too much of them: probability minus truth. Texts are independent of each other.
    fn residuals(&self, chain: &Chain, scores: &mut [f32]) -> Vec<Part> {
        const TEXTS_A_PART: usize = 128;
        let tags = self.layout.tags;
        let steps = chain.exponentials();
        let mut slices = Vec::new();
        let mut rest = scores;
        for texts in self.texts.chunks(TEXTS_A_PART) {
            let tokens: usize = texts.iter().map(Range::len).sum();
            let (own, others) = rest.split_at_mut(tokens * tags);
            slices.push((texts, own));
            rest = others;
        }
        let part = |(texts, scores): (&[Range<usize>], &mut [f32])| {
            let mut part = Part { loss: 0.0, pairs: vec![0.0; tags * tags], start: vec![0.0; tags] };
            let first = texts.first().map_or(0, |t| t.start);
            for text in texts {
                let own = &mut scores[(text.start - first) * tags..(text.end - first) * tags];
                let path = &self.targets[text.clone()];
                let marginals = chain.marginals(own, &steps, &mut part.pairs);
                part.loss += marginals.log_sum - chain.score(own, path);
                own.copy_from_slice(&marginals.tags);
                for (token, tag) in path.iter().enumerate() {
                    own[token * tags + tag] -= 1.0;
                }
                path.windows(2).for_each(|w| part.pairs[w[0] * tags + w[1]] -= 1.0);
                add_scaled(&mut part.start, &own[..tags], 1.0);
            }
            part
        };
        slices.into_par_iter().map(part).collect()
    }

    /// Residuals back onto the states.
    fn back(&self, residuals: &[f32]) -> Result<Vec<f32>> {
        let tags = self.layout.tags;
        let mut shifted = vec![0.0; residuals.len() * 3];
        for text in &self.texts {
            for token in text.clone() {
                for (near, place, weight) in neighbours(token, text) {
                    let at = (near * 3 + place) * tags;
                    add_scaled(
                        &mut shifted[at..at + tags],
                        &residuals[token * tags..(token + 1) * tags],
                        weight * C,
                    );
                }
            }
        }
        let shifted =
            Tensor::from_vec(shifted, (self.targets.len(), 3 * tags), &Device::Cpu).map_err(failed)?;
        let transposed = self.states.t().map_err(failed)?;
        let gradient = transposed.matmul(&shifted).and_then(|t| t.flatten_all()).map_err(failed)?;
        gradient.to_vec1().map_err(failed)
    }
}

/// A token's own state and those beside it within its text, with their block of weights and how much they count.
fn neighbours(token: usize, text: &Range<usize>) -> impl Iterator<Item = (usize, usize, f32)> {
    let near = [(token.checked_sub(1), 0, NEIGHBOUR), (Some(token), 1, 1.0), (Some(token + 1), 2, NEIGHBOUR)];
    let text = text.clone();
    near.into_iter().filter_map(move |(near, place, weight)| {
        near.filter(|n| text.contains(n)).map(|near| (near, place, weight))
    })
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

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    fn problem() -> Problem {
        let states: Vec<f32> = (0..10).map(|i| (i as f32 * 0.7).sin()).collect();
        Problem {
            layout: Layout { dim: 2, sparse: 3, tags: 3 },
            states: Tensor::from_vec(states, (5, 2), &Device::Cpu).unwrap(),
            sparse: vec![vec![(0, 1.0)], vec![(1, 1.0), (2, 0.5)], vec![], vec![(2, 1.0)], vec![(0, 1.0)]],
            targets: vec![0, 1, 2, 1, 0],
            texts: vec![0..3, 3..5],
        }
    }

    #[test]
    fn the_gradient_is_the_slope_of_the_loss() {
        let problem = problem();
        let point: Vec<f32> = (0..problem.layout.len()).map(|i| (i as f32 * 1.3).cos() * 0.5).collect();
        let (_, gradient) = problem.evaluate(&point).unwrap();
        for at in 0..point.len() {
            let moved = |by: f32| {
                let mut point = point.clone();
                point[at] += by;
                problem.evaluate(&point).unwrap().0
            };
            let slope = (moved(1e-2) - moved(-1e-2)) / 2e-2;
            assert!((slope - f64::from(gradient[at])).abs() < 1e-2, "{at}: {slope} {}", gradient[at]);
        }
    }

    #[test]
    fn the_gradient_is_zero_at_the_result() {
        let problem = problem();
        let point = minimise(vec![0.0; problem.layout.len()], |w| problem.evaluate(w)).unwrap();
        let (_, gradient) = problem.evaluate(&point).unwrap();
        let length: f32 = gradient.iter().map(|g| g * g).sum::<f32>().sqrt();
        assert!(length < 0.05, "{gradient:?}");
    }
}
