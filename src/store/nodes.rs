//! What nodes write down for each other, in SQL: the implementation of [`NodeStore`] and [`JobStore`].

use std::collections::BTreeMap;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use sqlx::FromRow;
use uuid::Uuid;

use crate::domain::{Job, JobId};
use crate::error::Result;
use crate::jobs::JobStore;
use crate::nodes::{Node, NodeStore, Topic};

use super::columns::{from_json, micros, parsed, timestamp, to_json};
use super::sql::{Tx, query, query_as, query_scalar};
use super::{Db, database_error};

/// Tells the other nodes, in the transaction of the change.
pub(in crate::store) async fn changed(tx: &mut Tx, topic: Topic) -> Result<()> {
    query(
        "INSERT INTO setting_changes (topic, n) VALUES ($1, 1) \
         ON CONFLICT (topic) DO UPDATE SET n = setting_changes.n + 1",
    )
    .bind(topic.as_str())
    .execute(tx)
    .await
    .map_err(database_error)?;
    Ok(())
}

#[derive(FromRow)]
struct NodeRow {
    id: String,
    address: String,
    staff: String,
    started_at: i64,
    seen_at: i64,
}

impl NodeRow {
    fn into_node(self) -> Result<Node> {
        Ok(Node {
            id: self.id,
            address: self.address,
            staff: from_json(&self.staff)?,
            started_at: timestamp(self.started_at)?,
            seen_at: timestamp(self.seen_at)?,
        })
    }
}

/// Nodes and their jobs in the database. Cheap to clone.
///
/// What is written here is about one row that only its node writes, or is decided by the one statement: it does not
/// wait for the writes of conversations.
#[derive(Clone)]
pub struct SqlNodes {
    db: Db,
}

impl SqlNodes {
    /// The nodes on this database.
    pub fn new(db: Db) -> Self {
        Self { db }
    }
}

#[async_trait]
impl NodeStore for SqlNodes {
    async fn beat(&self, node: &Node) -> Result<()> {
        query(
            "INSERT INTO nodes (id, address, staff, started_at, seen_at) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT (id) DO UPDATE SET staff = excluded.staff, seen_at = excluded.seen_at",
        )
        .bind(&node.id)
        .bind(&node.address)
        .bind(to_json(&node.staff)?)
        .bind(micros(node.started_at))
        .bind(micros(node.seen_at))
        .execute(self.db.writer())
        .await
        .map_err(database_error)?;
        Ok(())
    }

    async fn leave(&self, id: &str) -> Result<()> {
        // And whoever has been dead for a day.
        query("DELETE FROM nodes WHERE id = $1 OR seen_at < $2")
            .bind(id)
            .bind(micros(Timestamp::now() - SignedDuration::from_hours(24)))
            .execute(self.db.writer())
            .await
            .map_err(database_error)?;
        Ok(())
    }

    async fn running(&self, since: Timestamp) -> Result<Vec<Node>> {
        let rows: Vec<NodeRow> = query_as(
            "SELECT id, address, staff, started_at, seen_at FROM nodes WHERE seen_at >= $1 ORDER BY started_at, id",
        )
        .bind(micros(since))
        .fetch_all(self.db.reader())
        .await
        .map_err(database_error)?;
        rows.into_iter().map(NodeRow::into_node).collect()
    }

    async fn take(&self, duty: &str, holder: &str, now: Timestamp, until: Timestamp) -> Result<bool> {
        let done = query(
            "INSERT INTO leases (name, holder, until) VALUES ($1, $2, $3) \
             ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until \
             WHERE leases.holder = excluded.holder OR leases.until < $4",
        )
        .bind(duty)
        .bind(holder)
        .bind(micros(until))
        .bind(micros(now))
        .execute(self.db.writer())
        .await
        .map_err(database_error)?;
        Ok(done.rows_affected() == 1)
    }

    async fn give_back(&self, duty: &str, holder: &str) -> Result<()> {
        query("DELETE FROM leases WHERE name = $1 AND holder = $2")
            .bind(duty)
            .bind(holder)
            .execute(self.db.writer())
            .await
            .map_err(database_error)?;
        Ok(())
    }

    async fn setting_changes(&self) -> Result<BTreeMap<String, i64>> {
        let rows: Vec<(String, i64)> = query_as("SELECT topic, n FROM setting_changes")
            .fetch_all(self.db.reader())
            .await
            .map_err(database_error)?;
        Ok(rows.into_iter().collect())
    }

    async fn installation(&self) -> Result<String> {
        query("INSERT INTO installation (one, id) VALUES (1, $1) ON CONFLICT (one) DO NOTHING")
            .bind(Uuid::now_v7().to_string())
            .execute(self.db.writer())
            .await
            .map_err(database_error)?;
        query_scalar("SELECT id FROM installation").fetch_one(self.db.writer()).await.map_err(database_error)
    }
}

#[async_trait]
impl JobStore for SqlNodes {
    async fn put(&self, job: &Job, node: &str) -> Result<()> {
        query(
            "INSERT INTO jobs (id, node, job, updated_at) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (id) DO UPDATE SET job = excluded.job, updated_at = excluded.updated_at",
        )
        .bind(job.id.to_string())
        .bind(node)
        .bind(to_json(job)?)
        .bind(micros(Timestamp::now()))
        .execute(self.db.writer())
        .await
        .map_err(database_error)?;
        Ok(())
    }

    async fn get(&self, id: JobId) -> Result<Option<(Job, Timestamp)>> {
        let row: Option<(String, i64)> = query_as("SELECT job, updated_at FROM jobs WHERE id = $1")
            .bind(id.to_string())
            .fetch_optional(self.db.reader())
            .await
            .map_err(database_error)?;
        row.map(|(job, at)| Ok((from_json(&job)?, timestamp(at)?))).transpose()
    }

    async fn cancel(&self, id: JobId) -> Result<()> {
        query("UPDATE jobs SET cancelled = TRUE WHERE id = $1")
            .bind(id.to_string())
            .execute(self.db.writer())
            .await
            .map_err(database_error)?;
        Ok(())
    }

    async fn cancelled(&self, node: &str) -> Result<Vec<JobId>> {
        let ids: Vec<String> = query_scalar("SELECT id FROM jobs WHERE cancelled AND node = $1")
            .bind(node)
            .fetch_all(self.db.reader())
            .await
            .map_err(database_error)?;
        ids.iter().map(|id| parsed(id)).collect()
    }

    async fn forget(&self, before: Timestamp) -> Result<()> {
        query("DELETE FROM jobs WHERE updated_at < $1")
            .bind(micros(before))
            .execute(self.db.writer())
            .await
            .map_err(database_error)?;
        Ok(())
    }
}
