//! A data folder for tests, and what a reader of the catalogue alone, without any index, would find.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use zhike::domain::{Audience, ChunkId, ChunkKind, Faq, FaqId, Format, Lang};
use zhike::knowledge::{
    ByteVector, Catalogue, ChunkVectors, EncoderMark, Filter, Index, NewChunk, NewDocument, Put, Snapshot,
    StoredChunk, Wording, dot,
};
use zhike::store::SqlCatalogue;
use zhike::tasks::Tasks;
use zhike::text::segment::terms;

use crate::database;

pub const DIM: usize = 6;
pub const WORDS: [&str; 10] =
    ["退货", "运费", "发票", "上海交通大学", "上海", "大学", "warranty", "E3耳机", "配送时间", "积分"];

/// A data folder: a database and an index folder, opened as often as wanted.
pub struct House {
    dir: tempfile::TempDir,
    pub catalogue: Arc<SqlCatalogue>,
    pub encoder: EncoderMark,
}

impl House {
    pub async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let db = database::open(&dir.path().join("zhike.db")).await;
        Self {
            dir,
            catalogue: Arc::new(SqlCatalogue::new(db)),
            encoder: EncoderMark { id: "toy".into(), dim: DIM },
        }
    }

    pub fn root(&self) -> PathBuf {
        self.dir.path().join("index")
    }

    pub async fn open(&self) -> Index {
        self.open_in(&self.root()).await
    }

    pub async fn open_in(&self, root: &Path) -> Index {
        Index::open(root, self.catalogue.clone(), self.encoder.clone(), Tasks::new()).await.unwrap()
    }

    pub async fn put(&self, base: &str, name: &str, texts: &[&str]) -> Put {
        let chunks = texts.iter().map(|text| chunk(text, &[])).collect();
        self.catalogue.put_document(document(base, name, &texts.join("\n"), chunks)).await.unwrap()
    }

    pub async fn everything(&self) -> Vec<StoredChunk> {
        self.catalogue.changes(0, usize::MAX).await.unwrap().added
    }

    pub fn generations(&self) -> Vec<PathBuf> {
        self.folders("generation-")
    }

    pub fn segments(&self) -> Vec<PathBuf> {
        self.folders("segment-")
    }

    fn folders(&self, prefix: &str) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.root()).unwrap().map(|e| e.unwrap().path());
        entries.filter(|p| p.file_name().unwrap().to_string_lossy().starts_with(prefix)).collect()
    }
}

pub fn document(base: &str, name: &str, content: &str, chunks: Vec<NewChunk>) -> NewDocument {
    NewDocument {
        base: base.into(),
        name: name.into(),
        title: "说明".into(),
        format: Format::Text,
        lang: Lang::Zh,
        sha256: format!("{:064x}", hash(content)),
        original: content.as_bytes().to_vec(),
        chunks,
        about: None,
        author: None,
    }
}

pub fn chunk(text: &str, questions: &[&str]) -> NewChunk {
    NewChunk {
        id: ChunkId::new(),
        section: String::new(),
        kind: if questions.is_empty() { ChunkKind::Text } else { ChunkKind::Faq },
        lang: Lang::Zh,
        text: text.into(),
        questions: questions.iter().map(|q| (*q).to_owned()).collect(),
        vectors: ChunkVectors {
            encoder: "toy".into(),
            passage: vector(text),
            questions: questions.iter().map(|q| vector(q)).collect(),
            statements: (0..if questions.is_empty() { 2 } else { 0 })
                .map(|n| ByteVector::of(&vector(&format!("{n}{text}"))))
                .collect(),
        },
    }
}

pub fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |h, b| (h ^ u64::from(b)).wrapping_mul(0x100_0000_01b3))
}

/// A unit vector that depends on nothing but the text.
pub fn vector(text: &str) -> Vec<f32> {
    let raw: Vec<f32> =
        (0..DIM).map(|i| (hash(&format!("{i}{text}")) % 2001) as f32 / 1000.0 - 1.0).collect();
    let norm = raw.iter().map(|x| x * x).sum::<f32>().sqrt().max(1e-6);
    raw.iter().map(|x| x / norm).collect()
}

pub fn words(query: &str) -> Wording {
    Wording::plain(terms(query))
}

pub fn all() -> Filter {
    Filter::default()
}

pub fn in_base(name: &str) -> Filter {
    Filter::of_base(Some(name.into()))
}

/// What a reader of the catalogue alone, without any index, would find.
pub fn by_vector(stored: &[StoredChunk], query: &[f32], filter: &Filter) -> Vec<(ChunkId, f32)> {
    let mut found: Vec<_> = stored
        .iter()
        .filter(|s| filter.base.as_ref().is_none_or(|base| *base == s.base))
        .map(|s| {
            let own = dot(&s.vectors.passage, query);
            let statement = s.vectors.statements.iter().map(|s| s.row().dot(query)).max_by(f32::total_cmp);
            (s.chunk.id, statement.map_or(own, |statement| 0.5 * (own + statement)))
        })
        .collect();
    found.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    found
}

