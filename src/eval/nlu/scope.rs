//! In or out of scope by one threshold, set on a validation set and applied to a test set: how figures with a
//! threshold are published for CLINC150 (Larson et al. 2019) and HINT3 (Arora et al. 2020).

use super::Utterance;
use crate::domain::OUT_OF_SCOPE;

/// The least probability of being in scope with which a text keeps its intent: the one with the most texts of
/// `validation` right. None where validation has no text out of scope, or none in scope.
pub fn threshold(validation: &[Utterance]) -> Option<f32> {
    let outside = validation.iter().filter(|u| u.intent == OUT_OF_SCOPE).count();
    if outside == 0 || outside == validation.len() {
        return None;
    }
    let mut by_scope: Vec<&Utterance> = validation.iter().collect();
    by_scope.sort_by(|a, b| a.in_scope.total_cmp(&b.in_scope));
    // Nothing rejected: right are the texts in scope with the right intent. Then one text after the other is rejected.
    let mut right = validation.iter().filter(|u| u.nearest_right()).count() as i64;
    let (mut best, mut best_right) = (0.0, right);
    for (place, rejected) in by_scope.iter().enumerate() {
        right += match rejected.intent == OUT_OF_SCOPE {
            true => 1,
            false => -i64::from(rejected.nearest_right()),
        };
        // Between two texts the threshold is the middle, so that it does not hang on one of them.
        let next = by_scope.get(place + 1).map_or(1.0, |u| u.in_scope);
        if right > best_right && next > rejected.in_scope {
            (best, best_right) = ((rejected.in_scope + next) / 2.0, right);
        }
    }
    Some(best)
}

/// What is predicted with a threshold: the best intent, or out of scope.
pub fn predicted(utterance: &Utterance, threshold: f32) -> &str {
    if utterance.in_scope < threshold { OUT_OF_SCOPE } else { &utterance.nearest }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::super::tests::utterance;
    use super::*;

    #[test]
    fn the_threshold_stands_between_what_is_in_and_what_is_out() {
        let validation = [
            utterance("a", "order", "order", 0.9, 0.9),
            utterance("b", "refund", "refund", 0.8, 0.7),
            utterance("c", OUT_OF_SCOPE, "order", 0.5, 0.4),
            utterance("d", OUT_OF_SCOPE, "refund", 0.5, 0.3),
        ];
        let threshold = threshold(&validation).unwrap();
        assert!((threshold - 0.55).abs() < 1e-6, "{threshold}");
        assert_eq!(predicted(&validation[1], threshold), "refund");
        assert_eq!(predicted(&validation[2], threshold), OUT_OF_SCOPE);
    }

    #[test]
    fn rejecting_costs_nothing_where_the_intent_is_wrong_anyway() {
        let validation = [
            utterance("a", "order", "refund", 0.9, 0.2),
            utterance("b", OUT_OF_SCOPE, "refund", 0.8, 0.3),
            utterance("c", "refund", "refund", 0.8, 0.6),
        ];
        assert!((threshold(&validation).unwrap() - 0.45).abs() < 1e-6);
    }

    #[test]
    fn without_text_out_of_scope_there_is_no_threshold() {
        assert_eq!(threshold(&[utterance("a", "order", "order", 0.9, 0.9)]), None);
        assert_eq!(threshold(&[]), None);
    }
}
