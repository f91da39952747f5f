//! A linear chain over tags (Lafferty, McCallum and Pereira 2001): what a tag is worth depends on its token and on the
//! tag before it. Given the scores of every token it finds the best sequence and the probability of every tag.

use serde::{Deserialize, Serialize};

use crate::packed;

/// What tags at the beginning and tags after each other are worth.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Chain {
    /// One a tag.
    #[serde(with = "packed::floats")]
    pub start: Vec<f32>,
    /// `tags × tags`: from the row's tag to the column's.
    #[serde(with = "packed::floats")]
    pub steps: Vec<f32>,
}

/// Probabilities of one sequence.
#[derive(Clone, Debug, Default)]
pub struct Marginals {
    /// Logarithm of the sum over all sequences.
    pub log_sum: f64,
    /// `tokens × tags`
    pub tags: Vec<f32>,
}

/// One sequence with all that is needed to ask for the probability of any part of it.
#[derive(Clone, Debug, Default)]
pub struct Lattice {
    forward: Forward,
    /// `tokens × tags`: what may come after a tag.
    beta: Vec<f32>,
    steps: Vec<f32>,
    tags: usize,
}

/// What the forward pass leaves for the backward pass: all `tokens × tags`, scaled so that every token sums to 1.
#[derive(Clone, Debug, Default)]
struct Forward {
    /// Exponentials of the scores, the highest of a token 1.
    scores: Vec<f32>,
    alpha: Vec<f32>,
    scales: Vec<f32>,
    log_sum: f64,
}

impl Chain {
    /// How many tags there are.
    pub fn tags(&self) -> usize {
        self.start.len()
    }

    /// Exponentials of the steps, which every sequence needs.
    pub fn exponentials(&self) -> Vec<f32> {
        self.steps.iter().map(|x| x.exp()).collect()
    }

    /// Probabilities of the tags of every token of `scores` (`tokens × tags`). `steps` are [`Chain::exponentials`]; the
    /// probability of every step is added to `pairs`.
    pub fn marginals(&self, scores: &[f32], steps: &[f32], pairs: &mut [f32]) -> Marginals {
        let tags = self.tags();
        if scores.is_empty() || tags == 0 {
            return Marginals::default();
        }
        let forward = self.forward(scores, steps);
        let beta = forward.backward(steps, tags, |before, step, after, alpha| {
            let row = &mut pairs[before * tags..(before + 1) * tags];
            for ((p, step), after) in row.iter_mut().zip(step).zip(after) {
                *p += alpha * step * after;
            }
        });
        let tags = forward.alpha.iter().zip(&beta).map(|(a, b)| a * b).collect();
        Marginals { log_sum: forward.log_sum, tags }
    }

    /// The same for questions about parts.
    pub fn lattice(&self, scores: &[f32]) -> Lattice {
        let (tags, steps) = (self.tags(), self.exponentials());
        if scores.is_empty() || tags == 0 {
            return Lattice::default();
        }
        let forward = self.forward(scores, &steps);
        let beta = forward.backward(&steps, tags, |_, _, _, _| {});
        Lattice { forward, beta, steps, tags }
    }

    fn forward(&self, scores: &[f32], steps: &[f32]) -> Forward {
        let tags = self.tags();
        let mut forward = Forward {
            scores: Vec::with_capacity(scores.len()),
            alpha: Vec::with_capacity(scores.len()),
            scales: Vec::with_capacity(scores.len() / tags),
            log_sum: 0.0,
        };
        let mut alpha: Vec<f32> = Vec::new();
        for (token, row) in scores.chunks_exact(tags).enumerate() {
            let mut next = vec![0.0f32; tags];
            let highest = if token == 0 {
                next.iter_mut().zip(row.iter().zip(&self.start)).for_each(|(n, (r, s))| *n = r + s);
                let highest = next.iter().copied().fold(f32::NEG_INFINITY, f32::max);
                next.iter_mut().for_each(|n| *n = (*n - highest).exp());
                forward.scores.extend_from_slice(&next);
                highest
            } else {
                for (a, steps) in alpha.iter().zip(steps.chunks_exact(tags)) {
                    next.iter_mut().zip(steps).for_each(|(n, step)| *n += a * step);
                }
                let highest = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
                for (n, score) in next.iter_mut().zip(row) {
                    let score = (score - highest).exp();
                    forward.scores.push(score);
                    *n *= score;
                }
                highest
            };
            let scale = next.iter().sum::<f32>().max(f32::MIN_POSITIVE);
            next.iter_mut().for_each(|n| *n /= scale);
            forward.log_sum += f64::from(highest) + f64::from(scale).ln();
            forward.scales.push(scale);
            forward.alpha.extend_from_slice(&next);
            alpha = next;
        }
        forward
    }

