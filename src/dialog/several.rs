//! Several questions in one message: each is looked for by itself, and what can be answered is answered.
//!
//! The whole message is looked at first, as any other. Only where that ends in an answer, in a question back, or in a
//! form just begun, do its single questions count: a rule, a person asked for or an open form is for the whole message.

use super::Phrases;
use super::asked::{Asked, questions};
use super::engine::Engine;
use super::forms::Cue;
use super::input::{HistoryTurn, TurnInput};
use super::turn::{Turn, considered};
use super::wording;
use crate::domain::{Action, AskedReport, Citation, Decision, SenderKind};
use crate::error::Result;
use crate::policy::{Grounds, Verdict, decide};
use crate::text::normalise;

/// A question of the message, and its answer, if there is one.
pub(super) struct Part {
    question: String,
    answer: Option<Decision>,
}

impl Part {
    /// For people who ask why.
    fn report(&self) -> AskedReport {
        AskedReport {
            question: self.question.clone(),
            answered: self.answer.is_some(),
            confidence: self.answer.as_ref().map_or(0.0, |answer| answer.confidence),
        }
    }
}

impl Engine {
    /// The single questions of a message whose whole was looked at in `turn`, each looked at by itself with what was
    /// asked before it; none where the message asks one thing in few words.
    ///
    /// # Errors
    /// As [`Engine::reply`].
    pub(super) async fn parts(
        &self,
        input: &TurnInput,
        turn: &Turn,
        verdict: &Verdict,
        cue: &Cue,
    ) -> Result<Vec<Part>> {
        let counts = match verdict {
            Verdict::Answer => !turn.picked,
            Verdict::Choose(_) | Verdict::NotFound => true,
            Verdict::Business => matches!(cue, Cue::Starts(_)),
            _ => false,
        };
        let lang = turn.understood.lang;
        let asked = if counts { questions(&input.text, lang) } else { Vec::new() };
        if asked.iter().all(|one| normalise(&one.text) == normalise(&input.text)) {
            return Ok(Vec::new());
        }
        let mut parts = Vec::with_capacity(asked.len());
        let mut part = TurnInput { lang: Some(lang), explain: false, ..input.clone() };
        for Asked { text, alone } in asked {
            part.text.clone_from(&text);
            let mut answer = self.answer(&part).await?;
            if let Some(alone) = &alone {
                part.text.clone_from(alone);
                answer = surer(answer, self.answer(&part).await?);
            }
            let question = alone.unwrap_or(text);
            part.history.push(HistoryTurn { role: SenderKind::Visitor, text: question.clone() });
            parts.push(Part { question, answer });
        }
        Ok(parts)
    }

    /// The answer to a message, if the documents have one.
    async fn answer(&self, input: &TurnInput) -> Result<Option<Decision>> {
        let turn = self.look(input).await?;
        let (limits, findings) = (self.limits(&turn), considered(&turn.findings.ranked));
        let (verdict, grounds) = decide(&turn.situation(input, &findings, &Cue::None, limits));
        let material = turn.material(&input.text, limits.answer);
        Ok((verdict == Verdict::Answer).then(|| wording::decision(&verdict, &grounds, &material)))
    }
}

fn surer(one: Option<Decision>, other: Option<Decision>) -> Option<Decision> {
    let confidence = |answer: &Option<Decision>| answer.as_ref().map_or(0.0, |answer| answer.confidence);
    if confidence(&other) > confidence(&one) { other } else { one }
}

/// What people are told who ask why.
pub(super) fn reports(parts: &[Part]) -> Vec<AskedReport> {
    parts.iter().map(Part::report).collect()
}

/// Puts the answers to the parts into the decision on the whole message, and says on what grounds, if it does.
pub(super) fn join(decision: &mut Decision, parts: &[Part]) -> Option<Grounds> {
    let answers: Vec<&Decision> = parts.iter().filter_map(|part| part.answer.as_ref()).collect();
    let sure = answers.iter().map(|answer| answer.confidence).fold(f32::INFINITY, f32::min);
    if answers.is_empty() {
        return None;
    }
    let open: Vec<&Part> = parts.iter().filter(|part| part.answer.is_none()).collect();
    match decision.action {
        // The order is looked into; what the documents answer is said before.
        Action::Business => {
            let mut said = texts(&answers);
            said.push(std::mem::take(&mut decision.text));
            decision.text = said.join(BETWEEN);
            decision.citations = citations(&answers);
            None
        }
        // One passage that answers the whole is better than a part of it.
        Action::Answer if !open.is_empty() && decision.confidence >= sure => None,
        Action::Answer | Action::Clarify => {
            let phrases = Phrases::new(decision.lang);
            let mut said = texts(&answers);
            said.extend(open.iter().map(|part| phrases.not_found_for(&part.question)));
            decision.text = said.join(BETWEEN);
            decision.action = Action::Answer;
            decision.confidence = sure;
            decision.citations = citations(&answers);
            decision.choices = if open.is_empty() { Vec::new() } else { vec![phrases.person()] };
            Some(Grounds::InParts { answered: answers.len(), asked: parts.len(), least: sure })
        }
        Action::Smalltalk | Action::Handoff => None,
    }
}

/// Between the answers to two questions.
const BETWEEN: &str = "\n\n";

/// The answers, each once.
fn texts(answers: &[&Decision]) -> Vec<String> {
    let mut texts: Vec<String> = Vec::new();
    for answer in answers {
        if !texts.contains(&answer.text) {
            texts.push(answer.text.clone());
        }
    }
    texts
}

/// The sources of the answers: first of every one the passage that is quoted, each passage once.
fn citations(answers: &[&Decision]) -> Vec<Citation> {
    let mut citations: Vec<Citation> = Vec::new();
    let most = answers.iter().map(|answer| answer.citations.len()).max().unwrap_or_default();
    for at in 0..most {
        for citation in answers.iter().filter_map(|answer| answer.citations.get(at)) {
            if citations.iter().all(|known| known.chunk_id != citation.chunk_id) {
                citations.push(citation.clone());
            }
        }
    }
    citations
}
