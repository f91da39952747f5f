//! [`Engine`]: the door of this room.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use arc_swap::{ArcSwap, ArcSwapOption};

use super::business::Counter;
use super::followup::{self, Leaning};
use super::forms::{OwnMatters, cue, own_matters, start};
use super::input::{EngineSettings, HistoryTurn, TurnInput};
use super::lookup::{self, Lookup, Scope, Sought, Timings};
use super::memory::{note, remember};
use super::packet;
use super::phrase::{Hearer, Phraser, extract_of};
use super::picking::{asked_before_choices, picked};
use super::plugins::Plugins;
use super::reading::Reads;
use super::several;
use super::spoken::spoken;
use super::systems::Business;
use super::turn::{Turn, considered, intent_kind, language, surer};
use super::wording;
use super::{IntentKind, Shop};
use crate::domain::{
    Action, Audience, Candidate, Citation, Decision, Explanation, HandoffPacket, Lang, Parse, PathName, Slot,
    Suggestion, SuggestionId,
};
use crate::encoder::Encoder;
use crate::error::Result;
use crate::knowledge::{Filter, KnowledgeBase};
use crate::nlu::Model;
use crate::nlu::fresh::Fresh;
use crate::nlu::slots::lexicon::Dictionary;
use crate::policy::{Limits, decide};
use crate::rank::weights::Weights;
use crate::rank::{Ranked, Ranker};
use crate::recall::rules::Then;
use crate::tasks::Tasks;
use crate::text::detect_lang;

/// A candidate this far below the answer threshold is still worth offering as a choice.
const CHOICE_SHARE: f32 = 0.4;
/// Small talk gives way to an answer that is this probable.
const ANSWER_OVER_SMALLTALK: f32 = 0.85;
/// Looking into an order gives way only to what was asked in so many words.
const ANSWER_OVER_BUSINESS: f32 = 0.95;
/// Least probability of a suggestion to an agent, who reads before sending.
const WORTH_SUGGESTING: f32 = 0.05;

/// Answers messages. One per process; every method may run many times at once.
pub struct Engine {
    pub(super) lookup: Lookup,
    pub(super) model: ArcSwap<Model>,
    pub(super) shop: ArcSwap<Shop>,
    pub(super) business: Business,
    pub(super) plugins: ArcSwap<Plugins>,
    /// Who puts answers into other words, where somebody does.
    pub(super) phraser: Option<Arc<dyn Phraser>>,
    pub(super) settings: EngineSettings,
}

impl Engine {
    /// An engine over a knowledge base.
    ///
    /// # Errors
    /// When the ranker's weights in the program are not whole.
    pub fn new(
        knowledge: Arc<KnowledgeBase>,
        encoder: Encoder,
        model: Arc<Model>,
        shop: Arc<Shop>,
        business: Business,
        settings: EngineSettings,
        tasks: Tasks,
    ) -> Result<Self> {
        let ranker = ArcSwap::from_pointee(Ranker::new(Weights::builtin()?)?);
        let lookup = Lookup {
            encoder,
            knowledge,
            ranker,
            reads: ArcSwapOption::empty(),
            listed: ArcSwap::default(),
            fresh: ArcSwap::default(),
            tasks,
        };
        Ok(Self {
            lookup,
            model: ArcSwap::new(model),
            shop: ArcSwap::new(shop),
            business,
            plugins: ArcSwap::default(),
            phraser: None,
            settings,
        })
    }

    /// The same engine, whose answers from passages are phrased for whoever asks by [`Engine::say`].
    #[must_use]
    pub fn phrased_by(self, phraser: Option<Arc<dyn Phraser>>) -> Self {
        Self { phraser, ..self }
    }

    /// The plugins that take part in turns.
    pub fn plugins(&self) -> Arc<Plugins> {
        self.plugins.load_full()
    }

    /// Lets other plugins take part from the next turn on.
    pub fn set_plugins(&self, plugins: Plugins) {
        self.plugins.store(Arc::new(plugins));
    }

    /// Ranks by other weights from the next turn on.
    ///
    /// # Errors
    /// When they do not name exactly the features there are.
    pub fn set_weights(&self, weights: Weights) -> Result<()> {
        self.lookup.ranker.store(Arc::new(Ranker::new(weights)?));
        Ok(())
    }

    /// What answers are ranked by.
    pub fn weights(&self) -> Weights {
        self.lookup.ranker.load().weights().clone()
    }

    /// Reads the best candidates from the next turn on, or none any more.
    pub fn set_reads(&self, reads: Option<Reads>) {
        self.lookup.reads.store(reads.map(Arc::new));
    }

    /// Whether the ranking has learned what this reader's verdicts are worth.
    pub fn knows_reader(&self, reader: &str) -> bool {
        self.lookup.ranker.load().knows(reader)
    }

