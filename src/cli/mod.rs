//! The command line: one file a command. This file parses, prepares what every command needs, and calls.
//!
//! Exit codes: 0 done; 1 the work failed in part or a gate fell short; 2 wrong usage or configuration. An error is
//! one line on standard error that says what, where and what to do.

mod ask;
mod backup;
pub mod bench;
mod demo_shop;
mod doctor;
mod eval;
pub mod knowledge;
mod migrate;
pub mod model;
pub mod out;
mod rasa;
mod serve;
mod train;
mod user;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::{Config, Overrides};
use crate::error::{Code, Error, Result};

/// Zhike 知客: answers visitors from your own documents, on your own machine, and brings a person when needed.
#[derive(Debug, Parser)]
#[command(name = "zhike", version, propagate_version = true, arg_required_else_help = true)]
pub struct Cli {
    /// Configuration file; without one, ./zhike.toml is read if it exists
    #[arg(long, global = true, value_name = "FILE", env = "ZHIKE_CONFIG")]
    pub config: Option<PathBuf>,
    /// Folder that holds the database, the index and the uploaded files
    #[arg(long, global = true, value_name = "DIR", env = "ZHIKE_DATA")]
    pub data: Option<PathBuf>,
    /// Print machine-readable JSON
    #[arg(long, global = true)]
    pub json: bool,
    #[command(subcommand)]
    pub command: Command,
}

/// Every command of the program.
#[derive(Debug, Subcommand)]
pub enum Command {
    Serve(serve::ServeArgs),
    Knowledge(knowledge::KnowledgeArgs),
    Ask(ask::AskArgs),
    Bench(bench::BenchArgs),
    Eval(eval::EvalArgs),
    Train(train::TrainArgs),
    Rasa(rasa::RasaArgs),
    User(user::UserArgs),
    Backup(backup::BackupArgs),
    Restore(backup::RestoreArgs),
    Migrate(migrate::MigrateArgs),
    Doctor(doctor::DoctorArgs),
    DemoShop(demo_shop::DemoShopArgs),
    Model(model::ModelArgs),
}

/// What every command gets: the configuration and how to print.
#[derive(Clone, Debug)]
pub struct Context {
    pub config: Config,
    pub json: bool,
}

/// Parses the command line, runs the command and turns its outcome into an exit code.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(cli) {
        Ok(code) => code,
        Err(e) => {
            out::note(format!("zhike: {e}"));
            exit_code(&e)
        }
    }
}

fn run(cli: Cli) -> Result<ExitCode> {
    let config = Config::load(cli.config.as_deref(), Overrides { data_dir: cli.data, listen: None })?;
    crate::observe::start_logging(&config.log)?;
    let context = Context { config, json: cli.json };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|e| Error::from(e).at("starting the async runtime"))?;
    runtime.block_on(dispatch(cli.command, context))
}

async fn dispatch(command: Command, context: Context) -> Result<ExitCode> {
    match command {
        Command::Serve(args) => serve::run(args, &context).await,
        Command::Ask(args) => ask::run(args, &context).await,
        Command::Knowledge(args) => knowledge::run(args, &context).await,
        Command::Bench(args) => bench::run(args, &context).await,
        Command::Eval(args) => eval::run(args, &context).await,
        Command::Train(args) => train::run(args, &context).await,
        Command::Rasa(args) => rasa::run(args, &context).await,
        Command::User(args) => user::run(args, &context).await,
        Command::Backup(args) => backup::write(args, &context).await,
        Command::Restore(args) => backup::restore(args, &context).await,
        Command::Migrate(args) => migrate::run(args, &context).await,
        Command::Doctor(args) => doctor::run(args, &context).await,
        Command::DemoShop(args) => demo_shop::run(args).await,
        Command::Model(args) => model::run(args, &context).await,
    }
}

fn exit_code(e: &Error) -> ExitCode {
    match e.code() {
        Code::BadConfig => ExitCode::from(2),
        _ => ExitCode::from(1),
    }
}
