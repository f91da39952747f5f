//! `zhike model`: the encoders of this installation.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand, ValueEnum};
use comfy_table::{Table, presets};
use serde_json::json;

use super::{Context, out};
use crate::encoder::{ImportOptions, Library, ModelInfo, Pooling, import};
use crate::error::Result;

/// Encoders: the models that turn text into vectors
#[derive(Debug, Args)]
pub struct ModelArgs {
    #[command(subcommand)]
    command: ModelCommand,
}

#[derive(Debug, Subcommand)]
enum ModelCommand {
    /// List the built-in and the imported models
    #[command(after_help = "Examples:\n  zhike model list\n  zhike model list --json")]
    List,
    /// Compare the files of models with their checksums; exit code 1 when one differs
    #[command(after_help = "Examples:\n  zhike model verify\n  zhike model verify bge-small-zh-v1.5")]
    Verify {
        /// Models to verify; all when none is named
        #[arg(value_name = "NAME")]
        names: Vec<String>,
    },
    /// Bring in a BERT or XLM-RoBERTa encoder
    ///
    /// SOURCE is a folder with model.safetensors, tokenizer.json and config.json, a folder of the Hugging Face cache
    /// (models--OWNER--NAME), or a .safetensors or .gguf file with tokenizer.json beside it. The model is loaded and
    /// tried first, then copied to DATA/models/NAME with checksums. Weights are rounded to 8 bits when it is used.
    /// To use it, set model = "NAME" in the [encoder] section of zhike.toml; the index is then built again.
    #[command(
        after_help = "Examples:\n  zhike model import ~/.cache/huggingface/hub/models--BAAI--bge-small-zh-v1.5 --pooling cls\n  zhike model import ./multilingual-e5-base\n  zhike model import bge-m3-q8_0.gguf --name bge-m3"
    )]
    Import(ImportArgs),
}

#[derive(Debug, Args)]
struct ImportArgs {
    /// Folder or file of the model
    #[arg(value_name = "SOURCE")]
    source: PathBuf,
    /// Name of the model; the folder's or file's name when not given
    #[arg(long)]
    name: Option<String>,
    /// How token states become one vector; read from the model's files when not given
    #[arg(long, value_enum)]
    pooling: Option<PoolingArg>,
    /// Put before questions, e.g. "query: "
    #[arg(long, value_name = "TEXT")]
    query_prefix: Option<String>,
    /// Put before passages, e.g. "passage: "
    #[arg(long, value_name = "TEXT")]
    passage_prefix: Option<String>,
    /// Replace a model of the same name
    #[arg(long)]
    replace: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum PoolingArg {
    Mean,
    Cls,
}

pub async fn run(args: ModelArgs, context: &Context) -> Result<ExitCode> {
    let library = Library::new(context.config.data_dir.join("models"));
    match args.command {
        ModelCommand::List => list(&library, context),
        ModelCommand::Verify { names } => verify(&library, names, context),
        ModelCommand::Import(args) => bring_in(&library, args, context),
    }
}

fn list(library: &Library, context: &Context) -> Result<ExitCode> {
    let models = library.list()?;
    let used = context.config.encoder.model.as_deref();
    let (models, broken): (Vec<_>, Vec<_>) = models.into_iter().partition(Result::is_ok);
    let models: Vec<ModelInfo> = models.into_iter().flatten().collect();
    if context.json {
        let items: Vec<_> = models.iter().map(|m| json!({"model": m, "in_use": in_use(m, used)})).collect();
        out::json(&json!({ "items": items }))?;
    } else {
        let mut table = Table::new();
        table.load_style(presets::NOTHING);
        table.set_header([
            "",
            "name",
            "dimensions",
            "layers",
            "pieces",
            "MB",
            "pooling",
            "licence",
            "source",
        ]);
        for m in &models {
            table.add_row([
                if in_use(m, used) { "*".into() } else { String::new() },
                m.name.clone(),
                m.dim.to_string(),
                m.layers.to_string(),
                m.vocabulary.to_string(),
                format!("{:.1}", m.bytes as f64 / 1e6),
                format!("{:?}", m.pooling).to_lowercase(),
                m.licence.clone(),
                m.source.clone(),
            ]);
        }
        out::line(table.to_string());
        out::line("* in use; set another with model = \"NAME\" in the [encoder] section of zhike.toml");
    }
    for e in broken.iter().filter_map(|model| model.as_ref().err()) {
        out::note(format!("zhike: {e}"));
    }
    Ok(if broken.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn in_use(model: &ModelInfo, used: Option<&str>) -> bool {
    used.map_or(model.builtin, |used| model.name == used)
}

fn verify(library: &Library, names: Vec<String>, context: &Context) -> Result<ExitCode> {
    let names = if names.is_empty() { library.all_names()? } else { names };
    let mut checks = Vec::new();
    for name in names {
        checks.extend(library.verify(&name)?);
    }
    let good = checks.iter().all(|check| check.ok);
    if context.json {
        out::json(&json!({ "ok": good, "items": checks }))?;
    } else {
        for check in &checks {
            let state = if check.ok { "ok" } else { "BAD" };
            out::line(format!("{state:<4} {}/{}  {}", check.model, check.file, check.detail).trim_end());
        }
    }
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn bring_in(library: &Library, args: ImportArgs, context: &Context) -> Result<ExitCode> {
    let options = ImportOptions {
        name: args.name,
        pooling: args.pooling.map(|pooling| match pooling {
            PoolingArg::Mean => Pooling::Mean,
            PoolingArg::Cls => Pooling::Cls,
        }),
        query_prefix: args.query_prefix,
        passage_prefix: args.passage_prefix,
        replace: args.replace,
    };
    let model = import(library, &args.source, &options)?;
    if context.json {
        out::json(&model)?;
    } else {
        let pooling = format!("{:?}", model.pooling).to_lowercase();
        out::line(format!(
            "imported {}: {} dimensions, {} layers, {} pieces, {pooling} pooling",
            model.name, model.dim, model.layers, model.vocabulary
        ));
        out::line(format!(
            "to use it, set model = \"{}\" in the [encoder] section of zhike.toml",
            model.name
        ));
    }
    Ok(ExitCode::SUCCESS)
}
