//! One turn between looking and saying: what the policy sees of it, what an explanation shows of it.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use super::bearing::speaks_of;
use super::courtesy::courtesy;
use super::followup::{self, Completed, Leaning};
use super::forms::{Cue, Heard};
use super::input::TurnInput;
use super::lookup::{Findings, Timings, Understood};
use super::own::{is_own_matter, tells_to_do};
use super::wording::Material;
use super::{IntentKind, Shop, reasons, wording};
use crate::domain::{Explanation, IntentScore, Lang, PluginReport};
use crate::policy::{Finding, FormCue, Grounds, IntentClass, Limits, RuleSays, Situation};
use crate::rank::Ranked;
use crate::recall::rules::{Rule, Then};
use crate::text::{detect_lang, is_han, normalise};

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
    /// How much the message leans on the turns before it, where there is something to lean on.
    pub leaning: Option<Leaning>,
    /// The message is a choice the bot offered; the findings are what it stands for.
    pub picked: bool,
    pub shop: Arc<Shop>,
    pub timings: Timings,
}

impl Turn {
    /// What the policy looks at.
    pub fn situation<'a>(
        &self,
        input: &TurnInput,
        findings: &'a [Finding],
        cue: &Cue,
        limits: Limits,
    ) -> Situation<'a> {
        let folded = normalise(&input.text);
        let own_matter = is_own_matter(&input.text);
        let elliptic = self.is_elliptic();
        let intent = self
            .intent()
            .filter(|(kind, _)| {
                !elliptic || *kind == IntentKind::Handoff || self.is_matter(*kind, &input.text)
            })
            .map(|(kind, probability)| (class(kind), probability));
        let rule = self.findings.gathered.rule().and_then(|rule| rule.then.as_ref());
        let rule = rule.map(|then| match then {
            Then::Answer(_) => RuleSays::Answer,
            Then::Form(_) if *cue != Cue::None => RuleSays::Form,
            // A form whose systems are not declared is a person's matter.
            Then::Form(_) | Then::Handoff { .. } => RuleSays::Handoff,
        });
        Situation {
            rule,
            asks_for_person: self.shop.asks_for_person(&folded),
            anger: self.shop.anger(&folded),
            mere_anger: self.shop.is_mere_anger(&folded),
            courtesy: courtesy(&input.text).is_some(),
            own_matter,
            told_to_do: tells_to_do(&input.text),
            form: match cue {
                Cue::None => FormCue::None,
                Cue::Starts(_) => FormCue::Declared,
                _ => FormCue::Continues,
            },
            picked: self.picked,
            intent,
            findings,
            misses: wording::misses(&input.history),
            wordless: !followup::has_words(&input.text),
            limits,
        }
    }

    /// What an answer to `text`, which this turn looked at, is worded from. `threshold` is the probability it needs.
    pub fn material<'a>(&'a self, text: &'a str, threshold: f32) -> Material<'a> {
        let Self { shop, understood, findings, .. } = self;
        Material { shop, text, understood, findings, threshold }
    }

    /// The message as the forms hear it.
    pub fn heard<'a>(&'a self, text: &'a str) -> Heard<'a> {
        let intent = self.accepted(text).map(|intent| intent.name.as_str());
        Heard { text, slots: &self.understood.parse.slots, intent }
    }

    /// The recognised intent of the message, if it may be acted on.
    pub fn accepted(&self, text: &str) -> Option<&IntentScore> {
        let top = self.understood.parse.top().filter(|_| self.understood.intent_accepted)?;
        let kind = self.shop.intent(&top.name).map(|intent| intent.kind);
        let told = !self.is_elliptic() || kind.is_some_and(|kind| self.is_matter(kind, text));
        told.then_some(top)
    }

    /// "那我今天买的那单呢" is a part of a sentence, and tells all the same what it wants.
    fn is_matter(&self, kind: IntentKind, text: &str) -> bool {
        kind == IntentKind::Business && is_own_matter(text)
    }

    /// What the rule that brings a person says to the agents.
    pub fn handoff_note(&self) -> Option<String> {
        match self.findings.gathered.rule()?.then.as_ref()? {
            Then::Handoff { reason } => reason.clone(),
            Then::Answer(_) | Then::Form(_) => None,
        }
    }

    /// The form that a rule starts.
    pub fn form_of_rule(&self) -> Option<&str> {
        match self.findings.gathered.rule()?.then.as_ref()? {
            Then::Form(form) => Some(form),
            Then::Answer(_) | Then::Handoff { .. } => None,
        }
    }

    /// A part of a sentence tells no intent but the wish for a person: the heads take "江苏呢" for a goodbye.
    fn is_elliptic(&self) -> bool {
        self.leaning >= Some(Leaning::Clearly)
    }

    /// How the shop deals with the recognised intent, and the intent's probability.
    fn intent(&self) -> Option<(IntentKind, f32)> {
        intent_kind(&self.understood, &self.shop)
    }

    /// Every step, for people who ask why.
    pub fn explain(&self, grounds: &Grounds, threshold: f32, plugins: Vec<PluginReport>) -> Explanation {
        let findings = &self.findings;
        let deciding = findings.gathered.rule();
        let report = |rule: &Rule| rule.report(deciding.is_some_and(|one| std::ptr::eq(one, rule)));
        Explanation {
            query: findings.searched.clone(),
            parse: self.understood.parse.clone(),
            paths: findings.gathered.reports.clone(),
            candidates: findings.ranked.iter().take(EXPLAINED).map(Ranked::candidate).collect(),
            rule: deciding.map(|rule| rule.name.clone()),
            rules: findings.gathered.rules().map(report).collect(),
            plugins,
            questions: Vec::new(),
            phrasing: None,
            reason: reasons::in_words(grounds, self.understood.lang),
            reason_code: grounds.code().to_owned(),
            threshold,
        }
    }
}

