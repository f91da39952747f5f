//! `zhike bench retrieval`: how fast passages go into the knowledge base and come out of it.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::Args;
use serde::Serialize;

use super::corpus::Corpus;
use super::latencies::{Latencies, milliseconds};
use super::process::Process;
use crate::app;
use crate::cli::{Context, out};
use crate::domain::{Format, Lang};
use crate::error::{Error, Result};
use crate::knowledge::{
    Catalogue, EncoderMark, Filter, Index, KnowledgeBase, NewDocument, Snapshot, Wording,
};
use crate::store::SqlCatalogue;
use crate::tasks::Tasks;
use crate::text::segment::terms;

/// Measure import, search and restart of the knowledge base
///
/// Method. In an empty temporary folder, documents of 50 passages are written to the catalogue and indexed one by
/// one, with made-up vectors (ingest); the index is written to disk; questions are searched one after the other on
/// one thread, 50 hits each, by vector, by FAQ question and by keyword; single passages are replaced, each until it
/// can be found (edit); the index is opened again (restart). Then a text of --encode passages is imported the way
/// users do it, with the encoder. Passages and questions are drawn from the sample shop by a fixed recipe (seed 1):
/// four sentences with their digits changed; one passage in ten is a FAQ pair with three questions.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  zhike bench retrieval\n  zhike bench retrieval --chunks 100000 --json")]
pub struct RetrievalArgs {
    /// Number of passages
    #[arg(long, default_value_t = 10_000, value_name = "N")]
    chunks: usize,
    /// Number of questions for each way of searching
    #[arg(long, default_value_t = 1_000, value_name = "N")]
    questions: usize,
    /// Number of passages imported through the encoder; 0 leaves it out
    #[arg(long, default_value_t = 200, value_name = "N")]
    encode: usize,
}

const PASSAGES_A_DOCUMENT: usize = 50;
const HITS: usize = 50;
const EDITS: usize = 50;
const SEED: u64 = 1;

/// The made-up vectors have the dimension of the built-in encoder.
const DIM: usize = 384;

#[derive(Debug, Serialize)]
struct Report {
    chunks: usize,
    dim: usize,
    ingest_chunks_per_s: f64,
    publish_ms: f64,
    index_mb: f64,
    vector: Latencies,
    questions: Latencies,
    keyword: Latencies,
    edit_visible: Latencies,
    restart_ms: f64,
    rss_mb: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    import: Option<Import>,
}

#[derive(Debug, Serialize)]
struct Import {
    chunks: i64,
    chunks_per_s: f64,
    rss_mb: Option<f64>,
}

/// Runs the benchmark and prints its figures.
pub async fn run(args: RetrievalArgs, context: &Context) -> Result<ExitCode> {
    let folder = tempfile::tempdir().map_err(|e| Error::from(e).at("a temporary folder"))?;
    let mut report = measure(&args, folder.path()).await?;
    if args.encode > 0 {
        report.import = Some(import(args.encode, &folder.path().join("import"), context).await?);
    }
    if context.json {
        out::json(&report)?;
    } else {
        print(&report);
    }
    Ok(ExitCode::SUCCESS)
}

async fn measure(args: &RetrievalArgs, folder: &Path) -> Result<Report> {
    let tasks = Tasks::new();
    let catalogue: Arc<dyn Catalogue> = Arc::new(SqlCatalogue::new(app::open_folder(folder).await?));
    let mark = EncoderMark { id: "made up".into(), dim: DIM };
    let root = folder.join("index");
    let mut corpus = Corpus::new(DIM, SEED)?;
    let index = Index::open(&root, catalogue.clone(), mark.clone(), tasks.clone()).await?;

    let mut ingest = Duration::ZERO;
    let mut written = 0;
    while written < args.chunks {
        let n = PASSAGES_A_DOCUMENT.min(args.chunks - written);
        let document = document(&format!("{written}.txt"), n, &mut corpus);
        let started = Instant::now();
        catalogue.put_document(document).await?;
        index.follow().await?;
        ingest += started.elapsed();
        written += n;
    }
    let (_, publish) = timed(index.fold()).await?;

    let snapshot = index.snapshot();
    let searched = search(&snapshot, args.questions, &mut corpus)?;
    let mut edits = Vec::new();
    for edit in 0..EDITS {
        let document = document(&format!("edit {}.txt", edit % 5), 1, &mut corpus);
        let write = async {
            catalogue.put_document(document).await?;
            index.follow().await
        };
        edits.push(timed(write).await?.1);
    }
    index.fold().await?;
    let index_mb = megabytes(size_of(&root));
    drop((index, snapshot));
    let (index, restart) = timed(Index::open(&root, catalogue, mark, tasks)).await?;

    let [vector, questions, keyword] = searched;
    Ok(Report {
        chunks: index.snapshot().len(),
        dim: DIM,
        ingest_chunks_per_s: written as f64 / ingest.as_secs_f64(),
        publish_ms: milliseconds(publish),
        index_mb,
        vector,
        questions,
        keyword,
        edit_visible: Latencies::of(edits),
        restart_ms: milliseconds(restart),
        rss_mb: rss_mb(),
        import: None,
    })
}

