//! Which words: from a start and an end score for every token to the best span.

/// The best span, as first and last token, and its score: the sum of its start's and its end's (Devlin et al. 2019,
/// section 4.3).
pub fn best(starts: &[f32], ends: &[f32], longest: usize) -> Option<((usize, usize), f32)> {
    let spans = starts.iter().enumerate().flat_map(|(first, start)| {
        let reach = ends.iter().enumerate().skip(first).take(longest);
        reach.map(move |(last, end)| ((first, last), start + end))
    });
    spans.max_by(|a, b| a.1.total_cmp(&b.1))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn an_end_before_its_start_makes_no_span() {
        let (place, score) = best(&[0.0, 5.0, 0.0], &[9.0, 0.0, 1.0], 3).unwrap();
        assert_eq!((place, score), ((0, 0), 9.0));
    }

    #[test]
    fn start_and_end_are_weighed_together() {
        assert_eq!(best(&[2.0, 3.0, 0.0], &[0.0, 0.0, 4.0], 3).unwrap(), ((1, 2), 7.0));
        assert_eq!(best(&[2.0, 3.0, 0.0], &[4.0, 0.0, 0.0], 3).unwrap(), ((0, 0), 6.0));
    }

    #[test]
    fn answers_are_no_longer_than_allowed() {
        let (place, score) = best(&[9.0, 0.0, 0.0], &[0.0, 1.0, 9.0], 2).unwrap();
        assert!(place.1 - place.0 < 2 && score == 10.0, "{place:?} {score}");
    }

    #[test]
    fn a_passage_without_tokens_has_no_span() {
        assert!(best(&[], &[], 3).is_none());
    }
}
