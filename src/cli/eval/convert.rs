//! `zhike eval convert`: dialogs of other projects as suites.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};

use crate::cli::out;
use crate::error::{Error, Result};
use crate::eval::convert::{Origin, convert};

#[derive(Debug, Args)]
pub struct ConvertArgs {
    /// The files of the other project
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Whose they are
    #[arg(long, value_enum)]
    from: FromArg,
    /// The suite to write; standard output when not given
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum FromArg {
    Crosswoz,
    Star,
    Tau2,
    Rasa,
}

impl From<FromArg> for Origin {
    fn from(arg: FromArg) -> Self {
        match arg {
            FromArg::Crosswoz => Self::Crosswoz,
            FromArg::Star => Self::Star,
            FromArg::Tau2 => Self::Tau2,
            FromArg::Rasa => Self::Rasa,
        }
    }
}

/// Reads, converts, writes.
pub fn run(args: &ConvertArgs) -> Result<ExitCode> {
    let mut dialogs = Vec::new();
    for file in &args.files {
        let name = file.display().to_string();
        let content = std::fs::read_to_string(file).map_err(|e| Error::from(e).at(&name))?;
        dialogs.extend(convert(args.from.into(), &name, &content)?);
    }
    let mut lines = Vec::with_capacity(dialogs.len());
    for dialog in &dialogs {
        let line = serde_json::to_string(dialog);
        lines.push(line.map_err(|e| Error::internal("a dialog cannot be written").with_source(e))?);
    }
    let suite = lines.join("\n");
    match &args.out {
        Some(path) => {
            std::fs::write(path, suite + "\n").map_err(|e| Error::from(e).at(path.display()))?;
            let turns: usize = dialogs.iter().map(|dialog| dialog.turns.len()).sum();
            out::note(format!("{} dialogs with {turns} turns: {}", dialogs.len(), path.display()));
        }
        None => out::line(suite),
    }
    Ok(ExitCode::SUCCESS)
}
