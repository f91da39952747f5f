//! Trains on one set of labelled utterances, parses another, and measures intents, confidence, scope and slots.
//!
//! The encoder is asked one text at a time, as it is for visitors, so that the times mean something.

mod html;
mod scope;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use serde::{Deserialize, Serialize};

use crate::domain::{Example, Lang, OUT_OF_SCOPE, Slot, SlotLabel};
use crate::encoder::{Encoder, Prefix, Priority};
use crate::error::Result;
use crate::eval::report::{Kind, Measures, Outcome, Report};
use crate::nlu::Model;
use crate::nlu::examples::TrainingData;
use crate::nlu::metrics::{self, Bin, Prf, SpanCounts, percentile};
use crate::nlu::slots::lexicon::Dictionary;
use crate::nlu::train::{self, Mode, TrainOptions, TrainReport};
use crate::text;

pub use html::html;

/// The details of an evaluation of intents and slots.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NluReport {
    /// What training said of itself.
    pub training: TrainReport,
    pub utterances: Vec<Utterance>,
    /// Intent → precision, recall, F1.
    pub intents: BTreeMap<String, Prf>,
    /// Slot → precision, recall, F1 of exact spans.
    pub slots: BTreeMap<String, Prf>,
    /// Ten bins of confidence of the first intent.
    pub reliability: Vec<Bin>,
}

/// One utterance, what it is and what was made of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Utterance {
    pub text: String,
    pub lang: Lang,
    pub intent: String,
    pub predicted: String,
    /// The best intent, whether or not the text is taken to be out of scope.
    pub nearest: String,
    /// Of the predicted intent.
    pub confidence: f32,
    /// Probability of being in scope.
    pub in_scope: f32,
    /// Whether the model's fallback thresholds let the intent pass.
    pub accepted: bool,
    /// Slots as labelled and as found.
    pub labelled: Vec<SlotLabel>,
    pub found: Vec<Slot>,
    /// Encoding and parsing together, and parsing alone, in milliseconds.
    pub ms: f64,
    pub parse_ms: f64,
}

impl Utterance {
    /// Whether the first intent is the right one.
    pub fn right(&self) -> bool {
        self.intent == self.predicted
    }

    /// Whether the best intent is the right one, out of scope not being among the choices.
    pub fn nearest_right(&self) -> bool {
        self.intent == self.nearest
    }
}

/// Trains on `training` and evaluates on `test`. `validation`, which may be empty, sets a threshold of being in scope.
/// `progress` hears the share done and the step.
pub fn run(
    training: &TrainingData,
    validation: &[Example],
    test: &[Example],
    encoder: &Encoder,
    mode: Mode,
    progress: &dyn Fn(f32, &str),
) -> Result<Report<NluReport>> {
    let options = TrainOptions {
        lexicon: training.lexicon.clone(),
        places: training.places.clone(),
        mode,
        ..TrainOptions::default()
    };
    let (model, trained) =
        train::train(&training.examples, encoder, &options, &|share, step| progress(0.7 * share, step))?;
    let examples = validation.len() + test.len();
    let mut utterances = Vec::with_capacity(examples);
    for (index, example) in validation.iter().chain(test).enumerate() {
        progress(0.7 + 0.3 * index as f32 / examples as f32, "evaluating");
        utterances.push(parse(&model, encoder, example)?);
    }
    progress(1.0, "done");
    let tested = utterances.split_off(validation.len());
    Ok(report(trained, &utterances, tested))
}

fn parse(model: &Model, encoder: &Encoder, example: &Example) -> Result<Utterance> {
    let started = Instant::now();
    let texts = std::slice::from_ref(&example.text);
    let encoded = encoder.encode_blocking(texts, Prefix::Query, Priority::Visitor, model.wants())?.remove(0);
    let encoded_at = Instant::now();
    let parse = model.parse(&example.text, example.lang, &encoded, &Dictionary::default());
    let (parse_ms, ms) = (encoded_at.elapsed().as_secs_f64() * 1e3, started.elapsed().as_secs_f64() * 1e3);
    let out_of_scope = parse.intents.iter().find(|i| i.name == OUT_OF_SCOPE).map_or(0.0, |i| i.confidence);
    let first = parse.intents.first();
    let nearest = parse.intents.iter().find(|i| i.name != OUT_OF_SCOPE);
    Ok(Utterance {
        text: example.text.clone(),
        lang: parse.lang,
        intent: example.intent.clone(),
        predicted: first.map_or_else(String::new, |i| i.name.clone()),
        nearest: nearest.map_or_else(String::new, |i| i.name.clone()),
        confidence: first.map_or(0.0, |i| i.confidence),
        in_scope: 1.0 - out_of_scope,
        accepted: model.accepts(&parse),
        labelled: example.slots.clone(),
        found: parse.slots,
        ms,
        parse_ms,
    })
}

