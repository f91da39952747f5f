//! The state of the knowledge, for the people who look after it: what contradicts itself, what nobody asks for, and what
//! is asked for and not there, with a draft for each.

use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Lesson, LessonId, LessonKind, Lessons};
use crate::dialog::Engine;
use crate::domain::{Citation, DocumentId, FaqId};
use crate::error::Result;
use crate::knowledge::health::Findings;
use crate::knowledge::{Filter, KnowledgeBase, Progress, dot};

/// Unanswered questions that are looked at, and groups of them that are reported.
const QUESTIONS: usize = 500;
const GROUPS: usize = 50;
/// Inner product of two questions from which they ask for one thing.
const ONE_THING: f32 = 0.86;
/// A passage that answers a question less probably than this is no draft.
const WORTH_PROPOSING: f32 = 0.2;

/// How often things were cited in answers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cited {
    pub documents: HashMap<DocumentId, u64>,
    pub faqs: HashMap<FaqId, u64>,
}

/// Where answers are kept.
#[async_trait]
pub trait AnswerRecord: Send + Sync {
    /// What the bot's answers since then have cited.
    async fn cited(&self, since: Timestamp) -> Result<Cited>;
}

/// What is asked of the report.
#[derive(Clone, Debug)]
pub struct HealthOrder {
    pub base: Option<String>,
    /// Documents that nobody has touched for so many days are out of date.
    pub untouched_days: i64,
    /// What no answer has cited for so many days is not needed.
    pub unused_days: i64,
}

/// The report.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct HealthReport {
    #[serde(flatten)]
    pub findings: Findings,
    /// What no answer has cited, of what has been there long enough.
    pub never_cited: Vec<NeverCited>,
    /// Questions the bot could not answer, those asked most often first.
    pub unanswered: Vec<Unanswered>,
    #[schema(value_type = String, format = "date-time")]
    pub made_at: Timestamp,
}

/// A document or FAQ pair that no answer has cited.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct NeverCited {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document_id: Option<DocumentId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub faq_id: Option<FaqId>,
    /// File name, or the pair's question.
    pub name: String,
    #[schema(value_type = String, format = "date-time")]
    pub updated_at: Timestamp,
}

/// Questions that ask for one thing, and a FAQ pair that would answer them. Accepting one of the lessons with the draft
/// makes it; the others are then dismissed.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Unanswered {
    #[schema(value_type = Vec<String>)]
    pub lessons: Vec<LessonId>,
    pub times: usize,
    /// The question that is nearest to all the others.
    pub question: String,
    pub similar: Vec<String>,
    /// What a person answered to one of them, or the words of a passage that come nearest; to be read before it is used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
    /// Where the words are from, when they are from a passage.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub citation: Option<Citation>,
    #[schema(value_type = String, format = "date-time")]
    pub last_at: Timestamp,
}

/// Makes reports. Cheap to clone.
#[derive(Clone)]
pub struct Health {
    knowledge: Arc<KnowledgeBase>,
    engine: Arc<Engine>,
    lessons: Lessons,
    answers: Arc<dyn AnswerRecord>,
}

impl Health {
    /// Reports on this knowledge base.
    pub fn new(
        knowledge: Arc<KnowledgeBase>,
        engine: Arc<Engine>,
        lessons: Lessons,
        answers: Arc<dyn AnswerRecord>,
    ) -> Self {
        Self { knowledge, engine, lessons, answers }
    }

    /// Makes a report. Takes about a millisecond a passage.
    ///
    /// # Errors
    /// When the records cannot be read or the encoder fails.
    pub async fn report(&self, order: &HealthOrder, progress: Progress<'_>) -> Result<HealthReport> {
        let days = |days: i64| SignedDuration::from_hours(24 * days);
        let (base, untouched) = (order.base.clone(), days(order.untouched_days));
        let part = |done: f32, step: &str| progress(0.8 * done, step);
        let findings = self.knowledge.examine(base, untouched, &part).await?;
        progress(0.8, "reading answers");
        let made_at = Timestamp::now();
        let never_cited = self.never_cited(order.base.as_deref(), made_at - days(order.unused_days)).await?;
        progress(0.85, "grouping questions");
        let unanswered = self.unanswered(order.base.as_deref()).await?;
        progress(1.0, "done");
        Ok(HealthReport { findings, never_cited, unanswered, made_at })
    }

