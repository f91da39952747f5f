//! What to do with a message: a pure function of what was found, what was understood, and what went before.
//!
//! Knows no clock, no database, no model and no wording. The dialog room gathers the [`Situation`], asks
//! [`decide`], and puts the [`Verdict`] and its [`Grounds`] into words.

mod decide;
mod grounds;
mod situation;

pub use decide::decide;
pub use grounds::Grounds;
pub use situation::{Finding, FormCue, IntentClass, Limits, Reason, RuleSays, Situation, Verdict};
