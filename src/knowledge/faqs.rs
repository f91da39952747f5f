//! FAQ pairs written by hand: each change is found, or no longer found, by the next question.

use jiff::Timestamp;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::domain::{Audience, ChunkId, ChunkKind, DEFAULT_BASE, Faq, FaqId};
use crate::error::{Error, Result};
use crate::text::detect_lang;

use super::base::KnowledgeBase;
use super::catalogue::NewChunk;
use super::embed::{self, PassageText};
use super::import::check_base;

const MOST_SIMILAR: usize = 200;
const LONGEST_QUESTION: usize = 1_000;
const LONGEST_ANSWER: usize = 10_000;
pub(super) const MOST_TAGS: usize = 50;
pub(super) const LONGEST_TAG: usize = 100;

/// A FAQ pair as a person writes it.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct FaqDraft {
    /// The base it belongs to; the default one when not given, and the present one when a pair is changed.
    #[serde(default)]
    pub base: Option<String>,
    pub question: String,
    #[serde(default)]
    pub similar: Vec<String>,
    pub answer: String,
    #[serde(default)]
    pub tags: Vec<String>,
    /// Who may be answered from it.
    #[serde(default)]
    pub audience: Audience,
    /// Not found before this moment.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = "date-time")]
    pub valid_from: Option<Timestamp>,
    /// Not found after this moment.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = "date-time")]
    pub valid_to: Option<Timestamp>,
}

impl KnowledgeBase {
    /// FAQ pairs written by hand, of one base or of all, oldest first.
    pub async fn faqs(&self, base: Option<&str>) -> Result<Vec<Faq>> {
        self.catalogue.faqs(base).await
    }

    /// One pair.
    pub async fn faq(&self, id: FaqId) -> Result<Faq> {
        self.catalogue.faq(id).await?.ok_or_else(|| Error::not_found("FAQ pair", id))
    }

    /// Adds a pair.
    pub async fn add_faq(&self, draft: FaqDraft) -> Result<Faq> {
        let base = draft.base.clone().unwrap_or_else(|| DEFAULT_BASE.to_owned());
        self.write_faq(draft.checked(FaqId::new(), base, Timestamp::now())?).await
    }

    /// Changes a pair.
    pub async fn put_faq(&self, id: FaqId, draft: FaqDraft) -> Result<Faq> {
        let present = self.faq(id).await?;
        if draft.base.as_ref().is_some_and(|base| *base != present.base) {
            return Err(Error::invalid(
                "base: a pair stays in its base; delete it and add it to the other one",
            ));
        }
        self.write_faq(draft.checked(id, present.base, present.created_at)?).await
    }

    /// Removes a pair.
    pub async fn remove_faq(&self, id: FaqId) -> Result<()> {
        self.catalogue.remove_faq(id).await?;
        self.publish().await
    }

    async fn write_faq(&self, faq: Faq) -> Result<Faq> {
        let questions: Vec<String> = std::iter::once(&faq.question).chain(&faq.similar).cloned().collect();
        let passage = PassageText {
            kind: ChunkKind::Faq,
            title: "",
            section: "",
            text: &faq.answer,
            questions: &questions,
        };
        let vectors = embed::vectors(&self.encoder, &[passage], &|_| ()).await?;
        let vectors = vectors.into_iter().next();
        let chunk = NewChunk {
            id: ChunkId::new(),
            section: String::new(),
            kind: ChunkKind::Faq,
            lang: detect_lang(&faq.answer),
            text: faq.answer.clone(),
            questions,
            vectors: vectors.ok_or_else(|| Error::internal("the encoder returned no vector"))?,
        };
        self.catalogue.put_faq(&faq, chunk).await?;
        self.publish().await?;
        Ok(faq)
    }
}

impl FaqDraft {
    fn checked(self, id: FaqId, base: String, created_at: Timestamp) -> Result<Faq> {
        check_base(&base)?;
        let question = text("question", &self.question, LONGEST_QUESTION)?;
        let answer = text("answer", &self.answer, LONGEST_ANSWER)?;
        let similar = list("similar", self.similar, MOST_SIMILAR, LONGEST_QUESTION)?;
        let tags = list("tags", self.tags, MOST_TAGS, LONGEST_TAG)?;
        if let (Some(from), Some(to)) = (self.valid_from, self.valid_to)
            && to < from
        {
            return Err(Error::invalid("valid_to lies before valid_from"));
        }
        let (valid_from, valid_to) = (self.valid_from, self.valid_to);
        let updated_at = Timestamp::now();
        let audience = self.audience;
        Ok(Faq {
            id,
            base,
            question,
            similar,
            answer,
            tags,
            audience,
            valid_from,
            valid_to,
            created_at,
            updated_at,
        })
    }
}

/// A text without the space around it; neither empty nor too long.
pub(super) fn text(field: &str, value: &str, longest: usize) -> Result<String> {
    let value = value.trim();
    let length = value.chars().count();
    if length == 0 || length > longest {
        return Err(Error::invalid(format!("{field}: 1 to {longest} characters are allowed, not {length}")));
    }
    Ok(value.to_owned())
}

/// Texts without empty and repeated ones.
pub(super) fn list(field: &str, values: Vec<String>, most: usize, longest: usize) -> Result<Vec<String>> {
    let mut kept: Vec<String> = Vec::new();
    for value in values.iter().filter(|value| !value.trim().is_empty()) {
        let value = text(field, value, longest)?;
        if !kept.contains(&value) {
            kept.push(value);
        }
    }
    if kept.len() > most {
        return Err(Error::invalid(format!("{field}: at most {most} are allowed, not {}", kept.len())));
    }
    Ok(kept)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn checked(draft: FaqDraft) -> Result<Faq> {
        draft.checked(FaqId::new(), "default".into(), Timestamp::now())
    }

    fn draft() -> FaqDraft {
        FaqDraft { question: " 多久发货? ".into(), answer: "两天内。".into(), ..FaqDraft::default() }
    }

    #[test]
    fn a_pair_is_tidied() {
        let similar = vec!["几天发货".into(), " ".into(), "几天发货 ".into()];
        let faq = checked(FaqDraft { similar, ..draft() }).unwrap();
        assert_eq!(
            (faq.question.as_str(), faq.similar.as_slice()),
            ("多久发货?", &["几天发货".to_owned()][..])
        );
    }

    #[test]
    fn what_cannot_be_a_pair_is_refused_with_the_field() {
        let now = Timestamp::now();
        let earlier = now - jiff::SignedDuration::from_secs(1);
        for (draft, field) in [
            (FaqDraft { question: "  ".into(), ..draft() }, "question"),
            (FaqDraft { answer: "长".repeat(10_001), ..draft() }, "answer"),
            (FaqDraft { similar: (0..201).map(|i| i.to_string()).collect(), ..draft() }, "similar"),
            (FaqDraft { valid_from: Some(now), valid_to: Some(earlier), ..draft() }, "valid_to"),
        ] {
            assert!(checked(draft).unwrap_err().detail().starts_with(field));
        }
    }
}
