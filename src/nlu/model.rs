//! The trained model: what a message is parsed with, and its file.

use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};
use zhike_learning::linear::Features;

use super::deep::DeepHead;
use super::intent::IntentHead;
use super::slots::lexicon::Dictionary;
use super::slots::{SlotModel, recognise};
use super::train::Fallback;
use crate::domain::{Lang, Parse};
use crate::encoder::{Encoded, Encoder, Want};
use crate::error::{Code, Error, Result};
use crate::text;

/// The layout of the file. Files of another layout are refused, not guessed at.
const LAYOUT: u32 = 2;

/// Intents and slots for one encoder. Made by [`super::train::train`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Model {
    layout: u32,
    /// The encoder whose vectors it was trained on; others mean nothing to it.
    encoder: String,
    intents: Option<IntentHead>,
    /// A second opinion on the intents, of a model trained `deep`.
    #[serde(default)]
    deep: Option<DeepHead>,
    slots: SlotModel,
    fallback: Fallback,
}

impl Model {
    pub(super) fn new(
        encoder: &str,
        intents: IntentHead,
        deep: Option<DeepHead>,
        slots: SlotModel,
        fallback: Fallback,
    ) -> Self {
        Self { layout: LAYOUT, encoder: encoder.to_owned(), intents: Some(intents), deep, slots, fallback }
    }

    /// What it wants to know of a text besides the vector.
    pub fn wants(&self) -> Want {
        Want { tokens: true, after_layer: self.deep.as_ref().and_then(DeepHead::after_layer) }
    }

    /// What can be done without training: no intents, and the slots that recognisers find by form.
    pub fn untrained(encoder: &str) -> Self {
        Self {
            layout: LAYOUT,
            encoder: encoder.to_owned(),
            intents: None,
            deep: None,
            slots: SlotModel::untrained(),
            fallback: Fallback::default(),
        }
    }

    /// Intents and slots of `text`. `encoded` is its pass with [`crate::encoder::Prefix::Query`] and
    /// [`Model::wants`]; without token states the tagger is silent and recognisers and dictionary find what they can,
    /// without inner states there is no second opinion. The language is detected if not given.
    /// `listed` are the values that administrators list now, whatever was listed at the time of training. Dates are
    /// relative to the clock of the machine.
    pub fn parse(&self, text: &str, lang: Option<Lang>, encoded: &Encoded, listed: &Dictionary) -> Parse {
        self.parse_at(text, lang, Some(encoded), listed, jiff::Zoned::now().datetime())
    }

    /// [`Model::parse`] as at a given time. Without the encoder's pass there are no intents, and the slots that
    /// recognisers and dictionary find.
    pub fn parse_at(
        &self,
        text: &str,
        lang: Option<Lang>,
        encoded: Option<&Encoded>,
        listed: &Dictionary,
        now: DateTime,
    ) -> Parse {
        let found = recognise::find(text, now);
        let intents = match (&self.intents, encoded) {
            (Some(head), Some(encoded)) => {
                let features = head.classifier.extractor.features(text, &encoded.vector, &found);
                head.predict(&features, self.second_opinion(&features, encoded).as_deref())
            }
            _ => Vec::new(),
        };
        let tokens = encoded.and_then(|encoded| encoded.tokens.as_ref());
        let slots = self.slots.parse(text, &found, tokens, listed);
        Parse { lang: lang.unwrap_or_else(|| text::detect_lang(text)), intents, slots }
    }

    /// A vector as the intent head sees it, length 1; none before intents were trained.
    pub(super) fn centred(&self, vector: &[f32]) -> Option<Vec<f32>> {
        self.intents.as_ref().map(|head| head.classifier.extractor.centred(vector))
    }

    fn second_opinion(&self, features: &Features, encoded: &Encoded) -> Option<Vec<f32>> {
        let logits = self.deep.as_ref()?.logits(encoded.inner.as_ref()?, features);
        logits.inspect_err(|e| tracing::error!(error = %e, "the adapted layers failed on a text")).ok()
    }

