//! Somebody else's server that webhooks are sent to: it takes them, refuses them, or hangs.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use serde_json::Value;

/// How the receiver behaves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Mood {
    Well,
    Refusing,
    Hanging,
}

/// One request that was taken.
#[derive(Clone, Debug)]
pub struct Letter {
    pub headers: HeaderMap,
    pub text: String,
    pub body: Value,
}

impl Letter {
    pub fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }
}

#[derive(Clone)]
pub struct Receiver {
    pub address: SocketAddr,
    inner: Arc<Mutex<Inner>>,
}

struct Inner {
    mood: Mood,
    taken: Vec<Letter>,
    knocks: usize,
}

impl Receiver {
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let inner = Arc::new(Mutex::new(Inner { mood: Mood::Well, taken: Vec::new(), knocks: 0 }));
        let receiver = Self { address: listener.local_addr().unwrap(), inner };
        let app = Router::new().route("/hook", post(take)).with_state(receiver.clone());
        #[allow(clippy::disallowed_methods)] // a server of the test, which ends with it
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        receiver
    }

    pub fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }

    pub fn feels(&self, mood: Mood) {
        self.inner.lock().unwrap().mood = mood;
    }

    pub fn taken(&self) -> Vec<Letter> {
        self.inner.lock().unwrap().taken.clone()
    }

    /// Waits until `enough` is true of what was taken.
    pub async fn until(&self, what: &str, enough: impl Fn(&[Letter]) -> bool) -> Vec<Letter> {
        let deadline = Instant::now() + Duration::from_secs(90);
        loop {
            let taken = self.taken();
            if enough(&taken) {
                return taken;
            }
            let events: Vec<_> = taken.iter().map(|l| l.body["event"].clone()).collect();
            assert!(Instant::now() < deadline, "never came: {what}; there are {events:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Waits until somebody has knocked `n` times, whatever they were told.
    pub async fn knocked(&self, n: usize) {
        let deadline = Instant::now() + Duration::from_secs(90);
        while self.inner.lock().unwrap().knocks < n {
            assert!(Instant::now() < deadline, "nobody came {n} times");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

async fn take(State(receiver): State<Receiver>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let mood = {
        let mut inner = receiver.inner.lock().unwrap();
        inner.knocks += 1;
        inner.mood
    };
    match mood {
        Mood::Refusing => StatusCode::INTERNAL_SERVER_ERROR,
        Mood::Hanging => std::future::pending().await,
        Mood::Well => {
            let text = String::from_utf8(body.to_vec()).unwrap();
            let body = serde_json::from_str(&text).unwrap();
            receiver.inner.lock().unwrap().taken.push(Letter { headers, text, body });
            StatusCode::NO_CONTENT
        }
    }
}
