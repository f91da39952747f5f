//! A metric as a gate: `--min metric=value` and `--max metric=value` turn an evaluation into a check.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use crate::error::{Code, Error, Result};

/// A metric and the value it has to reach or must not pass.
#[derive(Clone, Debug, PartialEq)]
pub struct Bound {
    pub metric: String,
    pub value: f64,
}

impl FromStr for Bound {
    type Err = String;

    fn from_str(written: &str) -> Result<Self, String> {
        let (metric, value) =
            written.split_once('=').ok_or("write it as metric=value, as in action_accuracy=0.85")?;
        let number: f64 = value.trim().parse().map_err(|_| format!("`{value}` is not a number"))?;
        if !number.is_finite() || metric.trim().is_empty() {
            return Err("write it as metric=value, as in action_accuracy=0.85".into());
        }
        Ok(Self { metric: metric.trim().to_owned(), value: number })
    }
}

/// A gate that was not passed.
#[derive(Clone, Debug, PartialEq)]
pub struct Shortfall {
    pub metric: String,
    pub is: f64,
    /// `at least` or `at most`, and how much.
    pub wanted: (&'static str, f64),
}

impl fmt::Display for Shortfall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (side, bound) = self.wanted;
        write!(f, "{} is {:.4}, {side} {bound} is wanted", self.metric, self.is)
    }
}

/// Holds every bound against the metrics of a run.
///
/// # Errors
/// [`Code::BadConfig`] for a metric that the run does not have, with the names it has.
pub fn check(min: &[Bound], max: &[Bound], metrics: &BTreeMap<String, f64>) -> Result<Vec<Shortfall>> {
    let measured = |bound: &Bound| {
        metrics.get(&bound.metric).copied().ok_or_else(|| {
            let names = metrics.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
            Error::new(
                Code::BadConfig,
                format!("there is no metric `{}` in this evaluation; it has {names}", bound.metric),
            )
        })
    };
    let mut short = Vec::new();
    for bound in min {
        let is = measured(bound)?;
        if is < bound.value {
            let wanted = ("at least", bound.value);
            short.push(Shortfall { metric: bound.metric.clone(), is, wanted });
        }
    }
    for bound in max {
        let is = measured(bound)?;
        if is > bound.value {
            let wanted = ("at most", bound.value);
            short.push(Shortfall { metric: bound.metric.clone(), is, wanted });
        }
    }
    Ok(short)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    fn metrics() -> BTreeMap<String, f64> {
        BTreeMap::from([("recall@3".into(), 0.84), ("answer_ece".into(), 0.1)])
    }

    fn bound(written: &str) -> Bound {
        written.parse().unwrap()
    }

    #[test]
    fn a_metric_that_falls_short_is_named_with_both_values() {
        let short = check(&[bound("recall@3=0.85"), bound("recall@3=0.84")], &[], &metrics()).unwrap();
        assert_eq!(short.len(), 1);
        assert_eq!(short[0].to_string(), "recall@3 is 0.8400, at least 0.85 is wanted");
    }

    #[test]
    fn a_metric_that_should_be_small_has_an_upper_bound() {
        let short = check(&[], &[bound("answer_ece=0.05")], &metrics()).unwrap();
        assert_eq!(short[0].to_string(), "answer_ece is 0.1000, at most 0.05 is wanted");
    }

    #[test]
    fn an_unknown_metric_is_wrong_usage_and_the_known_ones_are_listed() {
        let error = check(&[bound("recal@3=1")], &[], &metrics()).unwrap_err();
        assert_eq!(error.code(), Code::BadConfig);
        assert!(
            error.detail().contains("recal@3") && error.detail().contains("answer_ece, recall@3"),
            "{error}"
        );
    }

    #[test]
    fn a_bound_without_a_number_is_refused() {
        for bad in ["recall@3", "recall@3=high", "=1", "x=NaN"] {
            assert!(bad.parse::<Bound>().is_err(), "{bad}");
        }
    }
}