    /// Whether the best intent may be acted on: in scope, sure enough, and far enough from the next best.
    pub fn accepts(&self, parse: &Parse) -> bool {
        let Some(best) = parse.top() else { return false };
        let next = parse.intents.get(1).map_or(0.0, |i| i.confidence);
        best.confidence >= self.fallback.threshold && best.confidence - next >= self.fallback.gap
    }

    /// The thresholds of [`Model::accepts`].
    pub fn fallback(&self) -> Fallback {
        self.fallback
    }

    /// The intents it knows, `oos` not among them.
    pub fn intents(&self) -> &[String] {
        self.intents.as_ref().map_or(&[], |head| &head.classifier.labels.intents)
    }

    /// Whether it can name texts that are out of scope (`oos`).
    pub fn knows_out_of_scope(&self) -> bool {
        self.intents.as_ref().is_some_and(|head| head.gate.is_some())
    }

    /// The encoder it belongs to.
    pub fn encoder(&self) -> &str {
        &self.encoder
    }

    /// The file: JSON with packed numbers.
    pub fn save(&self) -> Result<Vec<u8>> {
        serde_json::to_vec(self)
            .map_err(|e| Error::internal("the NLU model cannot be written").with_source(e))
    }

    /// Reads a file that [`Model::save`] made.
    ///
    /// # Errors
    /// [`Code::BadModel`] when it is damaged or of another layout.
    pub fn load(bytes: &[u8]) -> Result<Self> {
        #[derive(Deserialize)]
        struct Head {
            layout: u32,
        }
        let bad = |e: serde_json::Error| {
            Error::new(Code::BadModel, "the NLU model is damaged; train again with `zhike train`")
                .with_source(e)
        };
        let head: Head = serde_json::from_slice(bytes).map_err(bad)?;
        if head.layout != LAYOUT {
            return Err(Error::new(
                Code::BadModel,
                format!(
                    "the NLU model has layout {}, this program reads {LAYOUT}; train again with `zhike train`",
                    head.layout
                ),
            ));
        }
        serde_json::from_slice(bytes).map_err(bad)
    }

    /// Makes a model from a file ready for `encoder`.
    ///
    /// # Errors
    /// [`Code::BadModel`] when it was trained with another encoder.
    pub fn prepare(&mut self, encoder: &Encoder) -> Result<()> {
        self.check_encoder(encoder.id())?;
        self.deep.as_mut().map_or(Ok(()), |deep| deep.prepare(encoder))
    }

    fn check_encoder(&self, encoder: &str) -> Result<()> {
        if self.encoder == encoder {
            return Ok(());
        }
        Err(Error::new(
            Code::BadModel,
            format!(
                "the NLU model was trained with the encoder `{}`, not `{encoder}`; train again with `zhike train`",
                self.encoder
            ),
        ))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn a_text_the_encoder_had_no_time_for_keeps_the_slots_that_have_a_form() {
        let (text, now) = ("手机号13812345678，上周六下的单", "2026-11-20T10:00".parse().unwrap());
        let parse = Model::untrained("any").parse_at(text, None, None, &Dictionary::default(), now);
        let slots: Vec<_> =
            parse.slots.iter().map(|slot| (slot.name.as_str(), slot.value.as_str())).collect();
        assert_eq!(slots, [("phone", "13812345678"), ("date", "2026-11-14")]);
        assert!(parse.intents.is_empty());
    }

    #[test]
    fn files_of_other_layouts_and_damaged_ones_are_refused() {
        let saved = String::from_utf8(Model::untrained("e").save().unwrap()).unwrap();
        assert_eq!(Model::load(saved.as_bytes()).unwrap().encoder(), "e");
        let older = saved.replacen("\"layout\":2", "\"layout\":1", 1);
        let error = Model::load(older.as_bytes()).unwrap_err();
        assert_eq!(error.code(), Code::BadModel);
        assert_eq!(
            error.detail(),
            "the NLU model has layout 1, this program reads 2; train again with `zhike train`"
        );
        let cut = &saved.as_bytes()[..saved.len() / 2];
        assert_eq!(Model::load(cut).unwrap_err().code(), Code::BadModel);
    }
}
