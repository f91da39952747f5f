//! `zhike eval replay`: stored conversations, played again by two versions.

use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;

use super::{Output, summary, workplace};
use crate::app::{Core, Demo};
use crate::cli::Context;
use crate::domain::TrainingRunId;
use crate::error::{Error, Result};
use crate::eval::replay::{html, replay, report};
use crate::learn::{Excerpt, Recording, Recordings, Trainer};
use crate::store::SqlRecordings;

#[derive(Debug, Args)]
pub struct ReplayArgs {
    /// The version that is the yardstick; the one in use when not given
    #[arg(long, value_name = "VERSION")]
    before: Option<TrainingRunId>,
    /// The version to try; the one in use when not given
    #[arg(long, value_name = "VERSION")]
    after: Option<TrainingRunId>,
    /// The newest conversations, at most so many
    #[arg(long, value_name = "N", default_value_t = 200)]
    conversations: usize,
    #[command(flatten)]
    output: Output,
}

/// Reads, plays, reports.
pub async fn run(args: ReplayArgs, context: &Context) -> Result<ExitCode> {
    if args.before == args.after {
        return Err(Error::invalid(
            "--before and --after are the same version; the console names all of them under Training",
        ));
    }
    let core = Core::open(&context.config, Demo::Skip).await?;
    let recordings: Arc<dyn Recordings> = Arc::new(SqlRecordings::new(core.db.clone()));
    let excerpt = Excerpt { conversations: args.conversations, since: None, judged: false };
    let turns: Vec<_> = recordings.recent(excerpt).await?.iter().flat_map(Recording::turns).collect();
    if turns.is_empty() {
        return Err(Error::invalid("the bot has answered nobody yet; there is nothing to play again"));
    }
    let (intents, versions, engine) = (core.intents.clone(), core.versions.clone(), core.engine.clone());
    let (encoder, tasks, nodes) = (core.encoder.clone(), core.tasks.clone(), core.nodes.clone());
    let trainer = Trainer::new(intents, versions, recordings, engine, encoder, tasks, nodes).await?;
    let (before, after) = (
        core.engine.rehearsal(trainer.model_of(args.before).await?),
        core.engine.rehearsal(trainer.model_of(args.after).await?),
    );

    let bar = workplace::bar(turns.len(), "playing", context);
    let pairs = replay(&before, &after, &turns, &|done| bar.set_position(done as u64)).await?;
    bar.finish_and_clear();
    let named = |id: Option<TrainingRunId>| id.map_or_else(|| "in use".to_owned(), |id| id.to_string());
    let report = report(pairs)
        .about("before", named(args.before))
        .about("after", named(args.after))
        .about("encoder", core.encoder.id());
    core.close().await;
    args.output.finish(&report, || html(&report), || summary::of_replay(&report), context)
}
