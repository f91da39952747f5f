//! `zhike eval` as people and build scripts use it: reports on disk, gates as exit codes, faults that name the line.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

fn zhike(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zhike"));
    command.args(args).current_dir(folder).env("ZHIKE_LOG__LEVEL", "error").output().unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn report(folder: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(folder.join("report.json")).unwrap()).unwrap()
}

/// A corpus of four entries, one of them a FAQ pair, and three queries that can hardly be missed.
fn retrieval_set() -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let set = dir.path().join("set");
    fs::create_dir(&set).unwrap();
    let corpus = [
        r#"{"_id": "退货/1", "title": "退货规则", "text": "签收后七天内可以无理由退货，商品需保持完好。"}"#,
        r#"{"_id": "运费", "title": "运费", "text": "新疆和西藏首重二十二元，其他地区八元。"}"#,
        r#"{"_id": "kettle", "title": "Kettle manual", "text": "If the display shows F1, the temperature sensor is faulty."}"#,
        r#"{"_id": "faq 1", "title": "", "text": "每天早上九点到晚上十点。", "questions": ["客服几点上班", "人工客服在线时间"]}"#,
    ];
    let queries = [
        r#"{"_id": "q1", "text": "东西不想要了，七天之内能退吗"}"#,
        r#"{"_id": "q2", "text": "what does F1 on the kettle mean"}"#,
        r#"{"_id": "q3", "text": "客服几点上班"}"#,
    ];
    fs::write(set.join("corpus.jsonl"), corpus.join("\n")).unwrap();
    fs::write(set.join("queries.jsonl"), queries.join("\n")).unwrap();
    fs::write(
        set.join("qrels.tsv"),
        "query-id\tcorpus-id\tscore\nq1\t退货/1\t1\nq2\tkettle\t1\nq3\tfaq 1\t1\n",
    )
    .unwrap();
    (dir, set)
}

#[test]
fn a_retrieval_set_is_imported_asked_and_reported_under_its_own_ids() {
    let (dir, set) = retrieval_set();
    let out = dir.path().join("out");
    let (set, out_arg) = (set.display().to_string(), out.display().to_string());
    let output = zhike(
        dir.path(),
        &[
            "eval",
            "retrieval",
            "--dir",
            &set,
            "--out",
            &out_arg,
            "--min",
            "hit@3=1",
            "--min",
            "faq.hit@1=0.3",
        ],
    );
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));

    let report = report(&out);
    assert_eq!((report["kind"].as_str(), report["format"].as_u64()), (Some("retrieval"), Some(1)));
    assert_eq!(report["metrics"]["queries"], 3.0);
    assert_eq!(report["detail"]["queries"][2]["ranks"]["faq"]["faq 1"], 1);
    assert!(report["detail"]["left_out"].as_array().unwrap().is_empty());
    let page = fs::read_to_string(out.join("report.html")).unwrap();
    assert!(page.starts_with("<!doctype html>") && page.contains("检索评测"));
    assert!(!dir.path().join("data").exists(), "an evaluation leaves the data folder alone");
}

#[test]
fn dialogs_are_played_over_given_documents_and_a_gate_that_falls_short_is_exit_1() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("a.md"), "# 退货\n\n签收后七天内可以无理由退货。\n").unwrap();
    let suite = r#"{"id":"d1","lang":"zh","tags":["ask"],"turns":[{"user":"转人工","expect":{"action":"handoff"}},{"user":"转人工","expect":{"action":"smalltalk"}}]}"#;
    fs::write(dir.path().join("s.jsonl"), suite).unwrap();
    let output = zhike(
        dir.path(),
        &[
            "eval",
            "dialogs",
            "s.jsonl",
            "--knowledge",
            "a.md",
            "--out",
            "out",
            "--min",
            "action_accuracy=0.6",
        ],
    );
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert!(
        stderr(&output).contains("action_accuracy is 0.5000, at least 0.6 is wanted"),
        "{}",
        stderr(&output)
    );
    let report = report(&dir.path().join("out"));
    assert_eq!(report["counts"]["action_accuracy"], serde_json::json!([1, 2]));
    assert_eq!(report["counts"]["handoff_recall"], serde_json::json!([1, 1]));
    assert_eq!(report["outcomes"][1]["right"], false);
    assert_eq!(report["detail"]["turns"][1]["verdict"]["problems"][0]["check"], "action");
}

#[test]
fn a_faulty_suite_is_named_by_file_and_line() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("s.jsonl"), "{\"id\":\"a\",\"lang\":\"zh\",\"turns\":[{\"usr\":\"x\"}]}\n")
        .unwrap();
    let output = zhike(dir.path(), &["eval", "dialogs", "s.jsonl"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("s.jsonl: line 1: unknown field `usr`"), "{}", stderr(&output));
}

#[test]
fn reports_are_compared_and_an_unknown_metric_is_wrong_usage() {
    let dir = tempfile::tempdir().unwrap();
    let written = |name: &str, right: bool| {
        let report = serde_json::json!({
            "format": 1, "kind": "dialogs", "program": "zhike", "created_at": "2026-01-01T00:00:00Z", "subject": {},
            "metrics": {"action_accuracy": f64::from(u8::from(right))}, "counts": {}, "detail": {},
            "outcomes": [{"id": "d/1", "text": "你好", "right": right, "got": "answer"}],
        });
        fs::write(dir.path().join(name), report.to_string()).unwrap();
    };
    written("a.json", true);
    written("b.json", false);
    let compare = |args: &[&str]| zhike(dir.path(), &[&["eval", "compare"], args].concat());

    let output = compare(&["a.json", "b.json", "--json"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["metrics"]["worse"], 1.0);
    assert_eq!(report["detail"]["worse"][0]["id"], "d/1");

    assert_eq!(compare(&["a.json", "b.json", "--min", "delta.action_accuracy=0"]).status.code(), Some(1));
    let unknown = compare(&["a.json", "b.json", "--min", "accuracy=0"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(stderr(&unknown).contains("delta.action_accuracy"), "{}", stderr(&unknown));
    assert_eq!(compare(&["a.json", "missing.json"]).status.code(), Some(1));
    assert_eq!(compare(&["a.json"]).status.code(), Some(2));
}
