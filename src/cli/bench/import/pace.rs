//! Visitors who ask at a steady rate.

use std::time::{Duration, Instant};

use futures_util::stream::{FuturesUnordered, StreamExt};

use crate::app::Core;
use crate::cli::bench::process::Process;
use crate::dialog::TurnInput;
use crate::error::Result;

/// How often memory is looked at.
const SAMPLE: Duration = Duration::from_millis(20);

/// Asks questions of the engine, one every so often.
pub struct Pace<'a> {
    core: &'a Core,
    questions: Vec<String>,
    every: Duration,
}

impl<'a> Pace<'a> {
    /// So many questions a second.
    pub fn new(core: &'a Core, questions: Vec<String>, rate: u32) -> Self {
        Self { core, questions, every: Duration::from_secs(1) / rate.max(1) }
    }

    /// Asks for some time; how long each answer took.
    pub async fn ask_for(&self, time: Duration) -> Result<Vec<Duration>> {
        let (_, times, _) = self.beside(tokio::time::sleep(time)).await?;
        Ok(times)
    }

    /// Asks until `work` is done. What came of it, how long each answer took, and the most memory of this process's
    /// own on the way.
    pub async fn beside<T>(&self, work: impl Future<Output = T>) -> Result<(T, Vec<Duration>, Option<u64>)> {
        let (mut times, mut peak) = (Vec::new(), None);
        let mut asked = FuturesUnordered::new();
        let mut due = tokio::time::interval(self.every);
        let mut sample = tokio::time::interval(SAMPLE);
        sample.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
        let mut next = self.questions.iter().cycle();
        let mut work = std::pin::pin!(work);
        let done = loop {
            tokio::select! {
                biased;
                at = due.tick() => {
                    let Some(text) = next.next() else { continue };
                    let input = TurnInput { text: text.clone(), ..TurnInput::default() };
                    asked.push(self.answered(input, at.into_std()));
                }
                Some(took) = asked.next() => times.push(took?),
                _ = sample.tick() => peak = peak.max(Process::own().own_memory().ok()),
                done = &mut work => break done,
            }
        };
        while let Some(took) = asked.next().await {
            times.push(took?);
        }
        Ok((done, times, peak))
    }

    async fn answered(&self, input: TurnInput, due: Instant) -> Result<Duration> {
        self.core.engine.reply(input).await?;
        Ok(due.elapsed())
    }
}
