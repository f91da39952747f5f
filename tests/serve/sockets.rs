//! The WebSocket: acknowledged after it is durable, in order, resumed without loss; a broken frame is told so.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use crate::server::Server;

/// A client's end of a socket.
pub struct Client {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl Client {
    pub async fn connect(server: &Server, token: &str) -> Self {
        let mut request = format!("ws://{}/ws", server.address).into_client_request().unwrap();
        let protocols = format!("zhike.v1, bearer.{token}").parse().unwrap();
        request.headers_mut().insert("sec-websocket-protocol", protocols);
        let (socket, answer) = tokio_tungstenite::connect_async(request).await.unwrap();
        assert_eq!(answer.headers()["sec-websocket-protocol"], "zhike.v1", "the token is not echoed");
        let mut client = Self { socket };
        assert_eq!(client.next("hello").await["type"], "hello");
        client
    }

    pub async fn send(&mut self, frame: Value) {
        self.socket.send(Message::text(frame.to_string())).await.unwrap();
    }

    /// The next frame of this type; others are passed over.
    pub async fn next(&mut self, kind: &str) -> Value {
        self.next_of(&[kind]).await
    }

    /// The next frame of one of these types.
    pub async fn next_of(&mut self, kinds: &[&str]) -> Value {
        let wait = async {
            while let Some(Ok(message)) = self.socket.next().await {
                let Message::Text(text) = message else { continue };
                let frame: Value = serde_json::from_str(&text).unwrap();
                if kinds.contains(&frame["type"].as_str().unwrap()) {
                    return frame;
                }
            }
            panic!("the socket ended before one of {kinds:?} came");
        };
        tokio::time::timeout(Duration::from_secs(60), wait)
            .await
            .unwrap_or_else(|_| panic!("none of {kinds:?} came"))
    }
}

#[tokio::test]
async fn a_message_is_accepted_answered_and_resumed() {
    let server = Server::demo();
    let visitor = server.visitor("en").await;
    let mut client = Client::connect(&server, &visitor.token).await;
    client
        .send(json!({"type": "message.create", "client_id": "w1", "text": "How much is shipping to Singapore?"}))
        .await;
    let accepted = client.next("message.accepted").await;
    assert_eq!(accepted["client_id"], "w1");
    loop {
        let created = client.next("message.created").await;
        if created["message"]["sender"]["kind"] == "bot" {
            assert!(created["message"]["seq"].as_i64().unwrap() > accepted["seq"].as_i64().unwrap());
            break;
        }
    }
    drop(client);

    let mut again = Client::connect(&server, &visitor.token).await;
    again.send(json!({"type": "resume", "conversation_id": visitor.conversation, "after_seq": 0})).await;
    let last = visitor.messages_after(0).await.len() as i64;
    for seq in 1..=last {
        assert_eq!(
            again.next("message.created").await["message"]["seq"],
            seq,
            "every message once, in order"
        );
    }
}

#[tokio::test]
async fn broken_and_unknown_frames_do_no_harm() {
    let server = Server::demo();
    let visitor = server.visitor("zh").await;
    let mut client = Client::connect(&server, &visitor.token).await;
    client.socket.send(Message::text("{\"type\": \"message.create\", ")).await.unwrap();
    assert_eq!(client.next("error").await["code"], "malformed_body");
    client.send(json!({"type": "tomorrow's invention"})).await;
    client.send(json!({"type": "ping", "t": 42})).await;
    assert_eq!(client.next("pong").await["t"], 42, "the connection lives on");
    client.send(json!({"type": "message.create", "client_id": "big", "text": "问".repeat(10_001)})).await;
    let error = client.next("error").await;
    assert_eq!((&error["code"], &error["client_id"]), (&json!("too_large"), &json!("big")));
}

#[tokio::test]
async fn agents_see_waiting_visitors_live() {
    let server = Server::demo();
    let admin = server.admin().await;
    let mut console = Client::connect(&server, &admin.token).await;
    let visitor = server.visitor("zh").await;
    visitor.say("1", "转人工").await;
    loop {
        let updated = console.next("conversation.updated").await;
        if updated["conversation"]["status"] == "waiting" {
            assert_eq!(updated["conversation"]["id"].as_str().unwrap(), visitor.conversation);
            break;
        }
    }
}
