//! From asked queries to a report. Pure.

use serde::{Deserialize, Serialize};

use crate::domain::Lang;
use crate::eval::metrics::{DEPTH, mean, ndcg_at, recall_at, reciprocal_rank_at};
use crate::eval::report::{Kind, Measures, Outcome, Report};
use crate::nlu::metrics::percentile;

use super::{Asked, Corpus};

/// The ranking the engine uses, in place of a path's name.
pub const FUSED: &str = "fused";

/// The paths that are measured beside the fused ranking.
pub(super) const PATHS: [&str; 3] = ["faq", "vector", "lexical"];

/// Depths of recall.
pub(super) const DEPTHS: [usize; 4] = [1, 3, 5, 10];

/// A query is missed when nothing relevant is among so many entries of the fused ranking.
pub(super) const MISSED_BELOW: usize = 3;

/// The details of a retrieval evaluation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RetrievalReport {
    /// Every query with the ranks of what is relevant to it.
    pub queries: Vec<Asked>,
    /// Corpus id and reason of every entry that could not be imported.
    pub left_out: Vec<(String, String)>,
}

impl Asked {
    /// Rank of the first relevant entry on a path, if it is there.
    pub fn first_rank(&self, path: &str) -> Option<usize> {
        self.ranks.get(path)?.values().min().copied()
    }

    /// Whether the fused ranking has nothing relevant at its top.
    pub fn missed(&self) -> bool {
        self.first_rank(FUSED).is_none_or(|rank| rank > MISSED_BELOW)
    }
}

/// Sums up what was asked of a corpus of `entries`.
pub fn report(queries: Vec<Asked>, entries: usize, corpus: Corpus) -> Report<RetrievalReport> {
    let mut measures = Measures::default();
    measures.value("queries", queries.len() as f64);
    measures.value("corpus", entries as f64);
    for path in [FUSED].into_iter().chain(PATHS) {
        let prefix = if path == FUSED { String::new() } else { format!("{path}.") };
        let all: Vec<&Asked> = queries.iter().collect();
        count(&mut measures, &prefix, "", path, &all);
        for lang in [Lang::Zh, Lang::En] {
            let spoken: Vec<&Asked> = queries.iter().filter(|q| q.lang == lang).collect();
            if !spoken.is_empty() && spoken.len() < queries.len() {
                count(&mut measures, &prefix, &format!(".{lang}"), path, &spoken);
            }
        }
    }
    let times: Vec<f64> = queries.iter().map(|q| q.ms).collect();
    measures.value("latency_p50_ms", percentile(&times, 0.5));
    measures.value("latency_p95_ms", percentile(&times, 0.95));
    let outcomes = queries.iter().map(outcome).collect();
    Report::new(Kind::Retrieval, measures, outcomes, RetrievalReport { queries, left_out: corpus.left_out })
}

fn count(measures: &mut Measures, prefix: &str, suffix: &str, path: &str, queries: &[&Asked]) {
    let name = |stem: &str| format!("{prefix}{stem}{suffix}");
    let averaged = |of: &dyn Fn(&Asked, &[usize]) -> f64| {
        mean(queries.iter().map(|q| {
            let ranks: Vec<usize> =
                q.ranks.get(path).map_or_else(Vec::new, |r| r.values().copied().collect());
            of(q, &ranks)
        }))
    };
    for depth in DEPTHS {
        let hit = queries.iter().filter(|q| q.first_rank(path).is_some_and(|rank| rank <= depth)).count();
        measures.share(name(&format!("hit@{depth}")), hit, queries.len());
        let recall = averaged(&|q, ranks| recall_at(depth, ranks, q.relevant.len()));
        measures.maybe(name(&format!("recall@{depth}")), recall);
    }
    measures.maybe(name("mrr@10"), averaged(&|_, ranks| reciprocal_rank_at(DEPTH, ranks)));
    let gain = averaged(&|q, _| {
        let found: Vec<(usize, f64)> = q
            .ranks
            .get(path)
            .into_iter()
            .flatten()
            .map(|(id, rank)| (*rank, q.relevant.get(id).copied().unwrap_or_default()))
            .collect();
        let grades: Vec<f64> = q.relevant.values().copied().collect();
        ndcg_at(DEPTH, &found, &grades)
    });
    measures.maybe(name("ndcg@10"), gain);
}

fn outcome(q: &Asked) -> Outcome {
    let place = q.first_rank(FUSED).map_or("not found".to_owned(), |rank| format!("rank {rank}"));
    let first = q.first.first().map_or("", |s| s.id.as_str());
    Outcome {
        id: q.id.clone(),
        text: q.text.clone(),
        right: !q.missed(),
        got: format!("{place}; first: {first}"),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
pub(super) mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn asked(id: &str, lang: Lang, relevant: &[&str], ranks: &[(&str, &[(&str, usize)])]) -> Asked {
        let owned =
            |list: &[(&str, usize)]| list.iter().map(|(id, rank)| ((*id).to_owned(), *rank)).collect();
        Asked {
            id: id.into(),
            text: format!("<i>{id}</i>"),
            lang,
            relevant: relevant.iter().map(|id| ((*id).to_owned(), 1.0)).collect(),
            ranks: ranks.iter().map(|(path, list)| ((*path).to_owned(), owned(list))).collect(),
            first: vec![],
            ms: 4.0,
        }
    }

    pub(in crate::eval::retrieval) fn example() -> Report<RetrievalReport> {
        let queries = vec![
            asked("q1", Lang::Zh, &["a"], &[("fused", &[("a", 1)]), ("vector", &[("a", 2)])]),
            asked("q2", Lang::Zh, &["a", "b"], &[("fused", &[("a", 2), ("b", 7)]), ("lexical", &[("b", 1)])]),
            asked("q3", Lang::En, &["c"], &[("fused", &[("c", 12)]), ("lexical", &[("c", 3)])]),
            asked("q4", Lang::En, &["d"], &[("fused", &[])]),
        ];
        report(queries, 40, Corpus::default())
    }

    #[test]
    fn the_figures_of_a_known_run() {
        let m = example().measures;
        let close = |name: &str, value: f64| {
            assert!((m.metrics[name] - value).abs() < 1e-9, "{name} is {}, not {value}", m.metrics[name]);
        };
        assert_eq!(m.counts["hit@3"], (2, 4));
        close("recall@1", 0.25);
        close("recall@3", (1.0 + 0.5) / 4.0);
        close("recall@10", (1.0 + 1.0) / 4.0);
        close("mrr@10", (1.0 + 0.5) / 4.0);
        close("recall@3.zh", 0.75);
        close("recall@3.en", 0.0);
        close("lexical.recall@3", (0.5 + 1.0) / 4.0);
        close("vector.mrr@10", 0.5 / 4.0);
        close("faq.recall@10", 0.0);
        let gain = (1.0 / 3f64.log2() + 1.0 / 8f64.log2()) / (1.0 + 1.0 / 3f64.log2());
        close("ndcg@10", (1.0 + gain) / 4.0);
    }

    #[test]
    fn missed_is_what_has_nothing_relevant_at_the_top() {
        let report = example();
        let missed: Vec<_> =
            report.detail.queries.iter().filter(|q| q.missed()).map(|q| q.id.as_str()).collect();
        assert_eq!(missed, ["q3", "q4"]);
        assert_eq!(report.outcomes[2].got, "rank 12; first: ");
        assert_eq!(
            BTreeMap::from([(report.outcomes[3].id.as_str(), report.outcomes[3].right)]),
            BTreeMap::from([("q4", false)])
        );
    }
}
