//! Matters that need a business system: forms that gather what is needed, ask the systems, and answer or act.
//!
//! A form is declared in `forms.toml`; nothing about any shop is in here. [`cue`] says what a message means to the
//! forms, the policy decides whether they get it, and [`Scene::advance`] takes one step. All that lasts is in
//! [`crate::domain::DialogState`], which comes in with the turn and goes out with it.

mod act;
mod cues;
mod declare;
mod fill;
mod locate;
mod lookup;
mod own;
mod scene;
mod words;

#[cfg(test)]
mod tests;

pub(super) use cues::{Cue, Heard, cue, start};
pub use declare::Forms;
pub use own::{OwnMatters, own_matters};
pub(super) use scene::{Outcome, Scene};
