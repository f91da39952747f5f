//! Opening a database: its connections, how they are set, and its tables brought up to date.

use std::path::Path;
use std::str::FromStr;
use std::time::{Duration, Instant};

use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, SqlitePool};

use crate::error::{Code, Error, Result};

use super::dialect::Dialect;
use super::errors;
use super::sql::Pool;

/// The migrations of this build, embedded. They are applied when a database is opened.
static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// How long a write waits for another process (the command line beside a running server) to finish its own.
pub(super) const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// Between two attempts to open a file that another process is creating.
const BUSY_PAUSE: Duration = Duration::from_millis(20);

/// How long a caller waits for a free connection before it is told that the database does not answer.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(15);

/// The same for PostgreSQL, which may be away: whoever waits is told before a balancer gives up.
const POSTGRES_ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);

/// Connections of one node to PostgreSQL for writes; all but one of them wait for the lock.
const POSTGRES_WRITERS: u32 = 4;

/// Connections of one node to PostgreSQL for reads.
const POSTGRES_READERS: u32 = 12;

/// A write that waits longer than this for those of other nodes fails, and is tried again by its caller.
const LOCK_TIMEOUT: &str = "10s";

/// A node that stops in the middle of a transaction, and holds up the others, loses it after this.
const IDLE_TIMEOUT: &str = "15s";

/// The pools of an open database: writers, then readers.
pub(super) type Pools = (Pool, Pool);

/// Opens the file, creates it when there is none.
pub(super) async fn sqlite(path: &Path) -> Result<Pools> {
    let options = sqlite_options(path);
    let opening = |e| open_error(path, e);
    let writer = open_writer(&options).await.map_err(opening)?;

    let mut tx = writer.begin_with("BEGIN IMMEDIATE").await.map_err(opening)?;
    Dialect::Sqlite.migrations(&MIGRATIONS).run(&mut *tx).await.map_err(|e| open_error(path, e.into()))?;
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
    Ok((Pool::Sqlite(writer), Pool::Sqlite(readers)))
}

/// How every connection to a file is set.
fn sqlite_options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT)
        .pragma("journal_size_limit", "67108864")
        .pragma("cache_size", "-8192")
        .pragma("temp_store", "memory")
}

/// Connects to the database that `url` names.
pub(super) async fn postgres(url: &str) -> Result<Pools> {
    let no_address = |why: String| {
        let text = format!(
            "database_url is no address of PostgreSQL: {why}; write it as postgres://user:password@host/name"
        );
        Error::new(Code::BadConfig, text)
    };
    if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
        return Err(no_address("it does not begin with postgres://".to_owned()));
    }
    let options = PgConnectOptions::from_str(url)
        .map_err(|e| no_address(e.to_string()))?
        .application_name("zhike")
        .options([("idle_in_transaction_session_timeout", IDLE_TIMEOUT)])
        .log_slow_statements(tracing::log::LevelFilter::Debug, Duration::from_secs(1));
    let place = format!("{}:{}", options.get_host(), options.get_port());
    let failed = |e: sqlx::Error| postgres_error(&place, e);
    let pool = |connections: u32, options: PgConnectOptions| {
        PgPoolOptions::new()
            .max_connections(connections)
            .min_connections(1)
            .acquire_timeout(POSTGRES_ACQUIRE_TIMEOUT)
            .connect_with(options)
    };
    // Not for migrations: they may wait for another node that makes a large change.
    let mut connection = options.connect().await.map_err(failed)?;
    Dialect::Postgres.migrations(&MIGRATIONS).run(&mut connection).await.map_err(|e| failed(e.into()))?;
    sqlx::Connection::close(connection).await.map_err(failed)?;

    let options = options.options([("lock_timeout", LOCK_TIMEOUT)]);
    let writers = pool(POSTGRES_WRITERS, options.clone()).await.map_err(failed)?;
    let readers = options.options([("default_transaction_read_only", "on")]);
    let readers = pool(POSTGRES_READERS, readers).await.map_err(failed)?;
    Ok((Pool::Postgres(writers), Pool::Postgres(readers)))
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
        sqlx::Error::Migrate(e) => misfit(e),
        other => format!(
            "{other}; check that the folder exists, is writable, and that the file is a Zhike database"
        ),
    };
    Error::new(Code::Database, format!("cannot open the database {}: {why}", path.display()))
        .with_source(cause)
}

fn postgres_error(place: &str, cause: sqlx::Error) -> Error {
    let why = match &cause {
        sqlx::Error::Migrate(e) => misfit(e),
        other => format!("{other}; check database_url, and that the server runs and lets this user in"),
    };
    Error::new(Code::Database, format!("cannot open the database on {place}: {why}")).with_source(cause)
}

fn misfit(e: &sqlx::migrate::MigrateError) -> String {
    format!(
        "its tables do not fit this version of the program ({e}); use the version that wrote it, or restore a backup"
    )
}
