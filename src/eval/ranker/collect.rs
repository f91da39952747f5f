//! Asks labelled questions through the engine and keeps what it recalled, as cases to learn from.

use crate::dialog::Engine;
use crate::domain::Action;
use crate::error::{Error, Result};
use crate::eval::suite::Dialog;
use crate::knowledge::{FaqDraft, Filter, KnowledgeBase};
use crate::rank::Ranked;
use crate::rank::fit::{Case, Recalled};
use crate::text::normalise;

use super::corpus::{Organisation, Question};
use super::pairs::{self, FaqPair};

/// What a FAQ pair's own question, asked word for word, counts beside a freely worded one.
const LITERAL_WEIGHT: f32 = 0.3;

/// Imports an organisation's documents and FAQ pairs into a base of its name.
///
/// # Errors
/// When a document cannot be imported.
pub async fn import(knowledge: &KnowledgeBase, organisation: &Organisation) -> Result<()> {
    for (name, text) in &organisation.documents {
        knowledge.import(&organisation.name, name, text.clone().into_bytes(), &|_, _| ()).await?;
    }
    for (question, answer) in &organisation.faqs {
        add(knowledge, &organisation.name, question, answer).await?;
    }
    Ok(())
}

/// Puts FAQ pairs into their base.
///
/// # Errors
/// When one cannot be stored.
pub async fn import_pairs(knowledge: &KnowledgeBase, pairs: &[FaqPair]) -> Result<()> {
    for pair in pairs {
        add(knowledge, pairs::BASE, &pair.question, &pair.answer).await?;
    }
    Ok(())
}

async fn add(knowledge: &KnowledgeBase, base: &str, question: &str, answer: &str) -> Result<()> {
    let draft = FaqDraft {
        base: Some(base.to_owned()),
        question: question.to_owned(),
        answer: answer.to_owned(),
        ..FaqDraft::default()
    };
    knowledge.add_faq(draft).await.map(drop)
}

fn of(base: Option<&str>) -> Filter {
    Filter::of_base(base.map(str::to_owned))
}

/// What the engine recalls for the hard questions of an organisation, those of its FAQ pairs among them.
///
/// # Errors
/// When the engine fails.
pub async fn organisation(engine: &Engine, organisation: &Organisation) -> Result<Vec<Case>> {
    let mut cases = questions(engine, &organisation.name, &organisation.questions).await?;
    for (question, written) in &organisation.faqs {
        cases.push(word_for_word(engine, &organisation.name, question, written).await?);
    }
    Ok(cases)
}

/// What the engine recalls for questions about a base.
///
/// # Errors
/// When the engine fails.
pub async fn questions(engine: &Engine, base: &str, questions: &[Question]) -> Result<Vec<Case>> {
    let mut cases = Vec::with_capacity(questions.len());
    for question in questions {
        let (ranked, _) = engine.ranked(&question.text, None, of(Some(base))).await?;
        cases.push(case(&ranked, 1.0, question.answer.is_some(), |candidate| {
            let chunk = candidate.chunk();
            question.answer.as_ref().is_some_and(|answer| {
                let faq = !chunk.questions.is_empty();
                answer.in_passage(&chunk.document, &chunk.section, &chunk.text, faq)
            })
        }));
    }
    Ok(cases)
}

/// A FAQ pair's own question, as a button or a visitor who copies it asks.
async fn word_for_word(engine: &Engine, base: &str, question: &str, answer: &str) -> Result<Case> {
    let (ranked, _) = engine.ranked(question, None, of(Some(base))).await?;
    let own = |candidate: &Ranked| {
        let chunk = candidate.chunk();
        chunk.questions.first().is_some_and(|asked| asked == question) && chunk.text == answer
    };
    Ok(Case { literal: true, ..case(&ranked, LITERAL_WEIGHT, true, own) })
}

/// What the engine recalls for a FAQ pair's question, its paraphrases and its look-alikes.
///
/// # Errors
/// When the engine fails.
pub async fn pair(engine: &Engine, pair: &FaqPair, weight: f32) -> Result<Vec<Case>> {
    let mut cases = Vec::with_capacity(pair.same.len() + pair.near.len());
    let asked = pair.same.iter().map(|text| (text, true)).chain(pair.near.iter().map(|text| (text, false)));
    for (text, answerable) in asked {
        let (ranked, _) = engine.ranked(text, None, of(Some(pairs::BASE))).await?;
        let own = |candidate: &Ranked| candidate.chunk().questions.first() == Some(&pair.question);
        cases.push(case(&ranked, weight, answerable, own));
    }
    cases.push(word_for_word(engine, pairs::BASE, &pair.question, &pair.answer).await?);
    Ok(cases)
}

/// What the engine recalls for the first turns of a suite that ask the documents something. A passage answers when it
/// is of a right document and has every expected fact.
///
/// # Errors
/// When the engine fails, or no turn can be used.
pub async fn suite(
    engine: &Engine,
    dialogs: &[Dialog],
    base: Option<&str>,
    weight: f32,
) -> Result<Vec<Case>> {
    let mut cases = Vec::new();
    for dialog in dialogs {
        let Some(turn) = dialog.turns.first() else { continue };
        let near_miss = dialog.tags.iter().any(|tag| tag.starts_with("unanswerable") || tag == "oos");
        if turn.expect.action != Some(Action::Answer) && !near_miss {
            continue;
        }
        let (ranked, _) = engine.ranked(&turn.user, None, of(base)).await?;
        cases.push(case(&ranked, weight, !near_miss, |candidate| {
            let chunk = candidate.chunk();
            let text = normalise(&chunk.text);
            let has = |alternatives: &Vec<String>| alternatives.iter().any(|a| text.contains(&normalise(a)));
            turn.expect.gold_docs.contains(&chunk.document) && turn.expect.must_contain_any.iter().all(has)
        }));
    }
    if cases.is_empty() {
        return Err(Error::invalid("no dialog of the suites asks the documents anything"));
    }
    Ok(cases)
}

fn case(ranked: &[Ranked], weight: f32, answerable: bool, right: impl Fn(&Ranked) -> bool) -> Case {
    Case {
        answerable,
        words: ranked.first().map_or(0, |candidate| candidate.words),
        candidates: ranked
            .iter()
            .map(|candidate| Recalled {
                features: candidate.features,
                reading: candidate.reading,
                right: answerable && right(candidate),
            })
            .collect(),
        weight,
        literal: false,
    }
}
