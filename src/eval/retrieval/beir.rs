//! Retrieval sets in the BEIR layout: `corpus.jsonl`, `queries.jsonl`, `qrels.tsv`. Errors name file and line.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use serde::Deserialize;

use crate::error::{Error, Result};
use crate::eval::suite::{listed, parse};

/// One entry of the corpus: what can be found.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Entry {
    #[serde(rename = "_id")]
    pub id: String,
    #[serde(default)]
    pub title: String,
    #[serde(default)]
    pub text: String,
    /// For a FAQ pair: the question first, then the similar ones; `text` is the answer. Not part of BEIR.
    #[serde(default)]
    pub questions: Vec<String>,
}

/// One query.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Query {
    #[serde(rename = "_id")]
    pub id: String,
    pub text: String,
}

/// A retrieval set.
#[derive(Clone, Debug, PartialEq)]
pub struct Set {
    pub corpus: Vec<Entry>,
    /// Those that have something relevant.
    pub queries: Vec<Query>,
    /// Query id → corpus id → grade, above 0.
    pub relevant: BTreeMap<String, BTreeMap<String, f64>>,
}

/// Reads the three files of a folder.
///
/// # Errors
/// Names the file that is missing, or the lines that cannot be read, repeat an id or name an unknown one.
pub fn read(dir: &Path) -> Result<Set> {
    let text = |name: &str| {
        let path = dir.join(name);
        std::fs::read_to_string(&path).map_err(|e| Error::from(e).at(path.display()))
    };
    read_texts(&text("corpus.jsonl")?, &text("queries.jsonl")?, &text("qrels.tsv")?)
        .map_err(|e| e.at(dir.display()))
}

fn read_texts(corpus: &str, queries: &str, qrels: &str) -> Result<Set> {
    let corpus: Vec<Entry> = lines("corpus.jsonl", corpus, |e: &Entry| {
        let empty = e.title.trim().is_empty() && e.text.trim().is_empty();
        if empty { Err("title and text are both empty".into()) } else { Ok(e.id.clone()) }
    })?;
    let mut queries: Vec<Query> = lines("queries.jsonl", queries, |q: &Query| {
        if q.text.trim().is_empty() { Err("`text` is empty".into()) } else { Ok(q.id.clone()) }
    })?;
    let entries: HashSet<&str> = corpus.iter().map(|e| e.id.as_str()).collect();
    let asked: HashSet<&str> = queries.iter().map(|q| q.id.as_str()).collect();
    let relevant = judgements(qrels, &asked, &entries)?;
    queries.retain(|q| relevant.contains_key(&q.id));
    if queries.is_empty() {
        return Err(Error::invalid("qrels.tsv: no query has anything relevant, so nothing can be measured"));
    }
    Ok(Set { corpus, queries, relevant })
}

/// Reads JSON lines; `id` checks a line and gives its id, which must be the only one.
fn lines<T: for<'de> Deserialize<'de>>(
    file: &str,
    content: &str,
    id: impl Fn(&T) -> Result<String, String>,
) -> Result<Vec<T>> {
    let (mut read, mut seen, mut faults) = (Vec::new(), HashSet::new(), Vec::new());
    for (index, line) in content.trim_start_matches('\u{feff}').lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        let parsed = parse::<T>(line).and_then(|value| Ok((id(&value)?, value)));
        match parsed {
            Ok((id, _)) if seen.contains(&id) => {
                faults.push(format!("line {}: the id `{id}` is used twice", index + 1));
            }
            Ok((id, value)) => {
                seen.insert(id);
                read.push(value);
            }
            Err(problem) => faults.push(format!("line {}: {problem}", index + 1)),
        }
    }
    if !faults.is_empty() {
        return Err(Error::invalid(format!("{file}: {}", listed(&faults))));
    }
    if read.is_empty() {
        return Err(Error::invalid(format!("{file}: there is nothing in it")));
    }
    Ok(read)
}

