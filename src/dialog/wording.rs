//! Puts a verdict into words: the decision as the outside sees it.

use crate::domain::{Action, Choice, Decision, IntentScore, Lang};
use crate::policy::{Grounds, Reason, Verdict};
use crate::rank::Ranked;
use crate::recall::rules::{Rule, Then};

use super::courtesy::{Courtesy, courtesy};
use super::lookup::{Findings, Understood};
use super::picking::name_of;
use super::spoken::spoken;
use super::{IntentKind, Phrases, Shop};

/// Passages cited beside the one that is quoted.
const MORE_SOURCES: usize = 2;

/// What the words are made from.
pub(super) struct Material<'a> {
    pub shop: &'a Shop,
    /// The visitor's message.
    pub text: &'a str,
    pub understood: &'a Understood,
    pub findings: &'a Findings,
    /// Probability an answer needs.
    pub threshold: f32,
}

/// The decision for a verdict on its grounds, without explanation and timings.
pub(super) fn decision(verdict: &Verdict, grounds: &Grounds, m: &Material<'_>) -> Decision {
    let phrases = Phrases::new(m.understood.lang);
    match verdict {
        Verdict::Answer => answer(m),
        Verdict::SayRule => by_rule(m),
        Verdict::Smalltalk => Decision {
            text: smalltalk(m, phrases).to_owned(),
            confidence: grounds.certainty(),
            ..plain(Action::Smalltalk, m)
        },
        Verdict::Choose(chosen) => Decision {
            text: phrases.which_one().to_owned(),
            confidence: m.findings.best(),
            choices: choices(chosen, m, phrases),
            ..plain(Action::Clarify, m)
        },
        Verdict::NotFound => Decision {
            text: phrases.not_found().to_owned(),
            confidence: m.findings.best(),
            choices: vec![phrases.person()],
            ..plain(Action::Clarify, m)
        },
        // Put into words by the forms, which need the business systems for it.
        Verdict::Business => plain(Action::Business, m),
        Verdict::SayMore => Decision { text: phrases.say_more().to_owned(), ..plain(Action::Clarify, m) },
        Verdict::Handoff(reason) => {
            Decision { confidence: grounds.certainty(), ..handoff(*reason, m, phrases) }
        }
    }
}

fn answer(m: &Material<'_>) -> Decision {
    let mut ranked = m.findings.ranked.iter();
    let Some(best) = ranked.next() else { return plain(Action::Clarify, m) };
    let more =
        ranked.take(MORE_SOURCES).filter(|other| other.probability >= m.threshold.max(f32::MIN_POSITIVE));
    Decision {
        text: spoken(best.chunk(), &best.quote),
        confidence: best.probability,
        citations: std::iter::once(best).chain(more).map(Ranked::citation).collect(),
        ..plain(Action::Answer, m)
    }
}

fn by_rule(m: &Material<'_>) -> Decision {
    let text = match m.findings.gathered.rule() {
        Some(Rule { then: Some(Then::Answer(text)), .. }) => text.clone(),
        _ => String::new(),
    };
    Decision { text, confidence: 1.0, ..plain(Action::Answer, m) }
}

fn handoff(reason: Reason, m: &Material<'_>, phrases: Phrases) -> Decision {
    let asked = || intent_reply(m).unwrap_or_else(|| phrases.handing_over());
    let text = match reason {
        Reason::Asked => asked(),
        Reason::Angry => phrases.apology(),
        Reason::Unsure => phrases.beyond_me(),
        Reason::Business => phrases.needs_order(),
        Reason::Rule => phrases.handing_over(),
    };
    Decision {
        text: text.to_owned(),
        handoff_reason: Some(reason.as_str().to_owned()),
        ..plain(Action::Handoff, m)
    }
}

fn plain(action: Action, m: &Material<'_>) -> Decision {
    let parse = &m.understood.parse;
    Decision {
        action,
        lang: m.understood.lang,
        text: String::new(),
        confidence: 0.0,
        intent: parse.intents.first().cloned(),
        slots: parse.slots.clone(),
        citations: Vec::new(),
        card: None,
        choices: Vec::new(),
        handoff_reason: None,
        tags: tags(m),
        team: m.findings.gathered.rules().find_map(|rule| rule.team.clone()),
        acts: Vec::new(),
        state: None,
        explanation: None,
        timings_ms: Default::default(),
    }
}

/// Tags of every rule that fired, each once.
fn tags(m: &Material<'_>) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    for tag in m.findings.gathered.rules().flat_map(|rule| &rule.tags) {
        if !tags.contains(tag) {
            tags.push(tag.clone());
        }
    }
    tags
}

/// A mere "ok" is answered by the bot itself: the shop's replies are to greetings, thanks and the like.
fn smalltalk<'a>(m: &'a Material<'_>, phrases: Phrases) -> &'a str {
    let own = accepted(m).and_then(|intent| m.shop.intent(&intent.name));
    let talk = own.filter(|intent| intent.kind == IntentKind::Smalltalk);
    match (courtesy(m.text), talk.and_then(|intent| intent.reply(m.understood.lang, m.text))) {
        (Some(Courtesy::Assent), _) | (Some(Courtesy::Thanks), None) => phrases.at_your_service(),
        (_, Some(reply)) => reply,
        (None, None) => m.shop.greeting(m.understood.lang),
    }
}

/// The reply the shop has for the recognised intent.
fn intent_reply<'a>(m: &'a Material<'_>) -> Option<&'a str> {
    let intent = accepted(m)?;
    m.shop.intent(&intent.name)?.reply(m.understood.lang, m.text)
}

fn accepted<'a>(m: &'a Material<'_>) -> Option<&'a IntentScore> {
    m.understood.parse.top().filter(|_| m.understood.intent_accepted)
}

fn choices(chosen: &[usize], m: &Material<'_>, phrases: Phrases) -> Vec<Choice> {
    let offered = chosen.iter().filter_map(|at| m.findings.ranked.get(*at));
    let mut choices: Vec<Choice> = Vec::new();
    for ranked in offered {
        let name = name_of(ranked.chunk());
        if choices.iter().all(|c| c.value != name) {
            choices.push(Choice { label: name.clone(), value: name });
        }
    }
    choices.push(phrases.person());
    choices
}

/// How many turns right before this one ended without an answer. History is all there is to tell by, so the bot's
/// own words are recognised.
pub(super) fn misses(history: &[super::HistoryTurn]) -> usize {
    use crate::domain::SenderKind;
    let mut misses = 0;
    for turn in history.iter().rev().filter(|turn| turn.role == SenderKind::Bot) {
        let missed = [Lang::Zh, Lang::En].map(Phrases::new).iter().any(|phrases| {
            [phrases.not_found(), phrases.which_one(), phrases.say_more()].contains(&turn.text.trim())
        });
        if !missed {
            break;
        }
        misses += 1;
    }
    misses
}
