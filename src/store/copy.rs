//! Moving an installation from a file of SQLite into PostgreSQL: every table, row by row, counted and summed on both
//! sides, in one transaction.

use std::fmt;
use std::path::Path;

use futures_util::TryStreamExt;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::error::{Code, Error, Result};

use super::dialect::Dialect;
use super::sql::{Builder, Tx, Value, Values, query, query_scalar};
use super::{Db, database_error};

/// Every table, those first that others refer to.
pub(in crate::store) const TABLES: [&str; 46] = [
    "inboxes",
    "users",
    "staff_sessions",
    "api_keys",
    "teams",
    "team_members",
    "canned_responses",
    "visitors",
    "visitor_tokens",
    "conversations",
    "messages",
    "notes",
    "suggestions",
    "message_feedback",
    "csat",
    "closings",
    "read_marks",
    "queue_takes",
    "attachments",
    "attachment_files",
    "findings",
    "unanswered",
    "corrections",
    "lesson_decisions",
    "audit",
    "knowledge_changes",
    "documents",
    "document_versions",
    "originals",
    "chunks",
    "removed_chunks",
    "faqs",
    "training_runs",
    "connectors",
    "actions",
    "examples",
    "examples_left_out",
    "dictionary_entries",
    "lexicon_entries",
    "knowledge_sources",
    "evaluations",
    "shadow_runs",
    "shadow_turns",
    "webhooks",
    "webhook_outbox",
    "webhook_deliveries",
];

/// Tables about running programs and what they do just now: nothing of it is moved.
#[cfg(test)]
const OF_NODES: [&str; 6] = ["calls_once", "installation", "jobs", "leases", "nodes", "setting_changes"];

/// Rows in one statement, and bytes after which a statement is sent with fewer.
const ROWS: usize = 500;
const BYTES: usize = 4 << 20;
/// Placeholders that one statement of PostgreSQL may have.
const PLACEHOLDERS: usize = 60_000;

/// What became of one table.
#[derive(Clone, Debug, Serialize)]
pub struct CopiedTable {
    pub table: &'static str,
    pub rows: u64,
    /// Sum over all rows, the same on both sides.
    pub checksum: Checksum,
}

/// A sum over rows that does not depend on their order: SHA-256 of each, added up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Checksum(u128);

impl Checksum {
    fn add(&mut self, row: &Values) {
        let mut sha = Sha256::new();
        for value in &row.0 {
            match value {
                Value::Null(_) => sha.update([0]),
                Value::Bool(v) => sha.update([1, u8::from(*v)]),
                Value::Int(v) => part(&mut sha, 2, &v.to_le_bytes()),
                Value::Float(v) => part(&mut sha, 3, &v.to_le_bytes()),
                Value::Text(v) => part(&mut sha, 4, v.as_bytes()),
                Value::Blob(v) => part(&mut sha, 5, v),
            }
        }
        let digest = sha.finalize();
        let half = digest.iter().take(16).fold(0_u128, |sum, byte| sum << 8 | u128::from(*byte));
        self.0 = self.0.wrapping_add(half);
    }
}

/// The length first, so that no two rows run into each other.
fn part(sha: &mut Sha256, kind: u8, bytes: &[u8]) {
    sha.update([kind]);
    sha.update((bytes.len() as u64).to_le_bytes());
    sha.update(bytes);
}

impl fmt::Display for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl Serialize for Checksum {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Copies everything of `from` into `to`, which must be empty, and the files that people have sent, which lie in the
/// folder `files`; returns what each table had, and how many files there were. `each` hears of every table that is done.
///
/// Nothing is kept unless everything was copied and is the same when read back.
///
/// # Errors
/// [`Code::BadConfig`] when `to` holds something or is no PostgreSQL.
pub async fn copy_all(
    from: &Db,
    to: &Db,
    files: &Path,
    mut each: impl FnMut(&CopiedTable) + Send,
) -> Result<(Vec<CopiedTable>, usize)> {
    if to.dialect() != Dialect::Postgres {
        return Err(Error::new(
            Code::BadConfig,
            "an installation is moved into PostgreSQL: give a postgres:// address",
        ));
    }
    let mut source = from.snapshot().await?;
    let mut target = to.write().await?;
    check_empty(&mut target).await?;
    let mut copied = Vec::with_capacity(TABLES.len());
    for table in TABLES {
        let done = copy_table(table, &mut source, &mut target).await?;
        let (rows, checksum) = sum(table, &columns(table, &mut source).await?, &mut target).await?;
        if (rows, checksum) != (done.rows, done.checksum) {
            let text =
                format!("{table}: {} rows were read and {rows} written, or not the same ones", done.rows);
            return Err(Error::internal(text));
        }
        each(&done);
        copied.push(done);
    }
    let files = copy_files(files, &mut target).await?;
    target.commit().await.map_err(database_error)?;
    Ok((copied, files))
}

/// In PostgreSQL the files that people send lie in the database: nodes have no folder in common.
async fn copy_files(folder: &Path, target: &mut Tx) -> Result<usize> {
    let ids: Vec<String> =
        query_scalar("SELECT id FROM attachments").fetch_all(&mut *target).await.map_err(database_error)?;
    let mut files = 0;
    for id in ids {
        let path = folder.join(&id);
        match std::fs::read(&path) {
            Ok(content) => {
                query("INSERT INTO attachment_files (attachment_id, content) VALUES ($1, $2)")
                    .bind(&id)
                    .bind(content)
                    .execute(&mut *target)
                    .await
                    .map_err(database_error)?;
                files += 1;
            }
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
                tracing::warn!(file = %path.display(), "a file that somebody sent is missing; its message stays");
            }
            Err(e) => return Err(Error::from(e).at(path.display())),
        }
    }
    Ok(files)
}

