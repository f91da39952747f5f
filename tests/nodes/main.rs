//! Several nodes behind any balancer: three processes, a real PostgreSQL, a real Redis, and what can break among them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]
#![allow(clippy::disallowed_methods, clippy::zombie_processes)]

mod house;
mod migrate;
#[path = "../support/postgres.rs"]
mod postgres;
#[path = "../support/redis.rs"]
mod redis;
mod sources;
mod together;
mod trouble;
