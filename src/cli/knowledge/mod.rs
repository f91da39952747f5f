//! `zhike knowledge`: documents in and out of the knowledge base, with or without a running server.
//!
//! The commands open the data folder themselves. A server that runs on the same folder sees what they change within
//! a second, because its index follows the catalogue.

mod export;
pub mod files;
mod import;
mod index;
pub mod table;

pub use import::read as read_document;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, Subcommand};

use super::{Context, out};
use crate::app::{self, DATABASE_FILE};
use crate::domain::{DEFAULT_BASE, Document, DocumentId};
use crate::error::{Error, Result};
use crate::knowledge::Catalogue;
use crate::store::SqlCatalogue;

/// Documents of the knowledge base
#[derive(Debug, Args)]
pub struct KnowledgeArgs {
    #[command(subcommand)]
    command: KnowledgeCommand,
}

#[derive(Debug, Subcommand)]
enum KnowledgeCommand {
    /// Import files or folders; the same name again replaces the document
    ///
    /// Reads .md .txt .html .pdf .docx .xlsx .csv .json. Folders are walked to the bottom, hidden files left out.
    /// A file that cannot be imported is named with the reason, and the others are kept; the exit code is then 1.
    #[command(
        after_help = "Examples:\n  zhike knowledge import docs/\n  zhike knowledge import handbook.pdf faq.xlsx --base staff"
    )]
    Import {
        /// Files or folders
        #[arg(required = true, value_name = "PATH")]
        paths: Vec<PathBuf>,
        /// The base the documents go to
        #[arg(long, default_value = DEFAULT_BASE, value_name = "NAME")]
        base: String,
    },
    /// List the documents
    #[command(after_help = "Examples:\n  zhike knowledge list\n  zhike knowledge list --base staff --json")]
    List {
        /// Only documents of this base
        #[arg(long, value_name = "NAME")]
        base: Option<String>,
    },
    /// Remove documents; the next question no longer finds them
    #[command(
        after_help = "Examples:\n  zhike knowledge remove handbook.pdf\n  zhike knowledge remove a.md b.md --base staff"
    )]
    Remove {
        /// Names or ids of documents
        #[arg(required = true, value_name = "DOCUMENT")]
        documents: Vec<String>,
        /// The base in which names are looked up
        #[arg(long, default_value = DEFAULT_BASE, value_name = "NAME")]
        base: String,
    },
    /// Compare the index on disk with the documents, passage by passage, and say what is wrong
    ///
    /// Nothing is changed. Exit code 1 when something is wrong; `rebuild` mends it.
    #[command(
        after_help = "Examples:\n  zhike knowledge verify\n  zhike knowledge verify --data /srv/zhike --json"
    )]
    Verify,
    /// Build the index on disk anew from the documents; no server may be running
    #[command(
        after_help = "Examples:\n  zhike knowledge rebuild\n  zhike knowledge rebuild --data /srv/zhike"
    )]
    Rebuild,
    /// Write the imported files and the hand-written FAQ pairs to a folder, one subfolder a base
    #[command(
        after_help = "Examples:\n  zhike knowledge export backup/\n  zhike knowledge export out/ --base staff"
    )]
    Export {
        /// The folder; made when it does not exist
        #[arg(value_name = "DIR")]
        folder: PathBuf,
        /// Only this base
        #[arg(long, value_name = "NAME")]
        base: Option<String>,
        /// Replace files that are already there
        #[arg(long)]
        overwrite: bool,
    },
}

/// Runs one of the commands.
pub async fn run(args: KnowledgeArgs, context: &Context) -> Result<ExitCode> {
    match args.command {
        KnowledgeCommand::Import { paths, base } => import::run(&paths, &base, context).await,
        KnowledgeCommand::List { base } => list(base.as_deref(), context).await,
        KnowledgeCommand::Remove { documents, base } => remove(&documents, &base, context).await,
        KnowledgeCommand::Verify => index::verify(context).await,
        KnowledgeCommand::Rebuild => index::rebuild(context).await,
        KnowledgeCommand::Export { folder, base, overwrite } => {
            export::run(&folder, base.as_deref(), overwrite, context).await
        }
    }
}

/// The catalogue of a data folder that exists.
async fn open_catalogue(context: &Context) -> Result<Arc<dyn Catalogue>> {
    let path = context.config.data_dir.join(DATABASE_FILE);
    if context.config.database_url.is_none() && !path.exists() {
        return Err(Error::not_found("knowledge base in", context.config.data_dir.display())
            .at("import something first, or name another folder with --data"));
    }
    Ok(Arc::new(SqlCatalogue::new(app::open_database(&context.config).await?)))
}

async fn list(base: Option<&str>, context: &Context) -> Result<ExitCode> {
    let documents = open_catalogue(context).await?.documents(base).await?;
    if context.json {
        out::json(&serde_json::json!({ "items": documents }))?;
    } else {
        out::line(table::of_documents(&documents));
        let passages: i64 = documents.iter().map(|d| d.chunks).sum();
        out::note(format!("{} documents, {passages} passages", documents.len()));
    }
    Ok(ExitCode::SUCCESS)
}

async fn remove(wanted: &[String], base: &str, context: &Context) -> Result<ExitCode> {
    let catalogue = open_catalogue(context).await?;
    let mut removed = Vec::new();
    let mut missing = Vec::new();
    for name in wanted {
        match find(&*catalogue, base, name).await? {
            Some(document) => {
                catalogue.remove_document(document.id).await?;
                removed.push(document);
            }
            None => missing.push(name),
        }
    }
    if context.json {
        out::json(&serde_json::json!({ "removed": removed, "missing": missing }))?;
    } else {
        for document in &removed {
            out::line(format!("removed {}", document.name));
        }
        for name in &missing {
            out::note(format!(
                "there is no document `{name}` in base `{base}`: `zhike knowledge list` shows all"
            ));
        }
    }
    Ok(ExitCode::from(u8::from(!missing.is_empty())))
}

async fn find(catalogue: &dyn Catalogue, base: &str, name: &str) -> Result<Option<Document>> {
    if let Some(document) = catalogue.document_named(base, name).await? {
        return Ok(Some(document));
    }
    match name.parse::<DocumentId>() {
        Ok(id) => catalogue.document(id).await,
        Err(_) => Ok(None),
    }
}
