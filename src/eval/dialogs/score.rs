//! Holds one decision against one expectation. Pure.

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use crate::domain::{Action, Decision};
use crate::eval::curve::Trial;
use crate::eval::suite::Expect;
use crate::text::normalise;

use super::action_name;

/// A right document has to be among so many candidates to count as found.
const FOUND_WITHIN: usize = 3;

/// What is right and wrong about a turn. `None`: the turn says nothing about it, or it does not apply to what was done.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// The action is an accepted one.
    pub action: Option<bool>,
    pub intent: Option<bool>,
    /// Expected slots with the right value, of how many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slots: Option<(usize, usize)>,
    /// A right document is cited.
    pub cited: Option<bool>,
    /// Rank (from 1) of the first right document among the candidates; 0 when it is not there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document_rank: Option<usize>,
    /// Every group of expected facts is met.
    pub content: Option<bool>,
    /// Of an answer that was given: it is accepted, says the facts, and cites a right document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<bool>,
    /// The answer the engine gave or, short of the threshold, would have given.
    pub trial: Option<Trial>,
    /// Everything that is wrong, for people. Empty when the turn is right.
    pub problems: Vec<Problem>,
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// `action`, `intent`, `slot`, `citation`, `content` or `forbidden`.
    pub check: String,
    pub detail: String,
}

impl Verdict {
    /// Whether everything that was labelled is right.
    pub fn right(&self) -> bool {
        self.problems.is_empty()
    }

    /// Whether a right document is among the first candidates.
    pub fn found(&self) -> Option<bool> {
        self.document_rank.map(|rank| (1..=FOUND_WITHIN).contains(&rank))
    }

    fn wrong(&mut self, check: &str, detail: impl Into<String>) {
        self.problems.push(Problem { check: check.into(), detail: detail.into() });
    }
}

/// Scores a decision.
///
/// Facts and citations are asked of a turn that took the best action (or of any, when no action is labelled): who
/// hands off instead of answering is wrong once, for the action. Forbidden words are wrong whatever was done. A rule
/// speaks in the shop's own words, so its answer needs no source.
pub fn score(expect: &Expect, decision: &Decision) -> Verdict {
    let mut verdict = Verdict::default();
    let accepted = expect.accepted();
    if !accepted.is_empty() {
        let right = accepted.contains(&decision.action);
        verdict.action = Some(right);
        if !right {
            let wanted: Vec<&str> = accepted.iter().map(|a| action_name(*a)).collect();
            verdict.wrong(
                "action",
                format!("{}, expected {}", action_name(decision.action), wanted.join(" | ")),
            );
        }
    }
    if let Some(intent) = &expect.intent {
        let got = decision.intent.as_ref().map_or("none", |i| i.name.as_str());
        verdict.intent = Some(got == intent);
        if got != intent {
            verdict.wrong("intent", format!("{got}, expected {intent}"));
        }
    }
    score_slots(expect, decision, &mut verdict);

    let text = fold(&decision.text);
    if expect.action.is_none_or(|best| best == decision.action) {
        if !expect.gold_docs.is_empty() && !by_rule(decision) {
            let cited = decision.citations.iter().any(|c| is_gold(expect, &c.document));
            verdict.cited = Some(cited);
            if !cited {
                let documents: Vec<&str> = decision.citations.iter().map(|c| c.document.as_str()).collect();
                let documents = if documents.is_empty() { "nothing".into() } else { documents.join(", ") };
                verdict.wrong(
                    "citation",
                    format!("cites {documents}, expected {}", expect.gold_docs.join(" | ")),
                );
            }
        }
        if !expect.must_contain_any.is_empty() {
            let missing = missing_groups(expect, &text);
            verdict.content = Some(missing.is_empty());
            for group in missing {
                verdict.wrong("content", format!("does not say {}", group.join(" | ")));
            }
        }
    }
    for word in expect.must_not_contain.iter().filter(|word| text.contains(&fold(word))) {
        verdict.wrong("forbidden", format!("says {word}"));
    }

    if let Some(explanation) = decision.explanation.as_ref().filter(|_| !expect.gold_docs.is_empty()) {
        let place = explanation.candidates.iter().position(|c| is_gold(expect, &c.document));
        verdict.document_rank = Some(place.map_or(0, |index| index + 1));
    }
    if !accepted.is_empty() {
        verdict.answer = (decision.action == Action::Answer).then(|| {
            let clean = verdict.problems.iter().all(|p| p.check != "forbidden");
            let facts = verdict.content.unwrap_or_else(|| missing_groups(expect, &text).is_empty());
            expect.accepts_answer() && facts && clean && verdict.cited != Some(false)
        });
        verdict.trial = Some(trial(expect, decision, verdict.answer));
    }
    verdict
}

