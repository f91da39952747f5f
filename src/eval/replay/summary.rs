//! What a replay comes to.

use std::collections::{BTreeMap, HashSet};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::eval::dialogs::action_name;
use crate::eval::metrics::sign_test;
use crate::eval::report::{Kind, Measures, Report};

use super::{Aspect, Pair};

/// Chance below which more losses than gains are taken for real.
const SIGNIFICANT: f64 = 0.1;

/// The details of a replay.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReplayReport {
    /// Action before → action after → turns.
    pub actions: BTreeMap<String, BTreeMap<String, usize>>,
    /// Turns that differ, or that a visitor has judged; in their order.
    pub pairs: Vec<Pair>,
}

/// How two versions do on the turns whose answer visitors have judged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Ratings {
    /// Turns judged.
    pub rated: usize,
    /// Turns on which only the new version says what helped, or no longer says what did not.
    pub better: usize,
    /// Turns on which only the old one does.
    pub worse: usize,
    /// The chance of a split as uneven if both were equally good (exact two-sided sign test).
    pub chance: f64,
}

impl Ratings {
    /// Whether the new version loses more than chance explains.
    pub fn loses(&self) -> bool {
        self.worse > self.better && self.chance < SIGNIFICANT
    }
}

/// Counts the judged turns.
pub fn ratings(pairs: &[Pair]) -> Ratings {
    let verdicts: Vec<(bool, bool)> = pairs.iter().filter_map(Pair::verdicts).collect();
    let better = verdicts.iter().filter(|(then, now)| !then && *now).count();
    let worse = verdicts.iter().filter(|(then, now)| *then && !now).count();
    Ratings { rated: verdicts.len(), better, worse, chance: sign_test(better, worse) }
}

/// The report of a replay. Its outcomes are the judged turns.
pub fn report(pairs: Vec<Pair>) -> Report<ReplayReport> {
    let mut measures = Measures::default();
    let turns = pairs.len();
    let conversations: HashSet<&str> = pairs.iter().map(|p| conversation(&p.id)).collect();
    measures.value("conversations", conversations.len() as f64);
    measures.value("turns", turns as f64);
    let count = |wanted: &dyn Fn(&Pair) -> bool| pairs.iter().filter(|pair| wanted(pair)).count();
    measures.share("unchanged", count(&|p| p.differs.is_empty()), turns);
    for (name, aspect) in [
        ("action_changed", Aspect::Action),
        ("words_changed", Aspect::Words),
        ("source_changed", Aspect::Source),
        ("intent_changed", Aspect::Intent),
    ] {
        measures.share(name, count(&|p| p.differs.contains(&aspect)), turns);
    }
    measures.value("newly_answered", count(&|p| p.answers().0) as f64);
    measures.value("no_longer_answered", count(&|p| p.answers().1) as f64);
    let rated = ratings(&pairs);
    measures.value("rated", rated.rated as f64);
    if rated.rated > 0 {
        let verdicts = || pairs.iter().filter_map(Pair::verdicts);
        measures.share("liked_before", verdicts().filter(|v| v.0).count(), rated.rated);
        measures.share("liked_after", verdicts().filter(|v| v.1).count(), rated.rated);
        measures.value("better", rated.better as f64);
        measures.value("worse", rated.worse as f64);
        measures.value("p_value", rated.chance);
    }
    let mut actions: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
    for pair in &pairs {
        let (then, now) = (action_name(pair.before.action), action_name(pair.after.action));
        *actions.entry(then.to_owned()).or_default().entry(now.to_owned()).or_default() += 1;
    }
    let pairs = pairs.into_iter().filter(|p| !p.differs.is_empty() || p.helpful.is_some()).collect();
    Report::new(Kind::Replay, measures, Vec::new(), ReplayReport { actions, pairs })
}

fn conversation(id: &str) -> &str {
    id.split('/').next().unwrap_or_default()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;
    use crate::domain::Action;
    use crate::eval::dialogs::Got;

    fn got(action: Action, text: &str) -> Got {
        Got {
            action,
            text: text.into(),
            confidence: 0.9,
            intent: None,
            slots: vec![],
            citations: vec![],
            handoff_reason: None,
            query: None,
            rule: None,
            reason: String::new(),
            threshold: 0.5,
            candidates: vec![],
        }
    }

    fn turn(seq: usize, before: &str, after: &str, said: &str, helpful: Option<bool>) -> Pair {
        let action = |text: &str| if text == "?" { Action::Clarify } else { Action::Answer };
        let (before, after) = (got(action(before), before), got(action(after), after));
        let differs = crate::eval::replay::differences(&before, &after);
        let (id, text) = (format!("c{}/{seq}", seq % 2), "包邮吗".to_owned());
        Pair { id, text, before, after, said: Some(said.into()), helpful, differs }
    }

    #[test]
    fn changes_are_counted_by_what_changed() {
        let report = report(vec![
            turn(1, "满99包邮", "满99包邮", "满99包邮", None),
            turn(2, "满99包邮", "?", "满99包邮", None),
            turn(3, "?", "满99包邮", "?", None),
            turn(4, "满99包邮", "满49包邮", "满99包邮", None),
        ]);
        let is = |name: &str| report.measures.metrics[name];
        assert_eq!((is("turns"), is("conversations"), is("unchanged")), (4.0, 2.0, 0.25));
        assert_eq!((is("action_changed"), is("words_changed")), (0.5, 0.75));
        assert_eq!((is("newly_answered"), is("no_longer_answered")), (1.0, 1.0));
        assert_eq!(report.detail.actions["answer"]["clarify"], 1);
        assert_eq!(report.detail.pairs.len(), 3, "what stays as it was and nobody judged is only counted");
        assert!(!report.measures.metrics.contains_key("liked_after"), "nobody judged anything");
    }

    #[test]
    fn what_helped_should_be_said_again_and_what_did_not_should_not() {
        let rated = ratings(&[
            turn(1, "对", "对", "对", Some(true)),
            turn(2, "对", "?", "对", Some(true)),
            turn(3, "错", "对", "错", Some(false)),
            turn(4, "错", "错", "错", Some(false)),
            turn(5, "对", "?", "对", None),
        ]);
        assert_eq!((rated.rated, rated.better, rated.worse), (4, 1, 1));
        assert!(!rated.loses());
    }

    #[test]
    fn losing_one_answer_that_helped_may_be_chance_losing_five_is_not() {
        let lost =
            |n: usize| -> Vec<Pair> { (0..n).map(|i| turn(i, "对", "?", "对", Some(true))).collect() };
        assert!(!ratings(&lost(1)).loses());
        assert!(ratings(&lost(5)).loses());
    }
}