    /// What a given sequence of tags is worth.
    pub fn score(&self, scores: &[f32], path: &[usize]) -> f64 {
        let tags = self.tags();
        let mut sum = path.first().map_or(0.0, |tag| f64::from(self.start[*tag]));
        for (token, tag) in path.iter().enumerate() {
            sum += f64::from(scores[token * tags + tag]);
        }
        sum + path.windows(2).map(|w| f64::from(self.steps[w[0] * tags + w[1]])).sum::<f64>()
    }

    /// The best sequence among those whose steps `allowed(from, to)` lets pass; at the beginning `from` is none.
    pub fn best(&self, scores: &[f32], allowed: impl Fn(Option<usize>, usize) -> bool) -> Vec<usize> {
        let tags = self.tags();
        let mut rows = scores.chunks_exact(tags.max(1));
        let Some(first) = rows.next() else { return Vec::new() };
        let begin = |tag: usize| match allowed(None, tag) {
            true => first[tag] + self.start[tag],
            false => f32::NEG_INFINITY,
        };
        let mut best: Vec<f32> = (0..tags).map(begin).collect();
        let mut back: Vec<usize> = Vec::with_capacity(scores.len());
        for row in rows {
            let mut next = vec![f32::NEG_INFINITY; tags];
            let mut origins = vec![0; tags];
            for (from, (before, steps)) in best.iter().zip(self.steps.chunks_exact(tags)).enumerate() {
                for (to, step) in steps.iter().enumerate() {
                    let worth = before + step;
                    if worth > next[to] && allowed(Some(from), to) {
                        (next[to], origins[to]) = (worth, from);
                    }
                }
            }
            next.iter_mut().zip(row).for_each(|(n, score)| *n += score);
            best = next;
            back.extend(origins);
        }
        let mut path = vec![(0..tags).max_by(|a, b| best[*a].total_cmp(&best[*b])).unwrap_or(0)];
        for origins in back.chunks_exact(tags).rev() {
            path.push(origins[path[path.len() - 1]]);
        }
        path.reverse();
        path
    }
}

impl Forward {
    /// What may come after every tag, `tokens × tags`. `step(tag, row of steps, what they lead to, alpha)` hears of the
    /// steps from every tag.
    fn backward(
        &self,
        steps: &[f32],
        tags: usize,
        mut step: impl FnMut(usize, &[f32], &[f32], f32),
    ) -> Vec<f32> {
        let tokens = self.scales.len();
        let mut beta = vec![1.0f32; tokens * tags];
        let mut after = vec![0.0f32; tags];
        for token in (1..tokens).rev() {
            let (before, own) = beta.split_at_mut(token * tags);
            let scores = &self.scores[token * tags..(token + 1) * tags];
            for (a, (score, b)) in after.iter_mut().zip(scores.iter().zip(own.iter())) {
                *a = score * b / self.scales[token];
            }
            let first = (token - 1) * tags;
            for (from, row) in steps.chunks_exact(tags).enumerate() {
                step(from, row, &after, self.alpha[first + from]);
                before[first + from] = row.iter().zip(&after).map(|(step, a)| step * a).sum();
            }
        }
        beta
    }
}

impl Lattice {
    /// Probabilities of the tags, `tokens × tags`.
    pub fn tags(&self) -> Vec<f32> {
        self.forward.alpha.iter().zip(&self.beta).map(|(a, b)| a * b).collect()
    }

