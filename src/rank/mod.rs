//! Ranking: one order over what all paths found, with the calibrated probability that a candidate answers, and the
//! words of it that do.
//!
//! Features of a candidate ([`features`]) make a score by learned weights ([`weights`]); the score, the distance to
//! the next candidate and the features make a probability ([`confidence`]); [`extract`] picks the statements. Bot,
//! suggestions and hit tests all call [`Ranker::rank`]. Where there is a reader, the best few are read and ordered again
//! ([`reread`]). Nothing here knows intents, settings or what is said.

mod analysis;
pub mod confidence;
pub mod extract;
pub mod features;
pub mod fit;
pub mod pair;
pub mod reread;
pub mod weights;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::domain::{Candidate, Chunk, Citation, Lang, PathName};
use crate::encoder::reader::Reading;
use crate::error::Result;
use crate::knowledge::Snapshot;
use crate::recall::{Gathered, Query};
use analysis::{Analyses, Analysis};
use confidence::logistic;
use features::{Asked, Features};
use reread::{READ, SecondLook, Seen};
use weights::{OperatingPoint, Weights};

/// Orders candidates. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Ranker {
    weights: Arc<Weights>,
    rank: Features,
    confidence: confidence::Evidence,
    second: Option<SecondLook>,
    analyses: Analyses,
}

/// A candidate in its place.
#[derive(Clone, Debug)]
pub struct Ranked {
    passage: Arc<Analysis>,
    /// Rank (from 1) and score in every path that found it.
    pub paths: BTreeMap<PathName, (usize, f32)>,
    pub features: Features,
    /// How many different words the query had.
    pub words: usize,
    /// The learned score; comparable within one query only.
    pub score: f32,
    /// Calibrated probability that it answers, 0..=1. Never rises down the list.
    pub probability: f32,
    /// What the reader makes of it, if it was read.
    pub reading: Option<Reading>,
    /// Probability by the first look, before those above it bound it.
    first: f32,
    /// The words that answer, verbatim from the passage.
    pub quote: String,
}

impl Ranked {
    /// The passage.
    pub fn chunk(&self) -> &Arc<Chunk> {
        &self.passage.chunk
    }

    /// As an answer cites it.
    pub fn citation(&self) -> Citation {
        let chunk = self.chunk();
        Citation {
            document_id: chunk.document_id,
            document: chunk.document.clone(),
            title: chunk.title.clone(),
            section: chunk.section.clone(),
            chunk_id: chunk.id,
            quote: self.quote.clone(),
            score: self.probability,
        }
    }

    /// As explanations and hit tests show it.
    pub fn candidate(&self) -> Candidate {
        let chunk = self.chunk();
        let named = features::NAMES.iter().map(|n| (*n).to_owned()).zip(self.features.iter().copied());
        let read =
            self.reading.iter().flat_map(|read| [("reader", read.answers), ("span", read.span_margin)]);
        let made = read.chain([("score", self.score)]).map(|(name, value)| (name.to_owned(), value));
        Candidate {
            chunk_id: chunk.id,
            document_id: chunk.document_id,
            document: chunk.document.clone(),
            title: chunk.title.clone(),
            section: chunk.section.clone(),
            text: chunk.text.clone(),
            quote: self.quote.clone(),
            score: self.probability,
            ranks: self.paths.iter().map(|(path, (rank, _))| (*path, *rank)).collect(),
            path_scores: self.paths.iter().map(|(path, (_, score))| (*path, *score)).collect(),
            features: named.chain(made).collect(),
        }
    }
}

impl Ranker {
    /// What it ranks by.
    pub fn weights(&self) -> &Weights {
        &self.weights
    }

    /// A ranker with these weights, as [`Weights::read`] reads them.
    pub fn new(weights: Weights) -> Result<Self> {
        let bad =
            |why| crate::error::Error::new(crate::error::Code::BadModel, format!("ranker weights: {why}"));
        Ok(Self {
            rank: weights.rank.values(&features::NAMES).map_err(bad)?,
            confidence: weights.confidence.values(&confidence::NAMES).map_err(bad)?,
            second: weights.reread.as_ref().map(SecondLook::new).transpose().map_err(bad)?,
            weights: Arc::new(weights),
            analyses: Analyses::default(),
        })
    }

    /// The probability an answer needs, unless the administrator says otherwise; another one where `reader` reads the
    /// best candidates.
    pub fn operating_point(&self, reader: Option<&str>) -> &OperatingPoint {
        let with_reader =
            self.weights.reread.as_ref().filter(|reread| reader.is_some_and(|id| reread.fits(id)));
        with_reader.map_or(&self.weights.operating_point, |reread| &reread.operating_point)
    }

