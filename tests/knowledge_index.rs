//! The index is a cache of the catalogue: whatever happens to either, what is found is what the catalogue holds.
//!
//! Runs on the real database and real index folders; only the vectors are small and made up, so that nobody waits
//! for an encoder.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use proptest::prelude::*;
use zhike::domain::{ChunkId, ChunkKind, Faq, FaqId, Format, Lang};
use zhike::knowledge::{
    Catalogue, ChunkVectors, EncoderMark, Filter, Index, NewChunk, NewDocument, Put, Snapshot, StoredChunk,
    dot,
};
use zhike::store::{Db, SqlCatalogue};
use zhike::tasks::Tasks;
use zhike::text::segment::terms;

const DIM: usize = 6;
const WORDS: [&str; 10] =
    ["退货", "运费", "发票", "上海交通大学", "上海", "大学", "warranty", "E3耳机", "配送时间", "积分"];

/// A data folder: a database and an index folder, opened as often as wanted.
struct House {
    dir: tempfile::TempDir,
    catalogue: Arc<SqlCatalogue>,
    encoder: EncoderMark,
}

impl House {
    async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let db = Db::open(&dir.path().join("zhike.db")).await.unwrap();
        Self {
            dir,
            catalogue: Arc::new(SqlCatalogue::new(db)),
            encoder: EncoderMark { id: "toy".into(), dim: DIM },
        }
    }

    fn root(&self) -> PathBuf {
        self.dir.path().join("index")
    }

    async fn open(&self) -> Index {
        self.open_in(&self.root()).await
    }

    async fn open_in(&self, root: &Path) -> Index {
        Index::open(root, self.catalogue.clone(), self.encoder.clone(), Tasks::new()).await.unwrap()
    }

    async fn put(&self, base: &str, name: &str, texts: &[&str]) -> Put {
        let chunks = texts.iter().map(|text| chunk(text, &[])).collect();
        self.catalogue.put_document(document(base, name, &texts.join("\n"), chunks)).await.unwrap()
    }

    async fn everything(&self) -> Vec<StoredChunk> {
        self.catalogue.changes(0, usize::MAX).await.unwrap().added
    }

    fn generations(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.root()).unwrap().map(|e| e.unwrap().path());
        entries.filter(|p| p.file_name().unwrap().to_string_lossy().starts_with("generation-")).collect()
    }
}

fn document(base: &str, name: &str, content: &str, chunks: Vec<NewChunk>) -> NewDocument {
    NewDocument {
        base: base.into(),
        name: name.into(),
        title: "说明".into(),
        format: Format::Text,
        lang: Lang::Zh,
        sha256: format!("{:064x}", hash(content)),
        original: content.as_bytes().to_vec(),
        chunks,
    }
}

fn chunk(text: &str, questions: &[&str]) -> NewChunk {
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
                .map(|n| vector(&format!("{n}{text}")))
                .collect(),
        },
    }
}

fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |h, b| (h ^ u64::from(b)).wrapping_mul(0x100_0000_01b3))
}

/// A unit vector that depends on nothing but the text.
fn vector(text: &str) -> Vec<f32> {
    let raw: Vec<f32> =
        (0..DIM).map(|i| (hash(&format!("{i}{text}")) % 2001) as f32 / 1000.0 - 1.0).collect();
    let norm = raw.iter().map(|x| x * x).sum::<f32>().sqrt().max(1e-6);
    raw.iter().map(|x| x / norm).collect()
}

fn words(query: &str) -> Vec<String> {
    terms(query)
}

fn all() -> Filter {
    Filter::default()
}

fn in_base(name: &str) -> Filter {
    Filter { base: Some(name.into()) }
}

/// What a reader of the catalogue alone, without any index, would find.
fn by_vector(stored: &[StoredChunk], query: &[f32], filter: &Filter) -> Vec<(ChunkId, f32)> {
    let mut found: Vec<_> = stored
        .iter()
        .filter(|s| filter.base.as_ref().is_none_or(|base| *base == s.base))
        .map(|s| {
            let own = dot(&s.vectors.passage, query);
            let statement = s.vectors.statements.iter().map(|s| dot(s, query)).max_by(f32::total_cmp);
            (s.chunk.id, statement.map_or(own, |statement| 0.5 * (own + statement)))
        })
        .collect();
    found.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    found
}

