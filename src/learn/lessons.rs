//! The review queue: what conversations taught, waiting for somebody to make it a FAQ pair, an example, or nothing.
//!
//! A lesson is found in what is on record anyway (a suggestion an agent edited, an answer a visitor marked, a question
//! the bot could not answer), so none is lost and none has to be collected; only what was decided is written down.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Intents, NewExample};
use crate::domain::{ConversationId, Faq, FaqId};
use crate::error::{Code, Error, Result};
use crate::knowledge::{FaqDraft, KnowledgeBase};

/// The longest question or answer of a correction, in scalars; a FAQ pair has its own limits.
const LONGEST: usize = 10_000;

/// What a lesson comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LessonKind {
    /// An agent changed what was suggested before sending it.
    Edited,
    /// A visitor marked an answer as not helpful.
    Unhelpful,
    /// The bot asked back or brought a person because it was not sure.
    Unanswered,
    /// Somebody trying the bot out said what is right.
    Corrected,
}

impl LessonKind {
    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Edited => "edited",
            Self::Unhelpful => "unhelpful",
            Self::Unanswered => "unanswered",
            Self::Corrected => "corrected",
        }
    }
}

/// Names a lesson: its kind and what it comes from, `edited:0192…`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LessonId {
    pub kind: LessonKind,
    pub of: Uuid,
}

impl fmt::Display for LessonId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind.as_str(), self.of)
    }
}

impl FromStr for LessonId {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let kinds =
            [LessonKind::Edited, LessonKind::Unhelpful, LessonKind::Unanswered, LessonKind::Corrected];
        let id = text.split_once(':').and_then(|(name, of)| {
            let kind = kinds.into_iter().find(|kind| kind.as_str() == name)?;
            Some(Self { kind, of: of.parse().ok()? })
        });
        id.ok_or_else(|| Error::not_found("lesson", text))
    }
}

impl Serialize for LessonId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// One thing to learn.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Lesson {
    #[schema(value_type = String)]
    pub id: LessonId,
    pub kind: LessonKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversation_id: Option<ConversationId>,
    /// The visitor's message, in that conversation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seq: Option<i64>,
    /// In the visitor's words.
    pub question: String,
    /// What a person answered, if one did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
    /// What the bot said, or suggested.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub said: Option<String>,
    /// The intent it should have had, where somebody said so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub intent: Option<String>,
    /// Who answered, marked or corrected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    #[schema(value_type = String, format = "date-time")]
    pub created_at: Timestamp,
}

/// What somebody says is right.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct Correction {
    pub question: String,
    #[serde(default)]
    pub answer: Option<String>,
    #[serde(default)]
    pub intent: Option<String>,
    /// What the bot said.
    #[serde(default)]
    pub said: Option<String>,
}

/// What is to become of a lesson. What is not given is as the lesson has it.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
pub struct Acceptance {
    pub question: Option<String>,
    /// Other ways to ask it.
    pub similar: Vec<String>,
    /// The answer of the FAQ pair; without any, only the example is learnt.
    pub answer: Option<String>,
    /// The base of the FAQ pair.
    pub base: Option<String>,
    /// The question becomes an example of this intent.
    pub intent: Option<String>,
}

/// What a lesson has become.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Learnt {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub faq: Option<Faq>,
    /// The intent the question is an example of now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub intent: Option<String>,
}

/// What was decided about a lesson.
#[derive(Clone, Debug)]
pub struct LessonDecision {
    pub accepted: bool,
    pub faq: Option<FaqId>,
    pub intent: Option<String>,
    /// Who decided, by name.
    pub by: String,
    pub at: Timestamp,
}

/// Where lessons are found and decisions kept.
#[async_trait]
pub trait LessonStore: Send + Sync {
    /// Open lessons, newest first, of one kind or of all, older than `before`.
    async fn open(
        &self,
        kind: Option<LessonKind>,
        before: Option<Timestamp>,
        limit: usize,
    ) -> Result<Vec<Lesson>>;
    /// An open lesson.
    async fn get(&self, id: LessonId) -> Result<Option<Lesson>>;
    /// Writes a decision; false when there is one already.
    async fn decide(&self, id: LessonId, decision: &LessonDecision) -> Result<bool>;
    /// Keeps a correction and names its lesson.
    async fn correct(&self, correction: &Correction, author: &str, at: Timestamp) -> Result<LessonId>;
}

