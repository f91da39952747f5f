//! A linear chain over tags (Lafferty, McCallum and Pereira 2001): what a tag is worth depends on its token and on the
//! tag before it. Given the scores of every token it finds the best sequence and the probability of every tag.

use serde::{Deserialize, Serialize};

use crate::nlu::packed;

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

/// What the forward pass leaves for the backward pass: all `tokens × tags`, scaled so that every token sums to 1.
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

    /// Probabilities of the tags of every token of `scores` (`tokens × tags`). `steps` are [`Chain::exponentials`]. Where
    /// `pairs` is given, the probability of every step is added to it.
    pub fn marginals(&self, scores: &[f32], steps: &[f32], pairs: Option<&mut [f32]>) -> Marginals {
        let tags = self.tags();
        if scores.is_empty() || tags == 0 {
            return Marginals::default();
        }
        let forward = self.forward(scores, steps);
        let tokens = scores.len() / tags;
        let mut marginals = forward.alpha.clone();
        let mut beta = vec![1.0f32; tags];
        let mut weighted = vec![0.0f32; tags];
        let mut pairs = pairs;
        for token in (1..tokens).rev() {
            let (own, before) = (token * tags..(token + 1) * tags, (token - 1) * tags..token * tags);
            for (w, (s, b)) in weighted.iter_mut().zip(forward.scores[own].iter().zip(&beta)) {
                *w = s * b / forward.scales[token];
            }
            for (from, row) in steps.chunks_exact(tags).enumerate() {
                let alpha = forward.alpha[before.start + from];
                if let Some(pairs) = pairs.as_deref_mut() {
                    let row_pairs = &mut pairs[from * tags..(from + 1) * tags];
                    for ((p, step), w) in row_pairs.iter_mut().zip(row).zip(&weighted) {
                        *p += alpha * step * w;
                    }
                }
                beta[from] = row.iter().zip(&weighted).map(|(step, w)| step * w).sum();
            }
            marginals[before].iter_mut().zip(&beta).for_each(|(m, b)| *m *= b);
        }
        Marginals { log_sum: forward.log_sum, tags: marginals }
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
            for from in 0..tags {
                for to in 0..tags {
                    let worth = best[from] + self.steps[from * tags + to];
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
            let marginals = chain.marginals(&scores, &chain.exponentials(), Some(&mut pairs));
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
        assert!(chain.marginals(&[], &chain.exponentials(), None).tags.is_empty());
        assert!(chain.best(&[], |_, _| true).is_empty());
    }
}
