//! A version that answers beside the one in use, silently: visitors see nothing of it, and what it would have said
//! otherwise is kept, turn by turn, until somebody has seen enough.
//!
//! Both versions are asked for what a visitor has just been answered, by engines that change nothing in the world. That
//! waits behind the visitors: one turn at a time, with rests, and a turn that comes meanwhile is counted and let go.

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwapOption;
use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;
use utoipa::ToSchema;

use super::Trainer;
use crate::chat::Pace;
use crate::dialog::{Engine, TurnInput};
use crate::domain::{ConversationId, ShadowRunId, TrainingRunId};
use crate::error::{Code, Error, Result};
use crate::eval::replay::{Pair, pair};
use crate::nlu::Model;
use crate::tasks::Tasks;

/// How often a node looks whether a run was begun or ended on another one.
const LOOK: Duration = Duration::from_secs(3);

/// A version on trial, and what came of it so far.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ShadowRun {
    pub id: ShadowRunId,
    /// The version on trial.
    pub training_run: TrainingRunId,
    /// Who began it, by name.
    pub author: String,
    #[schema(value_type = String, format = "date-time")]
    pub started_at: Timestamp,
    /// When it was ended; it goes on while there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = "date-time")]
    pub ended_at: Option<Timestamp>,
    /// Turns that both versions answered.
    pub turns: i64,
    /// How many of them differ in anything, and in the action.
    pub differing: i64,
    pub other_action: i64,
    /// Turns that were let go because the one before was not finished.
    pub skipped: i64,
}

/// A turn in which the two differ.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShadowTurn {
    pub conversation_id: ConversationId,
    /// Number of the visitor's message.
    pub seq: i64,
    pub created_at: Timestamp,
    #[serde(flatten)]
    pub pair: Pair,
}

/// What is added to the counts of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub turns: i64,
    pub differing: i64,
    pub other_action: i64,
    pub skipped: i64,
}

/// Where runs are kept. One at most goes on.
#[async_trait]
pub trait ShadowStore: Send + Sync {
    /// Keeps a new run. False when another one goes on.
    async fn begin(&self, run: &ShadowRun) -> Result<bool>;
    /// The run that goes on.
    async fn current(&self) -> Result<Option<ShadowRun>>;
    /// All, newest first.
    async fn list(&self) -> Result<Vec<ShadowRun>>;
    async fn get(&self, id: ShadowRunId) -> Result<Option<ShadowRun>>;
    /// Ends a run; one that has ended stays as it is.
    async fn end(&self, id: ShadowRunId, at: Timestamp) -> Result<()>;
    /// Adds to its counts and keeps a turn, the newest thousand of a run.
    async fn note(&self, id: ShadowRunId, tally: Tally, turn: Option<&ShadowTurn>) -> Result<()>;
    /// Turns of a run that came before `before`, newest first.
    async fn turns(
        &self,
        id: ShadowRunId,
        before: Option<Timestamp>,
        limit: usize,
    ) -> Result<Vec<ShadowTurn>>;
}

struct Running {
    run: ShadowRunId,
    model: Arc<Model>,
}

struct Inner {
    store: Arc<dyn ShadowStore>,
    engine: Arc<Engine>,
    trainer: Trainer,
    tasks: Tasks,
    running: ArcSwapOption<Running>,
    free: Semaphore,
    pace: Pace,
}

/// The run that goes on, on this node. Cheap to clone.
#[derive(Clone)]
pub struct Shadow {
    inner: Arc<Inner>,
}

impl Shadow {
    /// Nothing is on trial until [`Shadow::follow`] has looked.
    pub fn new(store: Arc<dyn ShadowStore>, engine: Arc<Engine>, trainer: Trainer, tasks: Tasks) -> Self {
        let (running, free, pace) = (ArcSwapOption::empty(), Semaphore::new(1), Pace::new());
        Self { inner: Arc::new(Inner { store, engine, trainer, tasks, running, free, pace }) }
    }

