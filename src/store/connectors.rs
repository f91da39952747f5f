//! Declarations of business systems in SQL: the implementation of [`ConnectorStore`].

use async_trait::async_trait;
use jiff::Timestamp;

use crate::connect::ConnectorStore;
use crate::domain::ConnectorSpec;
use crate::error::Result;
use crate::nodes::Topic;

use super::columns::{from_json, micros, to_json};
use super::nodes::changed;
use super::sql::{query, query_scalar};
use super::{Db, database_error};

/// Declarations in the database. Cheap to clone.
#[derive(Clone)]
pub struct SqlConnectors {
    db: Db,
}

impl SqlConnectors {
    /// Declarations in this database.
    pub fn new(db: Db) -> Self {
        Self { db }
    }
}

#[async_trait]
impl ConnectorStore for SqlConnectors {
    async fn all(&self) -> Result<Vec<ConnectorSpec>> {
        let specs: Vec<String> = query_scalar("SELECT spec FROM connectors ORDER BY name")
            .fetch_all(self.db.reader())
            .await
            .map_err(database_error)?;
        specs.iter().map(|spec| from_json(spec)).collect()
    }

    async fn put(&self, spec: &ConnectorSpec) -> Result<()> {
        let now = micros(Timestamp::now());
        let mut tx = self.db.write().await?;
        query(
            "INSERT INTO connectors (name, spec, created_at, updated_at) VALUES ($1, $2, $3, $3) \
             ON CONFLICT (name) DO UPDATE SET spec = excluded.spec, updated_at = excluded.updated_at",
        )
        .bind(&spec.name)
        .bind(to_json(spec)?)
        .bind(now)
        .execute(&mut tx)
        .await
        .map_err(database_error)?;
        changed(&mut tx, Topic::Connectors).await?;
        tx.commit().await.map_err(database_error)
    }

    async fn remove(&self, name: &str) -> Result<bool> {
        let mut tx = self.db.write().await?;
        let done = query("DELETE FROM connectors WHERE name = $1")
            .bind(name)
            .execute(&mut tx)
            .await
            .map_err(database_error)?;
        changed(&mut tx, Topic::Connectors).await?;
        tx.commit().await.map_err(database_error)?;
        Ok(done.rows_affected() > 0)
    }
}
