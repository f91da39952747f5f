//! Pure types everybody shares: what a visitor, a conversation, a message, a passage and a decision are.
//!
//! No I/O, no clocks of its own, no database, no web framework. Serialised with serde exactly as the HTTP API and
//! the WebSocket frames show them.

mod access;
mod connector;
mod conversation;
mod decision;
mod finding;
mod ids;
mod inbox;
mod knowledge;
mod lang;
mod message;
mod nlu;
mod packet;
mod people;
mod state;
mod team;
mod work;

pub use access::*;
pub use connector::*;
pub use conversation::*;
pub use decision::*;
pub use finding::*;
pub use ids::*;
pub use inbox::*;
pub use knowledge::*;
pub use lang::*;
pub use message::*;
pub use nlu::*;
pub use packet::*;
pub use people::*;
pub use state::*;
pub use team::*;
pub use work::*;
