//! The server under measurement: this program, as a process of its own.

use std::fs::File;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::client::connect;
use super::ground::{Ground, Socket, Talkers};
use super::talk::conversations;
use crate::cli::bench::process::Process;
use crate::error::{Code, Error, Result};

/// The account that the first start makes.
const ACCOUNT: &str = "admin@localhost";
/// The first start reads the sample shop and trains.
const START_LIMIT: Duration = Duration::from_secs(180);
/// Between two looks at what a starting server has said.
const LOOK: Duration = Duration::from_millis(50);
/// What it says goes here.
const LOG: &str = "server.log";
/// A running server; it ends with this value.
pub struct Server {
    child: Child,
    pub address: SocketAddr,
    /// The administrator's token.
    pub staff: String,
    http: reqwest::Client,
    /// Removed with it.
    #[expect(dead_code, reason = "kept for its life only")]
    folder: tempfile::TempDir,
}

/// A visitor's session.
pub struct Visit {
    pub token: String,
    pub conversation: String,
}

impl Server {
    /// Starts a server on an empty folder, or with the sample shop, and signs in.
    pub async fn start(shop: bool) -> Result<Self> {
        let folder = tempfile::tempdir().map_err(|e| Error::from(e).at("making a temporary folder"))?;
        let program = std::env::current_exe().map_err(|e| Error::from(e).at("finding this program"))?;
        // Into a file: a pipe that nobody reads would make the server wait.
        let log = folder.path().join(LOG);
        let said = File::create(&log).map_err(|e| Error::from(e).at(log.display()))?;
        let mut command = Command::new(program);
        command.args(["serve", "--listen", "127.0.0.1:0", "--data", "data"]);
        command.args(shop.then_some("--demo")).current_dir(folder.path());
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::from(said));
        let child = command.spawn().map_err(|e| Error::from(e).at("starting a server"))?;
        let mut server =
            Self { child, address: ([0, 0, 0, 0], 0).into(), staff: String::new(), http: http()?, folder };
        let password = server.announced(&log).await?;
        let login = json!({"email": ACCOUNT, "password": password});
        let signed_in = server.post("/auth/login", None, login).await?;
        server.staff = text(&signed_in, "/token")?;
        Ok(server)
    }

    /// Opens a visitor's session.
    pub async fn visit(&self) -> Result<Visit> {
        let session = self.post("/visitor/sessions", None, json!({"locale": "zh"})).await?;
        Ok(Visit { token: text(&session, "/token")?, conversation: text(&session, "/conversation/id")? })
    }

    async fn socket(&self, number: usize, token: &str) -> Result<Socket> {
        let (sender, mut receiver) = connect(self.address, number, Some(token)).await?;
        receiver.next_of("hello").await?;
        Ok((sender, receiver))
    }

    /// Posts JSON and expects success.
    pub async fn post(&self, path: &str, token: Option<&str>, body: Value) -> Result<Value> {
        let mut request = self.http.post(self.url(path)).header("content-type", "application/json");
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        answer(path, request.body(body.to_string()).send().await.map_err(unreachable)?).await
    }

    /// Gets JSON and expects success.
    pub async fn get(&self, path: &str, token: &str) -> Result<Value> {
        let request = self.http.get(self.url(path)).bearer_auth(token);
        answer(path, request.send().await.map_err(unreachable)?).await
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}/api/v1{path}", self.address)
    }

    /// Waits until it says where it serves, and returns the password of the first account.
    async fn announced(&mut self, log: &Path) -> Result<String> {
        let deadline = Instant::now() + START_LIMIT;
        loop {
            let said = std::fs::read_to_string(log).map_err(|e| Error::from(e).at(log.display()))?;
            let lines: Vec<&str> = said.lines().map(str::trim).collect();
            let password = lines.iter().position(|line| *line == ACCOUNT).and_then(|at| lines.get(at + 1));
            let address = lines.iter().find_map(|line| line.split("Zhike serves http://").nth(1));
            let address = address.and_then(|rest| rest.split('/').next()?.parse().ok());
            if let (Some(address), Some(password)) = (address, password) {
                self.address = address;
                return Ok((*password).to_owned());
            }
            let ended = self.child.try_wait().is_ok_and(|status| status.is_some());
            if ended || Instant::now() > deadline {
                return Err(Error::internal(format!("the server did not start; it said: {said}")));
            }
            tokio::time::sleep(LOOK).await;
        }
    }
}

impl Ground for Server {
    fn process(&self) -> Process {
        Process(self.child.id())
    }

    async fn visitor(&self, number: usize) -> Result<Socket> {
        let visit = self.visit().await?;
        self.socket(number, &visit.token).await
    }

    async fn talkers(&self, count: usize) -> Result<Talkers> {
        let visits = conversations(self, count).await?;
        let agent = self.socket(count, &self.staff).await?;
        let mut visitors = Vec::with_capacity(count);
        for (n, visit) in visits.iter().enumerate() {
            visitors.push(self.socket(n, &visit.token).await?);
        }
        let conversations = visits.into_iter().map(|visit| visit.conversation).collect();
        Ok(Talkers { agent, visitors, conversations })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn http() -> Result<reqwest::Client> {
    crate::connect::install_tls();
    reqwest::Client::builder().no_proxy().build().map_err(unreachable)
}

async fn answer(path: &str, answer: reqwest::Response) -> Result<Value> {
    let status = answer.status();
    let body = answer.text().await.map_err(unreachable)?;
    if !status.is_success() {
        return Err(Error::internal(format!("{path}: {status}: {body}")));
    }
    serde_json::from_str(&body).map_err(|e| Error::internal(format!("{path}: {e}")))
}

fn text(value: &Value, pointer: &str) -> Result<String> {
    let found = value.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    found.ok_or_else(|| Error::internal(format!("an answer has no {pointer}")))
}

fn unreachable(e: reqwest::Error) -> Error {
    Error::new(Code::Unavailable, format!("the server does not answer: {e}"))
}
