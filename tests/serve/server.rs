//! A real server: the program itself, as a child process, with a data folder and a port of its own.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use reqwest::{Client, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};

use crate::{database, sample};

/// First start with the sample shop reads, encodes and trains; on a busy machine that takes a while.
const START_LIMIT: Duration = Duration::from_secs(150);

/// An unoptimised program beside other tests is slow; what it says when it lacks time, tests of their own show.
const PATIENCE: (&str, &str) = ("ZHIKE_ENGINE__DEADLINE_MS", "20000");

/// A running `zhike serve`.
pub struct Server {
    child: Child,
    pub address: String,
    /// The password the first start printed.
    pub password: Option<String>,
    pub data: PathBuf,
    pub http: Client,
    _folder: Option<tempfile::TempDir>,
}

impl Server {
    /// The sample shop in a fresh folder.
    pub fn demo() -> Self {
        Self::demo_with("")
    }

    /// The sample shop, with this in its `zhike.toml`.
    pub fn demo_with(config: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let password = sample::put_into(&data);
        std::fs::write(folder.path().join("zhike.toml"), config).unwrap();
        let mut server = Self::start(Path::new(env!("CARGO_BIN_EXE_zhike")), &data, &["--demo"]);
        server.password = password.or(server.password.take());
        server._folder = Some(folder);
        server
    }

    /// An empty shop in a fresh folder: nothing to read or to train.
    pub fn plain() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let mut server = Self::start(Path::new(env!("CARGO_BIN_EXE_zhike")), &data, &[]);
        server._folder = Some(folder);
        server
    }

    /// `program serve` on `data`, waiting until it says where it serves.
    pub fn start(program: &Path, data: &Path, flags: &[&str]) -> Self {
        let mut child = Command::new(program)
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(data)
            .args(flags)
            .env(PATIENCE.0, PATIENCE.1)
            .envs(database::url_for(data).map(|url| ("ZHIKE_DATABASE_URL", url)))
            .current_dir(data.parent().unwrap())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = read_lines(child.stderr.take().unwrap());
        let mut said = Vec::new();
        let deadline = Instant::now() + START_LIMIT;
        let address = loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let line = lines
                .recv_timeout(left)
                .unwrap_or_else(|e| panic!("no start: {e}; it said:\n{}", said.join("\n")));
            said.push(line.clone());
            if let Some(rest) = line.split("Zhike serves http://").nth(1) {
                break rest.split('/').next().unwrap().to_string();
            }
        };
        let password = password_in(&said);
        // The program installs its own; this is the test's.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = Client::builder().no_proxy().build().unwrap();
        Self { child, address, password, data: data.to_path_buf(), http, _folder: None }
    }

    /// Ends it as a power cut would.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Ends it as an operator does, and waits until it has ended.
    pub fn terminate(mut self) {
        let told = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(told.success());
        assert!(self.child.wait().unwrap().success());
    }

    /// The most memory it has had so far, in bytes; `None` where the system does not tell.
    pub fn most_memory(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
        Some(line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok()? * 1024)
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub fn api(&self, path: &str) -> String {
        self.url(&format!("/api/v1{path}"))
    }

    /// Opens a visitor's session.
    pub async fn visitor(&self, locale: &str) -> Visitor<'_> {
        let answer = self
            .http
            .post(self.api("/visitor/sessions"))
            .json(&json!({"locale": locale}))
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        let body: Value = answer.json().await.unwrap();
        Visitor {
            server: self,
            token: body["token"].as_str().unwrap().to_string(),
            conversation: body["conversation"]["id"].as_str().unwrap().to_string(),
        }
    }

    /// Somebody with this token: a session's, or an API key.
    pub fn with_token(&self, token: &str) -> Staff<'_> {
        Staff { server: self, token: token.to_string() }
    }

    /// A new account of this role, signed in.
    pub async fn staff(&self, admin: &Staff<'_>, name: &str, role: &str) -> Staff<'_> {
        let (email, password) = (format!("{name}@shop.example"), "a long enough password");
        let new = json!({"email": email, "name": name, "role": role, "password": password});
        admin.done("/users", new).await;
        let login = json!({"email": email, "password": password});
        let answer = self.http.post(self.api("/auth/login")).json(&login).send().await.unwrap();
        let body: Value = answer.json().await.unwrap();
        self.with_token(body["token"].as_str().unwrap())
    }

    /// Signs in as the first administrator.
    pub async fn admin(&self) -> Staff<'_> {
        let login = json!({"email": "admin@localhost", "password": self.password.as_ref().unwrap()});
        let answer = self.http.post(self.api("/auth/login")).json(&login).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        let body: Value = answer.json().await.unwrap();
        Staff { server: self, token: body["token"].as_str().unwrap().to_string() }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn read_lines(stream: impl std::io::Read + Send + 'static) -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            eprintln!("server: {line}");
            if sender.send(line).is_err() {
                // Nobody listens any more; keep reading, so that the server never waits for us.
            }
        }
    });
    receiver
}

