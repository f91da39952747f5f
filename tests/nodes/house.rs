//! Three nodes as processes, on a PostgreSQL and a Redis of their own, and clients that go to any of them.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use futures_util::{SinkExt, StreamExt};
use reqwest::{Client, Method, Response};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use crate::postgres::Postgres;
use crate::redis::Redis;

const START_LIMIT: Duration = Duration::from_secs(150);
/// How long something may take to reach another node; a busy machine is slow.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A database, a Redis, and the nodes on them.
pub struct House {
    pub nodes: Vec<Node>,
    pub redis: Redis,
    pub postgres: Postgres,
    pub http: Client,
    folder: tempfile::TempDir,
    password: String,
}

/// A running `zhike serve`.
pub struct Node {
    child: Child,
    pub address: String,
}

impl House {
    /// As many nodes as said.
    pub fn with_nodes(n: usize) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let (postgres, redis) = (Postgres::start(), Redis::start());
        postgres.database("zhike");
        let http = Client::builder().no_proxy().timeout(Duration::from_secs(40)).build().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let mut house = Self { nodes: Vec::new(), redis, postgres, http, folder, password: String::new() };
        for _ in 0..n {
            let node = house.new_node();
            house.nodes.push(node);
        }
        house
    }

    /// Starts one more node with a data folder of its own.
    pub fn new_node(&mut self) -> Node {
        let data: PathBuf = tempfile::tempdir_in(self.folder.path()).unwrap().keep();
        let (node, said) = Node::start(&data, &self.postgres.url("zhike"), &self.redis.url());
        let email = said.iter().position(|line| line.trim() == "admin@localhost");
        if let Some(at) = email {
            assert!(self.password.is_empty(), "the administrator is made once");
            self.password = said[at + 1].trim().to_owned();
        }
        node
    }

    /// A call, on the node given.
    pub async fn call(&self, node: usize, method: Method, path: &str, token: &str, body: Value) -> Value {
        let answer = self.try_call(node, method, path, token, body).await.unwrap();
        let status = answer.status();
        let text = answer.text().await.unwrap();
        assert!(status.is_success(), "{path}: {status} {text}");
        if text.is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap() }
    }

    /// The same, whatever comes of it.
    pub async fn try_call(
        &self,
        node: usize,
        method: Method,
        path: &str,
        token: &str,
        body: Value,
    ) -> reqwest::Result<Response> {
        let url = format!("http://{}/api/v1{path}", self.nodes[node].address);
        let mut request = self.http.request(method, url);
        if !token.is_empty() {
            request = request.bearer_auth(token);
        }
        if !body.is_null() {
            request = request.json(&body);
        }
        request.send().await
    }

    pub async fn post(&self, node: usize, path: &str, token: &str, body: Value) -> Value {
        self.call(node, Method::POST, path, token, body).await
    }

    pub async fn get(&self, node: usize, path: &str, token: &str) -> Value {
        self.call(node, Method::GET, path, token, Value::Null).await
    }

    pub async fn admin(&self, node: usize) -> String {
        let login = json!({"email": "admin@localhost", "password": self.password});
        self.post(node, "/auth/login", "", login).await["token"].as_str().unwrap().to_owned()
    }

    /// A visitor's token and conversation.
    pub async fn visitor(&self, node: usize) -> (String, String) {
        let opened = self.post(node, "/visitor/sessions", "", json!({"locale": "en"})).await;
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        (text(&opened["token"]), text(&opened["conversation"]["id"]))
    }

    /// A visitor who has asked for a person, and is served by the owner of `agent`.
    pub async fn served_visitor(&self, node: usize, agent: &str) -> (String, String) {
        let (token, conversation) = self.visitor(node).await;
        self.post(node, "/visitor/handoff", &token, json!({})).await;
        self.post(node, &format!("/conversations/{conversation}/accept"), agent, json!({})).await;
        (token, conversation)
    }

    /// Every message of a conversation, checked to be numbered 1, 2, 3, ….
    pub async fn transcript(&self, node: usize, conversation: &str, agent: &str) -> Vec<Value> {
        let mut all: Vec<Value> = Vec::new();
        loop {
            let after = all.len();
            let page = self
                .get(node, &format!("/conversations/{conversation}/messages?after={after}&limit=200"), agent)
                .await;
            let items = page["items"].as_array().unwrap().clone();
            if items.is_empty() {
                break;
            }
            all.extend(items);
        }
        let seqs: Vec<i64> = all.iter().map(|m| m["seq"].as_i64().unwrap()).collect();
        assert_eq!(seqs, (1..=all.len() as i64).collect::<Vec<_>>(), "a gap or a double");
        all
    }

    /// A WebSocket to a node.
    pub async fn socket(&self, node: usize, token: &str) -> Socket {
        let address = &self.nodes[node].address;
        let mut request = format!("ws://{address}/ws").into_client_request().unwrap();
        let protocols = format!("zhike.v1, bearer.{token}").parse().unwrap();
        request.headers_mut().insert("sec-websocket-protocol", protocols);
        let (socket, _) = tokio_tungstenite::connect_async(request).await.unwrap();
        let mut socket = Socket { socket };
        socket.next("hello").await;
        socket
    }

    /// Asks again until it is so.
    pub async fn until(&self, what: &str, mut so: impl AsyncFnMut() -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !so().await {
            assert!(Instant::now() < deadline, "{what}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

impl Node {
    fn start(data: &Path, database: &str, redis: &str) -> (Self, Vec<String>) {
        let mut child = Command::new(env!("CARGO_BIN_EXE_zhike"))
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(data)
            .env("ZHIKE_DATABASE_URL", database)
            .env("ZHIKE_REDIS_URL", redis)
            .env("ZHIKE_ENGINE__DEADLINE_MS", "20000")
            .current_dir(data)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (sender, lines) = mpsc::channel();
        let stderr = child.stderr.take().unwrap();
        std::thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                eprintln!("node: {line}");
                // Nobody may listen any more; keep reading, so that the node never waits for us.
                let _ = sender.send(line);
            }
        });
        let mut said: Vec<String> = Vec::new();
        let deadline = Instant::now() + START_LIMIT;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let line = lines.recv_timeout(left).unwrap_or_else(|e| panic!("no start: {e}: {said:?}"));
            said.push(line.clone());
            if let Some(rest) = line.split("Zhike serves http://").nth(1) {
                let address = rest.split('/').next().unwrap().to_owned();
                return (Self { child, address }, said);
            }
        }
    }

    /// Ends it as a power cut would.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to end, and waits until it has.
    pub async fn terminate(&mut self) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        let deadline = Instant::now() + PATIENCE;
        while self.child.try_wait().unwrap().is_none() {
            assert!(Instant::now() < deadline, "the node does not end");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A client's WebSocket.
pub struct Socket {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl Socket {
    pub async fn send(&mut self, frame: Value) {
        self.socket.send(Message::text(frame.to_string())).await.unwrap();
    }

    /// The next frame of this type; others are passed over.
    pub async fn next(&mut self, kind: &str) -> Value {
        self.next_that(kind, |_| true).await
    }

    /// The next frame of this type that is as wanted.
    pub async fn next_that(&mut self, kind: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let wait = async {
            while let Some(Ok(message)) = self.socket.next().await {
                let Message::Text(text) = message else { continue };
                let frame: Value = serde_json::from_str(&text).unwrap();
                if frame["type"] == kind && wanted(&frame) {
                    return frame;
                }
            }
            panic!("the socket ended before `{kind}` came");
        };
        tokio::time::timeout(PATIENCE, wait).await.unwrap_or_else(|_| panic!("no `{kind}` came"))
    }

    /// The code with which the server closes.
    pub async fn closed(&mut self) -> u16 {
        let wait = async {
            while let Some(Ok(message)) = self.socket.next().await {
                if let Message::Close(Some(frame)) = message {
                    return frame.code.into();
                }
            }
            panic!("the socket broke without a close");
        };
        tokio::time::timeout(PATIENCE, wait).await.expect("no close came")
    }
}
