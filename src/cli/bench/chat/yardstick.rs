//! A plain `ws` server on Node.js, which keeps and checks nothing: the floor under memory and latency.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::json;

use super::client::{connect, send};
use super::ground::{Ground, Socket, Talkers};
use crate::cli::bench::process::Process;
use crate::error::{Code, Error, Result};

const SCRIPT: &str = include_str!("../../../../eval/yardsticks/ws_server.js");

/// A running server; it ends with this value.
pub struct Plain {
    child: Child,
    address: SocketAddr,
}

impl Plain {
    /// Starts it; `packages` is the folder in which Node.js finds `ws`.
    ///
    /// # Errors
    /// When Node.js or the package is missing.
    pub fn start(packages: &Path) -> Result<Self> {
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

    async fn open(&self, number: usize, token: &str) -> Result<Socket> {
        let (sender, mut receiver) = connect(self.address, number, Some(token)).await?;
        receiver.next_of("hello").await?;
        Ok((sender, receiver))
    }
}

impl Ground for Plain {
    fn process(&self) -> Process {
        Process(self.child.id())
    }

    async fn visitor(&self, number: usize) -> Result<Socket> {
        self.open(number, "visitor").await
    }

    async fn talkers(&self, count: usize) -> Result<Talkers> {
        let mut agent = self.open(count, "agent").await?;
        let mut visitors = Vec::with_capacity(count);
        let conversations: Vec<String> = (0..count).map(|n| n.to_string()).collect();
        for (n, conversation) in conversations.iter().enumerate() {
            let mut visitor = self.open(n, "visitor").await?;
            for (sender, _) in [&mut visitor, &mut agent] {
                send(sender, &json!({"type": "resume", "conversation_id": conversation})).await;
            }
            visitors.push(visitor);
        }
        Ok(Talkers { agent, visitors, conversations })
    }
}

impl Drop for Plain {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