fn by_question(stored: &[StoredChunk], query: &[f32]) -> Vec<(ChunkId, f32)> {
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

fn by_keyword(stored: &[StoredChunk], query: &[String]) -> BTreeSet<ChunkId> {
    let has = |s: &StoredChunk| {
        let c = &s.chunk;
        let text = [&c.title, &c.section, &c.text].into_iter().chain(&c.questions);
        text.flat_map(|t| words(t)).any(|w| query.contains(&w))
    };
    stored.iter().filter(|s| has(s)).map(|s| s.chunk.id).collect()
}

/// The index agrees with the catalogue in every way of asking.
async fn assert_agrees(house: &House, snapshot: &Snapshot) {
    let stored = house.everything().await;
    assert_eq!(snapshot.len(), stored.len());
    let ids: BTreeSet<_> = snapshot.ids().collect();
    assert_eq!(ids, stored.iter().map(|s| s.chunk.id).collect());
    for s in &stored {
        assert_eq!(snapshot.chunk(s.chunk.id).as_deref(), Some(&s.chunk));
    }
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
        assert_eq!(ids, by_keyword(&stored, &query), "{word}");
        // Scores do not depend on how the passages came to be spread over segments.
        let same: BTreeMap<_, _> =
            rebuilt.passages_by_keyword(&query, 1000, &all()).unwrap().into_iter().collect();
        for (id, score) in &found {
            assert!((score - same[id]).abs() < 1e-4, "{word}: {score} here, {} when built anew", same[id]);
        }
        let few = snapshot.passages_by_keyword(&query, 2, &all()).unwrap();
        let best: Vec<f32> = found.iter().take(2).map(|(_, score)| *score).collect();
        assert_eq!(few.iter().map(|(_, score)| *score).collect::<Vec<_>>(), best, "{word}");
        for term in &query {
            assert_eq!(snapshot.document_frequency(term), rebuilt.document_frequency(term));
        }
    }
}

#[tokio::test]
async fn the_next_question_sees_an_edit() {
    let house = House::new().await;
    let index = house.open().await;
    house.put("shop", "a.md", &["退货 运费 由 买家 承担"]).await;
    index.follow().await.unwrap();
    let found = index.snapshot().passages_by_keyword(&words("运费"), 5, &all()).unwrap();
    assert_eq!(index.snapshot().chunk(found[0].0).unwrap().text, "退货 运费 由 买家 承担");

    house.put("shop", "a.md", &["退货 运费 由 我们 承担"]).await;
    index.follow().await.unwrap();
    let found = index.snapshot().passages_by_keyword(&words("运费"), 5, &all()).unwrap();
    assert_eq!(found.len(), 1, "the old version is gone");
    assert_eq!(index.snapshot().chunk(found[0].0).unwrap().text, "退货 运费 由 我们 承担");
}

#[tokio::test]
async fn a_view_taken_before_an_edit_stays_as_it_was() {
    let house = House::new().await;
    house.put("shop", "a.md", &["退货"]).await;
    let index = house.open().await;
    let before = index.snapshot();
    let old = before.passages_by_vector(&vector("退货"), 1, &all())[0].0;
    house.put("shop", "a.md", &["积分"]).await;
    index.follow().await.unwrap();
    index.fold().await.unwrap();
    assert_eq!(before.chunk(old).unwrap().text, "退货");
    assert!(index.snapshot().chunk(old).is_none());
}

#[tokio::test]
async fn the_same_content_again_is_no_new_version_and_a_change_keeps_its_history() {
    let house = House::new().await;
    assert!(matches!(house.put("shop", "a.md", &["退货"]).await, Put::Added(d) if d.version == 1));
    assert!(matches!(house.put("shop", "a.md", &["退货"]).await, Put::Unchanged(d) if d.version == 1));
    let Put::Replaced(document) = house.put("shop", "a.md", &["退货", "积分"]).await else { panic!() };
    assert_eq!((document.version, document.chunks), (2, 2));
    let versions = house.catalogue.versions(document.id).await.unwrap();
    assert_eq!(versions.iter().map(|v| (v.version, v.chunks)).collect::<Vec<_>>(), [(1, 1), (2, 2)]);
    assert_eq!(house.catalogue.original(document.id).await.unwrap().unwrap(), "退货\n积分".as_bytes());
}

