//! Figures of learned weights on questions, and the threshold that gives a target precision.

use std::collections::BTreeMap;

use crate::error::{Error, Result};
use crate::eval::curve::{Curve, Trial};
use crate::nlu::metrics::{auroc, ece};
use crate::rank::fit::{Case, Fitted, outcome};
use crate::rank::weights::OperatingPoint;

/// Named figures of `fitted` on `cases`.
///
/// # Errors
/// When the weights name other features than there are.
pub fn figures(cases: &[Case], fitted: &Fitted) -> Result<BTreeMap<String, f32>> {
    let outcomes = cases
        .iter()
        .map(|case| outcome(case, fitted).map_err(Error::internal))
        .collect::<Result<Vec<_>>>()?;
    let asked = cases.iter().filter(|case| case.answerable).count().max(1) as f32;
    let recalled = cases.iter().filter(|case| case.candidates.iter().any(|(_, right)| *right)).count();
    let within =
        |k: usize| outcomes.iter().filter(|o| o.right_at.is_some_and(|at| at <= k)).count() as f32 / asked;
    let judged: Vec<(f32, bool)> = outcomes.iter().map(|o| (o.probability, o.right_at == Some(1))).collect();
    let topical: Vec<(f32, bool)> =
        outcomes.iter().map(|o| o.probability).zip(cases.iter().map(|case| case.answerable)).collect();
    let curve = Curve::new(&trials(&judged));
    let mut figures = BTreeMap::from([
        ("questions".to_owned(), cases.len() as f32),
        ("answerable".to_owned(), asked),
        ("recalled".to_owned(), recalled as f32 / asked),
        ("passage@1".to_owned(), within(1)),
        ("passage@3".to_owned(), within(3)),
        ("passage@5".to_owned(), within(5)),
        ("ece".to_owned(), ece(&judged)),
    ]);
    for (name, value) in [("auroc_right", auroc(&judged)), ("auroc_answerable", auroc(&topical))] {
        figures.extend(value.map(|value| (name.to_owned(), value)));
    }
    for precision in [0.7, 0.8, 0.9] {
        let coverage = curve.at_precision(precision).map_or(0.0, |point| point.coverage as f32);
        figures.insert(format!("coverage@{precision}"), coverage);
    }
    Ok(figures)
}

/// The threshold at which answers to `cases` have the target precision.
///
/// # Errors
/// When no threshold gives it.
pub fn operating_point(cases: &[Case], fitted: &Fitted, target: f32) -> Result<OperatingPoint> {
    let mut judged = Vec::with_capacity(cases.len());
    for case in cases {
        let outcome = outcome(case, fitted).map_err(Error::internal)?;
        judged.push((outcome.probability, outcome.right_at == Some(1)));
    }
    let point = Curve::new(&trials(&judged)).at_precision(f64::from(target)).ok_or_else(|| {
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
