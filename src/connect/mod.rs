//! Business systems: declared in files or over the API, asked over REST.
//!
//! Implements the traits that `dialog::systems` declares, carries out what `desk::webhooks` sends, and fetches pages for `knowledge::sources`. A declaration ([`crate::domain::ConnectorSpec`]) is checked
//! and compiled once; every call then goes cache → breaker → permit → request → mapping, inside its deadline. What a
//! system answers is data from outside: bounded in size and time, typed, and checked to be about whom was asked for.
//! This room knows no form, no conversation and no SQL; other protocols join as another [`Transport`].

mod address;
mod auth;
mod breaker;
mod cache;
mod client;
mod compile;
mod declare;
mod fetch;
mod mapping;
mod post;
mod reach;
mod recorded;
mod registry;
mod request;
mod rest;
mod robots;
mod secrets;
mod system;
mod template;
mod webhook;

pub use breaker::Breaker;
pub use client::{client as http_client, install_tls};
pub use fetch::HttpFetch;
pub use post::{HttpPost, reason};
pub use registry::{ConnectorStore, Connectors, ConnectorsSettings};
pub use webhook::read_plugins;

use async_trait::async_trait;

use crate::dialog::systems::Trouble;
use compile::Operation;
use request::Ask;

/// How an operation's answer is fetched: over REST, or from a recording. SOAP, GraphQL and gRPC join here.
#[async_trait]
trait Transport: Send + Sync {
    /// The answer as JSON; `None` when the system says there is no such thing.
    async fn fetch(&self, operation: &Operation, ask: &Ask<'_>)
    -> Result<Option<serde_json::Value>, Trouble>;
    /// Makes ready what the first call would wait for.
    async fn warm(&self) {}
}
