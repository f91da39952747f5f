//! The only place that builds the services and joins them: here `store` meets the rooms whose traits it implements,
//! and `chat` meets `dialog` and `hub`.

pub mod backup;
mod core;
mod demo;
mod migrate;
mod nodes;
mod plugins;
mod reload;
mod respond;
mod sources;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::serve::ListenerExt as _;
use tokio::net::TcpListener;

pub use self::core::{
    Core, DATABASE_FILE, Demo, models_folder, open_database, open_encoder, open_folder, open_reader,
    shop_folder,
};

use crate::chat::{Chat, ChatEvent, ChatSettings, Idleness, Listener, Staff, StaffSettings};
use crate::config::{ChatConfig, Config};
use crate::connect::{HttpFetch, HttpPost};
use crate::desk::canned::CannedResponses;
use crate::desk::reports::Reports;
use crate::desk::webhooks::{Wake, Webhooks};
use crate::domain::User;
use crate::error::{Code, Error, Result};
use crate::http::{Services, router};
use crate::hub::Ways;
use crate::jobs::JobBoard;
use crate::knowledge::sources::Sources;
use crate::learn::health::Health;
use crate::learn::{Evaluations, Lessons, Recordings, Shadow, Trainer};
use crate::observe::start_metrics;
use crate::store::{
    SqlActions, SqlAnswers, SqlCanned, SqlChatStore, SqlEvaluations, SqlFindings, SqlLessons, SqlNodes,
    SqlOnce, SqlRecordings, SqlReports, SqlShadow, SqlSources, SqlStaffStore, SqlWebhooks,
};
use crate::tasks::Tasks;
pub use demo::SYSTEM_VARIABLE;
pub use migrate::{Moved, migrate};
use plugins::Ears;
use respond::EngineResponder;

const FILES_FOLDER: &str = "files";
/// E-mail of the account that the first start makes.
const FIRST_ADMIN: &str = "admin@localhost";
/// How long a stopping server waits for running turns and open sockets.
const SHUTDOWN_PATIENCE: Duration = Duration::from_secs(15);

/// The whole program, ready to serve.
pub struct App {
    core: Core,
    services: Services,
    /// The way to other nodes, until they are joined.
    ways: Option<Ways>,
}

impl App {
    /// Opens everything. Nothing is served before [`App::serve`].
    pub async fn build(config: Config, demo: Demo) -> Result<Self> {
        let mut config = config;
        let sample = demo == Demo::Load;
        if sample && config.chat.identity_secret.is_none() {
            // The demo page plays the shop that vouches for its customers; every page load asks for a new signature.
            config.chat.identity_secret = Some(format!("{:032x}", rand::random::<u128>()).into());
        }
        let mut core = Core::open(&config, demo).await?;
        reload::watch(&core, &config);
        let tasks = core.tasks.clone();
        let nodes = nodes::this_node(&config, &core.db, &tasks);
        core.nodes = nodes.clone();
        let (hub, ways) = nodes::hub_of(&nodes);
        let wake = Wake::default();
        let listener: Arc<dyn Listener> =
            Arc::new(Listeners(vec![Arc::new(hub.clone()), Arc::new(wake.clone())]));
        let session = Duration::from_secs(u64::from(config.chat.session_days) * 24 * 3600);
        let staff = Staff::open(
            Arc::new(SqlStaffStore::new(core.db.clone())),
            listener.clone(),
            tasks.clone(),
            StaffSettings { session },
        )
        .await?;
        let settings = ChatSettings {
            max_message_chars: config.chat.max_message_chars,
            identity_secret: config.chat.identity_secret.clone(),
            idle: idleness(&config.chat),
            nodes: nodes.clone(),
            ..ChatSettings::new(config.data_dir.join(FILES_FOLDER))
        };
        let recordings: Arc<dyn Recordings> = Arc::new(SqlRecordings::new(core.db.clone()));
        let trainer = Trainer::new(
            core.intents.clone(),
            core.versions.clone(),
            recordings.clone(),
            core.engine.clone(),
            core.encoder.clone(),
            tasks.clone(),
            nodes.clone(),
        )
        .await?;
        let shadow = Shadow::new(
            Arc::new(SqlShadow::new(core.db.clone())),
            core.engine.clone(),
            trainer.clone(),
            tasks.clone(),
        );
        let chat = Chat::new(
            Arc::new(SqlChatStore::on_node(core.db.clone(), tasks.clone(), nodes.id())),
            staff.clone(),
            Arc::new(EngineResponder { engine: core.engine.clone(), shadow: shadow.clone() }),
            Ears::open(&core, listener),
            tasks.clone(),
            settings,
        );
        let webhooks = Webhooks::new(
            Arc::new(SqlWebhooks::new(core.db.clone())),
            Arc::new(HttpPost::new()?),
            chat.clone(),
            tasks.clone(),
            wake,
        );
        let reports = Reports::new(Arc::new(SqlReports::new(core.db.clone())), chat.clone());
        let lessons = Lessons::new(
            Arc::new(SqlLessons::new(core.db.clone())),
            core.knowledge.clone(),
            core.intents.clone(),
        );
        let health = Health::new(
            core.knowledge.clone(),
            core.engine.clone(),
            lessons.clone(),
            Arc::new(SqlAnswers::new(core.db.clone())),
        );
        let sources = Sources::new(
            core.knowledge.clone(),
            Arc::new(SqlSources::new(core.db.clone())),
            Arc::new(HttpFetch::new()?),
            config.knowledge.folders.clone(),
            tasks.clone(),
        );
        let kept = Arc::new(SqlEvaluations::new(core.db.clone()));
        let evaluations = Evaluations::new(kept, recordings, core.engine.clone(), trainer.clone());
        let mut jobs = JobBoard::new(tasks.clone());
        if nodes.several() {
            jobs = jobs.shared(Arc::new(SqlNodes::new(core.db.clone())), nodes.id());
        }
        let services = Services {
            config: Arc::new(config),
            chat,
            staff,
            webhooks,
            reports,
            canned: CannedResponses::new(Arc::new(SqlCanned::new(core.db.clone()))),
            hub,
            engine: core.engine.clone(),
            dictionaries: core.dictionaries.clone(),
            knowledge: core.knowledge.clone(),
            encoder: core.encoder.clone(),
            intents: core.intents.clone(),
            lessons,
            health,
            sources,
            evaluations,
            trainer,
            shadow,
            jobs,
            nodes,
            calls: Arc::new(SqlOnce::new(core.db.clone())),
            metrics: start_metrics()?,
            connectors: core.connectors.clone(),
            actions: Arc::new(SqlActions::new(core.db.clone())),
            findings: Arc::new(SqlFindings::new(core.db.clone())),
            sample,
            tasks,
        };
        Ok(Self { core, services, ways })
    }