/// Searches by vector, by question and by keyword.
fn search(snapshot: &Snapshot, n: usize, corpus: &mut Corpus) -> Result<[Latencies; 3]> {
    let all = Filter::default();
    let (mut vector, mut questions, mut keyword) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..n {
        let (query, text) = (corpus.vector(), corpus.question());
        let started = Instant::now();
        std::hint::black_box(snapshot.passages_by_vector(&query, HITS, &all));
        vector.push(started.elapsed());
        let started = Instant::now();
        std::hint::black_box(snapshot.questions_by_vector(&query, HITS, &all));
        questions.push(started.elapsed());
        let started = Instant::now();
        std::hint::black_box(snapshot.passages_by_keyword(&Wording::plain(terms(&text)), HITS, &all)?);
        keyword.push(started.elapsed());
    }
    Ok([Latencies::of(vector), Latencies::of(questions), Latencies::of(keyword)])
}

/// Imports one text as users do.
async fn import(passages: usize, dir: &Path, context: &Context) -> Result<Import> {
    let encoder = app::open_encoder(&context.config)?;
    let mut corpus = Corpus::new(encoder.dim(), SEED + 1)?;
    let text = (0..passages).map(|n| format!("{n}\n\n{}\n\n", corpus.text())).collect::<String>();
    let tasks = Tasks::new();
    let catalogue = Arc::new(SqlCatalogue::new(app::open_folder(dir).await?));
    let knowledge = KnowledgeBase::open(dir, catalogue, encoder, tasks.clone()).await?;
    let work = knowledge.import("default", "bench.txt", text.into_bytes(), &|_, _| ());
    let (imported, took) = timed(work).await?;
    tasks.shutdown(Duration::from_secs(10)).await;
    let chunks = imported.document.chunks;
    Ok(Import { chunks, chunks_per_s: chunks as f64 / took.as_secs_f64(), rss_mb: rss_mb() })
}

fn document(name: &str, passages: usize, corpus: &mut Corpus) -> NewDocument {
    let chunks: Vec<_> = (0..passages).map(|_| corpus.passage("made up")).collect();
    let original: Vec<u8> = chunks.iter().flat_map(|c| c.text.bytes()).collect();
    NewDocument {
        base: "default".into(),
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

fn megabytes(bytes: u64) -> f64 {
    (bytes as f64 / 1_048_576.0 * 10.0).round() / 10.0
}

fn size_of(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|e| if e.path().is_dir() { size_of(&e.path()) } else { e.metadata().map_or(0, |m| m.len()) })
        .sum()
}

/// Resident memory of this process; only Linux tells.
fn rss_mb() -> Option<f64> {
    Process::own().memory().ok().map(megabytes)
}

fn print(report: &Report) {
    let line = |what: &str, value: String| out::line(format!("{what:<34}{value}"));
    line("passages", format!("{} × {} dimensions", report.chunks, report.dim));
    line("ingest without encoder", format!("{:.0} passages/s", report.ingest_chunks_per_s));
    line("index to disk", format!("{:.0} ms, {:.1} MB", report.publish_ms, report.index_mb));
    for (what, p) in [
        ("search by vector", &report.vector),
        ("search by FAQ question", &report.questions),
        ("search by keyword", &report.keyword),
        ("edit until it is found", &report.edit_visible),
    ] {
        line(
            what,
            format!(
                "p50 {:.2} ms, p95 {:.2} ms, p99 {:.2} ms (n = {})",
                p.p50_ms, p.p95_ms, p.p99_ms, p.count
            ),
        );
    }
    line("restart", format!("{:.0} ms", report.restart_ms));
    let memory = |mb: Option<f64>| mb.map_or_else(|| "unknown".to_owned(), |mb| format!("{mb:.0} MB"));
    line("resident memory", memory(report.rss_mb));
    if let Some(import) = &report.import {
        line("import with encoder", format!("{:.0} passages/s (n = {})", import.chunks_per_s, import.chunks));
        line("resident memory with encoder", memory(import.rss_mb));
    }
}
