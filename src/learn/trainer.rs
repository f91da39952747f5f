//! Training in a running server: one run at a time, a version for each, the engine takes over the one in use.

use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use tokio::sync::Mutex;
use utoipa::ToSchema;

use super::Intents;
use super::fresh::Learnt;
use super::overlay::OverlayMark;
use super::recordings::{Excerpt, Recording, Recordings};
use crate::dialog::Engine;
use crate::domain::TrainingRunId;
use crate::encoder::{Encoder, Prefix, Priority, Want};
use crate::error::{Code, Error, Result};
use crate::eval::replay::{Ratings, ratings, replay};
use crate::memory::GiveBack;
use crate::nlu::Model;
use crate::nlu::fresh::Fresh;
use crate::nlu::train::{Cancelled, Mode, TrainOptions, TrainReport, train};
use crate::nlu::versions::{Comparison, Version, VersionStore};
use crate::nodes::Nodes;
use crate::tasks::Tasks;

/// How often a server looks whether somebody else has put another version into use.
const LOOK: Duration = Duration::from_secs(3);
/// Conversations with judged answers that a new version is tried on, the newest.
const JUDGED: usize = 200;

/// What is asked of a run.
#[derive(Clone, Copy, Debug, Default)]
pub struct Order {
    pub mode: Mode,
    /// Puts the version into use even if it is worse than the one before.
    pub force: bool,
}

/// Ends the training on its thread when nobody waits for it any more.
struct EndOnDrop(Cancelled);

impl Drop for EndOnDrop {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

/// What the engine has.
struct InUse {
    version: Option<TrainingRunId>,
    /// What was written, and which version was the newest, when it was last shown what none has learnt.
    shown: Option<(OverlayMark, Option<TrainingRunId>)>,
}

/// How a run ended.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Finished {
    pub version: Version,
    /// Against the version in use before; none when there was none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comparison: Option<Comparison>,
    /// On the answers that visitors have judged; none when nobody has judged any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ratings: Option<Ratings>,
}

/// Keeps a trained model as a version, and puts it into use unless it is worse than the one in use: on the texts that
/// neither has seen, or on the answers that visitors have judged.
pub async fn keep(
    versions: &dyn VersionStore,
    model: &Model,
    report: &TrainReport,
    ratings: Option<Ratings>,
    force: bool,
) -> Result<Finished> {
    let before = versions.promoted().await?;
    let comparison = before.map(|(version, _)| Comparison::new(&version.report, report));
    let mut version = versions.save(report, &model.save()?).await?;
    let worse = comparison.as_ref().is_some_and(Comparison::worse) || ratings.is_some_and(|r| r.loses());
    if force || !worse {
        versions.promote(version.id).await?;
        version.promoted = true;
    }
    Ok(Finished { version, comparison, ratings })
}

/// Trains for an engine. Cheap to clone.
#[derive(Clone)]
pub struct Trainer {
    inner: Arc<Inner>,
}

struct Inner {
    intents: Intents,
    versions: Arc<dyn VersionStore>,
    recordings: Arc<dyn Recordings>,
    engine: Arc<Engine>,
    encoder: Encoder,
    tasks: Tasks,
    nodes: Nodes,
    /// Held by the run that is under way.
    running: Mutex<()>,
    /// What the engine has.
    in_use: Mutex<InUse>,
}

