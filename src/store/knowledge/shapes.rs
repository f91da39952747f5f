//! Rows of the knowledge tables as domain values, and back.

use serde::de::{DeserializeOwned, IntoDeserializer, value};
use serde::{Deserialize, Serialize};

use crate::domain::{Chunk, Document, Faq};
use crate::error::{Error, Result};
use crate::knowledge::{ByteVector, ChunkVectors, DocumentVersion, StoredChunk, Validity, floats};
use crate::store::columns::{from_json, parsed, timestamp, timestamp_opt, to_json};

/// The name an enum without fields is written by.
pub fn name_of(value: &impl Serialize) -> Result<String> {
    Ok(to_json(value)?.trim_matches('"').to_owned())
}

/// The enum value of a name.
pub fn named<'a, T: Deserialize<'a>>(name: &'a str) -> Result<T> {
    let name: value::StrDeserializer<'a, value::Error> = name.into_deserializer();
    T::deserialize(name).map_err(|e| Error::internal(format!("the database holds a name nobody knows: {e}")))
}

/// The vectors of a passage as a blob: its own and one a question in f32, little-endian, then one a statement in
/// bytes.
pub fn blob(vectors: &ChunkVectors) -> Vec<u8> {
    let exact = std::iter::once(&vectors.passage).chain(&vectors.questions).flatten();
    let mut blob: Vec<u8> = exact.flat_map(|value| value.to_le_bytes()).collect();
    blob.extend(vectors.statements.iter().flat_map(ByteVector::to_bytes));
    blob
}

/// Reads [`blob`] back: after the passage's own vector those of `questions`, then those of `statements`, all of
/// equal length.
fn vectors(encoder: String, blob: &[u8], questions: usize, statements: usize) -> ChunkVectors {
    let exact = 1 + questions;
    let factors = statements * ByteVector::bytes_for(0);
    let dim = blob.len().saturating_sub(factors) / (exact * size_of::<f32>() + statements);
    let (floating, bytes) = blob.split_at((exact * dim * size_of::<f32>()).min(blob.len()));
    let values = floats(floating);
    let mut vectors = values.chunks_exact(dim.max(1)).map(<[f32]>::to_vec);
    let passage = vectors.next().unwrap_or_default();
    let statements = bytes.chunks_exact(ByteVector::bytes_for(dim)).filter_map(ByteVector::from_bytes);
    ChunkVectors { encoder, passage, questions: vectors.collect(), statements: statements.collect() }
}

fn list<T: DeserializeOwned>(json: &str) -> Result<Vec<T>> {
    from_json(json)
}

#[derive(sqlx::FromRow)]
pub struct DocumentRow {
    id: String,
    base: String,
    name: String,
    title: String,
    format: String,
    lang: String,
    version: i64,
    chunks: i64,
    bytes: i64,
    sha256: String,
    owner: Option<String>,
    tags: String,
    audience: String,
    valid_from: Option<i64>,
    valid_to: Option<i64>,
    created_at: i64,
    updated_at: i64,
}

impl DocumentRow {
    pub fn into_document(self) -> Result<Document> {
        Ok(Document {
            id: parsed(&self.id)?,
            format: named(&self.format)?,
            lang: named(&self.lang)?,
            tags: list(&self.tags)?,
            audience: named(&self.audience)?,
            valid_from: timestamp_opt(self.valid_from)?,
            valid_to: timestamp_opt(self.valid_to)?,
            owner: self.owner,
            created_at: timestamp(self.created_at)?,
            updated_at: timestamp(self.updated_at)?,
            base: self.base,
            name: self.name,
            title: self.title,
            version: self.version,
            chunks: self.chunks,
            bytes: self.bytes,
            sha256: self.sha256,
        })
    }
}

#[derive(sqlx::FromRow)]
pub struct VersionRow {
    version: i64,
    name: String,
    sha256: String,
    bytes: i64,
    chunks: i64,
    imported_at: i64,
    author: Option<String>,
    kept: bool,
}

