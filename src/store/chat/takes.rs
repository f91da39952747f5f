//! Who was taken out of the queue, and how long they had waited: what the waiting time of others is judged by.

use std::time::Duration;

use jiff::Timestamp;

use crate::chat::waits::{FRESH, Taken, WAITED};
use crate::domain::Status;
use crate::error::Result;
use crate::store::columns::{as_limit, micros, timestamp};
use crate::store::database_error;
use crate::store::sql::{Pool, Tx, query, query_as};

use super::wave::Decision;

/// Notes it if the decision takes somebody who had waited, and forgets what is too old to matter.
pub(super) async fn note(conn: &mut Tx, decision: &Decision, now: Timestamp) -> Result<()> {
    let (was, o) = (&decision.before.ownership, &decision.after.ownership);
    let Some(since) = was.waiting_since.filter(|_| was.status == Status::Waiting) else { return Ok(()) };
    let waited = Duration::try_from(now.duration_since(since)).unwrap_or_default();
    if o.status != Status::Serving || waited < WAITED {
        return Ok(());
    }
    query("DELETE FROM queue_takes WHERE taken_at < $1")
        .bind(micros(now) - FRESH.as_micros() as i64)
        .execute(&mut *conn)
        .await
        .map_err(database_error)?;
    query("INSERT INTO queue_takes (taken_at, waited) VALUES ($1, $2)")
        .bind(micros(now))
        .bind(waited.as_micros() as i64)
        .execute(conn)
        .await
        .map_err(database_error)?;
    Ok(())
}

pub(super) async fn since(pool: &Pool, since: Timestamp, most: usize) -> Result<Vec<Taken>> {
    let rows: Vec<(i64, i64)> = query_as(
        "SELECT taken_at, waited FROM queue_takes WHERE taken_at >= $1 ORDER BY taken_at DESC LIMIT $2",
    )
    .bind(micros(since))
    .bind(as_limit(most))
    .fetch_all(pool)
    .await
    .map_err(database_error)?;
    let taken = |(at, waited): (i64, i64)| {
        Ok(Taken { at: timestamp(at)?, waited: Duration::from_micros(waited.unsigned_abs()) })
    };
    rows.into_iter().rev().map(taken).collect()
}
