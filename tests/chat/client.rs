//! A client of the live connections, on a wire made of two queues.

use serde_json::Value;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use zhike::chat::VisitorPass;
use zhike::hub::{Incoming, Outgoing, Principal, Session, Socket};

use crate::desk::Desk;

/// The server's end of a socket made of two queues.
struct Wire {
    from_client: mpsc::UnboundedReceiver<Incoming>,
    to_client: mpsc::Sender<Outgoing>,
}

impl Socket for Wire {
    async fn recv(&mut self) -> Option<Incoming> {
        self.from_client.recv().await
    }

    async fn send(&mut self, frame: Outgoing) -> bool {
        self.to_client.send(frame).await.is_ok()
    }
}

/// The client's end. Dropped, it is a connection that was cut.
pub struct Client {
    pub to_server: mpsc::UnboundedSender<Incoming>,
    pub from_server: mpsc::Receiver<Outgoing>,
    pub stop: CancellationToken,
}

impl Client {
    pub fn connect(desk: &Desk, principal: Principal) -> Self {
        let (to_server, from_client) = mpsc::unbounded_channel();
        let (to_client, from_server) = mpsc::channel(8);
        let stop = CancellationToken::new();
        let wire = Wire { from_client, to_client };
        tokio::spawn(Session::run(desk.hub.clone(), desk.chat.clone(), principal, wire, stop.clone()));
        Self { to_server, from_server, stop }
    }

    pub fn visitor(desk: &Desk, pass: &VisitorPass) -> Self {
        Self::connect(desk, Principal::Visitor(Box::new(pass.clone())))
    }

    pub fn send(&self, frame: Value) {
        self.raw(&frame.to_string());
    }

    pub fn raw(&self, text: &str) {
        self.to_server.send(Incoming::Text(text.into())).unwrap();
    }

    /// The next frame that is no heartbeat.
    pub async fn next(&mut self) -> Option<Value> {
        loop {
            match self.from_server.recv().await? {
                Outgoing::Text(text) => return Some(serde_json::from_str(&text).unwrap()),
                Outgoing::Ping => {}
                Outgoing::Close { .. } => return None,
            }
        }
    }

    /// The next frame of this type; others are dropped.
    pub async fn next_of(&mut self, kind: &str) -> Value {
        loop {
            let frame = self.next().await.expect("the connection ended");
            if frame["type"] == kind {
                return frame;
            }
        }
    }
}