    /// The shop it speaks for.
    pub fn shop(&self) -> Arc<Shop> {
        self.shop.load_full()
    }

    /// Speaks for another shop, or with changed settings, from the next turn on.
    pub fn set_shop(&self, shop: Arc<Shop>) {
        self.shop.store(shop);
    }

    /// Uses other intent and slot heads from the next turn on.
    pub fn set_model(&self, model: Arc<Model>) {
        self.model.store(model);
    }

    /// Finds other listed values from the next turn on.
    pub(super) fn set_listed(&self, listed: Dictionary) {
        self.lookup.listed.store(Arc::new(listed));
    }

    /// Takes messages close to these examples for their like, from the next turn on.
    pub fn set_fresh(&self, fresh: Fresh) {
        self.lookup.fresh.store(Arc::new(fresh));
    }

    /// The intent and slot heads in use.
    pub fn model(&self) -> Arc<Model> {
        self.model.load_full()
    }

    /// Probability an answer needs.
    pub fn threshold(&self) -> f32 {
        self.threshold_by(self.lookup.reader().as_deref())
    }

    fn threshold_by(&self, reader: Option<&str>) -> f32 {
        let ranker = self.lookup.ranker.load();
        self.settings.threshold.unwrap_or_else(|| ranker.operating_point(reader).threshold)
    }

    /// Intents and slots of a text.
    ///
    /// # Errors
    /// For an empty text, and when the encoder fails.
    pub async fn parse(&self, text: &str, lang: Option<Lang>) -> Result<Parse> {
        lookup::check(text)?;
        let lang = lang.unwrap_or_else(|| detect_lang(text));
        let model = self.model.load_full();
        let encoded = self.lookup.encode(vec![text.to_owned()], model.wants(), self.deadline(None)).await?;
        let first = encoded.as_ref().and_then(|all| all.first());
        let now = self.shop().now();
        Ok(self.lookup.understand(text, lang, first, &model, now).parse)
    }

    /// Decides what to say to a message. An answer is in the passage's own words.
    ///
    /// # Errors
    /// For an empty text, and when the encoder is broken. A slow encoder or a slow path is no error: the turn goes
    /// on with what there is, and the explanation names what was left out.
    pub async fn reply(&self, input: TurnInput) -> Result<Decision> {
        self.turn(input, None).await
    }

    /// [`Engine::reply`]; where there is a phraser, an answer from passages is put into its words, and `hearer` is told
    /// of them as they come.
    ///
    /// # Errors
    /// As [`Engine::reply`]. A phraser that fails is no error: the passage's own words are said.
    pub async fn say(&self, input: TurnInput, hearer: &mut dyn Hearer) -> Result<Decision> {
        self.turn(input, Some(hearer)).await
    }

    async fn turn(&self, mut input: TurnInput, hearer: Option<&mut dyn Hearer>) -> Result<Decision> {
        let started = Instant::now();
        let plugins = self.plugins();
        let soon = self.deadline(input.deadline);
        let mut asked = plugins.before(&mut input, soon).await;
        input.filter.audience = Audience::Visitors;
        let turn = self.look(&input).await?;
        let (limits, situation_findings) = (self.limits(&turn), considered(&turn.findings.ranked));
        let mut state = input.state.clone();
        remember(&mut state, &input.slots, &turn.understood.parse.slots);
        let forms = turn.shop.forms();
        let cue = match turn.form_of_rule() {
            Some(form) => start(forms, &*self.business.systems, form),
            None => cue(forms, &*self.business.systems, &state, turn.heard(&input.text)),
        };
        let (verdict, grounds) = decide(&turn.situation(&input, &situation_findings, &cue, limits));
        let mut decision = wording::decision(&verdict, &grounds, &turn.material(&input.text, limits.answer));
        let extract = extract_of(&verdict, &turn, &decision);
        let deadline = input.deadline.unwrap_or(started + self.settings.business_deadline);
        let counter = Counter { business: &self.business, turn: &turn, input: &input, deadline };
        counter.serve(&verdict, &cue, &mut decision, &mut state).await;
        let parts = self.parts(&input, &turn, &verdict, &cue).await?;
        let grounds = several::join(&mut decision, &parts).unwrap_or(grounds);
        asked.extend(plugins.review(&input, &mut decision, deadline).await);
        let phrasing = Box::pin(self.phrase(extract, &turn, &input, &mut decision, hearer)).await;
        if decision.action == Action::Handoff {
            state.form = None;
            state.paused = None;
        }
        note(&mut state, turn.accepted(&input.text), &decision);
        state.handoff_note = turn.handoff_note().or(state.handoff_note);
        decision.state = Some(Box::new(state));
        carry_over(&mut decision.slots, input.slots);
        if input.explain {
            decision.explanation = Some(Explanation {
                questions: several::reports(&parts),
                phrasing: phrasing.clone(),
                ..turn.explain(&grounds, limits.answer, asked)
            });
        }
        decision.timings_ms = turn.timings.0;
        if let Some(phrasing) = phrasing {
            decision.timings_ms.insert("phrase".into(), phrasing.ms);
        }
        decision.timings_ms.insert("total".into(), started.elapsed().as_secs_f32() * 1000.0);
        Ok(decision)
    }

