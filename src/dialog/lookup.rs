//! Finding what may answer a text: one encoder pass, the recall paths, the ranking. Bot, suggestions and hit tests
//! all come through here.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use arc_swap::{ArcSwap, ArcSwapOption};
use jiff::civil::DateTime;

use super::reading::Reads;
use crate::domain::{Lang, Parse, PathName};
use crate::encoder::{Encoded, Encoder, Prefix, Priority, Want};
use crate::error::{Code, Error, Result};
use crate::knowledge::{Filter, KnowledgeBase, Snapshot};
use crate::nlu::Model;
use crate::nlu::fresh::Fresh;
use crate::nlu::slots::lexicon::Dictionary;
use crate::rank::{Ranked, Ranker};
use crate::recall::{
    FaqPath, Gathered, LexicalPath, Query, RecallPath, RulePath, VectorPath, gather,
    rules::{Circumstances, Rules},
};
use crate::tasks::Tasks;
use crate::text::normalise;

/// Hits every path gives at most. Fixed, so that asking for more results never changes the first ones.
const HITS: usize = 24;
/// Characters of a long message whose words are looked for.
const SEARCHED_CHARS: usize = 600;

/// The parts that look for answers.
pub(super) struct Lookup {
    pub encoder: Encoder,
    pub knowledge: Arc<KnowledgeBase>,
    pub ranker: ArcSwap<Ranker>,
    /// Who reads the best candidates; nobody where that is switched off.
    pub reads: ArcSwapOption<Reads>,
    /// Values of slots that administrators list.
    pub listed: ArcSwap<Dictionary>,
    /// Examples that came after the training.
    pub fresh: ArcSwap<Fresh>,
    pub tasks: Tasks,
}

/// A message as the encoder and the heads see it.
#[derive(Debug)]
pub(super) struct Understood {
    pub lang: Lang,
    pub parse: Parse,
    /// Whether the best intent may be acted on.
    pub intent_accepted: bool,
    /// Probability an intent needs.
    pub intent_threshold: f32,
}

impl Understood {
    /// The message as its other wording is understood, where that is what it means. Slots stay those of the visitor's
    /// own words.
    pub fn meaning(mut self, other: Option<Understood>) -> Self {
        if let Some(other) = other {
            self.lang = other.lang;
            self.parse.lang = other.lang;
            self.parse.intents = other.parse.intents;
            self.intent_accepted = other.intent_accepted;
        }
        self
    }
}

/// What was found for one text.
#[derive(Debug)]
pub(super) struct Findings {
    /// The text that was searched.
    pub searched: String,
    pub gathered: Gathered,
    pub ranked: Vec<Ranked>,
    /// Whether the best of them were read.
    pub read: bool,
}

/// Where to look.
#[derive(Clone, Debug, Default)]
pub(super) struct Scope {
    pub filter: Filter,
    /// Only these paths; all when `None`.
    pub paths: Option<Vec<PathName>>,
}

/// A text to find answers for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sought<'a> {
    /// The visitor's own words: what rules look at.
    pub message: &'a str,
    /// What is searched: the message, or the message completed from context.
    pub searched: &'a str,
    pub understood: &'a Understood,
    /// The encoder's pass over `searched`.
    pub encoded: Option<&'a Encoded>,
    pub rules: &'a Arc<Rules>,
    pub circumstances: &'a Arc<Circumstances>,
    pub scope: &'a Scope,
}

/// Milliseconds by step.
#[derive(Debug, Default)]
pub(super) struct Timings(pub BTreeMap<String, f32>);

impl Timings {
    /// Adds the time since `started` to `step`.
    pub fn add(&mut self, step: &str, started: Instant) {
        *self.0.entry(step.to_owned()).or_default() += started.elapsed().as_secs_f32() * 1000.0;
    }
}

