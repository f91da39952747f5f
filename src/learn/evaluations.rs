//! Labelled dialogs played through the engine of a running server, by the version in use or another one, and kept: what
//! an administrator looks at before a version is put into use.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::{Recordings, Trainer};
use crate::dialog::Engine;
use crate::domain::{EvaluationId, TrainingRunId};
use crate::error::{Error, Result};
use crate::eval::compare::{self, Comparison};
use crate::eval::dialogs::{self, DialogReport, play, report};
use crate::eval::gate::{self, Bound};
use crate::eval::replay::{self, ReplayReport};
use crate::eval::report::Report;
use crate::eval::suite::{self, Dialog};

/// The largest suite, in bytes.
const LARGEST_SUITE: usize = 8 << 20;
/// The longest name, in scalars.
const LONGEST_NAME: usize = 100;

/// What is to be evaluated.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct NewEvaluation {
    /// What it is called in the list.
    pub name: String,
    /// A dialog suite: one JSON object a line.
    pub suite: String,
    /// The version to try; the one in use when not given.
    #[serde(default)]
    pub training_run: Option<TrainingRunId>,
    /// Least values of metrics, as a gate: `{"action_accuracy": 0.85}`.
    #[serde(default)]
    pub min: BTreeMap<String, f64>,
}

/// An evaluation whose suite has been read.
pub struct EvaluationPlan {
    name: String,
    dialogs: Vec<Dialog>,
    training_run: Option<TrainingRunId>,
    min: Vec<Bound>,
}

/// What was done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum EvaluationKind {
    /// Labelled dialogs were played.
    #[default]
    Dialogs,
    /// Stored conversations were played again by two versions.
    Replay,
}

/// An evaluation without its turns.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Evaluation {
    #[schema(value_type = String)]
    pub id: EvaluationId,
    #[serde(default)]
    pub kind: EvaluationKind,
    pub name: String,
    /// The version that was tried, if it was not the one in use then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub training_run: Option<TrainingRunId>,
    pub turns: usize,
    pub metrics: BTreeMap<String, f64>,
    /// For shares: how many of how many.
    #[schema(value_type = BTreeMap<String, Vec<usize>>)]
    pub counts: BTreeMap<String, (usize, usize)>,
    /// Metrics below their least value, in words; empty when the gate is passed.
    pub fell_short: Vec<String>,
    /// Who ran it, by name.
    pub author: String,
    #[schema(value_type = String, format = "date-time")]
    pub created_at: Timestamp,
}

/// Where evaluations are kept.
#[async_trait]
pub trait EvaluationStore: Send + Sync {
    /// Keeps one with its report as JSON.
    async fn save(&self, evaluation: &Evaluation, report: &str) -> Result<()>;
    /// All, newest first.
    async fn list(&self) -> Result<Vec<Evaluation>>;
    /// One with its report.
    async fn get(&self, id: EvaluationId) -> Result<Option<(Evaluation, String)>>;
    /// Forgets one; false when there is none.
    async fn remove(&self, id: EvaluationId) -> Result<bool>;
}

/// Runs and keeps evaluations. Cheap to clone.
#[derive(Clone)]
pub struct Evaluations {
    pub(super) store: Arc<dyn EvaluationStore>,
    pub(super) recordings: Arc<dyn Recordings>,
    pub(super) engine: Arc<Engine>,
    pub(super) trainer: Trainer,
}

impl Evaluations {
    /// Evaluations of this engine and of the trainer's versions.
    pub fn new(
        store: Arc<dyn EvaluationStore>,
        recordings: Arc<dyn Recordings>,
        engine: Arc<Engine>,
        trainer: Trainer,
    ) -> Self {
        Self { store, recordings, engine, trainer }
    }

    /// Reads the suite, before anything is started.
    ///
    /// # Errors
    /// `invalid_input` with the faulty lines.
    pub fn plan(new: NewEvaluation) -> Result<EvaluationPlan> {
        let NewEvaluation { name, suite, training_run, min } = new;
        let length = name.chars().count();
        if name.trim().is_empty() || length > LONGEST_NAME {
            return Err(Error::invalid(format!(
                "name: 1 to {LONGEST_NAME} characters are allowed, not {length}"
            )));
        }
        if suite.len() > LARGEST_SUITE {
            return Err(Error::invalid(format!("suite: at most {LARGEST_SUITE} bytes are played at once")));
        }
        let dialogs = suite::read("suite", &suite)?;
        let min = min.into_iter().map(|(metric, value)| Bound { metric, value }).collect();
        Ok(EvaluationPlan { name, dialogs, training_run, min })
    }

