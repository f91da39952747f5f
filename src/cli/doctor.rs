//! `zhike doctor`: looks at configuration, data folder, database, model and port, and says what to do.

use std::path::Path;
use std::process::ExitCode;

use clap::Args;
use secrecy::ExposeSecret;
use serde::Serialize;

use super::{Context, out};
use crate::config::{Config, Origin};
use crate::encoder::{Encoder, Prefix, Priority, Want};
use crate::error::Result;

/// Check this installation and say what to do
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  zhike doctor\n  zhike doctor --data /srv/zhike --json")]
pub struct DoctorArgs {}

/// How one thing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum State {
    Ok,
    Warning,
    Bad,
}

/// One line of the report.
#[derive(Debug, Serialize)]
struct Finding {
    what: &'static str,
    state: State,
    /// What was found and, when something is wrong, what to do.
    detail: String,
}

/// Runs every check; exit code 1 when something is bad.
pub async fn run(_: DoctorArgs, context: &Context) -> Result<ExitCode> {
    let config = &context.config;
    let findings = vec![
        configuration(config),
        data_folder(&config.data_dir),
        database(config).await,
        redis(config).await,
        model(config),
        port(config),
        cores(),
    ];
    if context.json {
        out::json(&findings)?;
    } else {
        for finding in &findings {
            let mark = match finding.state {
                State::Ok => "ok     ",
                State::Warning => "warning",
                State::Bad => "BAD    ",
            };
            out::line(format!("{mark}  {:<13} {}", finding.what, finding.detail));
        }
    }
    let bad = findings.iter().any(|f| f.state == State::Bad);
    Ok(ExitCode::from(u8::from(bad)))
}

fn finding(what: &'static str, state: State, detail: impl Into<String>) -> Finding {
    Finding { what, state, detail: detail.into() }
}

fn configuration(config: &Config) -> Finding {
    let origins: Vec<String> = config
        .provenance
        .iter()
        .map(|(key, origin)| match origin {
            Origin::File(path) => format!("{key} from {}", path.display()),
            Origin::Environment(name) => format!("{key} from {name}"),
            Origin::CommandLine => format!("{key} from the command line"),
        })
        .collect();
    let detail = if origins.is_empty() { "all defaults".to_string() } else { origins.join(", ") };
    finding("configuration", State::Ok, detail)
}

fn data_folder(dir: &Path) -> Finding {
    if !dir.exists() {
        return finding(
            "data",
            State::Ok,
            format!("{} does not exist yet; `zhike serve` makes it", dir.display()),
        );
    }
    match tempfile::NamedTempFile::new_in(dir) {
        Ok(_) => finding("data", State::Ok, format!("{} is writable", dir.display())),
        Err(e) => finding(
            "data",
            State::Bad,
            format!("{} cannot be written ({e}): change its owner or give another --data", dir.display()),
        ),
    }
}

async fn database(config: &Config) -> Finding {
    let path = config.data_dir.join(crate::app::DATABASE_FILE);
    if config.database_url.is_none() && !path.exists() {
        return finding("database", State::Ok, "none yet; `zhike serve` makes it");
    }
    let name = match config.database_url {
        Some(_) => "PostgreSQL".to_owned(),
        None => path.display().to_string(),
    };
    match crate::app::open_database(config).await {
        Ok(db) => {
            let answer = db.ping().await;
            db.close().await;
            match answer {
                Ok(()) => finding("database", State::Ok, format!("{name} answers")),
                Err(e) => finding("database", State::Bad, e.to_string()),
            }
        }
        Err(e) => finding("database", State::Bad, e.to_string()),
    }
}

async fn redis(config: &Config) -> Finding {
    let Some(url) = &config.redis_url else {
        let detail = match config.database_url {
            Some(_) => "none: nodes look into the database for what others did; redis_url makes that quick",
            None => "none, and none is needed for one node",
        };
        return finding("redis", State::Ok, detail);
    };
    match crate::hub::ping_redis(url.expose_secret()).await {
        Ok(()) => finding("redis", State::Ok, "answers"),
        Err(e) => {
            let detail = format!("{e}: nodes go on without it, more slowly; check redis_url and the server");
            finding("redis", State::Warning, detail)
        }
    }
}

fn model(config: &Config) -> Finding {
    let opened = crate::app::open_encoder(config);
    match opened.and_then(|encoder: Encoder| encoder_works(&encoder).map(|()| encoder)) {
        Ok(encoder) => {
            let name = config.encoder.model.as_deref().unwrap_or("built-in");
            finding("model", State::Ok, format!("{name}, {} dimensions, {}", encoder.dim(), encoder.id()))
        }
        Err(e) => finding("model", State::Bad, format!("{e}; `zhike model verify` says which file")),
    }
}

fn encoder_works(encoder: &Encoder) -> Result<()> {
    encoder.encode_blocking(&["你好".to_string()], Prefix::Query, Priority::Visitor, Want::VECTOR).map(drop)
}

fn port(config: &Config) -> Finding {
    match std::net::TcpListener::bind(config.listen) {
        Ok(_) => finding("port", State::Ok, format!("{} is free", config.listen)),
        Err(e) => finding(
            "port",
            State::Warning,
            format!(
                "{} cannot be listened on ({e}): a server is running there, or give another --listen",
                config.listen
            ),
        ),
    }
}

fn cores() -> Finding {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    match cores {
        1 => finding("processor", State::Warning, "one core: imports will slow answers down"),
        n => finding("processor", State::Ok, format!("{n} cores")),
    }
}
