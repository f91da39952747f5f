//! Tags tokens with slots: a linear chain over the token states of the shared encoder pass and over words.
//!
//! Tags are O, and B (begins) and I (goes on) for every slot. A token is seen by its own state and those beside it, by
//! the mean of all states, which knows what the sentence is about, by its word and the words around, by what its words
//! were in other sentences, and by marks of the values recognised at its place, so that the tagger learns what a
//! recogniser's finds are called here and when they count.

use serde::{Deserialize, Serialize};
use zhike_learning::chain::Lattice;
use zhike_learning::packed;
use zhike_learning::tokens::{Sparse, Weights};

use super::gazetteer::Gazetteer;
use super::recognise::{Kind, Recognised};
use super::words::{self, FeatureId};
use crate::encoder::TokenStates;
use crate::text::is_han;

/// The trained tagger.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Tagger {
    /// Slot names; the tags of the slot `i` are `1 + 2i` (begins) and `2 + 2i` (goes on).
    pub names: Vec<String>,
    /// Mean of the token states of the training texts.
    #[serde(with = "packed::floats")]
    pub mean: Vec<f32>,
    /// Features of words that training knew, sorted; their place leads to their weights.
    #[serde(with = "packed::ids")]
    pub vocabulary: Vec<FeatureId>,
    pub gazetteer: Gazetteer,
    pub weights: Weights,
}

/// How many marks a token can have: three for each kind of value, four kinds of characters.
pub const MARKS: usize = 3 * Kind::ALL.len() + 4;
/// Weight of a mark beside the features of words, which are 1.
const MARK: f32 = 0.5;
/// Probabilities of the tags of every token, and the best sequence.
#[derive(Clone, Debug, Default)]
pub struct Tagging {
    pub offsets: Vec<(usize, usize)>,
    pub tags: Vec<Vec<f32>>,
    pub path: Vec<usize>,
    lattice: Lattice,
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

/// The features of words and known values of every token. `counts` as in [`Gazetteer::features`].
pub fn named(
    text: &str,
    offsets: &[(usize, usize)],
    gazetteer: &Gazetteer,
    counts: impl Fn(FeatureId, u32) -> bool,
) -> Vec<Vec<FeatureId>> {
    let mut named = words::features(text, offsets);
    let values = gazetteer.features(text, offsets, counts);
    named.iter_mut().zip(values).for_each(|(named, values)| named.extend(values));
    named
}

/// Marks of every token, and those of its `named` features that are in the vocabulary.
pub fn sparse(
    text: &str,
    offsets: &[(usize, usize)],
    found: &[Recognised],
    named: Vec<Vec<FeatureId>>,
    vocabulary: &[FeatureId],
) -> Vec<Sparse> {
    let chars: Vec<char> = text.chars().collect();
    offsets
        .iter()
        .zip(named)
        .map(|(&(start, end), ids)| {
            let mut sparse = marks(start, end, &chars, found);
            let known = ids.iter().filter_map(|id| vocabulary.binary_search(id).ok());
            sparse.extend(known.map(|at| ((MARKS + at) as u32, 1.0)));
            sparse
        })
        .collect()
}

fn marks(start: usize, end: usize, chars: &[char], found: &[Recognised]) -> Sparse {
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
    marks.into_iter().filter(|(_, set)| *set).map(|(index, _)| (index as u32, MARK)).collect()
}

impl Tagger {
    /// Probabilities of the tags of a text's tokens, and the best sequence in which nothing goes on that has not begun.
    pub fn tag(&self, text: &str, tokens: &TokenStates, found: &[Recognised]) -> Tagging {
        let tags = self.weights.chain.tags();
        let scores = self.scores(text, tokens, found);
        let chain = &self.weights.chain;
        let lattice = chain.lattice(&scores);
        Tagging {
            offsets: tokens.offsets.clone(),
            tags: lattice.tags().chunks_exact(tags.max(1)).map(<[f32]>::to_vec).collect(),
            path: chain.best(&scores, allowed),
            lattice,
        }
    }

    fn scores(&self, text: &str, tokens: &TokenStates, found: &[Recognised]) -> Vec<f32> {
        let named = named(text, &tokens.offsets, &self.gazetteer, |_, _| true);
        let sparse = sparse(text, &tokens.offsets, found, named, &self.vocabulary);
        self.weights.scores(&tokens.states, &self.mean, &sparse)
    }
}

/// A slot goes on only after its own tags.
fn allowed(from: Option<usize>, to: usize) -> bool {
    let goes_on = to > 0 && to.is_multiple_of(2);
    !goes_on || from.is_some_and(|from| from == to || from + 1 == to)
}

impl Tagging {
    /// The spans of the best sequence.
    pub fn spans(&self) -> Vec<Span> {
        let mut spans: Vec<Span> = Vec::new();
        let mut at = 0;
        while at < self.path.len() {
            if self.path[at] == 0 {
                at += 1;
                continue;
            }
            let slot = (self.path[at] - 1) / 2;
            let inside = self.path[at + 1..].iter().take_while(|tag| **tag == tag_of(slot, false)).count();
            let last = at + inside;
            let (start, end) = (self.offsets[at].0, self.offsets[last].1);
            if start < end {
                spans.push(Span { slot, start, end, confidence: self.mass(slot, start, end) });
            }
            at = last + 1;
        }
        spans
    }

    /// The probability that exactly the tokens that `start..end` touches are one value of a slot.
    pub fn exact(&self, slot: usize, start: usize, end: usize) -> f32 {
        let touched = |(s, e): &(usize, usize)| *s < end && start < *e;
        let Some(first) = self.offsets.iter().position(touched) else { return 0.0 };
        let count = self.offsets[first..].iter().take_while(|o| touched(o)).count();
        self.lattice.run(first, first + count, tag_of(slot, true), tag_of(slot, false))
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
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use zhike_learning::chain::Chain;

    use super::*;

    #[test]
    fn nothing_goes_on_that_has_not_begun() {
        // Two slots; the second token prefers to go on with slot 1 although slot 0 began.
        let chain = Chain { start: vec![0.0; 5], steps: vec![0.0; 25] };
        let tags =
            [[0.1f32, 0.8, 0.02, 0.04, 0.04], [0.1, 0.05, 0.4, 0.05, 0.4], [0.9, 0.02, 0.02, 0.03, 0.03]];
        let scores: Vec<f32> = tags.iter().flatten().map(|p| p.ln()).collect();
        let tagging = Tagging {
            offsets: vec![(0, 1), (1, 3), (3, 4)],
            tags: tags.iter().map(|t| t.to_vec()).collect(),
            path: chain.best(&scores, allowed),
            lattice: chain.lattice(&scores),
        };
        let spans = tagging.spans();
        assert_eq!(spans.len(), 1);
        assert_eq!((spans[0].slot, spans[0].start, spans[0].end), (0, 0, 3));
        assert!((spans[0].confidence - (0.82 + 0.45) / 2.0).abs() < 1e-5);
        assert!((tagging.exact(0, 0, 3) - 0.8 * 0.4 * (1.0 - 0.02)).abs() < 1e-4);
        assert_eq!(tagging.exact(0, 8, 9), 0.0);
    }

    #[test]
    fn no_tokens_no_spans() {
        assert!(Tagging::default().spans().is_empty());
    }
}
