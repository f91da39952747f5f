//! What operators see: log lines and metrics. Secrets and visitors' words are never logged at the default level.

mod metrics;

pub use metrics::{Metrics, start_metrics};

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::prelude::*;

use crate::config::{LogConfig, LogFormat};
use crate::error::{Code, Error, Result};

/// Starts logging to standard error. Calling it a second time (in tests) changes nothing.
pub fn start_logging(config: &LogConfig) -> Result<()> {
    let filter = EnvFilter::try_new(&config.level)
        .map_err(|e| Error::new(Code::BadConfig, format!("log.level `{}`: {e}; try `info`", config.level)))?;
    let registry = tracing_subscriber::registry().with(filter);
    let layer = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    let _ = match config.format {
        LogFormat::Text => registry.with(layer.with_target(false)).try_init(),
        LogFormat::Json => registry.with(layer.json()).try_init(),
    };
    Ok(())
}
