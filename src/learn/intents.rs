//! The intents as people see and change them: names and examples, wherever they are written.

use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::files::examples_of_shop;
use super::overlay::{ExampleStore, Origin, OverlayMark, Source, Sourced, Written, key};
use crate::domain::{Example, Lang, SlotLabel};
use crate::error::{Code, Error, Result};
use crate::nlu::examples::{TrainingData, problem};

/// The longest name of an intent, in scalars.
const LONGEST_NAME: usize = 64;
/// More examples than this in one change are refused: import a file instead.
const MOST_EXAMPLES: usize = 5_000;

/// An intent in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct IntentSummary {
    pub name: String,
    pub examples: usize,
    /// How many of them are from the shop's files.
    pub from_files: usize,
}

/// An intent with its examples.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Intent {
    pub name: String,
    pub examples: Vec<IntentExample>,
}

/// One example of an intent.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct IntentExample {
    pub text: String,
    pub slots: Vec<SlotLabel>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lang: Option<Lang>,
    pub origin: Origin,
}

/// An example as people send it: a text, or a text with slots.
#[derive(Clone, Debug, PartialEq, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum NewExample {
    Text(String),
    Labelled {
        text: String,
        #[serde(default)]
        slots: Vec<SlotLabel>,
        #[serde(default)]
        lang: Option<Lang>,
    },
}

/// Reads and changes the intents of a shop. Cheap to clone.
#[derive(Clone)]
pub struct Intents {
    store: Arc<dyn ExampleStore>,
    settings: PathBuf,
}

impl Intents {
    /// The intents of the shop whose settings lie in a folder.
    pub fn new(store: Arc<dyn ExampleStore>, settings: PathBuf) -> Self {
        Self { store, settings }
    }

    /// Everything there is to learn from: files, and what people wrote over them.
    pub async fn training_data(&self) -> Result<TrainingData> {
        let TrainingData { examples, places, lexicon } = examples_of_shop(&self.settings)?;
        let all = self.store.overlay().await?.over(examples, places);
        let (examples, places) = all.into_iter().map(|sourced| (sourced.example, sourced.place)).unzip();
        Ok(TrainingData { examples, places, lexicon })
    }

    /// What people wrote, newest last.
    pub(super) async fn written(&self) -> Result<Vec<Example>> {
        Ok(self.store.overlay().await?.written.into_iter().map(|written| written.example).collect())
    }

    /// Changes whenever what people wrote does.
    pub(super) async fn mark(&self) -> Result<OverlayMark> {
        self.store.mark().await
    }

    /// All intents by name.
    pub async fn list(&self) -> Result<Vec<IntentSummary>> {
        let mut counts: BTreeMap<String, (usize, usize)> = BTreeMap::new();
        for Sourced { example, origin, .. } in self.all().await? {
            let (all, from_files) = counts.entry(example.intent).or_default();
            *all += 1;
            *from_files += usize::from(origin == Origin::File);
        }
        let summary = |(name, (examples, from_files))| IntentSummary { name, examples, from_files };
        Ok(counts.into_iter().map(summary).collect())
    }

    /// One intent.
    ///
    /// # Errors
    /// `not_found` when it has no example.
    pub async fn get(&self, name: &str) -> Result<Intent> {
        let of_intent = self.all().await?.into_iter().filter(|sourced| sourced.example.intent == name);
        let examples: Vec<IntentExample> = of_intent
            .map(|Sourced { example: Example { text, slots, lang, .. }, origin, .. }| IntentExample {
                text,
                slots,
                lang,
                origin,
            })
            .collect();
        if examples.is_empty() {
            return Err(Error::not_found("intent", name));
        }
        Ok(Intent { name: name.to_owned(), examples })
    }

    /// A new intent.
    ///
    /// # Errors
    /// `conflict` when there is one of this name; `invalid_input` for a bad name or example, or an example that
    /// another intent has.
    pub async fn create(&self, name: &str, examples: Vec<NewExample>, author: &str) -> Result<Intent> {
        if self.all().await?.iter().any(|sourced| sourced.example.intent == name) {
            return Err(Error::new(
                Code::Conflict,
                format!("there is an intent `{name}` already; change that one"),
            ));
        }
        self.put(name, examples, author).await
    }

