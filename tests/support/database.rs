//! The database a test runs on: a file of SQLite, or the same in PostgreSQL.
//!
//! One suite, two databases: every test binary that opens its databases here has a test that starts a PostgreSQL and
//! runs the whole binary again on it ([`again_on_postgres`]).

#![allow(dead_code)] // each suite uses its part of this

use std::path::Path;
use std::process::Command;

use zhike::store::Db;

use super::postgres::{self, Postgres};

/// The port of the PostgreSQL the tests run on. Not one of the variables the program reads.
const PORT: &str = "TEST_POSTGRES_PORT";

/// The database that stands for this file: the file itself, or a database of PostgreSQL of its own.
pub async fn open(file: &Path) -> Db {
    match url_for(file) {
        Some(url) => Db::connect(&url).await.unwrap(),
        None => Db::open(file).await.unwrap(),
    }
}

/// Whether the tests run on PostgreSQL.
pub fn on_postgres() -> bool {
    std::env::var_os(PORT).is_some()
}

/// The address of the database that stands for this file, when the tests run on PostgreSQL. Made when there is none.
pub fn url_for(file: &Path) -> Option<String> {
    let port: u16 = std::env::var(PORT).ok()?.parse().unwrap();
    let name = postgres::name_for(file);
    if postgres::sql(port, "postgres", &format!("SELECT 1 FROM pg_database WHERE datname = '{name}'"))
        .is_empty()
    {
        postgres::sql(port, "postgres", &format!("CREATE DATABASE \"{name}\""));
    }
    Some(postgres::url(port, &name))
}

/// Runs the tests of this binary whose names contain one of `chosen`, all of them when it is empty, on a PostgreSQL.
pub fn again_on_postgres(chosen: &[&str], threads: usize) {
    let server = Postgres::start();
    let mut tests = Command::new(std::env::current_exe().unwrap());
    tests.args(chosen).args(["--skip", "on_postgres", "--test-threads", &threads.to_string()]);
    let output = tests.env(PORT, server.port.to_string()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    let ran = said.lines().find_map(|line| line.strip_prefix("running ")).unwrap_or_default();
    assert!(!ran.starts_with("0 "), "no test was chosen: {said}");
}

/// Every byte that is kept in the database of this file or data folder: of the file and its log, or a dump.
pub fn everything_in(place: &Path) -> Vec<u8> {
    if let Some(url) = url_for(place) {
        return postgres::dump(&url);
    }
    let file = if place.is_dir() { place.join("zhike.db") } else { place.to_owned() };
    let log = std::fs::read(file.with_extension("db-wal")).unwrap_or_default();
    [std::fs::read(&file).unwrap(), log].concat()
}
