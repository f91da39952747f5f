//! `zhike bench retrieval`: how fast passages go into the knowledge base and come out of it, and how much of what is
//! nearest is found.

mod beside;
mod corpus;
mod exact;
mod import;
mod measure;
mod report;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use crate::cli::{Context, out};
use crate::error::{Error, Result};

/// Measure import, search and restart of the knowledge base
///
/// Method. In an empty temporary folder, documents of 50 passages are written to the catalogue and indexed one by one
/// (ingest), while the index is written to disk in the background as in a server; one document in a hundred belongs to
/// a base of its own. Questions are searched one after the other on one thread, 50 hits each, by vector, by vector
/// within the small base, by FAQ question and by keyword. For the first 100 of them, what is nearest is also found by
/// comparing with every passage in f32, which gives the recall. Single passages are replaced, each until it can be
/// found (edit); the index is opened again (restart) and searched. Then a text of --encode passages is imported the
/// way users do it, with the encoder. Passages are made from the sample shop by a fixed recipe (seed 1): four sentences
/// with their digits changed; one passage in ten is a FAQ pair with three questions. Questions are pieces of sentences,
/// encoded; vectors of passages are those of their sentences, mixed, with noise of a quarter of their length.
///
/// --yardstick names a Python with the packages bm25s, faiss-cpu and numpy: faiss compares the same questions with the
/// same vectors (exact and HNSW, one thread), bm25s looks for the same words in the same passages.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  zhike bench retrieval
  zhike bench retrieval --chunks 100000 --json
  zhike bench retrieval --chunks 100000 --yardstick venv/bin/python")]
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
    /// Most vectors of a segment that are passed over; larger ones get a graph (knowledge.exact_up_to)
    #[arg(long, value_name = "N")]
    exact_up_to: Option<usize>,
    /// Folder in which the index is made, on the disk to be measured; the system's temporary folder when not given
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
    /// A Python with the off-the-shelf parts to measure beside it
    #[arg(long, value_name = "PYTHON")]
    yardstick: Option<PathBuf>,
}

/// The made-up corpus and what is measured with it are the same on every run.
const SEED: u64 = 1;

/// Runs the benchmark and prints its figures.
pub async fn run(args: RetrievalArgs, context: &Context) -> Result<ExitCode> {
    let folder = match &args.folder {
        Some(folder) => tempfile::tempdir_in(folder),
        None => tempfile::tempdir(),
    };
    let folder = folder.map_err(|e| Error::from(e).at("a temporary folder"))?;
    let mut report = measure::measure(&args, folder.path(), context).await?;
    if args.encode > 0 {
        report.import = Some(import::measure(args.encode, &folder.path().join("import"), context).await?);
    }
    if context.json {
        out::json(&report)?;
    } else {
        report.print();
    }
    Ok(ExitCode::SUCCESS)
}
