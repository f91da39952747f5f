//! `zhike demo-shop`: the sample shop's order, logistics and after-sales systems on their own.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::out;
use crate::demo_shop;
use crate::error::{Error, Result};
use crate::tasks::Tasks;

/// Serve the sample shop's order, logistics and after-sales systems, to try connectors on
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  zhike demo-shop --key-file data/shop/secrets/demo_shop.key
  curl -H \"X-Api-Key: $(cat data/shop/secrets/demo_shop.key)\" http://127.0.0.1:8090/customers/C1001/orders
  curl -X PUT -H \"X-Api-Key: ...\" -H 'Content-Type: application/json' http://127.0.0.1:8090/_faults \\
       -d '{\"shipments\": {\"latency_ms\": 800, \"failure_rate\": 0.5}, \"orders\": {\"lie\": \"types\"}}'

`zhike serve --demo` starts one of its own. To use this one instead, set in zhike.toml
  [connect.variables]
  demo_shop = \"http://127.0.0.1:8090\"

Faults, by the first part of the path or for `all`: latency_ms, failure_rate, hang, lie (types, huge, redirect, drip, owner).")]
pub struct DemoShopArgs {
    /// Address and port to listen on
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8090")]
    listen: SocketAddr,
    /// File with the key that every call has to send as X-Api-Key
    #[arg(long, value_name = "FILE")]
    key_file: PathBuf,
}

/// Serves until the process is told to stop.
pub async fn run(args: DemoShopArgs) -> Result<ExitCode> {
    let key = std::fs::read_to_string(&args.key_file);
    let key = key.map_err(|e| Error::from(e).at(args.key_file.display()))?;
    let tasks = Tasks::new();
    let address = demo_shop::start(args.listen, key.trim().to_owned(), &tasks).await?;
    out::note(format!("The demo shop serves http://{address}/"));
    tokio::signal::ctrl_c().await.map_err(|e| Error::from(e).at("waiting for Ctrl-C"))?;
    tasks.shutdown(std::time::Duration::from_secs(1)).await;
    Ok(ExitCode::SUCCESS)
}
