//! The engine with everything under it: what the server and the commands that ask questions share.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use secrecy::ExposeSecret;

use crate::config::Config;
use crate::connect::{Connectors, ConnectorsSettings};
use crate::dialog::phrase::Phraser;
use crate::dialog::systems::Business;
use crate::dialog::{DictionaryDesk, Engine, EngineSettings, Reads, Shop};
use crate::encoder::reader::{Reader, ReaderFiles};
use crate::encoder::{Encoder, EncoderOptions, ModelFiles};
use crate::error::{Error, Result};
use crate::knowledge::KnowledgeBase;
use crate::learn::{Intents, keep};
use crate::nlu::Model;
use crate::nlu::train::{TrainOptions, train};
use crate::nlu::versions::VersionStore;
use crate::nodes::Nodes;
use crate::phrase::{Decoder, LocalPhraser, OpenAi, OpenAiSettings, Writer};
use crate::rank::reread::READ;
use crate::rank::weights::Weights;
use crate::store::{Db, SqlActions, SqlCatalogue, SqlConnectors, SqlDictionaries, SqlExamples, SqlVersions};
use crate::tasks::Tasks;
use crate::text::segment;

use super::{demo, plugins};

/// The database inside the data folder.
pub const DATABASE_FILE: &str = "zhike.db";
const MODELS_FOLDER: &str = "models";
const SHOP_FOLDER: &str = "shop";

/// Whether the sample shop is loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Demo {
    Load,
    /// Its settings, intents and rules, but none of its documents.
    Settings,
    Skip,
}

/// Database, encoder, knowledge base and engine of one data folder.
pub struct Core {
    pub db: Db,
    pub encoder: Encoder,
    pub knowledge: Arc<KnowledgeBase>,
    pub engine: Arc<Engine>,
    pub connectors: Arc<Connectors>,
    pub dictionaries: DictionaryDesk,
    pub versions: Arc<dyn VersionStore>,
    pub intents: Intents,
    pub tasks: Tasks,
    /// Other programs on the same database.
    pub nodes: Nodes,
}

impl Core {
    /// Opens the data folder of `config`, and makes it when there is none.
    pub async fn open(config: &Config, demo: Demo) -> Result<Self> {
        let tasks = Tasks::new();
        // The dictionary is read while the model is, not during the first visitor's question.
        let words = tasks.spawn_blocking(segment::warm_up);
        let dir = &config.data_dir;
        let db = open_database(config).await?;
        let encoder = open_encoder(config)?;
        let knowledge =
            KnowledgeBase::open(dir, Arc::new(SqlCatalogue::new(db.clone())), encoder.clone(), tasks.clone())
                .await?;
        if let Some(vectors) = config.knowledge.exact_up_to {
            knowledge.search_exactly_up_to(vectors);
        }

        let folder = shop_folder(config);
        if demo != Demo::Skip {
            demo::write_settings(&folder)?;
        }
        if demo == Demo::Load {
            demo::import_documents(&knowledge).await;
        }
        let shop = Arc::new(Shop::load(&folder)?);
        let versions: Arc<dyn VersionStore> = Arc::new(SqlVersions::new(db.clone()));
        let intents = Intents::new(Arc::new(SqlExamples::new(db.clone())), folder.clone());
        let model = model_in_use(&*versions, &encoder, &intents, &tasks).await?;
        let engine = &config.engine;
        let settings = EngineSettings::new(engine.deadline_ms, engine.business_deadline_ms, engine.threshold);
        let connectors = open_connectors(config, &db, &tasks, demo).await?;
        let business =
            Business { systems: connectors.clone(), actions: Arc::new(SqlActions::new(db.clone())) };
        let (base, encode) = (knowledge.clone(), encoder.clone());
        let engine = Engine::new(base, encode, model, shop, business, settings, tasks.clone())?
            .phrased_by(phraser(config)?);
        engine.set_plugins(plugins::load(&folder)?);
        if let Some(weights) = ranker_weights(config)? {
            engine.set_weights(weights)?;
        }
        engine.set_reads(reads(config, &encoder, &engine)?);
        let engine = Arc::new(engine);
        let kept = Arc::new(SqlDictionaries::new(db.clone()));
        let dictionaries = DictionaryDesk::open(kept, engine.clone(), tasks.clone()).await?;
        words.await.map_err(|e| Error::internal("loading the dictionary stopped").with_source(e))?;
        let nodes = Nodes::alone();
        Ok(Self { db, encoder, knowledge, engine, connectors, dictionaries, versions, intents, tasks, nodes })
    }

    /// Stops what runs in the background, says so to the other nodes and closes the database.
    pub async fn close(self) {
        let patience = Duration::from_secs(10);
        if !self.tasks.shutdown(patience).await {
            tracing::warn!("some background work did not end in time");
        }
        if let Err(e) = self.nodes.leave().await {
            tracing::warn!("the other nodes could not be told; they will notice: {e}");
        }
        self.db.close().await;
    }
}

/// The business systems of the shop; with the sample shop, its own is started beside them.
async fn open_connectors(config: &Config, db: &Db, tasks: &Tasks, demo: Demo) -> Result<Arc<Connectors>> {
    let folder = shop_folder(config);
    let mut variables = config.connect.variables.clone();
    if demo != Demo::Skip {
        let key = demo::system_key(&folder)?;
        // Somebody who names an address runs the system there: `zhike demo-shop`.
        if !variables.contains_key(demo::SYSTEM_VARIABLE) {
            let address = demo::start_system(key, tasks).await?;
            variables.insert(demo::SYSTEM_VARIABLE.to_owned(), format!("http://{address}"));
        }
    }
    let store = Arc::new(SqlConnectors::new(db.clone()));
    Connectors::open(ConnectorsSettings { folder, variables }, store, tasks.clone()).await
}

