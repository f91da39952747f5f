//! The chat server as a specification: real database files, real tasks, a scripted engine.
//!
//! Tests that hold a line of the list of requirements carry its number in their name.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::disallowed_methods)]

mod bot;
mod client;
#[path = "../support/database.rs"]
mod database;
mod desk;
mod frames;
mod guests;
mod handoff;
mod idle;
mod interleavings;
mod kill9;
mod merge;
mod nodes;
#[path = "../support/postgres.rs"]
mod postgres;
mod queue;
mod reading;
mod snooze;
mod sockets;
mod staff;
mod streaming;
mod visitors;

#[test]
fn all_of_this_holds_on_postgres_too() {
    database::again_on_postgres(&[], 2);
}
