//! The whole way of a message through the real program: a child process, SQLite, sockets.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]

mod api_keys;
mod backup;
mod bad_input;
mod canned;
mod conversation;
#[path = "../support/database.rs"]
mod database;
mod dictionaries;
mod documents;
mod durability;
mod ending;
mod evaluations;
#[path = "../support/gguf.rs"]
// Other makers of it are for the tests of the decoder itself.
#[allow(dead_code)]
mod gguf;
mod health;
mod import_folder;
mod inboxes;
mod knowledge;
mod lessons;
mod lexicon;
#[path = "../support/model.rs"]
mod model;
mod phrasing;
#[path = "../support/postgres.rs"]
mod postgres;
mod rasa;
mod receiver;
mod repeated;
mod replays;
mod reports;
mod requirements;
mod roles;
#[path = "../support/sample.rs"]
mod sample;
mod server;
mod several;
mod sockets;
mod sources;
mod teams;
mod training;
mod webhooks;

/// What people see of areas whose rows no other suite reads: the same on PostgreSQL.
#[test]
fn people_and_their_rights_hold_on_postgres_too() {
    database::again_on_postgres(&["api_keys::", "canned::", "inboxes::", "teams::"], 1);
}

#[test]
fn what_is_told_and_counted_holds_on_postgres_too() {
    database::again_on_postgres(&["ending::", "lessons::", "reports::", "webhooks::"], 1);
}
