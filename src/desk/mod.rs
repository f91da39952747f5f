//! What surrounds conversations at a service desk: replies kept ready, webhooks, figures, conversations to take away.
//!
//! It reads conversations through `chat` and changes none by itself. It knows neither SQL nor HTTP: it declares what
//! it needs written down, and `store` implements it.

pub mod canned;
pub mod export;
pub mod reports;
pub mod webhooks;
