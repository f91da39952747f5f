//! Everything that is written down: the database and all SQL.
//!
//! Other rooms declare traits (`chat::ChatStore`, `knowledge::Catalogue`, …) and this room implements them, a file
//! a trait; they meet in `app.rs`. No SQL, no sqlx type and no row layout is visible outside this folder, and
//! nothing in here decides anything about conversations or documents.
//!
//! There are two databases, one file of SQLite or PostgreSQL, and one text of SQL for both: `$1` placeholders,
//! `ON CONFLICT`, `RETURNING`, partial indexes, times as microseconds since the epoch ([`columns`]), ids and JSON as
//! text. `sql` runs it on either; what they cannot both read is in `dialect`.

mod actions;
mod answers;
mod canned;
mod chat;
pub mod columns;
mod connectors;
mod copy;
mod dialect;
mod dictionaries;
mod errors;
mod evaluations;
mod examples;
mod findings;
mod inboxes;
mod keys;
mod knowledge;
mod lessons;
mod nodes;
mod once;
mod open;
mod reports;
mod shadow;
mod sources;
mod sql;
mod staff;
mod teams;
mod versions;
mod webhooks;

use std::path::Path;
use std::sync::Arc;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection, SqliteConnection};

use crate::error::{Code, Error, Result};

use dialect::Dialect;
use sql::{Pool, query};

pub use actions::SqlActions;
pub use answers::SqlAnswers;
pub use canned::SqlCanned;
pub use chat::{SqlChatStore, SqlRecordings};
pub use connectors::SqlConnectors;
pub use copy::{Checksum, CopiedTable, copy_all};
pub use dictionaries::SqlDictionaries;
pub use evaluations::SqlEvaluations;
pub use examples::SqlExamples;
pub use findings::SqlFindings;
pub use knowledge::SqlCatalogue;
pub use lessons::SqlLessons;
pub use nodes::SqlNodes;
pub use once::SqlOnce;
pub use reports::SqlReports;
pub use shadow::SqlShadow;
pub use sources::SqlSources;
pub use staff::SqlStaffStore;
pub use versions::SqlVersions;
pub use webhooks::SqlWebhooks;

pub(crate) use errors::{FOREIGN_KEY, OnConstraint, database_error};

/// A transaction. It holds a connection; dropped without `commit` it is rolled back.
pub(crate) use sql::Tx;

/// The open database. Cheap to clone.
///
/// **SQLite** in WAL mode with one writer connection and a pool of readers. The single writer takes its lock at once
/// (`BEGIN IMMEDIATE`): a transaction that begins by reading and writes later would be refused as busy the moment
/// another process has written in between, and retrying it is not ours to do. Readers never wait for the writer
/// and see the last commit.
///
/// `synchronous = FULL`: every commit is fsynced into the log before it returns. In WAL mode `NORMAL` would survive
/// the death of the process but not of the machine; a message we acknowledged has to survive both. The price, one
/// fsync a commit, is shared by grouping messages into transactions (`chat/group.rs`).
///
/// **PostgreSQL** for several nodes, with the same behaviour: writes take a lock of the database (`dialect.rs`), a
/// commit that has returned is on disk, readers see the last commit.
#[derive(Clone, Debug)]
pub struct Db {
    writer: Pool,
    readers: Pool,
    place: Place,
}

/// Where the database is.
#[derive(Clone, Debug)]
enum Place {
    File(Arc<Path>),
    Server,
}

impl Db {
    /// Opens the database file, creates it when there is none, and brings its tables up to date.
    ///
    /// Another process may have the same file open: both see each other's commits, and writes wait for each other
    /// up to ten seconds.
    ///
    /// # Errors
    /// [`Code::Database`] when the file cannot be opened, is no database, or was written by a newer version.
    pub async fn open(path: &Path) -> Result<Db> {
        let (writer, readers) = open::sqlite(path).await?;
        Ok(Db { writer, readers, place: Place::File(path.into()) })
    }

    /// Connects to PostgreSQL and brings the tables of the database up to date. Any number of nodes may do so at once.
    ///
    /// # Errors
    /// [`Code::BadConfig`] when `url` is not one, [`Code::Database`] when there is no answer or the tables are of a
    /// newer version.
    pub async fn connect(url: &str) -> Result<Db> {
        let (writer, readers) = open::postgres(url).await?;
        Ok(Db { writer, readers, place: Place::Server })
    }

    /// The database file; none when it is a server's.
    pub fn path(&self) -> Option<&Path> {
        match &self.place {
            Place::File(path) => Some(path),
            Place::Server => None,
        }
    }

