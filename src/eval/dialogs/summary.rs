//! From scored turns to a report: metrics, matrix, curve, calibration, tags. Pure.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::{Action, Lang};
use crate::eval::curve::{Curve, Point, Trial};
use crate::eval::report::{Kind, Measures, Outcome, Report};
use crate::nlu::metrics::{Bin, auroc, ece, percentile, reliability};

use super::{Played, action_name};

/// Target precisions whose thresholds are reported, in percent.
const TARGETS: [usize; 3] = [95, 90, 80];

/// Longest excerpt of a reply in an outcome, in characters.
const EXCERPT: usize = 80;

/// Expected (best) action → action taken → turns.
pub type Matrix = BTreeMap<String, BTreeMap<String, usize>>;

/// The bins of a reliability diagram.
pub type Bins = Vec<Bin>;

/// How the turns with one tag did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TagRow {
    pub tag: String,
    pub turns: usize,
    pub turns_right: usize,
    /// Turns with a labelled action, and those of them in which it is right.
    pub actions: usize,
    pub actions_right: usize,
    /// Turns that may not be answered, and those of them that were.
    pub unanswerable: usize,
    pub answered_falsely: usize,
}

/// The details of a dialog evaluation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DialogReport {
    pub actions: Matrix,
    pub tags: Vec<TagRow>,
    pub curve: Curve,
    /// Where the engine works now: its threshold on the curve.
    pub operating_point: Point,
    /// Target precision in percent → the point that reaches it with the most answers.
    pub targets: BTreeMap<usize, Option<Point>>,
    /// Confidence of the answers that were given against the share of right ones.
    pub reliability: Bins,
    /// Every turn as it was played.
    pub turns: Vec<Played>,
}

/// Sums up what was played.
pub fn report(turns: Vec<Played>) -> Report<DialogReport> {
    let mut measures = Measures::default();
    count(&mut measures, "", &turns.iter().collect::<Vec<_>>());
    for lang in [Lang::Zh, Lang::En] {
        let spoken: Vec<&Played> = turns.iter().filter(|t| t.lang == lang).collect();
        if !spoken.is_empty() && spoken.len() < turns.len() {
            count(&mut measures, &format!(".{lang}"), &spoken);
        }
    }

    let trials: Vec<Trial> = turns.iter().filter_map(|t| t.verdict.trial).collect();
    let curve = Curve::new(&trials);
    let targets: BTreeMap<usize, Option<Point>> =
        TARGETS.into_iter().map(|t| (t, curve.at_precision(t as f64 / 100.0))).collect();
    for (target, point) in &targets {
        measures.value(format!("coverage@{target}"), point.map_or(0.0, |p| p.coverage));
        measures.maybe(format!("threshold@{target}"), point.map(|p| p.threshold));
    }
    let threshold = turns.first().map_or(0.0, |t| f64::from(t.got.threshold));
    measures.value("threshold", threshold);

    let attempts: Vec<(f32, bool)> =
        trials.iter().filter_map(|t| t.confidence.map(|c| (c as f32, t.right))).collect();
    measures.maybe("answer_auroc", auroc(&attempts).map(f64::from));
    let given = weighed(&turns);
    if !given.is_empty() {
        measures.value("answer_ece", f64::from(ece(&given)));
    }

    let outcomes = turns.iter().map(outcome).collect();
    let detail = DialogReport {
        actions: matrix(&turns),
        tags: tags(&turns),
        operating_point: curve.at_threshold(threshold),
        curve,
        targets,
        reliability: reliability(&given),
        turns,
    };
    Report::new(Kind::Dialogs, measures, outcomes, detail)
}

/// Confidence and rightness of the answers that were given, without those of rules, which are not weighed.
fn weighed(turns: &[Played]) -> Vec<(f32, bool)> {
    let given = turns.iter().filter(|t| t.got.action == Action::Answer).filter_map(|t| t.verdict.trial);
    given.filter_map(|trial| trial.confidence.map(|c| (c as f32, trial.right))).collect()
}

