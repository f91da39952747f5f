//! Asks the queries of a retrieval set and measures every recall path and the fused ranking.
//!
//! A hit in any passage of a corpus entry counts for the entry. A path's own order is that of the ranks it gave, before
//! fusion. [`import`] and [`ask`] are the only parts that meet an engine.

pub mod beir;
mod html;
mod run;
mod summary;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::{Candidate, Lang, PathName};

pub use html::html;
pub use run::{ask, import};
pub use summary::{FUSED, RetrievalReport, report};

use beir::Entry;

/// So many of the first entries are kept for people to see.
const SHOWN: usize = 3;

/// Document name → corpus id, and what could not be imported.
#[derive(Debug, Default)]
pub struct Corpus {
    ids: BTreeMap<String, String>,
    /// Corpus id and the reason.
    pub left_out: Vec<(String, String)>,
}

/// A query and where its relevant entries were found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Asked {
    pub id: String,
    pub text: String,
    pub lang: Lang,
    /// Corpus id → grade.
    pub relevant: BTreeMap<String, f64>,
    /// Path (or `fused`) → corpus id of a relevant entry → its rank there, from 1.
    pub ranks: BTreeMap<String, BTreeMap<String, usize>>,
    /// The first entries of the fused ranking.
    pub first: Vec<Shown>,
    /// Wall-clock time of the search, in milliseconds.
    pub ms: f64,
}

/// An entry as reports show it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shown {
    pub id: String,
    pub quote: String,
    pub score: f32,
}

/// An entry as a file of its own: a FAQ table if it has questions, Markdown otherwise. Ids can be anything, so files
/// are named by number.
fn file(index: usize, entry: &Entry) -> (String, Vec<u8>) {
    if let Some((question, similar)) = entry.questions.split_first() {
        let pair =
            serde_json::json!([{ "question": question, "similar questions": similar, "answer": entry.text }]);
        return (format!("{index:07}.json"), pair.to_string().into_bytes());
    }
    let title = entry.title.split_whitespace().collect::<Vec<_>>().join(" ");
    let text = if entry.text.trim().is_empty() { &title } else { &entry.text };
    let heading = if title.is_empty() { String::new() } else { format!("# {title}\n\n") };
    (format!("{index:07}.md"), format!("{heading}{text}\n").into_bytes())
}

fn ranks(
    candidates: &[Candidate],
    corpus: &Corpus,
    relevant: &BTreeMap<String, f64>,
) -> BTreeMap<String, BTreeMap<String, usize>> {
    let mut by_path = BTreeMap::from([(FUSED.to_owned(), places(candidates.iter(), corpus, relevant))]);
    for (path, name) in [(PathName::Faq, "faq"), (PathName::Vector, "vector"), (PathName::Lexical, "lexical")]
    {
        let mut own: Vec<(usize, &Candidate)> =
            candidates.iter().filter_map(|c| c.ranks.get(&path).map(|rank| (*rank, c))).collect();
        own.sort_by_key(|(rank, _)| *rank);
        by_path.insert(name.to_owned(), places(own.into_iter().map(|(_, c)| c), corpus, relevant));
    }
    by_path
}

/// Ranks of the relevant among the entries, each entry counted once, where it comes first.
fn places<'a>(
    candidates: impl Iterator<Item = &'a Candidate>,
    corpus: &Corpus,
    relevant: &BTreeMap<String, f64>,
) -> BTreeMap<String, usize> {
    let mut seen: Vec<&str> = Vec::new();
    for candidate in candidates {
        if let Some(id) = corpus.ids.get(&candidate.document).map(String::as_str)
            && !seen.contains(&id)
        {
            seen.push(id);
        }
    }
    let found = seen.into_iter().enumerate().filter(|(_, id)| relevant.contains_key(*id));
    found.map(|(index, id)| (id.to_owned(), index + 1)).collect()
}

fn first(candidates: &[Candidate], corpus: &Corpus) -> Vec<Shown> {
    let mut shown: Vec<Shown> = Vec::new();
    for c in candidates {
        let Some(id) = corpus.ids.get(&c.document) else { continue };
        if shown.len() < SHOWN && shown.iter().all(|s| s.id != *id) {
            shown.push(Shown { id: id.clone(), quote: c.quote.clone(), score: c.score });
        }
    }
    shown
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;
    use crate::domain::{ChunkId, DocumentId};

    fn candidate(document: &str, ranks: &[(PathName, usize)]) -> Candidate {
        Candidate {
            chunk_id: ChunkId::new(),
            document_id: DocumentId::new(),
            document: document.into(),
            title: String::new(),
            section: String::new(),
            text: String::new(),
            quote: format!("quote of {document}"),
            score: 0.5,
            ranks: ranks.iter().copied().collect(),
            path_scores: BTreeMap::new(),
            features: BTreeMap::new(),
        }
    }

    #[test]
    fn an_entry_counts_once_where_it_comes_first_and_each_path_keeps_its_own_order() {
        use PathName::{Lexical, Vector};
        let ids = [("0.md", "d0"), ("1.md", "d1"), ("2.md", "d2")];
        let corpus = Corpus {
            ids: ids.iter().map(|(n, i)| (n.to_string(), i.to_string())).collect(),
            left_out: vec![],
        };
        let fused = [
            candidate("0.md", &[(Vector, 2)]),
            candidate("0.md", &[(Vector, 3)]),
            candidate("1.md", &[(Vector, 1), (Lexical, 4)]),
            candidate("2.md", &[(Lexical, 1)]),
        ];
        let relevant = BTreeMap::from([("d1".to_owned(), 1.0), ("d9".to_owned(), 1.0)]);
        let ranks = ranks(&fused, &corpus, &relevant);
        assert_eq!(ranks["fused"], BTreeMap::from([("d1".to_owned(), 2)]));
        assert_eq!(ranks["vector"]["d1"], 1);
        assert_eq!(ranks["lexical"]["d1"], 2);
        assert!(ranks["faq"].is_empty());
        let shown: Vec<String> = first(&fused, &corpus).into_iter().map(|s| s.id).collect();
        assert_eq!(shown, ["d0", "d1", "d2"]);
    }

    #[test]
    fn an_entry_becomes_a_document_with_its_title_or_a_faq_pair() {
        let entry = |title: &str, text: &str, questions: &[&str]| Entry {
            id: "a/../b".into(),
            title: title.into(),
            text: text.into(),
            questions: questions.iter().map(|q| (*q).to_owned()).collect(),
        };
        let (name, bytes) = file(7, &entry("退货\n规则", "七天内可退。", &[]));
        assert_eq!(
            (name.as_str(), String::from_utf8(bytes).unwrap().as_str()),
            ("0000007.md", "# 退货 规则\n\n七天内可退。\n")
        );
        let (name, bytes) = file(0, &entry("", "可以", &["能退吗", "退得了吗"]));
        assert_eq!(name, "0000000.json");
        assert_eq!(
            String::from_utf8(bytes).unwrap(),
            r#"[{"answer":"可以","question":"能退吗","similar questions":["退得了吗"]}]"#
        );
    }
}
