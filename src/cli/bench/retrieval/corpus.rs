//! Passages and questions for the retrieval benchmark, made from the sample shop by a fixed recipe.
//!
//! A passage is four sentences drawn from the shop's documents and FAQ answers with their digits replaced by random
//! ones: words are as frequent as in real documents, and hardly two passages are alike. A question is a piece of a
//! sentence. Questions are encoded and centred as visitors' are. So many passages cannot be encoded: the encoder
//! makes the vectors of the sentences, a statement's vector is its sentence's with noise of [`NOISE`] of its length in
//! a random direction, and a passage's is the mean of its statements' with noise again. They lie where real ones lie
//! and are close together, which is harder for a graph than real ones; random directions would be no test. The same
//! seed gives the same corpus.

use std::sync::Arc;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use crate::assets::SampleShop;
use crate::domain::{ChunkId, ChunkKind, Lang};
use crate::encoder::{Encoder, Prefix, Priority, Want};
use crate::error::{Error, Result};
use crate::knowledge::chunk::{ChunkOptions, chunk};
use crate::knowledge::readers::{self, Limits};
use crate::knowledge::{ByteVector, ChunkVectors, NewChunk};
use crate::rank::Ranker;
use crate::text::{detect_lang, sentences};

/// Formats that are plain text inside; the others cost more to read and say the same.
const SOURCES: [&str; 4] = [".md", ".txt", ".csv", ".json"];
const SENTENCES: usize = 4;

/// Length of what makes the vectors of two passages with the same sentence differ.
const NOISE: f32 = 0.25;

/// Sentences that are encoded at once.
const SLICE: usize = 64;

/// Draws passages, questions and vectors.
pub struct Corpus {
    sentences: Vec<String>,
    /// The vector of every sentence.
    vectors: Vec<Arc<[f32]>>,
    random: StdRng,
}

/// What a visitor asks.
#[derive(Clone, Debug)]
pub struct Question {
    pub text: String,
    /// As it is searched for.
    pub vector: Arc<[f32]>,
}

impl Corpus {
    /// The recipe with the vectors of `encoder`.
    pub async fn new(encoder: &Encoder, seed: u64) -> Result<Self> {
        let sentences = sentences_of_the_shop()?;
        let vectors = encode(encoder, &sentences, Prefix::Passage).await?;
        Ok(Self { sentences, vectors, random: StdRng::seed_from_u64(seed) })
    }

    /// The text of a passage.
    pub fn text(&mut self) -> String {
        (0..SENTENCES).map(|_| self.sentence().1).collect()
    }

    /// `n` questions with their vectors.
    pub async fn questions(&mut self, n: usize, encoder: &Encoder, ranker: &Ranker) -> Result<Vec<Question>> {
        let texts: Vec<String> = (0..n).map(|_| self.question().1).collect();
        let vectors = encode(encoder, &texts, Prefix::Query).await?;
        let questions = texts.into_iter().zip(vectors);
        let centred = questions.map(|(text, vector)| {
            let vector = ranker.centred(&vector, detect_lang(&text), encoder.id());
            Question { text, vector }
        });
        Ok(centred.collect())
    }

    /// A question, about a dozen Chinese characters or half a dozen English words of a sentence, and which sentence.
    fn question(&mut self) -> (usize, String) {
        let (at, sentence) = self.sentence();
        let length = if detect_lang(&sentence) == Lang::Zh { 12 } else { 32 };
        let characters: Vec<char> = sentence.chars().collect();
        let start = self.random.random_range(0..=characters.len().saturating_sub(length));
        (at, characters.iter().skip(start).take(length).collect())
    }

    /// A passage with its vectors; one in ten is a FAQ pair with three questions.
    pub fn passage(&mut self, encoder: &str) -> NewChunk {
        let (said, texts): (Vec<usize>, Vec<String>) = (0..SENTENCES).map(|_| self.sentence()).unzip();
        let asked = if self.random.random_range(0..10) == 0 { 3 } else { 0 };
        let (about, questions): (Vec<usize>, Vec<String>) = (0..asked).map(|_| self.question()).unzip();
        let text = texts.concat();
        let statements: Vec<_> = said.iter().map(|at| self.near(&self.vectors[*at].clone())).collect();
        let mut mean = vec![0.0; statements.first().map_or(0, Vec::len)];
        for statement in &statements {
            mean.iter_mut().zip(statement).for_each(|(sum, x)| *sum += x);
        }
        NewChunk {
            id: ChunkId::new(),
            section: String::new(),
            kind: if asked > 0 { ChunkKind::Faq } else { ChunkKind::Text },
            lang: detect_lang(&text),
            vectors: ChunkVectors {
                encoder: encoder.to_owned(),
                passage: self.near(&normalised(mean)),
                questions: about.iter().map(|at| self.near(&self.vectors[*at].clone())).collect(),
                statements: match asked {
                    0 => statements.iter().map(|vector| ByteVector::of(vector)).collect(),
                    _ => Vec::new(),
                },
            },
            text,
            questions,
        }
    }

    /// A vector near another.
    fn near(&mut self, vector: &[f32]) -> Vec<f32> {
        // A point of the cube, pushed onto the sphere.
        let direction = normalised(vector.iter().map(|_| self.random.random_range(-1.0..1.0)).collect());
        normalised(vector.iter().zip(direction).map(|(x, noise)| x + NOISE * noise).collect())
    }

    /// A sentence with other digits, and which it is.
    fn sentence(&mut self) -> (usize, String) {
        let at = self.random.random_range(0..self.sentences.len());
        let random = &mut self.random;
        let digit =
            |c: char| if c.is_ascii_digit() { char::from(random.random_range(b'0'..=b'9')) } else { c };
        (at, self.sentences[at].chars().map(digit).collect())
    }
}

fn sentences_of_the_shop() -> Result<Vec<String>> {
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
    Ok(found)
}

async fn encode(encoder: &Encoder, texts: &[String], prefix: Prefix) -> Result<Vec<Arc<[f32]>>> {
    let mut vectors = Vec::with_capacity(texts.len());
    for slice in texts.chunks(SLICE) {
        let encoded = encoder.encode(slice.to_vec(), prefix, Priority::Bulk, Want::VECTOR).await?;
        vectors.extend(encoded.into_iter().map(|encoded| encoded.vector));
    }
    Ok(vectors)
}

fn normalised(mut vector: Vec<f32>) -> Vec<f32> {
    let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
    vector.iter_mut().for_each(|x| *x /= length);
    vector
}
