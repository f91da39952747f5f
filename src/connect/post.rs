//! Carries webhooks' requests out of the house: no redirects, no proxy, checked addresses, bounded time. What a
//! receiver answers beside its status is not read.

use async_trait::async_trait;
use reqwest::{Client, header};
use url::Url;

use crate::desk::webhooks::{Parcel, Post};
use crate::error::{Error, Result};

use super::{address, client};

/// One client for the public internet, one for those whose address inside the own network is meant.
#[derive(Clone, Debug)]
pub struct HttpPost {
    public: Client,
    private: Client,
}

impl HttpPost {
    /// # Errors
    /// When the HTTP client cannot be made.
    pub fn new() -> Result<Self> {
        let made = |allow_private| client::client(allow_private).map_err(Error::internal);
        Ok(Self { public: made(false)?, private: made(true)? })
    }
}

#[async_trait]
impl Post for HttpPost {
    fn check(&self, url: &str, allow_private: bool) -> Result<(), String> {
        let url = Url::parse(url).map_err(|e| format!("`{url}` is no address: {e}"))?;
        address::check(&url, allow_private)
    }

    async fn send(&self, parcel: Parcel) -> Result<u16, String> {
        // Checked again: what was allowed when it was declared may not be allowed by a later version.
        self.check(&parcel.url, parcel.allow_private)?;
        let client = if parcel.allow_private { &self.private } else { &self.public };
        let mut request = client
            .post(&parcel.url)
            .timeout(parcel.limit)
            .header(header::CONTENT_TYPE, "application/json")
            .body(parcel.body);
        for (name, value) in parcel.headers {
            request = request.header(name, value);
        }
        match request.send().await {
            Ok(response) => Ok(response.status().as_u16()),
            Err(e) => Err(reason(e)),
        }
    }
}

/// Why there was no answer, without the address: it may carry keys.
pub fn reason(e: reqwest::Error) -> String {
    let e = e.without_url();
    let mut text = e.to_string();
    let mut cause = std::error::Error::source(&e);
    while let Some(next) = cause {
        text = format!("{text}: {next}");
        cause = next.source();
    }
    text
}
