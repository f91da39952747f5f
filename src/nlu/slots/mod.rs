//! Slots.

pub mod recognise;