    /// Closes all connections and folds the log into the main file. Later calls fail with [`Code::Database`].
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }

    /// Writes a copy as of one moment into the new file `to`, while others read and write.
    ///
    /// # Errors
    /// When `to` exists or cannot be written, or the database is a server's.
    pub async fn copy_to(&self, to: &Path) -> Result<()> {
        let Place::File(path) = &self.place else {
            return Err(Error::new(Code::BadConfig, "a database of PostgreSQL is copied with pg_dump"));
        };
        // A connection of its own: neither the writer, which messages wait for, nor a reader, which may not write.
        let options = SqliteConnectOptions::new().filename(path).busy_timeout(open::BUSY_TIMEOUT);
        let mut connection = SqliteConnection::connect_with(&options).await.map_err(database_error)?;
        let copied = sqlx::query("VACUUM INTO $1").bind(to.to_string_lossy().into_owned());
        copied.execute(&mut connection).await.map_err(database_error)?;
        connection.close().await.map_err(database_error)
    }

    /// Whether the database answers: for readiness checks.
    pub async fn ping(&self) -> Result<()> {
        query("SELECT 1").execute(&self.readers).await.map_err(database_error)?;
        Ok(())
    }

    /// Begins a write. Keep it short: chat messages wait for the same connection. Import in slices.
    pub(crate) async fn write(&self) -> Result<Tx> {
        self.writer.begin_with(self.dialect().begin_write()).await.map_err(database_error)
    }

    /// Begins a group of appends to conversations: see [`Dialect::begin_group`].
    pub(in crate::store) async fn write_group(&self) -> Result<Tx> {
        self.writer.begin_with(self.dialect().begin_group()).await.map_err(database_error)
    }

    /// One moment of the database, for several queries that must agree.
    pub(crate) async fn snapshot(&self) -> Result<Tx> {
        self.readers.begin_with(self.dialect().begin_snapshot()).await.map_err(database_error)
    }

    /// The pool of readers, for single queries: `query(..).fetch_all(db.reader())`.
    pub(in crate::store) fn reader(&self) -> &Pool {
        &self.readers
    }

    /// The pool of writers, for single statements that decide by themselves. On PostgreSQL they wait for no other write.
    pub(in crate::store) fn writer(&self) -> &Pool {
        &self.writer
    }

    pub(in crate::store) fn dialect(&self) -> Dialect {
        match &self.writer {
            Pool::Sqlite(_) => Dialect::Sqlite,
            Pool::Postgres(_) => Dialect::Postgres,
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
pub(crate) mod tests {
    use super::sql::query_scalar;
    use super::*;

    /// A database in a folder of its own; the folder lives as long as the guard.
    pub(crate) async fn scratch() -> (Db, tempfile::TempDir) {
        let dir = tempfile::tempdir().unwrap();
        let db = Db::open(&dir.path().join("zhike.db")).await.unwrap();
        (db, dir)
    }

    #[tokio::test]
    async fn every_commit_is_synced_into_a_write_ahead_log() {
        let (db, _dir) = scratch().await;
        let mut tx = db.write().await.unwrap();
        let mode: String = query_scalar("PRAGMA journal_mode").fetch_one(&mut tx).await.unwrap();
        let sync: i64 = query_scalar("PRAGMA synchronous").fetch_one(&mut tx).await.unwrap();
        let keys: i64 = query_scalar("PRAGMA foreign_keys").fetch_one(&mut tx).await.unwrap();
        assert_eq!((mode.as_str(), sync, keys), ("wal", 2, 1));
    }

    #[tokio::test]
    async fn readers_cannot_write() {
        let (db, _dir) = scratch().await;
        let refused = query("DELETE FROM _sqlx_migrations").execute(db.reader()).await;
        assert!(refused.is_err());
    }

    #[tokio::test]
    async fn a_second_process_may_open_the_same_file_and_sees_what_was_committed() {
        let (server, _dir) = scratch().await;
        let cli = Db::open(server.path().unwrap()).await.unwrap();
        let mut tx = cli.write().await.unwrap();
        query("CREATE TABLE seen (n BIGINT)").execute(&mut tx).await.unwrap();
        query("INSERT INTO seen VALUES ($1)").bind(7_i64).execute(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        let n: i64 = query_scalar("SELECT n FROM seen").fetch_one(server.reader()).await.unwrap();
        assert_eq!(n, 7);
    }

    #[tokio::test]
    async fn several_processes_may_create_the_same_file_at_once() {
        for _ in 0..10 {
            let dir = tempfile::tempdir().unwrap();
            let path = dir.path().join("zhike.db");
            let (a, b, c) = tokio::join!(Db::open(&path), Db::open(&path), Db::open(&path));
            assert!(a.is_ok() && b.is_ok() && c.is_ok(), "{a:?} {b:?} {c:?}");
        }
    }

    #[tokio::test]
    async fn a_transaction_that_is_dropped_leaves_nothing() {
        let (db, _dir) = scratch().await;
        let mut tx = db.write().await.unwrap();
        query("CREATE TABLE gone (n BIGINT)").execute(&mut tx).await.unwrap();
        drop(tx);
        let tables: Vec<String> = query_scalar("SELECT name FROM sqlite_master WHERE name = 'gone'")
            .fetch_all(db.reader())
            .await
            .unwrap();
        assert!(tables.is_empty());
    }

    #[tokio::test]
    async fn a_file_that_is_no_database_is_refused_with_its_name() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("notes.db");
        std::fs::write(&path, "not a database, only a text that somebody put here by mistake").unwrap();
        let error = Db::open(&path).await.unwrap_err();
        assert_eq!(error.code(), Code::Database);
        assert!(error.detail().contains("notes.db"), "{error}");
    }
}
