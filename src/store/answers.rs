//! What answers have cited, read off the messages: the implementation of [`AnswerRecord`].

use std::collections::HashMap;

use async_trait::async_trait;
use futures_util::TryStreamExt;
use jiff::Timestamp;

use crate::domain::{ChunkId, Citation, FaqId};
use crate::error::Result;
use crate::learn::health::{AnswerRecord, Cited};

use super::columns::{from_json, micros, parsed};
use super::sql::query_as;
use super::{Db, database_error};

/// Messages of the database as a record of answers. Cheap to clone.
#[derive(Clone)]
pub struct SqlAnswers {
    db: Db,
}

impl SqlAnswers {
    /// The answers in this database.
    pub fn new(db: Db) -> Self {
        Self { db }
    }
}

#[async_trait]
impl AnswerRecord for SqlAnswers {
    async fn cited(&self, since: Timestamp) -> Result<Cited> {
        let rows: Vec<(String, String)> = query_as("SELECT chunk_id, id FROM faqs")
            .fetch_all(self.db.reader())
            .await
            .map_err(database_error)?;
        let mut pairs: HashMap<ChunkId, FaqId> = HashMap::with_capacity(rows.len());
        for (chunk, faq) in &rows {
            pairs.insert(parsed(chunk)?, parsed(faq)?);
        }
        let mut cited = Cited::default();
        // Read as they come: there may be years of messages.
        let mut messages = query_as::<(String,)>(
            "SELECT citations FROM messages
             WHERE sender_kind = 'bot' AND citations IS NOT NULL AND created_at >= $1",
        )
        .bind(micros(since))
        .fetch(self.db.reader())
        .map_err(database_error)?;
        while let Some((citations,)) = messages.try_next().await.map_err(database_error)? {
            for citation in from_json::<Vec<Citation>>(&citations)? {
                *cited.documents.entry(citation.document_id).or_default() += 1;
                if let Some(faq) = pairs.get(&citation.chunk_id) {
                    *cited.faqs.entry(*faq).or_default() += 1;
                }
            }
        }
        Ok(cited)
    }
}
