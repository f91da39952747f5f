//! The turn: a visitor's message in, a decision out.
//!
//! [`Engine`] encodes the message once, lets the rooms below understand, recall and rank, asks the policy, and puts
//! the verdict into words. What was said before comes in with the message: the engine keeps nothing between turns.

mod bearing;
mod courtesy;
mod engine;
mod followup;
mod lookup;
mod own;
mod phrases;
mod picking;
mod reasons;
mod replace;
mod shop;
mod spoken;
mod turn;
mod wording;

pub use engine::{Engine, EngineSettings, HistoryTurn, TurnInput};
pub use phrases::Phrases;
pub use shop::{IntentKind, IntentSettings, Shop};
