//! One turn between looking and saying: what the policy sees of it, what an explanation shows of it.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use super::engine::TurnInput;
use super::followup::{self, Leaning};
use super::lookup::{Findings, Timings, Understood};
use super::{IntentKind, Shop, wording};
use crate::domain::{Explanation, Lang};
use crate::policy::{Finding, IntentClass, Limits, RuleSays, Situation};
use crate::rank::Ranked;
use crate::recall::rules::Then;
use crate::text::{detect_lang, normalise};

/// Candidates an explanation shows.
const EXPLAINED: usize = 10;
/// Candidates the policy sees.
const CONSIDERED: usize = 8;
/// How much surer the completed text must be than the message alone when the message only may lean on the context,
/// and how much surer the message alone must be when it clearly leans.
const MARGIN: f32 = 0.1;

/// What a turn knows before it decides.
pub(super) struct Turn {
    pub understood: Understood,
    pub findings: Findings,
    pub shop: Arc<Shop>,
    pub timings: Timings,
}

impl Turn {
    /// What the policy looks at.
    pub fn situation<'a>(&self, input: &TurnInput, findings: &'a [Finding], limits: Limits) -> Situation<'a> {
        let folded = normalise(&input.text);
        let accepted = self.understood.parse.top().filter(|_| self.understood.intent_accepted);
        let intent = accepted
            .and_then(|intent| Some((class(self.shop.intent(&intent.name)?.kind), intent.confidence)));
        let rule = self.findings.gathered.rule().map(|rule| match rule.then {
            Then::Answer(_) => RuleSays::Answer,
            Then::Handoff { .. } => RuleSays::Handoff,
        });
        Situation {
            rule,
            asks_for_person: self.shop.asks_for_person(&folded),
            anger: self.shop.anger(&folded),
            intent,
            findings,
            misses: wording::misses(&input.history),
            wordless: !followup::has_words(&input.text),
            limits,
        }
    }

    /// Every step, for people who ask why.
    pub fn explain(&self, reason: String, threshold: f32) -> Explanation {
        let findings = &self.findings;
        Explanation {
            query: findings.searched.clone(),
            parse: self.understood.parse.clone(),
            paths: findings.gathered.reports.clone(),
            candidates: findings.ranked.iter().take(EXPLAINED).map(Ranked::candidate).collect(),
            rule: findings.gathered.rule().map(|rule| rule.name.clone()),
            reason,
            threshold,
        }
    }
}

/// The findings to go on with. What clearly leans on the context is taken as completed unless alone it is much
/// surer; what only may lean stands alone unless completed it is much surer.
pub(super) fn surer(alone: Findings, completed: Findings, leaning: Leaning) -> Findings {
    let advantage = match leaning {
        Leaning::Clearly => MARGIN,
        Leaning::Maybe => -MARGIN,
    };
    if completed.best() + advantage > alone.best() { completed } else { alone }
}

/// The language of the message; a message of digits or signs is in the language spoken so far.
pub(super) fn language(input: &TurnInput) -> Lang {
    if input.text.chars().any(char::is_alphabetic) {
        return detect_lang(&input.text);
    }
    let spoken = input.history.iter().rev().find(|turn| turn.text.chars().any(char::is_alphabetic));
    spoken.map_or_else(|| detect_lang(&input.text), |turn| detect_lang(&turn.text))
}

/// The candidates as the policy sees them.
pub(super) fn considered(ranked: &[Ranked]) -> Vec<Finding> {
    let finding = |ranked: &Ranked| {
        let chunk = ranked.chunk();
        let mut topic = DefaultHasher::new();
        (chunk.document_id, &chunk.section, chunk.questions.first()).hash(&mut topic);
        Finding { probability: ranked.probability, topic: topic.finish() }
    };
    ranked.iter().take(CONSIDERED).map(finding).collect()
}

fn class(kind: IntentKind) -> IntentClass {
    match kind {
        IntentKind::Knowledge => IntentClass::Knowledge,
        IntentKind::Business => IntentClass::Business,
        IntentKind::Smalltalk => IntentClass::Smalltalk,
        IntentKind::Handoff => IntentClass::Handoff,
    }
}
