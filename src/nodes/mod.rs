//! Several programs on one database: which of them run, what only one does at a time, and who is connected to which.
//!
//! A node says every two seconds that it runs; one that has not for ten is taken for dead, and what was its turn to do
//! becomes that of the others. A program with a database file of its own is alone: nothing is written, and every duty
//! is its own.
//!
//! The room knows neither what the duties are nor SQL; [`NodeStore`] is implemented by `store`. Times are those of the
//! nodes' own clocks, which have to agree within a second or two.

mod once;

use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use tokio_util::sync::{CancellationToken, DropGuard};
use uuid::Uuid;

use crate::domain::UserId;
use crate::error::Result;
use crate::tasks::Tasks;

pub use once::{Claim, OnceStore};

/// How often a node says that it runs.
pub const BEAT: Duration = Duration::from_secs(2);
/// After how long without that it is taken for dead.
const DEAD_AFTER: SignedDuration = SignedDuration::from_secs(10);
/// How long a duty is a node's own without being asked for again, and how often it asks.
const LEASE: SignedDuration = SignedDuration::from_secs(12);
const RENEW: Duration = Duration::from_secs(4);

/// A program that serves the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    pub id: String,
    /// Where it listens: for people who look at the list.
    pub address: String,
    /// Staff who are connected to it.
    pub staff: Vec<UserId>,
    pub started_at: Timestamp,
    pub seen_at: Timestamp,
}

/// What nodes keep in memory, and read again when another has changed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    Connectors,
    Dictionaries,
    Inboxes,
    /// What administrators tell the search about words.
    Lexicon,
    /// Sessions that were ended and keys that were changed before their time.
    Sessions,
    Teams,
    Users,
}

impl Topic {
    /// Every one.
    pub const ALL: [Topic; 7] = [
        Self::Connectors,
        Self::Dictionaries,
        Self::Inboxes,
        Self::Lexicon,
        Self::Sessions,
        Self::Teams,
        Self::Users,
    ];

    /// Its name in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Connectors => "connectors",
            Self::Dictionaries => "dictionaries",
            Self::Inboxes => "inboxes",
            Self::Lexicon => "lexicon",
            Self::Sessions => "sessions",
            Self::Teams => "teams",
            Self::Users => "users",
        }
    }
}

/// What nodes write down for each other.
#[async_trait]
pub trait NodeStore: Send + Sync {
    /// The node runs.
    async fn beat(&self, node: &Node) -> Result<()>;
    /// The node has ended.
    async fn leave(&self, id: &str) -> Result<()>;
    /// Nodes that were heard of since.
    async fn running(&self, since: Timestamp) -> Result<Vec<Node>>;
    /// Takes or keeps a duty until then; false while it is another's.
    async fn take(&self, duty: &str, holder: &str, now: Timestamp, until: Timestamp) -> Result<bool>;
    /// Gives a duty back.
    async fn give_back(&self, duty: &str, holder: &str) -> Result<()>;
    /// How often each kind of setting was changed.
    async fn setting_changes(&self) -> Result<BTreeMap<String, i64>>;
    /// What tells this database from all others.
    async fn installation(&self) -> Result<String>;
}

/// This node among the others. Cheap to clone.
#[derive(Clone, Default)]
pub struct Nodes {
    among: Option<Arc<Among>>,
}

struct Among {
    store: Arc<dyn NodeStore>,
    id: String,
    address: String,
    started_at: Timestamp,
    tasks: Tasks,
    others: ArcSwap<Vec<Node>>,
    /// Duties of this node, and until when it need not ask again.
    held: Mutex<BTreeMap<&'static str, Instant>>,
}

impl fmt::Debug for Nodes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Nodes").field("id", &self.id()).finish()
    }
}

/// A duty that is this node's as long as this lives.
#[derive(Debug)]
pub struct Duty {
    _renewed: Option<DropGuard>,
}

impl Nodes {
    /// A program with a database of its own.
    pub fn alone() -> Self {
        Self::default()
    }

