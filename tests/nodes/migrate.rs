//! `zhike migrate`: what was in the file is in PostgreSQL, row by row, and a database that holds something is refused.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

use crate::postgres::Postgres;

fn zhike(data: &Path, arguments: &[&str]) -> Output {
    let mut zhike = Command::new(env!("CARGO_BIN_EXE_zhike"));
    zhike.arg("--data").arg(data).args(arguments).current_dir(data).output().unwrap()
}

#[test]
fn an_installation_moves_into_postgres_whole() {
    let postgres = Postgres::start();
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    std::fs::write(
        data.join("shipping.md"),
        "# Shipping\n\nWithin China it is free.\n\nAbroad it is 88 yuan.",
    )
    .unwrap();
    assert!(zhike(data, &["knowledge", "import", "shipping.md"]).status.success());
    for n in 0..3 {
        let email = format!("agent{n}@shop.example");
        assert!(zhike(data, &["user", "add", &email, "--name", "小林"]).status.success());
    }

    let to = postgres.database("moved");
    let from = data.to_str().unwrap();
    let done = zhike(data, &["migrate", "--from", from, "--to", &to, "--json"]);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let report: Value = serde_json::from_slice(&done.stdout).unwrap();
    let rows = |table: &str| {
        let tables = report["tables"].as_array().unwrap();
        tables.iter().find(|t| t["table"] == table).unwrap()["rows"].as_u64().unwrap()
    };
    assert_eq!((rows("users"), rows("documents")), (3, 1));
    assert!(rows("chunks") >= 1);
    assert_eq!(postgres.sql("moved", "SELECT count(*) FROM users WHERE name = '小林'"), "3");
    let vectors = "SELECT bool_and(length(vectors) > 0) FROM chunks";
    assert_eq!(postgres.sql("moved", vectors), "t");

    // What was moved is served from there: the question finds its passage.
    let mut ask = Command::new(env!("CARGO_BIN_EXE_zhike"));
    let other = folder.path().join("node");
    ask.args(["knowledge", "list", "--json", "--data"]).arg(&other).env("ZHIKE_DATABASE_URL", &to);
    let listed = ask.current_dir(data).output().unwrap();
    let listed: Value = serde_json::from_slice(&listed.stdout).unwrap();
    assert_eq!(listed["items"][0]["name"], "shipping.md");

    let again = zhike(data, &["migrate", "--from", from, "--to", &to]);
    assert_eq!(again.status.code(), Some(2));
    let said = String::from_utf8(again.stderr).unwrap();
    assert!(said.contains("not empty"), "{said}");
    assert_eq!(postgres.sql("moved", "SELECT count(*) FROM users"), "3");
}
