//! What a database says, turned into our codes.
//!
//! Constraints are the last word on what may be stored; [`OnConstraint`] turns the one a caller expects into a
//! sentence for people. Everything unexpected keeps its cause for the log.

use sqlx::error::{DatabaseError, ErrorKind};

use crate::error::{Code, Error};

/// The code of a database error nobody expected more precisely.
pub(crate) fn database_error(cause: sqlx::Error) -> Error {
    let kind = match &cause {
        sqlx::Error::Database(e) => e.kind(),
        sqlx::Error::RowNotFound => {
            return Error::new(Code::NotFound, "there is no such row").with_source(cause);
        }
        sqlx::Error::PoolTimedOut => {
            let text =
                "the database does not answer, or is too busy; nothing was stored: try again in a moment";
            return Error::new(Code::Database, text).with_source(cause);
        }
        sqlx::Error::PoolClosed => {
            return Error::new(Code::Unavailable, "the server is stopping").with_source(cause);
        }
        sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::Protocol(_) => {
            let text = "the connection to the database broke; what was not confirmed may not be stored: try again in a moment";
            return Error::new(Code::Database, text).with_source(cause);
        }
        _ => ErrorKind::Other,
    };
    let (code, detail) = match kind {
        ErrorKind::UniqueViolation => (Code::Conflict, "there is already one like this"),
        ErrorKind::ForeignKeyViolation => (Code::InvalidInput, "it refers to something that does not exist"),
        ErrorKind::NotNullViolation | ErrorKind::CheckViolation => {
            (Code::InvalidInput, "a value is missing or outside what is allowed")
        }
        _ => (Code::Database, "the database failed; see the log, and check the disk's free space"),
    };
    Error::new(code, detail).with_source(cause)
}

/// For [`OnConstraint`]: a reference to something that is not there, or from something that still is.
pub(crate) const FOREIGN_KEY: &str = "FOREIGN KEY";

/// Whether another connection holds the lock: SQLite's primary code 5, whatever the extended one.
pub(crate) fn is_busy(cause: &sqlx::Error) -> bool {
    const SQLITE_BUSY: i32 = 5;
    let code = match cause {
        sqlx::Error::Database(e) => e.code().and_then(|code| code.parse::<i32>().ok()),
        _ => None,
    };
    code.is_some_and(|code| code & 0xff == SQLITE_BUSY)
}

/// `on_constraint("users.email", || …)`: the error for one constraint a caller expects to be hit.
pub(crate) trait OnConstraint<T> {
    /// `name` is `table.column` for a unique column, the table for any of its unique columns, the constraint's name for
    /// one that has a name, and [`FOREIGN_KEY`] for a reference.
    fn on_constraint(self, name: &str, error: impl FnOnce() -> Error) -> Result<T, Error>;
}

impl<T> OnConstraint<T> for Result<T, sqlx::Error> {
    fn on_constraint(self, name: &str, error: impl FnOnce() -> Error) -> Result<T, Error> {
        self.map_err(|cause| {
            let hit = match &cause {
                sqlx::Error::Database(e) if e.kind() != ErrorKind::Other => hits(&**e, name),
                _ => false,
            };
            if hit { error().with_source(cause) } else { database_error(cause) }
        })
    }
}

/// SQLite names the columns, `users.email`, and foreign keys only as such; PostgreSQL names the constraint, which of
/// itself is `users_email_key`.
fn hits(e: &dyn DatabaseError, name: &str) -> bool {
    if name == FOREIGN_KEY {
        return e.kind() == ErrorKind::ForeignKeyViolation;
    }
    match e.constraint() {
        Some(constraint) => constraint.starts_with(&name.replace('.', "_")),
        None => e.message().contains(name),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::store::sql::query;
    use crate::store::tests::scratch;

    #[tokio::test]
    async fn a_constraint_becomes_the_sentence_of_its_caller() {
        let (db, _dir) = scratch().await;
        let mut tx = db.write().await.unwrap();
        query("CREATE TABLE t (a TEXT UNIQUE, b BIGINT CONSTRAINT b_small CHECK (b < 10))")
            .execute(&mut tx)
            .await
            .unwrap();
        query("INSERT INTO t VALUES ('x', 1)").execute(&mut tx).await.unwrap();

        let twice = query("INSERT INTO t VALUES ('x', 2)").execute(&mut tx).await;
        let error = twice.on_constraint("t.a", || Error::new(Code::Conflict, "x is taken")).unwrap_err();
        assert_eq!((error.code(), error.detail()), (Code::Conflict, "x is taken"));

        let large = query("INSERT INTO t VALUES ('y', 11)").execute(&mut tx).await;
        let error = large.on_constraint("b_small", || Error::invalid("b must be below 10")).unwrap_err();
        assert_eq!(error.detail(), "b must be below 10");

        let other = query("INSERT INTO t VALUES ('y', 11)").execute(&mut tx).await;
        let error = other.on_constraint("t.a", || Error::internal("not this one")).unwrap_err();
        assert_eq!(error.code(), Code::InvalidInput);
    }
}