    /// Whether there are weights for the verdicts of this reader.
    pub fn knows(&self, reader: &str) -> bool {
        self.weights.reread.as_ref().is_some_and(|reread| reread.fits(reader))
    }

    /// A question's vector with a share of the mean question taken off.
    ///
    /// Passages that are near to every question would otherwise come first everywhere. Measured on 36 organisations:
    /// first place +1 to +3 points. A vector of another encoder is left as it is.
    pub fn centred(&self, vector: &Arc<[f32]>, lang: Lang, encoder: &str) -> Arc<[f32]> {
        let mean = self.weights.mean_question.get(&lang).filter(|mean| mean.len() == vector.len());
        match mean.filter(|_| self.weights.fit(encoder)) {
            Some(mean) => vector.iter().zip(mean).map(|(v, m)| v - self.weights.centring * m).collect(),
            None => vector.clone(),
        }
    }

    /// Orders what was found, best first. `searched` is the text that `query` was made of.
    pub fn rank(
        &self,
        query: &Query,
        searched: &str,
        gathered: &Gathered,
        snapshot: &Snapshot,
    ) -> Vec<Ranked> {
        let passages = gathered.passages();
        let lexical = passages.values().filter_map(|paths| paths.get(&PathName::Lexical));
        let best_bm25 = lexical.map(|(_, score)| *score).fold(0.0, f32::max);
        let asked = Asked::new(query, searched, snapshot, best_bm25);

        let mut ranked = Vec::with_capacity(passages.len());
        for (id, paths) in passages {
            let Some(passage) = self.analyses.get(id, snapshot.whole(), || snapshot.chunk(id)) else {
                continue;
            };
            let vectors = snapshot.vectors(id);
            let (features, best) = asked.features(&passage, vectors.as_ref(), &paths);
            let score = weighted(&self.rank, &features, self.weights.rank.bias);
            ranked.push((passage, paths, features, best, score, vectors));
        }
        ranked.sort_by(|a, b| b.4.total_cmp(&a.4).then_with(|| a.0.chunk.id.cmp(&b.0.chunk.id)));

        let scores: Vec<f32> = ranked.iter().map(|candidate| candidate.4).collect();
        let mut ceiling = 1.0;
        ranked
            .into_iter()
            .enumerate()
            .map(|(at, (passage, paths, features, best, score, vectors))| {
                let evidence = confidence::evidence(at, &scores, &features, asked.words());
                let own = logistic(weighted(&self.confidence, &evidence, self.weights.confidence.bias));
                ceiling = own.min(ceiling);
                let quote = extract::quote(&passage, best, &asked, vectors.as_ref());
                Ranked {
                    passage,
                    paths,
                    features,
                    words: asked.words(),
                    score,
                    probability: ceiling,
                    reading: None,
                    first: own,
                    quote,
                }
            })
            .collect()
    }

    /// Orders again by what the reader made of the first of `ranked`, one reading each. What was not read stays
    /// behind, and is not surer than what stands before it.
    pub fn reread(&self, mut ranked: Vec<Ranked>, readings: &[Reading]) -> Vec<Ranked> {
        let rest = ranked.split_off(readings.len().min(ranked.len()));
        let mut read = ranked;
        read.iter_mut().zip(readings).for_each(|(ranked, reading)| ranked.reading = Some(*reading));
        let (Some(second), Some(words)) = (&self.second, read.first().map(|first| first.words)) else {
            return read.into_iter().chain(rest).collect();
        };
        let few = read.len().min(READ);
        let seen: Vec<Seen<'_>> =
            read[..few].iter().zip(readings).map(|(one, reading)| one.seen(*reading)).collect();
        let placed = second.place(&seen, words);
        let mut ceiling = 1.0_f32;
        let mut bounded = |own: f32| {
            ceiling = own.min(ceiling);
            ceiling
        };
        let mut order: Vec<Ranked> = Vec::with_capacity(read.len() + rest.len());
        for place in &placed {
            let probability = bounded(place.probability);
            let one = &read[place.from];
            order.push(Ranked { probability, score: place.score, ..one.clone() });
        }
        let behind = read.into_iter().skip(few).chain(rest);
        order.extend(behind.map(|one| Ranked { probability: bounded(one.probability), ..one }));
        order
    }
}

impl Ranked {
    fn seen(&self, reading: Reading) -> Seen<'_> {
        Seen { features: &self.features, score: self.score, first: self.first, reading }
    }
}

/// `bias + Σ weight · value`.
fn weighted<const N: usize>(weights: &[f32; N], values: &[f32; N], bias: f32) -> f32 {
    bias + weights.iter().zip(values).map(|(weight, value)| weight * value).sum::<f32>()
}
