//! A server whose demo shop is a process of its own, so that it can be made to fail, and visitors of the demo page.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::sample;
use crate::server::Server;

const PROGRAM: &str = env!("CARGO_BIN_EXE_zhike");

/// A server, and the systems it asks.
pub struct Shop {
    pub server: Server,
    systems: Child,
    address: String,
    key: String,
    folder: tempfile::TempDir,
}

/// A visitor whom the shop vouches for, or not.
pub struct Customer<'a> {
    server: &'a Server,
    token: String,
    sent: std::cell::Cell<u32>,
}

impl Shop {
    pub async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let address = format!("http://127.0.0.1:{port}");
        let config = folder.path().join("zhike.toml");
        let secret = "the secret of this test";
        let text = format!(
            "[chat]\nidentity_secret = \"{secret}\"\n[connect.variables]\ndemo_shop = \"{address}\"\n"
        );
        std::fs::write(&config, text).unwrap();
        let data = folder.path().join("data");
        let password = sample::put_into(&data);
        let mut server = Self::serve(&config, &data);
        server.password = password.or(server.password.take());
        let key_file = data.join("shop/secrets/demo_shop.key");
        let key = std::fs::read_to_string(&key_file).unwrap();
        let systems = Command::new(PROGRAM)
            .args(["demo-shop", "--listen", &format!("127.0.0.1:{port}"), "--key-file"])
            .arg(&key_file)
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let shop = Self { server, systems, address, key, folder };
        let deadline = Instant::now() + Duration::from_secs(30);
        while shop.changes_or_none().await.is_none() {
            assert!(Instant::now() < deadline, "the demo shop does not answer");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        shop
    }

    fn serve(config: &Path, data: &Path) -> Server {
        Server::start(Path::new(PROGRAM), data, &["--demo", "--config", config.to_str().unwrap()])
    }

    /// Ends the server as a power cut would, and starts it again on the same data.
    pub fn restart(&mut self) {
        self.server.kill();
        let password = self.server.password.take();
        self.server = Self::serve(&self.folder.path().join("zhike.toml"), &self.folder.path().join("data"));
        self.server.password = password;
    }

    /// Makes the systems misbehave.
    pub async fn faults(&self, faults: Value) {
        let put = self.server.http.put(format!("{}/_faults", self.address)).header("X-Api-Key", &self.key);
        assert_eq!(put.json(&faults).send().await.unwrap().status(), 204);
    }

    /// How many calls really changed something.
    pub async fn changes(&self) -> u64 {
        self.changes_or_none().await.unwrap()
    }

    async fn changes_or_none(&self) -> Option<u64> {
        let get = self.server.http.get(format!("{}/_changes", self.address)).header("X-Api-Key", &self.key);
        get.send().await.ok()?.json::<Value>().await.ok()?["changes"].as_u64()
    }

    /// The customer's orders, newest first, as the systems have them.
    pub async fn orders(&self, customer: &str) -> Vec<Value> {
        let url = format!("{}/customers/{customer}/orders", self.address);
        let answer = self.server.http.get(url).header("X-Api-Key", &self.key).send().await.unwrap();
        answer.json::<Value>().await.unwrap()["orders"].as_array().unwrap().clone()
    }

    /// A visitor whom the demo page vouches for, and who that is.
    pub async fn customer(&self) -> (Customer<'_>, String) {
        let signed: Value = self
            .server
            .http
            .get(self.server.url("/demo/identity"))
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
        let id = signed["external_id"].as_str().unwrap().to_owned();
        (self.session(json!({"locale": "zh-CN", "identity": signed})).await, id)
    }

    /// A visitor nobody vouches for.
    pub async fn stranger(&self) -> Customer<'_> {
        self.session(json!({"locale": "zh-CN"})).await
    }

    async fn session(&self, request: Value) -> Customer<'_> {
        let post = self.server.http.post(self.server.api("/visitor/sessions")).json(&request);
        let body: Value = post.send().await.unwrap().json().await.unwrap();
        assert!(body["identity_problem"].is_null(), "{body}");
        Customer {
            server: &self.server,
            token: body["token"].as_str().unwrap().to_owned(),
            sent: std::cell::Cell::new(0),
        }
    }

    /// The same visitor after a restart.
    pub fn again(&self, token: &str, sent: u32) -> Customer<'_> {
        Customer { server: &self.server, token: token.to_owned(), sent: std::cell::Cell::new(sent) }
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        let _ = self.systems.kill();
        let _ = self.systems.wait();
    }
}

impl Customer<'_> {
    pub fn token(&self) -> (String, u32) {
        (self.token.clone(), self.sent.get())
    }

    /// The conversation they are in, once they have said something.
    pub async fn conversation(&self) -> String {
        self.messages(0, 0).await[0]["conversation_id"].as_str().unwrap().to_owned()
    }

    /// Says something; the message as it was stored.
    pub async fn say(&self, text: &str) -> Value {
        self.sent.set(self.sent.get() + 1);
        let sent = json!({"client_id": format!("m{}", self.sent.get()), "text": text});
        let post = self.server.http.post(self.server.api("/visitor/messages")).bearer_auth(&self.token);
        post.json(&sent).send().await.unwrap().json().await.unwrap()
    }

    /// Says something and waits for what the bot says to it.
    pub async fn ask(&self, text: &str) -> Value {
        let after = self.say(text).await["seq"].as_i64().unwrap();
        let deadline = Instant::now() + Duration::from_secs(60);
        while Instant::now() < deadline {
            let new = self.messages(after, 20).await;
            if let Some(said) = new.into_iter().find(|message| message["sender"]["kind"] == "bot") {
                return said;
            }
        }
        panic!("the bot did not answer `{text}`");
    }

    pub async fn messages(&self, after: i64, wait: u64) -> Vec<Value> {
        let path = format!("/visitor/messages?after={after}&wait={wait}");
        let get = self.server.http.get(self.server.api(&path)).bearer_auth(&self.token);
        get.send().await.unwrap().json::<Value>().await.unwrap()["items"].as_array().unwrap().clone()
    }
}

/// The words of a message.
pub fn text(message: &Value) -> &str {
    message["content"]["text"].as_str().unwrap()
}

/// What a button or a choice of a message sends.
pub fn button<'a>(message: &'a Value, label: &str) -> &'a str {
    let content = &message["content"];
    let all = content["card"]["actions"].as_array().or(content["choices"].as_array());
    let all = all.unwrap_or_else(|| panic!("no buttons: {message}"));
    let found = all.iter().find(|choice| choice["label"].as_str().unwrap().contains(label));
    found.unwrap_or_else(|| panic!("no button {label}: {message}"))["value"].as_str().unwrap()
}
