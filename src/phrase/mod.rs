//! Answers in a language model's words: the model runs on the same premises, and nothing of it is said that does not
//! stand in the passages an answer cites.
//!
//! Implements the trait that `dialog::phrase` declares. A [`Writer`] writes: an OpenAI-compatible server ([`OpenAi`]), or
//! a GGUF file in this process ([`Decoder`]). [`LocalPhraser`] asks it, with few answers at a time, a deadline for each and
//! a breaker for all; what is written runs through the [`sieve`], which lets whole, supported sentences pass.
//! This room knows no conversation, no HTTP of ours and no SQL.

mod client;
mod decoder;
mod prompt;
mod quantities;
mod sieve;
mod sse;
mod support;

use std::time::{Duration, Instant};

use async_trait::async_trait;
use tokio::sync::Semaphore;

pub use client::{OpenAi, OpenAiSettings};
pub use decoder::Decoder;
pub use prompt::Prompt;

use crate::connect::Breaker;
use crate::dialog::phrase::{Hearer, Outcome, Phrased, Phraser, Wanted};
use crate::domain::BreakerSpec;
use sieve::Sieve;
use support::Evidence;

/// Failures in a row after which the model is left alone, and for how long.
const BREAKER: BreakerSpec = BreakerSpec { failures: 3, open_ms: 30_000 };

/// A model that writes.
#[async_trait]
pub trait Writer: Send + Sync {
    /// The model's name.
    fn name(&self) -> &str;
    /// Answers that may be written at the same time; whoever comes then gets the passage's own words at once.
    fn at_once(&self) -> usize;
    /// Writes what the prompt asks for, piece by piece as it comes, until it is done or `paper` wants no more.
    ///
    /// # Errors
    /// What went wrong, without keys and addresses.
    async fn write(&self, prompt: &Prompt, paper: &mut dyn Hearer) -> Result<End, String>;
}

/// How writing ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Whole,
    /// At the limit of tokens: the last sentence is torn.
    CutOff,
    /// The model may not or will not say it.
    Refused,
    /// The paper wanted no more.
    Stopped,
}

/// Phrases answers by a [`Writer`].
pub struct LocalPhraser<W> {
    writer: W,
    deadline: Duration,
    permits: Semaphore,
    breaker: Breaker,
}

impl<W: Writer> LocalPhraser<W> {
    /// A phraser that gives one answer at most `deadline`.
    pub fn new(writer: W, deadline: Duration) -> Self {
        let permits = Semaphore::new(writer.at_once());
        Self { writer, deadline, permits, breaker: Breaker::new(BREAKER) }
    }
}

#[async_trait]
impl<W: Writer> Phraser for LocalPhraser<W> {
    fn name(&self) -> &str {
        self.writer.name()
    }

    async fn phrase(&self, wanted: &Wanted<'_>, hearer: &mut dyn Hearer) -> Phrased {
        let Ok(_permit) = self.permits.try_acquire() else { return unwritten(Outcome::Busy) };
        let Some(leave) = self.breaker.enter(Instant::now()) else { return unwritten(Outcome::Resting) };
        let mut sieve = Sieve::new(Evidence::of(&wanted.passages), wanted.lang, hearer);
        let writing = async {
            let prompt = Prompt::new(wanted);
            let end = self.writer.write(&prompt, &mut sieve).await?;
            let whole = matches!(end, End::Whole | End::CutOff);
            if whole && !sieve.finish(end == End::CutOff).await {
                return Ok(End::Stopped);
            }
            Ok(end)
        };
        let ended: Result<End, String> = match tokio::time::timeout(self.deadline, writing).await {
            Ok(ended) => ended,
            Err(_) => {
                let phrased = sieve.phrased(Outcome::Late);
                return Phrased {
                    detail: Some(format!("not within {} ms", self.deadline.as_millis())),
                    ..phrased
                };
            }
        };
        match ended {
            Err(why) => {
                tracing::warn!(model = self.writer.name(), "an answer could not be phrased: {why}");
                Phrased { detail: Some(why), ..sieve.phrased(Outcome::Failed) }
            }
            Ok(end) => {
                // Whatever it said, it is there.
                leave.succeeded();
                let outcome = sieve.outcome(end);
                sieve.phrased(outcome)
            }
        }
    }
}

