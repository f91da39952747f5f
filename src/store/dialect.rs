//! Everything in which the two databases differ, in one place.
//!
//! **Writing.** Both let one write transaction run at a time, so that a plan sees the row it will change, numbers have
//! no gaps and the history of the knowledge base is in the order of its commits: SQLite by `BEGIN IMMEDIATE`,
//! PostgreSQL by an advisory lock that the transaction takes at its beginning and that ends with it, however it ends.
//! Chat messages are the exception that keeps several nodes from waiting for each other: see [`Dialect::begin_group`].
//!
//! **Text** is compared byte by byte in both: PostgreSQL's columns are given the collation `C`.

use sqlx::migrate::{Migration, Migrator};
use sqlx::{AssertSqlSafe, SqlSafeStr};

/// The number of the advisory lock that stands for writing into this database.
macro_rules! writing {
    () => {
        "8242530461"
    };
}

/// Which database it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store) enum Dialect {
    Sqlite,
    Postgres,
}

impl Dialect {
    /// Begins a write that no other may overlap.
    pub fn begin_write(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN IMMEDIATE",
            Self::Postgres => concat!("BEGIN; SELECT pg_advisory_xact_lock(", writing!(), ")"),
        }
    }

    /// Begins a group of appends to conversations. In PostgreSQL groups of several nodes may overlap each other, but
    /// no other write: within a group every conversation's row is locked before it is read (`lock_rows`).
    pub fn begin_group(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN IMMEDIATE",
            Self::Postgres => concat!("BEGIN; SELECT pg_advisory_xact_lock_shared(", writing!(), ")"),
        }
    }

    /// Whether a group has to lock the rows it is about.
    pub fn lock_rows(self) -> bool {
        self == Self::Postgres
    }

    /// Begins reading one moment of the database.
    pub fn begin_snapshot(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN",
            Self::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY",
        }
    }

    /// `LIKE` that takes `a` and `A` for the same.
    pub fn like(self) -> &'static str {
        match self {
            Self::Sqlite => " LIKE ",
            Self::Postgres => " ILIKE ",
        }
    }

    /// The migrations as this database reads them. They are written for SQLite.
    pub fn migrations(self, written: &Migrator) -> Migrator {
        let read = |m: &Migration| match self {
            Self::Sqlite => m.clone(),
            Self::Postgres => {
                let sql = AssertSqlSafe(for_postgres(m.sql.as_str())).into_sql_str();
                Migration::new(m.version, m.description.clone(), m.migration_type, sql, m.no_tx)
            }
        };
        Migrator::with_migrations(written.iter().map(read).collect())
    }
}

/// The two words that have another name in PostgreSQL. They stand in capitals for nothing but types of columns.
fn for_postgres(sql: &str) -> String {
    let mut out = String::with_capacity(sql.len() * 2);
    for (i, line) in sql.split('\n').enumerate() {
        if i > 0 {
            out.push('\n');
        }
        let (code, comment) = line.split_at(line.find("--").unwrap_or(line.len()));
        out.push_str(&code.replace(" TEXT", " TEXT COLLATE \"C\"").replace(" BLOB", " BYTEA"));
        out.push_str(comment);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_translated_and_nothing_else() {
        let sqlite = "CREATE TABLE t (\n    a TEXT NOT NULL, -- a TEXT\n    b BLOB,\n    text BIGINT\n);";
        let postgres = "CREATE TABLE t (\n    a TEXT COLLATE \"C\" NOT NULL, -- a TEXT\n    b BYTEA,\n    text BIGINT\n);";
        assert_eq!(for_postgres(sqlite), postgres);
    }
}
