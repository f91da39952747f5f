//! Two runs of one kind held against each other: metric by metric, item by item, with a paired test.
//!
//! Only items that both runs have are paired. The sign test asks how likely a split of the changed items as uneven as
//! this one is if neither version were better; a difference in a metric alone does not tell that.

use std::collections::HashMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

use super::metrics::sign_test;
use super::names::{Better, named, two};
use super::page::{Page, cell, code, escape, number, text};
use super::report::{self, Kind, Measures, Outcome, Report};

/// A change is called real when chance alone would bring it about less often than this.
const SIGNIFICANT: f64 = 0.05;

/// One metric in both runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Difference {
    pub metric: String,
    pub before: f64,
    pub after: f64,
}

/// An item that came out differently.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    pub id: String,
    pub text: String,
    /// What came out before and after.
    pub before: String,
    pub after: String,
}

/// What a comparison found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    pub differences: Vec<Difference>,
    pub better: Vec<Change>,
    pub worse: Vec<Change>,
    /// Items that only one of the runs has.
    pub unpaired: usize,
}

/// Compares two report files; `before` is the yardstick.
///
/// # Errors
/// A file that is no report, reports of different kinds, or runs that share no item.
pub fn files(before: &Path, after: &Path) -> Result<Report<Comparison>> {
    let (a, b) = (report::read(before)?, report::read(after)?);
    if a.kind != b.kind {
        return Err(Error::invalid(format!(
            "{} is a report of `eval {}`, {} one of `eval {}`: compare two of the same kind",
            before.display(),
            a.kind.as_str(),
            after.display(),
            b.kind.as_str()
        )));
    }
    let compared = compare((&a.measures, &a.outcomes), (&b.measures, &b.outcomes))?;
    Ok(compared
        .about("before", before.display().to_string())
        .about("after", after.display().to_string())
        .about("kind", a.kind.as_str()))
}

/// Compares metrics and outcomes of two runs.
///
/// # Errors
/// When no item is in both runs.
pub fn compare(
    before: (&Measures, &[Outcome]),
    after: (&Measures, &[Outcome]),
) -> Result<Report<Comparison>> {
    let earlier: HashMap<&str, &Outcome> = before.1.iter().map(|o| (o.id.as_str(), o)).collect();
    let pairs: Vec<(&Outcome, &Outcome)> =
        after.1.iter().filter_map(|now| earlier.get(now.id.as_str()).map(|then| (*then, now))).collect();
    if pairs.is_empty() {
        return Err(Error::invalid("the two runs have no item in common: they are of different sets"));
    }
    let changed = |right_before: bool| -> Vec<Change> {
        let differs =
            pairs.iter().filter(|(then, now)| then.right == right_before && now.right != right_before);
        differs.map(|(then, now)| change(then, now)).collect()
    };
    let (better, worse) = (changed(false), changed(true));

    let mut measures = Measures::default();
    measures.value("better", better.len() as f64);
    measures.value("worse", worse.len() as f64);
    measures.value("same", (pairs.len() - better.len() - worse.len()) as f64);
    measures.value("p_value", sign_test(better.len(), worse.len()));
    let mut differences = Vec::new();
    for metric in before.0.ordered() {
        let (Some(before), Some(after)) = (before.0.metrics.get(metric), after.0.metrics.get(metric)) else {
            continue;
        };
        measures.value(format!("delta.{metric}"), after - before);
        differences.push(Difference { metric: metric.to_owned(), before: *before, after: *after });
    }
    let unpaired = before.1.len() + after.1.len() - 2 * pairs.len();
    let detail = Comparison { differences, better, worse, unpaired };
    Ok(Report::new(Kind::Compare, measures, Vec::new(), detail))
}

fn change(then: &Outcome, now: &Outcome) -> Change {
    Change { id: now.id.clone(), text: now.text.clone(), before: then.got.clone(), after: now.got.clone() }
}

impl Difference {
    /// Above 0 when the metric went the way it should, below when the other way.
    pub fn progress(&self) -> f64 {
        match named(&self.metric).better() {
            Better::Higher => self.after - self.before,
            Better::Lower => self.before - self.after,
            Better::Neither => 0.0,
        }
    }
}

/// Whether the changed items lean to one side more than chance would make them.
pub fn is_significant(report: &Report<Comparison>) -> bool {
    report.measures.metrics.get("p_value").is_some_and(|p| *p < SIGNIFICANT)
}