fn unwritten(outcome: Outcome) -> Phrased {
    Phrased { outcome, text: String::new(), dropped: Vec::new(), detail: None }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::dialog::phrase::{Passage, Patient};
    use crate::domain::Lang;

    /// Writes these pieces, and ends so; without an end it writes for ever.
    struct Script(Vec<&'static str>, Option<Result<End, String>>);

    #[async_trait]
    impl Writer for Script {
        fn name(&self) -> &str {
            "script"
        }
        fn at_once(&self) -> usize {
            4
        }
        async fn write(&self, _: &Prompt, paper: &mut dyn Hearer) -> Result<End, String> {
            for piece in &self.0 {
                if !paper.hear(piece).await {
                    return Ok(End::Stopped);
                }
            }
            match &self.1 {
                Some(end) => end.clone(),
                None => std::future::pending().await,
            }
        }
    }

    const PASSAGE: Passage<'_> = Passage {
        title: "退换货政策",
        section: "七天无理由",
        text: "自签收之日起7天内可以申请无理由退货，商品须未拆封。退货运费由顾客承担，每单10元。",
    };

    fn wanted() -> Wanted<'static> {
        Wanted { lang: Lang::Zh, question: "可以退货吗", passages: vec![PASSAGE] }
    }

    async fn phrased(script: Script) -> Phrased {
        LocalPhraser::new(script, Duration::from_millis(200)).phrase(&wanted(), &mut Patient).await
    }

    #[tokio::test]
    async fn supported_sentences_are_the_answer_and_others_are_named_with_the_reason() {
        let pieces = vec!["签收后7", "天内可以申请无理由退", "货。退货运费", "是15元。退货运费由顾客承担。"];
        let phrased = phrased(Script(pieces, Some(Ok(End::Whole)))).await;
        assert_eq!(phrased.outcome, Outcome::Phrased);
        assert_eq!(phrased.text, "签收后7天内可以申请无理由退货。退货运费由顾客承担。");
        assert_eq!(phrased.dropped.len(), 1);
        assert_eq!(phrased.dropped[0].text, "退货运费是15元。");
        assert_eq!(phrased.dropped[0].reason_code, "number");
        assert!(phrased.dropped[0].reason.contains("15"), "{}", phrased.dropped[0].reason);
    }

    #[tokio::test]
    async fn what_ends_badly_is_no_answer() {
        let good = "退货运费由顾客承担。";
        let cases = [
            (Script(vec![good], Some(Err("the connection broke".into()))), Outcome::Failed),
            (Script(vec![good, "签收后7天内"], None), Outcome::Late),
            (Script(vec!["NO_ANSWER"], Some(Ok(End::Whole))), Outcome::Refused),
            (Script(vec![good], Some(Ok(End::Refused))), Outcome::Refused),
            (Script(vec!["作为人工智能我无法判断。"], Some(Ok(End::Whole))), Outcome::Unsupported),
            (Script(vec![], Some(Ok(End::Whole))), Outcome::Unsupported),
        ];
        for (script, outcome) in cases {
            assert_eq!(phrased(script).await.outcome, outcome);
        }
    }

    #[tokio::test]
    async fn a_sentence_torn_by_the_limit_of_tokens_is_dropped() {
        let script = Script(vec!["退货运费由顾客承担。商品须未"], Some(Ok(End::CutOff)));
        let phrased = phrased(script).await;
        assert_eq!((phrased.outcome, phrased.text.as_str()), (Outcome::Phrased, "退货运费由顾客承担。"));
        assert_eq!(phrased.dropped[0].reason_code, "cut_off");
    }

    #[tokio::test]
    async fn a_model_that_fails_again_and_again_is_left_alone() {
        let script = Script(vec![], Some(Err("refused".into())));
        let phraser = LocalPhraser::new(script, Duration::from_secs(5));
        for _ in 0..BREAKER.failures {
            assert_eq!(phraser.phrase(&wanted(), &mut Patient).await.outcome, Outcome::Failed);
        }
        assert_eq!(phraser.phrase(&wanted(), &mut Patient).await.outcome, Outcome::Resting);
    }

    #[tokio::test]
    async fn nobody_waits_for_a_place() {
        let phraser = LocalPhraser::new(Script(vec![], None), Duration::from_millis(300));
        let wanted = wanted();
        let one = || async { phraser.phrase(&wanted, &mut Patient).await.outcome };
        let (a, b, c, d, late) = tokio::join!(one(), one(), one(), one(), one());
        assert_eq!([a, b, c, d], [Outcome::Late; 4]);
        assert_eq!(late, Outcome::Busy);
    }
}
