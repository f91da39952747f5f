//! Zhike 知客: a local dialog engine with a knowledge base, inside a customer-service chat server.
//!
//! The rooms of this house and what each may import are described in `docs/ARCHITECTURE.md`; the test
//! `tests/architecture.rs` holds that table. A visitor's message walks through them in this order:
//! `http`/`hub` → `chat` (durable, numbered) → `dialog` (the turn) → `encoder`, `nlu`, `recall`, `rank`,
//! `policy` (the decision) → `chat` (the reply, durable, numbered) → `hub`.

pub mod app;
pub mod assets;
pub mod chat;
pub mod cli;
pub mod config;
pub mod connect;
pub mod demo_shop;
pub mod desk;
pub mod dialog;
pub mod domain;
pub mod encoder;
pub mod error;
pub mod eval;
pub mod http;
pub mod hub;
pub mod jobs;
pub mod knowledge;
pub mod learn;
pub mod memory;
pub mod nlu;
pub mod nodes;
pub mod observe;
pub mod phrase;
pub mod policy;
pub mod quality;
pub mod rank;
pub mod recall;
pub mod store;
pub mod tasks;
pub mod text;
