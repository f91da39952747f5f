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
/// hands off instead of answering is wrong once, for the action. Forbidden words are wrong whatever was done.
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
        if !expect.gold_docs.is_empty() {
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
    verdict.trial = (!accepted.is_empty()).then(|| trial(expect, decision, &verdict));
    verdict
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
fn trial(expect: &Expect, decision: &Decision, verdict: &Verdict) -> Trial {
    if decision.action == Action::Answer {
        let facts =
            verdict.content.unwrap_or_else(|| missing_groups(expect, &fold(&decision.text)).is_empty());
        let clean = verdict.problems.iter().all(|p| p.check != "forbidden");
        let right = expect.accepts_answer() && facts && clean && verdict.cited != Some(false);
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
pub(super) mod tests {
    use super::*;
    use crate::domain::{
        Candidate, ChunkId, Citation, DocumentId, Explanation, IntentScore, Lang, Parse, Slot,
    };
    use std::collections::BTreeMap;

    pub(in crate::eval::dialogs) fn decision(
        action: Action,
        text: &str,
        document: &str,
        confidence: f32,
    ) -> Decision {
        let (document_id, chunk_id) = (DocumentId::new(), ChunkId::new());
        let citation = Citation {
            document_id,
            document: document.into(),
            title: String::new(),
            section: "s".into(),
            chunk_id,
            quote: text.into(),
            score: confidence,
        };
        let candidate = Candidate {
            chunk_id,
            document_id,
            document: document.into(),
            title: String::new(),
            section: "s".into(),
            text: text.into(),
            quote: text.into(),
            score: confidence,
            ranks: BTreeMap::new(),
            path_scores: BTreeMap::new(),
            features: BTreeMap::new(),
        };
        Decision {
            action,
            lang: Lang::Zh,
            text: if action == Action::Answer { text.into() } else { "请稍等".into() },
            confidence,
            intent: Some(IntentScore { name: "shipping_fee".into(), confidence: 0.9 }),
            slots: vec![Slot {
                name: "count".into(),
                value: "3".into(),
                raw: "三".into(),
                start: 0,
                end: 1,
                confidence: 1.0,
            }],
            citations: if action == Action::Answer { vec![citation] } else { vec![] },
            card: None,
            choices: vec![],
            handoff_reason: (action == Action::Handoff).then(|| "unsure".into()),
            explanation: Some(Explanation {
                query: "q".into(),
                parse: Parse::default(),
                paths: vec![],
                candidates: vec![candidate],
                rule: None,
                reason: "because".into(),
                threshold: 0.6,
            }),
            timings_ms: BTreeMap::new(),
        }
    }

    pub(in crate::eval::dialogs) fn expect(json: &str) -> Expect {
        serde_json::from_str(json).unwrap()
    }

    const ANSWER: &str =
        r#"{"action":"answer","gold_docs":["a.md"],"must_contain_any":[["２２元","22 元"],["西藏"]]}"#;

    fn checks(verdict: &Verdict) -> Vec<&str> {
        verdict.problems.iter().map(|p| p.check.as_str()).collect()
    }

    #[test]
    fn a_right_answer_meets_every_group_after_folding_and_cites_a_right_document() {
        let verdict = score(&expect(ANSWER), &decision(Action::Answer, "西藏：22元", "docs/a.md", 0.8));
        assert!(verdict.right(), "{:?}", verdict.problems);
        assert_eq!((verdict.cited, verdict.content, verdict.found()), (Some(true), Some(true), Some(true)));
        assert_eq!(verdict.trial, Some(Trial { confidence: Some(f64::from(0.8f32)), right: true }));
    }

    #[test]
    fn each_missing_group_and_a_wrong_source_is_named() {
        let verdict = score(&expect(ANSWER), &decision(Action::Answer, "青海 15元", "b.md", 0.8));
        assert_eq!(checks(&verdict), ["citation", "content", "content"]);
        assert_eq!(verdict.document_rank, Some(0));
        assert!(!verdict.trial.unwrap().right);
    }

    #[test]
    fn handing_off_instead_of_answering_is_wrong_once_and_the_answer_it_had_is_remembered() {
        let verdict = score(&expect(ANSWER), &decision(Action::Handoff, "西藏 22元", "a.md", 0.5));
        assert_eq!(checks(&verdict), ["action"]);
        assert_eq!(verdict.problems[0].detail, "handoff, expected answer");
        assert_eq!(verdict.trial, Some(Trial { confidence: Some(0.5), right: true }));
    }

    #[test]
    fn an_answer_where_none_is_accepted_is_false_however_it_reads() {
        let none = expect(r#"{"action":"handoff","action_any":["handoff","clarify"]}"#);
        let verdict = score(&none, &decision(Action::Answer, "西藏 22元", "a.md", 0.9));
        assert_eq!(checks(&verdict), ["action"]);
        assert!(!verdict.trial.unwrap().right);
        assert!(score(&none, &decision(Action::Clarify, "x", "a.md", 0.2)).right());
    }

    #[test]
    fn an_accepted_second_best_action_is_not_asked_for_facts() {
        let either = expect(
            r#"{"action":"answer","action_any":["answer","clarify"],"gold_docs":["a.md"],"must_contain_any":[["22元"]]}"#,
        );
        let verdict = score(&either, &decision(Action::Clarify, "?", "b.md", 0.4));
        assert!(verdict.right());
        assert_eq!((verdict.cited, verdict.content), (None, None));
    }

    #[test]
    fn a_turn_that_no_threshold_would_answer_has_no_confidence() {
        let mut asked = decision(Action::Handoff, "x", "a.md", 0.9);
        asked.handoff_reason = Some("asked".into());
        assert_eq!(score(&expect(ANSWER), &asked).trial.unwrap().confidence, None);
        let talk = decision(Action::Smalltalk, "x", "a.md", 0.9);
        assert_eq!(score(&expect(ANSWER), &talk).trial.unwrap().confidence, None);
    }

    #[test]
    fn forbidden_words_are_wrong_in_any_action() {
        let careful = expect(r#"{"must_not_contain":["请稍"]}"#);
        assert_eq!(checks(&score(&careful, &decision(Action::Handoff, "x", "a.md", 0.1))), ["forbidden"]);
    }

    #[test]
    fn slots_match_by_value_or_by_the_words_written() {
        for (value, right) in [("3", 1), ("三", 1), ("４", 0)] {
            let json = format!(r#"{{"slots":{{"count":"{value}"}},"intent":"shipping_fee"}}"#);
            let verdict = score(&expect(&json), &decision(Action::Clarify, "x", "a.md", 0.1));
            assert_eq!((verdict.slots, verdict.intent), (Some((right, 1)), Some(true)));
        }
    }

    #[test]
    fn what_is_not_labelled_is_not_judged() {
        let verdict = score(&Expect::default(), &decision(Action::Answer, "x", "a.md", 0.1));
        assert_eq!(verdict, Verdict::default());
    }
}
