//! `zhike eval nlu`: trains on one set of labelled utterances and measures another.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::{Output, summary};
use crate::app;
use crate::cli::Context;
use crate::cli::train::{ModeArg, bar};
use crate::error::{Code, Error, Result};
use crate::eval::nlu;
use crate::learn::examples_of_files;
use crate::tasks::Tasks;

#[derive(Debug, Args)]
pub struct NluArgs {
    /// Examples to train on, JSONL or Rasa's nlu.yml; may name several files
    #[arg(long, value_name = "FILE", num_args = 1.., required = true)]
    train: Vec<PathBuf>,
    /// Examples with some out of scope that set one threshold of being in scope; figures at it are added
    #[arg(long, value_name = "FILE", num_args = 1..)]
    valid: Vec<PathBuf>,
    /// Examples to measure
    #[arg(long, value_name = "FILE", num_args = 1.., required = true)]
    test: Vec<PathBuf>,
    #[command(flatten)]
    mode: ModeArg,
    #[command(flatten)]
    output: Output,
}

/// Trains, parses, reports. Nothing is kept.
pub async fn run(args: NluArgs, context: &Context) -> Result<ExitCode> {
    let training = examples_of_files(&args.train)?;
    let validation = examples_of_files(&args.valid)?.examples;
    let test = examples_of_files(&args.test)?.examples;
    if test.is_empty() {
        return Err(Error::new(Code::BadConfig, "--test: there are no examples in the named files"));
    }
    let encoder = app::open_encoder(&context.config)?;
    let encoder_id = encoder.id().to_owned();
    let bar = bar(context);
    let shown = bar.clone();
    let evaluation = Tasks::new().spawn_blocking(move || {
        nlu::run(&training, &validation, &test, &encoder, args.mode.into(), &|share, step| {
            shown.set_position((share * 100.0) as u64);
            shown.set_message(step.to_owned());
        })
    });
    let report = evaluation.await.map_err(|e| Error::internal("the evaluation stopped").with_source(e))??;
    bar.finish_and_clear();
    let named =
        |paths: &[PathBuf]| paths.iter().map(|p| p.display().to_string()).collect::<Vec<_>>().join(", ");
    let report = report
        .about("train", named(&args.train))
        .about("test", named(&args.test))
        .about("encoder", encoder_id);
    args.output.finish(&report, || nlu::html(&report), || summary::figures(&report.measures), context)
}