#[tokio::test]
async fn the_whole_name_is_worth_more_than_its_parts() {
    let house = House::new().await;
    house
        .put(
            "shop",
            "a.md",
            &[
                "上海 的 交通 方便,大学 很多,上海 交通 大学 上海 交通 大学",
                "上海 大学",
                "他 毕业 于 上海交通大学",
            ],
        )
        .await;
    let index = house.open().await;
    let found = index.snapshot().passages_by_keyword(&words("上海交通大学"), 5, &all()).unwrap();
    assert_eq!(index.snapshot().chunk(found[0].0).unwrap().text, "他 毕业 于 上海交通大学");
    assert!(found[0].1 > 1.2 * found[1].1, "{found:?}");
}

#[tokio::test]
async fn a_restart_leaves_the_same_answers_from_the_generation_on_disk() {
    let house = House::new().await;
    let index = house.open().await;
    for i in 0..9 {
        house.put("shop", &format!("{i}.md"), &[WORDS[i], "配送时间 积分"]).await;
        index.follow().await.unwrap();
    }
    assert!(index.fold().await.unwrap());
    assert!(!index.fold().await.unwrap(), "nothing new, nothing published");
    house.put("shop", "late.md", &["发票 之后"]).await;
    house.put("shop", "3.md", &["改过 的 积分"]).await;
    index.follow().await.unwrap();
    let before = index.snapshot();
    drop(index);

    let after = house.open().await.snapshot();
    for word in WORDS {
        let (query, terms) = (vector(word), words(word));
        assert_eq!(
            before.passages_by_vector(&query, 50, &all()),
            after.passages_by_vector(&query, 50, &all())
        );
        assert_eq!(
            before.passages_by_keyword(&terms, 50, &all()).unwrap(),
            after.passages_by_keyword(&terms, 50, &all()).unwrap()
        );
    }
    assert_agrees(&house, &after).await;
}

#[tokio::test]
async fn a_damaged_generation_is_built_anew() {
    let house = House::new().await;
    for i in 0..5 {
        house.put("shop", &format!("{i}.md"), &[WORDS[i]]).await;
    }
    let files = ["manifest.json", "rows.bin", "passages.bin", "questions.bin", "words/meta.json"];
    for file in files {
        for damage in ["missing", "torn", "changed", "empty"] {
            let index = house.open().await;
            house.put("shop", "again.md", &[&format!("{file} {damage}")]).await;
            index.follow().await.unwrap();
            index.fold().await.unwrap();
            drop(index);
            let generations = house.generations();
            assert_eq!(generations.len(), 1);
            let path = generations[0].join(file);
            let bytes = fs::read(&path).unwrap();
            match damage {
                "missing" => fs::remove_file(&path).unwrap(),
                "torn" => fs::write(&path, &bytes[..bytes.len() / 2]).unwrap(),
                "empty" => fs::write(&path, b"").unwrap(),
                _ => {
                    let mut changed = bytes.clone();
                    let middle = changed.len() / 2;
                    changed[middle] ^= 0x20;
                    fs::write(&path, changed).unwrap();
                }
            }
            assert_agrees(&house, &house.open().await.snapshot()).await;
        }
    }
}

#[tokio::test]
async fn a_generation_of_another_encoder_or_another_history_is_not_trusted() {
    let house = House::new().await;
    house.put("shop", "a.md", &["退货"]).await;
    house.open().await.fold().await.unwrap();

    // Another encoder: found by keyword, not by vectors that cannot be compared.
    let other = EncoderMark { id: "other".into(), dim: DIM };
    let index = Index::open(&house.root(), house.catalogue.clone(), other, Tasks::new()).await.unwrap();
    assert!(index.snapshot().passages_by_vector(&vector("退货"), 5, &all()).is_empty());
    assert_eq!(index.snapshot().passages_by_keyword(&words("退货"), 5, &all()).unwrap().len(), 1);
    drop(index);

    // Another database in the same place, with a history of the same length, as after restoring a backup.
    let replaced = House::new().await;
    replaced.put("shop", "a.md", &["积分"]).await;
    let index = Index::open(&house.root(), replaced.catalogue.clone(), house.encoder.clone(), Tasks::new())
        .await
        .unwrap();
    assert_agrees(&replaced, &index.snapshot()).await;
}

