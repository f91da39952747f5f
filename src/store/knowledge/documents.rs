//! Documents, their versions, files and passages.

use jiff::Timestamp;

use crate::domain::{Chunk, Document, DocumentId};
use crate::error::{Error, Result};
use crate::knowledge::{About, DocumentVersion, NewDocument, Put, Validity};
use crate::store::columns::{micros, to_json};
use crate::store::{Db, database_error};

use super::shapes::{ChunkRow, DocumentRow, VersionRow, name_of};
use super::{insert_chunk, next_revision};
use crate::store::sql::{Tx, query, query_as, query_scalar};

/// How many versions of a document keep their file.
const VERSIONS_KEPT: i64 = 50;

pub async fn put(db: &Db, new: NewDocument) -> Result<Put> {
    let now = Timestamp::now();
    let mut tx = db.write().await?;
    let former = query_as::<DocumentRow>("SELECT * FROM documents WHERE base = $1 AND name = $2")
        .bind(&new.base)
        .bind(&new.name)
        .fetch_optional(&mut tx)
        .await
        .map_err(database_error)?
        .map(DocumentRow::into_document)
        .transpose()?;
    if let Some(former) = &former
        && former.sha256 == new.sha256
    {
        return Ok(Put::Unchanged(former.clone()));
    }

    let about = new.about.or_else(|| former.as_ref().map(about_of)).unwrap_or_default();
    let document = Document {
        owner: about.owner,
        tags: about.tags,
        audience: about.audience,
        valid_from: about.validity.from,
        valid_to: about.validity.to,
        id: former.as_ref().map_or_else(DocumentId::new, |d| d.id),
        version: former.as_ref().map_or(1, |d| d.version + 1),
        created_at: former.as_ref().map_or(now, |d| d.created_at),
        updated_at: now,
        chunks: new.chunks.len() as i64,
        bytes: new.original.len() as i64,
        base: new.base,
        name: new.name,
        title: new.title,
        format: new.format,
        lang: new.lang,
        sha256: new.sha256,
    };
    let revision = next_revision(&mut tx).await?;
    drop_chunks(&mut tx, document.id, revision).await?;
    query("INSERT INTO originals (sha256, content) VALUES ($1, $2) ON CONFLICT (sha256) DO NOTHING")
        .bind(&document.sha256)
        .bind(new.original)
        .execute(&mut tx)
        .await
        .map_err(database_error)?;
    write_document(&mut tx, &document, new.author.as_deref()).await?;
    let id = document.id.to_string();
    for (ordinal, chunk) in (0..).zip(&new.chunks) {
        insert_chunk(&mut tx, &id, ordinal, revision, chunk).await?;
    }
    let outlived = document.version - VERSIONS_KEPT;
    drop_files(&mut tx, document.id, outlived).await?;
    tx.commit().await.map_err(database_error)?;
    Ok(if former.is_some() { Put::Replaced(document) } else { Put::Added(document) })
}