    /// Gives an intent exactly these examples. Those of files that are not among them are left out from now on.
    ///
    /// # Errors
    /// `invalid_input` for a bad name or example, or an example that another intent has.
    pub async fn put(&self, name: &str, examples: Vec<NewExample>, author: &str) -> Result<Intent> {
        check_name(name)?;
        let wanted = checked(name, examples)?;
        let keys: HashSet<String> = wanted.iter().map(|example| key(&example.text)).collect();
        let (mut dropped, mut unchanged) = (Vec::new(), HashSet::new());
        for Sourced { example, origin, .. } in self.all().await? {
            let own = key(&example.text);
            if example.intent != name {
                if keys.contains(&own) {
                    return Err(taken(&example));
                }
            } else if wanted
                .iter()
                .any(|w| w.text == example.text && w.slots == example.slots && w.lang == example.lang)
            {
                unchanged.insert(own);
            } else if !keys.contains(&own) {
                dropped.push((own, origin));
            }
        }
        let now = Timestamp::now();
        let written: Vec<Written> = wanted
            .into_iter()
            .filter(|example| !unchanged.contains(&key(&example.text)))
            .map(|example| Written {
                example,
                source: Source::Console,
                author: Some(author.to_owned()),
                created_at: now,
            })
            .collect();
        self.change(dropped, &written).await?;
        self.get(name).await
    }

    /// Adds one example that a conversation taught.
    ///
    /// # Errors
    /// `invalid_input` for a bad name or example, or one that another intent has.
    pub async fn add(&self, name: &str, example: NewExample, author: &str) -> Result<()> {
        check_name(name)?;
        let examples = checked(name, vec![example])?;
        let keys: HashSet<String> = examples.iter().map(|example| key(&example.text)).collect();
        for Sourced { example, .. } in self.all().await? {
            if keys.contains(&key(&example.text)) {
                if example.intent == name {
                    return Ok(());
                }
                return Err(taken(&example));
            }
        }
        let (author, created_at) = (Some(author.to_owned()), Timestamp::now());
        let written =
            |example| Written { example, source: Source::Correction, author: author.clone(), created_at };
        self.change(Vec::new(), &examples.into_iter().map(written).collect::<Vec<_>>()).await
    }

    /// Takes an intent away with all its examples.
    ///
    /// # Errors
    /// `not_found` when there is none.
    pub async fn remove(&self, name: &str) -> Result<()> {
        let dropped = self.get(name).await?.examples.into_iter().map(|e| (key(&e.text), e.origin)).collect();
        self.change(dropped, &[]).await
    }

    async fn change(&self, dropped: Vec<(String, Origin)>, written: &[Written]) -> Result<()> {
        let files = examples_of_shop(&self.settings)?.examples;
        let in_files: HashSet<String> = files.iter().map(|example| key(&example.text)).collect();
        let (mut forgotten, mut left_out) = (Vec::new(), Vec::new());
        for (key, origin) in dropped {
            // A text that is in a file as well would be back without what was written over it.
            if in_files.contains(&key) {
                left_out.push(key.clone());
            }
            if origin != Origin::File {
                forgotten.push(key);
            }
        }
        self.store.change(&forgotten, &left_out, written).await
    }

    async fn all(&self) -> Result<Vec<Sourced>> {
        let TrainingData { examples, places, .. } = examples_of_shop(&self.settings)?;
        Ok(self.store.overlay().await?.over(examples, places))
    }
}

fn taken(example: &Example) -> Error {
    Error::invalid(format!(
        "`{}` is an example of `{}`; take it away there first",
        example.text, example.intent
    ))
}

fn check_name(name: &str) -> Result<()> {
    let fine = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/');
    if name.is_empty() || name.chars().count() > LONGEST_NAME || !name.chars().all(fine) {
        return Err(Error::invalid(format!(
            "name: letters, digits and _ - . / make up the name of an intent, at most {LONGEST_NAME} of them"
        )));
    }
    Ok(())
}

fn checked(name: &str, examples: Vec<NewExample>) -> Result<Vec<Example>> {
    if examples.is_empty() || examples.len() > MOST_EXAMPLES {
        return Err(Error::invalid(format!(
            "examples: an intent needs at least one, and at most {MOST_EXAMPLES} can be written at once"
        )));
    }
    let mut seen = HashSet::new();
    let mut checked = Vec::with_capacity(examples.len());
    for (index, example) in examples.into_iter().enumerate() {
        let (text, slots, lang) = match example {
            NewExample::Text(text) => (text, Vec::new(), None),
            NewExample::Labelled { text, slots, lang } => (text, slots, lang),
        };
        let example =
            Example { text: text.trim().to_owned(), intent: name.to_owned(), slots, lang, split: None };
        let wrong = problem(&example)
            .or_else(|| (!seen.insert(key(&example.text))).then(|| "the same text stands above".to_owned()));
        if let Some(wrong) = wrong {
            return Err(Error::invalid(format!("examples[{index}]: {wrong}")));
        }
        checked.push(example);
    }
    Ok(checked)
}
