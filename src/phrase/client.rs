//! A model behind an OpenAI-compatible server: one streamed `POST /chat/completions`, read within its limits.

use std::time::Duration;

use async_trait::async_trait;
use reqwest::{Client, header};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::json;
use url::Url;

use super::prompt::Prompt;
use super::sse::Events;
use super::{End, Writer};
use crate::connect::{http_client, reason};
use crate::dialog::phrase::Hearer;
use crate::error::{Code, Error, Result};

/// Most bytes of an answer with everything around its words.
const LARGEST: usize = 1 << 20;
/// Answers that a server is asked for at the same time.
const AT_ONCE: usize = 4;
const DONE: &str = "[DONE]";
/// Whoever asks gives up at the deadline; the connection ends only so much later, lest it be told as a failure.
const SPARE: Duration = Duration::from_secs(1);

/// Where the model runs and how it is asked.
#[derive(Clone, Debug)]
pub struct OpenAiSettings {
    /// Base address, up to and with `/v1`.
    pub endpoint: String,
    pub model: String,
    pub api_key: Option<SecretString>,
    pub max_tokens: u32,
    pub deadline: Duration,
}

/// The model, as a writer.
pub struct OpenAi {
    client: Client,
    url: Url,
    settings: OpenAiSettings,
}

/// One event of the stream, as far as it matters.
#[derive(Debug, Deserialize)]
struct Chunk {
    #[serde(default)]
    choices: Vec<Choice>,
    #[serde(default)]
    error: Option<serde_json::Value>,
}

#[derive(Debug, Deserialize)]
struct Choice {
    #[serde(default)]
    delta: Delta,
    #[serde(default)]
    finish_reason: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
struct Delta {
    #[serde(default)]
    content: Option<String>,
    #[serde(default)]
    refusal: Option<String>,
}

impl OpenAi {
    /// A writer at the address of these settings. Nothing is asked yet.
    ///
    /// # Errors
    /// [`Code::BadConfig`] when the address is none, or the HTTP client cannot be made.
    pub fn new(settings: OpenAiSettings) -> Result<Self> {
        let bad = |why: String| Error::new(Code::BadConfig, format!("generation.endpoint: {why}"));
        let url = format!("{}/chat/completions", settings.endpoint.trim_end_matches('/'));
        let url = Url::parse(&url).map_err(|e| bad(e.to_string()))?;
        // The administrator named it in a file of the server: the own network is what is meant.
        let client = http_client(true).map_err(bad)?;
        Ok(Self { client, url, settings })
    }

    fn request(&self, prompt: &Prompt) -> reqwest::RequestBuilder {
        let body = json!({
            "model": self.settings.model,
            "messages": [
                {"role": "system", "content": prompt.instruction},
                {"role": "user", "content": prompt.material},
            ],
            "stream": true,
            "temperature": 0,
            "max_tokens": self.settings.max_tokens,
        });
        let request = self
            .client
            .post(self.url.clone())
            .timeout(self.settings.deadline + SPARE)
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::ACCEPT, "text/event-stream")
            .body(body.to_string());
        match &self.settings.api_key {
            Some(key) => request.bearer_auth(key.expose_secret()),
            None => request,
        }
    }
}

#[async_trait]
impl Writer for OpenAi {
    fn name(&self) -> &str {
        &self.settings.model
    }

    fn at_once(&self) -> usize {
        AT_ONCE
    }

    async fn write(&self, prompt: &Prompt, paper: &mut dyn Hearer) -> std::result::Result<End, String> {
        let mut answer = self.request(prompt).send().await.map_err(reason)?;
        if !answer.status().is_success() {
            return Err(format!("the model's server answered {}", answer.status().as_u16()));
        }
        let mut events = Events::default();
        let mut read = 0;
        while let Some(bytes) = answer.chunk().await.map_err(reason)? {
            read += bytes.len();
            let taken = events.take(&bytes).ok().filter(|_| read <= LARGEST);
            for data in taken.ok_or("the model's server sent too much")? {
                if let Some(end) = note(&data, paper).await? {
                    return Ok(end);
                }
            }
        }
        Err("the model's server ended without saying that it was done".to_owned())
    }
}

/// What one event says; how writing ended, if it did.
async fn note(data: &str, paper: &mut dyn Hearer) -> std::result::Result<Option<End>, String> {
    if data.trim() == DONE {
        return Ok(Some(End::Whole));
    }
    let chunk: Chunk = serde_json::from_str(data)
        .map_err(|e| format!("the model's server sent what cannot be read: {e}"))?;
    if chunk.error.is_some() {
        return Err("the model's server reported an error in its answer".to_owned());
    }
    let Some(choice) = chunk.choices.into_iter().next() else { return Ok(None) };
    if choice.delta.refusal.is_some_and(|refusal| !refusal.is_empty()) {
        return Ok(Some(End::Refused));
    }
    if let Some(text) = choice.delta.content.filter(|text| !text.is_empty())
        && !paper.hear(&text).await
    {
        return Ok(Some(End::Stopped));
    }
    Ok(match choice.finish_reason.as_deref() {
        None => None,
        Some("length") => Some(End::CutOff),
        Some("content_filter") => Some(End::Refused),
        Some(_) => Some(End::Whole),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialog::phrase::Patient;

    async fn noted(data: &str) -> std::result::Result<Option<End>, String> {
        note(data, &mut Patient).await
    }

    #[tokio::test]
    async fn every_way_to_end_is_understood() {
        let ends = |reason: &str| format!(r#"{{"choices":[{{"delta":{{}},"finish_reason":"{reason}"}}]}}"#);
        assert_eq!(noted(&ends("stop")).await, Ok(Some(End::Whole)));
        assert_eq!(noted(&ends("length")).await, Ok(Some(End::CutOff)));
        assert_eq!(noted(&ends("content_filter")).await, Ok(Some(End::Refused)));
        assert_eq!(noted("[DONE]").await, Ok(Some(End::Whole)));
        assert_eq!(noted(r#"{"choices":[{"delta":{"refusal":"no"}}]}"#).await, Ok(Some(End::Refused)));
    }

    #[tokio::test]
    async fn what_says_nothing_ends_nothing_and_what_is_broken_is_told() {
        for quiet in [
            r#"{"choices":[]}"#,
            r#"{"choices":[{"delta":{"role":"assistant","content":""},"finish_reason":null}]}"#,
            r#"{"choices":[{"delta":{"content":"好"}}],"usage":null}"#,
            r#"{"choices":[{"delta":{"reasoning_content":"hm"}}]}"#,
        ] {
            assert_eq!(noted(quiet).await, Ok(None), "{quiet}");
        }
        assert!(noted("<html>").await.is_err());
        assert!(
            noted(r#"{"error":{"message":"model not found: secret"}}"#)
                .await
                .is_err_and(|e| !e.contains("secret"))
        );
    }
}
