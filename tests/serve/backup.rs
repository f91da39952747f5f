//! One file holds the whole installation, and nothing that is there is ever lost to a restore.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

use crate::server::Server;

const ZHIKE: &str = env!("CARGO_BIN_EXE_zhike");

fn zhike(data: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(ZHIKE);
    command.arg("--data").arg(data).args(args).current_dir(data.parent().unwrap());
    command.output().unwrap()
}

fn refused(output: &Output, because: &str) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && said.contains(because), "{said}");
}

#[tokio::test]
async fn a_backup_of_a_running_server_brings_conversations_files_and_documents_back() {
    let mut server = Server::demo();
    let root = server.data.parent().unwrap().to_owned();
    let archive = root.join("monday.zip");
    let archive = archive.to_str().unwrap();
    let visitor = server.visitor("zh").await;
    let (token, said) = (visitor.token.clone(), visitor.say("1", "备份之前说的话").await);
    let picture = reqwest::multipart::Part::bytes(&b"\x89PNG\r\n\x1a\n0000"[..]).file_name("杯子.png");
    let form = reqwest::multipart::Form::new().part("file", picture);
    let sent = visitor.post("/visitor/attachments").multipart(form).send().await.unwrap();
    let attachment: Value = sent.json().await.unwrap();

    let output = zhike(&server.data, &["backup", archive]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    refused(&zhike(&server.data, &["backup", archive]), "exists already");
    refused(&zhike(&server.data, &["restore", "--force", archive]), "stop it first");
    visitor.say("2", "备份之后说的话").await;
    server.kill();

    let elsewhere = root.join("elsewhere");
    let output = zhike(&elsewhere, &["restore", archive]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let restored = Server::start(Path::new(ZHIKE), &elsewhere, &[]);
    assert!(restored.password.is_none(), "the administrator is among what was restored");
    let get = |path: String| restored.http.get(restored.api(&path)).bearer_auth(&token).send();
    let body: Value = get("/visitor/messages?after=0".into()).await.unwrap().json().await.unwrap();
    let items = body["items"].as_array().unwrap();
    assert!(items.iter().any(|message| message["id"] == said["id"]));
    assert!(items.iter().all(|message| message["content"]["text"] != "备份之后说的话"));
    let file = get(format!("/attachments/{}", attachment["id"].as_str().unwrap())).await.unwrap();
    assert_eq!(file.bytes().await.unwrap(), &b"\x89PNG\r\n\x1a\n0000"[..]);
    let answer = restored.visitor("en").await.ask("1", "How much is shipping to Singapore?").await;
    assert!(answer["content"]["text"].as_str().unwrap().contains("88"), "the index was built again");
}

#[test]
fn a_restore_sets_aside_what_is_there_and_only_when_told_to() {
    let folder = tempfile::tempdir().unwrap();
    let (one, other) = (folder.path().join("one"), folder.path().join("other"));
    for (data, email) in [(&one, "lin@shop.example"), (&other, "wang@shop.example")] {
        assert!(zhike(data, &["user", "add", email]).status.success());
    }
    let archive = folder.path().join("one.zip");
    let archive = archive.to_str().unwrap();
    assert!(zhike(&one, &["backup", archive]).status.success());
    let users = |data: &Path| String::from_utf8(zhike(data, &["user", "list"]).stdout).unwrap();

    refused(&zhike(&other, &["restore", archive]), "--force");
    assert!(users(&other).contains("wang@"));
    assert!(zhike(&other, &["restore", "--force", archive]).status.success());
    assert!(users(&other).contains("lin@") && !users(&other).contains("wang@"));
    let aside = fs::read_dir(&other).unwrap().map(|entry| entry.unwrap().path());
    let aside = aside.into_iter().find(|path| path.to_string_lossy().contains("before-restore-")).unwrap();
    assert!(users(&aside).contains("wang@"), "the former installation is whole");
}

#[test]
fn a_damaged_or_foreign_file_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (data, archive) = (folder.path().join("data"), folder.path().join("whole.zip"));
    assert!(zhike(&data, &["user", "add", "lin@shop.example"]).status.success());
    assert!(zhike(&data, &["backup", archive.to_str().unwrap()]).status.success());
    let whole = fs::read(&archive).unwrap();
    let mut flipped = whole.clone();
    flipped[200] ^= 1;
    let cases: [(&str, &[u8]); 4] = [
        ("flipped", &flipped),
        ("short", &whole[..whole.len() / 2]),
        ("empty", b""),
        ("text", b"not a backup"),
    ];
    for (name, bytes) in cases {
        let bad = folder.path().join(name);
        fs::write(&bad, bytes).unwrap();
        refused(&zhike(&data, &["restore", "--force", bad.to_str().unwrap()]), "no whole backup");
        let users = String::from_utf8(zhike(&data, &["user", "list"]).stdout).unwrap();
        assert!(users.contains("lin@"), "{name}");
    }
    let nothing = folder.path().join("nothing");
    refused(&zhike(&nothing, &["backup", "x.zip"]), "no installation");
}
