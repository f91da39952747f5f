//! Ingest, search, edits and restart of an index of made-up passages.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::corpus::{Corpus, Question};
use super::report::{Growth, Memory, Recall, Report, Searches, megabytes};
use super::{RetrievalArgs, SEED, beside, exact};
use crate::app;
use crate::cli::Context;
use crate::cli::bench::latencies::{Latencies, milliseconds};
use crate::cli::bench::process::Process;
use crate::domain::{Format, Lang};
use crate::error::{Error, Result};
use crate::knowledge::{Catalogue, EncoderMark, Filter, Index, NewChunk, NewDocument, Snapshot, Wording};
use crate::rank::Ranker;
use crate::rank::weights::Weights;
use crate::store::SqlCatalogue;
use crate::tasks::Tasks;
use crate::text::segment::terms;

const PASSAGES_A_DOCUMENT: usize = 50;
const HITS: usize = 50;
const EDITS: usize = 50;

/// Points of the curves of ingest rate and memory.
const POINTS: usize = 10;

/// Questions whose nearest passages are also found by comparing all.
const COMPARED: usize = 100;

/// What the made-up vectors are said to be of.
const MARK: &str = "made up";

/// One document in so many belongs to [`SMALL`].
const SMALL_PART: usize = 100;
const SMALL: &str = "small";

/// How long background work is waited for when it is told to stop.
const STOPPING: Duration = Duration::from_secs(3600);

/// Measures all but the import through the encoder.
pub async fn measure(args: &RetrievalArgs, folder: &Path, context: &Context) -> Result<Report> {
    let encoder = app::open_encoder(&context.config)?;
    let ranker = Ranker::new(Weights::builtin()?)?;
    let catalogue: Arc<dyn Catalogue> = Arc::new(SqlCatalogue::new(app::open_folder(folder).await?));
    let mark = EncoderMark { id: MARK.into(), dim: encoder.dim() };
    let root = folder.join("index");
    let mut corpus = Corpus::new(&encoder, SEED).await?;
    let questions = corpus.questions(args.questions, &encoder, &ranker).await?;

    let tasks = Tasks::new();
    let index = Arc::new(Index::open(&root, catalogue.clone(), mark.clone(), tasks.clone()).await?);
    if let Some(vectors) = args.exact_up_to {
        index.search_exactly_up_to(vectors);
    }
    let kept_up = index.clone();
    tasks.spawn(async move { kept_up.keep_up().await });
    let growth = ingest(args.chunks, &*catalogue, &index, &mut corpus).await?;
    let (_, publish) = timed(index.fold()).await?;

    let snapshot = index.snapshot();
    let search = search(&snapshot, &questions)?;
    let recall = recall(&snapshot, &questions);
    let beside = match &args.yardstick {
        Some(python) => {
            Some(beside::measure(python, &folder.join("yardstick"), &snapshot, &questions, HITS)?)
        }
        None => None,
    };
    drop(snapshot);
    let edit_visible = edits(&*catalogue, &index, &mut corpus).await?;
    index.fold().await?;
    let index_mb = megabytes(size_of(&root));
    tasks.shutdown(STOPPING).await;
    drop(index);

    let tasks = Tasks::new();
    let restart = async {
        catalogue.count_foreign(&mark.id).await?;
        Index::open(&root, catalogue.clone(), mark.clone(), tasks.clone()).await
    };
    let (index, restart) = timed(restart).await?;
    let snapshot = index.snapshot();
    for question in &questions {
        std::hint::black_box(snapshot.passages_by_vector(&question.vector, HITS, &Filter::default()));
    }
    Ok(Report {
        chunks: snapshot.len(),
        dim: mark.dim,
        ingest: growth,
        publish_ms: milliseconds(publish),
        index_mb,
        search,
        recall,
        edit_visible,
        restart_ms: milliseconds(restart),
        memory_after_restart: Memory::now(),
        beside,
        import: None,
    })
}

