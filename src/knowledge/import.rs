//! A file becomes a document: read, cut, encoded, written in one transaction, found by the next question.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::{ChunkId, Document, Lang};
use crate::error::{Code, Error, Result};
use crate::text::detect_lang;

use super::base::KnowledgeBase;
use super::catalogue::{About, ChunkVectors, FAQ_DOCUMENT, NewChunk, NewDocument, Put};
use super::checksum;
use super::chunk::{ChunkDraft, ChunkOptions, chunk};
use super::embed::{self, PassageText};
use super::faqs::{LONGEST_TAG, MOST_TAGS, list, text};
use super::parsed::ParsedDocument;
use super::readers::{self, Limits};

/// More passages than this do not go into one document: all of them wait in memory for the one transaction.
const MOST_CHUNKS: usize = 20_000;

/// Longest name of a document or base, in bytes; what file systems allow.
const LONGEST_NAME: usize = 255;

/// Fewer letters than this do not tell a language.
const LETTERS_FOR_LANG: usize = 8;

/// Told how far an import is (0..=1) and which step it is at.
pub type Progress<'a> = &'a (dyn Fn(f32, &str) + Send + Sync);

/// What an import came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// The first version under this name.
    Added,
    /// A new version took the place of the old one.
    Replaced,
    /// The file is the one that is already there; nothing was done.
    Unchanged,
}

/// An imported document.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Imported {
    #[serde(flatten)]
    pub document: Document,
    pub outcome: Outcome,
    /// What was left out or guessed, in sentences for the person who imports.
    pub warnings: Vec<String>,
}

/// A file to be imported.
#[derive(Clone, Debug)]
pub struct NewFile {
    pub base: String,
    pub name: String,
    pub bytes: Vec<u8>,
    /// What is said about it; without, what was said about the former version stays.
    pub about: Option<About>,
    /// Who brings it.
    pub author: Option<String>,
}

impl NewFile {
    /// A file of this name.
    pub fn new(base: &str, name: &str, bytes: Vec<u8>) -> Self {
        Self { base: base.to_owned(), name: name.to_owned(), bytes, about: None, author: None }
    }

    /// Another content for a document.
    pub fn of(document: &Document, bytes: Vec<u8>) -> Self {
        Self::new(&document.base, &document.name, bytes)
    }

    /// Brought by this person.
    pub fn by(mut self, author: &str) -> Self {
        self.author = Some(author.to_owned());
        self
    }
}

impl KnowledgeBase {
    /// Imports a file as the document `name` of `base`. The same name again is a new version, which takes the place
    /// of the old one at once when everything is ready; until then, and if anything fails, the old one stays.
    ///
    /// # Errors
    /// What is wrong with the name or the file, and what to do; never anything about other imports.
    pub async fn import(
        &self,
        base: &str,
        name: &str,
        bytes: Vec<u8>,
        progress: Progress<'_>,
    ) -> Result<Imported> {
        self.import_file(NewFile::new(base, name, bytes), progress).await
    }

    /// [`KnowledgeBase::import`] of a file about which more is known.
    pub async fn import_file(&self, file: NewFile, progress: Progress<'_>) -> Result<Imported> {
        let NewFile { base, name, bytes, about, author } = file;
        let (base, name) = (base.as_str(), name.as_str());
        check_base(base)?;
        check_name(name)?;
        let about = about.map(checked).transpose()?;
        let _place = self.places.acquire().await.map_err(|_| stopping())?;
        progress(0.0, "reading");
        let sha256 = checksum::of_bytes(&bytes);
        if let Some(document) = self.catalogue.document_named(base, name).await?
            && document.sha256 == sha256
        {
            let document = match about {
                Some(about) => self.catalogue.describe(document.id, &about).await?,
                None => document,
            };
            self.publish().await?;
            return Ok(Imported { document, outcome: Outcome::Unchanged, warnings: Vec::new() });
        }

        let (original, parsed, drafts) = self.read(name, bytes).await?;
        progress(0.05, "encoding");
        let vectors = self.encode(&parsed.title, &drafts, progress).await?;
        progress(0.97, "saving");
        let chunks =
            drafts.into_iter().zip(vectors).map(|(draft, v)| new_chunk(draft, v, parsed.lang)).collect();
        let put = self.catalogue.put_document(NewDocument {
            base: base.to_owned(),
            name: name.to_owned(),
            title: parsed.title,
            format: parsed.format,
            lang: parsed.lang,
            sha256,
            original,
            chunks,
            about,
            author,
        });
        let (document, outcome) = match put.await? {
            Put::Added(document) => (document, Outcome::Added),
            Put::Replaced(document) => (document, Outcome::Replaced),
            Put::Unchanged(document) => (document, Outcome::Unchanged),
        };
        self.publish().await?;
        progress(1.0, "done");
        Ok(Imported { document, outcome, warnings: parsed.warnings })
    }