/// Sums up parsed utterances; those of the validation set only set the threshold.
pub fn report(
    training: TrainReport,
    validation: &[Utterance],
    utterances: Vec<Utterance>,
) -> Report<NluReport> {
    let mut measures = Measures::default();
    measures.value("utterances", utterances.len() as f64);
    let all: Vec<&Utterance> = utterances.iter().collect();
    intent_measures(&mut measures, "", &all);
    for lang in [Lang::Zh, Lang::En] {
        let spoken: Vec<&Utterance> = utterances.iter().filter(|u| u.lang == lang).collect();
        if !spoken.is_empty() && spoken.len() < utterances.len() {
            intent_measures(&mut measures, &format!(".{lang}"), &spoken);
        }
    }
    scope_measures(&mut measures, &utterances);
    if let Some(threshold) = scope::threshold(validation) {
        threshold_measures(&mut measures, &utterances, threshold);
    }
    let slots = slot_measures(&mut measures, &training, &utterances);
    let times = |of: fn(&Utterance) -> f64| utterances.iter().map(of).collect::<Vec<f64>>();
    measures.value("train_seconds", f64::from(training.seconds));
    measures.value("latency_p50_ms", percentile(&times(|u| u.ms), 0.5));
    measures.value("latency_p95_ms", percentile(&times(|u| u.ms), 0.95));
    measures.value("parse_p50_ms", percentile(&times(|u| u.parse_ms), 0.5));
    measures.value("parse_p95_ms", percentile(&times(|u| u.parse_ms), 0.95));
    let (gold, predicted) = labels(&all);
    let confidence: Vec<(f32, bool)> = utterances.iter().map(|u| (u.confidence, u.right())).collect();
    let detail = NluReport {
        intents: metrics::per_label(&gold, &predicted),
        reliability: metrics::reliability(&confidence),
        slots,
        training,
        utterances: utterances.clone(),
    };
    let outcomes = utterances.iter().map(outcome).collect();
    Report::new(Kind::Nlu, measures, outcomes, detail)
}

fn labels<'a>(utterances: &[&'a Utterance]) -> (Vec<&'a str>, Vec<&'a str>) {
    utterances.iter().map(|u| (u.intent.as_str(), u.predicted.as_str())).unzip()
}

fn intent_measures(measures: &mut Measures, suffix: &str, utterances: &[&Utterance]) {
    let name = |stem: &str| format!("{stem}{suffix}");
    let (gold, predicted) = labels(utterances);
    let inside: Vec<&&Utterance> = utterances.iter().filter(|u| u.intent != OUT_OF_SCOPE).collect();
    let right = |us: &[&&Utterance]| us.iter().filter(|u| u.right()).count();
    measures.share(
        name("intent_accuracy"),
        utterances.iter().filter(|u| u.right()).count(),
        utterances.len(),
    );
    measures.share(name("in_scope_accuracy"), right(&inside), inside.len());
    measures.share(
        name("closed_accuracy"),
        inside.iter().filter(|u| u.nearest_right()).count(),
        inside.len(),
    );
    let (inside_gold, nearest): (Vec<&str>, Vec<&str>) =
        inside.iter().map(|u| (u.intent.as_str(), u.nearest.as_str())).unzip();
    let closed = metrics::macro_f1(&metrics::per_label(&inside_gold, &nearest));
    measures.value(name("closed_macro_f1"), f64::from(closed));
    measures.value(name("intent_mcc"), f64::from(metrics::mcc(&gold, &predicted)));
    measures
        .value(name("intent_macro_f1"), f64::from(metrics::macro_f1(&metrics::per_label(&gold, &predicted))));
    let confidence: Vec<(f32, bool)> = utterances.iter().map(|u| (u.confidence, u.right())).collect();
    measures.value(name("intent_ece"), f64::from(metrics::ece(&confidence)));
}

/// Out of scope, and what the fallback lets pass.
fn scope_measures(measures: &mut Measures, utterances: &[Utterance]) {
    let outside = |u: &&Utterance| u.intent == OUT_OF_SCOPE;
    let called_out = |u: &&Utterance| u.predicted == OUT_OF_SCOPE;
    let scores: Vec<(f32, bool)> = utterances.iter().map(|u| (u.in_scope, !outside(&u))).collect();
    measures.maybe("oos_auroc", metrics::auroc(&scores).map(f64::from));
    let both = utterances.iter().filter(outside).filter(called_out).count();
    let real = utterances.iter().filter(outside).count();
    measures.share("oos_recall", both, real);
    if real > 0 {
        measures.share("oos_precision", both, utterances.iter().filter(called_out).count());
    }
    let passing = utterances.iter().filter(|u| u.accepted);
    let passing_right = passing.clone().filter(|u| u.right()).count();
    measures.share("accepted_precision", passing_right, passing.count());
    measures.share("accepted_coverage", passing_right, utterances.len() - real);
}

