//! Understanding one message: which intent it has, whether it is out of scope, and the values in it.
//!
//! Everything reads the same encoder pass: [`Model::parse`] takes the text and what the encoder made of it.
//! [`train`] makes models from labelled examples; [`versions`] says how they are kept and when a new one may take
//! over. This room knows no shop: intents and slot names come from the examples.

pub mod checks;
mod deep;
pub mod dictionaries;
pub mod examples;
mod features;
pub mod fresh;
mod intent;
pub mod metrics;
mod model;
mod oos;
pub mod slots;
pub mod train;
pub mod versions;

pub use model::Model;
