//! `zhike bench`: the project's own benchmarks, each with its method in `--help`.

mod business;
mod chat;
mod encode;
mod import;
mod latencies;
mod process;
mod retrieval;
mod turn;
mod yardstick;

use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::Context;
use crate::error::Result;

/// Measure speed on this machine
#[derive(Debug, Args)]
pub struct BenchArgs {
    #[command(subcommand)]
    command: BenchCommand,
}

#[derive(Debug, Subcommand)]
enum BenchCommand {
    /// Ingest rate, search latency, restart and memory of the index
    Retrieval(retrieval::RetrievalArgs),
    Encode(encode::EncodeArgs),
    Turn(turn::TurnArgs),
    Import(import::ImportArgs),
    Business(business::BusinessArgs),
    Chat(chat::ChatArgs),
}

/// Runs one benchmark.
pub async fn run(args: BenchArgs, context: &Context) -> Result<ExitCode> {
    match args.command {
        BenchCommand::Retrieval(args) => retrieval::run(args, context).await,
        BenchCommand::Turn(args) => turn::run(args, context).await,
        BenchCommand::Import(args) => import::run(args, context).await,
        BenchCommand::Business(args) => business::run(args, context).await,
        BenchCommand::Chat(args) => chat::run(args, context).await,
        BenchCommand::Encode(args) => encode::run(args, context),
    }
}
