//! One call over REST: build, sign, send, read; again where that is safe.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use reqwest::{Client, StatusCode};
use serde_json::Value as Json;

use super::Transport;
use super::auth::Signer;
use super::client::{client, failed, json};
use super::compile::{Compiled, Operation};
use super::request::{Ask, build};
use super::secrets::Secrets;
use crate::dialog::systems::Trouble;

/// Pause before the first repetition; later ones double it. Half of it is chance, so that callers spread.
const PAUSE_MS: u64 = 60;
const WARM_LIMIT: Duration = Duration::from_secs(3);

/// A REST system.
pub struct Rest {
    system: Arc<Compiled>,
    client: Client,
    signer: Signer,
}

impl Rest {
    /// A client for a checked declaration.
    pub fn new(system: Arc<Compiled>, secrets: Secrets) -> Result<Self, String> {
        let signer = Signer::new(system.spec.auth.clone(), secrets);
        Ok(Self { client: client(system.spec.allow_private)?, signer, system })
    }

    async fn once(&self, operation: &Operation, ask: &Ask<'_>) -> Result<Option<Json>, Trouble> {
        let mut request = build(&self.system, operation, ask)?;
        self.signer.sign(&mut request, &self.client).await?;
        let response = self.client.execute(request).await.map_err(failed)?;
        let status = response.status();
        if status.is_success() {
            return json(response, self.system.spec.max_response_bytes).await.map(Some);
        }
        match status {
            StatusCode::NOT_FOUND => Ok(None),
            StatusCode::CONFLICT | StatusCode::UNPROCESSABLE_ENTITY => Err(Trouble::Refused),
            StatusCode::UNAUTHORIZED if self.signer.forget_token().await => {
                Err(Trouble::Failed("it no longer takes the token; the next call fetches another".to_owned()))
            }
            other if other.is_redirection() => {
                Err(Trouble::Broken(format!("it redirects ({}), which is not followed", other.as_u16())))
            }
            other => Err(Trouble::Failed(format!("it answered {}", other.as_u16()))),
        }
    }
}

#[async_trait]
impl Transport for Rest {
    async fn fetch(&self, operation: &Operation, ask: &Ask<'_>) -> Result<Option<Json>, Trouble> {
        let keyed = ask.idempotency_key.is_some() && operation.idempotency_header.is_some();
        let attempts = if operation.is_read() || keyed { self.system.spec.retries + 1 } else { 1 };
        let mut attempt = 1;
        loop {
            match self.once(operation, ask).await {
                Err(Trouble::Failed(_)) if attempt < attempts => {
                    let pause = PAUSE_MS << attempt.min(6);
                    let jittered = pause / 2 + rand::random_range(0..=pause / 2);
                    tokio::time::sleep(Duration::from_millis(jittered)).await;
                    attempt += 1;
                }
                done => return done,
            }
        }
    }

    async fn warm(&self) {
        // Whatever it answers, the connection is there afterwards.
        let _ = tokio::time::timeout(WARM_LIMIT, self.client.head(self.system.base.clone()).send()).await;
    }
}
