//! All declared systems: those of files and those of the database, changed while they are in use.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use async_trait::async_trait;
use tokio::sync::Mutex;

use super::compile::Compiled;
use super::declare::read_folder;
use super::reach;
use super::system::System;
use crate::dialog::systems::{BusinessSystems, Call, ConnectorDesk, Reply, Trial, Trouble};
use crate::domain::{ConnectorSource, ConnectorSpec, ConnectorStatus};
use crate::error::{Code, Error, Result};
use crate::tasks::Tasks;

/// How long trying an operation may take, beside the connector's own limit.
const TRIAL_LIMIT: Duration = Duration::from_secs(30);

/// Folder of the declarations, below the shop's settings.
const FOLDER: &str = "connectors";

/// Where declarations made over the API are kept.
#[async_trait]
pub trait ConnectorStore: Send + Sync {
    async fn all(&self) -> Result<Vec<ConnectorSpec>>;
    async fn put(&self, spec: &ConnectorSpec) -> Result<()>;
    /// Whether there was one.
    async fn remove(&self, name: &str) -> Result<bool>;
}

/// What the registry is opened with.
#[derive(Clone, Debug)]
pub struct ConnectorsSettings {
    /// Folder of the shop's settings; declarations lie in `connectors/` below it.
    pub folder: PathBuf,
    /// Values for `${name}` in base addresses.
    pub variables: BTreeMap<String, String>,
}

type Systems = BTreeMap<String, (ConnectorSource, Arc<System>)>;

/// The business systems of a shop. Cheap to share.
pub struct Connectors {
    settings: ConnectorsSettings,
    store: Arc<dyn ConnectorStore>,
    tasks: Tasks,
    systems: ArcSwap<Systems>,
    /// Changes happen one after the other.
    changing: Mutex<()>,
}

impl Connectors {
    /// Reads every declaration.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn open(
        settings: ConnectorsSettings,
        store: Arc<dyn ConnectorStore>,
        tasks: Tasks,
    ) -> Result<Arc<Self>> {
        let connectors =
            Arc::new(Self { settings, store, tasks, systems: ArcSwap::default(), changing: Mutex::new(()) });
        connectors.reload().await?;
        Ok(connectors)
    }

    /// Reads files and database again. A system whose declaration is the same goes on as it is, with its breaker, its
    /// connections and what it has kept. A file that is wrong is said to be so and changes nothing: its system goes on
    /// as it was, or is left out where there was none, and what needs it goes to a person.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn reload(&self) -> Result<()> {
        let _one = self.changing.lock().await;
        let before = self.systems.load_full();
        let mut systems = Systems::new();
        for (name, read) in read_folder(&self.settings.folder.join(FOLDER), &self.settings.variables) {
            let made =
                read.map_err(|e| e.to_string()).and_then(|compiled| self.kept_or_new(&before, compiled));
            match made {
                Ok(system) => {
                    systems.insert(name, (ConnectorSource::File, system));
                }
                Err(why) => {
                    tracing::error!(connector = %name, "this declaration is not used: {why}");
                    let old = before.get(&name).filter(|(source, _)| *source == ConnectorSource::File);
                    systems.extend(old.map(|old| (name, old.clone())));
                }
            }
        }
        for spec in self.store.all().await? {
            let name = spec.name.clone();
            if systems.contains_key(&name) {
                tracing::warn!(connector = %name, "declared in a file and over the API: the file counts");
                continue;
            }
            let made =
                Compiled::new(spec, &self.settings.variables).and_then(|c| self.kept_or_new(&before, c));
            match made {
                Ok(system) => {
                    systems.insert(name, (ConnectorSource::Database, system));
                }
                Err(why) => tracing::error!(connector = %name, "a stored connector is left out: {why}"),
            }
        }
        for (_, system) in systems.values() {
            let same = |old: &(ConnectorSource, Arc<System>)| Arc::ptr_eq(&old.1, system);
            let known = before.get(&system.compiled.spec.name).is_some_and(same);
            if system.compiled.spec.prewarm && !known {
                let system = system.clone();
                self.tasks.spawn(async move { system.warm().await });
            }
        }
        self.systems.store(Arc::new(systems));
        Ok(())
    }

    fn kept_or_new(&self, before: &Systems, compiled: Compiled) -> std::result::Result<Arc<System>, String> {
        match before.get(&compiled.spec.name) {
            Some((_, old)) if old.compiled.spec == compiled.spec && old.compiled.base == compiled.base => {
                Ok(old.clone())
            }
            _ => System::new(compiled, &self.settings.folder).map(Arc::new),
        }
    }

    fn find(&self, name: &str) -> Option<(ConnectorSource, Arc<System>)> {
        self.systems.load().get(name).cloned()
    }

    fn refuse_file(&self, name: &str) -> Result<()> {
        match self.find(name) {
            Some((ConnectorSource::File, _)) => Err(Error::new(
                Code::Conflict,
                format!("the connector {name} is declared in connectors/{name}.toml; change it there"),
            )),
            _ => Ok(()),
        }
    }
}

