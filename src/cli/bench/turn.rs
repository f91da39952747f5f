//! `zhike bench turn`: how long one whole turn of the engine takes.

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::time::Instant;

use clap::Args;
use serde::Serialize;

use crate::app::{Core, Demo};
use crate::cli::{Context, out};
use crate::dialog::TurnInput;
use crate::domain::Lang;
use crate::error::{Error, Result};

/// Turns that are not counted: the first ones fill caches.
const WARM_UP: usize = 20;

/// Latency of a whole turn: encode, parse, recall, rank, decide
#[derive(Debug, Args)]
#[command(
    after_help = "Method: the sample shop is imported into a temporary folder. Its suggested questions and the \
questions of its FAQ pairs are asked one after the other, in Chinese and English, the first 20 uncounted; each turn is \
timed from the call to the decision. Nothing is stored: the two writes of a live turn come on top.

Examples:
  zhike bench turn
  zhike bench turn --turns 1000 --json"
)]
pub struct TurnArgs {
    /// Counted turns
    #[arg(long, default_value_t = 400)]
    turns: usize,
}

/// The figures, in milliseconds.
#[derive(Debug, Serialize)]
struct Figures {
    turns: usize,
    passages: usize,
    p50_ms: f64,
    p95_ms: f64,
    p99_ms: f64,
    /// Median of every step.
    steps_p50_ms: BTreeMap<String, f64>,
}

/// Measures and prints.
pub async fn run(args: TurnArgs, context: &Context) -> Result<ExitCode> {
    let folder = tempfile::tempdir().map_err(|e| Error::from(e).at("making a temporary folder"))?;
    let mut config = context.config.clone();
    config.keep_to(folder.path());
    let core = Core::open(&config, Demo::Load).await?;
    let questions = questions(&core).await?;

    let mut totals = Vec::with_capacity(args.turns);
    let mut steps: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for (i, text) in questions.iter().cycle().take(WARM_UP + args.turns).enumerate() {
        let input = TurnInput { text: text.clone(), ..TurnInput::default() };
        let started = Instant::now();
        let decision = core.engine.reply(input).await?;
        if i >= WARM_UP {
            totals.push(started.elapsed().as_secs_f64() * 1000.0);
            for (step, ms) in decision.timings_ms {
                steps.entry(step).or_default().push(f64::from(ms));
            }
        }
    }
    let figures = Figures {
        turns: totals.len(),
        passages: core.knowledge.snapshot().len(),
        p50_ms: percentile(&mut totals, 0.50),
        p95_ms: percentile(&mut totals, 0.95),
        p99_ms: percentile(&mut totals, 0.99),
        steps_p50_ms: steps.into_iter().map(|(step, mut ms)| (step, percentile(&mut ms, 0.50))).collect(),
    };
    core.close().await;
    if context.json {
        out::json(&figures)?;
        return Ok(ExitCode::SUCCESS);
    }
    out::line(format!("{} turns over {} passages", figures.turns, figures.passages));
    out::line(format!(
        "whole turn  p50 {:.2} ms, p95 {:.2} ms, p99 {:.2} ms",
        figures.p50_ms, figures.p95_ms, figures.p99_ms
    ));
    for (step, ms) in &figures.steps_p50_ms {
        out::line(format!("  {step:<9} p50 {ms:.2} ms"));
    }
    Ok(ExitCode::SUCCESS)
}

async fn questions(core: &Core) -> Result<Vec<String>> {
    let shop = core.engine.shop();
    let mut questions: Vec<String> =
        [Lang::Zh, Lang::En].iter().flat_map(|lang| shop.suggestions(*lang).to_vec()).collect();
    for document in core.knowledge.list(None).await? {
        let chunks = core.knowledge.chunks(document.id).await?;
        questions.extend(chunks.into_iter().flat_map(|chunk| chunk.questions));
    }
    if questions.is_empty() {
        return Err(Error::internal("the sample shop has no questions to ask"));
    }
    Ok(questions)
}

fn percentile(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let at = ((values.len().max(1) - 1) as f64 * share).round() as usize;
    values.get(at).copied().unwrap_or(f64::NAN)
}