/// How the shop deals with the recognised intent, and the intent's probability.
pub(super) fn intent_kind(understood: &Understood, shop: &Shop) -> Option<(IntentKind, f32)> {
    let intent = understood.parse.top().filter(|_| understood.intent_accepted)?;
    Some((shop.intent(&intent.name)?.kind, intent.confidence))
}

/// The findings to go on with. What wholly leans on the context is taken as completed; what clearly leans too,
/// unless alone it is much surer; what only may lean stands alone unless completed it is much surer.
///
/// All this only if the completed text's answer speaks of what the message brings up: with the former question in it,
/// it finds the former answer again whatever is said.
pub(super) fn surer(alone: Findings, completed: Findings, context: &Completed) -> Findings {
    let advantage = match context.leaning {
        Leaning::Wholly => 1.0,
        Leaning::Clearly => MARGIN,
        Leaning::Maybe => -MARGIN,
    };
    let surer = completed.best() + advantage > alone.best();
    let to_the_point = completed.ranked.first().is_some_and(|best| speaks_of(best.chunk(), &context.fresh));
    if surer && to_the_point { completed } else { alone }
}

/// The language of the message; one of digits, signs or codes is in the language spoken so far.
pub(super) fn language(input: &TurnInput) -> Lang {
    if tells_language(&input.text) {
        return detect_lang(&input.text);
    }
    let spoken = input.history.iter().rev().find(|turn| tells_language(&turn.text));
    spoken.map_or_else(|| detect_lang(&input.text), |turn| detect_lang(&turn.text))
}

/// Whether a text has words: "ML2611200012" is one in no language.
fn tells_language(text: &str) -> bool {
    let mut words = text.split(|c: char| !c.is_alphanumeric());
    let word =
        |word: &str| word.chars().any(char::is_alphabetic) && !word.contains(|c: char| c.is_ascii_digit());
    text.chars().any(is_han) || words.any(word)
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
