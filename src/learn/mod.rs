//! Learning from people: what they say about intents becomes examples, examples become a version, and a version takes
//! over when it is not worse. What conversations teach waits in a queue ([`Lessons`]) until somebody takes it up; labelled
//! dialogs tell beforehand what a version would do ([`Evaluations`]).
//!
//! The files of a shop are its beginning and stay as they are; what people write in the console lies over them
//! ([`overlay`]). Training and comparing are those of [`crate::nlu`]; there is no second way of understanding here.

mod evaluations;
mod files;
mod fresh;
pub mod health;
mod intents;
mod lessons;
mod overlay;
mod recordings;
mod replays;
mod shadow;
mod trainer;

pub use evaluations::{Evaluation, EvaluationKind, EvaluationStore, Evaluations, NewEvaluation};
pub use files::{examples_of_files, examples_of_shop};
pub use intents::{Intent, IntentExample, IntentSummary, Intents, NewExample};
pub use lessons::{
    Acceptance, Correction, Learnt, Lesson, LessonDecision, LessonId, LessonKind, LessonStore, Lessons,
};
pub use overlay::{ExampleStore, Origin, Overlay, OverlayMark, Source, Written, key};
pub use recordings::{Excerpt, Recording, Recordings};
pub use replays::NewReplay;
pub use shadow::{Shadow, ShadowRun, ShadowStore, ShadowTurn, Tally};
pub use trainer::{Finished, Order, Trainer, keep};
