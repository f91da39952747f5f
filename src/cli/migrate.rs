//! `zhike migrate`: an installation on a file of SQLite moves into PostgreSQL.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use comfy_table::Table;
use secrecy::SecretString;
use serde_json::json;

use super::{Context, out};
use crate::app;
use crate::error::Result;

/// Move an installation from SQLite into PostgreSQL; the server must be stopped
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  zhike migrate --from /srv/zhike --to postgres://zhike:secret@db.internal/zhike
  ZHIKE_DATABASE_URL=postgres://… zhike migrate --from /srv/zhike

Every table is copied, counted and summed on both sides in one transaction; a database that holds something is refused.
The data folder stays as it is: the shop's settings and imported models in it are still read by each node.")]
pub struct MigrateArgs {
    /// Data folder of the installation
    #[arg(long, value_name = "DIR")]
    from: PathBuf,
    /// Address of the empty database; database_url of the configuration when not given
    #[arg(long, value_name = "URL")]
    to: Option<SecretString>,
}

/// Copies, and says what was copied.
pub async fn run(args: MigrateArgs, context: &Context) -> Result<ExitCode> {
    let to = args.to.or_else(|| context.config.database_url.clone());
    let moved = app::migrate(&args.from, to.as_ref(), |table| {
        if !context.json && table.rows > 0 {
            out::note(format!("{}: {} rows", table.table, table.rows));
        }
    })
    .await?;
    if context.json {
        out::json(&json!({"tables": moved.tables, "files": moved.files}))?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut table = Table::new();
    table.set_header(["table", "rows", "checksum, the same on both sides"]);
    for copied in &moved.tables {
        table.add_row([copied.table.to_owned(), copied.rows.to_string(), copied.checksum.to_string()]);
    }
    out::line(table.to_string());
    let rows: u64 = moved.tables.iter().map(|copied| copied.rows).sum();
    out::line(format!("{rows} rows and {} uploaded files were moved", moved.files));
    Ok(ExitCode::SUCCESS)
}