#[tokio::test]
async fn one_process_publishes_and_the_other_still_sees_everything() {
    let house = House::new().await;
    let server = house.open().await;
    let cli = house.open().await;
    house.put("shop", "a.md", &["退货"]).await;
    cli.follow().await.unwrap();
    assert!(!cli.fold().await.unwrap(), "the folder is the server's");
    server.follow().await.unwrap();
    assert!(server.fold().await.unwrap());
    assert_agrees(&house, &cli.snapshot()).await;
    assert_agrees(&house, &server.snapshot()).await;
}

#[tokio::test]
async fn a_server_sees_what_another_process_wrote_without_being_told() {
    let house = House::new().await;
    let tasks = Tasks::new();
    let index = Index::open(&house.root(), house.catalogue.clone(), house.encoder.clone(), tasks.clone())
        .await
        .unwrap();
    let index = Arc::new(index);
    let keeping = index.clone();
    tasks.spawn(async move { keeping.keep_up().await });
    house.put("shop", "a.md", &["退货"]).await;
    while index.snapshot().is_empty() {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert!(tasks.shutdown(std::time::Duration::from_secs(10)).await);
}

#[tokio::test]
async fn edits_while_a_generation_is_being_written_are_not_lost() {
    let house = House::new().await;
    let index = Arc::new(house.open().await);
    for i in 0..20 {
        house.put("shop", &format!("{i}.md"), &[WORDS[i % 10], "配送时间"]).await;
    }
    index.follow().await.unwrap();
    let edits = async {
        for i in 0..20 {
            house.put("shop", &format!("{i}.md"), &[&format!("{} 新", WORDS[i % 10])]).await;
            house.put("shop", &format!("new-{i}.md"), &["积分"]).await;
            index.follow().await.unwrap();
        }
    };
    let folds = async {
        for _ in 0..5 {
            index.fold().await.unwrap();
        }
    };
    tokio::join!(edits, folds);
    assert_agrees(&house, &index.snapshot()).await;
    assert_eq!(house.generations().len(), 1, "old generations are removed");
}

#[tokio::test]
async fn a_faq_pair_is_found_by_any_of_its_questions_within_its_time() {
    let house = House::new().await;
    let index = house.open().await;
    let now = jiff::Timestamp::now();
    let day = jiff::SignedDuration::from_hours(24);
    let mut faq = faq("怎么退货", &["可以退吗", "退货流程"], "七天内可退。");
    house.catalogue.put_faq(&faq, faq_chunk(&faq)).await.unwrap();
    index.follow().await.unwrap();
    let found = index.snapshot().questions_by_vector(&vector("退货流程"), 3, &all());
    assert_eq!((found.len(), found[0].2), (1, 2));
    assert!((found[0].1 - 1.0).abs() < 1e-5);
    let chunk = index.snapshot().chunk(found[0].0).unwrap();
    assert_eq!((chunk.document.as_str(), chunk.text.as_str()), ("FAQ", "七天内可退。"));

    for (from, to, open) in [
        (Some(now - day), Some(now + day), true),
        (Some(now + day), None, false),
        (None, Some(now - day), false),
    ] {
        (faq.valid_from, faq.valid_to) = (from, to);
        house.catalogue.put_faq(&faq, faq_chunk(&faq)).await.unwrap();
        index.follow().await.unwrap();
        index.fold().await.unwrap();
        let found = index.snapshot().questions_by_vector(&vector("可以退吗"), 3, &all());
        assert_eq!(found.len(), usize::from(open));
        let found = index.snapshot().passages_by_keyword(&words("退货流程"), 3, &all()).unwrap();
        assert_eq!(found.len(), usize::from(open));
    }

    house.catalogue.remove_faq(faq.id).await.unwrap();
    index.follow().await.unwrap();
    assert!(index.snapshot().is_empty());
    assert!(house.catalogue.remove_faq(faq.id).await.is_err());
}

fn faq(question: &str, similar: &[&str], answer: &str) -> Faq {
    let now = jiff::Timestamp::now();
    Faq {
        id: FaqId::new(),
        base: "shop".into(),
        question: question.into(),
        similar: similar.iter().map(|s| (*s).to_owned()).collect(),
        answer: answer.into(),
        tags: vec![],
        valid_from: None,
        valid_to: None,
        created_at: now,
        updated_at: now,
    }
}

fn faq_chunk(faq: &Faq) -> NewChunk {
    let questions: Vec<&str> =
        std::iter::once(&faq.question).chain(&faq.similar).map(String::as_str).collect();
    chunk(&faq.answer, &questions)
}

#[derive(Clone, Debug)]
enum Step {
    Put { name: u8, texts: Vec<u8> },
    Remove { name: u8 },
    Faq { slot: u8, question: u8 },
    RemoveFaq { slot: u8 },
    Follow,
    Fold,
    Restart,
    Damage,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        5 => (0..5u8, prop::collection::vec(0..100u8, 0..6)).prop_map(|(name, texts)| Step::Put { name, texts }),
        2 => (0..5u8).prop_map(|name| Step::Remove { name }),
        2 => (0..3u8, 0..100u8).prop_map(|(slot, question)| Step::Faq { slot, question }),
        1 => (0..3u8).prop_map(|slot| Step::RemoveFaq { slot }),
        3 => Just(Step::Follow),
        2 => Just(Step::Fold),
        1 => Just(Step::Restart),
        1 => Just(Step::Damage),
    ]
}

