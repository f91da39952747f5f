//! `zhike bench import`: large and hostile files, one after the other, while visitors ask.

mod files;
mod pace;

use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Args;
use serde::Serialize;

use super::latencies::Latencies;
use super::process::Process;
use super::turn::questions;
use crate::app::{Core, Demo};
use crate::cli::knowledge::read_document;
use crate::cli::{Context, out};
use crate::error::{Error, Result};
use files::Trial;
use pace::Pace;

/// Large and hostile files, imported while visitors ask: outcome, time and memory of each, and what visitors notice
#[derive(Debug, Args)]
#[command(
    after_help = "Method: the sample shop in a temporary folder. Its questions are asked at a steady rate, each at its own \
time whether or not the one before is answered, timed from when it was due to the decision: first with nothing else \
going on (idle), then while the files are imported one after the other as `zhike knowledge import` does it. The files \
are made for this: a PDF of 1,600 pages, a CSV of 300 MB, a Word document that unpacks to 4 GB, a page nested 100,000 \
deep, a text of 2 GB (sparse, so it takes no room). Memory is the process's own, without pages of files, sampled every \
20 ms; gained is the most above what it was before the file.

Examples:
  zhike bench import
  zhike bench import --rate 50 --json"
)]
pub struct ImportArgs {
    /// Questions a second
    #[arg(long, default_value_t = 20, value_name = "N")]
    rate: u32,
    /// Seconds of asking with nothing else going on
    #[arg(long, default_value_t = 30, value_name = "N")]
    idle: u64,
}

/// A file that is over at once is asked beside for this long.
const AT_LEAST: Duration = Duration::from_secs(5);

#[derive(Debug, Serialize)]
struct Report {
    idle: Latencies,
    /// Over all files.
    busy: Latencies,
    files: Vec<Row>,
}

/// One file's figures.
#[derive(Debug, Serialize)]
struct Row {
    file: &'static str,
    megabytes: f64,
    seconds: f64,
    /// Passages, or why it was refused.
    outcome: String,
    chunks: i64,
    gained_mb: Option<f64>,
    questions: Latencies,
}

/// Measures and prints.
pub async fn run(args: ImportArgs, context: &Context) -> Result<ExitCode> {
    let folder = tempfile::tempdir().map_err(|e| Error::from(e).at("making a temporary folder"))?;
    let mut config = context.config.clone();
    config.keep_to(&folder.path().join("data"));
    let core = Core::open(&config, Demo::Load).await?;
    let pace = Pace::new(&core, questions(&core).await?, args.rate);
    pace.ask_for(Duration::from_secs(3)).await?;
    let idle = pace.ask_for(Duration::from_secs(args.idle)).await?;

    let (mut files, mut all) = (Vec::new(), Vec::new());
    for trial in files::ALL {
        let path = folder.path().join(trial.name);
        (trial.make)(&path).map_err(|e| Error::from(e).at(path.display()))?;
        let (row, times) = measure(&core, &pace, &trial, &path).await?;
        std::fs::remove_file(&path).map_err(|e| Error::from(e).at(path.display()))?;
        files.push(row);
        all.extend(times);
    }
    core.close().await;
    let report = Report { idle: Latencies::of(idle), busy: Latencies::of(all), files };
    if context.json {
        out::json(&report)?;
    } else {
        report.print();
    }
    Ok(ExitCode::SUCCESS)
}

/// Imports one file while questions are asked.
async fn measure(core: &Core, pace: &Pace<'_>, trial: &Trial, path: &Path) -> Result<(Row, Vec<Duration>)> {
    let bytes = std::fs::metadata(path).map_err(|e| Error::from(e).at(path.display()))?.len();
    let before = Process::own().own_memory().ok();
    let started = Instant::now();
    let import = async {
        let outcome = match read_document(path) {
            Ok(bytes) => core.knowledge.import("default", trial.name, bytes, &|_, _| ()).await,
            Err(e) => Err(e),
        };
        let took = started.elapsed();
        tokio::time::sleep_until((started + AT_LEAST).into()).await;
        (outcome, took)
    };
    let ((outcome, took), times, peak) = pace.beside(import).await?;
    let gained = peak.zip(before).map(|(peak, before)| peak.saturating_sub(before) as f64 / 1_048_576.0);
    let (outcome, chunks) = match outcome {
        Ok(imported) => (format!("{} passages", imported.document.chunks), imported.document.chunks),
        Err(e) => (format!("refused: {e}"), 0),
    };
    let row = Row {
        file: trial.what,
        megabytes: bytes as f64 / 1_048_576.0,
        seconds: took.as_secs_f64(),
        outcome,
        chunks,
        gained_mb: gained,
        questions: Latencies::of(times.clone()),
    };
    Ok((row, times))
}

impl Report {
    fn print(&self) {
        out::line(format!("idle                      {}", self.idle.in_words()));
        out::line(format!("while files are imported  {}", self.busy.in_words()));
        for row in &self.files {
            let gained = row.gained_mb.map_or_else(String::new, |mb| format!(", at most {mb:.0} MB gained"));
            out::line(format!("\n{} ({:.1} MB): {:.1} s{gained}", row.file, row.megabytes, row.seconds));
            out::line(format!("  {}", row.outcome));
            out::line(format!("  questions: {}", row.questions.in_words()));
        }
    }
}
