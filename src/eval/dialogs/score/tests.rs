use super::*;
use crate::domain::{Candidate, ChunkId, Citation, DocumentId, Explanation, IntentScore, Lang, Parse, Slot};
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
        tags: vec![],
        team: None,
        acts: vec![],
        state: None,
        explanation: Some(Explanation {
            query: "q".into(),
            parse: Parse::default(),
            paths: vec![],
            candidates: vec![candidate],
            plugins: Vec::new(),
            questions: Vec::new(),
            rules: Vec::new(),
            rule: None,
            reason: "because".into(),
            phrasing: None,
            reason_code: "sure".into(),
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
fn a_rule_answers_without_a_source_and_whatever_the_threshold() {
    let mut ruled = decision(Action::Answer, "西藏 22元", "a.md", 1.0);
    ruled.citations.clear();
    assert_eq!(checks(&score(&expect(ANSWER), &ruled)), ["citation"]);
    ruled.explanation.as_mut().unwrap().rule = Some("postage".into());
    let verdict = score(&expect(ANSWER), &ruled);
    assert!(verdict.right());
    assert_eq!((verdict.cited, verdict.answer), (None, Some(true)));
    assert_eq!(verdict.trial.unwrap().confidence, None);
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