/// The model that puts answers into other words, where one is configured.
fn phraser(config: &Config) -> Result<Option<Arc<dyn Phraser>>> {
    let generation = &config.generation;
    let deadline = Duration::from_millis(generation.deadline_ms);
    if let Some(file) = &generation.file {
        let writer = Decoder::open(&config.data_dir.join(file), generation.max_tokens)?;
        tracing::info!(model = writer.name(), "answers from passages are phrased by a model of this process");
        return Ok(Some(Arc::new(LocalPhraser::new(writer, deadline))));
    }
    let (Some(endpoint), Some(model)) = (&generation.endpoint, &generation.model) else { return Ok(None) };
    let writer = OpenAi::new(OpenAiSettings {
        endpoint: endpoint.clone(),
        model: model.clone(),
        api_key: generation.api_key.clone(),
        max_tokens: generation.max_tokens,
        deadline,
    })?;
    tracing::info!(model, "answers from passages are phrased by a model");
    Ok(Some(Arc::new(LocalPhraser::new(writer, deadline))))
}

/// Opens the database that is configured: PostgreSQL, or the file of the data folder, which is made with its folder
/// when there is none.
pub async fn open_database(config: &Config) -> Result<Db> {
    match &config.database_url {
        Some(url) => Db::connect(url.expose_secret()).await,
        None => open_folder(&config.data_dir).await,
    }
}

/// Opens the database file of a folder, and makes both when there are none.
pub async fn open_folder(dir: &Path) -> Result<Db> {
    std::fs::create_dir_all(dir)
        .map_err(|e| Error::from(e).at(format!("making the data folder {}", dir.display())))?;
    Db::open(&dir.join(DATABASE_FILE)).await
}

/// Opens the encoder that is configured: an imported one, or the one in the binary.
pub fn open_encoder(config: &Config) -> Result<Encoder> {
    let options = EncoderOptions { threads: config.encoder.threads, ..EncoderOptions::default() };
    match &config.encoder.model {
        None => Encoder::builtin(options),
        Some(name) => Encoder::open(ModelFiles::in_folder(&models_folder(config).join(name))?, options),
    }
}

/// The reader that goes with the encoder, where it is wanted and the ranking has learned what it is worth.
fn reads(config: &Config, encoder: &Encoder, engine: &Engine) -> Result<Option<Reads>> {
    let Some(reader) = open_reader(config, encoder)? else { return Ok(None) };
    let before = engine.weights();
    if config.engine.ranker.is_none() {
        engine.set_weights(Weights::with_reader()?)?;
    }
    if !engine.knows_reader(reader.id()) {
        tracing::warn!(reader = reader.id(), "the ranker was not fitted with this reader: it is left out");
        engine.set_weights(before)?;
        return Ok(None);
    }
    Ok(Some(Reads { reader, candidates: READ }))
}

/// The weights of the ranker that are configured.
fn ranker_weights(config: &Config) -> Result<Option<Weights>> {
    let Some(path) = &config.engine.ranker else { return Ok(None) };
    let named = |e: Error| e.at(format!("engine.ranker = {}", path.display()));
    let json = std::fs::read(path).map_err(|e| named(e.into()))?;
    Weights::read(&json).map(Some).map_err(named)
}

/// Opens the reader that is configured, or the one in the binary if it was made from this encoder; none where it is
/// switched off.
pub fn open_reader(config: &Config, encoder: &Encoder) -> Result<Option<Reader>> {
    if !config.engine.reader {
        return Ok(None);
    }
    let files = match &config.engine.reader_model {
        Some(name) => ReaderFiles::in_folder(&models_folder(config).join(name))?,
        None => ReaderFiles::builtin(),
    };
    if config.engine.reader_model.is_none() && !files.fit(encoder.id())? {
        tracing::info!(encoder = encoder.id(), "there is no reader for this encoder: answers go without");
        return Ok(None);
    }
    Reader::open(&files, encoder).map(Some)
}

/// Where imported encoders lie.
pub fn models_folder(config: &Config) -> PathBuf {
    config.data_dir.join(MODELS_FOLDER)
}

/// Where the shop's settings lie.
pub fn shop_folder(config: &Config) -> PathBuf {
    config.engine.shop_dir.clone().unwrap_or_else(|| config.data_dir.join(SHOP_FOLDER))
}

/// The heads in use. A shop that has examples but was never trained, or whose version was made for another encoder or
/// by an older program, is trained now: it takes seconds.
async fn model_in_use(
    versions: &dyn VersionStore,
    encoder: &Encoder,
    intents: &Intents,
    tasks: &Tasks,
) -> Result<Arc<Model>> {
    if let Some((version, bytes)) = versions.promoted().await? {
        let ready = |mut model: Model| model.prepare(encoder).map(|()| model);
        match Model::load(&bytes).and_then(ready) {
            Ok(model) => return Ok(Arc::new(model)),
            Err(e) => tracing::warn!(version = %version.id, "the trained version is not used: {e}"),
        }
    }
    let data = intents.training_data().await?;
    if data.examples.is_empty() {
        return Ok(Arc::new(Model::untrained(encoder.id())));
    }
    let encoder = encoder.clone();
    let options = TrainOptions { lexicon: data.lexicon, places: data.places, ..TrainOptions::default() };
    let training = tasks.spawn_blocking(move || train(&data.examples, &encoder, &options, &|_, _| {}));
    let (model, report) =
        training.await.map_err(|e| Error::internal("training stopped").with_source(e))??;
    tracing::info!(examples = report.examples, seconds = report.seconds, "intents and slots are trained");
    keep(versions, &model, &report, None, true).await?;
    Ok(Arc::new(model))
}
