//! Times of many runs of one thing, as percentiles.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Times in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Latencies {
    pub count: usize,
    pub p50_ms: f64,
    pub p95_ms: f64,
    pub p99_ms: f64,
    pub max_ms: f64,
}

impl Latencies {
    /// Nearest-rank percentiles: each is a time that was measured; all zero for nothing.
    pub fn of(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        let at = |share: f64| {
            let rank = (times.len() as f64 * share).ceil().max(1.0) as usize - 1;
            times.get(rank).map_or(0.0, |time| milliseconds(*time))
        };
        Self { count: times.len(), p50_ms: at(0.5), p95_ms: at(0.95), p99_ms: at(0.99), max_ms: at(1.0) }
    }

    /// For people.
    pub fn in_words(&self) -> String {
        let Self { p50_ms, p95_ms, p99_ms, max_ms, .. } = self;
        format!("p50 {p50_ms:.1} ms, p95 {p95_ms:.1}, p99 {p99_ms:.1}, longest {max_ms:.0}")
    }
}

/// Milliseconds, to the microsecond.
pub fn milliseconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 1e6).round() / 1e3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_measured_values() {
        let latencies = Latencies::of((1..=200).map(Duration::from_millis).collect());
        assert_eq!((latencies.p50_ms, latencies.p99_ms, latencies.max_ms), (100.0, 198.0, 200.0));
        assert_eq!(Latencies::of(Vec::new()), Latencies::default());
    }
}
