//! Runs the recall paths side by side under one deadline. A path that is late or fails is left out and named; the
//! turn goes on with what the others found.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use futures_util::future::join_all;

use super::{Found, Hit, Query, RecallPath};
use crate::domain::{ChunkId, PathName, PathReport};
use crate::error::{Error, Result};
use crate::knowledge::Snapshot;
use crate::recall::rules::Rule;
use crate::tasks::Tasks;

/// What all paths found for one query.
#[derive(Debug, Default)]
pub struct Gathered {
    hits: BTreeMap<PathName, Vec<Hit>>,
    /// How every path did, in the order they were given.
    pub reports: Vec<PathReport>,
}

/// Asks every path, each on a thread of its own, and takes what has come by `deadline`.
pub async fn gather(
    paths: &[Arc<dyn RecallPath>],
    query: &Arc<Query>,
    snapshot: &Arc<Snapshot>,
    deadline: Instant,
    tasks: &Tasks,
) -> Gathered {
    let asked = paths.iter().map(|path| ask(path.clone(), query.clone(), snapshot.clone(), deadline, tasks));
    let mut gathered = Gathered::default();
    for (report, hits) in join_all(asked).await {
        gathered.hits.insert(report.path, hits);
        gathered.reports.push(report);
    }
    gathered
}

async fn ask(
    path: Arc<dyn RecallPath>,
    query: Arc<Query>,
    snapshot: Arc<Snapshot>,
    deadline: Instant,
    tasks: &Tasks,
) -> (PathReport, Vec<Hit>) {
    let name = path.name();
    let started = Instant::now();
    let work = tasks.spawn_blocking(move || path.recall(&query, &snapshot));
    let outcome: Result<Vec<Hit>> = match tokio::time::timeout_at(deadline.into(), work).await {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(e)) => Err(Error::internal("the path broke off").with_source(e)),
        Err(_) => Err(Error::new(crate::error::Code::Timeout, "late")),
    };
    let ms = started.elapsed().as_secs_f32() * 1000.0;
    match outcome {
        Ok(hits) => (PathReport { path: name, hits: hits.len(), ms, left_out: None }, hits),
        Err(e) => {
            tracing::warn!(path = ?name, error = %e, "a recall path is left out of this turn");
            (PathReport { path: name, hits: 0, ms, left_out: Some(e.to_string()) }, Vec::new())
        }
    }
}

impl Gathered {
    /// The rules that fired, the highest priority first.
    pub fn rules(&self) -> impl Iterator<Item = &Rule> {
        let hits = self.hits.get(&PathName::Rule).into_iter().flatten();
        hits.filter_map(|hit| match &hit.found {
            Found::Rule(rule) => Some(&**rule),
            Found::Passage(_) => None,
        })
    }

    /// The rule that says what to do, if one does.
    pub fn rule(&self) -> Option<&Rule> {
        self.rules().find(|rule| rule.then.is_some())
    }

    /// Every passage that was found, with its rank (from 1) and score in the paths that found it.
    pub fn passages(&self) -> BTreeMap<ChunkId, BTreeMap<PathName, (usize, f32)>> {
        let mut passages: BTreeMap<ChunkId, BTreeMap<PathName, (usize, f32)>> = BTreeMap::new();
        for (path, hits) in &self.hits {
            for (rank, hit) in (1..).zip(hits) {
                if let Found::Passage(id) = hit.found {
                    passages.entry(id).or_default().insert(*path, (rank, hit.score));
                }
            }
        }
        passages
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::domain::Lang;
    use crate::knowledge::Filter;

    struct Fixed(PathName, Vec<ChunkId>, Duration);

    impl RecallPath for Fixed {
        fn name(&self) -> PathName {
            self.0
        }
        fn recall(&self, _: &Query, _: &Snapshot) -> Result<Vec<Hit>> {
            std::thread::sleep(self.2);
            if self.1.is_empty() {
                return Err(Error::internal("the index is gone"));
            }
            Ok(self.1.iter().map(|id| Hit { found: Found::Passage(*id), score: 0.5 }).collect())
        }
    }

    async fn run(paths: Vec<Fixed>, patience: Duration) -> Gathered {
        let paths: Vec<Arc<dyn RecallPath>> = paths.into_iter().map(|p| Arc::new(p) as _).collect();
        let query = Query {
            message: String::new(),
            lang: Lang::Zh,
            intent: None,
            circumstances: Arc::default(),
            vector: None,
            wording: Default::default(),
            filter: Filter::default(),
            limit: 5,
        };
        let snapshot = Arc::new(Snapshot::empty());
        gather(&paths, &Arc::new(query), &snapshot, Instant::now() + patience, &Tasks::new()).await
    }

    #[tokio::test]
    async fn ranks_of_all_paths_meet_at_the_passage() {
        let (a, b) = (ChunkId::new(), ChunkId::new());
        let now = Duration::ZERO;
        let paths = vec![Fixed(PathName::Vector, vec![a, b], now), Fixed(PathName::Lexical, vec![b], now)];
        let passages = run(paths, Duration::from_secs(30)).await.passages();
        assert_eq!(passages[&b][&PathName::Vector].0, 2);
        assert_eq!(passages[&b][&PathName::Lexical].0, 1);
        assert_eq!(passages[&a].len(), 1);
    }

    #[tokio::test]
    async fn a_late_path_and_a_broken_one_are_left_out_and_named() {
        let id = ChunkId::new();
        let paths = vec![
            Fixed(PathName::Vector, vec![id], Duration::from_secs(2)),
            Fixed(PathName::Faq, vec![], Duration::ZERO),
            Fixed(PathName::Lexical, vec![id], Duration::ZERO),
        ];
        let gathered = run(paths, Duration::from_millis(600)).await;
        let left_out: Vec<_> = gathered.reports.iter().map(|r| r.left_out.as_deref()).collect();
        assert_eq!(left_out, [Some("late"), Some("the index is gone"), None]);
        assert_eq!(gathered.passages()[&id].keys().collect::<Vec<_>>(), [&PathName::Lexical]);
    }
}
