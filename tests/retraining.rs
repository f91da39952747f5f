//! Training again and again leaves memory where it was.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use zhike::encoder::{Encoder, EncoderOptions};
use zhike::memory::GiveBack;
use zhike::nlu::Model;
use zhike::nlu::examples::read_jsonl;
use zhike::nlu::train::{TrainOptions, train};

/// What a leak of one model (vectors, token states, weights) in each of ten runs would by far exceed, and what
/// allocators keep for themselves does not once they gave back what is free.
const BOUND_MB: f64 = 16.0;

/// Resident memory of this process, which holds nothing but this test.
fn resident_mb() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|l| l.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap() / 1024.0
}

#[test]
fn requirement_22_ten_trainings_leave_the_resident_memory_where_it_was() {
    let examples = read_jsonl(include_str!("../knowledge/nlu/train.jsonl")).unwrap();
    let encoder = Encoder::builtin(EncoderOptions { threads: 1, ..EncoderOptions::default() }).unwrap();
    let once = || {
        // As the server's trainer does.
        let _what_it_takes = GiveBack;
        let (model, report) = train(&examples, &encoder, &TrainOptions::default(), &|_, _| {}).unwrap();
        let bytes = model.save().unwrap();
        assert!(Model::load(&bytes).is_ok());
        (report.data_hash, report.held_out, bytes)
    };
    let first = once();
    once();
    let before = resident_mb();
    for _ in 0..10 {
        let again = once();
        assert_eq!(again.0, first.0);
        // Sums are not always taken in the same order: the last digits differ.
        let (a, b) = (&again.1, &first.1);
        let near = |a: f32, b: f32| (a - b).abs() < 1e-3;
        assert!(
            near(a.accuracy, b.accuracy) && near(a.macro_f1, b.macro_f1) && near(a.ece, b.ece),
            "{a:?} {b:?}"
        );
    }
    let grown = resident_mb() - before;
    assert!(grown < BOUND_MB, "ten trainings took {grown:.0} MB more than two, which had {before:.0} MB");
}
