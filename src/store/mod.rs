//! Everything that is written down: the one database file and all SQL.
//!
//! Other rooms declare traits (`chat::ChatStore`, `knowledge::Catalogue`, …) and this room implements them, a file
//! a trait; they meet in `app.rs`. No SQL, no sqlx type and no row layout is visible outside this folder, and
//! nothing in here decides anything about conversations or documents.
//!
//! SQL is written so that PostgreSQL can read it too: `$1` placeholders, `ON CONFLICT`, `RETURNING`, partial
//! indexes, times as microseconds since the epoch ([`columns`]), ids and JSON as text.

mod actions;
mod canned;
mod chat;
pub mod columns;
mod connectors;
mod dictionaries;
mod errors;
mod evaluations;
mod examples;
mod findings;
mod inboxes;
mod keys;
mod knowledge;
mod lessons;
mod reports;
mod staff;
mod teams;
mod versions;
mod webhooks;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use sqlx::migrate::Migrator;
use sqlx::pool::PoolConnection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection, Sqlite, SqliteConnection, SqlitePool, Transaction};

use crate::error::{Code, Error, Result};

pub use actions::SqlActions;
pub use canned::SqlCanned;
pub use chat::SqlChatStore;
pub use connectors::SqlConnectors;
pub use dictionaries::SqlDictionaries;
pub use evaluations::SqlEvaluations;
pub use examples::SqlExamples;
pub use findings::SqlFindings;
pub use knowledge::SqlCatalogue;
pub use lessons::SqlLessons;
pub use reports::SqlReports;
pub use staff::SqlStaffStore;
pub use versions::SqlVersions;
pub use webhooks::SqlWebhooks;

pub(crate) use errors::{OnConstraint, database_error};

/// The migrations of this build, embedded. They are applied in one transaction when the file is opened.
static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// How long a write waits for another process (the command line beside a running server) to finish its own.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// Between two attempts to open a file that another process is creating.
const BUSY_PAUSE: Duration = Duration::from_millis(20);

/// How long a caller waits for a free connection before it is told that the database does not answer.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(15);

/// A write transaction. It holds the only writer connection; dropped without `commit` it is rolled back.
pub(crate) type WriteTx = Transaction<'static, Sqlite>;

/// The open database. Cheap to clone.
///
/// SQLite in WAL mode with one writer connection and a pool of readers. The single writer takes its lock at once
/// (`BEGIN IMMEDIATE`): a transaction that begins by reading and writes later would be refused as busy the moment
/// another process has written in between, and retrying it is not ours to do. Readers never wait for the writer
/// and see the last commit.
///
/// `synchronous = FULL`: every commit is fsynced into the log before it returns. In WAL mode `NORMAL` would survive
/// the death of the process but not of the machine; a message we acknowledged has to survive both. The price, one
/// fsync a commit, is shared by grouping messages into transactions (`chat/group.rs`).
#[derive(Clone, Debug)]
pub struct Db {
    writer: SqlitePool,
    readers: SqlitePool,
    path: PathBuf,
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
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY_TIMEOUT)
            .pragma("journal_size_limit", "67108864")
            .pragma("cache_size", "-8192")
            .pragma("temp_store", "memory");

        let opening = |e| open_error(path, e);
        let writer = open_writer(&options).await.map_err(opening)?;

        let mut tx = writer.begin_with("BEGIN IMMEDIATE").await.map_err(opening)?;
        MIGRATIONS.run(&mut *tx).await.map_err(|e| open_error(path, e.into()))?;
        tx.commit().await.map_err(opening)?;

        let readers = SqlitePoolOptions::new()
            .max_connections(reader_count())
            .min_connections(0)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .max_lifetime(None)
            .test_before_acquire(false)
            .connect_with(options.pragma("query_only", "on"))
            .await
            .map_err(opening)?;
        Ok(Db { writer, readers, path: path.to_owned() })
    }

    /// The database file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Closes all connections and folds the log into the main file. Later calls fail with [`Code::Database`].
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }

    /// Writes a copy as of one moment into the new file `to`, while others read and write.
    ///
    /// # Errors
    /// When `to` exists or cannot be written.
    pub async fn copy_to(&self, to: &Path) -> Result<()> {
        // A connection of its own: neither the writer, which messages wait for, nor a reader, which may not write.
        let options = SqliteConnectOptions::new().filename(&self.path).busy_timeout(BUSY_TIMEOUT);
        let mut connection = SqliteConnection::connect_with(&options).await.map_err(database_error)?;
        let copied = sqlx::query("VACUUM INTO $1").bind(to.to_string_lossy().into_owned());
        copied.execute(&mut connection).await.map_err(database_error)?;
        connection.close().await.map_err(database_error)
    }

    /// Whether the database answers: for readiness checks.
    pub async fn ping(&self) -> Result<()> {
        sqlx::query("SELECT 1").execute(&self.readers).await.map_err(database_error)?;
        Ok(())
    }

    /// Begins a write. Keep it short: chat messages wait for the same connection. Import in slices.
    pub(crate) async fn write(&self) -> Result<WriteTx> {
        self.writer.begin_with("BEGIN IMMEDIATE").await.map_err(database_error)
    }

    /// A connection that only reads. For several queries that must agree, begin a transaction on it.
    pub(crate) async fn read(&self) -> Result<PoolConnection<Sqlite>> {
        self.readers.acquire().await.map_err(database_error)
    }

    /// The pool of readers, for single queries: `query(..).fetch_all(db.reader())`.
    pub(crate) fn reader(&self) -> &SqlitePool {
        &self.readers
    }
}

