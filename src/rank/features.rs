//! What the scorer looks at: one row of numbers per candidate, each with a name.
//!
//! Features describe a candidate against the query; none of them depends on how many candidates there are, so asking
//! for more never changes the order of the first.

use std::collections::{BTreeMap, HashSet};

use super::analysis::{Analysis, Statement, bigrams, is_code};
use crate::domain::{ChunkKind, PathName};
use crate::knowledge::{ByteRow, PassageVectors, Snapshot, dot};
use crate::recall::Query;
use crate::text::normalise;

/// How many features there are.
pub const COUNT: usize = NAMES.len();

/// Their names, in order.
pub const NAMES: [&str; 15] = [
    // inner product with the passage's vector
    "passage",
    // … with the nearest statement's; that of the passage where it has none
    "statement",
    // … with the nearest question's, FAQ pairs only
    "question",
    // whether it is a FAQ pair
    "faq",
    // BM25 as a share of the best found for this query
    "bm25",
    // share of the query's words found anywhere in the passage, by weight
    "coverage",
    // … found in title, section and questions
    "heading",
    // … found in the best statement
    "in_statement",
    // share of the query's pairs of Chinese characters found in the best statement
    "bigrams",
    // how literally the query is the nearest question, FAQ pairs only: 0 up to three quarters of the words in
    // common, 1 for the same words
    "alike",
    // share of the query's codes (F1, MR40) that neither heading nor best statement has; only codes that stand
    // somewhere in the knowledge base count
    "missing_codes",
    // asks how much or how long, and the nearest statement has a number
    "quantity",
    // the passage is in the query's language
    "language",
    // rows of a table
    "table",
    // share of the three paths that found it
    "paths",
];

/// One candidate's features, in the order of [`NAMES`].
pub type Features = [f32; COUNT];

/// What the words of the question are worth beside nearness in choosing a statement.
const COVERED: f32 = 0.05;
/// Share of words in common from which a question counts as the same.
const ALIKE_FROM: f32 = 0.75;
/// What its codes are worth: more than any nearness.
const CODES: f32 = 0.5;

/// The query, prepared for comparing it with many passages.
#[derive(Debug)]
pub struct Asked<'a> {
    query: &'a Query,
    /// Words with their weight: inverse document frequency.
    words: Vec<(String, f32)>,
    total: f32,
    bigrams: HashSet<[char; 2]>,
    codes: Vec<String>,
    wants_quantity: bool,
    /// The best BM25 score of this query.
    best_bm25: f32,
}

impl<'a> Asked<'a> {
    /// Prepares a query; `searched` is the text its words and vector come from.
    pub fn new(query: &'a Query, searched: &str, snapshot: &Snapshot, best_bm25: f32) -> Self {
        let passages = snapshot.len() as f32;
        let distinct: HashSet<&String> = query.wording.terms.iter().collect();
        let mut codes = Vec::new();
        let mut words: Vec<(String, f32)> = distinct
            .into_iter()
            .map(|word| {
                let found_in = snapshot.document_frequency(word);
                if found_in > 0 && is_code(word) {
                    codes.push(word.clone());
                }
                let found_in = found_in as f32;
                (word.clone(), (1.0 + (passages - found_in + 0.5).max(0.0) / (found_in + 0.5)).ln())
            })
            .collect();
        // A fixed order, so that sums come out the same every time.
        words.sort_by(|a, b| a.0.cmp(&b.0));
        let folded = normalise(searched);
        Self {
            query,
            total: words.iter().map(|(_, weight)| weight).sum(),
            codes,
            words,
            bigrams: bigrams(&folded).collect(),
            wants_quantity: wants_quantity(&folded),
            best_bm25,
        }
    }

    /// Whether the query has the word.
    pub fn has(&self, word: &str) -> bool {
        self.words.binary_search_by(|(own, _)| own.as_str().cmp(word)).is_ok()
    }

