//! The turn: a visitor's message in, a decision out.

mod phrases;
mod shop;

pub use phrases::Phrases;
pub use shop::{IntentKind, IntentSettings, Shop};
