//! `zhike eval dialogs`: dialog suites through the engine.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::{Output, summary, workplace};
use crate::cli::Context;
use crate::error::{Error, Result};
use crate::eval::{dialogs, suite};

#[derive(Debug, Args)]
pub struct DialogsArgs {
    /// Dialog suites, one JSON object a line
    #[arg(required = true, value_name = "FILE")]
    suites: Vec<PathBuf>,
    /// Documents to answer from, files or folders; the sample shop's when not given
    #[arg(long, num_args = 1.., value_name = "PATH")]
    knowledge: Vec<PathBuf>,
    /// Folder with shop.toml, intents.toml, rules.toml and nlu/train.jsonl; the sample shop's when not given
    #[arg(long, value_name = "DIR")]
    shop: Option<PathBuf>,
    #[command(flatten)]
    output: Output,
}

/// Prepares the engine, plays, reports.
pub async fn run(args: DialogsArgs, context: &Context) -> Result<ExitCode> {
    let mut suites = Vec::new();
    for path in &args.suites {
        let name = path.display().to_string();
        let content = std::fs::read_to_string(path).map_err(|e| Error::from(e).at(&name))?;
        suites.push((name.clone(), suite::read(&name, &content)?));
    }
    let names: Vec<String> = suites.iter().map(|(name, _)| name.clone()).collect();
    let suite = suite::join(suites)?;

    let place = workplace::Workplace::of_shop(&args.knowledge, args.shop.as_deref(), context).await?;
    let bar = workplace::bar(suite.len(), "playing", context);
    let played = dialogs::play(&place.core.engine, &suite, &|done| bar.set_position(done as u64)).await?;
    bar.finish_and_clear();

    let report = dialogs::report(played)
        .about("suites", names.join(", "))
        .about("knowledge", place.knowledge.clone())
        .about("shop", args.shop.as_ref().map_or("sample shop".to_owned(), |dir| dir.display().to_string()))
        .about("encoder", place.core.encoder.id());
    place.close().await;
    args.output.finish(&report, || dialogs::html(&report), || summary::of_dialogs(&report), context)
}
