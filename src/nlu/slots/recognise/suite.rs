//! Sentences with the values that must be found: one set for development, one that was written afterwards.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;

use jiff::civil::{DateTime, datetime};

use super::{Recognised, find};
use crate::nlu::metrics::SpanCounts;
use crate::nlu::slots::SlotModel;
use crate::nlu::slots::lexicon::Dictionary;
use crate::text;

const DEVELOPMENT: &str = include_str!("../../../../tests/fixtures/slots/dev.txt");
const UNSEEN: &str = include_str!("../../../../tests/fixtures/slots/test.txt");
/// A Saturday.
const NOW: DateTime = datetime(2026, 11, 21, 14, 0, 0, 0);

/// A value in a sentence: start, end, kind, value.
type Value = (usize, usize, String, String);

/// `[text](kind=value)` taken out of a line.
fn annotated(line: &str) -> (String, Vec<Value>) {
    let (mut plain, mut values, mut rest) = (String::new(), Vec::new(), line);
    while let Some((before, after)) = rest.split_once('[') {
        let (raw, after) = after.split_once("](").unwrap();
        let (label, after) = after.split_once(')').unwrap();
        let (kind, value) = label.split_once('=').unwrap();
        plain.push_str(before);
        let start = plain.chars().count();
        plain.push_str(raw);
        values.push((start, plain.chars().count(), kind.to_owned(), value.to_owned()));
        rest = after;
    }
    plain.push_str(rest);
    (plain, values)
}

/// What is joined without training: no two spans overlap.
fn found(sentence: &str) -> Vec<Value> {
    let recognised: Vec<Recognised> = find(sentence, NOW);
    let slots = SlotModel::untrained().parse(sentence, &recognised, None, &Dictionary::default());
    slots
        .into_iter()
        .map(|s| {
            assert_eq!(text::slice(sentence, s.start, s.end), s.raw);
            (s.start, s.end, s.name, s.value)
        })
        .collect()
}

/// F1 of spans with their kind, F1 with their values as well, and what differs.
fn measured(set: &str) -> (f32, f32, String) {
    let (mut spans, mut values, mut wrong) = (SpanCounts::default(), SpanCounts::default(), String::new());
    for line in set.lines().filter(|l| !l.is_empty() && !l.starts_with('#')) {
        let (sentence, expected) = annotated(line);
        let got = found(&sentence);
        let kinds = |v: &[Value]| v.iter().map(|v| (v.0, v.1, v.2.clone())).collect::<Vec<_>>();
        let whole =
            |v: &[Value]| v.iter().map(|v| (v.0, v.1, format!("{}={}", v.2, v.3))).collect::<Vec<_>>();
        let (real, mine) = (kinds(&expected), kinds(&got));
        spans.add(&borrowed(&real), &borrowed(&mine));
        let (real, mine) = (whole(&expected), whole(&got));
        values.add(&borrowed(&real), &borrowed(&mine));
        if expected != got {
            wrong += &format!("{sentence}\n    expected {expected:?}\n    found    {got:?}\n");
        }
    }
    (spans.overall().f1, values.overall().f1, wrong)
}

fn borrowed(values: &[(usize, usize, String)]) -> Vec<(usize, usize, &str)> {
    values.iter().map(|v| (v.0, v.1, v.2.as_str())).collect()
}

#[test]
fn the_development_sentences_are_understood() {
    let (spans, values, wrong) = measured(DEVELOPMENT);
    assert!(spans >= 0.99 && values >= 0.99, "spans {spans:.4}, values {values:.4}\n{wrong}");
}

#[test]
fn unseen_sentences_are_understood_as_well() {
    let (spans, values, wrong) = measured(UNSEEN);
    assert!(spans >= 0.85 && values >= 0.85, "spans {spans:.4}, values {values:.4}\n{wrong}");
}

#[test]
fn the_sets_share_no_sentence() {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for set in [DEVELOPMENT, UNSEEN] {
        for line in set.lines().filter(|l| !l.is_empty() && !l.starts_with('#')) {
            *seen.entry(text::normalise(&annotated(line).0)).or_default() += 1;
        }
    }
    let twice: Vec<_> = seen.iter().filter(|(_, count)| **count > 1).collect();
    assert!(twice.is_empty(), "{twice:?}");
}
