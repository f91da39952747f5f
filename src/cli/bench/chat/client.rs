//! A client's end of a WebSocket: one address, one token, frames in and out.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use serde::Deserialize;
use serde_json::Value;
use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

use crate::error::{Code, Error, Result};

/// Clients that share one address: each needs a port of its own, of which an address has some 28,000.
const AN_ADDRESS: usize = 10_000;
/// How long connecting may take.
const CONNECT_LIMIT: Duration = Duration::from_secs(30);

/// The end that sends.
pub type Sender = SplitSink<WebSocketStream<TcpStream>, Message>;

/// The end that receives.
pub struct Receiver(SplitStream<WebSocketStream<TcpStream>>);

/// What the bench looks at in a frame.
#[derive(Debug, Deserialize)]
pub struct Frame {
    #[serde(rename = "type")]
    pub kind: String,
    pub client_id: Option<String>,
    pub conversation_id: Option<String>,
    pub message: Option<Created>,
}

/// A message of `message.created`.
#[derive(Debug, Deserialize)]
pub struct Created {
    pub seq: i64,
    pub client_id: Option<String>,
    pub sender: From,
}

/// Who wrote it.
#[derive(Debug, Deserialize)]
pub struct From {
    pub kind: String,
}

/// Opens the `number`th socket to `server` and sends what follows the address (`/ws`), with a token where one is
/// needed.
///
/// # Errors
/// When there is no file or port left for it, or the server refuses.
pub async fn connect(server: SocketAddr, number: usize, token: Option<&str>) -> Result<(Sender, Receiver)> {
    let failed = |e: std::io::Error| {
        let hint = "; each socket needs a file: try `ulimit -n 65536`";
        let hint = if e.raw_os_error() == Some(TOO_MANY_FILES) { hint } else { "" };
        Error::new(Code::Unavailable, format!("socket {number} cannot be opened: {e}{hint}"))
    };
    let host = u8::try_from(number / AN_ADDRESS).unwrap_or(u8::MAX - 2);
    let opening = async {
        let socket = TcpSocket::new_v4().map_err(failed)?;
        socket.bind((Ipv4Addr::new(127, 0, 0, 2 + host), 0).into()).map_err(failed)?;
        let stream = socket.connect(server).await.map_err(failed)?;
        stream.set_nodelay(true).map_err(failed)?;
        let refused = |e: tokio_tungstenite::tungstenite::Error| {
            Error::new(Code::Unavailable, format!("socket {number} is refused: {e}"))
        };
        let mut request = format!("ws://{server}/ws").into_client_request().map_err(refused)?;
        if let Some(token) = token {
            let protocols = format!("zhike.v1, bearer.{token}").parse();
            let protocols = protocols.map_err(|_| Error::internal("the token is no header value"))?;
            request.headers_mut().insert("sec-websocket-protocol", protocols);
        }
        let (stream, _) = tokio_tungstenite::client_async(request, stream).await.map_err(refused)?;
        let (sender, receiver) = stream.split();
        Ok((sender, Receiver(receiver)))
    };
    let late = |_| Error::new(Code::Timeout, format!("socket {number} was not opened in time"));
    tokio::time::timeout(CONNECT_LIMIT, opening).await.map_err(late)?
}

const TOO_MANY_FILES: i32 = 24;

/// Sends a frame; a socket that has ended takes nothing.
pub async fn send(sender: &mut Sender, frame: &Value) -> bool {
    sender.send(Message::text(frame.to_string())).await.is_ok()
}

impl Receiver {
    /// The next frame; `None` once the socket has ended.
    pub async fn next(&mut self) -> Option<Frame> {
        while let Some(Ok(message)) = self.0.next().await {
            if let Message::Text(text) = message
                && let Ok(frame) = serde_json::from_str(&text)
            {
                return Some(frame);
            }
        }
        None
    }

    /// The next frame of a type.
    ///
    /// # Errors
    /// When the socket ends before it comes.
    pub async fn next_of(&mut self, kind: &str) -> Result<Frame> {
        while let Some(frame) = self.next().await {
            if frame.kind == kind {
                return Ok(frame);
            }
        }
        Err(Error::internal(format!("the socket ended before `{kind}` came")))
    }
}