/// Nothing but what a fresh database has: the inbox of those who name none.
async fn check_empty(target: &mut Tx) -> Result<()> {
    for table in TABLES {
        let mut count = Builder::new("SELECT COUNT(*) FROM ");
        count.push(table);
        if table == "inboxes" {
            count.push(" WHERE updated_at > 0 OR id <> 'default'");
        }
        let (rows,): (i64,) = count.build_query_as().fetch_one(&mut *target).await.map_err(database_error)?;
        if rows > 0 {
            let text =
                format!("the database is not empty: {table} has {rows} rows; create another database for it");
            return Err(Error::new(Code::BadConfig, text));
        }
    }
    Ok(())
}

async fn copy_table(table: &'static str, source: &mut Tx, target: &mut Tx) -> Result<CopiedTable> {
    let columns = columns(table, source).await?;
    // Only what a fresh database has is there: see `check_empty`.
    let clear = Builder::new(format!("DELETE FROM {table}"));
    clear.build().execute(&mut *target).await.map_err(database_error)?;

    let most = ROWS.min(PLACEHOLDERS / columns.len().max(1));
    let (mut count, mut checksum) = (0, Checksum::default());
    let (mut waiting, mut bytes) = (Vec::new(), 0);
    let mut rows =
        select(table, &columns).build_query_as::<Values>().fetch(&mut *source).map_err(database_error)?;
    while let Some(mut row) = rows.try_next().await.map_err(database_error)? {
        row.0.iter_mut().for_each(storable);
        checksum.add(&row);
        count += 1;
        bytes += row.0.iter().map(size).sum::<usize>();
        waiting.push(row.0);
        if waiting.len() >= most || bytes >= BYTES {
            insert(table, &columns, std::mem::take(&mut waiting), target).await?;
            bytes = 0;
        }
    }
    drop(rows);
    insert(table, &columns, waiting, target).await?;
    Ok(CopiedTable { table, rows: count, checksum })
}

/// PostgreSQL cannot hold the character U+0000 in a text.
fn storable(value: &mut Value) {
    if let Value::Text(text) = value
        && text.contains('\0')
    {
        *text = text.replace('\0', "\u{fffd}");
    }
}

fn size(value: &Value) -> usize {
    match value {
        Value::Text(text) => text.len(),
        Value::Blob(bytes) => bytes.len(),
        _ => 8,
    }
}

async fn insert(table: &str, columns: &[String], rows: Vec<Vec<Value>>, target: &mut Tx) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let mut insert = Builder::new("INSERT INTO ");
    insert.push(table).push(" (").push(columns.join(", ")).push(") ").push_rows(rows);
    insert.build().execute(target).await.map_err(database_error)?;
    Ok(())
}

/// Counts and sums a table as it can be read now.
async fn sum(table: &str, columns: &[String], on: &mut Tx) -> Result<(u64, Checksum)> {
    let (mut count, mut checksum) = (0, Checksum::default());
    let mut rows = select(table, columns).build_query_as::<Values>().fetch(on).map_err(database_error)?;
    while let Some(row) = rows.try_next().await.map_err(database_error)? {
        checksum.add(&row);
        count += 1;
    }
    Ok((count, checksum))
}

fn select(table: &str, columns: &[String]) -> Builder {
    let mut select = Builder::new("SELECT ");
    select.push(columns.join(", ")).push(" FROM ").push(table);
    select
}

/// The columns of a table of SQLite.
async fn columns(table: &str, source: &mut Tx) -> Result<Vec<String>> {
    query_scalar("SELECT name FROM pragma_table_info($1) ORDER BY cid")
        .bind(table)
        .fetch_all(source)
        .await
        .map_err(database_error)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::store::tests::scratch;

    #[tokio::test]
    async fn no_table_is_forgotten() {
        let (db, _dir) = scratch().await;
        let mut there: Vec<String> = query_scalar(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' \
             AND name <> '_sqlx_migrations' ORDER BY name",
        )
        .fetch_all(db.reader())
        .await
        .unwrap();
        let mut listed = [&TABLES[..], &OF_NODES].concat();
        listed.sort_unstable();
        there.sort();
        assert_eq!(there, listed);
    }

    #[test]
    fn a_sum_does_not_depend_on_the_order_and_notices_every_value() {
        let row = |text: &str, n: i64| Values(vec![Value::Text(text.into()), Value::Int(n)]);
        let of = |rows: &[Values]| {
            let mut sum = Checksum::default();
            rows.iter().for_each(|row| sum.add(row));
            sum
        };
        assert_eq!(of(&[row("a", 1), row("b", 2)]), of(&[row("b", 2), row("a", 1)]));
        assert_ne!(of(&[row("a", 1), row("b", 2)]), of(&[row("a", 2), row("b", 1)]));
    }
}
