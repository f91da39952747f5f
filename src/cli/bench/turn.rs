//! `zhike bench turn`: how long one whole turn of the engine takes.

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Args;
use serde::Serialize;

use super::latencies::Latencies;
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
    whole: Latencies,
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
    let mut steps: BTreeMap<String, Vec<Duration>> = BTreeMap::new();
    for (i, text) in questions.iter().cycle().take(WARM_UP + args.turns).enumerate() {
        let input = TurnInput { text: text.clone(), ..TurnInput::default() };
        let started = Instant::now();
        let decision = core.engine.reply(input).await?;
        if i >= WARM_UP {
            totals.push(started.elapsed());
            for (step, ms) in decision.timings_ms {
                steps.entry(step).or_default().push(Duration::from_secs_f32(ms / 1000.0));
            }
        }
    }
    let figures = Figures {
        turns: args.turns,
        passages: core.knowledge.snapshot().len(),
        whole: Latencies::of(totals),
        steps_p50_ms: steps.into_iter().map(|(step, times)| (step, Latencies::of(times).p50_ms)).collect(),
    };
    core.close().await;
    if context.json {
        out::json(&figures)?;
        return Ok(ExitCode::SUCCESS);
    }
    out::line(format!("{} turns over {} passages", figures.turns, figures.passages));
    let Latencies { p50_ms, p95_ms, p99_ms, .. } = figures.whole;
    out::line(format!("whole turn  p50 {p50_ms:.2} ms, p95 {p95_ms:.2} ms, p99 {p99_ms:.2} ms"));
    for (step, ms) in &figures.steps_p50_ms {
        out::line(format!("  {step:<9} p50 {ms:.2} ms"));
    }
    Ok(ExitCode::SUCCESS)
}

/// What the sample shop is asked.
pub async fn questions(core: &Core) -> Result<Vec<String>> {
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
