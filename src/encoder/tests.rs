//! The whole forward pass against vectors computed by another implementation (`models/reference.py`).

use zhike_kernels::Kernel;

use super::batch::Batch;
use super::builtin;
use super::model::Model;
use super::pool::pool;
use super::reference::Reference;
use super::weights::Weights;
use super::{Prefix, Profile, Want};
use crate::error::Code;

struct Example {
    prefix: Prefix,
    text: String,
    vector: Vec<f32>,
}

fn examples() -> Vec<Example> {
    let lines = include_str!("../../tests/fixtures/encoder/sentences.tsv").lines();
    let vectors = include_bytes!("../../tests/fixtures/encoder/vectors.f32").chunks_exact(384 * 4);
    let numbers = |row: &[u8]| {
        row.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect::<Vec<_>>()
    };
    let examples = lines.zip(vectors).map(|(line, row)| {
        let (prefix, text) = line.split_once('\t').unwrap();
        let prefix = if prefix == "query" { Prefix::Query } else { Prefix::Passage };
        Example { prefix, text: text.into(), vector: numbers(row) }
    });
    examples.collect()
}

fn cosine(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[test]
fn every_kernel_agrees_with_the_reference_vectors() {
    let examples = examples();
    assert_eq!(examples.len(), 50);
    for kernel in Kernel::available() {
        let model = Model::load(&builtin::files().unwrap(), kernel).unwrap();
        let tokens =
            examples.iter().map(|e| model.tokeniser.tokenise(model.prefix(e.prefix), &e.text).unwrap());
        let tokens: Vec<_> = tokens.collect();
        let encoded = model.encode(&tokens, &[Want::VECTOR; 50], &mut || {}).unwrap();
        for (example, encoded) in examples.iter().zip(&encoded) {
            let agreement = cosine(&example.vector, &encoded.vector);
            assert!(agreement >= 0.998, "{}: {agreement} for {:?}", kernel.name(), example.text);
        }
    }
}

#[test]
fn the_plain_forward_pass_is_the_reference_to_five_digits() {
    let model = Model::load(&builtin::files().unwrap(), Kernel::choose().unwrap()).unwrap();
    let weights = Weights::open(builtin::files().unwrap().weights).unwrap();
    let reference = Reference::load(&weights, &model.architecture).unwrap();
    for example in examples().iter().step_by(7) {
        let mut batch = Batch::default();
        batch.push(&model.tokeniser.tokenise(model.prefix(example.prefix), &example.text).unwrap().ids);
        let vector = pool(&reference.forward(&batch).unwrap(), 384, model.profile.pooling);
        assert!(cosine(&example.vector, &vector) > 0.99999, "{:?}", example.text);
    }
}

#[test]
fn the_embedded_files_are_the_published_ones() {
    use sha2::{Digest, Sha256};
    let files = builtin::files().unwrap();
    let sums = super::files::parse_sums(builtin::SUMS);
    for blob in [&files.weights, &files.tokenizer, &files.config, &files.profile] {
        let sum = crate::text::hex(&Sha256::digest(blob.read_all().unwrap()));
        assert!(sums.contains(&(sum, blob.name().into_owned())), "{} differs from SHA256SUMS", blob.name());
    }
    let profile = Profile::from_json(&files.profile.read_all().unwrap()).unwrap();
    assert_eq!(profile.name, "zhike-encoder-zh-en");
}

#[test]
fn a_tokeniser_of_another_model_is_refused() {
    let mut files = builtin::files().unwrap();
    let config = String::from_utf8(files.config.read_all().unwrap().into_owned()).unwrap();
    let smaller = config.replace("101825", "1000").into_bytes().leak();
    files.config = super::blob::Blob::Embedded { name: "config.json", bytes: smaller };
    let error = Model::load(&files, Kernel::choose().unwrap()).unwrap_err();
    assert_eq!(error.code(), Code::BadModel);
    assert!(error.detail().contains("tokenizer.json"), "{error}");
}

#[test]
fn a_file_cut_short_is_refused_not_read() {
    let mut files = builtin::files().unwrap();
    let whole = files.weights.read_all().unwrap().into_owned();
    for length in [0, 3, 100, 10_000, whole.len() - 1] {
        files.weights =
            super::blob::Blob::Embedded { name: "cut.gguf", bytes: whole[..length].to_vec().leak() };
        let error = Model::load(&files, Kernel::choose().unwrap()).unwrap_err();
        assert_eq!(error.code(), Code::BadModel, "{error}");
        assert!(error.detail().contains("cut.gguf"), "{error}");
    }
}