/// Writes and indexes passages; the points of the curves.
async fn ingest(
    chunks: usize,
    catalogue: &dyn Catalogue,
    index: &Index,
    corpus: &mut Corpus,
) -> Result<Vec<Growth>> {
    let mut curve = Vec::with_capacity(POINTS);
    let (mut written, mut since, mut took, mut peak) = (0, 0, Duration::ZERO, None);
    while written < chunks {
        let n = PASSAGES_A_DOCUMENT.min(chunks - written);
        let small = (written / PASSAGES_A_DOCUMENT).is_multiple_of(SMALL_PART);
        let base = if small { SMALL } else { "default" };
        let passages = (0..n).map(|_| corpus.passage(MARK)).collect();
        let document = document(base, &format!("{written}.txt"), passages);
        let started = Instant::now();
        catalogue.put_document(document).await?;
        index.follow().await?;
        took += started.elapsed();
        (written, since) = (written + n, since + n);
        peak = peak.max(Process::own().own_memory().ok());
        if written * POINTS >= chunks * (curve.len() + 1) {
            let chunks_per_s = (since as f64 / took.as_secs_f64()).round();
            curve.push(Growth { chunks: written, chunks_per_s, peak_own_mb: peak.map(megabytes) });
            (since, took, peak) = (0, Duration::ZERO, None);
        }
    }
    Ok(curve)
}

/// Searches by vector, by vector in a small base, by question and by keyword.
fn search(snapshot: &Snapshot, questions: &[Question]) -> Result<Searches> {
    let (all, small) = (Filter::default(), Filter::of_base(Some(SMALL.into())));
    let mut times: [Vec<Duration>; 4] = Default::default();
    for Question { text, vector } in questions {
        let wording = Wording::plain(terms(text));
        let mut clock = Instant::now();
        let mut lap = |way: usize| {
            times[way].push(clock.elapsed());
            clock = Instant::now();
        };
        std::hint::black_box(snapshot.passages_by_vector(vector, HITS, &all));
        lap(0);
        std::hint::black_box(snapshot.passages_by_vector(vector, HITS, &small));
        lap(1);
        std::hint::black_box(snapshot.questions_by_vector(vector, HITS, &all));
        lap(2);
        std::hint::black_box(snapshot.passages_by_keyword(&wording, HITS, &all)?);
        lap(3);
    }
    let [vector, vector_in_small_base, questions, keyword] = times.map(Latencies::of);
    Ok(Searches { vector, vector_in_small_base, questions, keyword })
}

/// How much of what is nearest is found.
fn recall(snapshot: &Snapshot, questions: &[Question]) -> Recall {
    let compared = &questions[..questions.len().min(COMPARED)];
    let nearest = exact::nearest(snapshot, compared, 256);
    let at = |k: usize| {
        let (mut found, mut all) = (0, 0);
        for (question, nearest) in compared.iter().zip(&nearest) {
            let hits = snapshot.passages_alike(&question.vector, k, &Filter::default());
            let nearest = &nearest[..nearest.len().min(k)];
            found += nearest.iter().filter(|id| hits.iter().any(|(hit, _)| hit == *id)).count();
            all += nearest.len();
        }
        found as f64 / all.max(1) as f64
    };
    Recall { questions: compared.len(), at_10: at(10), at_256: at(256) }
}

/// Replaces single passages, each until it can be found.
async fn edits(catalogue: &dyn Catalogue, index: &Index, corpus: &mut Corpus) -> Result<Latencies> {
    let mut times = Vec::with_capacity(EDITS);
    for edit in 0..EDITS {
        let passage = corpus.passage(MARK);
        let (id, vector) = (passage.id, passage.vectors.passage.clone());
        let document = document("default", &format!("edit {}.txt", edit % 5), vec![passage]);
        let started = Instant::now();
        catalogue.put_document(document).await?;
        index.follow().await?;
        let found = index.snapshot().passages_alike(&vector, 1, &Filter::default());
        times.push(started.elapsed());
        if found.first().is_none_or(|(found, _)| *found != id) {
            return Err(Error::internal("an edited passage is not the one nearest to its own vector"));
        }
    }
    Ok(Latencies::of(times))
}

fn document(base: &str, name: &str, chunks: Vec<NewChunk>) -> NewDocument {
    let original: Vec<u8> = chunks.iter().flat_map(|c| c.text.bytes()).collect();
    NewDocument {
        base: base.into(),
        name: name.into(),
        title: name.into(),
        format: Format::Text,
        lang: Lang::Zh,
        sha256: uuid::Uuid::now_v7().simple().to_string(),
        original,
        chunks,
        about: None,
        author: None,
    }
}

async fn timed<T>(work: impl Future<Output = Result<T>>) -> Result<(T, Duration)> {
    let started = Instant::now();
    let done = work.await?;
    Ok((done, started.elapsed()))
}

fn size_of(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|e| if e.path().is_dir() { size_of(&e.path()) } else { e.metadata().map_or(0, |m| m.len()) })
        .sum()
}