/// Puts every figure of these turns into `measures`, names ending in `suffix`.
fn count(measures: &mut Measures, suffix: &str, turns: &[&Played]) {
    let name = |stem: &str| format!("{stem}{suffix}");
    let tally = |part: &dyn Fn(&Played) -> Option<bool>| {
        let judged: Vec<bool> = turns.iter().filter_map(|t| part(t)).collect();
        (judged.iter().filter(|right| **right).count(), judged.len())
    };
    let mut put = |stem: &str, (part, whole): (usize, usize)| measures.share(name(stem), part, whole);

    let mut dialogs: BTreeMap<&str, bool> = BTreeMap::new();
    for t in turns {
        *dialogs.entry(&t.dialog).or_insert(true) &= t.verdict.right();
    }
    put("dialog_accuracy", (dialogs.values().filter(|right| **right).count(), dialogs.len()));
    put("turn_accuracy", tally(&|t| Some(t.verdict.right())));
    put("action_accuracy", tally(&|t| t.verdict.action));
    put("intent_accuracy", tally(&|t| t.verdict.intent));
    let slots = turns.iter().filter_map(|t| t.verdict.slots).fold((0, 0), |a, s| (a.0 + s.0, a.1 + s.1));
    put("slot_accuracy", slots);

    let answerable = |t: &Played| t.expect.action == Some(Action::Answer);
    let answered = |t: &Played| t.got.action == Action::Answer;
    put("answer_accuracy", tally(&|t| answerable(t).then(|| t.verdict.answer == Some(true))));
    put("answer_rate", tally(&|t| answerable(t).then(|| answered(t))));
    put("answer_precision", tally(&|t| t.verdict.answer));
    put("citation_accuracy", tally(&|t| t.verdict.cited));
    put("content_accuracy", tally(&|t| t.verdict.content));
    put("document_recall@1", tally(&|t| t.verdict.document_rank.map(|rank| rank == 1)));
    put("document_recall@3", tally(&|t| t.verdict.found()));
    let falsely = tally(&|t| is_unanswerable(t).then(|| answered(t)));
    put("false_answer_rate", falsely);
    put("refusal_rate", (falsely.1 - falsely.0, falsely.1));
    let handed = |t: &Played| t.got.action == Action::Handoff;
    put("handoff_precision", tally(&|t| if handed(t) { t.verdict.action } else { None }));
    put("handoff_recall", tally(&|t| (t.expect.accepted() == [Action::Handoff]).then(|| handed(t))));

    measures.value(name("turns"), turns.len() as f64);
    measures.value(name("dialogs"), dialogs.len() as f64);
    let times: Vec<f64> = turns.iter().map(|t| t.ms).collect();
    measures.value(name("latency_p50_ms"), percentile(&times, 0.5));
    measures.value(name("latency_p95_ms"), percentile(&times, 0.95));
}

/// The label accepts no answer from the documents.
fn is_unanswerable(t: &Played) -> bool {
    t.verdict.action.is_some() && !t.expect.accepts_answer()
}

fn matrix(turns: &[Played]) -> Matrix {
    let mut matrix = Matrix::new();
    for t in turns {
        if let Some(expected) = t.expect.action {
            let row = matrix.entry(action_name(expected).to_owned()).or_default();
            *row.entry(action_name(t.got.action).to_owned()).or_default() += 1;
        }
    }
    matrix
}

fn tags(turns: &[Played]) -> Vec<TagRow> {
    let mut rows: BTreeMap<&str, TagRow> = BTreeMap::new();
    for t in turns {
        for tag in &t.tags {
            let row = rows.entry(tag).or_insert_with(|| TagRow {
                tag: tag.clone(),
                turns: 0,
                turns_right: 0,
                actions: 0,
                actions_right: 0,
                unanswerable: 0,
                answered_falsely: 0,
            });
            row.turns += 1;
            row.turns_right += usize::from(t.verdict.right());
            row.actions += usize::from(t.verdict.action.is_some());
            row.actions_right += usize::from(t.verdict.action == Some(true));
            row.unanswerable += usize::from(is_unanswerable(t));
            row.answered_falsely += usize::from(is_unanswerable(t) && t.got.action == Action::Answer);
        }
    }
    let mut rows: Vec<TagRow> = rows.into_values().collect();
    rows.sort_by(|a, b| b.turns.cmp(&a.turns).then_with(|| a.tag.cmp(&b.tag)));
    rows
}

