//! Figures of learned weights on questions, and the threshold that gives a target precision.

use std::collections::BTreeMap;

use crate::error::{Error, Result};
use crate::eval::curve::{Curve, Trial};
use crate::nlu::metrics::{auroc, ece};
use crate::rank::fit::{Case, Outcome};
use crate::rank::weights::OperatingPoint;

/// How a question went.
#[derive(Clone, Copy, Debug)]
pub struct Judged {
    pub outcome: Outcome,
    pub answerable: bool,
    /// Whether anything that answers was recalled.
    pub recalled: bool,
    /// A FAQ pair's own question, asked word for word.
    pub literal: bool,
}

/// How a look at every one of `cases` goes.
///
/// # Errors
/// Those of the look.
pub fn judge(cases: &[Case], look: impl Fn(&Case) -> Result<Outcome, String>) -> Result<Vec<Judged>> {
    let judge = |case: &Case| {
        Ok(Judged {
            outcome: look(case).map_err(Error::internal)?,
            answerable: case.answerable,
            recalled: case.candidates.iter().any(|candidate| candidate.right),
            literal: case.literal,
        })
    };
    cases.iter().map(judge).collect()
}

/// Named figures of questions in free words; literal ones would flatter them.
pub fn figures(judged: &[Judged]) -> BTreeMap<String, f32> {
    let free: Vec<&Judged> = judged.iter().filter(|j| !j.literal).collect();
    let asked = free.iter().filter(|j| j.answerable).count().max(1) as f32;
    let recalled = free.iter().filter(|j| j.recalled).count();
    let within = |k: usize| {
        free.iter().filter(|j| j.outcome.right_at.is_some_and(|at| at <= k)).count() as f32 / asked
    };
    let right: Vec<(f32, bool)> =
        free.iter().map(|j| (j.outcome.probability, j.outcome.right_at == Some(1))).collect();
    let answerable: Vec<(f32, bool)> = free.iter().map(|j| (j.outcome.probability, j.answerable)).collect();
    let curve = Curve::new(&trials(&right));
    let mut figures = BTreeMap::from([
        ("questions".to_owned(), free.len() as f32),
        ("answerable".to_owned(), asked),
        ("recalled".to_owned(), recalled as f32 / asked),
        ("passage@1".to_owned(), within(1)),
        ("passage@3".to_owned(), within(3)),
        ("passage@5".to_owned(), within(5)),
        ("ece".to_owned(), ece(&right)),
    ]);
    for (name, value) in [("auroc_right", auroc(&right)), ("auroc_answerable", auroc(&answerable))] {
        figures.extend(value.map(|value| (name.to_owned(), value)));
    }
    for precision in [0.7, 0.8, 0.9] {
        let coverage = curve.at_precision(precision).map_or(0.0, |point| point.coverage as f32);
        figures.insert(format!("coverage@{precision}"), coverage);
    }
    figures
}

/// The threshold at which answers to questions in free words have the target precision.
///
/// # Errors
/// When no threshold gives it.
pub fn operating_point(judged: &[Judged], target: f32) -> Result<OperatingPoint> {
    let free = judged.iter().filter(|j| !j.literal);
    let right: Vec<(f32, bool)> =
        free.map(|j| (j.outcome.probability, j.outcome.right_at == Some(1))).collect();
    let point = Curve::new(&trials(&right)).at_precision(f64::from(target)).ok_or_else(|| {
        Error::invalid(format!("no threshold gives a precision of {target} on the development questions"))
    })?;
    Ok(OperatingPoint {
        target_precision: target,
        threshold: point.threshold as f32,
        expected_coverage: point.coverage as f32,
    })
}

fn trials(judged: &[(f32, bool)]) -> Vec<Trial> {
    judged
        .iter()
        .map(|(probability, right)| Trial { confidence: Some(f64::from(*probability)), right: *right })
        .collect()
}