impl VersionRow {
    pub fn into_version(self) -> Result<DocumentVersion> {
        Ok(DocumentVersion {
            version: self.version,
            imported_at: timestamp(self.imported_at)?,
            name: self.name,
            sha256: self.sha256,
            bytes: self.bytes,
            chunks: self.chunks,
            author: self.author,
            kept: self.kept,
        })
    }
}

/// A passage with the name and title of its document.
#[derive(sqlx::FromRow)]
pub struct ChunkRow {
    id: String,
    document_id: String,
    document: String,
    title: String,
    section: String,
    kind: String,
    lang: String,
    ordinal: i64,
    text: String,
    questions: String,
}

impl ChunkRow {
    pub fn into_chunk(self) -> Result<Chunk> {
        Ok(Chunk {
            id: parsed(&self.id)?,
            document_id: parsed(&self.document_id)?,
            kind: named(&self.kind)?,
            lang: named(&self.lang)?,
            questions: list(&self.questions)?,
            document: self.document,
            title: self.title,
            section: self.section,
            ordinal: self.ordinal,
            text: self.text,
        })
    }
}

/// A passage with all an index needs.
#[derive(sqlx::FromRow)]
pub struct StoredRow {
    #[sqlx(flatten)]
    chunk: ChunkRow,
    base: String,
    encoder: String,
    statements: i64,
    vectors: Vec<u8>,
    audience: String,
    tags: String,
    valid_from: Option<i64>,
    valid_to: Option<i64>,
}

impl StoredRow {
    pub fn into_stored(self) -> Result<StoredChunk> {
        let chunk = self.chunk.into_chunk()?;
        let validity = Validity { from: timestamp_opt(self.valid_from)?, to: timestamp_opt(self.valid_to)? };
        let statements = usize::try_from(self.statements).unwrap_or(0);
        let vectors = vectors(self.encoder, &self.vectors, chunk.questions.len(), statements);
        let (audience, tags) = (named(&self.audience)?, list(&self.tags)?);
        Ok(StoredChunk { chunk, base: self.base, audience, tags, validity, vectors })
    }
}

#[derive(sqlx::FromRow)]
pub struct FaqRow {
    id: String,
    base: String,
    question: String,
    similar_questions: String,
    answer: String,
    tags: String,
    audience: String,
    valid_from: Option<i64>,
    valid_to: Option<i64>,
    created_at: i64,
    updated_at: i64,
}

impl FaqRow {
    pub fn into_faq(self) -> Result<Faq> {
        Ok(Faq {
            id: parsed(&self.id)?,
            similar: list(&self.similar_questions)?,
            tags: list(&self.tags)?,
            audience: named(&self.audience)?,
            valid_from: timestamp_opt(self.valid_from)?,
            valid_to: timestamp_opt(self.valid_to)?,
            created_at: timestamp(self.created_at)?,
            updated_at: timestamp(self.updated_at)?,
            base: self.base,
            question: self.question,
            answer: self.answer,
        })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::domain::{ChunkKind, Format};

    #[test]
    fn names_come_back() {
        for format in [Format::Markdown, Format::Xlsx] {
            assert_eq!(named::<Format>(&name_of(&format).unwrap()).unwrap(), format);
        }
        assert!(named::<ChunkKind>("poem").is_err());
    }

    #[test]
    fn vectors_come_back_bit_by_bit() {
        let all = ChunkVectors {
            encoder: "e".into(),
            passage: vec![0.1, -0.25],
            questions: vec![vec![f32::MIN_POSITIVE, 1.0], vec![0.3, 0.7]],
            statements: vec![ByteVector::of(&[-0.5, 0.125]), ByteVector::of(&[0.1, 0.2])],
        };
        assert_eq!(vectors("e".into(), &blob(&all), 2, 2), all);
    }
}
