//! `zhike eval retrieval`: a BEIR folder through import and search.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::{Output, summary, workplace};
use crate::cli::Context;
use crate::error::Result;
use crate::eval::retrieval;

#[derive(Debug, Args)]
pub struct RetrievalArgs {
    /// Folder with corpus.jsonl, queries.jsonl and qrels.tsv
    #[arg(long, value_name = "DIR")]
    dir: PathBuf,
    #[command(flatten)]
    output: Output,
}

/// Imports, asks, reports.
pub async fn run(args: RetrievalArgs, context: &Context) -> Result<ExitCode> {
    let set = retrieval::beir::read(&args.dir)?;
    let place = workplace::Workplace::empty(context).await?;
    let core = &place.core;

    let bar = workplace::bar(set.corpus.len(), "importing", context);
    let corpus = retrieval::import(&core.knowledge, &set, &|done| bar.set_position(done as u64)).await?;
    bar.finish_and_clear();
    let bar = workplace::bar(set.queries.len(), "asking", context);
    let asked = retrieval::ask(&core.engine, &set, &corpus, &|done| bar.set_position(done as u64)).await?;
    bar.finish_and_clear();

    let report = retrieval::report(asked, set.corpus.len(), corpus)
        .about("set", args.dir.display().to_string())
        .about("encoder", core.encoder.id());
    place.close().await;
    args.output.finish(&report, || retrieval::html(&report), || summary::of_retrieval(&report), context)
}
