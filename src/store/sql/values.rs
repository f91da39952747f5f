//! Rows of any table, as values: for copying from one database into the other.

use sqlx::{Column, ColumnIndex, Database, Decode, FromRow, Row, Type, TypeInfo};

use super::Value;
use super::value::Kind;

/// One row, its columns in the order of the query.
#[derive(Clone, Debug)]
pub(in crate::store) struct Values(pub Vec<Value>);

impl<'r, R> FromRow<'r, R> for Values
where
    R: Row,
    usize: ColumnIndex<R>,
    bool: Decode<'r, R::Database> + Type<R::Database>,
    i64: Decode<'r, R::Database> + Type<R::Database>,
    f64: Decode<'r, R::Database> + Type<R::Database>,
    String: Decode<'r, R::Database> + Type<R::Database>,
    Vec<u8>: Decode<'r, R::Database> + Type<R::Database>,
{
    fn from_row(row: &'r R) -> sqlx::Result<Self> {
        row.columns().iter().map(|column| value(row, column)).collect::<sqlx::Result<_>>().map(Self)
    }
}

/// The value of a column, by the type the column was declared with.
fn value<'r, R>(row: &'r R, column: &<R::Database as Database>::Column) -> sqlx::Result<Value>
where
    R: Row,
    usize: ColumnIndex<R>,
    bool: Decode<'r, R::Database> + Type<R::Database>,
    i64: Decode<'r, R::Database> + Type<R::Database>,
    f64: Decode<'r, R::Database> + Type<R::Database>,
    String: Decode<'r, R::Database> + Type<R::Database>,
    Vec<u8>: Decode<'r, R::Database> + Type<R::Database>,
{
    let at = column.ordinal();
    let (value, kind) = match column.type_info().name() {
        "BOOLEAN" | "BOOL" => (row.try_get::<Option<bool>, _>(at)?.map(Value::Bool), Kind::Bool),
        "INTEGER" | "INT8" => (row.try_get::<Option<i64>, _>(at)?.map(Value::Int), Kind::Int),
        "REAL" | "FLOAT8" => (row.try_get::<Option<f64>, _>(at)?.map(Value::Float), Kind::Float),
        "TEXT" => (row.try_get::<Option<String>, _>(at)?.map(Value::Text), Kind::Text),
        "BLOB" | "BYTEA" => (row.try_get::<Option<Vec<u8>>, _>(at)?.map(Value::Blob), Kind::Blob),
        other => {
            let text = format!("the column {} has the type {other}, which is none of ours", column.name());
            return Err(sqlx::Error::Decode(text.into()));
        }
    };
    Ok(value.unwrap_or(Value::Null(kind)))
}
