//! Which examples no version has learnt yet. What a newer version knows and the one in use does not is left alone: who
//! goes back to an older version wants its answers.

use std::collections::HashMap;

use super::overlay::OverlayMark;
use crate::domain::{Example, OUT_OF_SCOPE, TrainingRunId};
use crate::nlu::train::text_key;
use crate::nlu::versions::Version;

/// Examples shown beside the heads at most, the newest: more of them are worth a training.
const MOST: usize = 1_000;

/// What the engine has.
#[derive(Debug, Default)]
pub(super) struct InUse {
    pub version: Option<TrainingRunId>,
    /// The texts it and the newest version have learnt, by key, with the intent each had in the newest.
    learnt: HashMap<String, String>,
    /// What was written, and which version was the newest, when the engine was last shown what is not learnt.
    pub seen: Option<(OverlayMark, Option<TrainingRunId>)>,
}

impl InUse {
    /// A version, to which nothing has been shown yet.
    pub fn of(version: &Version) -> Self {
        let learnt = version.report.predictions.iter().map(|p| (p.key.clone(), p.intent.clone())).collect();
        Self { version: Some(version.id), learnt, seen: None }
    }

    /// Another version was trained since.
    pub fn learn_of(&mut self, newest: &Version) {
        let learnt = newest.report.predictions.iter().map(|p| (p.key.clone(), p.intent.clone()));
        self.learnt.extend(learnt);
    }

    /// The newest of these examples that no version knows, or only under another intent.
    pub fn not_learnt(&self, written: Vec<Example>) -> Vec<Example> {
        let unknown = |example: &Example| {
            example.intent != OUT_OF_SCOPE
                && self.learnt.get(&text_key(&example.text)).is_none_or(|intent| *intent != example.intent)
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
        let learnt = learnt.map(|(text, intent)| (text_key(text), intent.to_owned())).into();
        let in_use = InUse { learnt, ..InUse::default() };
        let written = vec![
            example("能開票嗎", "invoice"),
            example("要包装", "gift_wrap"),
            example("礼盒", "gift_wrap"),
            example("天气", OUT_OF_SCOPE),
        ];
        let shown: Vec<String> = in_use.not_learnt(written).into_iter().map(|e| e.text).collect();
        assert_eq!(shown, ["要包装", "礼盒"]);
    }
}
