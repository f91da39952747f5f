//! Proof in numbers: labelled sets are played through the very engine that serves visitors, and reported.
//!
//! Three kinds of sets (dialog suites, retrieval sets, labelled utterances), one shape of [`report`]: named metrics,
//! an outcome per item, and the details. Reports of one kind can be held against each other ([`compare`]), and any
//! metric can be a [`gate`]. Nothing here recalls, ranks or decides by itself, and nothing here knows how an engine
//! or a knowledge base is built: both are handed in.

pub mod compare;
pub mod convert;
pub mod curve;
pub mod dialogs;
pub mod gate;
pub mod metrics;
pub mod names;
pub mod nlu;
pub mod page;
pub mod plot;
pub mod ranker;
pub mod replay;
pub mod report;
pub mod retrieval;
pub mod suite;
