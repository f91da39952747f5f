//! Recorded answers in the place of a system: a form can be tested word for word without the system behind it.
//!
//! The file is JSON: `{"operation": [{"params": {...}, "status": 200, "body": ...}]}`. The first entry whose parameters
//! are all those of the call answers; none is like 404.

use std::collections::BTreeMap;
use std::path::Path;

use async_trait::async_trait;
use serde::Deserialize;
use serde_json::Value as Json;

use super::Transport;
use super::compile::Operation;
use super::request::Ask;
use crate::dialog::systems::Trouble;

/// Answers by operation.
pub struct Recorded {
    answers: BTreeMap<String, Vec<Answer>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Answer {
    #[serde(default)]
    params: BTreeMap<String, String>,
    #[serde(default = "ok")]
    status: u16,
    #[serde(default)]
    body: Json,
}

fn ok() -> u16 {
    200
}

impl Recorded {
    /// Reads a recording.
    pub fn open(path: &Path) -> Result<Self, String> {
        let place = |why: String| format!("recorded {}: {why}", path.display());
        let text = std::fs::read_to_string(path).map_err(|e| place(e.to_string()))?;
        let answers = serde_json::from_str(&text).map_err(|e| place(e.to_string()))?;
        Ok(Self { answers })
    }
}

#[async_trait]
impl Transport for Recorded {
    async fn fetch(&self, operation: &Operation, ask: &Ask<'_>) -> Result<Option<Json>, Trouble> {
        let entries = self.answers.get(&operation.name).map(Vec::as_slice).unwrap_or_default();
        let fits = |answer: &&Answer| answer.params.iter().all(|(k, v)| ask.params.get(k) == Some(v));
        match entries.iter().find(fits) {
            None => Ok(None),
            Some(answer) => match answer.status {
                200..300 => Ok(Some(answer.body.clone())),
                404 => Ok(None),
                409 | 422 => Err(Trouble::Refused),
                other => Err(Trouble::Failed(format!("it answered {other}"))),
            },
        }
    }
}
