//! A plain `ws` server on Node.js, which keeps and checks nothing: the floor under memory and latency.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::json;
use tokio::time::sleep_until;

use super::client::{Sender, connect, send};
use super::exchange::AGENT;
use super::figures::{Exchange, Idle, Latencies};
use super::idle::STEPS;
use super::server::memory_of;
use super::talk::{Books, Plan, keep_books};
use crate::error::{Code, Error, Result};
use crate::tasks::Tasks;

const SCRIPT: &str = include_str!("../../../../eval/yardsticks/ws_server.js");
/// How long is waited for what is still under way at the end.
const PATIENCE: Duration = Duration::from_secs(10);

/// A running server; it ends with this value.
struct Plain {
    child: Child,
    address: SocketAddr,
}

impl Plain {
    fn start(packages: &Path) -> Result<Self> {
        let packages = std::path::absolute(packages).map_err(|e| Error::from(e).at(packages.display()))?;
        let mut child = Command::new("node")
            .args(["-e", SCRIPT, "--", "server"])
            .arg(&packages)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|e| Error::from(e).at("starting node"))?;
        let mut line = String::new();
        let said = child.stdout.take().map(|out| BufReader::new(out).read_line(&mut line));
        let port = said.and_then(|_| line.trim().parse().ok()).ok_or_else(|| {
            let detail =
                format!("the yardstick ended early: it needs the package `ws` in {}", packages.display());
            Error::new(Code::BadConfig, detail)
        })?;
        Ok(Self { child, address: ([127, 0, 0, 1], port).into() })
    }
}

impl Drop for Plain {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// As many sockets as were opened to ours.
pub async fn idle(packages: &Path, clients: usize) -> Result<Vec<Idle>> {
    let plain = Plain::start(packages)?;
    let mut sockets = vec![connect(plain.address, 0, None).await?];
    let empty = memory_of(plain.child.id())?;
    let mut measured = Vec::new();
    for step in STEPS.into_iter().filter(|step| *step < clients).chain([clients]) {
        let (started, before) = (Instant::now(), sockets.len());
        while sockets.len() < step {
            let (sender, mut receiver) = connect(plain.address, sockets.len(), None).await?;
            receiver.next_of("hello").await?;
            sockets.push((sender, receiver));
        }
        let opened_a_second = (sockets.len() - before) as f64 / started.elapsed().as_secs_f64();
        let grown = memory_of(plain.child.id())?.saturating_sub(empty) as f64;
        let kilobytes_each = grown / 1024.0 / (sockets.len() - 1).max(1) as f64;
        measured.push(Idle {
            sockets: sockets.len(),
            opened_a_second,
            kilobytes_each,
            ping: Latencies::default(),
        });
    }
    Ok(measured)
}

/// As many messages, passed on and forgotten.
pub async fn exchange(packages: &Path, plan: Plan) -> Result<Exchange> {
    let plain = Plain::start(packages)?;
    let (books, tasks) = (Books::default(), Tasks::new());
    let (mut agent, receiver) = connect(plain.address, 0, None).await?;
    tasks.spawn(keep_books(receiver, books.clone(), AGENT, "agent"));
    let mut visitors: Vec<Sender> = Vec::new();
    for n in 0..plan.conversations {
        let (mut sender, receiver) = connect(plain.address, n, None).await?;
        tasks.spawn(keep_books(receiver, books.clone(), n, "visitor"));
        for member in [&mut sender, &mut agent] {
            send(member, &json!({"type": "resume", "conversation_id": n.to_string()})).await;
        }
        visitors.push(sender);
    }
    let started = Instant::now();
    for (n, at) in plan.timetable().enumerate() {
        let due = started + at;
        sleep_until(due.into()).await;
        let (of_agent, conversation) = (n % 2 == 1, n / 2 % visitors.len());
        let client_id = format!("m{n}");
        books.sent(&client_id, due);
        let frame = json!({
            "type": "message.create", "client_id": client_id, "conversation_id": conversation.to_string(),
            "text": "请问这款还有现货吗？", "sender": if of_agent { "agent" } else { "visitor" },
        });
        send(if of_agent { &mut agent } else { &mut visitors[conversation] }, &frame).await;
    }
    let deadline = Instant::now() + PATIENCE;
    while !books.is_complete() && Instant::now() < deadline {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    tasks.shutdown(Duration::from_millis(100)).await;
    let (acknowledged, delivered) = books.latencies(started, started + plan.time);
    // It numbers messages of all conversations together: order is not its matter.
    let counts = super::talk::Counts { doubled: 0, out_of_order: 0, ..books.counts() };
    let memory_mb = memory_of(plain.child.id())? as f64 / f64::from(1 << 20);
    Ok(Exchange { rate: plan.rate, counts, acknowledged, delivered, processor_share: 0.0, memory_mb })
}