fn outcome(t: &Played) -> Outcome {
    let mut reply: String = t.got.text.chars().take(EXCERPT).collect();
    if reply.len() < t.got.text.len() {
        reply.push('…');
    }
    Outcome {
        id: t.id.clone(),
        text: t.text.clone(),
        right: t.verdict.right(),
        got: format!("{}: {reply}", action_name(t.got.action)),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
pub(super) mod tests {
    use super::super::score::tests::{decision, expect};
    use super::super::{Got, score};
    use super::*;

    fn played(dialog: &str, turn: usize, label: &str, did: (Action, &str, f32), tags: &[&str]) -> Played {
        let (expect, decision) = (expect(label), decision(did.0, did.1, "a.md", did.2));
        Played {
            id: format!("{dialog}/{turn}"),
            dialog: dialog.into(),
            turn,
            lang: if dialog.starts_with("en") { Lang::En } else { Lang::Zh },
            tags: tags.iter().map(|t| (*t).to_owned()).collect(),
            text: "<b>问</b>".into(),
            verdict: score(&expect, &decision),
            expect,
            got: Got::of(decision, "q"),
            ms: turn as f64 * 10.0,
        }
    }

    const YES: &str = r#"{"action":"answer","gold_docs":["a.md"],"must_contain_any":[["22"]]}"#;
    const NO: &str = r#"{"action":"handoff","action_any":["handoff","clarify"]}"#;
    const PERSON: &str = r#"{"action":"handoff"}"#;

    /// Seven turns in five dialogs whose figures can be counted on the fingers.
    pub(in crate::eval::dialogs) fn example() -> Report<DialogReport> {
        report(vec![
            played("zh-1", 1, YES, (Action::Answer, "22", 0.9), &["table"]),
            played("zh-1", 2, YES, (Action::Answer, "15", 0.7), &["table"]),
            played("zh-2", 1, YES, (Action::Clarify, "22", 0.5), &["table", "typo"]),
            played("zh-3", 1, NO, (Action::Answer, "22", 0.65), &["near"]),
            played("zh-3", 2, NO, (Action::Clarify, "x", 0.3), &["near"]),
            played("en-4", 1, PERSON, (Action::Handoff, "x", 0.2), &[]),
            played("en-5", 1, YES, (Action::Handoff, "x", 0.1), &[]),
        ])
    }

    #[test]
    fn the_figures_of_a_known_suite() {
        let m = example().measures;
        let counted = |name: &str| m.counts[name];
        assert_eq!(counted("turn_accuracy"), (3, 7));
        assert_eq!(counted("dialog_accuracy"), (1, 5));
        assert_eq!(counted("action_accuracy"), (4, 7));
        assert_eq!(counted("answer_accuracy"), (1, 4));
        assert_eq!(counted("answer_rate"), (2, 4));
        assert_eq!(counted("answer_precision"), (1, 3));
        assert_eq!(counted("content_accuracy"), (1, 2));
        assert_eq!(counted("citation_accuracy"), (2, 2));
        assert_eq!(counted("document_recall@3"), (4, 4));
        assert_eq!(counted("false_answer_rate"), (1, 3));
        assert_eq!(counted("refusal_rate"), (2, 3));
        assert_eq!(counted("handoff_precision"), (1, 2));
        assert_eq!(counted("handoff_recall"), (1, 1));
        assert_eq!(counted("action_accuracy.en"), (1, 2));
        assert!(!m.metrics.contains_key("intent_accuracy"), "nothing was labelled");
        assert_eq!((m.metrics["latency_p50_ms"], m.metrics["latency_p95_ms"]), (10.0, 20.0));
    }

    #[test]
    fn the_curve_of_a_known_suite() {
        let report = example();
        // By confidence: .9 right, .7 wrong, .65 false, .5 would be right, .3 .2 .1 wrong.
        let right: Vec<usize> = report.detail.curve.points.iter().map(|p| p.right).collect();
        assert_eq!(right, [1, 1, 1, 2, 2, 2, 2]);
        assert_eq!(report.measures.metrics["coverage@95"], 1.0 / 7.0);
        assert_eq!(report.detail.operating_point.answered, 3);
        assert_eq!(report.detail.operating_point.right, 1);
    }

    #[test]
    fn actions_are_counted_expected_by_taken() {
        let actions = example().detail.actions;
        assert_eq!(
            actions["answer"],
            BTreeMap::from([("answer".into(), 2), ("clarify".into(), 1), ("handoff".into(), 1)])
        );
        assert_eq!(actions["handoff"].values().sum::<usize>(), 3);
    }

    #[test]
    fn tags_are_counted_each() {
        let tags = example().detail.tags;
        let table = &tags[0];
        assert_eq!((table.tag.as_str(), table.turns, table.turns_right), ("table", 3, 1));
        let near = tags.iter().find(|t| t.tag == "near").unwrap();
        assert_eq!((near.unanswerable, near.answered_falsely), (2, 1));
    }
}
