//! Fits the ranker: labelled questions are asked through the very engine that serves visitors, and the weights are
//! learned from what it recalled.
//!
//! The data are fictional organisations ([`corpus`]), each a knowledge base of its own, FAQ pairs with paraphrases and
//! look-alikes ([`pairs`]), and a dialog suite of a shop.
//! Organisations are split as a whole. The encoder was trained on three of five, where its vectors are better than
//! they will be anywhere else; so the weights are learned on the fourth and the shop's questions. Figures and the
//! operating point come from weights learned without the question's own fold; the point is the shop's, whose questions
//! are mixed as visitors' are, and not picked to be hard. The fifth is for final figures only.
//!
//! With a reader, the first look stays that of the program without one, so that a turn for which there is no time to read
//! goes as it would have gone; what the reader's verdicts are worth beside it is learned. Both are measured side by side.

pub mod collect;
pub mod corpus;
pub mod measure;
pub mod pairs;

use std::collections::BTreeMap;

use crate::dialog::{Engine, Reads};
use crate::domain::{DEFAULT_BASE, Lang};
use crate::encoder::reader::Reader;
use crate::encoder::{Encoder, Prefix, Priority, Want};
use crate::error::{Error, Result};
use crate::eval::suite::Dialog;
use crate::rank::fit::{Case, Fitted, fit, fit_beside, outcome, second_outcome};
use crate::rank::reread::READ;
use crate::rank::weights::{LAYOUT, Provenance, Weights};
use corpus::{Organisation, Part};
use pairs::FaqPair;

/// How much of the mean question is taken off, chosen on the development organisations (0, .3, .5, .7, 1).
const CENTRING: f32 = 0.7;
/// A shop's own questions count so much more than an organisation's: its knowledge base has the size and the mixture
/// of documents, tables and FAQ pairs that the ranker meets.
const SUITE_WEIGHT: f32 = 4.0;

/// What a question asked of a FAQ pair counts: pairs are what most shops begin with, and there are few of them here.
const PAIR_WEIGHT: f32 = 2.0;

/// Folds of the cross-fit; an organisation lies in one of them as a whole.
const FOLDS: usize = 5;

/// More candidates are read than the second look takes: the new weights may bring others to the front.
const READ_FOR_FITTING: usize = 2 * READ;

/// What is learned from.
#[derive(Clone, Copy, Debug)]
pub struct Material<'a> {
    /// Those of the development part are [imported](collect::import) into their bases; those of the test part are
    /// measured if there are any.
    pub organisations: &'a [Organisation],
    /// Imported into [their base](pairs::BASE).
    pub pairs: &'a [FaqPair],
    /// Questions about the documents of the default base.
    pub suite: &'a [Dialog],
    /// Share of the answers given to the suite's questions that shall be right.
    pub target: f32,
}

/// What comes out of a fit.
#[derive(Clone, Debug)]
pub struct Outcome {
    pub weights: Weights,
    /// Figures by part of the data and look: development organisations, suite and, when asked, test.
    pub figures: Vec<(String, BTreeMap<String, f32>)>,
}

/// Sorts of questions, which are measured apart.
const SORTS: [&str; 4] = ["organisations", "everyday", "FAQ pairs", "suite"];
/// The sort whose questions are mixed as visitors' are: the operating point is theirs.
const SUITE: usize = 3;

/// Questions of one look, by sort, judged by weights that were learned without them.
#[derive(Default)]
struct Judgements([Vec<measure::Judged>; SORTS.len()]);

impl Judgements {
    fn add(&mut self, cases: &[Vec<Case>; SORTS.len()], look: Look<'_>) -> Result<()> {
        for (judged, cases) in self.0.iter_mut().zip(cases) {
            judged.extend(measure::judge(cases, look)?);
        }
        Ok(())
    }

    fn figures(&self, what: &str) -> impl Iterator<Item = (String, BTreeMap<String, f32>)> {
        let measured =
            move |(sort, judged): (&&str, &Vec<_>)| (format!("{sort}{what}"), measure::figures(judged));
        SORTS.iter().zip(&self.0).map(measured)
    }

    /// All of them together: the mixture that the probabilities are learned for.
    fn together(&self) -> BTreeMap<String, f32> {
        measure::figures(&self.0.concat())
    }
}

/// How one look at a question goes.
type Look<'a> = &'a dyn Fn(&Case) -> Result<crate::rank::fit::Outcome, String>;

