//! Other words for an answer that quotes passages: who makes them is outside this room, what may be said is decided
//! here.
//!
//! The policy has decided before; nothing is recalled or ranked again. A [`Phraser`] is given the question and the
//! passages that the answer cites, and hands back sentences that it has found to stand in them. Plugins see them like
//! any other words of the bot. Whatever goes wrong, the passage's own words are said.

use std::time::{Duration, Instant};

use async_trait::async_trait;

use super::Engine;
use super::input::TurnInput;
use super::plugins::Plugins;
use super::turn::Turn;
use crate::domain::{Action, ChunkKind, Decision, DroppedSentence, Lang, PhrasingReport};
use crate::policy::Verdict;

/// Most time plugins have for one sentence.
const REVIEW: Duration = Duration::from_secs(1);

/// Puts answers into other words.
#[async_trait]
pub trait Phraser: Send + Sync {
    /// The model's name, for explanations.
    fn name(&self) -> &str;
    /// Answers the question from these passages and nothing else. Every sentence is handed to `hearer` as soon as it
    /// is known to be supported; all that was handed over, in its order, is the text in the end.
    async fn phrase(&self, wanted: &Wanted<'_>, hearer: &mut dyn Hearer) -> Phrased;
}

/// What is to be phrased.
#[derive(Clone, Debug)]
pub struct Wanted<'a> {
    pub lang: Lang,
    /// The visitor's question, completed from context where it leans on it.
    pub question: &'a str,
    /// The passages that the answer cites, the best first.
    pub passages: Vec<Passage<'a>>,
}

/// A cited passage.
#[derive(Clone, Copy, Debug)]
pub struct Passage<'a> {
    pub title: &'a str,
    pub section: &'a str,
    pub text: &'a str,
}

/// Who is told of an answer piece by piece.
#[async_trait]
pub trait Hearer: Send {
    /// The next piece; pieces put together are the text. `false` when nobody wants to hear the rest.
    async fn hear(&mut self, piece: &str) -> bool;
}

/// Nobody is told before the whole answer is there.
pub struct Patient;

#[async_trait]
impl Hearer for Patient {
    async fn hear(&mut self, _piece: &str) -> bool {
        true
    }
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phrased {
    pub outcome: Outcome,
    /// What was handed over, in one.
    pub text: String,
    /// Sentences that were written and not handed over.
    pub dropped: Vec<DroppedSentence>,
    /// What failed.
    pub detail: Option<String>,
}

/// How phrasing ended. Only the first is an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Phrased,
    /// Not one sentence stands in the passages.
    Unsupported,
    /// The model says that the passages do not answer, or will not say.
    Refused,
    /// It took too long.
    Late,
    Failed,
    /// Too many are being phrased already.
    Busy,
    /// It failed lately and is left alone for a while.
    Resting,
    /// Nobody wants to hear it any more.
    Stopped,
}

impl Outcome {
    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Phrased => "phrased",
            Self::Unsupported => "unsupported",
            Self::Refused => "refused",
            Self::Late => "late",
            Self::Failed => "failed",
            Self::Busy => "busy",
            Self::Resting => "resting",
            Self::Stopped => "stopped",
        }
    }
}

/// The words of an answer that may be phrased: those of a passage. Pairs, rules, forms and courtesies have words that
/// somebody chose.
pub(super) fn extract_of(verdict: &Verdict, turn: &Turn, decision: &Decision) -> Option<String> {
    let best = turn.findings.ranked.first().filter(|_| matches!(verdict, Verdict::Answer))?;
    (best.chunk().kind != ChunkKind::Faq).then(|| decision.text.clone())
}

impl Engine {
    /// Phrases an answer if it still is the `extract`: what a form or a plugin added or changed stays as it is.
    pub(super) async fn phrase(
        &self,
        extract: Option<String>,
        turn: &Turn,
        input: &TurnInput,
        decision: &mut Decision,
        hearer: Option<&mut dyn Hearer>,
    ) -> Option<PhrasingReport> {
        let (phraser, hearer) = (self.phraser.as_deref()?, hearer?);
        let extract = extract.filter(|text| decision.action == Action::Answer && *text == decision.text)?;
        let started = Instant::now();
        let wanted = Wanted {
            lang: turn.understood.lang,
            question: &turn.findings.searched,
            passages: cited(turn, decision),
        };
        let plugins = self.plugins();
        let draft = Decision { text: String::new(), ..decision.clone() };
        let mut reviewed = Reviewed { plugins: &plugins, input, draft, hearer };
        let phrased = phraser.phrase(&wanted, &mut reviewed).await;
        let took = started.elapsed();
        let outcome = phrased.outcome.as_str();
        metrics::histogram!("zhike_phrasing_seconds", "outcome" => outcome).record(took.as_secs_f64());
        metrics::counter!("zhike_phrasing_dropped_sentences_total").increment(phrased.dropped.len() as u64);
        if phrased.outcome == Outcome::Phrased {
            decision.text = phrased.text;
        }
        Some(PhrasingReport {
            model: phraser.name().to_owned(),
            outcome: outcome.to_owned(),
            detail: phrased.detail,
            extract,
            dropped: phrased.dropped,
            ms: took.as_secs_f32() * 1000.0,
        })
    }
}

/// The passages of the citations, whole.
fn cited<'a>(turn: &'a Turn, decision: &Decision) -> Vec<Passage<'a>> {
    let cited = |id| decision.citations.iter().any(|citation| citation.chunk_id == id);
    let chunks = turn.findings.ranked.iter().map(|ranked| ranked.chunk()).filter(|chunk| cited(chunk.id));
    chunks.map(|chunk| Passage { title: &chunk.title, section: &chunk.section, text: &chunk.text }).collect()
}

/// Passes on what every plugin would let be said as it is.
struct Reviewed<'a> {
    plugins: &'a Plugins,
    input: &'a TurnInput,
    /// The decision with what was passed on so far.
    draft: Decision,
    hearer: &'a mut dyn Hearer,
}

#[async_trait]
impl Hearer for Reviewed<'_> {
    async fn hear(&mut self, piece: &str) -> bool {
        self.draft.text.push_str(piece);
        self.plugins.let_pass(self.input, &self.draft, Instant::now() + REVIEW).await
            && self.hearer.hear(piece).await
    }
}
