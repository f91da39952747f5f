//! Understanding one message.

pub mod checks;
pub mod examples;
pub mod metrics;
pub mod slots;