/// Fits weights, with a second look if there is a reader. The engine ranks by them afterwards.
///
/// # Errors
/// When the engine or the encoder fails, or no threshold reaches the target.
pub async fn run(
    engine: &Engine,
    encoder: &Encoder,
    reader: Option<Reader>,
    material: &Material<'_>,
    progress: &dyn Fn(usize),
) -> Result<Outcome> {
    let Material { organisations, pairs, suite, target } = *material;
    let mut weights = Weights { reread: None, ..engine.weights() };
    let mut trained_on = String::new();
    if reader.is_none() {
        let (mean_question, questions) = mean_questions(encoder, organisations).await?;
        weights = Weights { mean_question, centring: CENTRING, ..weights };
        weights.encoder = without_arithmetic(encoder.id()).to_owned();
        trained_on = format!("; mean question of {questions}");
    }
    engine.set_weights(weights.clone())?;
    let named = reader.as_ref().map(|reader| reader.id().to_owned());
    engine.set_reads(reader.clone().map(|reader| Reads { reader, candidates: READ_FOR_FITTING }));

    let (mut dev, mut everyday, mut test) = (Vec::new(), Vec::new(), Vec::new());
    let mut everyday_test = Vec::new();
    for (done, organisation) in organisations.iter().enumerate() {
        if organisation.part != Part::Train {
            let hard = collect::organisation(engine, organisation).await?;
            let plain = collect::questions(engine, &organisation.name, &organisation.everyday).await?;
            if organisation.part == Part::Dev {
                dev.push(hard);
                everyday.push(plain);
            } else {
                test.extend(hard);
                everyday_test.extend(plain);
            }
        }
        progress(done + 1);
    }
    let mut of_pairs = Vec::new();
    for pair in pairs {
        of_pairs.push(collect::pair(engine, pair, PAIR_WEIGHT).await?);
    }
    let of_suite = collect::suite(engine, suite, Some(DEFAULT_BASE), SUITE_WEIGHT).await?;

    let folds = folds([&dev, &everyday, &of_pairs], &of_suite);
    let learn = |cases: &[Case]| match &named {
        None => Ok(fit(cases)),
        Some(reader) => {
            fit_beside((&weights.rank, &weights.confidence), cases, reader).map_err(Error::internal)
        }
    };
    let (mut first, mut second) = (Judgements::default(), Judgements::default());
    for held_out in 0..FOLDS {
        let others = folds.iter().enumerate().filter(|(fold, _)| *fold != held_out);
        let learned: Vec<Case> = others.flat_map(|(_, fold)| fold.iter().flatten().cloned()).collect();
        let fitted = learn(&learned)?;
        first.add(&folds[held_out], &|case| outcome(case, &fitted))?;
        second.add(&folds[held_out], &|case| second_outcome(case, &fitted))?;
    }
    let all: Vec<Case> = folds.into_iter().flatten().flatten().collect();
    let fitted = learn(&all)?;
    let mut figures: Vec<_> = first.figures("").collect();
    if fitted.reread.is_some() {
        figures.extend(second.figures(", read"));
    }
    for (name, test) in [("test", &test), ("everyday test", &everyday_test)] {
        if test.is_empty() {
            continue;
        }
        let judged = measure::judge(test, |case| outcome(case, &fitted))?;
        figures.push((name.to_owned(), measure::figures(&judged)));
        if fitted.reread.is_some() {
            let judged = measure::judge(test, |case| second_outcome(case, &fitted))?;
            figures.push((format!("{name}, read"), measure::figures(&judged)));
        }
    }
    let Fitted { rank, confidence, mut reread } = fitted;
    if let Some(reread) = &mut reread {
        reread.operating_point = measure::operating_point(&second.0[SUITE], target)?;
    }
    let operating_point = match &named {
        None => measure::operating_point(&first.0[SUITE], target)?,
        Some(_) => weights.operating_point.clone(),
    };
    let provenance = Provenance {
        command: String::new(),
        trained_on: format!(
            "{} hard and {} everyday questions of {} organisations, {} of FAQ pairs and {} of a shop{trained_on}",
            first.0[0].len(),
            first.0[1].len(),
            dev.len(),
            first.0[2].len(),
            of_suite.len(),
        ),
        measured: if reread.is_some() { second.together() } else { first.together() },
    };
    let weights =
        Weights { layout: LAYOUT, rank, confidence, operating_point, provenance, reread, ..weights };
    engine.set_weights(weights.clone())?;
    engine.set_reads(reader.map(|reader| Reads { reader, candidates: READ }));
    Ok(Outcome { weights, figures })
}

/// Deals what belongs together (hard and everyday questions of organisations, FAQ pairs) and the suite's questions out into
/// folds: of each fold, the cases of every sort.
fn folds(together: [&[Vec<Case>]; SUITE], suite: &[Case]) -> [[Vec<Case>; SORTS.len()]; FOLDS] {
    let mut folds: [[Vec<Case>; SORTS.len()]; FOLDS] = Default::default();
    for (sort, together) in together.into_iter().enumerate() {
        for (n, cases) in together.iter().enumerate() {
            folds[n % FOLDS][sort].extend_from_slice(cases);
        }
    }
    for (n, case) in suite.iter().enumerate() {
        folds[n % FOLDS][SUITE].push(case.clone());
    }
    folds
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
        for encoded in encoder.encode(texts, Prefix::Query, Priority::Bulk, Want::VECTOR).await? {
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