/// The shop's own words, said because a rule fired.
fn by_rule(decision: &Decision) -> bool {
    let rule = decision.explanation.as_ref().and_then(|e| e.rule.as_ref());
    decision.action == Action::Answer && rule.is_some() && decision.citations.is_empty()
}

fn score_slots(expect: &Expect, decision: &Decision, verdict: &mut Verdict) {
    if expect.slots.is_empty() {
        return;
    }
    let mut right = 0;
    for (name, value) in &expect.slots {
        let wanted = normalise(value);
        let filled: Vec<_> = decision.slots.iter().filter(|s| s.name == *name).collect();
        if filled.iter().any(|s| normalise(&s.value) == wanted || normalise(&s.raw) == wanted) {
            right += 1;
            continue;
        }
        let got: Vec<&str> = filled.iter().map(|s| s.value.as_str()).collect();
        let got = if got.is_empty() { "nothing".into() } else { got.join(", ") };
        verdict.wrong("slot", format!("{name} is {got}, expected {value}"));
    }
    verdict.slots = Some((right, expect.slots.len()));
}

/// What the risk–coverage curve needs to know: the answer given or, where only the threshold stood in the way, the one
/// that would have been.
fn trial(expect: &Expect, decision: &Decision, answer: Option<bool>) -> Trial {
    if by_rule(decision) {
        return Trial { confidence: None, right: false };
    }
    if let Some(right) = answer {
        return Trial { confidence: Some(f64::from(decision.confidence)), right };
    }
    let short_of_threshold = decision.action == Action::Clarify
        || matches!(decision.handoff_reason.as_deref(), Some("unsure" | "business"));
    let explanation = decision.explanation.as_ref().filter(|e| short_of_threshold && e.rule.is_none());
    let Some(best) = explanation.and_then(|e| e.candidates.first()) else {
        return Trial { confidence: None, right: false };
    };
    let quote = fold(&best.quote);
    let right = expect.accepts_answer()
        && (expect.gold_docs.is_empty() || is_gold(expect, &best.document))
        && missing_groups(expect, &quote).is_empty()
        && !expect.must_not_contain.iter().any(|word| quote.contains(&fold(word)));
    Trial { confidence: Some(f64::from(best.score)), right }
}

fn missing_groups<'a>(expect: &'a Expect, folded: &str) -> Vec<&'a Vec<String>> {
    let met = |group: &Vec<String>| group.iter().any(|alternative| folded.contains(&fold(alternative)));
    expect.must_contain_any.iter().filter(|group| !met(group)).collect()
}

/// Documents are named by file name, or by their path below the imported folder.
fn is_gold(expect: &Expect, document: &str) -> bool {
    let file = document.rsplit('/').next().unwrap_or(document);
    expect.gold_docs.iter().any(|gold| gold == document || gold == file)
}

/// The comparison form of suites: NFKC and lower case.
fn fold(text: &str) -> String {
    text.nfkc().collect::<String>().to_lowercase()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
pub(super) mod tests;
