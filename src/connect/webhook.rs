//! Plugins out of process: each hook is one POST with the plugin's deadline, signed, to an address that is declared in
//! `plugins/NAME.toml` and checked like a connector's.

use std::path::{Path, PathBuf};
use std::time::Duration;

use async_trait::async_trait;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use reqwest::Client;
use secrecy::ExposeSecret;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use sha2::Sha256;
use url::Url;

use super::secrets::Secrets;
use super::{address, client, secrets};
use crate::dialog::plugins::{Incoming, Known, Noticed, Outgoing, Plugin, Review};
use crate::domain::{Finding, SecretRef};
use crate::error::{Code, Error, Result};

/// Folder of the declarations, below the shop's settings.
const FOLDER: &str = "plugins";
const LARGEST_ANSWER: usize = 256 << 10;
const DEADLINES: std::ops::RangeInclusive<u64> = 10..=10_000;

/// A plugin as its file declares it; its name is the file's.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Spec {
    url: String,
    /// Whether the address may be private, loopback or link-local.
    #[serde(default)]
    allow_private: bool,
    #[serde(default)]
    priority: i32,
    #[serde(default = "default_deadline")]
    deadline_ms: u64,
    hooks: Vec<Hook>,
    /// Signs every call: hex HMAC-SHA256 of `timestamp "\n" body` in `X-Zhike-Signature`.
    #[serde(default)]
    secret: Option<SecretRef>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Hook {
    Before,
    Review,
    Noticed,
}

fn default_deadline() -> u64 {
    200
}

/// A plugin behind an address.
pub struct Webhook {
    name: String,
    spec: Spec,
    url: Url,
    client: Client,
    secrets: Secrets,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Findings {
    findings: Vec<Finding>,
}

/// The plugins that the files of a shop declare, or what is wrong with one.
///
/// # Errors
/// [`Code::BadConfig`] with the file.
pub fn read_plugins(folder: &Path) -> Result<Vec<Webhook>> {
    let Ok(entries) = std::fs::read_dir(folder.join(FOLDER)) else { return Ok(Vec::new()) };
    let mut files: Vec<PathBuf> = entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
    files.retain(|path| path.extension().is_some_and(|e| e == "toml"));
    files.sort();
    files.iter().map(|path| read(path, folder).map_err(|e| e.at(path.display()))).collect()
}

fn read(path: &Path, folder: &Path) -> Result<Webhook> {
    let bad = |why: String| Error::new(Code::BadConfig, why.trim_end().to_owned());
    let text = std::fs::read_to_string(path)?;
    let spec: Spec = toml::from_str(&text).map_err(|e| bad(e.to_string()))?;
    let url = Url::parse(&spec.url).map_err(|e| bad(format!("url `{}`: {e}", spec.url)))?;
    address::check(&url, spec.allow_private).map_err(|e| bad(format!("url: {e}")))?;
    if !DEADLINES.contains(&spec.deadline_ms) {
        return Err(bad("deadline_ms must be from 10 to 10000".to_owned()));
    }
    if let Some(secret) = &spec.secret {
        secrets::check(secret).map_err(|e| bad(format!("secret: {e}")))?;
    }
    let client = client::client(spec.allow_private).map_err(bad)?;
    let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    Ok(Webhook { name, spec, url, client, secrets: Secrets::new(folder) })
}

impl Webhook {
    /// Posts one hook. An empty answer changes nothing.
    async fn post<T: DeserializeOwned + Default>(&self, hook: Hook, body: Json) -> Result<T> {
        if !self.spec.hooks.contains(&hook) {
            return Ok(T::default());
        }
        let failed = |why: String| Error::new(Code::Unavailable, format!("the plugin {}: {why}", self.name));
        let body = body.to_string();
        let at = Timestamp::now().as_second().to_string();
        let mut post = self.client.post(self.url.clone()).header("Content-Type", "application/json");
        if let Some(secret) = &self.spec.secret {
            let key = self.secrets.read(secret).map_err(failed)?;
            let mut mac = Hmac::<Sha256>::new_from_slice(key.expose_secret().as_bytes())
                .map_err(|_| failed("its secret cannot be used as a key".to_owned()))?;
            mac.update(format!("{at}\n{body}").as_bytes());
            let code: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
            post = post.header("X-Zhike-Timestamp", &at).header("X-Zhike-Signature", code);
        }
        let answer = post.body(body).send().await.map_err(|e| failed(e.without_url().to_string()))?;
        if !answer.status().is_success() {
            return Err(failed(format!("it answered {}", answer.status().as_u16())));
        }
        let json = client::json(answer, LARGEST_ANSWER).await.map_err(|e| failed(format!("{e:?}")))?;
        if json.is_null() {
            return Ok(T::default());
        }
        serde_json::from_value(json).map_err(|e| failed(format!("its answer cannot be read: {e}")))
    }
}

fn body(hook: &str, what: &str, value: &impl Serialize) -> Json {
    json!({ "hook": hook, what: value })
}

#[async_trait]
impl Plugin for Webhook {
    fn name(&self) -> &str {
        &self.name
    }

    fn priority(&self) -> i32 {
        self.spec.priority
    }

    fn patience(&self) -> Duration {
        Duration::from_millis(self.spec.deadline_ms)
    }

    async fn before(&self, message: &Incoming) -> Result<Known> {
        self.post(Hook::Before, body("before", "message", message)).await
    }

    async fn review(&self, reply: &Outgoing<'_>) -> Result<Review> {
        self.post(Hook::Review, body("review", "reply", reply)).await
    }

    async fn noticed(&self, stored: &Noticed) -> Result<Vec<Finding>> {
        let found: Findings = self.post(Hook::Noticed, body("noticed", "stored", stored)).await?;
        Ok(found.findings)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_declaration_is_checked_when_it_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("plugins/crm.toml");
        std::fs::create_dir(folder.path().join("plugins")).unwrap();
        let problem = |text: &str| {
            std::fs::write(&file, text).unwrap();
            read_plugins(folder.path()).err().map(|e| e.to_string())
        };
        let good = "url = \"https://crm.example/zhike\"\nhooks = [\"before\"]\n";
        assert_eq!(problem(good), None);
        assert_eq!(read_plugins(folder.path()).unwrap()[0].name(), "crm");
        let private = problem("url = \"http://127.0.0.1/\"\nhooks = [\"before\"]\n").unwrap();
        assert!(private.contains("crm.toml") && private.contains("allow_private"), "{private}");
        let misspelt = problem(&format!("{good}dedline_ms = 5\n")).unwrap();
        assert!(misspelt.contains("dedline_ms") && misspelt.contains("line 3"), "{misspelt}");
        assert!(problem("url = \"https://crm.example/\"\nhooks = [\"after\"]\n").is_some());
    }
}
