//! How domain values are written into columns, and read back.
//!
//! Times are microseconds since the epoch (BIGINT): exact, sortable, the same in every database. Ids are their
//! text form, so that a row can be read by eye. Lists and nested values are JSON text.

use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{Error, Result};

/// The column value of a moment.
pub fn micros(at: Timestamp) -> i64 {
    at.as_microsecond()
}

/// The moment in a column.
pub fn timestamp(micros: i64) -> Result<Timestamp> {
    Timestamp::from_microsecond(micros).map_err(|e| damaged("a time", &micros.to_string(), e))
}

/// The moment in a column that may be empty.
pub fn timestamp_opt(micros: Option<i64>) -> Result<Option<Timestamp>> {
    micros.map(timestamp).transpose()
}

/// How many rows at most, as SQL counts.
pub fn as_limit(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

/// An id, or anything else that is written as text and parsed back.
pub fn parsed<T>(text: &str) -> Result<T>
where
    T: std::str::FromStr,
    T::Err: std::fmt::Display,
{
    text.parse().map_err(|e| damaged("a value", text, e))
}

/// JSON text for a column.
pub fn to_json<T: Serialize + ?Sized>(value: &T) -> Result<String> {
    serde_json::to_string(value)
        .map_err(|e| Error::internal(format!("a value cannot be written as JSON: {e}")))
}

/// A value from a column of JSON text.
pub fn from_json<T: DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|e| damaged("JSON", text, e))
}

/// A value that a column must not hold: somebody else has written into the file, or a migration is wrong.
fn damaged(what: &str, text: &str, why: impl std::fmt::Display) -> Error {
    let start: String = text.chars().take(40).collect();
    Error::internal(format!("the database holds {what} that cannot be read, `{start}`: {why}"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::domain::MessageId;

    #[test]
    fn times_and_ids_come_back_as_they_were() {
        let now = timestamp(micros(Timestamp::now())).unwrap();
        assert_eq!(timestamp(micros(now)).unwrap(), now);
        let id = MessageId::new();
        assert_eq!(parsed::<MessageId>(&id.to_string()).unwrap(), id);
    }

    #[test]
    fn a_damaged_value_is_an_error_that_shows_it() {
        let error = from_json::<Vec<String>>("{oops").unwrap_err();
        assert!(error.detail().contains("{oops"));
    }
}
