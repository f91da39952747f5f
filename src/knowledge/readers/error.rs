//! Why a document could not be read: what is wrong, where in the file, and what its owner can do about it.

use std::fmt;
use std::time::Duration;

use crate::error::{Code, Error};

/// A document that could not be read.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{file}{}: {problem}", .place.as_ref().map(|p| format!(", {p}")).unwrap_or_default())]
pub struct ReadError {
    /// The file name as it was given.
    pub file: String,
    /// Where in the file, as far as that is known.
    pub place: Option<Place>,
    /// What is wrong, with the advice in its text.
    pub problem: Problem,
}

/// A place in a document, counted from 1 as people count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    Page(u32),
    Line(u64),
    Sheet(String),
    /// A part of an archive, e.g. `word/document.xml`.
    Part(String),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Page(n) => write!(f, "page {n}"),
            Place::Line(n) => write!(f, "line {n}"),
            Place::Sheet(name) => write!(f, "sheet {name}"),
            Place::Part(name) => write!(f, "part {name}"),
        }
    }
}

/// What is wrong with a document.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Problem {
    #[error("the file is empty; export or copy it again")]
    Empty,
    #[error("the file has no text in it; nothing can be found in it, so it was not imported")]
    NoText,
    #[error("no page has any text, only scanned pictures; run it through text recognition (OCR) first")]
    Scanned,
    #[error("the file is protected by a password; remove the protection and import it again")]
    Encrypted,
    #[error("{size} bytes are more than the {limit} allowed; split the file")]
    FileTooLarge { size: usize, limit: usize },
    #[error("it holds more than {limit} {what}; split the file")]
    TooMuch { what: &'static str, limit: usize },
    #[error(
        "it unpacks to far more than its size ({detail}), as a decompression bomb does; save it again with an office program"
    )]
    Bomb { detail: String },
    #[error("it is nested deeper than {limit} levels; flatten it")]
    TooDeep { limit: usize },
    #[error("reading it took longer than {} s; split the file", .limit.as_secs())]
    TookTooLong { limit: Duration },
    #[error("{found}; supported are .md .txt .html .pdf .docx .xlsx .csv .json")]
    Unsupported { found: String },
    #[error("{found}; save it as {to} and import that")]
    Convertible { found: String, to: &'static str },
    #[error("the file is damaged: {detail}; open it in the program it comes from and save it again")]
    Corrupt { detail: String },
    #[error("the parser failed on it ({detail}); save it in another format, and please report the file")]
    ParserFailed { detail: String },
}

impl Problem {
    /// The problem at a place, still without its file.
    pub(super) fn at(self, place: Place) -> Failure {
        Failure { place: Some(place), problem: self }
    }

    pub(super) fn corrupt(detail: impl fmt::Display) -> Self {
        Problem::Corrupt { detail: detail.to_string() }
    }

    fn code(&self) -> Code {
        match self {
            Problem::FileTooLarge { .. } | Problem::TooMuch { .. } => Code::TooLarge,
            Problem::Unsupported { .. } | Problem::Convertible { .. } => Code::UnsupportedFormat,
            Problem::TookTooLong { .. } => Code::Timeout,
            Problem::Empty
            | Problem::NoText
            | Problem::Scanned
            | Problem::Encrypted
            | Problem::Bomb { .. }
            | Problem::TooDeep { .. }
            | Problem::Corrupt { .. }
            | Problem::ParserFailed { .. } => Code::UnreadableDocument,
        }
    }
}

impl From<ReadError> for Error {
    fn from(e: ReadError) -> Self {
        Error::new(e.problem.code(), e.to_string())
    }
}

/// A problem inside one reader, which knows the place but not the name of the file.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Failure {
    pub(super) place: Option<Place>,
    pub(super) problem: Problem,
}

impl Failure {
    pub(super) fn of(self, file: &str) -> ReadError {
        ReadError { file: file.to_owned(), place: self.place, problem: self.problem }
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self { place: None, problem }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_says_where_what_and_what_to_do() {
        let e = Problem::corrupt("the page has no contents").at(Place::Page(3)).of("manual.pdf");
        assert_eq!(
            Error::from(e).to_string(),
            "manual.pdf, page 3: the file is damaged: the page has no contents; \
             open it in the program it comes from and save it again"
        );
    }

    #[test]
    fn the_code_tells_whose_move_it_is() {
        assert_eq!(
            Error::from(Failure::from(Problem::Encrypted).of("a.pdf")).code(),
            Code::UnreadableDocument
        );
        let large = Problem::FileTooLarge { size: 9, limit: 8 };
        assert_eq!(Error::from(Failure::from(large).of("a.txt")).code(), Code::TooLarge);
    }
}
