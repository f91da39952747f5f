//! The turn: a visitor's message in, a decision out.
//!
//! [`Engine`] encodes the message once, lets the rooms below understand, recall and rank, asks the policy, and puts
//! the verdict into words; matters that need a business system go to the [`forms`]. What was said before, and the state
//! of an open form, come in with the message: the engine keeps nothing between turns.

mod asked;
mod bearing;
mod business;
mod courtesy;
mod dictionaries;
mod engine;
mod followup;
pub mod forms;
mod input;
mod lookup;
mod memory;
mod own;
mod packet;
pub mod phrase;
mod phrases;
mod picking;
pub mod plugins;
mod reading;
mod reasons;
mod replace;
mod several;
mod shop;
mod spoken;
mod summary;
pub mod systems;
mod trial;
mod turn;
mod wording;

pub use dictionaries::DictionaryDesk;
pub use engine::Engine;
pub use input::{EngineSettings, HistoryTurn, TurnInput, UNHURRIED};
pub use phrases::Phrases;
pub use reading::Reads;
pub use shop::{IntentKind, IntentSettings, Shop};
