//! What people wrote about intents, and how it lies over the files.

use std::collections::{HashMap, HashSet};

use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::Example;
use crate::error::Result;
use crate::nlu::examples::Place;
use crate::text;

/// How an example came to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// Written or changed among the intents.
    Console,
    /// What an agent or a visitor corrected in a conversation.
    Correction,
}

/// Where an example is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    File,
    Console,
    Correction,
}

/// An example that somebody wrote.
#[derive(Clone, Debug, PartialEq)]
pub struct Written {
    pub example: Example,
    pub source: Source,
    /// Who wrote it, by name.
    pub author: Option<String>,
    pub created_at: Timestamp,
}

/// Everything people said about the intents.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Overlay {
    /// At most one for a text.
    pub written: Vec<Written>,
    /// Keys of texts in files that are not to be learnt from.
    pub left_out: HashSet<String>,
}

/// Tells one state of the overlay from another: how many texts are written, how many left out, and when last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OverlayMark {
    pub written: i64,
    pub left_out: i64,
    pub newest: Option<i64>,
}

/// Where the overlay is kept.
#[async_trait]
pub trait ExampleStore: Send + Sync {
    /// All of it.
    async fn overlay(&self) -> Result<Overlay>;
    /// Changes whenever the overlay does.
    async fn mark(&self) -> Result<OverlayMark>;
    /// In one transaction: forgets what was written under `forgotten` keys, leaves `left_out` texts of the files out,
    /// and writes `written`, each in place of what was written or left out for the same text before.
    async fn change(&self, forgotten: &[String], left_out: &[String], written: &[Written]) -> Result<()>;
}

/// By what two texts are the same example.
pub fn key(text: &str) -> String {
    text::normalise(text)
}

/// An example, and where it is from.
#[derive(Clone, Debug, PartialEq)]
pub struct Sourced {
    pub example: Example,
    pub origin: Origin,
    pub place: Place,
}

impl Overlay {
    /// The files' examples without those that are left out or written otherwise, then those written.
    pub fn over(&self, files: Vec<Example>, places: Vec<Place>) -> Vec<Sourced> {
        let written: HashMap<String, &Written> =
            self.written.iter().map(|w| (key(&w.example.text), w)).collect();
        let kept = files.into_iter().zip(places).filter(|(example, _)| {
            let key = key(&example.text);
            !self.left_out.contains(&key) && !written.contains_key(&key)
        });
        let of_file = |(example, place)| Sourced { example, origin: Origin::File, place };
        let mut all: Vec<Sourced> = kept.map(of_file).collect();
        all.extend(self.written.iter().map(|w| {
            let origin = match w.source {
                Source::Console => Origin::Console,
                Source::Correction => Origin::Correction,
            };
            Sourced { example: w.example.clone(), origin, place: Place::Console }
        }));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example(text: &str, intent: &str) -> Example {
        Example { text: text.into(), intent: intent.into(), slots: vec![], lang: None, split: None }
    }

    fn written(text: &str, intent: &str) -> Written {
        Written {
            example: example(text, intent),
            source: Source::Console,
            author: None,
            created_at: Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn what_is_written_takes_the_place_of_the_same_text_in_a_file_however_it_is_spelt() {
        let overlay =
            Overlay { written: vec![written("退貨運費誰出", "shipping_cost")], ..Overlay::default() };
        let files = vec![example("退货运费谁出", "refund"), example("怎么退货", "refund")];
        let all = overlay.over(files, vec![Place::line(1), Place::line(2)]);
        let labels: Vec<_> =
            all.iter().map(|s| (s.example.intent.as_str(), s.origin, s.place.clone())).collect();
        let expected =
            [("refund", Origin::File, Place::line(2)), ("shipping_cost", Origin::Console, Place::Console)];
        assert_eq!(labels, expected);
    }

    #[test]
    fn a_left_out_text_is_not_learnt() {
        let overlay = Overlay { left_out: [key("怎么退货")].into(), ..Overlay::default() };
        assert!(overlay.over(vec![example("怎么退货", "refund")], vec![Place::line(1)]).is_empty());
    }
}
