//! The knowledge base with the built-in encoder: what is imported is found by the next question.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::path::Path;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use zhike::domain::{ChunkId, ChunkKind, Format, Lang};
use zhike::encoder::{Encoder, EncoderOptions, Prefix, Priority, Want};
use zhike::error::Code;
use zhike::knowledge::{
    Catalogue, ChunkVectors, FaqDraft, Filter, KnowledgeBase, NewChunk, NewDocument, Outcome, Snapshot,
    Wording,
};
use zhike::store::{Db, SqlCatalogue};
use zhike::tasks::Tasks;
use zhike::text::segment::terms;

static ENCODER: LazyLock<Encoder> = LazyLock::new(|| Encoder::builtin(EncoderOptions::default()).unwrap());

struct House {
    knowledge: Arc<KnowledgeBase>,
    catalogue: Arc<SqlCatalogue>,
    tasks: Tasks,
}

impl House {
    async fn open(dir: &Path) -> Self {
        let catalogue = Arc::new(SqlCatalogue::new(Db::open(&dir.join("zhike.db")).await.unwrap()));
        let tasks = Tasks::new();
        let knowledge =
            KnowledgeBase::open(dir, catalogue.clone(), ENCODER.clone(), tasks.clone()).await.unwrap();
        Self { knowledge, catalogue, tasks }
    }

    async fn close(self) {
        assert!(self.tasks.shutdown(Duration::from_secs(20)).await);
    }

    async fn import(&self, name: &str, text: &str) -> Outcome {
        self.knowledge.import("default", name, text.into(), &|_, _| ()).await.unwrap().outcome
    }
}

async fn encode(text: &str) -> Arc<[f32]> {
    let encoded = ENCODER.encode(vec![text.into()], Prefix::Query, Priority::Visitor, Want::VECTOR).await;
    encoded.unwrap()[0].vector.clone()
}

/// Text of the nearest passage by vector and of the best by keyword.
async fn ask(snapshot: &Snapshot, question: &str) -> (Option<String>, Option<String>) {
    let all = Filter::default();
    let near = snapshot.passages_by_vector(&encode(question).await, 1, &all);
    let words = snapshot.passages_by_keyword(&Wording::plain(terms(question)), 1, &all).unwrap();
    let text =
        |hits: &[(ChunkId, f32)]| hits.first().map(|(id, _)| snapshot.chunk(*id).unwrap().text.clone());
    (text(&near), text(&words))
}

const RETURNS: &str = "退货\n\n商品签收后七天内可以无理由退货，运费由买家承担。\n";
const BATTERY: &str =
    "Battery\n\nThe battery lasts thirty hours. Charging takes two hours with the cable in the box.\n";

#[tokio::test]
async fn what_is_imported_is_found_and_replaced_and_removed() {
    let dir = tempfile::tempdir().unwrap();
    let house = House::open(dir.path()).await;
    assert_eq!(house.import("returns.txt", RETURNS).await, Outcome::Added);
    assert_eq!(house.import("battery.txt", BATTERY).await, Outcome::Added);
    let (near, words) = ask(&house.knowledge.snapshot(), "退货的运费谁出").await;
    assert!(near.unwrap().contains("运费由买家承担") && words.unwrap().contains("运费由买家承担"));
    let (near, words) = ask(&house.knowledge.snapshot(), "how long does the battery last").await;
    assert!(near.unwrap().contains("thirty hours") && words.unwrap().contains("thirty hours"));

    assert_eq!(house.import("returns.txt", RETURNS).await, Outcome::Unchanged);
    assert_eq!(house.import("returns.txt", &RETURNS.replace("买家", "本店")).await, Outcome::Replaced);
    let (near, words) = ask(&house.knowledge.snapshot(), "退货的运费谁出").await;
    assert!(near.unwrap().contains("运费由本店承担") && words.unwrap().contains("运费由本店承担"));

    let documents = house.knowledge.list(None).await.unwrap();
    assert_eq!(
        documents.iter().map(|d| (d.name.as_str(), d.version)).collect::<Vec<_>>(),
        [("battery.txt", 1), ("returns.txt", 2)]
    );
    let returns = documents[1].id;
    assert_eq!(house.knowledge.original(returns).await.unwrap(), RETURNS.replace("买家", "本店").as_bytes());
    assert_eq!(house.knowledge.versions(returns).await.unwrap().len(), 2);
    house.knowledge.remove(returns).await.unwrap();
    assert_eq!(house.knowledge.get(returns).await.unwrap_err().code(), Code::NotFound);
    let (near, _) = ask(&house.knowledge.snapshot(), "退货的运费谁出").await;
    assert!(near.unwrap().contains("thirty hours"), "only the other document is left");
    house.close().await;
}

#[tokio::test]
async fn a_restart_finds_the_same_from_disk() {
    let dir = tempfile::tempdir().unwrap();
    let house = House::open(dir.path()).await;
    house.import("returns.txt", RETURNS).await;
    house.import("battery.txt", BATTERY).await;
    house.knowledge.settle().await.unwrap();
    let before = ask(&house.knowledge.snapshot(), "充电要多久").await;
    house.close().await;
    let house = House::open(dir.path()).await;
    assert_eq!(ask(&house.knowledge.snapshot(), "充电要多久").await, before);
    house.close().await;
}

