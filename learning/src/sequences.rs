//! The likelihood of labelled sequences of tokens, with an L2 penalty: what fitting a chain of tags minimises.

use std::ops::Range;

use candle_core::{Device, Tensor};
use rayon::prelude::*;

use crate::chain::Chain;
use crate::linear::add_scaled;
use crate::matrix::{product, product_of_transposed};
use crate::minimise::penalise;
use crate::tokens::{NEIGHBOUR, Sparse, Weights, centred, sentence};
use crate::{Result, minimise};

/// Strength of the likelihood against the penalty, as LIBLINEAR's C.
const C: f32 = 1.0;

/// Where the parts of the tagger lie in one row of numbers.
struct Layout {
    dim: usize,
    sparse: usize,
    tags: usize,
}

impl Layout {
    /// States, sentence, sparse, start, steps, bias: the bias, which is not penalised, comes last.
    fn sizes(&self) -> [usize; 6] {
        let Self { dim, sparse, tags } = *self;
        [3 * dim * tags, dim * tags, sparse * tags, tags, tags * tags, tags]
    }

    fn len(&self) -> usize {
        self.sizes().iter().sum()
    }

    fn split<'a>(&self, row: &'a [f32]) -> [&'a [f32]; 6] {
        let mut rest = row;
        self.sizes().map(|size| {
            let (part, others) = rest.split_at(size);
            rest = others;
            part
        })
    }

    fn split_mut<'a>(&self, row: &'a mut [f32]) -> [&'a mut [f32]; 6] {
        let mut rest = row;
        self.sizes().map(|size| {
            let (part, others) = std::mem::take(&mut rest).split_at_mut(size);
            rest = others;
            part
        })
    }
}

/// The likelihood of labelled texts under a tagger's weights.
pub struct Problem {
    layout: Layout,
    /// `tokens × dim`
    states: Tensor,
    /// `texts × dim`
    sentences: Tensor,
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
    /// `states` and `targets` have an item a text, `sparse` one a token, with indices below `features`.
    pub fn new<'a>(
        states: impl Iterator<Item = &'a [f32]>,
        sparse: Vec<Sparse>,
        targets: Vec<Vec<usize>>,
        mean: &[f32],
        features: usize,
        tags: usize,
    ) -> Result<Self> {
        let dim = mean.len();
        let (mut rows, mut sentences) = (Vec::new(), Vec::new());
        for states in states {
            states.chunks_exact(dim.max(1)).for_each(|state| rows.extend(centred(state, mean)));
            sentences.extend(sentence(states, mean));
        }
        let mut texts = Vec::with_capacity(targets.len());
        let mut end = 0;
        for text in &targets {
            texts.push(end..end + text.len());
            end += text.len();
        }
        let states = Tensor::from_vec(rows, (end, dim), &Device::Cpu)?;
        let sentences = Tensor::from_vec(sentences, (texts.len(), dim), &Device::Cpu)?;
        let layout = Layout { dim, sparse: features, tags };
        Ok(Self { layout, states, sentences, sparse, targets: targets.concat(), texts })
    }

    /// Whether there is nothing to learn from.
    pub fn is_empty(&self) -> bool {
        self.targets.is_empty()
    }

    /// The weights under which the labels are likeliest. Fails only when candle does (out of memory).
    pub fn fit(&self) -> Result<Weights> {
        Ok(self.weights(&minimise(vec![0.0; self.layout.len()], |w| self.evaluate(w))?))
    }

    /// The weights as a tagger has them.
    fn weights(&self, row: &[f32]) -> Weights {
        let tags = self.layout.tags;
        let [states, sentence, sparse, start, steps, bias] = self.layout.split(row).map(<[f32]>::to_vec);
        // In training the blocks of a state's row lie beside each other, in use below each other.
        let block = |place: usize| {
            let rows = states.chunks_exact(3 * tags);
            rows.flat_map(move |r| r[place * tags..(place + 1) * tags].to_vec()).collect::<Vec<_>>()
        };
        let states = (0..3).flat_map(block).collect();
        Weights { states, sentence, sparse, bias, chain: Chain { start, steps } }
    }

    /// Loss and gradient at `weights`.
    fn evaluate(&self, weights: &[f32]) -> Result<(f64, Vec<f32>)> {
        let tags = self.layout.tags;
        let [states, sentence, sparse, start, steps, bias] = self.layout.split(weights);
        let chain = Chain { start: start.to_vec(), steps: steps.to_vec() };
        let mut scores = self.scores(states, sentence, sparse, bias)?;
        let parts = self.residuals(&chain, &mut scores);
        let mut gradient = vec![0.0; weights.len()];
        let [of_states, of_sentence, of_sparse, of_start, of_steps, of_bias] =
            self.layout.split_mut(&mut gradient);
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
        of_sentence.copy_from_slice(&self.back_to_sentences(&scores)?);
        penalise(&mut loss, &mut gradient, &weights[..weights.len() - tags]);
        Ok((loss, gradient))
    }

    /// Scores of every token for every tag, `tokens × tags`.
    fn scores(&self, states: &[f32], sentence: &[f32], sparse: &[f32], bias: &[f32]) -> Result<Vec<f32>> {
        let tags = self.layout.tags;
        let products = product(&self.states, states, self.layout.dim, 3 * tags)?;
        let about = product(&self.sentences, sentence, self.layout.dim, tags)?;
        let mut scores = vec![0.0; self.targets.len() * tags];
        for (text, about) in self.texts.iter().zip(about.chunks_exact(tags)) {
            for token in text.clone() {
                let row = &mut scores[token * tags..(token + 1) * tags];
                row.copy_from_slice(bias);
                add_scaled(row, about, 1.0);
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
        product_of_transposed(&self.states, shifted, self.targets.len(), 3 * tags)
    }

    /// Residuals back onto the sentences.
    fn back_to_sentences(&self, residuals: &[f32]) -> Result<Vec<f32>> {
        let tags = self.layout.tags;
        let mut summed = vec![0.0; self.texts.len() * tags];
        for (text, sum) in self.texts.iter().zip(summed.chunks_exact_mut(tags)) {
            for residual in residuals[text.start * tags..text.end * tags].chunks_exact(tags) {
                add_scaled(sum, residual, C);
            }
        }
        product_of_transposed(&self.sentences, summed, self.texts.len(), tags)
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

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    fn problem() -> Problem {
        let states: Vec<f32> = (0..10).map(|i| (i as f32 * 0.7).sin()).collect();
        Problem {
            layout: Layout { dim: 2, sparse: 3, tags: 3 },
            states: Tensor::from_vec(states, (5, 2), &Device::Cpu).unwrap(),
            sentences: Tensor::from_vec(vec![0.3f32, -0.8, 0.9, 0.1], (2, 2), &Device::Cpu).unwrap(),
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