    /// The features of one candidate, and the statement that answers best, if it has statements.
    pub fn features(
        &self,
        passage: &Analysis,
        vectors: Option<&PassageVectors<'_>>,
        paths: &BTreeMap<PathName, (usize, f32)>,
    ) -> (Features, Option<usize>) {
        let chunk = &passage.chunk;
        let faq = chunk.kind == ChunkKind::Faq;
        let query_vector = self.query.vector.as_deref();
        let near = query_vector.zip(vectors);
        let own = near.map_or(0.0, |(query, vectors)| dot(query, vectors.passage));
        let statement = near.and_then(|(query, vectors)| vectors.nearest_statement(query));
        let question = near.and_then(|(query, vectors)| vectors.nearest_question(query));
        let best = self.best_statement(passage, vectors);
        let said = best.map(|at| &passage.statements[at]);
        let bm25 = paths.get(&PathName::Lexical).map_or(0.0, |(_, score)| *score);
        let found_by = [PathName::Vector, PathName::Lexical, PathName::Faq];
        let features = [
            own,
            statement.map_or(own, |(_, score)| score),
            question.map_or(0.0, |(_, score)| score),
            truth(faq),
            if self.best_bm25 > 0.0 { bm25 / self.best_bm25 } else { 0.0 },
            self.coverage(|word| passage.has(word)),
            self.coverage(|word| passage.heading.contains(word)),
            said.map_or(0.0, |said| self.coverage(|word| said.words.contains(word))),
            said.map_or(0.0, |said| share(self.bigrams.iter(), |pair| said.bigrams.contains(*pair))),
            question.map_or(0.0, |(at, _)| self.alike(passage, at)),
            share(self.codes.iter(), |code| {
                let code = code.as_str();
                !passage.heading.contains(code) && !said.is_some_and(|said| said.words.contains(code))
            }),
            truth(self.wants_quantity && said.is_some_and(|said| said.quantity)),
            truth(chunk.lang == self.query.lang),
            truth(chunk.kind == ChunkKind::Table),
            share(found_by.iter(), |path| paths.contains_key(path)),
        ];
        (features, best)
    }

    /// Share of the query's words, by weight, for which `has` holds, or for what may stand in their place.
    pub fn coverage(&self, has: impl Fn(&str) -> bool) -> f32 {
        if self.total <= 0.0 {
            return 0.0;
        }
        let met = |(word, _): &&(String, f32)| self.query.wording.met(word, &has);
        let found: f32 = self.words.iter().filter(met).map(|(_, weight)| weight).sum();
        found / self.total
    }

    /// How many different words the query has.
    pub fn words(&self) -> usize {
        self.words.len()
    }

    /// How well a statement fits: near in meaning, with the words and above all the codes that are asked for.
    pub fn fits(&self, statement: &Statement, vector: Option<ByteRow<'_>>) -> f32 {
        let near = self.query.vector.as_deref().zip(vector).map_or(0.0, |(query, vector)| vector.dot(query));
        let covered = self.coverage(|word| statement.words.contains(word));
        let codes = share(self.codes.iter(), |code| statement.words.contains(code.as_str()));
        near + COVERED * covered + CODES * codes
    }

    fn best_statement(&self, passage: &Analysis, vectors: Option<&PassageVectors<'_>>) -> Option<usize> {
        let vector = |at: usize| vectors.and_then(|vectors| vectors.statements.get(at).copied());
        let fits = |at: &usize| self.fits(&passage.statements[*at], vector(*at));
        // The first of equals: `max_by` would take the last.
        (0..passage.statements.len()).rev().max_by(|a, b| fits(a).total_cmp(&fits(b)))
    }

    /// How literally the query is one of the passage's questions, by the Dice coefficient of their words.
    fn alike(&self, passage: &Analysis, question: usize) -> f32 {
        let Some(asked) = passage.questions.get(question) else { return 0.0 };
        let met = |(word, _): &&(String, f32)| self.query.wording.met(word, |word| asked.contains(word));
        let common = self.words.iter().filter(met).count();
        let all = self.words.len() + asked.len();
        let dice = if all == 0 { 0.0 } else { 2.0 * common as f32 / all as f32 };
        ((dice - ALIKE_FROM) / (1.0 - ALIKE_FROM)).max(0.0)
    }
}

fn truth(holds: bool) -> f32 {
    if holds { 1.0 } else { 0.0 }
}

fn share<T>(items: impl Iterator<Item = T>, holds: impl Fn(&T) -> bool) -> f32 {
    let (mut all, mut good) = (0usize, 0usize);
    for item in items {
        all += 1;
        good += usize::from(holds(&item));
    }
    if all == 0 { 0.0 } else { good as f32 / all as f32 }
}

/// Whether a normalised question asks how much, how many, how long or when.
fn wants_quantity(folded: &str) -> bool {
    const ZH: [&str; 9] = ["多少", "几", "多久", "多长", "多大", "多远", "多重", "时候", "啥时"];
    const EN: [&str; 10] = [
        "how much",
        "how many",
        "how long",
        "how soon",
        "how far",
        "how late",
        "how early",
        "how often",
        "when",
        "what time",
    ];
    const PRICE: [&str; 5] = ["price", "cost", "fee", "charge", "deadline"];
    ZH.iter().any(|word| folded.contains(word))
        || EN.iter().chain(&PRICE).any(|word| crate::text::mention::mentions(folded, word))
}
