//! Slots: what recognisers, dictionary and tagger find, joined into spans that do not overlap.

mod edges;
pub(crate) mod gazetteer;
pub mod lexicon;
mod near;
pub mod recognise;
mod sounds;
pub mod tagger;
mod words;

use serde::{Deserialize, Serialize};
use zhike_learning::linear::{Features, Linear, softmax};

use self::edges::{trimmed, whole_words};
use self::lexicon::Dictionary;
use self::recognise::{Kind, Recognised};
use self::tagger::{Tagger, Tagging};
use crate::domain::Slot;
use crate::encoder::TokenStates;
use crate::text::{self, Aligned, numbers};

/// A kind of value, the slot it is here, and how often that was right in the training data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KindRule {
    pub kind: Kind,
    pub slot: String,
    pub confidence: f32,
}

/// Everything that finds slots.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct SlotModel {
    pub rules: Vec<KindRule>,
    pub dictionary: Dictionary,
    /// Missing when no example has slots.
    pub tagger: Option<Tagger>,
    /// Evidence to confidence; class 1 is "right". Missing when no example has slots.
    pub scorer: Option<Linear>,
    /// Spans below this confidence are left out.
    pub threshold: f32,
}

/// A span that may be a slot.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Candidate {
    pub name: String,
    pub start: usize,
    pub end: usize,
    /// Normalised, where its finder knows how.
    pub value: Option<String>,
    pub evidence: Evidence,
    /// What the evidence comes to, 0..=1.
    pub confidence: f32,
}

/// What speaks for a span, each 0..=1.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Evidence {
    /// How sure the recogniser and the rule that names its kind are.
    pub rule: f32,
    /// How sure the dictionary is.
    pub dictionary: f32,
    /// How sure what an administrator listed makes it, whatever was seen in training. No feature of the scorer: the
    /// confidence is this at least.
    pub listed: f32,
    /// How sure the tagger is of exactly this span.
    pub tagger: f32,
    /// The probability the tagger gives to exactly this span, whoever found it.
    pub exact: f32,
    /// Mean probability the tagger gives the slot within the span.
    pub within: f32,
    /// The same just before and after it: a value that goes on there has been cut.
    pub around: f32,
    /// 1 when a longer candidate of the same slot holds it.
    pub inside: f32,
}

impl Evidence {
    /// The features a scorer sees: the numbers, and which finders there were at all.
    pub fn features(&self) -> Features {
        let there = |x: f32| if x > 0.0 { 1.0 } else { 0.0 };
        let dense = vec![
            self.rule,
            there(self.rule),
            self.dictionary,
            there(self.dictionary),
            self.tagger,
            there(self.tagger),
            self.exact,
            self.within,
            self.around,
            self.inside,
        ];
        Features { dense, sparse: Vec::new() }
    }

    fn join(&mut self, other: &Evidence) {
        self.rule = self.rule.max(other.rule);
        self.dictionary = self.dictionary.max(other.dictionary);
        self.listed = self.listed.max(other.listed);
        self.tagger = self.tagger.max(other.tagger);
    }
}

impl SlotModel {
    /// Recognisers alone, under their own names: what works before anything was trained.
    pub fn untrained() -> Self {
        let rule = |kind: Kind| KindRule { kind, slot: kind.name().to_owned(), confidence: 1.0 };
        Self { rules: Kind::ALL.map(rule).to_vec(), threshold: 0.5, ..Self::default() }
    }

    /// The slots of a text, in order of place; none overlap.
    /// `listed` are the values that are listed now, besides those that were at the time of training.
    pub fn parse(
        &self,
        text: &str,
        found: &[Recognised],
        tokens: Option<&TokenStates>,
        listed: &Dictionary,
    ) -> Vec<Slot> {
        let mut candidates = self.candidates(text, found, tokens, listed);
        score(&mut candidates, self.scorer.as_ref());
        join(candidates, self.threshold).into_iter().map(|c| self.slot(text, c, listed)).collect()
    }

    /// Everything the finders propose, one candidate a span and name, not yet scored.
    pub fn candidates(
        &self,
        text: &str,
        found: &[Recognised],
        tokens: Option<&TokenStates>,
        listed: &Dictionary,
    ) -> Vec<Candidate> {
        let chars: Vec<char> = text.chars().collect();
        let mut candidates = self.recognised(found);
        // First what is newer: its value counts where both know a form.
        for dictionary in [listed, &self.dictionary].into_iter().filter(|d| !d.is_empty()) {
            candidates.extend(dictionary.find(text, &Aligned::new(text)));
        }
        if let (Some(tagger), Some(tokens)) = (&self.tagger, tokens) {
            let tagging = tagger.tag(text, tokens, found);
            candidates.extend(tagged(&chars, tagger, &tagging));
            candidates = merged(candidates);
            weigh_by_context(&mut candidates, tagger, &tagging);
        } else {
            candidates = merged(candidates);
        }
        mark_contained(&mut candidates);
        candidates
    }

