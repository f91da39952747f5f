//! The HTTP client under a connector, and reading an answer within its limits.

use std::sync::Once;
use std::time::Duration;

use reqwest::{Client, Response, redirect};
use serde_json::Value as Json;

use super::address::CheckedResolver;
use crate::dialog::systems::Trouble;

const CONNECT_LIMIT: Duration = Duration::from_secs(3);
const IDLE: Duration = Duration::from_secs(60);

/// Says whose cryptography HTTP clients use; without it none can be made.
pub fn install_tls() {
    static PROVIDER: Once = Once::new();
    PROVIDER.call_once(|| {
        // Fails only when somebody installed one before, which then is the one.
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
}

/// A client that follows no redirect, asks no proxy, and connects only to addresses that were checked.
pub fn client(allow_private: bool) -> Result<Client, String> {
    install_tls();
    Client::builder()
        .redirect(redirect::Policy::none())
        .no_proxy()
        .referer(false)
        .connect_timeout(CONNECT_LIMIT)
        .pool_idle_timeout(IDLE)
        .dns_resolver(std::sync::Arc::new(CheckedResolver { allow_private }))
        .user_agent(concat!("zhike/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|e| format!("the HTTP client cannot be made: {e}"))
}

/// The body as JSON, at most `limit` bytes of it. An empty body is `null`.
pub async fn json(mut response: Response, limit: usize) -> Result<Json, Trouble> {
    let too_large = || Trouble::Broken(format!("the answer is larger than {limit} bytes"));
    if response.content_length().is_some_and(|length| length > limit as u64) {
        return Err(too_large());
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(failed)? {
        if body.len() + chunk.len() > limit {
            return Err(too_large());
        }
        body.extend_from_slice(&chunk);
    }
    if body.is_empty() {
        return Ok(Json::Null);
    }
    serde_json::from_slice(&body).map_err(|e| Trouble::Broken(format!("the answer is no JSON: {e}")))
}

/// A failure of the connection, without the address: it may carry parameters and keys.
pub fn failed(e: reqwest::Error) -> Trouble {
    let e = e.without_url();
    let cause = std::error::Error::source(&e).map(|cause| format!(": {cause}")).unwrap_or_default();
    Trouble::Failed(format!("{e}{cause}"))
}