#[async_trait]
impl BusinessSystems for Connectors {
    fn declares(&self, operation: &str) -> bool {
        let Some((connector, operation)) = operation.split_once('.') else { return false };
        self.find(connector).is_some_and(|(_, system)| system.compiled.operations.contains_key(operation))
    }

    fn repeatable(&self, operation: &str) -> bool {
        let Some((connector, operation)) = operation.split_once('.') else { return false };
        let found = self.find(connector);
        let declared = found.as_ref().and_then(|(_, system)| system.compiled.operations.get(operation));
        declared.is_some_and(|operation| operation.is_read() || operation.idempotency_header.is_some())
    }

    async fn call(&self, call: Call) -> std::result::Result<Reply, Trouble> {
        let (connector, operation) = call.operation.split_once('.').ok_or(Trouble::Undeclared)?;
        let (_, system) = self.find(connector).ok_or(Trouble::Undeclared)?;
        let operation = system.compiled.operations.get(operation).ok_or(Trouble::Undeclared)?;
        let answered = system.call(operation, &call).await;
        // A refund in one system is a new state of the order in another; it may be there although no answer came.
        if !operation.is_read() {
            self.systems.load().values().for_each(|(_, system)| system.forget());
        }
        answered
    }
}

#[async_trait]
impl ConnectorDesk for Connectors {
    fn list(&self) -> Vec<ConnectorStatus> {
        self.systems.load().values().map(|(source, system)| status(*source, system)).collect()
    }

    async fn put(&self, spec: ConnectorSpec) -> Result<ConnectorStatus> {
        self.refuse_file(&spec.name)?;
        reach::check(&spec).map_err(Error::invalid)?;
        let compiled = Compiled::new(spec.clone(), &self.settings.variables).map_err(Error::invalid)?;
        System::new(compiled, &self.settings.folder).map_err(Error::invalid)?;
        self.store.put(&spec).await?;
        self.reload().await?;
        let (source, system) =
            self.find(&spec.name).ok_or_else(|| Error::internal("a stored connector is not there"))?;
        Ok(status(source, &system))
    }

    async fn remove(&self, name: &str) -> Result<()> {
        self.refuse_file(name)?;
        if !self.store.remove(name).await? {
            return Err(Error::not_found("connector", name));
        }
        self.reload().await
    }

    async fn trial(&self, name: &str, operation: &str, params: BTreeMap<String, String>) -> Result<Trial> {
        if self.find(name).is_none() {
            return Err(Error::not_found("connector", name));
        }
        let started = Instant::now();
        let call = Call {
            operation: format!("{name}.{operation}"),
            params,
            deadline: started + TRIAL_LIMIT,
            idempotency_key: Some(uuid::Uuid::now_v7().to_string()),
            fresh: true,
        };
        let outcome = self.call(call).await;
        let ms = started.elapsed().as_secs_f32() * 1000.0;
        Ok(match outcome {
            Ok(reply) => Trial { outcome: "ok".to_owned(), detail: None, records: reply.records, ms },
            Err(trouble) => {
                let detail = match &trouble {
                    Trouble::Failed(why) | Trouble::Broken(why) => Some(why.clone()),
                    _ => None,
                };
                Trial { outcome: trouble.name().to_owned(), detail, records: Vec::new(), ms }
            }
        })
    }
}

fn status(source: ConnectorSource, system: &System) -> ConnectorStatus {
    ConnectorStatus { source, breaker: system.breaker.name().to_owned(), spec: system.compiled.spec.clone() }
}
