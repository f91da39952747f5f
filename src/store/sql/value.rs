//! Values of placeholders, and how each database takes them.

use sqlx::Arguments;
use sqlx::postgres::PgArguments;
use sqlx::sqlite::SqliteArguments;

/// The four kinds of columns there are, beside what is true or not.
#[derive(Clone, Copy, Debug)]
pub(in crate::store) enum Kind {
    Bool,
    Int,
    Float,
    Text,
    Blob,
}

/// The value of a placeholder. PostgreSQL wants to know the kind of a NULL too.
#[derive(Clone, Debug)]
pub(in crate::store) enum Value {
    Null(Kind),
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
    Blob(Vec<u8>),
}

/// What can be a value.
pub(in crate::store) trait Bind {
    const KIND: Kind;
    fn into_value(self) -> Value;
}

macro_rules! bind {
    ($($type:ty, $kind:ident, |$value:ident| $into:expr;)*) => {$(
        impl Bind for $type {
            const KIND: Kind = Kind::$kind;
            fn into_value(self) -> Value {
                let $value = self;
                Value::$kind($into)
            }
        }
    )*};
}

bind! {
    bool, Bool, |v| v;
    i64, Int, |v| v;
    f64, Float, |v| v;
    String, Text, |v| v;
    &str, Text, |v| v.to_owned();
    &String, Text, |v| v.clone();
    Vec<u8>, Blob, |v| v;
    &[u8], Blob, |v| v.to_owned();
}

impl<T: Bind> Bind for Option<T> {
    const KIND: Kind = T::KIND;
    fn into_value(self) -> Value {
        self.map_or(Value::Null(T::KIND), Bind::into_value)
    }
}

impl<'a, T> Bind for &'a Option<T>
where
    &'a T: Bind,
{
    const KIND: Kind = <&'a T>::KIND;
    fn into_value(self) -> Value {
        self.as_ref().into_value()
    }
}

impl Bind for Value {
    // Only asked for a NULL inside an option, which this never is.
    const KIND: Kind = Kind::Text;
    fn into_value(self) -> Value {
        self
    }
}

pub(super) fn for_sqlite(values: Vec<Value>) -> sqlx::Result<SqliteArguments> {
    let mut arguments = SqliteArguments::default();
    for value in values {
        let added = match value {
            Value::Null(_) => arguments.add(None::<i64>),
            Value::Bool(v) => arguments.add(v),
            Value::Int(v) => arguments.add(v),
            Value::Float(v) => arguments.add(v),
            Value::Text(v) => arguments.add(v),
            Value::Blob(v) => arguments.add(v),
        };
        added.map_err(sqlx::Error::Encode)?;
    }
    Ok(arguments)
}

pub(super) fn for_postgres(values: Vec<Value>) -> sqlx::Result<PgArguments> {
    let mut arguments = PgArguments::default();
    for value in values {
        let added = match value {
            Value::Null(Kind::Bool) => arguments.add(None::<bool>),
            Value::Null(Kind::Int) => arguments.add(None::<i64>),
            Value::Null(Kind::Float) => arguments.add(None::<f64>),
            Value::Null(Kind::Text) => arguments.add(None::<String>),
            Value::Null(Kind::Blob) => arguments.add(None::<Vec<u8>>),
            Value::Bool(v) => arguments.add(v),
            Value::Int(v) => arguments.add(v),
            Value::Float(v) => arguments.add(v),
            // The one character a text of PostgreSQL cannot hold.
            Value::Text(v) if v.contains('\0') => arguments.add(v.replace('\0', "\u{fffd}")),
            Value::Text(v) => arguments.add(v),
            Value::Blob(v) => arguments.add(v),
        };
        added.map_err(sqlx::Error::Encode)?;
    }
    Ok(arguments)
}