    /// What an agent is handed with a conversation whose last message is `input`. Nothing is decided or recalled.
    pub fn packet(&self, input: &TurnInput, reason: Option<&str>) -> HandoffPacket {
        packet::packet(&self.shop(), input, reason)
    }

    /// What a visitor, by their verified id, has in the business systems.
    pub async fn own_matters(&self, visitor: &str, lang: Lang) -> Vec<OwnMatters> {
        let (shop, systems) = (self.shop(), &*self.business.systems);
        let deadline = Instant::now() + self.settings.business_deadline;
        own_matters(shop.forms(), systems, visitor, lang, &shop.zone(), deadline).await
    }

    /// Replies an agent may send, best first, from the same ranking as the bot's answer.
    ///
    /// # Errors
    /// As [`Engine::reply`].
    pub async fn suggest(&self, mut input: TurnInput, k: usize) -> Result<Vec<Suggestion>> {
        input.filter.audience = Audience::Staff;
        let turn = self.look(&input).await?;
        let mut suggestions = Vec::new();
        if let Some(rule) = turn.findings.gathered.rule()
            && let Some(Then::Answer(text)) = &rule.then
        {
            suggestions.push(suggestion(text.clone(), 1.0, "rule", Vec::new()));
        }
        let intent = turn.understood.parse.top().filter(|_| turn.understood.intent_accepted);
        if let Some(intent) = intent
            && let Some(declared) = turn.shop.intent(&intent.name).filter(|i| i.kind == IntentKind::Smalltalk)
            && let Some(reply) = declared.reply(turn.understood.lang, &input.text)
        {
            suggestions.push(suggestion(reply.to_owned(), intent.confidence, "smalltalk", Vec::new()));
        }
        for ranked in turn.findings.ranked.iter().filter(|r| r.probability >= WORTH_SUGGESTING) {
            let source = if ranked.chunk().questions.is_empty() { "passage" } else { "faq" };
            let said = spoken(ranked.chunk(), &ranked.quote);
            if suggestions.iter().all(|s: &Suggestion| s.text != said) {
                let citations = vec![ranked.citation()];
                suggestions.push(suggestion(said, ranked.probability, source, citations));
            }
        }
        suggestions.truncate(k);
        Ok(suggestions)
    }

    /// Hit testing: what would be found for a query, by the code that answers visitors, and milliseconds by step.
    /// The order of the results does not depend on `k`.
    ///
    /// # Errors
    /// As [`Engine::reply`].
    pub async fn search(
        &self,
        query: &str,
        k: usize,
        paths: Option<Vec<PathName>>,
        filter: Filter,
    ) -> Result<(Vec<Candidate>, BTreeMap<String, f32>)> {
        let (ranked, timings) = self.ranked(query, paths, filter).await?;
        Ok((ranked.iter().take(k).map(Ranked::candidate).collect(), timings))
    }

    /// [`Engine::search`] with everything the ranker knows about every candidate.
    ///
    /// # Errors
    /// As [`Engine::reply`].
    pub async fn ranked(
        &self,
        query: &str,
        paths: Option<Vec<PathName>>,
        filter: Filter,
    ) -> Result<(Vec<Ranked>, BTreeMap<String, f32>)> {
        let started = Instant::now();
        let input = TurnInput { text: query.to_owned(), filter, ..TurnInput::default() };
        let mut turn = self.look_on(&input, paths).await?;
        turn.timings.add("total", started);
        Ok((turn.findings.ranked, turn.timings.0))
    }

    pub(super) async fn look(&self, input: &TurnInput) -> Result<Turn> {
        self.look_on(input, None).await
    }