/// The pool with the one writer connection.
///
/// Turning a new file over to WAL is refused at once while another process does the same, whatever the busy timeout
/// says; so that is tried again for as long.
async fn open_writer(options: &SqliteConnectOptions) -> sqlx::Result<SqlitePool> {
    let deadline = Instant::now() + BUSY_TIMEOUT;
    loop {
        let opened = SqlitePoolOptions::new()
            .max_connections(1)
            .min_connections(1)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .idle_timeout(None)
            .max_lifetime(None)
            .test_before_acquire(false)
            .connect_with(options.clone())
            .await;
        match opened {
            Err(e) if errors::is_busy(&e) && Instant::now() < deadline => {
                tokio::time::sleep(BUSY_PAUSE).await
            }
            other => return other,
        }
    }
}

fn reader_count() -> u32 {
    let cores = std::thread::available_parallelism().map_or(2, |n| n.get());
    u32::try_from(cores.clamp(2, 8)).unwrap_or(2)
}

fn open_error(path: &Path, cause: sqlx::Error) -> Error {
    let why = match &cause {
        sqlx::Error::Migrate(e) => format!(
            "its tables do not fit this version of the program ({e}); use the version that wrote it, or restore a backup"
        ),
        other => format!(
            "{other}; check that the folder exists, is writable, and that the file is a Zhike database"
        ),
    };
    Error::new(Code::Database, format!("cannot open the database {}: {why}", path.display()))
        .with_source(cause)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
pub(crate) mod tests {
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
        let mode: String = sqlx::query_scalar("PRAGMA journal_mode").fetch_one(&mut *tx).await.unwrap();
        let sync: i64 = sqlx::query_scalar("PRAGMA synchronous").fetch_one(&mut *tx).await.unwrap();
        let keys: i64 = sqlx::query_scalar("PRAGMA foreign_keys").fetch_one(&mut *tx).await.unwrap();
        assert_eq!((mode.as_str(), sync, keys), ("wal", 2, 1));
    }

    #[tokio::test]
    async fn readers_cannot_write() {
        let (db, _dir) = scratch().await;
        let refused = sqlx::query("DELETE FROM _sqlx_migrations").execute(db.reader()).await;
        assert!(refused.is_err());
    }

    #[tokio::test]
    async fn a_second_process_may_open_the_same_file_and_sees_what_was_committed() {
        let (server, _dir) = scratch().await;
        let cli = Db::open(server.path()).await.unwrap();
        let mut tx = cli.write().await.unwrap();
        sqlx::query("CREATE TABLE seen (n BIGINT)").execute(&mut *tx).await.unwrap();
        sqlx::query("INSERT INTO seen VALUES ($1)").bind(7_i64).execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
        let n: i64 = sqlx::query_scalar("SELECT n FROM seen").fetch_one(server.reader()).await.unwrap();
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
        sqlx::query("CREATE TABLE gone (n BIGINT)").execute(&mut *tx).await.unwrap();
        drop(tx);
        let tables: Vec<String> = sqlx::query_scalar("SELECT name FROM sqlite_master WHERE name = 'gone'")
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