    fn recognised(&self, found: &[Recognised]) -> Vec<Candidate> {
        let mut candidates = Vec::new();
        for recognised in found {
            for rule in self.rules.iter().filter(|r| r.kind == recognised.kind) {
                candidates.push(Candidate {
                    name: rule.slot.clone(),
                    start: recognised.start,
                    end: recognised.end,
                    value: Some(recognised.value.clone()),
                    evidence: Evidence {
                        rule: rule.confidence * recognised.confidence,
                        ..Evidence::default()
                    },
                    confidence: 0.0,
                });
            }
        }
        candidates
    }

    fn slot(&self, text: &str, candidate: Candidate, listed: &Dictionary) -> Slot {
        let raw = text::slice(text, candidate.start, candidate.end).to_owned();
        let value = match listed.canonical(&raw).or(self.dictionary.canonical(&raw)) {
            Some(canonical) => canonical.to_owned(),
            None => candidate.value.unwrap_or_else(|| plain_value(&raw)),
        };
        let Candidate { name, start, end, confidence, .. } = candidate;
        Slot { name, value, raw, start, end, confidence }
    }
}

/// Turns evidence into confidence; without a scorer the surest finder is believed.
pub fn score(candidates: &mut [Candidate], scorer: Option<&Linear>) {
    for candidate in candidates {
        let evidence = &candidate.evidence;
        let scored = match scorer {
            None => evidence.rule.max(evidence.dictionary),
            Some(scorer) => {
                let mut odds = scorer.logits(&evidence.features());
                softmax(&mut odds, 1.0);
                odds.get(1).copied().unwrap_or_default()
            }
        };
        candidate.confidence = scored.max(evidence.listed);
    }
}

fn weigh_by_context(candidates: &mut [Candidate], tagger: &Tagger, tagging: &Tagging) {
    for candidate in candidates {
        let Some(slot) = tagger.names.iter().position(|n| *n == candidate.name) else { continue };
        let (start, end) = (candidate.start, candidate.end);
        candidate.evidence.exact = tagging.exact(slot, start, end);
        candidate.evidence.within = tagging.mass(slot, start, end);
        let before = tagging.mass(slot, start.saturating_sub(1), start);
        candidate.evidence.around = before.max(tagging.mass(slot, end, end + 1));
    }
}

fn tagged(chars: &[char], tagger: &Tagger, tagging: &Tagging) -> Vec<Candidate> {
    let spans = tagging.spans().into_iter();
    spans
        .filter_map(|span| {
            let (start, end) = whole_words(chars, span.start, span.end);
            let (start, end) = trimmed(chars, &tagging.offsets, start, end)?;
            let name = tagger.names.get(span.slot)?.clone();
            let evidence = Evidence { tagger: span.confidence, ..Evidence::default() };
            Some(Candidate { name, start, end, value: None, evidence, confidence: 0.0 })
        })
        .collect()
}

/// One candidate for each span and name, with the evidence of all that found it.
fn merged(candidates: Vec<Candidate>) -> Vec<Candidate> {
    let mut kept: Vec<Candidate> = Vec::new();
    for candidate in candidates {
        let same = |k: &&mut Candidate| {
            k.name == candidate.name && k.start == candidate.start && k.end == candidate.end
        };
        match kept.iter_mut().find(same) {
            Some(first) => {
                first.evidence.join(&candidate.evidence);
                first.value = first.value.take().or(candidate.value);
            }
            None => kept.push(candidate),
        }
    }
    kept
}

fn mark_contained(candidates: &mut [Candidate]) {
    let spans: Vec<(String, usize, usize)> =
        candidates.iter().map(|c| (c.name.clone(), c.start, c.end)).collect();
    for candidate in candidates {
        let (start, end) = (candidate.start, candidate.end);
        let holds = |s: &(String, usize, usize)| {
            s.0 == candidate.name && s.1 <= start && end <= s.2 && s.2 - s.1 > end - start
        };
        candidate.evidence.inside = if spans.iter().any(holds) { 1.0 } else { 0.0 };
    }
}

