//! The reader against `reference.json`, which its training program computes in f32 from the published weights.

use serde::Deserialize;
use zhike_kernels::Kernel;

use super::{Pair, ReaderFiles, ReaderModel};
use crate::encoder::builtin;
use crate::encoder::model::Model;
use crate::error::Code;

#[derive(Deserialize)]
struct Example {
    question: String,
    title: String,
    section: String,
    text: String,
    ids: Vec<u32>,
    /// Number of the first token of the text.
    first: usize,
    answers: f32,
    answer: String,
}

fn examples() -> Vec<Example> {
    serde_json::from_str(include_str!("../../../models/zhike-reader-zh-en/reference.json")).unwrap()
}

fn pair(example: &Example) -> Pair {
    let Example { question, title, section, text, .. } = example;
    let section = section.replace(" > ", " › ");
    let mut headings: Vec<&str> =
        [title.as_str(), &section].into_iter().filter(|part| !part.is_empty()).collect();
    headings.dedup();
    Pair { question: question.clone(), heading: headings.join(" › "), text: text.clone() }
}

fn models(kernel: Kernel) -> (Model, ReaderModel) {
    let encoder = Model::load(&builtin::files().unwrap(), kernel).unwrap();
    let reader = ReaderModel::load(&ReaderFiles::builtin(), &encoder).unwrap();
    (encoder, reader)
}

#[test]
fn a_pair_is_worded_as_in_training() {
    let (encoder, reader) = models(Kernel::choose().unwrap());
    for example in examples() {
        let tokens = reader.tokenise(&encoder.tokeniser, &pair(&example)).unwrap();
        assert_eq!(tokens.ids, example.ids, "{:?}", example.question);
        assert_eq!(tokens.places[0].0, example.first, "{:?}", example.text);
    }
}

/// How far an 8-bit kernel's log-odds may be from those computed in f32. The temperature divides it by 2.6, so all of it
/// moves a probability by less than four hundredths.
const NEAR: f32 = 0.4;

#[test]
fn every_kernel_reads_as_the_reference_does() {
    let examples = examples();
    assert!(examples.len() >= 20);
    for kernel in Kernel::available() {
        let (encoder, reader) = models(kernel);
        let pairs: Vec<Pair> = examples.iter().map(pair).collect();
        let pairs: Vec<&Pair> = pairs.iter().collect();
        let readings = reader.read(&encoder.tokeniser, &pairs, &mut || {}).unwrap();
        let mut same_words = 0;
        for (example, reading) in examples.iter().zip(&readings) {
            let off = (reading.answers - example.answers).abs();
            assert!(off < NEAR, "{}: {off} for {:?}", kernel.name(), example.question);
            let (from, to) = reading.span.unwrap();
            let words: String = example.text.chars().skip(from).take(to - from).collect();
            same_words += usize::from(words == example.answer);
        }
        assert!(same_words * 10 >= examples.len() * 8, "{}: {same_words} spans agree", kernel.name());
    }
}

#[test]
fn a_pair_is_read_the_same_alone_and_in_company() {
    let (encoder, reader) = models(Kernel::choose().unwrap());
    let pairs: Vec<Pair> = examples().iter().take(5).map(pair).collect();
    let together = reader.read(&encoder.tokeniser, &pairs.iter().collect::<Vec<_>>(), &mut || {}).unwrap();
    for (pair, together) in pairs.iter().zip(together) {
        assert_eq!(reader.read(&encoder.tokeniser, &[pair], &mut || {}).unwrap(), [together]);
    }
}

#[test]
fn long_and_empty_texts_are_read_as_far_as_they_go() {
    let (encoder, reader) = models(Kernel::choose().unwrap());
    let long =
        Pair {
            question: "多少钱".repeat(300), heading: "价格".into(), text: "每月二十元。".repeat(300)
        };
    let tokens = reader.tokenise(&encoder.tokeniser, &long).unwrap();
    assert_eq!(tokens.ids.len(), reader.max_tokens());
    let empty = Pair { question: String::new(), heading: String::new(), text: String::new() };
    let readings = reader.read(&encoder.tokeniser, &[&long, &empty], &mut || {}).unwrap();
    assert!(readings[0].span.is_some() && readings[1].span.is_none());
    assert!(readings.iter().all(|reading| reading.answers.is_finite()));
}

#[test]
fn a_reader_is_refused_to_an_encoder_it_was_not_made_from() {
    let mut encoder = Model::load(&builtin::files().unwrap(), Kernel::choose().unwrap()).unwrap();
    encoder.id = "another:0123456789ab:1".into();
    let error = ReaderModel::load(&ReaderFiles::builtin(), &encoder).unwrap_err();
    assert_eq!(error.code(), Code::BadModel);
    assert!(error.detail().contains("another") && error.detail().contains("engine.reader"), "{error}");
}

#[test]
fn the_embedded_files_are_the_published_ones() {
    use sha2::{Digest, Sha256};
    let files = ReaderFiles::builtin();
    let sums = crate::encoder::files::parse_sums(super::model::SUMS);
    for blob in [&files.weights, &files.profile] {
        let sum = crate::text::hex(&Sha256::digest(blob.read_all().unwrap()));
        assert!(sums.contains(&(sum, blob.name().into_owned())), "{} differs from SHA256SUMS", blob.name());
    }
}
