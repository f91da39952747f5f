//! Live connections: who is connected, what is sent to them, and the conversation a socket has with the server.
//!
//! Nothing here is durable and nothing is decided here. The truth about a conversation is in the store; a connection
//! that misses something, is slow, or dies, resumes from there by `seq`. The room knows frames and connections, not
//! HTTP: `http/ws.rs` turns a WebSocket into a [`Socket`] and runs a [`Session`] on it.

mod abroad;
mod act;
mod events;
mod follow;
mod frames;
mod local;
mod order;
mod poll;
mod redis;
mod session;
mod writes;

pub use frames::{ClientFrame, ConversationHead, FrameError, ServerFrame, VisitorRef, Who, parse};
pub use local::{Hub, Ways};
pub use redis::{OnNews, ping as ping_redis};
pub use session::{Incoming, Outgoing, Principal, Session, Socket};