/// The review queue. Cheap to clone.
#[derive(Clone)]
pub struct Lessons {
    store: Arc<dyn LessonStore>,
    knowledge: Arc<KnowledgeBase>,
    intents: Intents,
}

impl Lessons {
    /// A queue whose lessons become pairs of this knowledge base and examples of these intents.
    pub fn new(store: Arc<dyn LessonStore>, knowledge: Arc<KnowledgeBase>, intents: Intents) -> Self {
        Self { store, knowledge, intents }
    }

    /// Open lessons, newest first.
    pub async fn open(
        &self,
        kind: Option<LessonKind>,
        before: Option<Timestamp>,
        limit: usize,
    ) -> Result<Vec<Lesson>> {
        self.store.open(kind, before, limit).await
    }

    /// Keeps what somebody says is right as a lesson.
    ///
    /// # Errors
    /// `invalid_input` when it says nothing.
    pub async fn correct(&self, correction: &Correction, author: &str) -> Result<Lesson> {
        let fields = [Some(&correction.question), correction.answer.as_ref(), correction.said.as_ref()];
        if fields.into_iter().flatten().any(|text| text.chars().count() > LONGEST) {
            return Err(Error::invalid(format!("question and answer have at most {LONGEST} characters")));
        }
        if correction.question.trim().is_empty() {
            return Err(Error::invalid("question: say what was asked"));
        }
        if correction.answer.is_none() && correction.intent.is_none() {
            return Err(Error::invalid("say what is right: an `answer`, an `intent`, or both"));
        }
        let id = self.store.correct(correction, author, Timestamp::now()).await?;
        self.lesson(id).await
    }

    /// Makes a lesson a FAQ pair, an example, or both: the next question finds the pair.
    ///
    /// # Errors
    /// `not_found` when it is not open, `invalid_input` when there is nothing to learn, and those of FAQ pairs and
    /// examples.
    pub async fn accept(&self, id: LessonId, how: Acceptance, by: &str) -> Result<Learnt> {
        let lesson = self.lesson(id).await?;
        let question = how.question.unwrap_or(lesson.question);
        let answer = how.answer.or(lesson.answer).filter(|answer| !answer.trim().is_empty());
        let intent = how.intent.or(lesson.intent);
        if answer.is_none() && intent.is_none() {
            return Err(Error::invalid("give an `answer` for a FAQ pair, or the `intent` the question has"));
        }
        if let Some(intent) = &intent {
            self.intents.add(intent, NewExample::Text(question.clone()), by).await?;
        }
        let faq = match answer {
            None => None,
            Some(answer) => {
                let draft = FaqDraft {
                    base: how.base,
                    question,
                    similar: how.similar,
                    answer,
                    ..FaqDraft::default()
                };
                Some(self.knowledge.add_faq(draft).await?)
            }
        };
        let decision = LessonDecision {
            accepted: true,
            faq: faq.as_ref().map(|faq| faq.id),
            intent: intent.clone(),
            by: by.to_owned(),
            at: Timestamp::now(),
        };
        if !self.store.decide(id, &decision).await? {
            // Somebody else was quicker; theirs counts.
            if let Some(faq) = faq {
                self.knowledge.remove_faq(faq.id).await?;
            }
            return Err(decided());
        }
        Ok(Learnt { faq, intent })
    }

    /// There is nothing to learn from it.
    ///
    /// # Errors
    /// `not_found` when it is not open.
    pub async fn dismiss(&self, id: LessonId, by: &str) -> Result<()> {
        self.lesson(id).await?;
        let (by, at) = (by.to_owned(), Timestamp::now());
        let decision = LessonDecision { accepted: false, faq: None, intent: None, by, at };
        if self.store.decide(id, &decision).await? { Ok(()) } else { Err(decided()) }
    }

    async fn lesson(&self, id: LessonId) -> Result<Lesson> {
        self.store.get(id).await?.ok_or_else(|| Error::not_found("open lesson", id))
    }
}

fn decided() -> Error {
    Error::new(Code::Conflict, "somebody else has decided on this lesson; reload the queue")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_lesson_is_named_by_its_kind_and_its_source() {
        let id = LessonId { kind: LessonKind::Edited, of: Uuid::now_v7() };
        assert_eq!(id.to_string().parse::<LessonId>().unwrap(), id);
        for wrong in ["", "edited", "edited:1", "other:0192f0c4-0000-7000-8000-000000000000"] {
            assert_eq!(wrong.parse::<LessonId>().unwrap_err().code(), Code::NotFound, "{wrong}");
        }
    }
}
