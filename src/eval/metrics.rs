//! Measures of rankings and of paired runs. Those of classifiers and calibration are in [`crate::nlu::metrics`].

/// Ranks below this do not count.
pub const DEPTH: usize = 10;

/// The share of relevant items among the first `k`: `ranks` are those (from 1) at which relevant items were found,
/// `relevant` is how many there are. 0 when there is none.
pub fn recall_at(k: usize, ranks: &[usize], relevant: usize) -> f64 {
    share(ranks.iter().filter(|r| **r <= k).count(), relevant)
}

/// The reciprocal of the first relevant rank within the first `k`; 0 when there is none.
pub fn reciprocal_rank_at(k: usize, ranks: &[usize]) -> f64 {
    ranks.iter().filter(|r| **r <= k).min().map_or(0.0, |rank| 1.0 / *rank as f64)
}

/// Normalised discounted cumulative gain of the first `k` (Järvelin and Kekäläinen 2002, gain = grade): `found` are
/// rank (from 1) and grade of what was found, `grades` those of everything relevant.
pub fn ndcg_at(k: usize, found: &[(usize, f64)], grades: &[f64]) -> f64 {
    let discounted = |rank: usize, grade: f64| grade / (rank as f64 + 1.0).log2();
    let gain: f64 = found.iter().filter(|(rank, _)| *rank <= k).map(|(rank, g)| discounted(*rank, *g)).sum();
    let mut best = grades.to_vec();
    best.sort_by(|a, b| b.total_cmp(a));
    let ideal: f64 = best.iter().take(k).enumerate().map(|(i, g)| discounted(i + 1, *g)).sum();
    if ideal == 0.0 { 0.0 } else { gain / ideal }
}

/// `part` of `whole`; 0 when there is nothing to count.
pub fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// Arithmetic mean; `None` of nothing.
pub fn mean(values: impl IntoIterator<Item = f64>) -> Option<f64> {
    let (sum, n) = values.into_iter().fold((0.0, 0usize), |(sum, n), v| (sum + v, n + 1));
    (n > 0).then(|| sum / n as f64)
}

/// The 95 % interval of a share (Wilson 1927): what sampling alone allows the true value to be.
pub fn interval(part: usize, whole: usize) -> (f64, f64) {
    if whole == 0 {
        return (0.0, 1.0);
    }
    const Z: f64 = 1.959_964;
    let (n, p) = (whole as f64, share(part, whole));
    let centre = p + Z * Z / (2.0 * n);
    let spread = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
    let scale = 1.0 + Z * Z / n;
    (((centre - spread) / scale).max(0.0), ((centre + spread) / scale).min(1.0))
}

/// Exact two-sided sign test: the probability of a split at least as uneven as `better` to `worse` if every changed
/// item were a coin flip.
pub fn sign_test(better: usize, worse: usize) -> f64 {
    let fewer_than_even = crate::nlu::metrics::mcnemar(better.min(worse), better.max(worse));
    (2.0 * fewer_than_even).min(1.0)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn close(a: f64, b: f64) {
        assert!((a - b).abs() < 1e-6, "{a} is not {b}");
    }

    #[test]
    fn a_ranking_worked_out_by_hand() {
        // Three relevant items, found at 2 and 5, the third not at all.
        let ranks = [5, 2];
        close(recall_at(1, &ranks, 3), 0.0);
        close(recall_at(3, &ranks, 3), 1.0 / 3.0);
        close(recall_at(5, &ranks, 3), 2.0 / 3.0);
        close(reciprocal_rank_at(10, &ranks), 0.5);
        close(reciprocal_rank_at(1, &ranks), 0.0);
        // DCG 1/log2(3) + 1/log2(6) = 0.63093 + 0.38685; ideal 1 + 0.63093 + 0.5
        close(ndcg_at(10, &[(2, 1.0), (5, 1.0)], &[1.0; 3]), 1.017_782_4 / 2.130_929_8);
        close(ndcg_at(10, &[(1, 2.0), (2, 1.0)], &[1.0, 2.0]), 1.0);
        close(ndcg_at(10, &[], &[]), 0.0);
    }

    #[test]
    fn the_interval_of_nine_in_ten() {
        let (low, high) = interval(9, 10);
        assert!((low - 0.5958).abs() < 1e-3 && (high - 0.9821).abs() < 1e-3, "{low} {high}");
        assert_eq!(interval(0, 0), (0.0, 1.0));
    }

    #[test]
    fn the_sign_test_knows_coin_flips() {
        close(sign_test(0, 0), 1.0);
        close(sign_test(5, 0), 2.0 / 32.0);
        close(sign_test(0, 5), 2.0 / 32.0);
        close(sign_test(1, 9), 2.0 * 11.0 / 1024.0);
        close(sign_test(3, 3), 1.0);
    }

    proptest! {
        #[test]
        fn ranking_measures_stay_between_0_and_1_and_never_fall_with_depth(
            places in proptest::collection::btree_set(1usize..50, 0..8), missed in 0usize..4, k in 1usize..20
        ) {
            let ranks: Vec<usize> = places.into_iter().collect();
            let relevant = ranks.len() + missed;
            let found: Vec<(usize, f64)> = ranks.iter().map(|r| (*r, 1.0)).collect();
            let grades = vec![1.0; relevant];
            for value in [recall_at(k, &ranks, relevant), reciprocal_rank_at(k, &ranks), ndcg_at(k, &found, &grades)] {
                prop_assert!((0.0..=1.0 + 1e-9).contains(&value));
            }
            prop_assert!(recall_at(k, &ranks, relevant) <= recall_at(k + 1, &ranks, relevant));
            prop_assert!(reciprocal_rank_at(k, &ranks) <= reciprocal_rank_at(k + 1, &ranks));
        }

        #[test]
        fn an_interval_holds_its_share(whole in 1usize..500, part in 0usize..500) {
            let part = part.min(whole);
            let (low, high) = interval(part, whole);
            prop_assert!(low <= share(part, whole) + 1e-9 && share(part, whole) <= high + 1e-9);
            prop_assert!((0.0..=1.0).contains(&low) && (0.0..=1.0).contains(&high));
        }

        #[test]
        fn the_sign_test_is_a_probability_and_symmetric(a in 0usize..300, b in 0usize..300) {
            let p = sign_test(a, b);
            prop_assert!((0.0..=1.0).contains(&p));
            prop_assert_eq!(p, sign_test(b, a));
        }
    }
}