pub fn by_question(stored: &[StoredChunk], query: &[f32]) -> Vec<(ChunkId, f32)> {
    let mut found: Vec<_> = stored
        .iter()
        .filter_map(|s| {
            let scores = s.vectors.questions.iter().map(|q| dot(q, query));
            scores.max_by(f32::total_cmp).map(|score| (s.chunk.id, score))
        })
        .collect();
    found.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    found
}

pub fn by_keyword(stored: &[StoredChunk], query: &[String]) -> BTreeSet<ChunkId> {
    let has = |s: &StoredChunk| {
        let c = &s.chunk;
        let text = [&c.title, &c.section, &c.text].into_iter().chain(&c.questions);
        text.flat_map(|t| terms(t)).any(|w| query.contains(&w))
    };
    stored.iter().filter(|s| has(s)).map(|s| s.chunk.id).collect()
}

/// The index holds the passages of the catalogue with their vectors, and no others; the nearest are found.
pub async fn assert_holds(house: &House, snapshot: &Snapshot) -> Vec<StoredChunk> {
    let stored = house.everything().await;
    assert_eq!(snapshot.len(), stored.len());
    let ids: BTreeSet<_> = snapshot.ids().collect();
    assert_eq!(ids, stored.iter().map(|s| s.chunk.id).collect());
    for s in &stored {
        assert_eq!(snapshot.chunk(s.chunk.id).as_deref(), Some(&s.chunk));
        assert_eq!(snapshot.vectors(s.chunk.id).unwrap().passage, s.vectors.passage);
    }
    for query in WORDS.map(vector) {
        let mut near: Vec<_> = stored.iter().map(|s| (s.chunk.id, dot(&s.vectors.passage, &query))).collect();
        near.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        near.truncate(10);
        assert_eq!(snapshot.passages_alike(&query, 10, &all()), near);
    }
    stored
}

/// The index agrees with the catalogue in every way of asking. For fewer passages than are looked at by statements.
pub async fn assert_agrees(house: &House, snapshot: &Snapshot) {
    let stored = assert_holds(house, snapshot).await;
    let rebuilt = house.open_in(&tempfile::tempdir().unwrap().path().join("fresh")).await.snapshot();
    for word in WORDS {
        let query = vector(word);
        for k in [1, 3, 1000] {
            for filter in [all(), in_base("shop"), in_base("nobody")] {
                let mut expected = by_vector(&stored, &query, &filter);
                expected.truncate(k);
                assert_eq!(
                    snapshot.passages_by_vector(&query, k, &filter),
                    expected,
                    "{word} {k} {filter:?}"
                );
            }
            let mut expected = by_question(&stored, &query);
            expected.truncate(k);
            let found = snapshot.questions_by_vector(&query, k, &all());
            assert_eq!(found.iter().map(|(id, score, _)| (*id, *score)).collect::<Vec<_>>(), expected);
        }
        let query = words(word);
        let found = snapshot.passages_by_keyword(&query, 1000, &all()).unwrap();
        let ids: BTreeSet<_> = found.iter().map(|(id, _)| *id).collect();
        assert_eq!(ids, by_keyword(&stored, &query.terms), "{word}");
        // Scores do not depend on how the passages came to be spread over segments.
        let same: BTreeMap<_, _> =
            rebuilt.passages_by_keyword(&query, 1000, &all()).unwrap().into_iter().collect();
        for (id, score) in &found {
            assert!((score - same[id]).abs() < 1e-4, "{word}: {score} here, {} when built anew", same[id]);
        }
        let few = snapshot.passages_by_keyword(&query, 2, &all()).unwrap();
        // The words of a query are summed in another order when fewer hits are asked for: the last bit may differ.
        assert_eq!(few.len(), found.len().min(2), "{word}");
        for ((_, score), (_, best)) in few.iter().zip(&found) {
            assert!((score - best).abs() < 1e-4, "{word}: {score} among two, {best} among all");
        }
        for term in &query.terms {
            assert_eq!(snapshot.document_frequency(term), rebuilt.document_frequency(term));
        }
    }
}

pub fn faq(question: &str, similar: &[&str], answer: &str) -> Faq {
    let now = jiff::Timestamp::now();
    Faq {
        id: FaqId::new(),
        base: "shop".into(),
        question: question.into(),
        similar: similar.iter().map(|s| (*s).to_owned()).collect(),
        answer: answer.into(),
        tags: vec![],
        audience: Audience::Visitors,
        valid_from: None,
        valid_to: None,
        created_at: now,
        updated_at: now,
    }
}

pub fn faq_chunk(faq: &Faq) -> NewChunk {
    let questions: Vec<&str> =
        std::iter::once(&faq.question).chain(&faq.similar).map(String::as_str).collect();
    chunk(&faq.answer, &questions)
}