/// The surest candidates that do not overlap; of equally sure ones the longer. What is listed is never left out for
/// being unsure, as the threshold says what training data are worth; and what lies in a listed name is a part of it: the
/// number in `型号 04711` is no quantity.
pub fn join(mut candidates: Vec<Candidate>, threshold: f32) -> Vec<Candidate> {
    let is_listed = |c: &Candidate| c.evidence.listed > 0.0;
    let listed: Vec<(usize, usize)> =
        candidates.iter().filter(|c| is_listed(c)).map(|c| (c.start, c.end)).collect();
    let part_of_listed = |c: &Candidate| listed.iter().any(|(start, end)| *start <= c.start && c.end <= *end);
    candidates.retain(|c| is_listed(c) || (c.confidence >= threshold && !part_of_listed(c)));
    candidates.retain(|c| c.start < c.end);
    let length = |c: &Candidate| c.end - c.start;
    candidates.sort_by(|a, b| b.confidence.total_cmp(&a.confidence).then(length(b).cmp(&length(a))));
    let mut kept: Vec<Candidate> = Vec::new();
    for candidate in candidates {
        if !kept.iter().any(|k| k.start < candidate.end && candidate.start < k.end) {
            kept.push(candidate);
        }
    }
    kept.sort_by_key(|c| c.start);
    kept
}

/// A number in digits where the whole text is one, else the text in half width.
fn plain_value(raw: &str) -> String {
    match numbers::parse_number(raw) {
        Some(number) if !raw.starts_with(['0', '０']) => numbers::format(number),
        _ => Aligned::new(raw).text(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    fn candidate(name: &str, start: usize, end: usize, confidence: f32) -> Candidate {
        Candidate { name: name.into(), start, end, confidence, ..Candidate::default() }
    }

    #[test]
    fn the_surest_span_wins_and_none_overlap() {
        let joined = join(
            vec![
                candidate("a", 0, 4, 0.6),
                candidate("b", 2, 6, 0.9),
                candidate("c", 6, 8, 0.7),
                candidate("d", 9, 10, 0.2),
            ],
            0.5,
        );
        let names: Vec<_> = joined.iter().map(|c| c.name.as_str()).collect();
        assert_eq!(names, ["b", "c"]);
    }

    #[test]
    fn what_is_listed_is_kept_and_what_lies_in_it_is_a_part_of_it() {
        let mut name = candidate("product", 0, 6, 0.4);
        name.evidence.listed = 0.4;
        let joined = join(vec![candidate("quantity", 4, 6, 0.9), name, candidate("size", 7, 9, 0.8)], 0.5);
        let names: Vec<_> = joined.iter().map(|c| c.name.as_str()).collect();
        assert_eq!(names, ["product", "size"]);
    }

    #[test]
    fn values_are_numbers_in_digits() {
        assert_eq!(plain_value("三百二"), "320");
        assert_eq!(plain_value("００１２"), "0012");
        assert_eq!(plain_value("空氣炸鍋"), "空气炸锅");
    }

    #[test]
    fn recognisers_work_before_anything_is_trained() {
        let text = "订单ML2603180045明天能到吗";
        let found = recognise::find(text, date(2026, 11, 21));
        let slots = SlotModel::untrained().parse(text, &found, None, &Dictionary::default());
        let named: Vec<_> = slots.iter().map(|s| (s.name.as_str(), s.value.as_str())).collect();
        assert_eq!(named, [("order_no", "ML2603180045"), ("date", "2026-11-22")]);
    }

    #[test]
    fn what_is_listed_now_needs_no_training() {
        use crate::nlu::examples::{Lexicon, LexiconEntry};
        let entry = LexiconEntry {
            slot: "product".into(),
            value: "云朵枕".into(),
            forms: vec!["cloud pillow".into()],
        };
        let listed = Dictionary::new(vec![], &Lexicon { entries: vec![entry], ..Lexicon::default() });
        let slots = SlotModel::untrained().parse("a Cloud Pilow for me", &[], None, &listed);
        assert_eq!(
            (slots[0].name.as_str(), slots[0].value.as_str(), slots[0].raw.as_str()),
            ("product", "云朵枕", "Cloud Pilow")
        );
    }

    proptest! {
        #[test]
        fn slots_slice_the_original_and_do_not_overlap(text in "(\\PC|[0-9a-zA-Z#￥元双件碼色紅杭州路號+. \\-一二三十明天①㎏👨‍👩‍👧e\u{301}ＡＢ１２]){0,24}") {
            let found = recognise::find(&text, date(2026, 11, 21));
            let slots = SlotModel::untrained().parse(&text, &found, None, &Dictionary::default());
            for slot in &slots {
                prop_assert_eq!(crate::text::slice(&text, slot.start, slot.end), slot.raw.as_str());
            }
            prop_assert!(slots.windows(2).all(|w| w[0].end <= w[1].start));
        }
    }
}