fn password_in(said: &[String]) -> Option<String> {
    let email = said.iter().position(|line| line.trim() == "admin@localhost")?;
    said.get(email + 1).map(|line| line.trim().to_string())
}

/// A visitor's client.
pub struct Visitor<'a> {
    server: &'a Server,
    pub token: String,
    pub conversation: String,
}

impl Visitor<'_> {
    pub fn post(&self, path: &str) -> RequestBuilder {
        self.server.http.post(self.server.api(path)).bearer_auth(&self.token)
    }

    pub fn get(&self, path: &str) -> RequestBuilder {
        self.server.http.get(self.server.api(path)).bearer_auth(&self.token)
    }

    /// Sends a text and answers with the stored message.
    pub async fn say(&self, client_id: &str, text: &str) -> Value {
        let sent = json!({"client_id": client_id, "text": text});
        let answer = self.post("/visitor/messages").json(&sent).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::CREATED, "{text}");
        answer.json().await.unwrap()
    }

    /// All messages there are.
    pub async fn messages_now(&self) -> Vec<Value> {
        let body: Value = self.get("/visitor/messages").send().await.unwrap().json().await.unwrap();
        body["items"].as_array().unwrap().clone()
    }

    /// All messages after `seq`; waits for the first one.
    pub async fn messages_after(&self, seq: i64) -> Vec<Value> {
        let path = format!("/visitor/messages?after={seq}&wait=20");
        let body: Value = self.get(&path).send().await.unwrap().json().await.unwrap();
        body["items"].as_array().unwrap().clone()
    }

    /// Asks, and waits for what the bot says to it.
    pub async fn ask(&self, client_id: &str, text: &str) -> Value {
        let mine = self.say(client_id, text).await;
        let deadline = Instant::now() + Duration::from_secs(60);
        let mut seen = mine["seq"].as_i64().unwrap();
        while Instant::now() < deadline {
            for message in self.messages_after(seen).await {
                seen = message["seq"].as_i64().unwrap();
                if message["sender"]["kind"] == "bot" {
                    return message;
                }
            }
        }
        panic!("the bot did not answer `{text}`");
    }
}

/// A staff member's client.
pub struct Staff<'a> {
    server: &'a Server,
    pub token: String,
}

impl Staff<'_> {
    pub fn post(&self, path: &str) -> RequestBuilder {
        self.server.http.post(self.server.api(path)).bearer_auth(&self.token)
    }

    pub fn get(&self, path: &str) -> RequestBuilder {
        self.server.http.get(self.server.api(path)).bearer_auth(&self.token)
    }

    pub fn put(&self, path: &str) -> RequestBuilder {
        self.server.http.put(self.server.api(path)).bearer_auth(&self.token)
    }

    pub fn patch(&self, path: &str) -> RequestBuilder {
        self.server.http.patch(self.server.api(path)).bearer_auth(&self.token)
    }

    pub fn delete(&self, path: &str) -> RequestBuilder {
        self.server.http.delete(self.server.api(path)).bearer_auth(&self.token)
    }

    /// Posts JSON and expects success.
    pub async fn done(&self, path: &str, body: Value) -> Value {
        let answer = self.post(path).json(&body).send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.text().await.unwrap());
        answer.json().await.unwrap()
    }

    /// Uploads files and waits until every import has ended.
    pub async fn upload(&self, files: Vec<(&str, Vec<u8>)>) -> Vec<Value> {
        self.upload_to(None, files).await
    }

    /// The same into a base of its own.
    pub async fn upload_to(&self, base: Option<&str>, files: Vec<(&str, Vec<u8>)>) -> Vec<Value> {
        let mut form = reqwest::multipart::Form::new();
        if let Some(base) = base {
            form = form.text("base", base.to_string());
        }
        for (name, bytes) in files {
            form = form.part("file", reqwest::multipart::Part::bytes(bytes).file_name(name.to_string()));
        }
        let answer = self.post("/knowledge/documents").multipart(form).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::ACCEPTED);
        let body: Value = answer.json().await.unwrap();
        let mut ended = Vec::new();
        for job in body["jobs"].as_array().unwrap() {
            ended.push(self.ended(job["id"].as_str().unwrap()).await);
        }
        ended
    }

    /// A job when it has ended.
    pub async fn ended(&self, job: &str) -> Value {
        let deadline = Instant::now() + Duration::from_secs(120);
        loop {
            let state: Value = self.get(&format!("/jobs/{job}")).send().await.unwrap().json().await.unwrap();
            if state["state"] == "done" || state["state"] == "failed" {
                return state;
            }
            assert!(Instant::now() < deadline, "the job did not end: {state}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

/// The stable code of a problem document, after checking that it is one.
pub async fn problem(answer: Response) -> (u16, String) {
    let status = answer.status().as_u16();
    let kind = answer.headers()["content-type"].to_str().unwrap().to_string();
    let text = answer.text().await.unwrap();
    assert_eq!(kind, "application/problem+json", "{text}");
    let body: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(body["status"], status);
    assert!(!body["detail"].as_str().unwrap().is_empty());
    (status, body["code"].as_str().unwrap().to_string())
}
