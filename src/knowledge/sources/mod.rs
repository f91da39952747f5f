//! Folders and pages that are imported again and again, so that what is written elsewhere is answered here.
//!
//! A source says where, how often and for whom. A run brings what is new or changed (the same content again is no new
//! version), and removes what it once brought and is no longer there, if that is wanted. What a page is fetched with is
//! somebody else's matter ([`Fetch`]); a folder must lie in one that the configuration names.

mod desk;
mod folder;
mod run;

use std::collections::BTreeSet;

use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use desk::Sources;

use crate::domain::{Audience, SourceId};
use crate::error::Result;

/// Where a source's documents come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum SourceKind {
    Folder,
    Url,
}

/// A source as a person writes it.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SourceDraft {
    pub kind: SourceKind,
    /// A folder on the server, below one of `knowledge.folders` of the configuration; or a page's address.
    pub location: String,
    /// The base its documents go to; the default one when not given.
    #[serde(default)]
    pub base: Option<String>,
    /// Minutes from one run to the next.
    pub every_minutes: i64,
    #[serde(default = "yes")]
    pub enabled: bool,
    /// Whether documents go that it brought and no longer has.
    #[serde(default)]
    pub remove_missing: bool,
    /// Whether the page's address may be one of the own network.
    #[serde(default)]
    pub allow_private: bool,
    #[serde(default)]
    pub owner: Option<String>,
    #[serde(default)]
    pub tags: Vec<String>,
    #[serde(default)]
    pub audience: Audience,
}

fn yes() -> bool {
    true
}

/// Something that is imported again and again.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct KnowledgeSource {
    pub id: SourceId,
    pub kind: SourceKind,
    pub location: String,
    pub base: String,
    pub every_minutes: i64,
    pub enabled: bool,
    pub remove_missing: bool,
    pub allow_private: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    pub tags: Vec<String>,
    pub audience: Audience,
    #[schema(value_type = String, format = "date-time")]
    pub next_at: Timestamp,
    /// What the last run came to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_run: Option<SourceRun>,
    /// Names of the documents it has brought.
    #[serde(skip)]
    pub brought: BTreeSet<String>,
}

/// What a run came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SourceRun {
    #[schema(value_type = String, format = "date-time")]
    pub at: Timestamp,
    /// Documents that are new or changed.
    pub imported: usize,
    pub unchanged: usize,
    pub removed: usize,
    /// How many could not be read; the first of them with the reason.
    pub failed: usize,
    pub failures: Vec<SourceFailure>,
}

/// What could not be brought, and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SourceFailure {
    pub name: String,
    pub reason: String,
}

/// Where sources are kept.
#[async_trait]
pub trait SourceStore: Send + Sync {
    /// All sources, oldest first.
    async fn all(&self) -> Result<Vec<KnowledgeSource>>;
    /// One of them.
    async fn get(&self, id: SourceId) -> Result<Option<KnowledgeSource>>;
    /// Writes what a person says of a source, new or changed; what runs left behind stays.
    async fn put(&self, source: &KnowledgeSource) -> Result<()>;
    /// Removes a source; false when there is none. Its documents stay.
    async fn remove(&self, id: SourceId) -> Result<bool>;
    /// Moves the next run from `seen` to `next`; false when another node was quicker: the run is theirs.
    async fn claim(&self, id: SourceId, seen: Timestamp, next: Timestamp) -> Result<bool>;
    /// Writes what a run came to.
    async fn ran(&self, id: SourceId, run: &SourceRun, brought: &BTreeSet<String>) -> Result<()>;
}

/// A page as it was fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetched {
    /// The name of its document.
    pub name: String,
    pub bytes: Vec<u8>,
}

/// Fetches pages from outside the house.
#[async_trait]
pub trait Fetch: Send + Sync {
    /// Whether an address may be fetched from at all; the reason in words when not.
    fn check(&self, url: &str, allow_private: bool) -> Result<(), String>;
    /// The page, at most `limit` bytes of it; the reason in words when it cannot be had.
    async fn fetch(&self, url: &str, allow_private: bool, limit: u64) -> Result<Fetched, String>;
}
