//! Passages and questions for the retrieval benchmark, made from the sample shop by a fixed recipe.
//!
//! A passage is four sentences drawn from the shop's documents and FAQ answers with their digits replaced by random
//! ones: words are as frequent as in real documents, and hardly two passages are alike. A question is a piece of a
//! sentence. Vectors are random directions around a common one, as near to each other as e5's are (cosine about
//! 0.8); exact search costs the same whatever the vectors are. The same seed gives the same corpus.

use rand::rngs::StdRng;
use rand::{Rng, RngExt, SeedableRng};

use crate::assets::SampleShop;
use crate::domain::{ChunkId, ChunkKind, Lang};
use crate::error::{Error, Result};
use crate::knowledge::chunk::{ChunkOptions, chunk};
use crate::knowledge::readers::{self, Limits};
use crate::knowledge::{ByteVector, ChunkVectors, NewChunk};
use crate::text::{detect_lang, sentences};

/// Formats that are plain text inside; the others cost more to read and say the same.
const SOURCES: [&str; 4] = [".md", ".txt", ".csv", ".json"];
const SENTENCES: usize = 4;
/// Share of the common direction in every vector: cosines between vectors are about its square.
const COMMON: f32 = 0.9;

/// Draws passages, questions and vectors.
pub struct Corpus {
    sentences: Vec<String>,
    common: Vec<f32>,
    random: StdRng,
}

impl Corpus {
    /// The recipe with vectors of `dim` dimensions.
    pub fn new(dim: usize, seed: u64) -> Result<Self> {
        let mut found = Vec::new();
        for (path, bytes) in SampleShop::below("") {
            if !SOURCES.iter().any(|end| path.ends_with(end)) {
                continue;
            }
            // Settings and training examples are no documents and are not read as such.
            let Ok(document) = readers::read(&path, &bytes, &Limits::default()) else { continue };
            for draft in chunk(&document, &ChunkOptions::default(), &|text| text.chars().count()) {
                let whole =
                    sentences::split(&draft.text).into_iter().map(|(from, to)| draft.text[from..to].trim());
                found.extend(whole.filter(|s| s.chars().count() >= 8).map(str::to_owned));
            }
        }
        if found.is_empty() {
            return Err(Error::internal("the sample shop in this program has no readable document"));
        }
        let mut random = StdRng::seed_from_u64(seed);
        let common = direction(&mut random, dim);
        Ok(Self { sentences: found, common, random })
    }

    /// The text of a passage.
    pub fn text(&mut self) -> String {
        let drawn: Vec<String> = (0..SENTENCES).map(|_| self.sentence()).collect();
        drawn.join("")
    }

    /// A question: about a dozen Chinese characters or half a dozen English words of a sentence.
    pub fn question(&mut self) -> String {
        let sentence = self.sentence();
        let length = if detect_lang(&sentence) == Lang::Zh { 12 } else { 32 };
        let characters: Vec<char> = sentence.chars().collect();
        let start = self.random.random_range(0..=characters.len().saturating_sub(length));
        characters.iter().skip(start).take(length).collect()
    }

    /// A vector of length 1.
    pub fn vector(&mut self) -> Vec<f32> {
        let own = direction(&mut self.random, self.common.len());
        let rest = (1.0 - COMMON * COMMON).sqrt();
        let mixed: Vec<f32> = self.common.iter().zip(own).map(|(c, o)| COMMON * c + rest * o).collect();
        normalised(mixed)
    }

    /// A passage with its vectors; one in ten is a FAQ pair with three questions.
    pub fn passage(&mut self, encoder: &str) -> NewChunk {
        let text = self.text();
        let asked = if self.random.random_range(0..10) == 0 { 3 } else { 0 };
        let questions: Vec<String> = (0..asked).map(|_| self.question()).collect();
        NewChunk {
            id: ChunkId::new(),
            section: String::new(),
            kind: if asked > 0 { ChunkKind::Faq } else { ChunkKind::Text },
            lang: detect_lang(&text),
            vectors: ChunkVectors {
                encoder: encoder.to_owned(),
                passage: self.vector(),
                questions: questions.iter().map(|_| self.vector()).collect(),
                statements: if asked > 0 {
                    Vec::new()
                } else {
                    (0..SENTENCES).map(|_| ByteVector::of(&self.vector())).collect()
                },
            },
            text,
            questions,
        }
    }

    fn sentence(&mut self) -> String {
        let at = self.random.random_range(0..self.sentences.len());
        let random = &mut self.random;
        let digit =
            |c: char| if c.is_ascii_digit() { char::from(random.random_range(b'0'..=b'9')) } else { c };
        self.sentences[at].chars().map(digit).collect()
    }
}

/// A random direction: a point of the cube, pushed onto the sphere.
fn direction(random: &mut impl Rng, dim: usize) -> Vec<f32> {
    normalised((0..dim).map(|_| random.random_range(-1.0..1.0)).collect())
}

fn normalised(mut vector: Vec<f32>) -> Vec<f32> {
    let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
    vector.iter_mut().for_each(|x| *x /= length);
    vector
}