async fn write_document(tx: &mut Tx, document: &Document, author: Option<&str>) -> Result<()> {
    query(
        "INSERT INTO documents
             (id, base, name, title, format, lang, version, chunks, bytes, sha256, created_at, updated_at,
              owner, tags, audience, valid_from, valid_to)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
         ON CONFLICT (id) DO UPDATE SET
             title = excluded.title, format = excluded.format, lang = excluded.lang,
             version = excluded.version, chunks = excluded.chunks, bytes = excluded.bytes,
             sha256 = excluded.sha256, updated_at = excluded.updated_at, owner = excluded.owner,
             tags = excluded.tags, audience = excluded.audience, valid_from = excluded.valid_from,
             valid_to = excluded.valid_to",
    )
    .bind(document.id.to_string())
    .bind(&document.base)
    .bind(&document.name)
    .bind(&document.title)
    .bind(name_of(&document.format)?)
    .bind(document.lang.as_str())
    .bind(document.version)
    .bind(document.chunks)
    .bind(document.bytes)
    .bind(&document.sha256)
    .bind(micros(document.created_at))
    .bind(micros(document.updated_at))
    .bind(document.owner.as_deref())
    .bind(to_json(&document.tags)?)
    .bind(name_of(&document.audience)?)
    .bind(document.valid_from.map(micros))
    .bind(document.valid_to.map(micros))
    .execute(&mut *tx)
    .await
    .map_err(database_error)?;
    query(
        "INSERT INTO document_versions (document_id, version, name, sha256, bytes, chunks, imported_at, author)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(document.id.to_string())
    .bind(document.version)
    .bind(&document.name)
    .bind(&document.sha256)
    .bind(document.bytes)
    .bind(document.chunks)
    .bind(micros(document.updated_at))
    .bind(author)
    .execute(&mut *tx)
    .await
    .map_err(database_error)?;
    Ok(())
}

pub async fn remove(db: &Db, id: DocumentId) -> Result<()> {
    let mut tx = db.write().await?;
    let former = present(&mut tx, id).await?;
    let revision = next_revision(&mut tx).await?;
    drop_chunks(&mut tx, id, revision).await?;
    drop_files(&mut tx, id, former.version).await?;
    query("DELETE FROM documents WHERE id = $1")
        .bind(id.to_string())
        .execute(&mut tx)
        .await
        .map_err(database_error)?;
    tx.commit().await.map_err(database_error)
}

/// The document as it is, for changing it.
async fn present(tx: &mut Tx, id: DocumentId) -> Result<Document> {
    query_as::<DocumentRow>("SELECT * FROM documents WHERE id = $1 AND is_virtual = 0")
        .bind(id.to_string())
        .fetch_optional(tx)
        .await
        .map_err(database_error)?
        .ok_or_else(|| Error::not_found("document", id))?
        .into_document()
}

fn about_of(document: &Document) -> About {
    About {
        owner: document.owner.clone(),
        tags: document.tags.clone(),
        audience: document.audience,
        validity: Validity { from: document.valid_from, to: document.valid_to },
    }
}

pub async fn describe(db: &Db, id: DocumentId, about: &About) -> Result<Document> {
    let mut tx = db.write().await?;
    let former = present(&mut tx, id).await?;
    let revision = next_revision(&mut tx).await?;
    let document = Document {
        owner: about.owner.clone(),
        tags: about.tags.clone(),
        audience: about.audience,
        valid_from: about.validity.from,
        valid_to: about.validity.to,
        ..former
    };
    query(
        "UPDATE documents SET owner = $1, tags = $2, audience = $3, valid_from = $4, valid_to = $5
         WHERE id = $6",
    )
    .bind(document.owner.as_deref())
    .bind(to_json(&document.tags)?)
    .bind(name_of(&document.audience)?)
    .bind(document.valid_from.map(micros))
    .bind(document.valid_to.map(micros))
    .bind(id.to_string())
    .execute(&mut tx)
    .await
    .map_err(database_error)?;
    // Its passages are read again by every index.
    query("UPDATE chunks SET revision = $1 WHERE document_id = $2")
        .bind(revision)
        .bind(id.to_string())
        .execute(&mut tx)
        .await
        .map_err(database_error)?;
    tx.commit().await.map_err(database_error)?;
    Ok(document)
}

/// Removes a document's passages and tells the history so.
async fn drop_chunks(tx: &mut Tx, id: DocumentId, revision: i64) -> Result<()> {
    query("INSERT INTO removed_chunks (revision, id) SELECT $1, id FROM chunks WHERE document_id = $2")
        .bind(revision)
        .bind(id.to_string())
        .execute(&mut *tx)
        .await
        .map_err(database_error)?;
    query("DELETE FROM chunks WHERE document_id = $1")
        .bind(id.to_string())
        .execute(&mut *tx)
        .await
        .map_err(database_error)?;
    Ok(())
}

/// Removes the files of a document's versions up to `last` that nothing else has: no later version, no other document.
async fn drop_files(tx: &mut Tx, id: DocumentId, last: i64) -> Result<()> {
    query(
        "DELETE FROM originals WHERE sha256 IN
             (SELECT sha256 FROM document_versions WHERE document_id = $1 AND version <= $2)
         AND NOT EXISTS (SELECT 1 FROM document_versions v WHERE v.sha256 = originals.sha256
                         AND (v.document_id <> $1 OR v.version > $2))",
    )
    .bind(id.to_string())
    .bind(last)
    .execute(&mut *tx)
    .await
    .map_err(database_error)?;
    Ok(())
}

pub async fn by_id(db: &Db, id: DocumentId) -> Result<Option<Document>> {
    query_as::<DocumentRow>("SELECT * FROM documents WHERE id = $1")
        .bind(id.to_string())
        .fetch_optional(db.reader())
        .await
        .map_err(database_error)?
        .map(DocumentRow::into_document)
        .transpose()
}

pub async fn by_name(db: &Db, base: &str, name: &str) -> Result<Option<Document>> {
    query_as::<DocumentRow>("SELECT * FROM documents WHERE base = $1 AND name = $2")
        .bind(base)
        .bind(name)
        .fetch_optional(db.reader())
        .await
        .map_err(database_error)?
        .map(DocumentRow::into_document)
        .transpose()
}

pub async fn list(db: &Db, base: Option<&str>) -> Result<Vec<Document>> {
    let rows = query_as::<DocumentRow>(
        "SELECT * FROM documents WHERE is_virtual = 0 AND (CAST($1 AS TEXT) IS NULL OR base = $1)
         ORDER BY base, name",
    )
    .bind(base)
    .fetch_all(db.reader())
    .await
    .map_err(database_error)?;
    rows.into_iter().map(DocumentRow::into_document).collect()
}

pub async fn versions(db: &Db, id: DocumentId) -> Result<Vec<DocumentVersion>> {
    let rows = query_as::<VersionRow>(
        "SELECT v.version, v.name, v.sha256, v.bytes, v.chunks, v.imported_at, v.author,
                EXISTS (SELECT 1 FROM originals o WHERE o.sha256 = v.sha256) AS kept
         FROM document_versions v WHERE v.document_id = $1 ORDER BY v.version",
    )
    .bind(id.to_string())
    .fetch_all(db.reader())
    .await
    .map_err(database_error)?;
    rows.into_iter().map(VersionRow::into_version).collect()
}

pub async fn chunks(db: &Db, id: DocumentId) -> Result<Vec<Chunk>> {
    let rows = query_as::<ChunkRow>(
        "SELECT c.id, c.document_id, d.name AS document, d.title, c.section, c.kind, c.lang, c.ordinal,
                c.text, c.questions
         FROM chunks c JOIN documents d ON d.id = c.document_id
         WHERE c.document_id = $1 ORDER BY c.ordinal",
    )
    .bind(id.to_string())
    .fetch_all(db.reader())
    .await
    .map_err(database_error)?;
    rows.into_iter().map(ChunkRow::into_chunk).collect()
}

pub async fn original(db: &Db, id: DocumentId) -> Result<Option<Vec<u8>>> {
    query_scalar("SELECT o.content FROM originals o JOIN documents d ON d.sha256 = o.sha256 WHERE d.id = $1")
        .bind(id.to_string())
        .fetch_optional(db.reader())
        .await
        .map_err(database_error)
}

pub async fn file_of_version(db: &Db, id: DocumentId, version: i64) -> Result<Option<Vec<u8>>> {
    query_scalar(
        "SELECT o.content FROM originals o JOIN document_versions v ON v.sha256 = o.sha256
         WHERE v.document_id = $1 AND v.version = $2",
    )
    .bind(id.to_string())
    .bind(version)
    .fetch_optional(db.reader())
    .await
    .map_err(database_error)
}
