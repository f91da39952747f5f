//! `GET /ws`: turns a WebSocket into the hub's [`Socket`] and runs a session on it.
//!
//! The token comes as a subprotocol (`zhike.v1, bearer.<token>`: a page's script cannot set headers), as `?token=`,
//! or as the staff cookie of a page of this server.

use std::time::Duration;

use axum::body::Bytes;
use axum::extract::State;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::http::{HeaderMap, header};
use axum::response::Response;
use serde::Deserialize;

use super::auth::{bearer, check_origin, cookie, unauthorized};
use super::extract::Query;
use super::services::Services;
use crate::error::Result;
use crate::hub::{Incoming, Outgoing, Principal, Session, Socket};

const PROTOCOL: &str = "zhike.v1";
const TOKEN_PROTOCOL: &str = "bearer.";
/// Largest frame a client may send, in bytes.
const LARGEST_FRAME: usize = 64 << 10;
/// What is read at once. Every connection keeps as much, and most say little: the framework's default of 128 KiB would be
/// 1.3 GB for 10,000 idle visitors.
const READ_BUFFER: usize = 1 << 10;
/// Bytes that may wait to be written before the connection is given up.
const WRITE_BUFFER_LIMIT: usize = 1 << 20;
/// How long closing may take.
const CLOSE_LIMIT: Duration = Duration::from_secs(2);

#[derive(Deserialize)]
pub(super) struct SocketQuery {
    #[serde(default)]
    token: Option<String>,
}

/// Upgrades the connection of whoever the token belongs to.
pub(super) async fn connect(
    State(s): State<Services>,
    Query(q): Query<SocketQuery>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Result<Response> {
    let token = match protocol_token(&headers).or(q.token).or_else(|| bearer(&headers)) {
        Some(token) => token,
        None => {
            let token = cookie(&headers).ok_or_else(unauthorized)?;
            check_origin(&headers)?;
            token
        }
    };
    let principal = Principal::of_token(&s.chat, &token).await?;
    let upgrade = upgrade
        .protocols([PROTOCOL])
        .max_message_size(LARGEST_FRAME)
        .max_frame_size(LARGEST_FRAME)
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(0)
        .max_write_buffer_size(WRITE_BUFFER_LIMIT);
    Ok(upgrade.on_upgrade(move |socket| {
        let stop = s.tasks.token();
        let session = Session::run(s.hub, s.chat, principal, AxumSocket(socket), stop);
        // Counted: shutdown waits until every client has been told to reconnect. Not awaited here: the task that did the
        // upgrade would stay for as long as the session, and twice as much memory with it.
        s.tasks.spawn(session);
        std::future::ready(())
    }))
}

fn protocol_token(headers: &HeaderMap) -> Option<String> {
    let offered = headers.get_all(header::SEC_WEBSOCKET_PROTOCOL).iter().filter_map(|v| v.to_str().ok());
    let mut names = offered.flat_map(|list| list.split(',')).map(str::trim);
    names.find_map(|name| name.strip_prefix(TOKEN_PROTOCOL)).map(str::to_string)
}

struct AxumSocket(WebSocket);

impl Socket for AxumSocket {
    async fn recv(&mut self) -> Option<Incoming> {
        match self.0.recv().await? {
            Ok(Message::Text(text)) => Some(Incoming::Text(text.to_string())),
            Ok(Message::Ping(_) | Message::Pong(_)) => Some(Incoming::Alive),
            Ok(Message::Binary(_)) => Some(Incoming::Unsupported),
            Ok(Message::Close(_)) | Err(_) => None,
        }
    }

    async fn send(&mut self, frame: Outgoing) -> bool {
        let Self(socket) = self;
        match frame {
            Outgoing::Text(text) => socket.send(Message::text(&*text)).await.is_ok(),
            Outgoing::Ping => socket.send(Message::Ping(Bytes::new())).await.is_ok(),
            Outgoing::Close { code, reason } => {
                let close = Message::Close(Some(CloseFrame { code, reason: reason.into() }));
                let sent = tokio::time::timeout(CLOSE_LIMIT, socket.send(close)).await;
                matches!(sent, Ok(Ok(())))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_is_read_from_the_subprotocols() {
        let mut headers = HeaderMap::new();
        headers.insert(header::SEC_WEBSOCKET_PROTOCOL, "zhike.v1, bearer.abc".parse().unwrap());
        assert_eq!(protocol_token(&headers).as_deref(), Some("abc"));
        assert_eq!(protocol_token(&HeaderMap::new()), None);
    }
}