    /// The probability that exactly the tokens `start..end` are one run: `first` and then nothing but `inner`, which
    /// does not go on behind it.
    pub fn run(&self, start: usize, end: usize, first: usize, inner: usize) -> f32 {
        let at = |token: usize, tag: usize| token * self.tags + tag;
        if start >= end || end > self.forward.scales.len() {
            return 0.0;
        }
        let mut sum = self.forward.alpha[at(start, first)];
        let mut tag = first;
        for token in start + 1..end {
            let score = self.forward.scores[at(token, inner)] / self.forward.scales[token];
            sum *= self.steps[at(tag, inner)] * score;
            tag = inner;
        }
        if end < self.forward.scales.len() {
            let others = (0..self.tags).filter(|next| *next != inner);
            let after = |next: usize| {
                self.steps[at(tag, next)] * self.forward.scores[at(end, next)] * self.beta[at(end, next)]
            };
            sum *= others.map(after).sum::<f32>() / self.forward.scales[end];
        }
        sum.clamp(0.0, 1.0)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn paths(tokens: usize, tags: usize) -> Vec<Vec<usize>> {
        let longer = |paths: Vec<Vec<usize>>| {
            paths.into_iter().flat_map(|p| (0..tags).map(move |t| [p.clone(), vec![t]].concat())).collect()
        };
        (0..tokens).fold(vec![vec![]], |paths, _| longer(paths))
    }

    proptest! {
        /// Against the definition: every sequence written out.
        #[test]
        fn sums_and_best_are_those_of_all_sequences(
            start in proptest::collection::vec(-2.0f32..2.0, 3),
            steps in proptest::collection::vec(-2.0f32..2.0, 9),
            scores in proptest::collection::vec(-4.0f32..4.0, 12),
        ) {
            let chain = Chain { start, steps };
            let all = paths(4, 3);
            let worth: Vec<f64> = all.iter().map(|p| chain.score(&scores, p)).collect();
            let sum: f64 = worth.iter().map(|w| w.exp()).sum();
            let mut pairs = vec![0.0; 9];
            let marginals = chain.marginals(&scores, &chain.exponentials(), &mut pairs);
            prop_assert!((marginals.log_sum - sum.ln()).abs() < 1e-3);
            for token in 0..4 {
                for tag in 0..3 {
                    let of = all.iter().zip(&worth).filter(|(p, _)| p[token] == tag);
                    let expected = of.map(|(_, w)| w.exp()).sum::<f64>() / sum;
                    prop_assert!((f64::from(marginals.tags[token * 3 + tag]) - expected).abs() < 1e-3);
                }
            }
            let stays: f64 = all.iter().zip(&worth)
                .map(|(p, w)| w.exp() / sum * p.windows(2).filter(|w| w == &[1, 1]).count() as f64).sum();
            prop_assert!((f64::from(pairs[4]) - stays).abs() < 1e-3);
            let lattice = chain.lattice(&scores);
            let runs = all.iter().zip(&worth).filter(|(p, _)| p[1..] == [1, 2, 0] || p[1..] == [1, 2, 1]);
            let expected = runs.map(|(_, w)| w.exp()).sum::<f64>() / sum;
            prop_assert!((f64::from(lattice.run(1, 3, 1, 2)) - expected).abs() < 1e-3);
            prop_assert!(lattice.tags().iter().zip(&marginals.tags).all(|(a, b)| (a - b).abs() < 1e-5));
            let best = worth.iter().copied().fold(f64::MIN, f64::max);
            prop_assert!((chain.score(&scores, &chain.best(&scores, |_, _| true)) - best).abs() < 1e-4);
        }
    }

    #[test]
    fn forbidden_steps_are_not_taken() {
        let chain = Chain { start: vec![0.0; 2], steps: vec![0.0; 4] };
        let scores = [0.0, 1.0, 0.0, 1.0];
        assert_eq!(chain.best(&scores, |_, _| true), [1, 1]);
        assert_eq!(chain.best(&scores, |from, to| to == 0 || from.is_some()), [0, 1]);
    }

    #[test]
    fn nothing_has_no_tags() {
        let chain = Chain { start: vec![0.0; 2], steps: vec![0.0; 4] };
        assert!(chain.lattice(&[]).tags().is_empty());
        assert_eq!(chain.lattice(&[]).run(0, 1, 0, 1), 0.0);
        assert!(chain.best(&[], |_, _| true).is_empty());
    }
}
