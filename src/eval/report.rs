//! The one shape of every report: what was evaluated, named metrics, an outcome per item, and the details of its kind.
//!
//! `report.json` keeps these keys for good: other programs gate on `metrics`, and comparing pairs `outcomes` by id.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::Timestamp;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

use super::metrics::{interval, share};
use super::names::named;

/// The version of the shape; a reader refuses what it does not know.
pub const FORMAT: u32 = 1;

/// What kind of run a report is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Nlu,
    Retrieval,
    Dialogs,
    Compare,
    Replay,
}

impl Kind {
    /// The name on the command line and in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Kind::Nlu => "nlu",
            Kind::Retrieval => "retrieval",
            Kind::Dialogs => "dialogs",
            Kind::Compare => "compare",
            Kind::Replay => "replay",
        }
    }
}

/// The named figures of a run. Shares remember what they count, so that they can be shown with their uncertainty.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Measures {
    pub metrics: BTreeMap<String, f64>,
    /// For shares: how many of how many.
    #[serde(default)]
    pub counts: BTreeMap<String, (usize, usize)>,
}

impl Measures {
    /// A plain figure.
    pub fn value(&mut self, name: impl Into<String>, value: f64) {
        self.metrics.insert(name.into(), value);
    }

    /// A figure that could be measured only if there was something to measure.
    pub fn maybe(&mut self, name: impl Into<String>, value: Option<f64>) {
        if let Some(value) = value {
            self.value(name, value);
        }
    }

    /// A share: `part` of `whole`. Left out when there is nothing to count.
    pub fn share(&mut self, name: impl Into<String>, part: usize, whole: usize) {
        if whole > 0 {
            let name = name.into();
            self.counts.insert(name.clone(), (part, whole));
            self.value(name, share(part, whole));
        }
    }

    /// Names in the order reports show them.
    pub fn ordered(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.metrics.keys().map(String::as_str).collect();
        names.sort_by(|a, b| named(a).place().cmp(&named(b).place()));
        names
    }

    /// `147 of 172 (79–90 %)`: what a share counts and its 95 % interval; empty for other figures.
    pub fn basis(&self, name: &str) -> String {
        self.counts.get(name).map_or_else(String::new, |&(part, whole)| {
            let (low, high) = interval(part, whole);
            format!("{part}/{whole} ({:.0}–{:.0} %)", low * 100.0, high * 100.0)
        })
    }
}

/// How one item came out: a turn, a query, an utterance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// The same item has the same id in every run over the same set.
    pub id: String,
    pub text: String,
    pub right: bool,
    /// What came out, in few words.
    pub got: String,
}

/// A finished run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report<D> {
    pub format: u32,
    pub kind: Kind,
    /// Name and version of the program.
    pub program: String,
    pub created_at: Timestamp,
    /// What was evaluated: files, knowledge, encoder, threshold.
    pub subject: BTreeMap<String, String>,
    #[serde(flatten)]
    pub measures: Measures,
    pub outcomes: Vec<Outcome>,
    pub detail: D,
}

impl<D> Report<D> {
    /// A report of this moment.
    pub fn new(kind: Kind, measures: Measures, outcomes: Vec<Outcome>, detail: D) -> Self {
        let program = concat!("zhike ", env!("CARGO_PKG_VERSION")).to_owned();
        let (created_at, subject) = (Timestamp::now(), BTreeMap::new());
        Self { format: FORMAT, kind, program, created_at, subject, measures, outcomes, detail }
    }

    /// Notes what was evaluated.
    pub fn about(mut self, key: &str, value: impl Into<String>) -> Self {
        self.subject.insert(key.to_owned(), value.into());
        self
    }
}

impl<D: Serialize> Report<D> {
    /// The report as indented JSON.
    pub fn json(&self) -> Result<String> {
        serde_json::to_string_pretty(self)
            .map_err(|e| Error::internal("the report cannot be written as JSON").with_source(e))
    }

    /// Writes `report.json` and `report.html` into `dir`, which is made if it is missing.
    pub fn write(&self, dir: &Path, html: &str) -> Result<()> {
        let put = |name: &str, text: &str| {
            let path = dir.join(name);
            std::fs::write(&path, text).map_err(|e| Error::from(e).at(path.display()))
        };
        std::fs::create_dir_all(dir).map_err(|e| Error::from(e).at(dir.display()))?;
        put("report.json", &self.json()?)?;
        put("report.html", html)
    }
}

/// Reads what every kind of report has in common.
///
/// # Errors
/// Says which file is not a report, or of a newer program.
pub fn read(path: &Path) -> Result<Report<IgnoredAny>> {
    let text = std::fs::read_to_string(path).map_err(|e| Error::from(e).at(path.display()))?;
    let report: Report<IgnoredAny> = serde_json::from_str(&text)
        .map_err(|e| Error::invalid(format!("{}: not a report.json of `zhike eval`: {e}", path.display())))?;
    if report.format != FORMAT {
        return Err(Error::invalid(format!(
            "{}: format {} is not read by this version, which writes format {FORMAT}; run the evaluation again",
            path.display(),
            report.format
        )));
    }
    Ok(report)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let mut measures = Measures::default();
        measures.share("action_accuracy", 3, 4);
        measures.value("turns", 4.0);
        measures.share("slot_accuracy", 0, 0);
        let outcome =
            Outcome { id: "d/1".into(), text: "你好".into(), right: true, got: "smalltalk".into() };
        let report =
            Report::new(Kind::Dialogs, measures, vec![outcome], vec![1, 2]).about("suites", "a.jsonl");
        let dir = tempfile::tempdir().unwrap();
        report.write(dir.path(), "<!doctype html>").unwrap();
        let back = read(&dir.path().join("report.json")).unwrap();
        assert_eq!(
            (back.kind, back.measures, back.outcomes),
            (Kind::Dialogs, report.measures, report.outcomes)
        );
    }

    #[test]
    fn a_share_of_nothing_is_no_metric() {
        let mut measures = Measures::default();
        measures.share("slot_accuracy", 0, 0);
        assert!(measures.metrics.is_empty());
    }

    #[test]
    fn figures_come_in_the_order_of_the_table_whole_set_first() {
        let mut measures = Measures::default();
        for name in ["vector.recall@1", "recall@3", "recall@1.zh", "recall@1", "queries"] {
            measures.value(name, 1.0);
        }
        assert_eq!(measures.ordered(), ["queries", "recall@1", "recall@3", "recall@1.zh", "vector.recall@1"]);
    }

    #[test]
    fn another_file_is_refused_by_name() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x.json");
        std::fs::write(&path, "{}").unwrap();
        assert!(read(&path).unwrap_err().detail().contains("x.json: not a report.json"));
    }
}
