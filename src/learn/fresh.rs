//! Which examples no version has learnt yet. What a newer version knows and the one in use does not is left alone: who
//! goes back to an older version wants its answers.

use std::collections::HashMap;

use crate::domain::{Example, OUT_OF_SCOPE};
use crate::nlu::train::text_key;
use crate::nlu::versions::Version;

/// Examples shown beside the heads at most, the newest: more of them are worth a training.
const MOST: usize = 1_000;

/// The texts that versions have learnt, by key, with the intent each had in the last of them.
#[derive(Debug, Default)]
pub(super) struct Learnt(HashMap<String, String>);

impl Learnt {
    /// Adds what a version has learnt.
    pub fn add(&mut self, version: &Version) {
        self.0.extend(version.report.predictions.iter().map(|p| (p.key.clone(), p.intent.clone())));
    }

    /// The newest of these examples that no version knows, or only under another intent.
    pub fn missing(&self, written: Vec<Example>) -> Vec<Example> {
        let unknown = |example: &Example| {
            example.intent != OUT_OF_SCOPE
                && self.0.get(&text_key(&example.text)).is_none_or(|intent| *intent != example.intent)
        };
        let mut examples: Vec<Example> = written.into_iter().filter(unknown).collect();
        examples.drain(..examples.len().saturating_sub(MOST));
        examples
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example(text: &str, intent: &str) -> Example {
        Example { text: text.into(), intent: intent.into(), slots: vec![], lang: None, split: None }
    }

    #[test]
    fn what_was_learnt_under_the_same_intent_is_not_shown_again() {
        let learnt = [("能开票吗", "invoice"), ("要包装", "delivery")];
        let learnt = Learnt(learnt.map(|(text, intent)| (text_key(text), intent.to_owned())).into());
        let written = vec![
            example("能開票嗎", "invoice"),
            example("要包装", "gift_wrap"),
            example("礼盒", "gift_wrap"),
            example("天气", OUT_OF_SCOPE),
        ];
        let shown: Vec<String> = learnt.missing(written).into_iter().map(|e| e.text).collect();
        assert_eq!(shown, ["要包装", "礼盒"]);
    }
}