impl Lookup {
    /// Encodes texts as questions in one pass; `None` when that takes too long or the encoder is full, and the turn
    /// goes on by words alone.
    pub async fn encode(
        &self,
        texts: Vec<String>,
        want: Want,
        deadline: Instant,
    ) -> Result<Option<Vec<Encoded>>> {
        let pass = self.encoder.encode(texts, Prefix::Query, Priority::Visitor, want);
        match tokio::time::timeout_at(deadline.into(), pass).await {
            Ok(Ok(encoded)) => Ok(Some(encoded)),
            Ok(Err(e)) if e.code() != Code::Overloaded => Err(e),
            Ok(Err(_)) | Err(_) => {
                tracing::warn!("the encoder did not answer in time: this turn goes by words alone");
                Ok(None)
            }
        }
    }

    /// What the heads make of a text said at `now`, by the shop's clock.
    pub fn understand(
        &self,
        text: &str,
        lang: Lang,
        encoded: Option<&Encoded>,
        model: &Model,
        now: DateTime,
    ) -> Understood {
        let mut parse = model.parse_at(text, Some(lang), encoded, &self.listed.load(), now);
        if let Some(encoded) = encoded {
            self.fresh.load().adjust(&mut parse, &encoded.vector, model);
        }
        let intent_accepted = model.accepts(&parse);
        Understood { lang, parse, intent_accepted, intent_threshold: model.fallback().threshold }
    }

    /// The reader's name, where there is one.
    pub fn reader(&self) -> Option<String> {
        self.reads.load().as_ref().map(|reads| reads.reader.id().to_owned())
    }

    /// Recalls and ranks, and reads the best.
    pub async fn find(
        &self,
        sought: Sought<'_>,
        snapshot: &Arc<Snapshot>,
        deadline: Instant,
        timings: &mut Timings,
    ) -> Findings {
        let started = Instant::now();
        let Sought { message, searched, understood, encoded, rules, circumstances, scope } = sought;
        let lang = understood.lang;
        let ranker = self.ranker.load_full();
        let cut: String = searched.chars().take(SEARCHED_CHARS).collect();
        let accepted = understood.parse.top().filter(|_| understood.intent_accepted);
        let query = Arc::new(Query {
            message: normalise(message),
            lang,
            intent: accepted.map(|intent| intent.name.clone()),
            circumstances: circumstances.clone(),
            vector: encoded.map(|e| ranker.centred(&e.vector, lang, self.encoder.id())),
            wording: self.knowledge.wordbook().wording(&cut, snapshot.whole()),
            filter: scope.filter.clone(),
            limit: HITS,
        });
        let paths = self.paths(rules, scope);
        let gathered = gather(&paths, &query, snapshot, deadline, &self.tasks).await;
        timings.add("recall", started);

        let started = Instant::now();
        let ranked = ranker.rank(&query, &cut, &gathered, snapshot);
        timings.add("rank", started);

        let reads = self.reads.load_full().filter(|_| !ranked.is_empty());
        let (ranked, read) = match reads {
            Some(reads) => {
                let started = Instant::now();
                let read = reads.read(ranked, &ranker, &cut, deadline).await;
                timings.add("read", started);
                read
            }
            None => (ranked, false),
        };
        Findings { searched: searched.to_owned(), gathered, ranked, read }
    }

    fn paths(&self, rules: &Arc<Rules>, scope: &Scope) -> Vec<Arc<dyn RecallPath>> {
        let all: [Arc<dyn RecallPath>; 4] = [
            Arc::new(FaqPath),
            Arc::new(VectorPath),
            Arc::new(LexicalPath),
            Arc::new(RulePath::new(rules.clone())),
        ];
        let wanted = |name| scope.paths.as_ref().is_none_or(|paths| paths.contains(&name));
        all.into_iter().filter(|path| wanted(path.name())).collect()
    }
}

impl Findings {
    /// The probability of the best candidate; 0 when there is none.
    pub fn best(&self) -> f32 {
        self.ranked.first().map_or(0.0, |best| best.probability)
    }
}

/// Refuses what is not a question at all before any work is done.
pub(super) fn check(text: &str) -> Result<()> {
    if text.trim().is_empty() {
        return Err(Error::invalid("text is empty: send what the visitor said"));
    }
    Ok(())
}