fn text_of(seed: u8) -> String {
    format!("{} {}", WORDS[usize::from(seed % 10)], WORDS[usize::from(seed / 10)])
}

async fn play(steps: Vec<Step>) {
    let house = House::new().await;
    let mut index = house.open().await;
    let mut faqs: BTreeMap<u8, Faq> = BTreeMap::new();
    for step in steps {
        match step {
            Step::Put { name, texts } => {
                let base = if name % 2 == 0 { "shop" } else { "staff" };
                let texts: Vec<String> = texts.iter().map(|seed| text_of(*seed)).collect();
                let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
                house.put(base, &format!("{name}.md"), &texts).await;
            }
            Step::Remove { name } => {
                let base = if name % 2 == 0 { "shop" } else { "staff" };
                let found = house.catalogue.document_named(base, &format!("{name}.md")).await.unwrap();
                if let Some(document) = found {
                    house.catalogue.remove_document(document.id).await.unwrap();
                }
            }
            Step::Faq { slot, question } => {
                let text = text_of(question);
                let pair = faqs.entry(slot).or_insert_with(|| faq("", &["运费"], "答"));
                pair.question = text;
                house.catalogue.put_faq(pair, faq_chunk(pair)).await.unwrap();
            }
            Step::RemoveFaq { slot } => {
                if let Some(pair) = faqs.remove(&slot) {
                    house.catalogue.remove_faq(pair.id).await.unwrap();
                }
            }
            Step::Follow => index.follow().await.unwrap(),
            Step::Fold => drop(index.fold().await.unwrap()),
            Step::Restart => {
                drop(index);
                index = house.open().await;
            }
            Step::Damage => {
                drop(index);
                for generation in house.generations() {
                    fs::write(generation.join("manifest.json"), "{").unwrap();
                }
                index = house.open().await;
            }
        }
    }
    index.follow().await.unwrap();
    assert_agrees(&house, &index.snapshot()).await;
    index.fold().await.unwrap();
    assert_agrees(&house, &index.snapshot()).await;
    drop(index);
    assert_agrees(&house, &house.open().await.snapshot()).await;
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 60, ..ProptestConfig::default() })]

    #[test]
    fn after_any_sequence_of_changes_the_index_is_what_the_catalogue_holds(
        steps in prop::collection::vec(step(), 1..16)
    ) {
        tokio::runtime::Runtime::new().unwrap().block_on(play(steps));
    }
}
