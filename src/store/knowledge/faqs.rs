//! FAQ pairs written by hand. Each is found by one passage of its base's virtual document.

use jiff::Timestamp;

use crate::domain::{DocumentId, Faq, FaqId, Format};
use crate::error::{Error, Result};
use crate::knowledge::{FAQ_DOCUMENT, NewChunk};
use crate::store::columns::{micros, to_json};
use crate::store::{Db, database_error};

use super::shapes::{FaqRow, name_of};
use super::{insert_chunk, next_revision};
use crate::store::sql::{Tx, query, query_as, query_scalar};

pub async fn put(db: &Db, faq: &Faq, chunk: NewChunk) -> Result<()> {
    let mut tx = db.write().await?;
    let revision = next_revision(&mut tx).await?;
    drop_chunk(&mut tx, faq.id, revision).await?;
    let document = virtual_document(&mut tx, faq).await?;
    let ordinal: i64 =
        query_scalar("SELECT COALESCE(MAX(ordinal), -1) + 1 FROM chunks WHERE document_id = $1")
            .bind(&document)
            .fetch_one(&mut tx)
            .await
            .map_err(database_error)?;
    insert_chunk(&mut tx, &document, ordinal, revision, &chunk).await?;
    query(
        "INSERT INTO faqs (id, base, chunk_id, question, similar_questions, answer, tags,
                           valid_from, valid_to, created_at, updated_at, audience)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
         ON CONFLICT (id) DO UPDATE SET
             chunk_id = excluded.chunk_id, question = excluded.question,
             similar_questions = excluded.similar_questions, answer = excluded.answer, tags = excluded.tags,
             valid_from = excluded.valid_from, valid_to = excluded.valid_to, updated_at = excluded.updated_at,
             audience = excluded.audience",
    )
    .bind(faq.id.to_string())
    .bind(&faq.base)
    .bind(chunk.id.to_string())
    .bind(&faq.question)
    .bind(to_json(&faq.similar)?)
    .bind(&faq.answer)
    .bind(to_json(&faq.tags)?)
    .bind(faq.valid_from.map(micros))
    .bind(faq.valid_to.map(micros))
    .bind(micros(faq.created_at))
    .bind(micros(faq.updated_at))
    .bind(name_of(&faq.audience)?)
    .execute(&mut tx)
    .await
    .map_err(database_error)?;
    count_chunks(&mut tx, &document).await?;
    tx.commit().await.map_err(database_error)
}

pub async fn remove(db: &Db, id: FaqId) -> Result<()> {
    let mut tx = db.write().await?;
    let revision = next_revision(&mut tx).await?;
    let document = drop_chunk(&mut tx, id, revision).await?;
    let document = document.ok_or_else(|| Error::not_found("FAQ pair", id))?;
    query("DELETE FROM faqs WHERE id = $1")
        .bind(id.to_string())
        .execute(&mut tx)
        .await
        .map_err(database_error)?;
    count_chunks(&mut tx, &document).await?;
    tx.commit().await.map_err(database_error)
}

/// Removes the passage of a pair; returns the document it was in, `None` when there is no such pair.
async fn drop_chunk(tx: &mut Tx, id: FaqId, revision: i64) -> Result<Option<String>> {
    let found: Option<(String, String)> = query_as(
        "DELETE FROM chunks WHERE id = (SELECT chunk_id FROM faqs WHERE id = $1) RETURNING id, document_id",
    )
    .bind(id.to_string())
    .fetch_optional(&mut *tx)
    .await
    .map_err(database_error)?;
    let Some((chunk, document)) = found else { return Ok(None) };
    query("INSERT INTO removed_chunks (revision, id) VALUES ($1, $2)")
        .bind(revision)
        .bind(chunk)
        .execute(&mut *tx)
        .await
        .map_err(database_error)?;
    Ok(Some(document))
}

/// The document that holds the hand-written pairs of a base; made with the first.
async fn virtual_document(tx: &mut Tx, faq: &Faq) -> Result<String> {
    let now = micros(Timestamp::now());
    query_scalar(
        "INSERT INTO documents (id, base, name, title, format, lang, version, chunks, bytes, sha256,
                                is_virtual, created_at, updated_at)
         VALUES ($1, $2, $3, $3, $4, $5, 1, 0, 0, '', 1, $6, $6)
         ON CONFLICT (base, name) DO UPDATE SET updated_at = excluded.updated_at
         RETURNING id",
    )
    .bind(DocumentId::new().to_string())
    .bind(&faq.base)
    .bind(FAQ_DOCUMENT)
    .bind(name_of(&Format::Json)?)
    .bind(crate::domain::Lang::default().as_str())
    .bind(now)
    .fetch_one(&mut *tx)
    .await
    .map_err(database_error)
}

async fn count_chunks(tx: &mut Tx, document: &str) -> Result<()> {
    query("UPDATE documents SET chunks = (SELECT COUNT(*) FROM chunks WHERE document_id = $1) WHERE id = $1")
        .bind(document)
        .execute(&mut *tx)
        .await
        .map_err(database_error)?;
    Ok(())
}

pub async fn by_id(db: &Db, id: FaqId) -> Result<Option<Faq>> {
    query_as::<FaqRow>("SELECT * FROM faqs WHERE id = $1")
        .bind(id.to_string())
        .fetch_optional(db.reader())
        .await
        .map_err(database_error)?
        .map(FaqRow::into_faq)
        .transpose()
}

pub async fn list(db: &Db, base: Option<&str>) -> Result<Vec<Faq>> {
    let rows =
        query_as::<FaqRow>("SELECT * FROM faqs WHERE (CAST($1 AS TEXT) IS NULL OR base = $1) ORDER BY id")
            .bind(base)
            .fetch_all(db.reader())
            .await
            .map_err(database_error)?;
    rows.into_iter().map(FaqRow::into_faq).collect()
}