    /// Puts a version on trial.
    ///
    /// # Errors
    /// `not_found` without such a version, `invalid_input` for the one in use, `conflict` while another is on trial.
    pub async fn begin(&self, training_run: TrainingRunId, author: &str) -> Result<ShadowRun> {
        let inner = &*self.inner;
        if inner.trainer.version(training_run).await?.promoted {
            return Err(Error::invalid("this version is the one in use; put another one on trial"));
        }
        // A version of another encoder is refused now, not at the first visitor.
        inner.trainer.model(training_run).await?;
        let run = ShadowRun {
            id: ShadowRunId::new(),
            training_run,
            author: author.to_owned(),
            started_at: Timestamp::now(),
            ended_at: None,
            turns: 0,
            differing: 0,
            other_action: 0,
            skipped: 0,
        };
        if !inner.store.begin(&run).await? {
            return Err(Error::new(Code::Conflict, "another version is on trial; end that run first"));
        }
        self.catch_up().await?;
        Ok(run)
    }

    /// Ends a run; what it found stays.
    ///
    /// # Errors
    /// `not_found` when there is none.
    pub async fn end(&self, id: ShadowRunId) -> Result<ShadowRun> {
        self.get(id).await?;
        self.inner.store.end(id, Timestamp::now()).await?;
        self.catch_up().await?;
        self.get(id).await
    }

    /// Every run, newest first.
    pub async fn list(&self) -> Result<Vec<ShadowRun>> {
        self.inner.store.list().await
    }

    /// One run.
    ///
    /// # Errors
    /// `not_found` when there is none.
    pub async fn get(&self, id: ShadowRunId) -> Result<ShadowRun> {
        self.inner.store.get(id).await?.ok_or_else(|| Error::not_found("shadow run", id))
    }

    /// Turns of a run in which the two differ, newest first, from before that time.
    pub async fn turns(
        &self,
        id: ShadowRunId,
        before: Option<Timestamp>,
        limit: usize,
    ) -> Result<Vec<ShadowTurn>> {
        self.get(id).await?;
        self.inner.store.turns(id, before, limit).await
    }

    /// Lets the version on trial answer what a visitor was answered. Returns at once.
    pub fn watch(&self, conversation: ConversationId, seq: i64, input: TurnInput) {
        let Some(running) = self.inner.running.load_full() else { return };
        let shadow = self.clone();
        self.inner.tasks.spawn(async move {
            if let Err(e) = shadow.compare(&running, conversation, seq, input).await {
                tracing::warn!(%conversation, seq, "a version on trial could not be compared: {e}");
            }
        });
    }

    async fn compare(
        &self,
        running: &Running,
        conversation_id: ConversationId,
        seq: i64,
        input: TurnInput,
    ) -> Result<()> {
        let inner = &*self.inner;
        let Ok(_free) = inner.free.try_acquire() else {
            return inner.store.note(running.run, Tally { skipped: 1, ..Tally::default() }, None).await;
        };
        let (then, now) = (inner.engine.trial(None), inner.engine.trial(Some(running.model.clone())));
        let id = format!("{conversation_id}/{seq}");
        let pair = inner.pace.run(Box::pin(pair(&then, &now, id, input))).await?;
        let differs = !pair.differs.is_empty();
        let tally = Tally {
            turns: 1,
            differing: i64::from(differs),
            other_action: i64::from(pair.before.action != pair.after.action),
            skipped: 0,
        };
        let turn = ShadowTurn { conversation_id, seq, created_at: Timestamp::now(), pair };
        inner.store.note(running.run, tally, Some(&turn).filter(|_| differs)).await
    }

    /// Keeps to the run that goes on, whoever began or ended it. Ends with the program.
    pub async fn follow(self) {
        let stop = self.inner.tasks.token();
        loop {
            if let Err(e) = self.catch_up().await {
                tracing::warn!("the version on trial cannot be taken up: {e}");
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(LOOK) => {}
            }
        }
    }

    async fn catch_up(&self) -> Result<()> {
        let inner = &*self.inner;
        let running = inner.running.load_full();
        let Some(current) = inner.store.current().await? else {
            inner.running.store(None);
            return Ok(());
        };
        if inner.trainer.version(current.training_run).await?.promoted {
            // It was put into use: there is nothing left to hold it against.
            inner.running.store(None);
            return inner.store.end(current.id, Timestamp::now()).await;
        }
        if running.is_some_and(|r| r.run == current.id) {
            return Ok(());
        }
        let model = Arc::new(inner.trainer.model(current.training_run).await?);
        let running = Running { run: current.id, model };
        inner.running.store(Some(Arc::new(running)));
        Ok(())
    }
}
