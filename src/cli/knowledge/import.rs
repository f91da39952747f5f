//! `zhike knowledge import`: files and folders into the knowledge base, a row of result a file.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use comfy_table::Cell;
use futures_util::{StreamExt, stream};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use super::files::{Found, collect};
use super::table;
use crate::app;
use crate::cli::{Context, out};
use crate::error::{Code, Error, Result};
use crate::knowledge::readers::{Limits, is_named_as_document};
use crate::knowledge::{Imported, KnowledgeBase, Outcome};
use crate::store::SqlCatalogue;
use crate::tasks::Tasks;

/// Files in work at the same time: one is read while another is encoded.
const AT_ONCE: usize = 2;

/// Steps of the progress bar a file.
const STEPS: u64 = 1000;

/// How long background work may take to end.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// What became of a file.
#[derive(Debug, Serialize)]
#[serde(tag = "status", rename_all = "lowercase")]
enum Fate {
    /// `outcome` says whether it is new, replaced an older version, or was there already.
    Imported(Box<Imported>),
    /// Met in a folder, and not a document.
    Skipped {
        reason: String,
    },
    Failed {
        code: &'static str,
        reason: String,
    },
}

#[derive(Debug, Serialize)]
struct FileReport {
    path: PathBuf,
    name: String,
    #[serde(flatten)]
    fate: Fate,
}

/// Imports what `paths` stand for into `base`.
pub async fn run(paths: &[PathBuf], base: &str, context: &Context) -> Result<ExitCode> {
    let files = collect(paths)?;
    let started = Instant::now();
    let tasks = Tasks::new();
    let knowledge = open(context, &tasks).await?;

    let bar = Bar::new(files.len(), context.json);
    let work = files.into_iter().map(|file| import_one(&knowledge, base, file, &bar));
    let reports: Vec<FileReport> = stream::iter(work).buffered(AT_ONCE).collect().await;
    bar.bar.finish_and_clear();

    knowledge.settle().await?;
    tasks.shutdown(PATIENCE).await;
    report(&reports, started.elapsed(), context)?;
    let failed = reports.iter().any(|r| matches!(r.fate, Fate::Failed { .. }));
    Ok(ExitCode::from(u8::from(failed)))
}

/// The knowledge base of a data folder, made where there is none.
pub(super) async fn open(context: &Context, tasks: &Tasks) -> Result<Arc<KnowledgeBase>> {
    let dir = &context.config.data_dir;
    let catalogue = SqlCatalogue::new(app::open_database(&context.config).await?);
    let encoder = app::open_encoder(&context.config)?;
    KnowledgeBase::open(dir, Arc::new(catalogue), encoder, tasks.clone()).await
}

async fn import_one(knowledge: &KnowledgeBase, base: &str, file: Found, bar: &Bar) -> FileReport {
    let Found { path, name, named } = file;
    let reached = AtomicU64::new(0);
    let progress = |done: f32, step: &str| {
        let now = (done.clamp(0.0, 1.0) * STEPS as f32) as u64;
        let before = reached.fetch_max(now, Ordering::Relaxed);
        bar.bar.inc(now.saturating_sub(before));
        bar.bar.set_message(format!("{name}: {step}"));
    };
    let imported = async { knowledge.import(base, &name, read(&path)?, &progress).await };
    let fate = match imported.await {
        Ok(imported) => Fate::Imported(Box::new(imported)),
        Err(e) if e.code() == Code::UnsupportedFormat && !named && !is_named_as_document(&name) => {
            Fate::Skipped { reason: reason(&e, &name) }
        }
        Err(e) => Fate::Failed { code: e.code().name(), reason: reason(&e, &name) },
    };
    bar.bar.inc(STEPS - reached.load(Ordering::Relaxed));
    FileReport { path, name, fate }
}

/// The error without the file's name, which stands at the head of the row.
fn reason(e: &Error, name: &str) -> String {
    let detail = e.detail();
    detail.strip_prefix(name).and_then(|rest| rest.strip_prefix(": ")).unwrap_or(detail).to_owned()
}

/// The content of a file; one that is too large anyway is not loaded first.
pub fn read(path: &Path) -> Result<Vec<u8>> {
    let at = |e: std::io::Error| Error::from(e).at(path.display());
    let (size, limit) = (std::fs::metadata(path).map_err(at)?.len(), Limits::default().max_bytes);
    if size > limit as u64 {
        let detail =
            format!("{}: {size} bytes are more than the {limit} allowed; split the file", path.display());
        return Err(Error::new(Code::TooLarge, detail));
    }
    std::fs::read(path).map_err(at)
}

fn report(reports: &[FileReport], took: Duration, context: &Context) -> Result<()> {
    let count = |wanted: fn(&Fate) -> bool| reports.iter().filter(|r| wanted(&r.fate)).count();
    let imported = count(|f| matches!(f, Fate::Imported(_)));
    let skipped = count(|f| matches!(f, Fate::Skipped { .. }));
    let failed = count(|f| matches!(f, Fate::Failed { .. }));
    let passages: i64 = reports.iter().map(|r| r.fate.passages()).sum();
    if context.json {
        return out::json(&serde_json::json!({
            "files": reports, "imported": imported, "skipped": skipped, "failed": failed,
            "chunks": passages, "seconds": took.as_secs_f32(),
        }));
    }
    let mut rows = table::new(&["file", "format", "passages", "result"], &[2]);
    for report in reports {
        rows.add_row(report.cells());
    }
    out::line(rows.trim_fmt());
    let seconds = took.as_secs_f32();
    out::note(format!(
        "{imported} imported ({passages} passages), {skipped} skipped, {failed} failed, in {seconds:.1} s"
    ));
    Ok(())
}

impl Fate {
    /// Passages that this import wrote.
    fn passages(&self) -> i64 {
        match self {
            Fate::Imported(imported) if imported.outcome != Outcome::Unchanged => imported.document.chunks,
            _ => 0,
        }
    }
}

impl FileReport {
    fn cells(&self) -> [Cell; 4] {
        let (format, passages, result) = match &self.fate {
            Fate::Imported(imported) => {
                let document = &imported.document;
                let outcome = match imported.outcome {
                    Outcome::Added => "added".to_owned(),
                    Outcome::Replaced => format!("replaced, now version {}", document.version),
                    Outcome::Unchanged => "unchanged".to_owned(),
                };
                let result = std::iter::once(&outcome).chain(&imported.warnings).cloned().collect::<Vec<_>>();
                (table::format_name(document.format), document.chunks.to_string(), result.join("; "))
            }
            Fate::Skipped { reason } => ("", String::new(), format!("skipped: {reason}")),
            Fate::Failed { reason, .. } => ("", String::new(), format!("FAILED: {reason}")),
        };
        [Cell::new(&self.name), Cell::new(format), Cell::new(passages), Cell::new(result)]
    }
}

/// One bar over all files, on standard error; nothing where no person looks.
struct Bar {
    bar: ProgressBar,
}

impl Bar {
    fn new(files: usize, hidden: bool) -> Self {
        if hidden {
            return Self { bar: ProgressBar::hidden() };
        }
        let bar = ProgressBar::new(files as u64 * STEPS);
        let style = ProgressStyle::with_template("{bar:30} {percent:>3}%  {elapsed}  {wide_msg}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.enable_steady_tick(Duration::from_millis(200));
        Self { bar }
    }
}