/// The same texts with one threshold instead of the model's own decision.
fn threshold_measures(measures: &mut Measures, utterances: &[Utterance], threshold: f32) {
    let decided: Vec<(&str, &str)> =
        utterances.iter().map(|u| (u.intent.as_str(), scope::predicted(u, threshold))).collect();
    let (outside, inside): (Vec<_>, Vec<_>) = decided.iter().partition(|(gold, _)| *gold == OUT_OF_SCOPE);
    let right = |part: &[&(&str, &str)]| part.iter().filter(|(gold, got)| gold == got).count();
    measures.value("scope_threshold", f64::from(threshold));
    measures.share("threshold_in_scope_accuracy", right(&inside), inside.len());
    measures.share("threshold_oos_recall", right(&outside), outside.len());
    let (gold, got): (Vec<&str>, Vec<&str>) = decided.into_iter().unzip();
    measures.value("threshold_mcc", f64::from(metrics::mcc(&gold, &got)));
}

/// Exact spans with their names. A name that neither training nor test uses cannot be right or wrong.
fn slot_measures(
    measures: &mut Measures,
    training: &TrainReport,
    utterances: &[Utterance],
) -> BTreeMap<String, Prf> {
    let labelled = utterances.iter().flat_map(|u| &u.labelled).map(|l| l.name.as_str());
    let known: BTreeSet<&str> = labelled.chain(training.slots.iter().map(String::as_str)).collect();
    let mut counts = SpanCounts::default();
    for utterance in utterances {
        let real: Vec<_> = utterance.labelled.iter().map(|l| (l.start, l.end, l.name.as_str())).collect();
        let found = utterance.found.iter().filter(|s| known.contains(s.name.as_str()));
        counts.add(&real, &found.map(|s| (s.start, s.end, s.name.as_str())).collect::<Vec<_>>());
    }
    let overall = counts.overall();
    if overall.support > 0 {
        measures.value("slot_precision", f64::from(overall.precision));
        measures.value("slot_recall", f64::from(overall.recall));
        measures.value("slot_f1", f64::from(overall.f1));
    }
    counts.per_slot()
}

fn outcome(utterance: &Utterance) -> Outcome {
    Outcome {
        id: text::normalise(&utterance.text),
        text: utterance.text.clone(),
        right: utterance.right(),
        got: format!("{} {:.2}", utterance.predicted, utterance.confidence),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
pub(super) mod tests {
    use super::*;
    use crate::nlu::train::{Fallback, HeldOut};

    pub(in crate::eval::nlu) fn utterance(
        text: &str,
        intent: &str,
        predicted: &str,
        confidence: f32,
        in_scope: f32,
    ) -> Utterance {
        Utterance {
            text: text.into(),
            lang: text::detect_lang(text),
            intent: intent.into(),
            predicted: predicted.into(),
            nearest: predicted.into(),
            confidence,
            in_scope,
            accepted: predicted != OUT_OF_SCOPE && confidence > 0.6,
            labelled: vec![],
            found: vec![],
            ms: 2.0,
            parse_ms: 0.5,
        }
    }

    pub(in crate::eval) fn example() -> Report<NluReport> {
        let training = TrainReport {
            mode: Mode::Fast,
            epochs: None,
            examples: 10,
            intents: 2,
            slots: vec!["date".into()],
            held_out: HeldOut::default(),
            fallback: Fallback::default(),
            seconds: 0.7,
            warnings: vec![],
            encoder: "test".into(),
            data_hash: "0".into(),
            predictions: vec![],
        };
        let mut dated = utterance("昨天的<b>单</b>", "order", "order", 0.9, 0.9);
        dated.labelled = vec![SlotLabel { start: 0, end: 2, name: "date".into(), value: String::new() }];
        let slot = |name: &str, start, end| Slot {
            name: name.into(),
            value: String::new(),
            raw: String::new(),
            start,
            end,
            confidence: 0.9,
        };
        dated.found = vec![slot("date", 0, 2), slot("nobody_labels_this", 3, 4)];
        let others = [
            utterance("退钱", "refund", "order", 0.7, 0.8),
            utterance("refund me", "refund", "refund", 0.5, 0.7),
            utterance("天气", "oos", "oos", 0.8, 0.2),
        ];
        let validation =
            [utterance("下单", "order", "order", 0.9, 0.8), utterance("几点了", "oos", "oos", 0.8, 0.3)];
        report(training, &validation, std::iter::once(dated).chain(others).collect())
    }

    #[test]
    fn every_figure_counts_what_it_says() {
        let metrics = example().measures.metrics;
        let is = |name: &str, value: f64| {
            assert!((metrics[name] - value).abs() < 1e-6, "{name} {}", metrics[name])
        };
        is("intent_accuracy", 3.0 / 4.0);
        is("in_scope_accuracy", 2.0 / 3.0);
        is("closed_accuracy", 2.0 / 3.0);
        is("scope_threshold", 0.55);
        is("threshold_oos_recall", 1.0);
        is("intent_accuracy.en", 1.0);
        is("oos_auroc", 1.0);
        is("oos_recall", 1.0);
        is("accepted_precision", 1.0 / 2.0);
        is("accepted_coverage", 1.0 / 3.0);
        is("slot_f1", 1.0);
        is("parse_p50_ms", 0.5);
    }
}