    /// What has been there since `since` and was in no answer from then on.
    async fn never_cited(&self, base: Option<&str>, since: Timestamp) -> Result<Vec<NeverCited>> {
        let cited = self.answers.cited(since).await?;
        let documents = self.knowledge.list(base).await?.into_iter();
        let documents = documents.filter(|d| d.updated_at <= since && !cited.documents.contains_key(&d.id));
        let mut found: Vec<NeverCited> = documents
            .map(|d| NeverCited {
                document_id: Some(d.id),
                faq_id: None,
                name: d.name,
                updated_at: d.updated_at,
            })
            .collect();
        let faqs = self.knowledge.faqs(base).await?.into_iter();
        let faqs = faqs.filter(|f| f.updated_at <= since && !cited.faqs.contains_key(&f.id));
        found.extend(faqs.map(|f| NeverCited {
            document_id: None,
            faq_id: Some(f.id),
            name: f.question,
            updated_at: f.updated_at,
        }));
        Ok(found)
    }

    async fn unanswered(&self, base: Option<&str>) -> Result<Vec<Unanswered>> {
        let lessons = self.lessons.open(Some(LessonKind::Unanswered), None, QUESTIONS).await?;
        let questions: Vec<String> = lessons.iter().map(|lesson| lesson.question.clone()).collect();
        let vectors = self.knowledge.question_vectors(questions).await?;
        let mut groups = grouped(&vectors);
        groups.sort_by_key(|group| (std::cmp::Reverse(group.len()), group[0]));
        let mut unanswered = Vec::new();
        for group in groups.into_iter().take(GROUPS) {
            unanswered.push(self.draft(&group, &lessons, &vectors, base).await?);
        }
        Ok(unanswered)
    }

    /// The draft of a group; the first of it is the newest.
    async fn draft(
        &self,
        group: &[usize],
        lessons: &[Lesson],
        vectors: &[Arc<[f32]>],
        base: Option<&str>,
    ) -> Result<Unanswered> {
        let middle = central(group, vectors);
        let question = lessons[middle].question.clone();
        let mut similar: Vec<String> = Vec::new();
        for at in group {
            let other = &lessons[*at].question;
            if *other != question && !similar.contains(other) {
                similar.push(other.clone());
            }
        }
        let answered = group.iter().find_map(|at| lessons[*at].answer.clone());
        let mut citation = None;
        if answered.is_none() {
            let filter = Filter::of_base(base.map(str::to_owned));
            let (ranked, _) = self.engine.ranked(&question, None, filter).await?;
            citation =
                ranked.first().filter(|best| best.probability >= WORTH_PROPOSING).map(|best| best.citation());
        }
        Ok(Unanswered {
            lessons: group.iter().map(|at| lessons[*at].id).collect(),
            times: group.len(),
            question,
            similar,
            answer: answered.or_else(|| citation.as_ref().map(|citation| citation.quote.clone())),
            citation,
            last_at: lessons[group[0]].created_at,
        })
    }
}

/// Questions that ask for one thing, by number: each joins the group whose first question is nearest, if that is near
/// enough, or begins one of its own (leader clustering).
fn grouped(vectors: &[Arc<[f32]>]) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (at, vector) in vectors.iter().enumerate() {
        let likeness = |group: &Vec<usize>| dot(&vectors[group[0]], vector);
        let nearest = groups.iter_mut().max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
        match nearest.filter(|group| likeness(group) >= ONE_THING) {
            Some(group) => group.push(at),
            None => groups.push(vec![at]),
        }
    }
    groups
}

/// The question of a group that is nearest to all the others.
fn central(group: &[usize], vectors: &[Arc<[f32]>]) -> usize {
    let nearness = |at: &usize| group.iter().map(|other| dot(&vectors[*at], &vectors[*other])).sum::<f32>();
    let best = group.iter().rev().max_by(|a, b| nearness(a).total_cmp(&nearness(b)));
    best.copied().unwrap_or(group[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(x: f32, y: f32) -> Arc<[f32]> {
        let length = (x * x + y * y).sqrt();
        Arc::from([x / length, y / length])
    }

    #[test]
    fn near_questions_are_one_group_with_one_of_them_in_the_middle() {
        let vectors = [unit(1.0, 0.0), unit(0.0, 1.0), unit(1.0, 0.3), unit(1.0, 0.2)];
        let groups = grouped(&vectors);
        assert_eq!(groups, [vec![0, 2, 3], vec![1]]);
        assert_eq!(central(&groups[0], &vectors), 3);
    }
}
