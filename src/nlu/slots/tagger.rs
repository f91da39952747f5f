//! Tags tokens with slots: a softmax layer over the token states of the shared encoder pass.
//!
//! Tags are O, and B (begins) and I (goes on) for every slot. Beside its state a token carries marks of the values
//! recognised at its place, so that the tagger learns what a recogniser's finds are called here and when they count.

use serde::{Deserialize, Serialize};

use super::recognise::{Kind, Recognised};
use crate::encoder::TokenStates;
use crate::nlu::features::Features;
use crate::nlu::linear::{Linear, softmax};
use crate::nlu::packed;
use crate::text::is_han;

/// The trained tagger.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Tagger {
    /// Slot names; the tags of the slot `i` are `1 + 2i` (begins) and `2 + 2i` (goes on).
    pub names: Vec<String>,
    /// Mean of the token states of the training texts.
    #[serde(with = "packed::floats")]
    pub mean: Vec<f32>,
    pub layer: Linear,
}

/// How many sparse features a token has: three marks a kind of value, four kinds of characters.
pub const SPARSE_LEN: usize = 3 * Kind::ALL.len() + 4;

/// Probabilities of the tags of every token.
#[derive(Clone, Debug, Default)]
pub struct Tagging {
    pub offsets: Vec<(usize, usize)>,
    pub tags: Vec<Vec<f32>>,
}

/// A span of a slot, in scalars.
#[derive(Clone, Debug, PartialEq)]
pub struct Span {
    pub slot: usize,
    pub start: usize,
    pub end: usize,
    pub confidence: f32,
}

/// The tag of a token that begins (or goes on with) a slot.
pub fn tag_of(slot: usize, begins: bool) -> usize {
    if begins { 1 + 2 * slot } else { 2 + 2 * slot }
}

/// Features of every token of a text.
pub fn token_features(
    tokens: &TokenStates,
    mean: &[f32],
    chars: &[char],
    found: &[Recognised],
) -> Vec<Features> {
    let rows = tokens.states.chunks_exact(mean.len().max(1));
    rows.zip(&tokens.offsets)
        .map(|(state, &(start, end))| {
            let mut dense: Vec<f32> = state.iter().zip(mean).map(|(x, m)| x - m).collect();
            let length = dense.iter().map(|x| x * x).sum::<f32>().sqrt().max(1e-9);
            dense.iter_mut().for_each(|x| *x /= length);
            Features { dense, sparse: marks(start, end, chars, found) }
        })
        .collect()
}

fn marks(start: usize, end: usize, chars: &[char], found: &[Recognised]) -> Vec<(u32, f32)> {
    let mut marks = Vec::new();
    for (index, kind) in Kind::ALL.iter().enumerate() {
        let over = |r: &&Recognised| r.kind == *kind && r.start < end && start < r.end;
        if let Some(r) = found.iter().find(over) {
            marks.push((3 * index, true));
            marks.push((3 * index + 1, start <= r.start));
            marks.push((3 * index + 2, end >= r.end));
        }
    }
    let shape = match chars.get(start) {
        Some(c) if c.is_ascii_digit() => 0,
        Some(c) if c.is_ascii_alphabetic() => 1,
        Some(c) if is_han(*c) => 2,
        _ => 3,
    };
    marks.push((3 * Kind::ALL.len() + shape, true));
    marks.into_iter().filter(|(_, set)| *set).map(|(index, _)| (index as u32, 0.5)).collect()
}

impl Tagger {
    /// Probabilities of the tags of a text's tokens.
    pub fn tag(&self, tokens: &TokenStates, chars: &[char], found: &[Recognised]) -> Tagging {
        let features = token_features(tokens, &self.mean, chars, found);
        let tags = features.iter().map(|f| {
            let mut logits = self.layer.logits(f);
            softmax(&mut logits, 1.0);
            logits
        });
        Tagging { tags: tags.collect(), offsets: tokens.offsets.clone() }
    }
}

impl Tagging {
    /// The spans of the most probable sequence of tags in which nothing goes on that has not begun.
    pub fn spans(&self) -> Vec<Span> {
        let mut spans: Vec<Span> = Vec::new();
        let path = self.best_path();
        let mut at = 0;
        while at < path.len() {
            if path[at] == 0 {
                at += 1;
                continue;
            }
            let slot = (path[at] - 1) / 2;
            let inside = path[at + 1..].iter().take_while(|tag| **tag == tag_of(slot, false)).count();
            let last = at + inside;
            let (start, end) = (self.offsets[at].0, self.offsets[last].1);
            if start < end {
                spans.push(Span { slot, start, end, confidence: self.mass(slot, start, end) });
            }
            at = last + 1;
        }
        spans
    }

    /// Mean probability that the tokens within `start..end` belong to a slot; 0 where no token lies.
    pub fn mass(&self, slot: usize, start: usize, end: usize) -> f32 {
        let within = self.offsets.iter().zip(&self.tags).filter(|((s, e), _)| *s < end && start < *e);
        let (sum, count) = within.fold((0.0, 0), |(sum, count), (_, tags)| {
            let own =
                tags.get(tag_of(slot, true)).unwrap_or(&0.0) + tags.get(tag_of(slot, false)).unwrap_or(&0.0);
            (sum + own, count + 1)
        });
        if count == 0 { 0.0 } else { sum / count as f32 }
    }

    /// Viterbi with the one rule of BIO.
    fn best_path(&self) -> Vec<usize> {
        let Some(first) = self.tags.first() else { return Vec::new() };
        let log = |p: f32| p.max(1e-9).ln();
        let goes_on = |tag: usize| tag > 0 && tag.is_multiple_of(2);
        let mut best: Vec<f32> = first
            .iter()
            .enumerate()
            .map(|(tag, p)| if goes_on(tag) { f32::NEG_INFINITY } else { log(*p) })
            .collect();
        let mut back: Vec<Vec<usize>> = Vec::with_capacity(self.tags.len());
        for tags in &self.tags[1..] {
            let overall = (0..best.len()).max_by(|a, b| best[*a].total_cmp(&best[*b])).unwrap_or(0);
            let from = |tag: usize| match goes_on(tag) {
                true if best[tag - 1] >= best[tag] => tag - 1,
                true => tag,
                false => overall,
            };
            let origins: Vec<usize> = (0..tags.len()).map(from).collect();
            best = origins.iter().zip(tags).map(|(origin, p)| best[*origin] + log(*p)).collect();
            back.push(origins);
        }
        let mut path = vec![(0..best.len()).max_by(|a, b| best[*a].total_cmp(&best[*b])).unwrap_or(0)];
        for origins in back.iter().rev() {
            path.push(origins[path[path.len() - 1]]);
        }
        path.reverse();
        path
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn nothing_goes_on_that_has_not_begun() {
        // Two slots; the second token prefers to go on with slot 1 although slot 0 began.
        let tagging = Tagging {
            offsets: vec![(0, 1), (1, 3), (3, 4)],
            tags: vec![
                vec![0.1, 0.8, 0.02, 0.04, 0.04],
                vec![0.1, 0.05, 0.4, 0.05, 0.4],
                vec![0.9, 0.02, 0.02, 0.03, 0.03],
            ],
        };
        let spans = tagging.spans();
        assert_eq!(spans.len(), 1);
        assert_eq!((spans[0].slot, spans[0].start, spans[0].end), (0, 0, 3));
        assert!((spans[0].confidence - (0.82 + 0.45) / 2.0).abs() < 1e-5);
    }

    #[test]
    fn no_tokens_no_spans() {
        assert!(Tagging::default().spans().is_empty());
    }
}