#[tokio::test]
async fn one_bad_file_never_stops_the_others() {
    let dir = tempfile::tempdir().unwrap();
    let house = House::open(dir.path()).await;
    let quiet = |_: f32, _: &str| ();
    let knowledge = &house.knowledge;
    let (good, empty, binary, outside, other) = tokio::join!(
        knowledge.import("default", "returns.txt", RETURNS.into(), &quiet),
        knowledge.import("default", "empty.txt", Vec::new(), &quiet),
        knowledge.import("default", "program.exe", vec![0x4d, 0x5a, 0, 1, 2, 3], &quiet),
        knowledge.import("default", "../outside.txt", RETURNS.into(), &quiet),
        knowledge.import("default", "battery.txt", BATTERY.into(), &quiet),
    );
    assert!(good.is_ok() && other.is_ok());
    for (bad, code) in
        [(empty, Code::UnreadableDocument), (binary, Code::UnsupportedFormat), (outside, Code::InvalidInput)]
    {
        assert_eq!(bad.unwrap_err().code(), code);
    }
    assert_eq!(house.knowledge.list(None).await.unwrap().len(), 2);
    assert_eq!(house.knowledge.snapshot().len(), 2);
    house.close().await;
}

#[tokio::test]
async fn progress_rises_to_the_end() {
    let dir = tempfile::tempdir().unwrap();
    let house = House::open(dir.path()).await;
    let seen = std::sync::Mutex::new(Vec::new());
    let progress = |done: f32, _: &str| seen.lock().unwrap().push(done);
    house.knowledge.import("default", "returns.txt", RETURNS.into(), &progress).await.unwrap();
    let seen = seen.into_inner().unwrap();
    assert!(seen.is_sorted() && seen.last() == Some(&1.0) && seen.len() >= 4, "{seen:?}");
    house.close().await;
}

#[tokio::test]
async fn a_faq_pair_is_effective_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let house = House::open(dir.path()).await;
    let draft = FaqDraft {
        question: "怎么开发票".into(),
        similar: vec!["发票在哪里申请".into()],
        answer: "在订单详情里点申请发票。".into(),
        ..FaqDraft::default()
    };
    let faq = house.knowledge.add_faq(draft.clone()).await.unwrap();
    let question = encode("想要张发票去哪申请").await;
    let snapshot = house.knowledge.snapshot();
    let (id, score, which) = snapshot.questions_by_vector(&question, 1, &Filter::default())[0];
    assert_eq!((which, snapshot.chunk(id).unwrap().text.as_str()), (1, "在订单详情里点申请发票。"));
    assert!(score > 0.8);

    let changed = FaqDraft { answer: "联系客服开具。".into(), ..draft };
    house.knowledge.put_faq(faq.id, changed).await.unwrap();
    let snapshot = house.knowledge.snapshot();
    let (id, ..) = snapshot.questions_by_vector(&question, 5, &Filter::default())[0];
    assert_eq!((snapshot.len(), snapshot.chunk(id).unwrap().text.as_str()), (1, "联系客服开具。"));
    assert_eq!(house.knowledge.faqs(None).await.unwrap().len(), 1);
    assert!(house.knowledge.list(None).await.unwrap().is_empty(), "pairs written by hand are no file");

    house.knowledge.remove_faq(faq.id).await.unwrap();
    assert!(house.knowledge.snapshot().is_empty());
    house.close().await;
}

#[tokio::test]
async fn passages_of_another_encoder_are_encoded_again_when_opened() {
    let dir = tempfile::tempdir().unwrap();
    let db = Db::open(&dir.path().join("zhike.db")).await.unwrap();
    let text = "The battery lasts thirty hours.";
    let old = ChunkVectors {
        encoder: "some older model".into(),
        passage: vec![0.5; 8],
        questions: vec![],
        statements: vec![],
    };
    let chunk = NewChunk {
        id: ChunkId::new(),
        section: String::new(),
        kind: ChunkKind::Text,
        lang: Lang::En,
        text: text.into(),
        questions: vec![],
        vectors: old,
    };
    let document = NewDocument {
        base: "default".into(),
        name: "battery.txt".into(),
        title: "Battery".into(),
        format: Format::Text,
        lang: Lang::En,
        sha256: "0".repeat(64),
        original: text.into(),
        chunks: vec![chunk],
        about: None,
        author: None,
    };
    SqlCatalogue::new(db).put_document(document).await.unwrap();

    let house = House::open(dir.path()).await;
    let (near, _) = ask(&house.knowledge.snapshot(), "battery life").await;
    assert_eq!(near.as_deref(), Some(text));
    let stored = house.catalogue.changes(0, 10).await.unwrap().added;
    assert!(stored[0].vectors.encoder.contains(ENCODER.id()));
    assert_eq!(stored[0].vectors.passage.len(), ENCODER.dim());
    house.close().await;
}
