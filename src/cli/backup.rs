//! `zhike backup` and `zhike restore`: the whole installation as one file.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use super::{Context, out};
use crate::app::backup;
use crate::error::{Code, Error, Result};

/// Write everything into one file: conversations, documents, staff, shop files; the server may be running
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  zhike backup /backups/zhike-monday.zip
  zhike backup --data /srv/zhike today.zip --json

The file holds passwords' hashes and all conversations: keep it as safe as the data folder.")]
pub struct BackupArgs {
    /// The file to write; it must not exist
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

/// Put a backup into the data folder; the server must be stopped
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  zhike restore --data /srv/zhike-new /backups/zhike-monday.zip
  zhike restore --data /srv/zhike --force /backups/zhike-monday.zip

With --force an installation that is there already is moved into the folder before-restore-TIME inside the data folder.")]
pub struct RestoreArgs {
    /// A file written by `zhike backup`
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Set an installation that is there already aside
    #[arg(long)]
    force: bool,
}

/// Writes a backup and says what is in it.
pub async fn write(args: BackupArgs, context: &Context) -> Result<ExitCode> {
    refuse_server(context)?;
    let manifest = backup::write(&context.config.data_dir, &args.file).await?;
    if context.json {
        out::json(&manifest)?;
    } else {
        let megabytes = manifest.bytes() as f64 / 1e6;
        out::line(format!("{}: {} files, {megabytes:.1} MB", args.file.display(), manifest.files.len()));
    }
    Ok(ExitCode::SUCCESS)
}

/// A database of PostgreSQL holds everything and has tools of its own.
fn refuse_server(context: &Context) -> Result<()> {
    if context.config.database_url.is_none() {
        return Ok(());
    }
    let text = "database_url is set: back PostgreSQL up with pg_dump, and DATA/shop and DATA/models as files; see OPERATIONS";
    Err(Error::new(Code::BadConfig, text))
}

/// Restores a backup and says what became of what was there.
pub async fn restore(args: RestoreArgs, context: &Context) -> Result<ExitCode> {
    refuse_server(context)?;
    let data = &context.config.data_dir;
    let restored = backup::restore(&args.file, data, args.force).await?;
    let manifest = &restored.manifest;
    if context.json {
        out::json(&json!({
            "data": data, "files": manifest.files.len(), "created_at": manifest.created_at,
            "version": manifest.version, "set_aside": restored.set_aside,
        }))?;
        return Ok(ExitCode::SUCCESS);
    }
    out::line(format!(
        "{}: {} files as of {}, written by version {}",
        data.display(),
        manifest.files.len(),
        manifest.created_at.strftime("%Y-%m-%d %H:%M:%S UTC"),
        manifest.version
    ));
    if let Some(aside) = &restored.set_aside {
        out::line(format!("what was there lies in {} now", aside.display()));
    }
    Ok(ExitCode::SUCCESS)
}
