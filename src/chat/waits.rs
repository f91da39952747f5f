//! How long those who wait for a person may have to wait: judged by the pace at which those before them were taken.
//!
//! While somebody waits, the time from one who is taken to the next is what a place in the queue is worth. The mean over
//! the last of them counts, not the median: an agent often takes several at once and is busy with them for long.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// Who is taken sooner did not wait: there was nobody before them.
pub const WAITED: Duration = Duration::from_secs(1);
/// What is older says nothing of now.
pub const FRESH: Duration = Duration::from_secs(2 * 3600);
/// So many of those who were taken count.
pub const REMEMBERED: usize = 20;
/// Fewer say nothing.
const ENOUGH: usize = 3;
/// A longer pause is nobody at the desk, not the pace of those who are.
const PAUSE: SignedDuration = SignedDuration::from_mins(30);

/// Somebody who had waited in the queue was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taken {
    pub at: Timestamp,
    pub waited: Duration,
}

/// How long a place in the queue lasts, by those who were `taken` lately, in order; nothing while they are too few.
pub(super) fn per_place(taken: &[Taken]) -> Option<Duration> {
    let mut before: Option<Timestamp> = None;
    let gaps = taken.iter().filter_map(|taken| {
        let waited = SignedDuration::try_from(taken.waited).ok()?;
        let since = before.replace(taken.at).map(|before| taken.at.duration_since(before));
        Some(since.map_or(waited, |since| since.min(waited))).filter(|gap| *gap <= PAUSE)
    });
    let gaps: Vec<Duration> = gaps.filter_map(|gap| Duration::try_from(gap).ok()).collect();
    (gaps.len() >= ENOUGH).then(|| gaps.iter().sum::<Duration>() / gaps.len() as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pace(taken: &[(i64, u64)]) -> Option<u64> {
        let start = Timestamp::UNIX_EPOCH;
        let taken = taken.iter().map(|(at, waited)| Taken {
            at: start + SignedDuration::from_secs(*at),
            waited: Duration::from_secs(*waited),
        });
        per_place(&taken.collect::<Vec<_>>()).map(|pace| pace.as_secs())
    }

    #[test]
    fn a_place_lasts_as_long_as_from_one_who_was_taken_to_the_next() {
        assert_eq!(pace(&[]), None);
        assert_eq!(pace(&[(60, 60), (120, 120)]), None, "two are too few");
        assert_eq!(pace(&[(60, 60), (120, 120), (180, 180)]), Some(60));
        // The third came when nobody waited any more, and was taken twenty seconds later.
        assert_eq!(pace(&[(60, 60), (120, 120), (1000, 20)]), Some(46));
    }

    #[test]
    fn who_takes_three_at_once_is_busy_with_three() {
        assert_eq!(
            pace(&[(600, 600), (600, 500), (600, 400), (1200, 900), (1200, 800), (1200, 700)]),
            Some(200)
        );
    }

    #[test]
    fn a_night_is_not_the_pace_of_the_day() {
        assert_eq!(pace(&[(28_800, 28_800), (28_860, 20_000), (28_920, 300), (28_980, 100)]), Some(60));
    }
}
