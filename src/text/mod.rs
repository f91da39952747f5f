//! Pure text work: normalising, segmenting, languages, sentences, numbers, dates, masking.
//!
//! Everything here is a function of its arguments: no I/O, no models, no settings, nothing of any shop. The same
//! functions serve import, training, evaluation and live traffic, so what the index stores is what a question asks
//! for. Offsets that leave this room are Unicode scalar values unless a function says bytes.

pub mod dates;
mod lang;
mod mask;
pub mod mention;
mod normalise;
pub mod numbers;
pub mod segment;
pub mod sentences;
pub mod sounds;
mod stem;
mod whole;

pub use lang::{detect_lang, is_han};
pub use mask::mask;
pub use normalise::{Aligned, folded_chars, half_width, normalise, to_simplified};
pub use whole::{WholeWords, find_in, folded};

/// The part of `text` between two scalar offsets; what lies outside the text is cut off.
pub fn slice(text: &str, start: usize, end: usize) -> &str {
    let from = byte_offset(text, start);
    let to = byte_offset(text, end).max(from);
    &text[from..to]
}

/// Byte offset of the scalar at `index`; the length of the text when it has fewer.
pub fn byte_offset(text: &str, index: usize) -> usize {
    text.char_indices().nth(index).map_or(text.len(), |(at, _)| at)
}

/// How many scalars come before byte offset `at`, which must be a character boundary.
pub fn scalar_offset(text: &str, at: usize) -> usize {
    text[..at].chars().count()
}

/// Bytes in hexadecimal, two lower-case digits each.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Compiles a pattern written in this program's source. Only for constants: patterns from outside go through
/// `regex::Regex::new` and its error.
#[allow(
    clippy::expect_used,
    reason = "a constant pattern either always compiles or fails every test that uses it"
)]
pub(crate) fn constant_pattern(pattern: &str) -> regex::Regex {
    regex::Regex::new(pattern).expect("the pattern is a constant of this program")
}