/// The report for people.
pub fn html(report: &Report<Comparison>) -> String {
    let mut page = Page::new(two("Comparison of two evaluations", "两次评测的比较"), report);
    page.tiles(&report.measures, &["better", "worse", "same", "p_value"]);
    page.say(if is_significant(report) {
        two(
            "The changed items lean to one side more than chance would make them (p < 0.05).",
            "变化的条目明显偏向一方，不像是偶然（p < 0.05）。",
        )
    } else {
        two(
            "The changed items do not lean to one side more than chance could make them.",
            "变化的条目没有明显偏向，可能只是偶然。",
        )
    });
    page.heading(two("Metrics", "指标"));
    let rows: Vec<Vec<String>> = report.detail.differences.iter().map(difference_row).collect();
    page.table(
        &[two("metric", "指标"), two("before", "之前"), two("after", "之后"), two("difference", "差")],
        &rows,
    );
    let head = [two("item", "条目"), two("text", "文本"), two("before", "之前"), two("after", "之后")];
    for (title, changes) in [
        (two("Got worse", "变差的条目"), &report.detail.worse),
        (two("Got better", "变好的条目"), &report.detail.better),
    ] {
        page.heading(title);
        let rows: Vec<Vec<String>> = changes
            .iter()
            .map(|c| vec![code(&c.id), text(&c.text), text(&c.before), text(&c.after)])
            .collect();
        page.table(&head, &rows);
    }
    page.finish()
}

fn difference_row(d: &Difference) -> Vec<String> {
    let metric = named(&d.metric);
    let class = match d.progress() {
        p if p > 1e-9 => "good",
        p if p < -1e-9 => "bad",
        _ => "quiet",
    };
    let sign = if d.after >= d.before { "+" } else { "−" };
    let delta = format!("{sign}{}", metric.show((d.after - d.before).abs()));
    vec![
        code(&d.metric),
        number(&metric.show(d.before)),
        number(&metric.show(d.after)),
        cell(&format!(r#"<span class="{class}">{}</span>"#, escape(&delta))),
    ]
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    fn run(accuracy: f64, rights: &[(&str, bool)]) -> (Measures, Vec<Outcome>) {
        let mut measures = Measures::default();
        measures.value("action_accuracy", accuracy);
        measures.value("false_answer_rate", 1.0 - accuracy);
        let outcome = |(id, right): &(&str, bool)| Outcome {
            id: (*id).into(),
            text: format!("<{id}>"),
            right: *right,
            got: if *right { "answer" } else { "handoff" }.into(),
        };
        (measures, rights.iter().map(outcome).collect())
    }

    fn compared() -> Report<Comparison> {
        let (m1, o1) = run(0.5, &[("a", true), ("b", false), ("c", false), ("gone", true)]);
        let (m2, o2) = run(0.75, &[("a", false), ("b", true), ("c", true), ("new", true)]);
        compare((&m1, &o1), (&m2, &o2)).unwrap()
    }

    #[test]
    fn items_are_paired_by_id() {
        let report = compared();
        let ids = |changes: &[Change]| changes.iter().map(|c| c.id.clone()).collect::<Vec<_>>();
        assert_eq!(ids(&report.detail.better), ["b", "c"]);
        assert_eq!(ids(&report.detail.worse), ["a"]);
        assert_eq!(report.detail.unpaired, 2);
        assert_eq!(report.measures.metrics["same"], 0.0);
        assert_eq!(report.measures.metrics["p_value"], 1.0);
        assert_eq!(report.measures.metrics["delta.action_accuracy"], 0.25);
        assert!(!is_significant(&report));
    }

    #[test]
    fn fewer_false_answers_are_progress() {
        let report = compared();
        let of = |name: &str| report.detail.differences.iter().find(|d| d.metric == name).unwrap().progress();
        assert_eq!(of("false_answer_rate"), 0.25);
        assert_eq!(of("action_accuracy"), 0.25);
    }

    #[test]
    fn runs_over_different_sets_are_refused() {
        let (m1, o1) = run(0.5, &[("a", true)]);
        let (m2, o2) = run(0.5, &[("b", true)]);
        assert!(compare((&m1, &o1), (&m2, &o2)).is_err());
    }

    #[test]
    fn reports_of_different_kinds_are_refused_by_name() {
        let dir = tempfile::tempdir().unwrap();
        let path = |name: &str| dir.path().join(name).join("report.json");
        for kind in [Kind::Nlu, Kind::Dialogs] {
            let report = Report::new(kind, Measures::default(), vec![], ());
            report.write(&dir.path().join(kind.as_str()), "").unwrap();
        }
        let error = files(&path("nlu"), &path("dialogs")).unwrap_err();
        assert!(error.detail().contains("eval nlu") && error.detail().contains("eval dialogs"), "{error}");
    }

    #[test]
    fn the_page_shows_texts_as_text() {
        let html = html(&compared());
        assert!(html.contains("&lt;b&gt;") && html.contains("+25.0 %") && html.contains("−25.0 %"));
    }
}
