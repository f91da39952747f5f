//! The business path end to end: the real server process, the demo shop's systems beside it, a visitor over HTTP.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]

mod api;
#[path = "../support/database.rs"]
mod database;
mod desk;
mod faults;
mod forms;
mod headline;
mod own;
#[path = "../support/postgres.rs"]
mod postgres;
#[path = "../support/sample.rs"]
mod sample;
// Shared with tests/serve, which needs more of it.
#[allow(dead_code)]
#[path = "../serve/server.rs"]
mod server;
mod shop;
