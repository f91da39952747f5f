//! Fits the ranker: labelled questions are asked through the very engine that serves visitors, and the weights are
//! learned from what it recalled.
//!
//! The data are fictional organisations ([`corpus`]), each a knowledge base of its own, and a dialog suite of a shop.
//! Organisations are split as a whole, so that figures are of organisations nobody trained on: weights are learned
//! on three of five, the operating point is chosen on the fourth, the fifth is only measured.

pub mod collect;
pub mod corpus;
pub mod measure;

use std::collections::BTreeMap;

use crate::dialog::Engine;
use crate::domain::{DEFAULT_BASE, Lang};
use crate::encoder::{Encoder, Prefix, Priority};
use crate::error::Result;
use crate::eval::suite::Dialog;
use crate::rank::fit::{Case, Fitted, fit};
use crate::rank::weights::{LAYOUT, Provenance, Weights};
use corpus::{Organisation, Part};

/// How much of the mean question is taken off, chosen on the development organisations (0, .3, .5, .7, 1).
const CENTRING: f32 = 0.7;
/// A shop's own questions count so much more than an organisation's: its knowledge base has the size and the mixture
/// of documents, tables and FAQ pairs that the ranker meets.
const SUITE_WEIGHT: f32 = 4.0;

/// What comes out of a fit.
#[derive(Clone, Debug)]
pub struct Outcome {
    pub weights: Weights,
    /// Figures by part of the data, in the order train, dev, test, suite.
    pub figures: Vec<(String, BTreeMap<String, f32>)>,
}

/// Fits weights on organisations that were [imported](collect::import), each into its base, and on a suite about the
/// documents of the default base. The engine ranks by the new weights afterwards.
///
/// # Errors
/// When the engine or the encoder fails, or no threshold reaches `target`.
pub async fn run(
    engine: &Engine,
    encoder: &Encoder,
    organisations: &[Organisation],
    suite: &[Dialog],
    target: f32,
    progress: &dyn Fn(usize),
) -> Result<Outcome> {
    let (mean_question, questions) = mean_questions(encoder, organisations).await?;
    let mut weights = Weights { mean_question, centring: CENTRING, ..Weights::builtin()? };
    weights.encoder = without_arithmetic(encoder.id()).to_owned();
    engine.set_weights(weights.clone())?;

    let mut cases: BTreeMap<Part, Vec<Case>> = BTreeMap::new();
    for (done, organisation) in organisations.iter().enumerate() {
        let own = collect::organisation(engine, organisation).await?;
        cases.entry(organisation.part).or_default().extend(own);
        progress(done + 1);
    }
    let of_suite = collect::suite(engine, suite, Some(DEFAULT_BASE), SUITE_WEIGHT).await?;

    let part = |part: Part| cases.get(&part).map_or(&[][..], Vec::as_slice);
    let train: Vec<Case> = part(Part::Train).iter().chain(&of_suite).cloned().collect();
    let fitted = fit(&train);
    let figures = [
        ("train", measure::figures(part(Part::Train), &fitted)?),
        ("dev", measure::figures(part(Part::Dev), &fitted)?),
        ("test", measure::figures(part(Part::Test), &fitted)?),
        ("suite", measure::figures(&of_suite, &fitted)?),
    ];
    let operating_point = measure::operating_point(part(Part::Dev), &fitted, target)?;
    let measured = figures[2].1.clone();
    let Fitted { rank, confidence } = fitted;
    let provenance = Provenance {
        command: String::new(),
        trained_on: format!(
            "{} questions of {} organisations and {} of a shop; mean question of {questions}",
            part(Part::Train).len(),
            organisations.iter().filter(|o| o.part == Part::Train).count(),
            of_suite.len(),
        ),
        measured,
    };
    let weights = Weights { layout: LAYOUT, rank, confidence, operating_point, provenance, ..weights };
    engine.set_weights(weights.clone())?;
    Ok(Outcome { weights, figures: figures.map(|(name, f)| (name.to_owned(), f)).to_vec() })
}

/// The mean vector of the training questions, by language, and how many there were.
async fn mean_questions(
    encoder: &Encoder,
    organisations: &[Organisation],
) -> Result<(BTreeMap<Lang, Vec<f32>>, usize)> {
    let train = || organisations.iter().filter(|o| o.part == Part::Train).flat_map(|o| &o.questions);
    let mut means = BTreeMap::new();
    for lang in [Lang::Zh, Lang::En] {
        let texts: Vec<String> = train().filter(|q| q.lang == lang).map(|q| q.text.clone()).collect();
        if texts.is_empty() {
            continue;
        }
        let share = 1.0 / texts.len() as f32;
        let mut mean = vec![0.0; encoder.dim()];
        for encoded in encoder.encode(texts, Prefix::Query, Priority::Bulk, false).await? {
            mean.iter_mut().zip(encoded.vector.iter()).for_each(|(m, v)| *m += share * v);
        }
        // Four digits are more than the vectors are good for, and keep the file small.
        mean.iter_mut().for_each(|m| *m = (*m * 1e4).round() / 1e4);
        means.insert(lang, mean);
    }
    Ok((means, train().count()))
}

/// An encoder's id without the part that says how it counts.
fn without_arithmetic(id: &str) -> &str {
    id.rsplit_once(':').map_or(id, |(model, _)| model)
}
