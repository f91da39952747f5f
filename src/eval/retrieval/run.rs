//! Imports the corpus and asks the queries.
//!
//! The corpus goes through [`KnowledgeBase::import`], each entry as a document of its own, so that it is read, cut,
//! encoded and indexed like any other. Queries go through [`Engine::search`].

use std::time::Instant;

use crate::dialog::Engine;
use crate::domain::DEFAULT_BASE;
use crate::error::{Code, Result};
use crate::knowledge::{Filter, KnowledgeBase};
use crate::text::detect_lang;

use super::beir::Set;
use super::{Asked, Corpus, file, first, ranks};

/// Candidates asked for: enough to hold what every path found.
const CANDIDATES: usize = 100;
/// Imports the corpus into an empty knowledge base. An entry that cannot be read is left out and named; `progress` is
/// told how many entries are done.
///
/// # Errors
/// When the knowledge base itself fails.
pub async fn import(knowledge: &KnowledgeBase, set: &Set, progress: &dyn Fn(usize)) -> Result<Corpus> {
    let mut corpus = Corpus::default();
    for (index, entry) in set.corpus.iter().enumerate() {
        let (name, bytes) = file(index, entry);
        match knowledge.import(DEFAULT_BASE, &name, bytes, &|_, _| {}).await {
            Ok(_) => {
                corpus.ids.insert(name, entry.id.clone());
            }
            Err(e)
                if matches!(
                    e.code(),
                    Code::UnreadableDocument | Code::UnsupportedFormat | Code::TooLarge
                ) =>
            {
                corpus.left_out.push((entry.id.clone(), e.to_string()));
            }
            Err(e) => return Err(e.at(&entry.id)),
        }
        progress(index + 1);
    }
    Ok(corpus)
}

/// Asks every query. `progress` is told how many are done.
pub async fn ask(
    engine: &Engine,
    set: &Set,
    corpus: &Corpus,
    progress: &dyn Fn(usize),
) -> Result<Vec<Asked>> {
    let mut asked = Vec::new();
    for (index, query) in set.queries.iter().enumerate() {
        let started = Instant::now();
        let (candidates, _) = engine
            .search(&query.text, CANDIDATES, None, Filter::default())
            .await
            .map_err(|e| e.at(&query.id))?;
        let ms = started.elapsed().as_secs_f64() * 1000.0;
        let relevant = set.relevant.get(&query.id).cloned().unwrap_or_default();
        asked.push(Asked {
            id: query.id.clone(),
            text: query.text.clone(),
            lang: detect_lang(&query.text),
            ranks: ranks(&candidates, corpus, &relevant),
            first: first(&candidates, corpus),
            relevant,
            ms,
        });
        progress(index + 1);
    }
    Ok(asked)
}