    /// Plays the suite, scores it and keeps the result. `progress` hears the share done. Nothing is done in business
    /// systems meanwhile.
    ///
    /// # Errors
    /// `not_found` without such a version, `bad_config` for a gate on a metric there is not.
    pub async fn run(
        &self,
        plan: EvaluationPlan,
        author: &str,
        progress: impl Fn(f32) + Send + Sync,
    ) -> Result<Evaluation> {
        let EvaluationPlan { name, dialogs, training_run, min } = plan;
        let engine = self.engine.trial(self.trainer.model_of(training_run).await?);
        let all = dialogs.len().max(1) as f32;
        let played = play(&engine, &dialogs, &|done| progress(done as f32 / all)).await?;
        let turns = played.len();
        let version = training_run.map_or_else(|| "in use".to_owned(), |id| id.to_string());
        let report = report(played).about("suites", name.clone()).about("version", version);
        let short = gate::check(&min, &[], &report.measures.metrics)?;
        let evaluation = Evaluation {
            id: EvaluationId::new(),
            kind: EvaluationKind::Dialogs,
            name,
            training_run,
            turns,
            metrics: report.measures.metrics.clone(),
            counts: report.measures.counts.clone(),
            fell_short: short.iter().map(ToString::to_string).collect(),
            author: author.to_owned(),
            created_at: report.created_at,
        };
        self.store.save(&evaluation, &report.json()?).await?;
        Ok(evaluation)
    }

    /// All, newest first.
    pub async fn list(&self) -> Result<Vec<Evaluation>> {
        self.store.list().await
    }

    /// One with its report as it is kept, every turn in it.
    ///
    /// # Errors
    /// `not_found` when there is none.
    pub async fn get(&self, id: EvaluationId) -> Result<(Evaluation, Value)> {
        let (evaluation, json) = self.kept(id).await?;
        Ok((evaluation, read(&json)?))
    }

    async fn kept(&self, id: EvaluationId) -> Result<(Evaluation, String)> {
        self.store.get(id).await?.ok_or_else(|| Error::not_found("evaluation", id))
    }

    /// The report for people: one page without outside resources.
    pub async fn page(&self, id: EvaluationId) -> Result<(Evaluation, String)> {
        let (evaluation, json) = self.kept(id).await?;
        let page = match evaluation.kind {
            EvaluationKind::Dialogs => dialogs::html(&read::<Report<DialogReport>>(&json)?),
            EvaluationKind::Replay => replay::html(&read::<Report<ReplayReport>>(&json)?),
        };
        Ok((evaluation, page))
    }

    /// Two of them held against each other, turn by turn; `before` is the yardstick.
    ///
    /// # Errors
    /// `invalid_input` when they have no turn in common, or one is a replay, which is a comparison already.
    pub async fn compare(&self, before: EvaluationId, after: EvaluationId) -> Result<Report<Comparison>> {
        let (then, now) = (self.outcomes(before).await?, self.outcomes(after).await?);
        compare::compare((&then.measures, &then.outcomes), (&now.measures, &now.outcomes))
    }

    async fn outcomes(&self, id: EvaluationId) -> Result<Report<IgnoredAny>> {
        let (evaluation, json) = self.kept(id).await?;
        if evaluation.kind == EvaluationKind::Replay {
            return Err(Error::invalid("a replay holds two versions against each other already"));
        }
        read(&json)
    }

    /// Forgets one.
    ///
    /// # Errors
    /// `not_found` when there is none.
    pub async fn remove(&self, id: EvaluationId) -> Result<()> {
        match self.store.remove(id).await? {
            true => Ok(()),
            false => Err(Error::not_found("evaluation", id)),
        }
    }
}

fn read<T: DeserializeOwned>(json: &str) -> Result<T> {
    serde_json::from_str(json).map_err(|e| Error::internal("a kept report cannot be read").with_source(e))
}
