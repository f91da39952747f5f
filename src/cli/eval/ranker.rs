//! `zhike eval ranker`: fits the ranker's weights and measures them.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use comfy_table::Table;

use super::workplace;
use crate::app::open_reader;
use crate::cli::{Context, out};
use crate::error::{Error, Result};
use crate::eval::ranker::corpus::Part;
use crate::eval::{ranker, suite};

#[derive(Debug, Args)]
pub struct RankerArgs {
    /// Folder of organisations: JSON lines of passages with answerable questions and near misses
    #[arg(long, value_name = "DIR", default_value = "models/train/data/corpus")]
    corpus: PathBuf,
    /// FAQ pairs with paraphrases of their questions and look-alikes, as JSON lines
    #[arg(long, value_name = "FILE", default_value = "models/train/data/g_paraphrases.jsonl")]
    pairs: PathBuf,
    /// Questions about the sample shop, as dialog suites
    #[arg(long, value_name = "FILE", num_args = 1.., default_values = ["eval/shop/questions.dev.jsonl", "eval/shop/everyday.dev.jsonl"])]
    suite: Vec<PathBuf>,
    /// Share of given answers that shall be right
    #[arg(long, value_name = "SHARE", default_value_t = 0.8)]
    precision: f32,
    /// Also measure on the test organisations: for final figures only
    #[arg(long)]
    test: bool,
    /// Write the weights into this file
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// Imports, asks, fits, reports.
pub async fn run(args: RankerArgs, context: &Context) -> Result<ExitCode> {
    let read = |path: &PathBuf| std::fs::read_to_string(path).map_err(|e| Error::from(e).at(path.display()));
    let entries = std::fs::read_dir(&args.corpus).map_err(|e| Error::from(e).at(args.corpus.display()))?;
    let mut files: Vec<PathBuf> = entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
    files.retain(|path| path.extension().is_some_and(|e| e == "jsonl"));
    files.sort();
    let mut organisations = Vec::new();
    for file in &files {
        organisations.extend(ranker::corpus::read(&file.display().to_string(), &read(file)?)?);
    }
    let pairs = ranker::pairs::read(&args.pairs.display().to_string(), &read(&args.pairs)?)?;
    let mut dialogs = Vec::new();
    for file in &args.suite {
        dialogs.extend(suite::read(&file.display().to_string(), &read(file)?)?);
    }

    organisations.retain(|organisation| args.test || organisation.part != Part::Test);

    let place = workplace::Workplace::of_shop(&[], None, context).await?;
    let bar = workplace::bar(organisations.len(), "importing", context);
    for organisation in organisations.iter().filter(|organisation| organisation.part != Part::Train) {
        ranker::collect::import(&place.core.knowledge, organisation).await?;
        bar.inc(1);
    }
    ranker::collect::import_pairs(&place.core.knowledge, &pairs).await?;
    bar.set_message("asking");
    let (engine, encoder) = (&place.core.engine, &place.core.encoder);
    let reader = open_reader(&context.config, encoder)?;
    let asked = |done: usize| bar.set_position(done as u64);
    let material = ranker::Material {
        organisations: &organisations,
        pairs: &pairs,
        suite: &dialogs,
        target: args.precision,
    };
    let mut outcome = ranker::run(engine, encoder, reader, &material, &asked).await?;
    bar.finish_and_clear();
    place.close().await;

    outcome.weights.provenance.command = format!(
        "zhike eval ranker --corpus {} --pairs {} --suite {} --precision {}",
        args.corpus.display(),
        args.pairs.display(),
        args.suite.iter().map(|file| file.display().to_string()).collect::<Vec<_>>().join(" "),
        args.precision
    );
    if let Some(path) = &args.out {
        let json = serde_json::to_string(&outcome.weights)
            .map_err(|e| Error::internal("the weights cannot be written as JSON").with_source(e))?;
        std::fs::write(path, json + "\n").map_err(|e| Error::from(e).at(path.display()))?;
    }
    if context.json {
        out::json(&outcome.figures)?;
    } else {
        out::line(table(&outcome.figures).to_string());
        let weights = &outcome.weights;
        let looks = [("first look", Some(&weights.operating_point))];
        let second = ("with the reader", weights.reread.as_ref().map(|reread| &reread.operating_point));
        for (look, point) in
            looks.into_iter().chain([second]).filter_map(|(look, point)| Some((look, point?)))
        {
            out::line(format!(
                "{look}: threshold {:.3} for a precision of {:.2}: {:.0} % of the development questions are answered",
                point.threshold,
                point.target_precision,
                100.0 * point.expected_coverage
            ));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn table(figures: &[(String, std::collections::BTreeMap<String, f32>)]) -> Table {
    let mut table = Table::new();
    table.set_header(std::iter::once("figure").chain(figures.iter().map(|(part, _)| part.as_str())));
    for name in figures.first().iter().flat_map(|(_, figures)| figures.keys()) {
        let values = figures.iter().map(|(_, f)| f.get(name).map_or_else(String::new, |v| format!("{v:.3}")));
        table.add_row(std::iter::once(name.clone()).chain(values));
    }
    table
}
