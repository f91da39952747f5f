//! `zhike eval compare`: two reports side by side.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::{Output, summary};
use crate::cli::Context;
use crate::error::Result;
use crate::eval::compare;

#[derive(Debug, Args)]
pub struct CompareArgs {
    /// report.json of the yardstick
    #[arg(value_name = "A.json")]
    before: PathBuf,
    /// report.json of what is held against it
    #[arg(value_name = "B.json")]
    after: PathBuf,
    #[command(flatten)]
    output: Output,
}

/// Compares two report files.
pub fn run(args: &CompareArgs, context: &Context) -> Result<ExitCode> {
    let report = compare::files(&args.before, &args.after)?;
    args.output.finish(&report, || compare::html(&report), || summary::of_comparison(&report), context)
}
