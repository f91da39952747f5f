//! The chat server as a specification: real database files, real tasks, a scripted engine.
//!
//! Tests that hold a line of the list of requirements carry its number in their name.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::disallowed_methods)]

mod bot;
mod desk;
mod handoff;
mod interleavings;
mod kill9;

mod queue;
mod sockets;

mod staff;
mod visitors;
