//! A stand-in for a language model behind an OpenAI-compatible server: it writes what it is told to, or hangs, or fails.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde_json::{Value, json};

/// Between two pieces, so that they come as pieces.
const PAUSE: Duration = Duration::from_millis(20);

/// What it does when it is asked.
#[derive(Clone, Debug)]
pub enum Mood {
    /// Writes these pieces and says that it is done.
    Writes(Vec<&'static str>),
    /// Writes these pieces and nothing more.
    HangsAfter(Vec<&'static str>),
    Refuses,
}

/// One question it was asked.
#[derive(Clone, Debug)]
pub struct Asked {
    pub key: String,
    pub body: Value,
}

impl Asked {
    /// What stands in a message of this role.
    pub fn message(&self, role: &str) -> &str {
        let messages = self.body["messages"].as_array().unwrap();
        let message = messages.iter().find(|message| message["role"] == role).unwrap();
        message["content"].as_str().unwrap()
    }
}

/// The stand-in. Cheap to clone.
#[derive(Clone)]
pub struct Model {
    address: SocketAddr,
    mood: Arc<Mutex<Mood>>,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Model {
    pub async fn start(mood: Mood) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let model = Self { address, mood: Arc::new(Mutex::new(mood)), asked: Arc::default() };
        let app = Router::new().route("/v1/chat/completions", post(complete)).with_state(model.clone());
        #[allow(clippy::disallowed_methods)] // a server of the test, which ends with it
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        model
    }

    /// What a server is told to use it.
    pub fn config(&self, deadline_ms: u64) -> String {
        config(self.address, deadline_ms)
    }

    pub fn feels(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

/// What a server is told to use a model at this address.
pub fn config(address: SocketAddr, deadline_ms: u64) -> String {
    format!(
        "[generation]\nendpoint = \"http://{address}/v1\"\nmodel = \"stand-in\"\napi_key = \"k-7\"\ndeadline_ms = {deadline_ms}\n"
    )
}

async fn complete(State(model): State<Model>, headers: HeaderMap, body: String) -> Response {
    let key = headers.get("authorization").map(|key| key.to_str().unwrap().to_owned()).unwrap_or_default();
    model.asked.lock().unwrap().push(Asked { key, body: serde_json::from_str(&body).unwrap() });
    let mood = model.mood.lock().unwrap().clone();
    let (pieces, ends) = match mood {
        Mood::Refuses => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Mood::Writes(pieces) => (pieces, true),
        Mood::HangsAfter(pieces) => (pieces, false),
    };
    let event = |body: Value| format!("data: {body}\n\n");
    let mut events: Vec<String> = pieces
        .iter()
        .map(|text| {
            event(json!({"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": null}]}))
        })
        .collect();
    if ends {
        events.push(event(json!({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})));
        events.push("data: [DONE]\n\n".to_owned());
    }
    let stream = futures_util::stream::unfold(events.into_iter(), move |mut left| async move {
        let Some(event) = left.next() else {
            if !ends {
                std::future::pending::<()>().await;
            }
            return None;
        };
        tokio::time::sleep(PAUSE).await;
        Some((Ok::<_, Infallible>(event), left))
    });
    ([("content-type", "text/event-stream")], Body::from_stream(stream)).into_response()
}
