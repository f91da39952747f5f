//! Queries that run on either database: SQLite, or PostgreSQL.
//!
//! The store writes one SQL text for both, with `$1` placeholders and four kinds of values. A query collects its
//! values here and turns them into the arguments of whichever database it is run on; rows are read by sqlx's own
//! `FromRow`, so a row type is declared once. What the two databases cannot both read is in [`dialect`](super::dialect).
//!
//! sqlx's `Any` driver does not serve: it cannot read a boolean of SQLite, its query builder writes `?`, which
//! PostgreSQL does not take, and it copies every text and every vector twice more on the way.

mod builder;
mod target;
mod upsert;
mod value;
mod values;

use std::marker::PhantomData;

use futures_util::stream::BoxStream;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, SqlSafeStr, SqlStr};

pub(in crate::store) use builder::{Builder, VALUES};
pub(crate) use target::Tx;
pub(in crate::store) use target::{Pool, Target};
pub(in crate::store) use upsert::upsert;
pub(in crate::store) use value::{Bind, Value};
pub(in crate::store) use values::Values;

use value::{for_postgres, for_sqlite};

/// A row that either database can give: whatever derives `FromRow`, and tuples of column values.
pub(in crate::store) trait Record:
    for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin
{
}

impl<T> Record for T where T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}

/// What a statement did.
#[derive(Clone, Copy, Debug)]
pub(in crate::store) struct Done {
    rows_affected: u64,
}

impl Done {
    /// Rows that were inserted, changed or deleted.
    pub fn rows_affected(self) -> u64 {
        self.rows_affected
    }
}

/// Runs `$run` with the arguments and the executor of the database that `$on` is of.
macro_rules! on_either {
    ($on:expr, $values:expr, |$args:ident, $to:ident| $run:expr) => {
        match $on.into() {
            Target::SqlitePool($to) => {
                let $args = for_sqlite($values)?;
                $run
            }
            Target::Sqlite($to) => {
                let $args = for_sqlite($values)?;
                $run
            }
            Target::PostgresPool($to) => {
                let $args = for_postgres($values)?;
                $run
            }
            Target::Postgres($to) => {
                let $args = for_postgres($values)?;
                $run
            }
        }
    };
}

/// A statement.
pub(in crate::store) fn query(text: &'static str) -> Query {
    Query { text: text.into_sql_str(), values: Vec::new() }
}

/// A query whose rows are read as `T`.
pub(in crate::store) fn query_as<T: Record>(text: &'static str) -> QueryAs<T> {
    QueryAs { query: query(text), row: PhantomData }
}

/// A query of one column.
pub(in crate::store) fn query_scalar<T>(text: &'static str) -> QueryScalar<T>
where
    (T,): Record,
{
    QueryScalar { query: query_as(text) }
}

/// A statement with its values. Nothing happens before it is executed.
#[must_use]
pub(in crate::store) struct Query {
    text: SqlStr,
    values: Vec<Value>,
}

impl Query {
    /// The value of the next placeholder.
    pub fn bind(mut self, value: impl Bind) -> Self {
        self.values.push(value.into_value());
        self
    }

    /// Runs it, on a pool or in a transaction.
    pub async fn execute<'c>(self, on: impl Into<Target<'c>>) -> sqlx::Result<Done> {
        let Self { text, values } = self;
        let rows_affected = on_either!(on, values, |args, to| {
            sqlx::query_with(text, args).execute(to).await?.rows_affected()
        });
        Ok(Done { rows_affected })
    }
}

/// A query whose rows are read as `T`.
#[must_use]
pub(in crate::store) struct QueryAs<T> {
    query: Query,
    row: PhantomData<fn() -> T>,
}

impl<T: Record> QueryAs<T> {
    /// The value of the next placeholder.
    pub fn bind(self, value: impl Bind) -> Self {
        Self { query: self.query.bind(value), ..self }
    }

    /// Every row.
    pub async fn fetch_all<'c>(self, on: impl Into<Target<'c>>) -> sqlx::Result<Vec<T>> {
        let Query { text, values } = self.query;
        on_either!(on, values, |args, to| sqlx::query_as_with(text, args).fetch_all(to).await)
    }

    /// The first row, if there is one.
    pub async fn fetch_optional<'c>(self, on: impl Into<Target<'c>>) -> sqlx::Result<Option<T>> {
        let Query { text, values } = self.query;
        on_either!(on, values, |args, to| sqlx::query_as_with(text, args).fetch_optional(to).await)
    }

    /// The first row; that there is none is an error.
    pub async fn fetch_one<'c>(self, on: impl Into<Target<'c>>) -> sqlx::Result<T> {
        self.fetch_optional(on).await?.ok_or(sqlx::Error::RowNotFound)
    }

    /// The rows one after the other, without keeping them.
    pub fn fetch<'c>(self, on: impl Into<Target<'c>>) -> sqlx::Result<BoxStream<'c, sqlx::Result<T>>>
    where
        T: 'c,
    {
        let Query { text, values } = self.query;
        Ok(on_either!(on, values, |args, to| sqlx::query_as_with(text, args).fetch(to)))
    }
}

/// A query of one column.
#[must_use]
pub(in crate::store) struct QueryScalar<T> {
    query: QueryAs<(T,)>,
}

impl<T> QueryScalar<T>
where
    (T,): Record,
{
    /// The value of the next placeholder.
    pub fn bind(self, value: impl Bind) -> Self {
        Self { query: self.query.bind(value) }
    }

    /// The column of every row.
    pub async fn fetch_all<'c>(self, on: impl Into<Target<'c>>) -> sqlx::Result<Vec<T>> {
        Ok(self.query.fetch_all(on).await?.into_iter().map(|(value,)| value).collect())
    }

    /// The column of the first row, if there is one.
    pub async fn fetch_optional<'c>(self, on: impl Into<Target<'c>>) -> sqlx::Result<Option<T>> {
        Ok(self.query.fetch_optional(on).await?.map(|(value,)| value))
    }

    /// The column of the first row; that there is none is an error.
    pub async fn fetch_one<'c>(self, on: impl Into<Target<'c>>) -> sqlx::Result<T> {
        self.query.fetch_one(on).await.map(|(value,)| value)
    }
}
