//! Signing requests: basic, API key, bearer, OAuth2 client credentials, HMAC.

use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use reqwest::header::{AUTHORIZATION, HeaderValue};
use reqwest::{Client, Request};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value as Json;
use sha2::Sha256;
use tokio::sync::Mutex;

use super::client::{failed, json};
use super::request::set_header;
use super::secrets::Secrets;
use crate::dialog::systems::Trouble;
use crate::domain::Auth;
use crate::text;

/// A token is renewed this long before it expires.
const EARLY: Duration = Duration::from_secs(30);
/// Life of a token that does not say.
const DEFAULT_LIFE: u64 = 300;
const LARGEST_TOKEN_ANSWER: usize = 64 << 10;

/// How a connector signs its requests. Keeps an OAuth2 token until it is about to expire; whoever comes while one is
/// being fetched waits for that one.
pub struct Signer {
    auth: Auth,
    secrets: Secrets,
    token: Mutex<Option<Token>>,
}

struct Token {
    value: SecretString,
    until: Instant,
}

impl Signer {
    /// Signs as declared.
    pub fn new(auth: Auth, secrets: Secrets) -> Self {
        Self { auth, secrets, token: Mutex::new(None) }
    }

    /// Adds the signature to a request.
    pub async fn sign(&self, request: &mut Request, client: &Client) -> Result<(), Trouble> {
        let read = |secret| self.secrets.read(secret).map_err(Trouble::Failed);
        match &self.auth {
            Auth::None => Ok(()),
            Auth::Basic { username, password } => {
                let pair = format!("{username}:{}", read(password)?.expose_secret());
                authorise(request, "Basic", &STANDARD.encode(pair))
            }
            Auth::Bearer { token } => authorise(request, "Bearer", read(token)?.expose_secret()),
            Auth::ApiKey { header: Some(name), value, .. } => {
                set_header(request, name, read(value)?.expose_secret())?;
                mark_sensitive(request, name);
                Ok(())
            }
            Auth::ApiKey { query, value, .. } => {
                let name = query.as_deref().unwrap_or("key");
                let secret = read(value)?;
                request.url_mut().query_pairs_mut().append_pair(name, secret.expose_secret());
                Ok(())
            }
            Auth::Oauth2 { .. } => {
                let token = self.token(client).await?;
                authorise(request, "Bearer", token.expose_secret())
            }
            Auth::Hmac { key, header, timestamp_header } => {
                let at = Timestamp::now().as_second().to_string();
                let signature = signature(read(key)?.expose_secret(), &at, request)?;
                set_header(request, header, &signature)?;
                set_header(request, timestamp_header, &at)
            }
        }
    }

    /// The system no longer takes the token: the next request fetches another. Whether there was one.
    pub async fn forget_token(&self) -> bool {
        self.token.lock().await.take().is_some()
    }

    async fn token(&self, client: &Client) -> Result<SecretString, Trouble> {
        let mut held = self.token.lock().await;
        if let Some(token) = held.as_ref().filter(|token| Instant::now() < token.until) {
            return Ok(token.value.clone());
        }
        let token = self.fetch_token(client).await?;
        let value = token.value.clone();
        *held = Some(token);
        Ok(value)
    }

    async fn fetch_token(&self, client: &Client) -> Result<Token, Trouble> {
        let Auth::Oauth2 { token_url, client_id, client_secret, scope } = &self.auth else {
            return Err(Trouble::Failed("there is no token to fetch".to_owned()));
        };
        let secret = self.secrets.read(client_secret).map_err(Trouble::Failed)?;
        let mut form = vec![("grant_type", "client_credentials")];
        if !scope.is_empty() {
            form.push(("scope", scope));
        }
        let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let answer = client
            .post(token_url)
            .basic_auth(client_id, Some(secret.expose_secret()))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .body(form)
            .send()
            .await
            .map_err(failed)?;
        if !answer.status().is_success() {
            return Err(Trouble::Failed(format!("the token address answered {}", answer.status().as_u16())));
        }
        let answer = json(answer, LARGEST_TOKEN_ANSWER).await?;
        let value = answer.get("access_token").and_then(Json::as_str);
        let value =
            value.ok_or_else(|| Trouble::Broken("the token address gave no access_token".to_owned()))?;
        let life = answer.get("expires_in").and_then(Json::as_u64).unwrap_or(DEFAULT_LIFE);
        let life = Duration::from_secs(life.min(86_400)).saturating_sub(EARLY);
        Ok(Token { value: SecretString::from(value.to_owned()), until: Instant::now() + life })
    }
}

fn authorise(request: &mut Request, scheme: &str, credential: &str) -> Result<(), Trouble> {
    let mut value = HeaderValue::from_str(&format!("{scheme} {credential}"))
        .map_err(|_| Trouble::Failed("the credential has characters no header can hold".to_owned()))?;
    value.set_sensitive(true);
    request.headers_mut().insert(AUTHORIZATION, value);
    Ok(())
}

fn mark_sensitive(request: &mut Request, name: &str) {
    if let Some(value) = request.headers_mut().get_mut(name) {
        value.set_sensitive(true);
    }
}

/// What is signed names everything that matters: when, how, where and what.
fn signature(key: &str, at: &str, request: &Request) -> Result<String, Trouble> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes())
        .map_err(|_| Trouble::Failed("the HMAC key cannot be used".to_owned()))?;
    let url = request.url();
    let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
    let line = format!("{at}\n{}\n{}{query}\n", request.method(), url.path());
    mac.update(line.as_bytes());
    mac.update(request.body().and_then(|body| body.as_bytes()).unwrap_or_default());
    let code = mac.finalize().into_bytes();
    Ok(text::hex(&code))
}