/// Reads the judgements below their header. Grades of 0 and less say "not relevant" and are left out.
fn judgements(
    content: &str,
    queries: &HashSet<&str>,
    corpus: &HashSet<&str>,
) -> Result<BTreeMap<String, BTreeMap<String, f64>>> {
    let mut relevant: BTreeMap<String, BTreeMap<String, f64>> = BTreeMap::new();
    let mut faults = Vec::new();
    for (index, line) in content.trim_start_matches('\u{feff}').lines().enumerate() {
        if line.trim().is_empty() || (index == 0 && line.starts_with("query-id")) {
            continue;
        }
        match judgement(line, queries, corpus) {
            Ok((query, entry, grade)) if grade > 0.0 => {
                relevant.entry(query.to_owned()).or_default().insert(entry.to_owned(), grade);
            }
            Ok(_) => {}
            Err(problem) => faults.push(format!("line {}: {problem}", index + 1)),
        }
    }
    if faults.is_empty() {
        Ok(relevant)
    } else {
        Err(Error::invalid(format!("qrels.tsv: {}", listed(&faults))))
    }
}

fn judgement<'a>(
    line: &'a str,
    queries: &HashSet<&str>,
    corpus: &HashSet<&str>,
) -> Result<(&'a str, &'a str, f64), String> {
    let columns: Vec<&str> = line.split('\t').map(str::trim).collect();
    let &[query, entry, grade] = columns.as_slice() else {
        return Err(format!(
            "{} columns, expected query-id, corpus-id and score with tabs between",
            columns.len()
        ));
    };
    if !queries.contains(query) {
        return Err(format!("there is no query `{query}`"));
    }
    if !corpus.contains(entry) {
        return Err(format!("there is no corpus entry `{entry}`"));
    }
    let grade = grade.parse::<f64>().ok().filter(|g| g.is_finite());
    Ok((query, entry, grade.ok_or("the score is not a number")?))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    const CORPUS: &str = "{\"_id\":\"d1\",\"title\":\"t\",\"text\":\"x\"}\n{\"_id\":\"d2\",\"text\":\"y\"}\n";
    const QUERIES: &str = "{\"_id\":\"q1\",\"text\":\"a\"}\n{\"_id\":\"q2\",\"text\":\"b\"}\n";

    #[test]
    fn queries_without_anything_relevant_are_left_out() {
        let set = read_texts(CORPUS, QUERIES, "query-id\tcorpus-id\tscore\nq1\td2\t2\nq2\td1\t0\n").unwrap();
        assert_eq!(set.queries.len(), 1);
        assert_eq!(set.relevant["q1"]["d2"], 2.0);
        assert!(!set.relevant.contains_key("q2"));
    }

    #[test]
    fn judgements_of_unknown_things_are_named_with_their_lines() {
        let error = read_texts(
            CORPUS,
            QUERIES,
            "query-id\tcorpus-id\tscore\nq9\td1\t1\nq1\td9\t1\nq1\td1\nq1\td1\tx",
        )
        .unwrap_err();
        assert_eq!(
            error.detail(),
            "qrels.tsv: line 2: there is no query `q9`; line 3: there is no corpus entry `d9`; \
             line 4: 2 columns, expected query-id, corpus-id and score with tabs between; \
             line 5: the score is not a number"
        );
    }

    #[test]
    fn repeated_ids_and_empty_entries_are_named_with_their_lines() {
        let corpus = format!("{CORPUS}{{\"_id\":\"d1\",\"text\":\"z\"}}\n{{\"_id\":\"d3\",\"text\":\" \"}}");
        let error = read_texts(&corpus, QUERIES, "").unwrap_err();
        assert_eq!(
            error.detail(),
            "corpus.jsonl: line 3: the id `d1` is used twice; line 4: title and text are both empty"
        );
    }

    #[test]
    fn a_missing_file_is_named() {
        let dir = tempfile::tempdir().unwrap();
        assert!(read(dir.path()).unwrap_err().detail().contains("corpus.jsonl"));
    }
}
