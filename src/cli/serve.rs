//! `zhike serve`: everything in one process.

use std::net::SocketAddr;
use std::process::ExitCode;

use clap::Args;

use super::{Context, out};
use crate::app::{App, Demo};
use crate::config::Origin;
use crate::error::Result;

/// Serve API, WebSocket, web pages and engine
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  zhike serve                                   the shop of ./data on http://127.0.0.1:8080
  zhike serve --demo                            the sample shop, to try it out
  zhike serve --data /srv/zhike --listen 0.0.0.0:80

The first start creates the administrator and prints the password once.")]
pub struct ServeArgs {
    /// Address and port to listen on
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<SocketAddr>,
    /// Load the sample shop: its documents, FAQ pairs, intents and rules
    #[arg(long)]
    demo: bool,
}

/// Serves until the process is told to stop.
pub async fn run(args: ServeArgs, context: &Context) -> Result<ExitCode> {
    let mut config = context.config.clone();
    if let Some(listen) = args.listen {
        config.listen = listen;
        config.provenance.insert("listen".into(), Origin::CommandLine);
    }
    let app = App::build(config, if args.demo { Demo::Load } else { Demo::Skip }).await?;
    let listener = app.bind().await?;
    if let Some((user, password)) = app.first_admin().await? {
        out::note(format!(
            "\nFirst start: sign in with\n\n    {}\n    {password}\n\nThis password is shown only now; `zhike user passwd {}` sets another.\n",
            user.email, user.email
        ));
    }
    let address = listener.local_addr()?;
    out::note(format!("Zhike serves http://{address}/ (console) and http://{address}/demo"));
    app.serve(listener).await?;
    Ok(ExitCode::SUCCESS)
}