impl Trainer {
    /// A trainer for `engine`, which has the version in use.
    pub async fn new(
        intents: Intents,
        versions: Arc<dyn VersionStore>,
        recordings: Arc<dyn Recordings>,
        engine: Arc<Engine>,
        encoder: Encoder,
        tasks: Tasks,
        nodes: Nodes,
    ) -> Result<Self> {
        let in_use = Mutex::new(InUse { version: versions.promoted_id().await?, shown: None });
        let running = Mutex::default();
        let inner = Inner { intents, versions, recordings, engine, encoder, tasks, nodes, running, in_use };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Trains on what there is now, keeps the version, and gives it to the engine unless it is worse. `progress` hears
    /// the share done and the step.
    ///
    /// # Errors
    /// `conflict` while another run is under way, `invalid_input` when the examples do not suffice. Dropped, the
    /// training ends soon and nothing of it is kept.
    pub async fn run(&self, order: Order, progress: impl Fn(f32, &str) + Send + 'static) -> Result<Finished> {
        let inner = &self.inner;
        let under_way = || Error::new(Code::Conflict, "a training is under way; wait for it or cancel it");
        let _alone = inner.running.try_lock().map_err(|_| under_way())?;
        let _duty = inner.nodes.hold("training").await?.ok_or_else(under_way)?;
        let _what_it_takes = GiveBack;
        let data = inner.intents.training_data().await?;
        let options = TrainOptions {
            lexicon: data.lexicon,
            places: data.places,
            mode: order.mode,
            cancelled: Cancelled::default(),
            ..TrainOptions::default()
        };
        let _ended = EndOnDrop(options.cancelled.clone());
        let encoder = inner.encoder.clone();
        let training =
            inner.tasks.spawn_blocking(move || train(&data.examples, &encoder, &options, &progress));
        let (model, report) =
            training.await.map_err(|e| Error::internal("the training stopped").with_source(e))??;
        let model = Arc::new(model);
        let ratings = self.judged(&model).await;
        let finished = keep(&*inner.versions, &model, &report, ratings, order.force).await?;
        if finished.version.promoted {
            self.take(finished.version.id, model).await;
        }
        Ok(finished)
    }

    /// How the new heads do on the answers visitors have judged, beside those in use. None when there are none; an engine
    /// that fails at this holds no training up.
    async fn judged(&self, model: &Arc<Model>) -> Option<Ratings> {
        let Inner { engine, recordings, .. } = &*self.inner;
        let compare = async {
            let judged =
                recordings.recent(Excerpt { conversations: JUDGED, since: None, judged: true }).await?;
            let mut turns: Vec<_> = judged.iter().flat_map(Recording::turns).collect();
            turns.retain(|turn| turn.helpful.is_some());
            // As they were trained: what was written since is no merit of the one in use.
            let before = engine.rehearsal(Some(engine.model()));
            let after = engine.rehearsal(Some(model.clone()));
            Ok::<_, Error>(ratings(&replay(&before, &after, &turns, &|_| {}).await?))
        };
        match compare.await {
            Ok(ratings) => Some(ratings).filter(|ratings| ratings.rated > 0),
            Err(e) => {
                tracing::warn!("a new version could not be tried on judged answers: {e}");
                None
            }
        }
    }

    /// Every version, newest first, without what each predicted.
    pub async fn versions(&self) -> Result<Vec<Version>> {
        let mut versions = self.inner.versions.list().await?;
        versions.iter_mut().for_each(|version| version.report.predictions.clear());
        Ok(versions)
    }

    /// One version, without what it predicted.
    ///
    /// # Errors
    /// `not_found` when there is no such version.
    pub async fn version(&self, id: TrainingRunId) -> Result<Version> {
        let mut version = self.inner.versions.version(id).await?;
        version.report.predictions.clear();
        Ok(version)
    }

    /// The heads of a version.
    ///
    /// # Errors
    /// `not_found` when there is no such version, `bad_model` when it was trained with another encoder.
    pub async fn model(&self, id: TrainingRunId) -> Result<Model> {
        let (_, bytes) = self.inner.versions.get(id).await?;
        self.ready(&bytes).await
    }

    /// The heads of a version, to be used beside others; nothing for the one in use.
    ///
    /// # Errors
    /// Those of [`Trainer::model`].
    pub async fn model_of(&self, id: Option<TrainingRunId>) -> Result<Option<Arc<Model>>> {
        match id {
            Some(id) => Ok(Some(Arc::new(self.model(id).await?))),
            None => Ok(None),
        }
    }

    /// Puts a version into use, an older one as well.
    ///
    /// # Errors
    /// `not_found` when there is no such version, `bad_model` when it was trained with another encoder.
    pub async fn promote(&self, id: TrainingRunId) -> Result<Version> {
        let (mut version, bytes) = self.inner.versions.get(id).await?;
        let model = self.ready(&bytes).await?;
        self.inner.versions.promote(id).await?;
        self.take(id, Arc::new(model)).await;
        version.promoted = true;
        version.report.predictions.clear();
        Ok(version)
    }

    /// Keeps the engine at the version in use, whoever put it there: the command line, or another node. What people
    /// write meanwhile is understood at once by its likeness. Ends with the program.
    pub async fn follow(self) {
        let stop = self.inner.tasks.token();
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(LOOK) => {}
            }
            if let Err(e) = self.catch_up().await {
                tracing::warn!("the version in use cannot be taken over: {e}");
            }
            if let Err(e) = self.freshen().await {
                tracing::warn!("what was written since the training cannot be taken up: {e}");
            }
        }
    }

    async fn catch_up(&self) -> Result<()> {
        let in_use = self.inner.versions.promoted_id().await?;
        if in_use.is_none() || self.inner.in_use.lock().await.version == in_use {
            return Ok(());
        }
        let Some((version, bytes)) = self.inner.versions.promoted().await? else { return Ok(()) };
        // A version that cannot be used is not tried again and again.
        self.inner.in_use.lock().await.version = Some(version.id);
        let model = self.ready(&bytes).await?;
        self.take(version.id, Arc::new(model)).await;
        tracing::info!(version = %version.id, "another version of intents and slots is in use now");
        Ok(())
    }

    async fn ready(&self, bytes: &[u8]) -> Result<Model> {
        let mut model = Model::load(bytes)?;
        let encoder = self.inner.encoder.clone();
        let preparing = self.inner.tasks.spawn_blocking(move || model.prepare(&encoder).map(|()| model));
        preparing.await.map_err(|e| Error::internal("loading a version stopped").with_source(e))?
    }

    async fn take(&self, id: TrainingRunId, model: Arc<Model>) {
        let mut in_use = self.inner.in_use.lock().await;
        self.inner.engine.set_model(model);
        // What was new before it may be learnt now; what is still new is shown again at the next look.
        self.inner.engine.set_fresh(Fresh::default());
        *in_use = InUse { version: Some(id), shown: None };
    }

    /// Shows the engine the examples that no version has learnt, if they are others than before.
    async fn freshen(&self) -> Result<()> {
        let mut in_use = self.inner.in_use.lock().await;
        let newest = self.inner.versions.newest_id().await?;
        let shown = Some((self.inner.intents.mark().await?, newest));
        if in_use.shown == shown {
            return Ok(());
        }
        let mut learnt = Learnt::default();
        let newer = newest.filter(|newest| in_use.version != Some(*newest));
        for id in in_use.version.into_iter().chain(newer) {
            learnt.add(&self.inner.versions.version(id).await?);
        }
        let examples = learnt.missing(self.inner.intents.written().await?);
        let texts = examples.iter().map(|example| example.text.clone()).collect();
        let want = Want::default();
        let encoded = self.inner.encoder.encode(texts, Prefix::Query, Priority::Bulk, want).await?;
        let vectors = encoded.into_iter().map(|encoded| encoded.vector);
        let intents = examples.into_iter().map(|example| example.intent);
        self.inner.engine.set_fresh(Fresh::new(&self.inner.engine.model(), vectors.zip(intents)));
        in_use.shown = shown;
        Ok(())
    }
}
