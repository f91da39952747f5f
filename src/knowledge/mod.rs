//! The knowledge base: documents become passages that can be found, quoted and replaced.
//!
//! `readers` turn a file into blocks, `chunk` cuts blocks into passages; neither knows where passages are kept.
//! `catalogue` says what has to be written down (the truth, implemented in `store`), `index` keeps a searchable
//! copy of it, and readers of a turn get a `snapshot`.

mod base;
mod byte_matrix;
mod byte_vectors;
pub mod catalogue;
pub mod checksum;
pub mod chunk;
mod column;
pub mod diff;
mod embed;
mod faqs;
mod generation;
mod graph;
pub mod health;
mod import;
mod index;
mod lexical;
pub mod lexicon;
pub mod parsed;
mod places;
mod published;
pub mod readers;
mod rows;
mod segment;
mod snapshot;
pub mod sources;
mod statements;
mod succession;
mod top;
mod vectors;
mod verify;
pub mod versions;
mod words;

pub use base::KnowledgeBase;
pub use byte_vectors::{ByteRow, ByteVector};
pub use catalogue::{
    About, Catalogue, Changes, ChunkVectors, DocumentVersion, FAQ_DOCUMENT, NewChunk, NewDocument, Position,
    Put, StoredChunk, Validity,
};
pub use faqs::FaqDraft;
pub use generation::EncoderMark;
pub use import::{Imported, NewFile, Outcome, Progress};
pub use index::Index;
pub use lexicon::{LexiconEntry, Variant, Wordbook, Wording};
pub use snapshot::{Filter, PassageVectors, Snapshot};
pub use statements::statements;
pub use vectors::{dot, floats};
pub use verify::{Verdict, verify};
