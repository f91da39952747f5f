//! The numbered history of changes that indexes follow, and vectors made again for another encoder.

use uuid::Uuid;

use crate::domain::{Chunk, ChunkId};
use crate::error::Result;
use crate::knowledge::{Changes, ChunkVectors, Position, StoredChunk};
use crate::store::columns::parsed;
use crate::store::{Db, database_error};

use super::shapes::{ChunkRow, StoredRow, blob};
use super::{REMOVALS_KEPT, next_revision};
use crate::store::sql::{query, query_as, query_scalar};

const LAST_CHANGE: &str = "SELECT revision, id FROM knowledge_changes ORDER BY revision DESC LIMIT 1";

pub async fn position(db: &Db) -> Result<Position> {
    let last = query_as(LAST_CHANGE).fetch_optional(db.reader()).await.map_err(database_error)?;
    as_position(last)
}

fn as_position(row: Option<(i64, String)>) -> Result<Position> {
    let Some((revision, change)) = row else { return Ok(Position::START) };
    Ok(Position { revision, change: parsed::<Uuid>(&change)? })
}

pub async fn reaches(db: &Db, position: &Position) -> Result<bool> {
    if *position == Position::START {
        return Ok(true);
    }
    let found: Option<String> = query_scalar(
        "SELECT id FROM knowledge_changes
         WHERE revision = $1 AND revision >= (SELECT MAX(revision) FROM knowledge_changes) - $2",
    )
    .bind(position.revision)
    .bind(REMOVALS_KEPT)
    .fetch_optional(db.reader())
    .await
    .map_err(database_error)?;
    Ok(found == Some(position.change.to_string()))
}

pub async fn changes(db: &Db, after: i64, max_chunks: usize) -> Result<Changes> {
    let mut tx = db.snapshot().await?;
    let end = query_as(LAST_CHANGE).fetch_optional(&mut tx).await.map_err(database_error)?;
    let end = as_position(end)?;

    let sizes: Vec<(i64, i64)> = query_as(
        "SELECT revision, COUNT(*) FROM chunks WHERE revision > $1 GROUP BY revision ORDER BY revision",
    )
    .bind(after)
    .fetch_all(&mut tx)
    .await
    .map_err(database_error)?;
    let upto = page_end(&sizes, max_chunks).unwrap_or(end.revision);

    let rows = query_as::<StoredRow>(
        "SELECT c.id, c.document_id, d.name AS document, d.title, c.section, c.kind, c.lang, c.ordinal,
                c.text, c.questions, d.base, c.encoder, c.statements, c.vectors,
                COALESCE(f.audience, d.audience) AS audience, COALESCE(f.tags, d.tags) AS tags,
                COALESCE(f.valid_from, d.valid_from) AS valid_from, COALESCE(f.valid_to, d.valid_to) AS valid_to
         FROM chunks c
         JOIN documents d ON d.id = c.document_id
         LEFT JOIN faqs f ON f.chunk_id = c.id
         WHERE c.revision > $1 AND c.revision <= $2
         ORDER BY c.revision, c.document_id, c.ordinal",
    )
    .bind(after)
    .bind(upto)
    .fetch_all(&mut tx)
    .await
    .map_err(database_error)?;
    let added = rows.into_iter().map(StoredRow::into_stored).collect::<Result<Vec<StoredChunk>>>()?;

    let removed: Vec<String> =
        query_scalar("SELECT id FROM removed_chunks WHERE revision > $1 AND revision <= $2")
            .bind(after)
            .bind(upto)
            .fetch_all(&mut tx)
            .await
            .map_err(database_error)?;
    let removed = removed.iter().map(|id| parsed(id)).collect::<Result<Vec<ChunkId>>>()?;

    let mut last_page = None;
    if upto == end.revision {
        let passages: i64 =
            query_scalar("SELECT COUNT(*) FROM chunks").fetch_one(&mut tx).await.map_err(database_error)?;
        last_page = Some((end, usize::try_from(passages).unwrap_or(0)));
    }
    Ok(Changes { revision: upto, added, removed, end: last_page })
}

/// The last revision of a page: as many whole changes as fit, at least one; `None` when all of them fit.
fn page_end(sizes: &[(i64, i64)], max_chunks: usize) -> Option<i64> {
    let mut total = 0;
    for (at, (_, chunks)) in sizes.iter().enumerate() {
        total += usize::try_from(*chunks).unwrap_or(0);
        if total > max_chunks && at > 0 {
            return Some(sizes[at - 1].0);
        }
    }
    None
}

pub async fn count_foreign(db: &Db, encoder: &str) -> Result<usize> {
    let count: i64 = query_scalar("SELECT COUNT(*) FROM chunks WHERE encoder <> $1")
        .bind(encoder)
        .fetch_one(db.reader())
        .await
        .map_err(database_error)?;
    Ok(usize::try_from(count).unwrap_or(0))
}

pub async fn foreign_chunks(db: &Db, encoder: &str, limit: usize) -> Result<Vec<Chunk>> {
    let rows = query_as::<ChunkRow>(
        "SELECT c.id, c.document_id, d.name AS document, d.title, c.section, c.kind, c.lang, c.ordinal,
                c.text, c.questions
         FROM chunks c JOIN documents d ON d.id = c.document_id
         WHERE c.encoder <> $1 LIMIT $2",
    )
    .bind(encoder)
    .bind(limit as i64)
    .fetch_all(db.reader())
    .await
    .map_err(database_error)?;
    rows.into_iter().map(ChunkRow::into_chunk).collect()
}

pub async fn put_vectors(db: &Db, vectors: Vec<(ChunkId, ChunkVectors)>) -> Result<()> {
    let mut tx = db.write().await?;
    let revision = next_revision(&mut tx).await?;
    for (id, vectors) in vectors {
        query("UPDATE chunks SET encoder = $1, vectors = $2, statements = $3, revision = $4 WHERE id = $5")
            .bind(&vectors.encoder)
            .bind(blob(&vectors))
            .bind(vectors.statements.len() as i64)
            .bind(revision)
            .bind(id.to_string())
            .execute(&mut tx)
            .await
            .map_err(database_error)?;
    }
    tx.commit().await.map_err(database_error)
}

#[cfg(test)]
mod tests {
    use super::page_end;

    #[test]
    fn a_page_ends_between_changes_and_has_at_least_one() {
        assert_eq!(page_end(&[], 10), None);
        assert_eq!(page_end(&[(1, 4), (2, 6)], 10), None);
        assert_eq!(page_end(&[(1, 4), (3, 7), (4, 1)], 10), Some(1));
        assert_eq!(page_end(&[(1, 50), (2, 1)], 10), Some(1));
        assert_eq!(page_end(&[(7, 50)], 10), None);
    }
}
