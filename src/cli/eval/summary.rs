//! Reports in short, for people at a terminal.

use crate::cli::knowledge::table;
use crate::domain::Lang;
use crate::eval::compare::{Comparison, is_significant};
use crate::eval::dialogs::DialogReport;
use crate::eval::names::named;
use crate::eval::replay::ReplayReport;
use crate::eval::report::{Measures, Report};
use crate::eval::retrieval::{FUSED, RetrievalReport};

/// Items listed at most; the rest is in the report.
const LISTED: usize = 15;

/// The figures without those of single languages and paths.
pub fn figures(measures: &Measures) -> String {
    let mut rows = table::new(&["metric", "name", "value", "counted (95 % interval)"], &[2]);
    for name in measures.ordered().into_iter().filter(|name| !name.contains('.')) {
        let metric = named(name);
        let value = measures.metrics.get(name).map_or_else(String::new, |value| metric.show(*value));
        rows.add_row([metric.label(Lang::En), name.to_owned(), value, measures.basis(name)]);
    }
    rows.to_string()
}

/// A dialog evaluation.
pub fn of_dialogs(report: &Report<DialogReport>) -> String {
    let mut parts = vec![figures(&report.measures)];
    if !report.detail.tags.is_empty() {
        let mut rows =
            table::new(&["tag", "turns", "right", "action right", "falsely answered"], &[1, 2, 3, 4]);
        let of =
            |part: usize, whole: usize| if whole == 0 { String::new() } else { format!("{part}/{whole}") };
        for t in &report.detail.tags {
            rows.add_row([
                t.tag.clone(),
                t.turns.to_string(),
                of(t.turns_right, t.turns),
                of(t.actions_right, t.actions),
                of(t.answered_falsely, t.unanswerable),
            ]);
        }
        parts.push(rows.to_string());
    }
    let failing: Vec<_> = report.detail.turns.iter().filter(|t| !t.verdict.right()).collect();
    if !failing.is_empty() {
        let mut rows = table::new(&["failing turn", "said", "wrong"], &[]);
        for t in failing.iter().take(LISTED) {
            let wrong: Vec<String> =
                t.verdict.problems.iter().map(|p| format!("{}: {}", p.check, p.detail)).collect();
            rows.add_row([t.id.clone(), t.text.clone(), wrong.join("; ")]);
        }
        parts.push(rows.to_string());
        parts.extend(more(failing.len()));
    }
    parts.join("\n")
}

/// A retrieval evaluation.
pub fn of_retrieval(report: &Report<RetrievalReport>) -> String {
    let columns = ["hit@1", "hit@3", "hit@10", "recall@3", "recall@10", "mrr@10", "ndcg@10"];
    let header: Vec<&str> = std::iter::once("ranking").chain(columns).collect();
    let mut rows = table::new(&header, &[1, 2, 3, 4, 5, 6, 7]);
    for path in [FUSED, "vector", "lexical", "faq"] {
        let value = |stem: &str| {
            let name = if path == FUSED { stem.to_owned() } else { format!("{path}.{stem}") };
            report.measures.metrics.get(&name).map_or_else(String::new, |value| named(&name).show(*value))
        };
        rows.add_row(std::iter::once(path.to_owned()).chain(columns.iter().map(|stem| value(stem))));
    }
    let mut parts = vec![figures(&report.measures), rows.to_string()];
    let missed: Vec<_> = report.detail.queries.iter().filter(|q| q.missed()).collect();
    if !missed.is_empty() {
        let mut rows =
            table::new(&["missed query", "text", "fused", "vector", "lexical", "faq"], &[2, 3, 4, 5]);
        for q in missed.iter().take(LISTED) {
            let ranks = [FUSED, "vector", "lexical", "faq"]
                .map(|path| q.first_rank(path).map_or_else(|| "–".to_owned(), |rank| rank.to_string()));
            rows.add_row([q.id.clone(), q.text.clone()].into_iter().chain(ranks));
        }
        parts.push(rows.to_string());
        parts.extend(more(missed.len()));
    }
    parts.join("\n")
}

/// A replay.
pub fn of_replay(report: &Report<ReplayReport>) -> String {
    let mut parts = vec![figures(&report.measures)];
    let changed: Vec<_> = report.detail.pairs.iter().filter(|p| !p.differs.is_empty()).collect();
    if !changed.is_empty() {
        let mut rows = table::new(&["turn", "said", "before", "after", "helped"], &[]);
        for pair in changed.iter().take(LISTED) {
            let helped = match pair.helpful {
                Some(true) => "yes",
                Some(false) => "no",
                None => "",
            };
            let said = [&pair.id, &pair.text, &pair.before.text, &pair.after.text].map(String::as_str);
            rows.add_row(said.into_iter().chain([helped]));
        }
        parts.push(rows.to_string());
        parts.extend(more(changed.len()));
    }
    parts.join("\n")
}

/// A comparison.
pub fn of_comparison(report: &Report<Comparison>) -> String {
    let mut rows = table::new(&["metric", "before", "after", ""], &[1, 2]);
    for d in &report.detail.differences {
        let metric = named(&d.metric);
        let trend = match d.progress() {
            p if p > 1e-9 => "better",
            p if p < -1e-9 => "worse",
            _ => "",
        };
        rows.add_row([d.metric.clone(), metric.show(d.before), metric.show(d.after), trend.to_owned()]);
    }
    let mut parts = vec![rows.to_string()];
    for (title, changes) in [("got worse", &report.detail.worse), ("got better", &report.detail.better)] {
        if changes.is_empty() {
            continue;
        }
        let mut rows = table::new(&[title, "text", "before", "after"], &[]);
        for c in changes.iter().take(LISTED) {
            rows.add_row([&c.id, &c.text, &c.before, &c.after]);
        }
        parts.push(rows.to_string());
        parts.extend(more(changes.len()));
    }
    let p = report.measures.metrics.get("p_value").copied().unwrap_or(1.0);
    let verdict = if is_significant(report) {
        "more than chance would make it"
    } else {
        "no more than chance could make it"
    };
    parts.push(format!(
        "{} better, {} worse: {verdict} (sign test, p = {p:.3})",
        report.detail.better.len(),
        report.detail.worse.len()
    ));
    parts.join("\n")
}

fn more(all: usize) -> Option<String> {
    (all > LISTED).then(|| format!("and {} more; --out writes them all", all - LISTED))
}