    /// Reads and cuts a file on a thread that may block; gives the bytes back.
    async fn read(&self, name: &str, bytes: Vec<u8>) -> Result<(Vec<u8>, ParsedDocument, Vec<ChunkDraft>)> {
        let (file, encoder) = (name.to_owned(), self.encoder.clone());
        let work = move || -> Result<_> {
            let mut parsed = readers::read(&file, &bytes, &Limits::default())?;
            let drafts = chunk(&parsed, &ChunkOptions::default(), &|text| encoder.count_tokens(text));
            parsed.blocks = Vec::new();
            Ok((bytes, parsed, drafts))
        };
        let read = self.tasks.spawn_blocking(work).await;
        let (bytes, parsed, drafts) = read.map_err(|e| {
            Error::internal(format!("{name}: cutting it into passages failed")).with_source(e)
        })??;
        if drafts.is_empty() {
            return Err(Error::new(
                Code::UnreadableDocument,
                format!("{name}: nothing in it can be found or quoted, so it was not imported"),
            ));
        }
        if drafts.len() > MOST_CHUNKS {
            let n = drafts.len();
            let detail =
                format!("{name}: {n} passages are more than the {MOST_CHUNKS} allowed; split the file");
            return Err(Error::new(Code::TooLarge, detail));
        }
        Ok((bytes, parsed, drafts))
    }

    async fn encode(
        &self,
        title: &str,
        drafts: &[ChunkDraft],
        progress: Progress<'_>,
    ) -> Result<Vec<ChunkVectors>> {
        let passages: Vec<_> = drafts
            .iter()
            .map(|d| PassageText {
                kind: d.kind,
                title,
                section: &d.section,
                text: &d.text,
                questions: &d.questions,
            })
            .collect();
        let total = passages.len();
        let done = |finished: usize| {
            let share = finished as f32 / total as f32;
            progress(0.05 + 0.9 * share, &format!("encoding passage {finished} of {total}"));
        };
        embed::vectors(&self.encoder, &passages, &done).await
    }
}

fn new_chunk(draft: ChunkDraft, vectors: ChunkVectors, document: Lang) -> NewChunk {
    let ChunkDraft { section, kind, text, questions } = draft;
    let letters = text.chars().filter(|c| c.is_alphabetic()).take(LETTERS_FOR_LANG).count();
    let lang = if letters < LETTERS_FOR_LANG { document } else { detect_lang(&text) };
    NewChunk { id: ChunkId::new(), section, kind, lang, text, questions, vectors }
}

/// What is said about a document, tidied.
pub(super) fn checked(mut about: About) -> Result<About> {
    about.tags = list("tags", about.tags, MOST_TAGS, LONGEST_TAG)?;
    about.owner = match about.owner.as_deref().map(str::trim).filter(|owner| !owner.is_empty()) {
        Some(owner) => Some(text("owner", owner, LONGEST_TAG)?),
        None => None,
    };
    if let (Some(from), Some(to)) = (about.validity.from, about.validity.to)
        && to < from
    {
        return Err(Error::invalid("valid_to lies before valid_from"));
    }
    Ok(about)
}

/// A base is named by anything a person can read and a folder can be called.
pub(super) fn check_base(base: &str) -> Result<()> {
    if !is_plain(base) || base.contains(['/', '\\']) {
        return Err(Error::invalid(format!(
            "base `{}`: a name has 1 to {LONGEST_NAME} bytes, no slash and no control characters",
            shown(base)
        )));
    }
    Ok(())
}

/// A document is named by its file name, or by its path below an imported folder.
fn check_name(name: &str) -> Result<()> {
    let parts_are_plain = name.split('/').all(is_plain);
    if !parts_are_plain || name.contains('\\') || name.len() > LONGEST_NAME {
        return Err(Error::invalid(format!(
            "file name `{}`: a name has 1 to {LONGEST_NAME} bytes, no empty part, no `..`, no backslash and no \
             control characters",
            shown(name)
        )));
    }
    if name == FAQ_DOCUMENT {
        let detail =
            format!("file name `{FAQ_DOCUMENT}` is kept for FAQ pairs written by hand; rename the file");
        return Err(Error::invalid(detail));
    }
    Ok(())
}

fn is_plain(part: &str) -> bool {
    !part.trim().is_empty()
        && part.len() <= LONGEST_NAME
        && part != "."
        && part != ".."
        && !part.chars().any(char::is_control)
}

fn shown(name: &str) -> String {
    name.chars().take(60).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

fn stopping() -> Error {
    Error::new(Code::Unavailable, "the server is stopping")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn names_that_could_leave_a_folder_or_hide_are_refused() {
        for good in ["a.md", "退货规则.docx", "policies/a.md", "a b.txt", "..a"] {
            assert!(check_name(good).is_ok(), "{good}");
        }
        for bad in
            ["", " ", "../a.md", "a/../b.md", "/etc/passwd", "a//b", "a\\b", "a\0b", "a\nb", "FAQ", "."]
        {
            let error = check_name(bad).unwrap_err();
            assert_eq!(error.code(), Code::InvalidInput, "{bad:?}");
            assert!(!error.detail().contains(char::is_control));
        }
        assert!(check_base("default").is_ok() && check_base("a/b").is_err() && check_base("..").is_err());
        assert!(check_name(&"长".repeat(86)).is_err());
    }
}
