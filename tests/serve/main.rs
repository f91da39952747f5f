//! The whole way of a message through the real program: a child process, SQLite, sockets.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]

mod api_keys;
mod backup;
mod bad_input;
mod canned;
mod conversation;
mod dictionaries;
mod durability;
mod evaluations;
mod import_folder;
mod inboxes;
mod knowledge;
mod lessons;
mod rasa;
mod receiver;
mod reports;
mod roles;
mod server;
mod sockets;
mod teams;
mod training;
mod webhooks;
