//! `zhike train`: labelled utterances to a new version of intents and slots.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use tokio::task::JoinHandle;

use super::{Context, out};
use crate::app;
use crate::cli::knowledge::table;
use crate::error::{Code, Error, Result};
use crate::learn::{Finished, Intents, examples_of_files, keep};
use crate::nlu::examples::TrainingData;
use crate::nlu::train::{Cancelled, Mode, TrainOptions, TrainReport, train};
use crate::nlu::versions::Comparison;
use crate::store::{Db, SqlExamples, SqlVersions};
use crate::tasks::Tasks;

/// Train intents and slots from labelled utterances
///
/// Without --nlu every .jsonl and .yml file in the folder nlu of the shop's settings is read, with what was written in
/// the console over them. Every run is kept as a version. The new version is put into use unless it is worse than the
/// one in use on the texts both were tested on without having seen them. A running server takes it up within seconds.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  zhike train\n  zhike train --nlu knowledge/nlu/train.jsonl\n  zhike train --nlu rasa/data/nlu.yml more.jsonl --force\n  zhike train --mode deep"
)]
pub struct TrainArgs {
    /// Examples as JSONL ({"text", "intent", "slots"}) or as Rasa's nlu.yml; may name several files
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub(super) nlu: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) mode: ModeArg,
    /// Put the new version into use even if it is worse
    #[arg(long)]
    pub(super) force: bool,
}

/// `--mode`, here and in `zhike eval nlu`.
#[derive(Clone, Copy, Debug, Args)]
pub(super) struct ModeArg {
    /// What is trained
    #[arg(long, value_enum, default_value_t = ModeName::Fast)]
    mode: ModeName,
}

impl ModeArg {
    /// Heads alone.
    pub const FAST: Self = Self { mode: ModeName::Fast };
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ModeName {
    /// Heads on the frozen encoder: seconds
    Fast,
    /// The encoder's top layers as well: minutes
    Deep,
}

impl From<ModeArg> for Mode {
    fn from(arg: ModeArg) -> Self {
        match arg.mode {
            ModeName::Fast => Self::Fast,
            ModeName::Deep => Self::Deep,
        }
    }
}

/// What `--json` prints.
#[derive(Debug, Serialize)]
struct Outcome<'a> {
    version: String,
    promoted: bool,
    /// Against the version in use before; none when there was none.
    comparison: Option<Comparison>,
    report: &'a TrainReport,
}

/// Reads, trains, compares, keeps.
pub async fn run(args: TrainArgs, context: &Context) -> Result<ExitCode> {
    let db = app::open_database(&context.config).await?;
    let data = examples_to_learn(&args.nlu, &db, &app::shop_folder(&context.config)).await?;
    let encoder = app::open_encoder(&context.config)?;
    let versions = SqlVersions::new(db.clone());

    let bar = bar(context);
    let shown = bar.clone();
    let cancelled = Cancelled::default();
    let options = TrainOptions {
        lexicon: data.lexicon,
        places: data.places,
        mode: args.mode.into(),
        cancelled: cancelled.clone(),
        ..TrainOptions::default()
    };
    let training = Tasks::new().spawn_blocking(move || {
        train(&data.examples, &encoder, &options, &|share, step| {
            shown.set_position((share * 100.0) as u64);
            shown.set_message(step.to_owned());
        })
    });
    let (model, report) = finished(training, &cancelled).await?;
    bar.finish_and_clear();

    let Finished { version, comparison, .. } = keep(&versions, &model, &report, None, args.force).await?;
    let promoted = version.promoted;
    db.close().await;

    if context.json {
        out::json(&Outcome { version: version.id.to_string(), promoted, comparison, report: &report })?;
    } else {
        print(&report, comparison);
        out::line(match promoted {
            true => format!("version {} is in use", version.id),
            false => format!(
                "version {} is kept but not put into use: it is worse than the one in use; --force uses it anyway",
                version.id
            ),
        });
    }
    Ok(ExitCode::from(u8::from(!promoted)))
}

/// The examples of the named files, or those of the shop with what was written in the console over them.
pub(super) async fn examples_to_learn(files: &[PathBuf], db: &Db, shop: &Path) -> Result<TrainingData> {
    if !files.is_empty() {
        return examples_of_files(files);
    }
    let data = Intents::new(Arc::new(SqlExamples::new(db.clone())), shop.to_owned()).training_data().await?;
    if data.examples.is_empty() {
        let detail = format!(
            "there are no examples in {} and none were written in the console; name a file with --nlu FILE",
            shop.join("nlu").display()
        );
        return Err(Error::new(Code::BadConfig, detail));
    }
    Ok(data)
}

/// Waits for the training; Ctrl-C ends it.
async fn finished<T>(mut training: JoinHandle<Result<T>>, cancelled: &Cancelled) -> Result<T> {
    let outcome = tokio::select! {
        outcome = &mut training => outcome,
        _ = tokio::signal::ctrl_c() => {
            cancelled.cancel();
            training.await
        }
    };
    outcome.map_err(|e| Error::internal("the training stopped").with_source(e))?
}

pub(super) fn bar(context: &Context) -> ProgressBar {
    if context.json {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(100);
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {percent:>3} %  {msg}") {
        bar.set_style(style);
    }
    bar
}

fn print(report: &TrainReport, comparison: Option<Comparison>) {
    let held_out = &report.held_out;
    let percent = |x: f32| format!("{:.1} %", x * 100.0);
    let mut rows = table::new(&["trained", ""], &[1]);
    rows.add_row(["examples".to_owned(), report.examples.to_string()]);
    rows.add_row(["intents".to_owned(), report.intents.to_string()]);
    rows.add_row(["slots".to_owned(), report.slots.len().to_string()]);
    rows.add_row(["seconds".to_owned(), format!("{:.1}", report.seconds)]);
    rows.add_row([format!("held-out accuracy ({} texts)", held_out.texts), percent(held_out.accuracy)]);
    rows.add_row(["held-out macro F1".to_owned(), percent(held_out.macro_f1)]);
    rows.add_row(["calibration error (ECE)".to_owned(), format!("{:.3}", held_out.ece)]);
    if let Some(auroc) = held_out.oos_auroc {
        rows.add_row(["out of scope told apart (AUROC)".to_owned(), format!("{auroc:.3}")]);
    }
    if let Some(slots) = held_out.slots {
        rows.add_row(["slots, F1 of exact spans".to_owned(), percent(slots.f1)]);
    }
    let fallback = report.fallback;
    rows.add_row([
        format!("accepted from confidence {:.2}, gap {:.2}", fallback.threshold, fallback.gap),
        format!("{} right of {} answered", percent(fallback.precision), percent(fallback.coverage)),
    ]);
    out::line(rows.to_string());
    for warning in &report.warnings {
        let places = match warning.places.as_slice() {
            [] => String::new(),
            places => format!(" ({})", places.join(", ")),
        };
        out::note(format!("{}: {}{places}", warning.kind, warning.message));
    }
    if let Some(c) = comparison.filter(|c| c.shared > 0) {
        out::line(format!(
            "on {} shared texts {} right, the version in use before {}",
            c.shared,
            percent(c.new_accuracy),
            percent(c.old_accuracy)
        ));
    }
}