    /// The services, for tests and commands that need no socket.
    pub fn services(&self) -> &Services {
        &self.services
    }

    /// Listens on the configured address.
    pub async fn bind(&self) -> Result<TcpListener> {
        let address = self.services.config.listen;
        TcpListener::bind(address).await.map_err(|e| {
            Error::new(
                Code::BadConfig,
                format!(
                    "cannot listen on {address}: {e}; is another server running there? Give another --listen"
                ),
            )
        })
    }

    /// Creates the owner's account when there is no account yet, and returns its password, once.
    pub async fn first_admin(&self) -> Result<Option<(User, String)>> {
        self.services.staff.create_first_admin(FIRST_ADMIN).await
    }

    /// Serves until the process is told to stop (Ctrl-C, SIGTERM), then lets running turns finish.
    pub async fn serve(self, listener: TcpListener) -> Result<()> {
        let nodes = Arc::new(SqlNodes::new(self.core.db.clone()));
        nodes::join(&self.services, &self.core.connectors, nodes, self.ways).await?;
        self.services.chat.start().await?;
        self.services.webhooks.start();
        self.services.tasks.spawn(sources::keep_up(self.services.clone()));
        let stop = self.services.tasks.token();
        self.services.tasks.spawn(stop_on_signal(self.services.tasks.clone()));
        self.services.tasks.spawn(self.services.trainer.clone().follow());
        self.services.tasks.spawn(self.services.shadow.clone().follow());
        let service = router(self.services.clone()).into_make_service_with_connect_info::<SocketAddr>();
        // A frame waits for nothing: with Nagle's algorithm the second of two small ones would wait for the
        // acknowledgement of the first.
        let listener = listener.tap_io(|stream| {
            let _ = stream.set_nodelay(true);
        });
        let serving = axum::serve(listener, service).with_graceful_shutdown(stop.clone().cancelled_owned());
        let patience = async {
            stop.cancelled().await;
            tokio::time::sleep(SHUTDOWN_PATIENCE).await;
        };
        tokio::select! {
            done = serving => done.map_err(|e| Error::from(e).at("serving"))?,
            () = patience => tracing::warn!("some connections did not end in time"),
        }
        self.core.close().await;
        Ok(())
    }
}

/// Tells each of several listeners, in this order.
struct Listeners(Vec<Arc<dyn Listener>>);

impl Listener for Listeners {
    fn happened(&self, event: &ChatEvent) {
        self.0.iter().for_each(|listener| listener.happened(event));
    }
}

/// Staff accounts of a data folder, for the command line.
pub async fn open_staff(config: &Config) -> Result<Staff> {
    struct Nobody;
    impl Listener for Nobody {
        fn happened(&self, _: &ChatEvent) {}
    }
    let db = open_database(config).await?;
    let store = Arc::new(SqlStaffStore::new(db));
    Staff::open(store, Arc::new(Nobody), Tasks::new(), StaffSettings::default()).await
}

/// When conversations end by themselves, if they do.
fn idleness(config: &ChatConfig) -> Option<Idleness> {
    let minutes = |minutes: u32| Duration::from_secs(60 * u64::from(minutes));
    let notice = Some(config.idle_notice_minutes).filter(|notice| *notice > 0)?;
    Some(Idleness { notice: minutes(notice), close: minutes(config.idle_close_minutes) })
}

async fn stop_on_signal(tasks: Tasks) {
    let token = tasks.token();
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    let terminated = async {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => {
                terminate.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<()>();
    tokio::select! {
        _ = interrupted => {}
        () = terminated => {}
        () = token.cancelled() => {}
    }
    tracing::info!("stopping");
    token.cancel();
}
