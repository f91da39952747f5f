//! `zhike knowledge` as people run it, and as it is killed.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::time::Instant;

use serde_json::Value;
use zhike::knowledge::{Catalogue, EncoderMark, Index};
use zhike::store::{Db, SqlCatalogue};
use zhike::tasks::Tasks;

fn zhike(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zhike"));
    command
        .arg("--data")
        .arg(data)
        .arg("knowledge")
        .env("RUST_LOG", "error")
        .current_dir(data.parent().unwrap());
    command
}

fn run(data: &Path, args: &[&str]) -> Output {
    zhike(data).args(args).output().unwrap()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&output.stderr)))
}

fn write(path: &Path, content: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

/// A folder with two documents, one of them below, a file that is none, an empty one and a hidden one.
fn documents(root: &Path) {
    write(&root.join("退货.txt"), "退货\n\n签收后七天内可以无理由退货，运费由买家承担。\n");
    write(&root.join("deep/down/battery.txt"), "Battery\n\nThe battery lasts thirty hours.\n");
    write(&root.join("program.exe"), "MZ\0\u{1}\u{2}");
    write(&root.join("empty.txt"), "");
    write(&root.join(".hidden.txt"), "not for import");
}

#[test]
fn a_folder_is_imported_with_a_row_a_file_and_exit_1_if_any_failed() {
    let dir = tempfile::tempdir().unwrap();
    let (data, docs) = (dir.path().join("data"), dir.path().join("docs"));
    documents(&docs);
    let output = run(&data, &["import", docs.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1), "the empty file failed");
    let table = String::from_utf8_lossy(&output.stdout).into_owned();
    let row =
        |name: &str| table.lines().find(|l| l.contains(name)).unwrap_or_else(|| panic!("{name}: {table}"));
    assert!(row("退货.txt").contains("added") && row("battery.txt").contains("added"));
    assert!(row("empty.txt").contains("FAILED") && row("program.exe").contains("skipped"));
    assert!(!table.contains("hidden"));

    fs::remove_file(docs.join("empty.txt")).unwrap();
    let output = run(&data, &["import", docs.to_str().unwrap(), "--json"]);
    assert_eq!(output.status.code(), Some(0), "what is no document is skipped, not failed");
    let report = json(&output);
    assert_eq!(
        (&report["imported"], &report["skipped"], &report["failed"]),
        (&2.into(), &1.into(), &0.into())
    );
    let files = report["files"].as_array().unwrap();
    assert!(files.iter().all(|f| f["status"] == "skipped" || f["outcome"] == "unchanged"), "{files:?}");

    let output = run(&data, &["import", docs.join("program.exe").to_str().unwrap(), "--json"]);
    assert_eq!(output.status.code(), Some(1), "a file somebody named must be a document");
    assert_eq!(json(&output)["files"][0]["code"], "unsupported_format");
}

#[test]
fn what_was_imported_is_listed_exported_and_removed() {
    let dir = tempfile::tempdir().unwrap();
    let (data, docs, out) = (dir.path().join("data"), dir.path().join("docs"), dir.path().join("out"));
    documents(&docs);
    run(&data, &["import", docs.to_str().unwrap(), "--base", "shop"]);
    let listed = json(&run(&data, &["list", "--json"]));
    let names: Vec<_> =
        listed["items"].as_array().unwrap().iter().map(|d| d["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["battery.txt", "退货.txt"]);
    assert!(
        json(&run(&data, &["list", "--json", "--base", "other"]))["items"].as_array().unwrap().is_empty()
    );

    let export = ["export", out.to_str().unwrap()];
    assert_eq!(run(&data, &export).status.code(), Some(0));
    assert_eq!(fs::read(out.join("shop/退货.txt")).unwrap(), fs::read(docs.join("退货.txt")).unwrap());
    assert_eq!(run(&data, &export).status.code(), Some(1), "nothing is overwritten unasked");
    assert_eq!(run(&data, &[export[0], export[1], "--overwrite"]).status.code(), Some(0));

    let output = run(&data, &["remove", "退货.txt", "nothing.md", "--base", "shop"]);
    assert_eq!(output.status.code(), Some(1), "one of them is not there");
    assert_eq!(json(&run(&data, &["list", "--json"]))["items"].as_array().unwrap().len(), 1);
}

#[test]
fn a_path_or_data_folder_that_is_not_there_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let output = run(&dir.path().join("data"), &["import", "no/such/folder"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("no/such/folder"));
    let output = run(&dir.path().join("data"), &["list"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("data"));
}

#[test]
fn an_index_that_is_not_what_the_documents_say_is_found_and_built_anew() {
    let dir = tempfile::tempdir().unwrap();
    let (data, docs) = (dir.path().join("data"), dir.path().join("docs"));
    documents(&docs);
    fs::remove_file(docs.join("empty.txt")).unwrap();
    let import = || assert_eq!(run(&data, &["import", docs.to_str().unwrap()]).status.code(), Some(0));
    let verified = || {
        let output = run(&data, &["verify", "--json"]);
        let verdict = json(&output);
        let faults = verdict["faults"].as_array().unwrap().clone();
        assert_eq!(output.status.code(), Some(i32::from(!faults.is_empty())), "{verdict}");
        (verdict["passages"].as_u64(), verdict["indexed"].as_u64(), faults)
    };
    let rebuilt = || {
        assert_eq!(run(&data, &["rebuild"]).status.code(), Some(0));
        let (passages, indexed, faults) = verified();
        assert_eq!((passages, faults), (indexed, vec![]));
    };
    import();
    assert_eq!(verified(), (Some(2), Some(2), vec![]));

    let index = data.join("index");
    let segment = fs::read_dir(&index).unwrap().map(|entry| entry.unwrap().path());
    let segment = segment.into_iter().find(|path| path.to_string_lossy().contains("segment-")).unwrap();
    let table = fs::read_dir(&segment)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.is_file())
        .unwrap();
    let mut bytes = fs::read(&table).unwrap();
    bytes[0] ^= 1;
    fs::write(&table, bytes).unwrap();
    let (passages, indexed, faults) = verified();
    assert_eq!((passages, indexed), (Some(2), None));
    assert!(faults[0].as_str().unwrap().contains("not what was written"), "{faults:?}");
    rebuilt();

    let (database, backup) = (data.join("zhike.db"), dir.path().join("backup.db"));
    fs::copy(&database, &backup).unwrap();
    write(&docs.join("配送.txt"), "江浙沪满五十九元包邮。");
    import();
    for name in ["zhike.db-wal", "zhike.db-shm"] {
        let _ = fs::remove_file(data.join(name));
    }
    fs::copy(&backup, &database).unwrap();
    write(&docs.join("配送.txt"), "全国包邮。");
    let (_, _, faults) = verified();
    assert!(faults[0].as_str().unwrap().contains("another history"), "{faults:?}");
    rebuilt();
}

/// Every document is there whole or not at all, and the index has exactly the catalogue's passages.
async fn assert_consistent(data: &Path) {
    let catalogue = Arc::new(SqlCatalogue::new(Db::open(&data.join("zhike.db")).await.unwrap()));
    let mut passages = 0;
    for document in catalogue.documents(None).await.unwrap() {
        let chunks = catalogue.chunks(document.id).await.unwrap();
        assert_eq!(chunks.len() as i64, document.chunks, "{}", document.name);
        assert!(catalogue.original(document.id).await.unwrap().is_some());
        passages += chunks.len();
    }
    let stored = catalogue.changes(0, usize::MAX).await.unwrap().added;
    let encoder = match stored.first() {
        Some(first) => EncoderMark { id: first.vectors.encoder.clone(), dim: first.vectors.passage.len() },
        None => EncoderMark { id: "none".into(), dim: 1 },
    };
    let index = Index::open(&data.join("index"), catalogue, encoder, Tasks::new()).await.unwrap();
    let snapshot = index.snapshot();
    assert_eq!((snapshot.len(), stored.len()), (passages, passages));
    let found: BTreeSet<_> = snapshot.ids().collect();
    assert_eq!(found, stored.iter().map(|stored| stored.chunk.id).collect());
    for stored in stored {
        let id = stored.chunk.id;
        assert_eq!(snapshot.chunk(id).as_deref(), Some(&stored.chunk));
        let vectors = snapshot.vectors(id).unwrap();
        assert_eq!(vectors.passage, &stored.vectors.passage[..], "the index has the catalogue's vector");
        assert!(!snapshot.passages_by_vector(vectors.passage, 1, &Default::default()).is_empty());
    }
}

/// How often an import is killed, where it is set.
const ROUNDS: &str = "TEST_KILLS";

/// Twelve documents of `version`, of four passages each.
fn version(docs: &Path, version: usize) {
    for n in 0..12 {
        let text = (0..4).map(|p| format!("第{p}条 第{version}版\n\n编号{n}的规则{p}适用于{version}。\n\n"));
        write(&docs.join(format!("{n}.txt")), &text.collect::<String>());
    }
}

/// A few kills here; `make soak` does fifty.
#[tokio::test]
async fn an_import_killed_at_any_moment_leaves_catalogue_and_index_whole() {
    let rounds = std::env::var(ROUNDS).map_or(7, |n| n.parse().unwrap());
    let dir = tempfile::tempdir().unwrap();
    let (data, docs) = (dir.path().join("data"), dir.path().join("docs"));
    fs::create_dir_all(&data).unwrap();
    version(&docs, 0);
    let import = || {
        let mut import = zhike(&data);
        import.args(["import", docs.to_str().unwrap()]).stdout(Stdio::null()).stderr(Stdio::null());
        import
    };
    // The first one is left alone: it tells how long there is to be killed.
    let started = Instant::now();
    assert!(import().status().unwrap().success());
    let whole = started.elapsed();
    let mut in_work = 0;
    for round in 0..rounds {
        version(&docs, round + 1);
        let mut child = import().spawn().unwrap();
        // Multiples of the golden section: over many rounds every moment is met, none twice.
        let moment = (round as f64 * 0.618_034 + 0.3).fract();
        tokio::time::sleep(whole.mul_f64(moment)).await;
        in_work += usize::from(child.try_wait().unwrap().is_none());
        child.kill().unwrap();
        child.wait().unwrap();
        assert_consistent(&data).await;
    }
    println!(
        "{rounds} kills, {in_work} of them before the import's end, each left catalogue and index in agreement"
    );
    assert!(in_work * 2 >= rounds, "imports were over before they could be killed");
    let output = run(&data, &["import", docs.to_str().unwrap(), "--json"]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(json(&output)["imported"], 12);
    assert_consistent(&data).await;
}
