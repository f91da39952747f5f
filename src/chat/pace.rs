//! Work that may wait, kept to a share of the time.

use std::future::Future;
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::{Instant, sleep_until};

/// How long is rested after work, in times of how long it took: a quarter of one core at most is worked.
const REST: u32 = 3;
/// The longest rest: work that was held up by something else says little about what it costs.
const LONGEST: Duration = Duration::from_millis(500);

/// One piece of work at a time, in the order it was asked for, with a rest after each.
pub struct Pace {
    free_at: Mutex<Instant>,
}

impl Pace {
    /// Nothing was done yet.
    #[allow(clippy::new_without_default)] // begins at this moment
    pub fn new() -> Self {
        Self { free_at: Mutex::new(Instant::now()) }
    }

    /// Does the work when its time has come. Cut short, it gives its place to the next.
    pub async fn run<T>(&self, work: impl Future<Output = T>) -> T {
        let mut free_at = self.free_at.lock().await;
        sleep_until(*free_at).await;
        let started = Instant::now();
        let done = work.await;
        *free_at = Instant::now() + rest_after(started.elapsed());
        done
    }
}

fn rest_after(work: Duration) -> Duration {
    (work * REST).min(LONGEST)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn work_takes_a_quarter_of_the_time_at_most() {
        assert_eq!(rest_after(Duration::from_millis(10)), Duration::from_millis(30));
        assert_eq!(rest_after(Duration::from_secs(9)), LONGEST);
    }

    #[tokio::test]
    async fn one_piece_at_a_time_and_none_is_forgotten() {
        let (pace, working) = (Pace::new(), AtomicUsize::new(0));
        let work = |n: usize| {
            let working = &working;
            pace.run(async move {
                assert_eq!(working.fetch_add(1, Ordering::SeqCst), 0, "alone");
                tokio::task::yield_now().await;
                working.fetch_sub(1, Ordering::SeqCst);
                n
            })
        };
        let mut done = futures_util::stream::FuturesUnordered::new();
        (0..5).for_each(|n| done.push(work(n)));
        let mut order = Vec::new();
        while let Some(n) = futures_util::StreamExt::next(&mut done).await {
            order.push(n);
        }
        order.sort_unstable();
        assert_eq!(order, [0, 1, 2, 3, 4]);
    }
}
