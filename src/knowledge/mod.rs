//! The knowledge base: documents become passages that can be found, quoted and replaced.
//!
//! `readers` turn a file into blocks, `chunk` cuts blocks into passages; neither knows where passages are kept.
//! `catalogue` says what has to be written down (the truth, implemented in `store`), `index` keeps a searchable
//! copy of it, and readers of a turn get a `snapshot`.

pub mod catalogue;
mod checksum;
pub mod chunk;
mod generation;
mod index;
mod lexical;
pub mod parsed;
mod phrase;
pub mod readers;
mod rows;
mod segment;
mod snapshot;
mod succession;
mod top;
mod vectors;

pub use catalogue::{
    Catalogue, Changes, ChunkVectors, DocumentVersion, FAQ_DOCUMENT, NewChunk, NewDocument, Position, Put,
    StoredChunk, Validity,
};
pub use generation::EncoderMark;
pub use index::Index;
pub use snapshot::{Filter, Snapshot};
pub use vectors::{dot, floats};
