//! A folder that nobody prepared: 32 files in every format, some in old encodings, PDFs with every kind of font.
//!
//! `tests/fixtures/folder/` is a made-up town hall's and has nothing of the sample shop; its `make.py` makes the files.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::server::{Server, Staff};

const PROGRAM: &str = env!("CARGO_BIN_EXE_zhike");
const FILES: usize = 32;

/// Of hard paraphrases, the right document is to be among the first three hits for so many.
const AMONG_FIRST_THREE: f64 = 0.85;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/folder")
}

/// Questions with the name of the document that answers them.
fn questions() -> Vec<(String, String)> {
    let lines = fs::read_to_string(folder().join("questions.jsonl")).unwrap();
    let asked = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    asked.map(|q| (text(&q["question"]), text(&q["document"]))).collect()
}

fn import_by_command(data: &Path) -> Value {
    let output = Command::new(PROGRAM)
        .arg("--data")
        .arg(data)
        .args(["knowledge", "import", "--json"])
        .arg(folder().join("documents"))
        .current_dir(data.parent().unwrap())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

async fn import_by_upload(admin: &Staff<'_>, base: &str) {
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder().join("documents")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let name = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
    let files: Vec<_> = files.iter().map(|path| (name(path), fs::read(path).unwrap())).collect();
    let files = files.iter().map(|(name, bytes)| (name.as_str(), bytes.clone())).collect();
    let ended = admin.upload_to(Some(base), files).await;
    assert_eq!(ended.len(), FILES);
    assert!(ended.iter().all(|job| job["state"] == "done"), "{ended:#?}");
}

/// Asserts that the questions find their documents in `base`.
async fn assert_found(admin: &Staff<'_>, base: &str) {
    let questions = questions();
    let mut missed = Vec::new();
    for (question, document) in &questions {
        let answer = admin.done("/knowledge/search", json!({"query": question, "k": 3, "base": base})).await;
        let hits: Vec<_> =
            answer["hits"].as_array().unwrap().iter().map(|hit| hit["document"].clone()).collect();
        if !hits.iter().any(|hit| hit == document.as_str()) {
            missed.push(format!("{question} ({document}): {hits:?}"));
        }
    }
    let found = questions.len() - missed.len();
    let report =
        format!("{base}: {found} of {} questions found their document; not {missed:#?}", questions.len());
    eprintln!("{report}");
    assert!(found as f64 >= AMONG_FIRST_THREE * questions.len() as f64, "{report}");
}

#[tokio::test]
async fn an_unseen_folder_is_imported_whole_and_found_by_command_and_by_upload() {
    let place = tempfile::tempdir().unwrap();
    let data = place.path().join("data");
    let report = import_by_command(&data);
    let count = |name: &str| report[name].as_u64().unwrap() as usize;
    assert_eq!((count("imported"), count("skipped"), count("failed")), (FILES, 0, 0), "{report:#}");

    let server = Server::start(Path::new(PROGRAM), &data, &[]);
    let admin = server.admin().await;
    assert_found(&admin, "default").await;
    import_by_upload(&admin, "uploaded").await;
    assert_found(&admin, "uploaded").await;
}
