//! `zhike bench chat`: sockets, messages, cut clients and bot turns against a server of its own process.

mod bot;
mod client;
mod drop;
mod exchange;
mod figures;
mod ground;
mod idle;
mod mass;
mod server;
mod talk;
mod yardstick;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, ValueEnum};

use crate::cli::{Context, out};
use crate::error::Result;
use figures::Figures;
use ground::Ground;
use server::Server;
use yardstick::Plain;

/// Sockets and durable messages: memory, latency, and whether anything is lost, doubled or out of order
#[derive(Debug, Args)]
#[command(
    after_help = "Method: `zhike serve` runs as a child process in a temporary folder, on SQLite with every commit \
synced (or on the empty PostgreSQL database that ZHIKE_DATABASE_URL names); this process drives it over real WebSockets from addresses of 127.0.0.0/8. Memory and processor time are the \
child's, from /proc. Messages are sent at times fixed beforehand, and timed from then, so that a server that stalls \
cannot slow down who measures it.

  idle   sockets that only stay open: memory each, and how long a ping takes among them
  chat   visitors and an agent write at a steady rate: until acknowledged (durable), until the other side has it
  drop   the same, and every client is cut every two seconds: it connects again, resumes, sends again what was not
         acknowledged
  mass   the same, and thousands of idle sockets are cut at once: what the others notice
  bot    visitors ask the sample shop: until the answer is there

With --yardstick the idle sockets and the exchange are done beside it by a plain `ws` server on Node.js that keeps and \
checks nothing: the floor.

Examples:
  zhike bench chat --yardstick web/node_modules
  zhike bench chat --mode idle --clients 20000     # needs `ulimit -n 65536`
  zhike bench chat --mode chat --rate 2000 --seconds 30 --json"
)]
pub struct ChatArgs {
    /// What to measure; everything when not given
    #[arg(long, value_enum)]
    mode: Vec<Mode>,
    /// Idle sockets, in `idle` and `mass`
    #[arg(long, default_value_t = 2000)]
    clients: usize,
    /// Conversations in which is written
    #[arg(long, default_value_t = 100)]
    conversations: usize,
    /// Messages a second of all together; `bot` asks a twentieth of it
    #[arg(long, default_value_t = 1000)]
    rate: u32,
    /// Length of each measurement
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// Folder in which Node.js finds the package `ws`
    #[arg(long, value_name = "DIR")]
    yardstick: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Mode {
    Idle,
    Chat,
    Drop,
    Mass,
    Bot,
}

/// Questions that `bot` asks for each message the other modes write: a turn costs so much more.
const BOT_SHARE: u32 = 20;

/// Measures and prints.
pub async fn run(args: ChatArgs, context: &Context) -> Result<ExitCode> {
    let all = [Mode::Idle, Mode::Chat, Mode::Drop, Mode::Mass, Mode::Bot];
    let modes = if args.mode.is_empty() { all.to_vec() } else { args.mode.clone() };
    let plan = talk::Plan {
        conversations: args.conversations.max(1),
        rate: args.rate.max(1),
        time: Duration::from_secs(args.seconds.max(1)),
    };
    let mut figures = Figures::default();
    for mode in modes {
        // A server of its own for every mode: none inherits another's memory or conversations.
        let server = Server::start(mode == Mode::Bot).await?;
        out::note(format!("{mode:?} against process {}", server.process().0).to_lowercase());
        match mode {
            Mode::Idle => {
                figures.idle = idle::measure(&server, args.clients).await?;
                if let Some(packages) = &args.yardstick {
                    figures.idle_yardstick = idle::measure(&Plain::start(packages)?, args.clients).await?;
                }
            }
            Mode::Chat => {
                figures.chat = Some(exchange::measure(&server, plan).await?);
                if let Some(packages) = &args.yardstick {
                    figures.chat_yardstick = Some(exchange::measure(&Plain::start(packages)?, plan).await?);
                }
            }
            Mode::Drop => figures.drop = Some(drop::measure(&server, plan).await?),
            Mode::Mass => figures.mass = Some(mass::measure(&server, args.clients, plan).await?),
            Mode::Bot => {
                let asking = talk::Plan { rate: (plan.rate / BOT_SHARE).max(1), ..plan };
                figures.bot = Some(bot::measure(&server, asking).await?);
            }
        }
    }
    if context.json {
        out::json(&figures)?
    } else {
        out::line(figures.in_words())
    }
    Ok(if figures.is_sound() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