    /// Encodes once, understands, and finds: for the message alone, or completed from context if that is surer, or
    /// for the question before it when it picks one of the choices that question was answered with.
    async fn look_on(&self, input: &TurnInput, paths: Option<Vec<PathName>>) -> Result<Turn> {
        let text = input.text.as_str();
        lookup::check(text)?;
        let shop = self.shop();
        let deadline = self.deadline(input.deadline);
        let lang = input.lang.unwrap_or_else(|| language(input));
        let reworded = self.lookup.knowledge.reworded(text);
        let completed = followup::complete(reworded.as_deref().unwrap_or(text), lang, &input.history);
        let former = former_question(&input.history, lang);

        let mut timings = Timings::default();
        let started = Instant::now();
        let also = completed.iter().map(|c| &c.text).chain(&former).chain(&reworded).cloned();
        let texts = std::iter::once(text.to_owned()).chain(also).collect();
        let model = self.model.load_full();
        let encoded = self.lookup.encode(texts, model.wants(), deadline).await?.unwrap_or_default();
        timings.add("encode", started);

        let started = Instant::now();
        let now = input.now.unwrap_or_else(|| shop.now());
        let understood = self.lookup.understand(text, lang, encoded.first(), &model, now);
        timings.add("parse", started);

        let circumstances = Arc::new(input.circumstances(&understood, now));
        let scope = Scope { filter: input.filter.clone(), paths };
        let snapshot = self.lookup.knowledge.snapshot();
        let alone = Sought {
            message: text,
            searched: text,
            understood: &understood,
            encoded: encoded.first(),
            rules: shop.rules(),
            circumstances: &circumstances,
            scope: &scope,
        };
        let mut findings = self.lookup.find(alone, &snapshot, deadline, &mut timings).await;
        let leaning = completed.as_ref().map(|completed| completed.leaning);
        let mut meant = None;
        if let Some(reworded) = &reworded {
            let encoded = encoded.get(1 + completed.iter().len() + former.iter().len());
            let lang = input.lang.unwrap_or_else(|| detect_lang(reworded));
            let read = self.lookup.understand(reworded, lang, encoded, &model, now);
            let again = Sought { searched: reworded, understood: &read, encoded, ..alone };
            let other = self.lookup.find(again, &snapshot, deadline, &mut timings).await;
            if other.best() > findings.best() {
                findings = other;
                meant = Some(read);
            }
        }

        if let Some(mut chosen) = picked(text, &findings, former.is_some()) {
            if let Some(former) = &former {
                // The words that answer are those that answer the question, not those that resemble the name.
                let asked =
                    Sought { searched: former, encoded: encoded.get(1 + completed.iter().len()), ..alone };
                let offered = self.lookup.find(asked, &snapshot, deadline, &mut timings).await;
                chosen = picked(text, &offered, true).unwrap_or(chosen);
            }
            findings.ranked = vec![chosen];
            let understood = understood.meaning(meant);
            return Ok(Turn { understood, findings, leaning: None, picked: true, shop, timings });
        }
        let social = intent_kind(&understood, &shop)
            .is_some_and(|(kind, _)| matches!(kind, IntentKind::Smalltalk | IntentKind::Handoff));
        if let Some(completed) = completed.filter(|c| !social || c.leaning >= Leaning::Clearly) {
            let again = Sought { searched: &completed.text, encoded: encoded.get(1), ..alone };
            let other = self.lookup.find(again, &snapshot, deadline, &mut timings).await;
            findings = surer(findings, other, &completed);
        }
        let understood = understood.meaning(meant);
        Ok(Turn { understood, findings, leaning, picked: false, shop, timings })
    }

    fn deadline(&self, given: Option<Instant>) -> Instant {
        given.unwrap_or_else(|| Instant::now() + self.settings.deadline)
    }

    /// Probabilities of the first look and of the second are not the same: each has its own threshold.
    pub(super) fn limits(&self, turn: &Turn) -> Limits {
        let answer = self.threshold_by(self.lookup.reader().filter(|_| turn.findings.read).as_deref());
        Limits {
            answer,
            choice: answer * CHOICE_SHARE,
            intent: turn.understood.intent_threshold,
            answer_over_smalltalk: ANSWER_OVER_SMALLTALK,
            answer_over_business: ANSWER_OVER_BUSINESS,
        }
    }
}

/// The question that the bot has just answered with choices, completed from what went before it.
fn former_question(history: &[HistoryTurn], lang: Lang) -> Option<String> {
    let at = asked_before_choices(history)?;
    let asked = &history[at].text;
    Some(followup::complete(asked, lang, &history[..at]).map_or_else(|| asked.clone(), |c| c.text))
}

fn suggestion(text: String, confidence: f32, source: &str, citations: Vec<Citation>) -> Suggestion {
    Suggestion { id: SuggestionId::new(), text, confidence, source: source.to_owned(), citations }
}

/// Slots of earlier turns stay known until this message says otherwise.
fn carry_over(slots: &mut Vec<Slot>, earlier: Vec<Slot>) {
    let fresh: Vec<String> = slots.iter().map(|slot| slot.name.clone()).collect();
    slots.extend(earlier.into_iter().filter(|slot| !fresh.contains(&slot.name)));
}
