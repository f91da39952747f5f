//! Dictionaries in SQL: the implementation of [`DictionaryStore`].

use async_trait::async_trait;
use jiff::Timestamp;
use sqlx::FromRow;

use crate::error::{Error, Result};
use crate::nlu::dictionaries::{Change, Dictionaries, DictionaryEntry, DictionaryStore, DictionarySummary};
use crate::nodes::Topic;

use super::columns::{from_json, micros, timestamp, to_json};
use super::nodes::changed;
use super::sql::{Bind, query, query_as, upsert};
use super::{Db, database_error};

#[derive(FromRow)]
struct EntryRow {
    slot: String,
    value: String,
    forms: String,
}

#[derive(FromRow)]
struct SummaryRow {
    slot: String,
    entries: i64,
    forms: i64,
    updated_at: i64,
}

/// Dictionaries in the database. Cheap to clone.
#[derive(Clone)]
pub struct SqlDictionaries {
    db: Db,
}

impl SqlDictionaries {
    /// Dictionaries in this database.
    pub fn new(db: Db) -> Self {
        Self { db }
    }
}

#[async_trait]
impl DictionaryStore for SqlDictionaries {
    async fn all(&self) -> Result<Dictionaries> {
        let rows: Vec<EntryRow> =
            query_as("SELECT slot, value, forms FROM dictionary_entries ORDER BY slot, value")
                .fetch_all(self.db.reader())
                .await
                .map_err(database_error)?;
        let mut dictionaries = Dictionaries::new();
        for row in rows {
            let entry = DictionaryEntry { value: row.value, forms: from_json(&row.forms)? };
            dictionaries.entry(row.slot).or_default().push(entry);
        }
        Ok(dictionaries)
    }

    async fn list(&self) -> Result<Vec<DictionarySummary>> {
        let rows: Vec<SummaryRow> = query_as(
            "SELECT slot, COUNT(*) AS entries, CAST(SUM(spellings) AS BIGINT) AS forms, MAX(updated_at) AS updated_at
             FROM dictionary_entries GROUP BY slot ORDER BY slot",
        )
        .fetch_all(self.db.reader())
        .await
        .map_err(database_error)?;
        let summary = |row: SummaryRow| {
            Ok(DictionarySummary {
                slot: row.slot,
                values: count(row.entries)?,
                forms: count(row.forms)?,
                updated_at: timestamp(row.updated_at)?,
            })
        };
        rows.into_iter().map(summary).collect()
    }

    async fn change(&self, change: &Change) -> Result<()> {
        let now = micros(Timestamp::now());
        let mut tx = self.db.write().await?;
        if change.replace {
            query("DELETE FROM dictionary_entries WHERE slot = $1")
                .bind(&change.slot)
                .execute(&mut tx)
                .await
                .map_err(database_error)?;
        }
        for value in &change.remove {
            query("DELETE FROM dictionary_entries WHERE slot = $1 AND value = $2")
                .bind(&change.slot)
                .bind(value)
                .execute(&mut tx)
                .await
                .map_err(database_error)?;
        }
        let row = |entry: &DictionaryEntry| {
            Ok([
                change.slot.as_str().into_value(),
                entry.value.as_str().into_value(),
                to_json(&entry.forms)?.into_value(),
                (entry.forms.len() as i64).into_value(),
                now.into_value(),
            ])
        };
        let rows = change.put.iter().map(row).collect::<Result<Vec<_>>>()?;
        let columns = ["slot", "value", "forms", "spellings", "updated_at"];
        upsert(&mut tx, "dictionary_entries", columns, 2, &rows).await?;
        changed(&mut tx, Topic::Dictionaries).await?;
        tx.commit().await.map_err(database_error)
    }
}

fn count(number: i64) -> Result<usize> {
    usize::try_from(number).map_err(|_| Error::internal(format!("the database counts {number} entries")))
}
