//! `zhike eval`: labelled sets through the very engine, as reports and as gates.
//!
//! The commands prepare what is evaluated in a temporary data folder and leave everything else to [`crate::eval`].

mod compare;
mod convert;
mod dialogs;
mod nlu;
mod ranker;
mod replay;
mod retrieval;
mod summary;
mod workplace;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde::Serialize;

use super::{Context, out};
use crate::error::Result;
use crate::eval::gate::{self, Bound};
use crate::eval::report::Report;

/// Evaluate the engine on labelled sets
#[derive(Debug, Args)]
pub struct EvalArgs {
    #[command(subcommand)]
    command: EvalCommand,
}

#[derive(Debug, Subcommand)]
enum EvalCommand {
    /// Train intents and slots on one set of labelled utterances and measure another
    ///
    /// Nothing is kept: the version in use stays what it is.
    #[command(
        after_help = "Examples:\n  zhike eval nlu --train knowledge/nlu/train.jsonl --test eval/nlu/dev.jsonl\n  zhike eval nlu --train a.yml b.jsonl --test test.jsonl --out report --min intent_accuracy=0.8 --max intent_ece=0.06"
    )]
    Nlu(nlu::NluArgs),
    /// Ask the queries of a retrieval set and measure every recall path
    ///
    /// The folder is in the BEIR layout: corpus.jsonl, queries.jsonl, qrels.tsv. Its corpus is imported into a
    /// knowledge base of its own; nothing in the data folder is touched. A corpus entry may have "questions" besides
    /// "title" and "text": it is then imported as a FAQ pair.
    #[command(
        after_help = "Examples:\n  zhike eval retrieval --dir eval/retrieval/dev\n  zhike eval retrieval --dir eval/retrieval/dev --out report --min hit@3=0.85"
    )]
    Retrieval(retrieval::RetrievalArgs),
    /// Play labelled dialogs through the engine and score every turn
    ///
    /// Without --knowledge the documents of the sample shop are used, without --shop its settings and its examples of
    /// intents. Nothing in the data folder is touched.
    #[command(
        after_help = "Examples:\n  zhike eval dialogs eval/shop/questions.dev.jsonl eval/shop/dialogs.dev.jsonl --out report\n  zhike eval dialogs mine.jsonl --knowledge docs/ --shop shop/ --min action_accuracy=0.85 --max false_answer_rate=0.1"
    )]
    Dialogs(dialogs::DialogsArgs),
    /// Fit the ranker's weights on labelled questions and measure them on organisations it has not seen
    ///
    /// Every organisation of the corpus becomes a knowledge base of its own beside the sample shop, in a temporary
    /// data folder. The questions go through the engine; order and probability are learned from what it recalled.
    /// Takes some minutes, nearly all of them for the import.
    #[command(
        after_help = "Examples:\n  zhike eval ranker\n  zhike eval ranker --precision 0.85 --out models/ranker/ranker.json"
    )]
    Ranker(ranker::RankerArgs),
    /// Play stored conversations again with two versions of intents and slots
    ///
    /// The conversations of the data folder (or of the configured database), the turns that the bot answered, with what
    /// was said before each. Nothing in them is labelled, so the two versions are held against each other; where a visitor
    /// told whether an answer helped, that is the verdict. Nothing is changed, and business systems are not asked.
    #[command(
        after_help = "Examples:\n  zhike eval replay --after 019a…\n  zhike eval replay --before 0198… --after 019a… --conversations 500 --out report --max worse=3"
    )]
    Replay(replay::ReplayArgs),
    /// Turn labelled dialogs of another project into a suite
    ///
    /// CrossWOZ and STAR (JSON lines with turns), tau2-bench tasks, and test stories of Rasa. Their authors labelled what
    /// their own bots did; the suite accepts every action that would serve, and expects nothing that is not labelled.
    #[command(
        after_help = "Examples:\n  zhike eval convert --from rasa tests/test_stories.yml --out suite.jsonl\n  zhike eval convert --from star dialogues.jsonl > suite.jsonl"
    )]
    Convert(convert::ConvertArgs),
    /// Hold two reports of one kind against each other
    ///
    /// Metrics side by side, the items that got better and worse, and how likely such a split is by chance (sign
    /// test). The metrics of a comparison are better, worse, same, p_value and delta.NAME.
    #[command(
        after_help = "Examples:\n  zhike eval compare before/report.json after/report.json\n  zhike eval compare a.json b.json --min delta.action_accuracy=0 --max worse=3"
    )]
    Compare(compare::CompareArgs),
}

/// What every evaluation does with its report.
#[derive(Debug, Args)]
struct Output {
    /// Write report.json and report.html into this folder
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Exit with 1 if the metric is below the value; may be given several times
    #[arg(long, value_name = "METRIC=VALUE")]
    min: Vec<Bound>,
    /// Exit with 1 if the metric is above the value; may be given several times
    #[arg(long, value_name = "METRIC=VALUE")]
    max: Vec<Bound>,
}

/// Runs the evaluation.
pub async fn run(args: EvalArgs, context: &Context) -> Result<ExitCode> {
    match args.command {
        EvalCommand::Nlu(args) => nlu::run(args, context).await,
        EvalCommand::Retrieval(args) => retrieval::run(args, context).await,
        EvalCommand::Dialogs(args) => dialogs::run(args, context).await,
        EvalCommand::Ranker(args) => ranker::run(args, context).await,
        EvalCommand::Replay(args) => replay::run(args, context).await,
        EvalCommand::Convert(args) => convert::run(&args),
        EvalCommand::Compare(args) => compare::run(&args, context),
    }
}

impl Output {
    /// Prints or writes the report, then applies the gates: the report is there also when one falls short.
    fn finish<D: Serialize>(
        &self,
        report: &Report<D>,
        html: impl FnOnce() -> String,
        summary: impl FnOnce() -> String,
        context: &Context,
    ) -> Result<ExitCode> {
        if let Some(dir) = &self.out {
            report.write(dir, &html())?;
        }
        if context.json {
            out::line(report.json()?);
        } else {
            out::line(summary());
        }
        if let Some(dir) = &self.out {
            out::note(format!("report: {}", dir.join("report.html").display()));
        }
        let short = gate::check(&self.min, &self.max, &report.measures.metrics)?;
        for gate in &short {
            out::note(format!("zhike: {gate}"));
        }
        Ok(ExitCode::from(u8::from(!short.is_empty())))
    }
}