    /// A node among others that listens on `address`.
    pub fn among(store: Arc<dyn NodeStore>, address: String, tasks: Tasks) -> Self {
        let among = Among {
            store,
            id: Uuid::now_v7().to_string(),
            address,
            started_at: Timestamp::now(),
            tasks,
            others: ArcSwap::default(),
            held: Mutex::default(),
        };
        Self { among: Some(Arc::new(among)) }
    }

    /// Whether there may be others.
    pub fn several(&self) -> bool {
        self.among.is_some()
    }

    /// The name of this node; empty when it is alone.
    pub fn id(&self) -> &str {
        self.among.as_ref().map_or("", |among| &among.id)
    }

    /// Says that this node runs, and who is connected to it, and learns of the others.
    pub async fn beat(&self, staff: Vec<UserId>) -> Result<()> {
        let Some(among) = &self.among else { return Ok(()) };
        let now = Timestamp::now();
        let node = Node {
            id: among.id.clone(),
            address: among.address.clone(),
            staff,
            started_at: among.started_at,
            seen_at: now,
        };
        among.store.beat(&node).await?;
        let mut others = among.store.running(now - DEAD_AFTER).await?;
        others.retain(|node| node.id != among.id);
        metrics::gauge!("zhike_nodes").set(others.len() as f64 + 1.0);
        among.others.store(Arc::new(others));
        Ok(())
    }

    /// Other nodes that run.
    pub fn others(&self) -> Arc<Vec<Node>> {
        self.among.as_ref().map(|among| among.others.load_full()).unwrap_or_default()
    }

    /// Staff who are connected to other nodes.
    pub fn staff_elsewhere(&self) -> HashSet<UserId> {
        self.others().iter().flat_map(|node| node.staff.iter().copied()).collect()
    }

    /// This node ends: what it had to do is the others' at once.
    pub async fn leave(&self) -> Result<()> {
        let Some(among) = &self.among else { return Ok(()) };
        let held = std::mem::take(&mut *among.held.lock().unwrap_or_else(PoisonError::into_inner));
        for duty in held.keys() {
            among.store.give_back(duty, &among.id).await?;
        }
        among.store.leave(&among.id).await
    }

    /// Whether something that one node does for all is this one's to do now.
    pub async fn my_duty(&self, duty: &'static str) -> Result<bool> {
        let Some(among) = &self.among else { return Ok(true) };
        let asked = Instant::now();
        let known = among.held.lock().unwrap_or_else(PoisonError::into_inner).get(duty).copied();
        if known.is_some_and(|until| asked < until) {
            return Ok(true);
        }
        let now = Timestamp::now();
        let mine = among.store.take(duty, &among.id, now, now + LEASE).await?;
        let mut held = among.held.lock().unwrap_or_else(PoisonError::into_inner);
        if mine {
            held.insert(duty, asked + RENEW);
        } else {
            held.remove(duty);
        }
        Ok(mine)
    }

    /// Takes a duty for as long as the result lives; none while another node has it.
    pub async fn hold(&self, duty: &'static str) -> Result<Option<Duty>> {
        let Some(among) = &self.among else { return Ok(Some(Duty { _renewed: None })) };
        let now = Timestamp::now();
        if !among.store.take(duty, &among.id, now, now + LEASE).await? {
            return Ok(None);
        }
        let (among, over) = (among.clone(), CancellationToken::new());
        let guard = over.clone().drop_guard();
        among.tasks.clone().spawn(async move {
            loop {
                tokio::select! {
                    () = over.cancelled() => break,
                    () = tokio::time::sleep(RENEW) => {}
                }
                let now = Timestamp::now();
                if let Err(e) = among.store.take(duty, &among.id, now, now + LEASE).await {
                    tracing::warn!(duty, error = %e, "a duty could not be kept; trying again");
                }
            }
            if let Err(e) = among.store.give_back(duty, &among.id).await {
                tracing::debug!(duty, error = %e, "a duty runs out by itself");
            }
        });
        Ok(Some(Duty { _renewed: Some(guard) }))
    }
}
