//! Queries whose text depends on what is asked for.

use std::fmt::{Display, Write};
use std::marker::PhantomData;

use sqlx::{AssertSqlSafe, SqlSafeStr};

use super::{Bind, Query, QueryAs, Record, Value};

/// Values that one statement with rows may bind: well below the 999 placeholders that an old SQLite takes.
pub(in crate::store) const VALUES: usize = 750;

/// Builds a query piece by piece. Text is only ever pushed from the program; whatever comes from outside is bound.
#[derive(Debug, Default)]
pub(in crate::store) struct Builder {
    text: String,
    values: Vec<Value>,
}

impl Builder {
    /// Begins with this text.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), values: Vec::new() }
    }

    /// Adds text of the program.
    pub fn push(&mut self, text: impl Display) -> &mut Self {
        // Writing into a String cannot fail.
        let _ = write!(self.text, "{text}");
        self
    }

    /// Adds a placeholder and its value.
    pub fn push_bind(&mut self, value: impl Bind) -> &mut Self {
        self.values.push(value.into_value());
        let n = self.values.len();
        self.push(format_args!("${n}"))
    }

    /// Adds the values of a list, with commas between them.
    pub fn push_list<T: Bind>(&mut self, values: impl IntoIterator<Item = T>) -> &mut Self {
        for (i, value) in values.into_iter().enumerate() {
            if i > 0 {
                self.push(", ");
            }
            self.push_bind(value);
        }
        self
    }

    /// Adds `VALUES (…), (…)`.
    pub fn push_rows<R>(&mut self, rows: impl IntoIterator<Item = R>) -> &mut Self
    where
        R: IntoIterator<Item = Value>,
    {
        self.push("VALUES ");
        for (i, row) in rows.into_iter().enumerate() {
            self.push(if i > 0 { ", (" } else { "(" }).push_list(row).push(")");
        }
        self
    }

    /// The statement.
    pub fn build(self) -> Query {
        Query { text: AssertSqlSafe(self.text).into_sql_str(), values: self.values }
    }

    /// The query, its rows read as `T`.
    pub fn build_query_as<T: Record>(self) -> QueryAs<T> {
        QueryAs { query: self.build(), row: PhantomData }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_numbered_as_both_databases_read_them() {
        let mut query = Builder::new("SELECT 1 WHERE a = ");
        query.push_bind("x").push(" AND b IN (").push_list([1_i64, 2]).push(")");
        assert_eq!(query.text, "SELECT 1 WHERE a = $1 AND b IN ($2, $3)");
        let mut insert = Builder::new("INSERT INTO t ");
        insert.push_rows([["a".into_value(), 1.into_value()], ["b".into_value(), 2.into_value()]]);
        assert_eq!(insert.text, "INSERT INTO t VALUES ($1, $2), ($3, $4)");
        assert_eq!(insert.values.len(), 4);
    }
}
