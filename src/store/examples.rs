//! Examples written in the console, in SQL: the implementation of [`ExampleStore`].

use async_trait::async_trait;
use sqlx::FromRow;

use crate::domain::Example;
use crate::error::Result;
use crate::learn::{ExampleStore, Overlay, OverlayMark, Source, Written};

use super::columns::{from_json, micros, timestamp, to_json};
use super::sql::{query, query_as, query_scalar};
use super::{Db, database_error};

#[derive(FromRow)]
struct ExampleRow {
    text: String,
    intent: String,
    slots: String,
    lang: Option<String>,
    source: String,
    author: Option<String>,
    created_at: i64,
}

impl ExampleRow {
    fn into_written(self) -> Result<Written> {
        Ok(Written {
            example: Example {
                text: self.text,
                intent: self.intent,
                slots: from_json(&self.slots)?,
                lang: self.lang.as_deref().map(from_json).transpose()?,
                split: None,
            },
            source: from_json::<Source>(&self.source)?,
            author: self.author,
            created_at: timestamp(self.created_at)?,
        })
    }
}

/// The overlay in the database. Cheap to clone.
#[derive(Clone)]
pub struct SqlExamples {
    db: Db,
}

impl SqlExamples {
    /// Examples in this database.
    pub fn new(db: Db) -> Self {
        Self { db }
    }
}

#[async_trait]
impl ExampleStore for SqlExamples {
    async fn overlay(&self) -> Result<Overlay> {
        let rows: Vec<ExampleRow> = query_as(
            "SELECT text, intent, slots, lang, source, author, created_at FROM examples ORDER BY created_at, text_key",
        )
        .fetch_all(self.db.reader())
        .await
        .map_err(database_error)?;
        let left_out: Vec<String> = query_scalar("SELECT text_key FROM examples_left_out")
            .fetch_all(self.db.reader())
            .await
            .map_err(database_error)?;
        Ok(Overlay {
            written: rows.into_iter().map(ExampleRow::into_written).collect::<Result<_>>()?,
            left_out: left_out.into_iter().collect(),
        })
    }

    async fn mark(&self) -> Result<OverlayMark> {
        let (written, newest): (i64, Option<i64>) =
            query_as("SELECT COUNT(*), MAX(created_at) FROM examples")
                .fetch_one(self.db.reader())
                .await
                .map_err(database_error)?;
        let left_out = query_scalar("SELECT COUNT(*) FROM examples_left_out")
            .fetch_one(self.db.reader())
            .await
            .map_err(database_error)?;
        Ok(OverlayMark { written, left_out, newest })
    }

    async fn change(&self, forgotten: &[String], left_out: &[String], written: &[Written]) -> Result<()> {
        let mut tx = self.db.write().await?;
        for key in forgotten {
            query("DELETE FROM examples WHERE text_key = $1")
                .bind(key)
                .execute(&mut tx)
                .await
                .map_err(database_error)?;
        }
        for key in left_out {
            query(
                "INSERT INTO examples_left_out (text_key, created_at) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            )
            .bind(key)
            .bind(micros(jiff::Timestamp::now()))
            .execute(&mut tx)
            .await
            .map_err(database_error)?;
        }
        for Written { example, source, author, created_at } in written {
            let key = crate::learn::key(&example.text);
            query("DELETE FROM examples_left_out WHERE text_key = $1")
                .bind(&key)
                .execute(&mut tx)
                .await
                .map_err(database_error)?;
            query(
                "INSERT INTO examples (text_key, text, intent, slots, lang, source, author, created_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                 ON CONFLICT (text_key) DO UPDATE SET
                     text = excluded.text, intent = excluded.intent, slots = excluded.slots, lang = excluded.lang,
                     source = excluded.source, author = excluded.author, created_at = excluded.created_at",
            )
            .bind(&key)
            .bind(&example.text)
            .bind(&example.intent)
            .bind(to_json(&example.slots)?)
            .bind(example.lang.map(|lang| to_json(&lang)).transpose()?)
            .bind(to_json(source)?)
            .bind(author)
            .bind(micros(*created_at))
            .execute(&mut tx)
            .await
            .map_err(database_error)?;
        }
        tx.commit().await.map_err(database_error)
    }
}
