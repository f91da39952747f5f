//! The review queue in SQL: the implementation of [`LessonStore`].

use async_trait::async_trait;
use jiff::Timestamp;
use sqlx::FromRow;
use uuid::Uuid;

use crate::error::Result;
use crate::learn::{Correction, Lesson, LessonDecision, LessonId, LessonKind, LessonStore};

use super::columns::{as_limit, micros, parsed, timestamp};
use super::sql::{Builder, query};
use super::{Db, database_error};

/// Every open lesson, as one table.
///
/// An unanswered question is answered after all when the bot's next words have a source: the visitor picked a choice.
const OPEN: &str = "\
WITH lessons (kind, source, conversation_id, seq, question, answer, said, intent, author, at) AS (
    SELECT 'edited', s.id, s.conversation_id, s.message_seq, q.text, s.edited_text, s.text, NULL, u.name, s.used_at
    FROM suggestions s
    JOIN messages q ON q.conversation_id = s.conversation_id AND q.seq = s.message_seq
    LEFT JOIN users u ON u.id = s.used_by
    WHERE s.edited_text IS NOT NULL AND s.edited_text <> s.text
    UNION ALL
    SELECT 'unhelpful', m.id, m.conversation_id, q.seq, q.text, NULL, m.text, NULL, NULL, f.created_at
    FROM message_feedback f
    JOIN messages m ON m.id = f.message_id AND m.sender_kind = 'bot'
    JOIN messages q ON q.conversation_id = m.conversation_id AND q.seq = (
        SELECT MAX(v.seq) FROM messages v
        WHERE v.conversation_id = m.conversation_id AND v.sender_kind = 'visitor' AND v.seq < m.seq)
    WHERE NOT f.helpful
    UNION ALL
    SELECT 'unanswered', n.id, n.conversation_id, n.message_seq, q.text, a.text, NULL, NULL, a.sender_name, n.created_at
    FROM unanswered n
    JOIN messages q ON q.conversation_id = n.conversation_id AND q.seq = n.message_seq
    LEFT JOIN messages a ON a.conversation_id = n.conversation_id AND a.seq = (
        SELECT MIN(w.seq) FROM messages w
        WHERE w.conversation_id = n.conversation_id AND w.sender_kind = 'agent' AND w.seq > n.message_seq)
    WHERE NOT EXISTS (
        SELECT 1 FROM messages b
        WHERE b.conversation_id = n.conversation_id AND b.sender_kind = 'bot' AND b.citations IS NOT NULL
        AND b.seq > n.message_seq AND b.seq <= n.message_seq + 4)
    UNION ALL
    SELECT 'corrected', c.id, NULL, NULL, c.question, c.answer, c.said, c.intent, c.author, c.created_at
    FROM corrections c
)
SELECT kind, source, conversation_id, seq, question, answer, said, intent, author, at FROM lessons
WHERE NOT EXISTS (SELECT 1 FROM lesson_decisions d WHERE d.lesson_id = kind || ':' || source)";

#[derive(FromRow)]
struct LessonRow {
    kind: String,
    source: String,
    conversation_id: Option<String>,
    seq: Option<i64>,
    question: String,
    answer: Option<String>,
    said: Option<String>,
    intent: Option<String>,
    author: Option<String>,
    at: i64,
}

impl LessonRow {
    fn into_lesson(self) -> Result<Lesson> {
        let id: LessonId = parsed(&format!("{}:{}", self.kind, self.source))?;
        Ok(Lesson {
            id,
            kind: id.kind,
            conversation_id: self.conversation_id.as_deref().map(parsed).transpose()?,
            seq: self.seq,
            question: self.question,
            answer: self.answer,
            said: self.said,
            intent: self.intent,
            author: self.author,
            created_at: timestamp(self.at)?,
        })
    }
}

/// Lessons of the database. Cheap to clone.
#[derive(Clone)]
pub struct SqlLessons {
    db: Db,
}

impl SqlLessons {
    /// Lessons of this database.
    pub fn new(db: Db) -> Self {
        Self { db }
    }

    async fn select(&self, query: Builder) -> Result<Vec<Lesson>> {
        let rows: Vec<LessonRow> =
            query.build_query_as().fetch_all(self.db.reader()).await.map_err(database_error)?;
        rows.into_iter().map(LessonRow::into_lesson).collect()
    }
}

#[async_trait]
impl LessonStore for SqlLessons {
    async fn open(
        &self,
        kind: Option<LessonKind>,
        before: Option<Timestamp>,
        limit: usize,
    ) -> Result<Vec<Lesson>> {
        let mut query = Builder::new(OPEN);
        if let Some(kind) = kind {
            query.push(" AND kind = ").push_bind(kind.as_str());
        }
        if let Some(before) = before {
            query.push(" AND at < ").push_bind(micros(before));
        }
        query.push(" ORDER BY at DESC, source DESC LIMIT ").push_bind(as_limit(limit));
        self.select(query).await
    }

    async fn get(&self, id: LessonId) -> Result<Option<Lesson>> {
        let mut query = Builder::new(OPEN);
        query.push(" AND kind = ").push_bind(id.kind.as_str());
        query.push(" AND source = ").push_bind(id.of.to_string());
        Ok(self.select(query).await?.into_iter().next())
    }

    async fn decide(&self, id: LessonId, decision: &LessonDecision) -> Result<bool> {
        let mut tx = self.db.write().await?;
        let done = query(
            "INSERT INTO lesson_decisions (lesson_id, accepted, faq_id, intent, decided_by, decided_at) \
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (lesson_id) DO NOTHING",
        )
        .bind(id.to_string())
        .bind(decision.accepted)
        .bind(decision.faq.map(|faq| faq.to_string()))
        .bind(&decision.intent)
        .bind(&decision.by)
        .bind(micros(decision.at))
        .execute(&mut tx)
        .await
        .map_err(database_error)?;
        tx.commit().await.map_err(database_error)?;
        Ok(done.rows_affected() == 1)
    }

    async fn correct(&self, correction: &Correction, author: &str, at: Timestamp) -> Result<LessonId> {
        let id = Uuid::now_v7();
        let mut tx = self.db.write().await?;
        query(
            "INSERT INTO corrections (id, question, answer, intent, said, author, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(id.to_string())
        .bind(&correction.question)
        .bind(&correction.answer)
        .bind(&correction.intent)
        .bind(&correction.said)
        .bind(author)
        .bind(micros(at))
        .execute(&mut tx)
        .await
        .map_err(database_error)?;
        tx.commit().await.map_err(database_error)?;
        Ok(LessonId { kind: LessonKind::Corrected, of: id })
    }
}
