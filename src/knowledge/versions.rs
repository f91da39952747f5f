//! What documents were: their versions, what changed between two of them, and the way back.

use serde::Serialize;
use utoipa::ToSchema;

use super::base::KnowledgeBase;
use super::chunk::{ChunkDraft, ChunkOptions, chunk};
use super::diff::{Edit, Line, diff, lines};
use super::import::{Imported, NewFile, Progress};
use super::readers::{self, Limits};
use crate::domain::{Document, DocumentId, Format};
use crate::error::{Code, Error, Result};

/// A text longer than this is not edited in place: it is a file to be given anew.
const LONGEST_TEXT: usize = 2 << 20;

/// What changed from one version of a document to another, passage by passage.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Comparison {
    pub before: i64,
    pub after: i64,
    /// Passages that are the same in both.
    pub same: usize,
    /// Passages that are not, in the order of the document.
    pub changes: Vec<PassageChange>,
}

/// One passage that is not in both versions as it is.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct PassageChange {
    pub change: ChangeKind,
    /// Headings above it; those of the later version where both have it.
    pub section: String,
    /// Its lines, those of a FAQ pair with the questions first.
    pub lines: Vec<Line>,
}

/// What became of a passage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    Added,
    Removed,
    Changed,
}

/// The text of a document that can be edited where it is.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct DocumentText {
    /// The version this is the text of: sent back with the edited text, so that nobody's work is written over.
    pub version: i64,
    pub text: String,
}

impl KnowledgeBase {
    /// The file of one version.
    ///
    /// # Errors
    /// `not_found` when there is no such version, or its file is no longer kept.
    pub async fn file_of(&self, id: DocumentId, version: i64) -> Result<Vec<u8>> {
        let file = self.catalogue.file_of_version(id, version).await?;
        file.ok_or_else(|| {
            Error::new(
                Code::NotFound,
                format!("version {version} of document {id} does not exist or its file is no longer kept"),
            )
        })
    }

    /// What changed between two versions.
    ///
    /// # Errors
    /// `not_found` as [`KnowledgeBase::file_of`]; what a reader says of a file it can no longer read.
    pub async fn compare(&self, id: DocumentId, before: i64, after: i64) -> Result<Comparison> {
        let document = self.get(id).await?;
        let (former, latter) = (self.file_of(id, before).await?, self.file_of(id, after).await?);
        let encoder = self.encoder.clone();
        let work = move || -> Result<Comparison> {
            let cut = |bytes: &[u8]| -> Result<Vec<ChunkDraft>> {
                let parsed = readers::read(&document.name, bytes, &Limits::default())?;
                Ok(chunk(&parsed, &ChunkOptions::default(), &|text| encoder.count_tokens(text)))
            };
            Ok(comparison(before, after, &cut(&former)?, &cut(&latter)?))
        };
        let compared = self.tasks.spawn_blocking(work).await;
        compared.map_err(|e| Error::internal("comparing two versions stopped").with_source(e))?
    }

    /// Makes a former version the present one again, as a new version.
    pub async fn restore(
        &self,
        id: DocumentId,
        version: i64,
        author: &str,
        progress: Progress<'_>,
    ) -> Result<Imported> {
        let document = self.get(id).await?;
        let bytes = self.file_of(id, version).await?;
        self.import_file(NewFile::of(&document, bytes).by(author), progress).await
    }

    /// The text of a document that is written in text.
    ///
    /// # Errors
    /// `unsupported_format` for one that is not, `too_large` for one nobody edits in place.
    pub async fn text(&self, id: DocumentId) -> Result<DocumentText> {
        let document = self.get(id).await?;
        check_is_text(&document)?;
        let bytes = self.original(id).await?;
        if bytes.len() > LONGEST_TEXT {
            return Err(too_long(bytes.len()));
        }
        let text = String::from_utf8(bytes).map_err(|_| {
            Error::new(
                Code::UnsupportedFormat,
                format!(
                    "{} is not in UTF-8: upload it as UTF-8 once, then it can be edited here",
                    document.name
                ),
            )
        })?;
        Ok(DocumentText { version: document.version, text })
    }

    /// Whether [`KnowledgeBase::write_text`] would begin: what can be said before any work is done.
    ///
    /// # Errors
    /// As [`KnowledgeBase::text`]; `conflict` when `version` is no longer the present one.
    pub async fn check_text(&self, id: DocumentId, version: i64, text: &str) -> Result<Document> {
        let document = self.get(id).await?;
        check_is_text(&document)?;
        if text.len() > LONGEST_TEXT {
            return Err(too_long(text.len()));
        }
        if document.version != version {
            return Err(Error::new(
                Code::Conflict,
                format!(
                    "{} is at version {} by now, and version {version} was edited: read it again",
                    document.name, document.version
                ),
            ));
        }
        Ok(document)
    }

    /// Puts an edited text in the place of a document's, as a new version.
    pub async fn write_text(
        &self,
        id: DocumentId,
        version: i64,
        text: String,
        author: &str,
        progress: Progress<'_>,
    ) -> Result<Imported> {
        let document = self.check_text(id, version, &text).await?;
        self.import_file(NewFile::of(&document, text.into_bytes()).by(author), progress).await
    }
}

fn check_is_text(document: &Document) -> Result<()> {
    match document.format {
        Format::Markdown | Format::Text | Format::Html | Format::Csv | Format::Json => Ok(()),
        Format::Pdf | Format::Docx | Format::Xlsx => Err(Error::new(
            Code::UnsupportedFormat,
            format!("{} is not written in text: change the file and upload it again", document.name),
        )),
    }
}

fn too_long(bytes: usize) -> Error {
    Error::new(
        Code::TooLarge,
        format!(
            "a text of {bytes} bytes is not edited in place; at most {LONGEST_TEXT} are: upload the file"
        ),
    )
}

/// Passages that follow each other in both versions are the same; what lies between is held against each other.
fn comparison(before: i64, after: i64, former: &[ChunkDraft], latter: &[ChunkDraft]) -> Comparison {
    let mut same = 0;
    let mut changes = Vec::new();
    let (mut gone, mut come) = (Vec::new(), Vec::new());
    for edit in diff(former, latter) {
        match edit {
            Edit::Same(_) => {
                same += 1;
                pair(&mut gone, &mut come, &mut changes);
            }
            Edit::Removed(draft) => gone.push(draft),
            Edit::Added(draft) => come.push(draft),
        }
    }
    pair(&mut gone, &mut come, &mut changes);
    Comparison { before, after, same, changes }
}

/// A passage that went is the former self of the first one that came with the same heading, or with a line in common.
fn pair(gone: &mut Vec<&ChunkDraft>, come: &mut Vec<&ChunkDraft>, changes: &mut Vec<PassageChange>) {
    let mut paired = vec![false; come.len()];
    for old in gone.drain(..) {
        let kin = |new: &&ChunkDraft| {
            new.section == old.section || whole(new).iter().any(|line| whole(old).contains(line))
        };
        let partner = (0..come.len()).find(|at| !paired[*at] && kin(&come[*at]));
        let (change, new) = match partner {
            Some(at) => {
                paired[at] = true;
                (ChangeKind::Changed, Some(come[at]))
            }
            None => (ChangeKind::Removed, None),
        };
        let after = new.map(whole).unwrap_or_default();
        let section = new.unwrap_or(old).section.clone();
        changes.push(PassageChange { change, section, lines: lines(&whole(old), &after) });
    }
    for (new, _) in come.drain(..).zip(paired).filter(|(_, paired)| !paired) {
        let lines = lines(&[], &whole(new));
        changes.push(PassageChange { change: ChangeKind::Added, section: new.section.clone(), lines });
    }
}

fn whole(draft: &ChunkDraft) -> Vec<&str> {
    draft.questions.iter().map(String::as_str).chain(draft.text.lines()).collect()
}

#[cfg(test)]
mod tests {
    use super::super::diff::Side;
    use super::*;
    use crate::domain::ChunkKind;

    fn draft(section: &str, text: &str) -> ChunkDraft {
        ChunkDraft { section: section.into(), kind: ChunkKind::Text, text: text.into(), questions: vec![] }
    }

    #[test]
    fn passages_are_the_same_changed_added_or_removed() {
        let former = [draft("运费", "六元\n满59包邮"), draft("退货", "七天"), draft("旧", "没有了")];
        let latter = [draft("运费", "八元\n满59包邮"), draft("退货", "七天"), draft("新", "刚写的")];
        let found = comparison(1, 2, &former, &latter);
        let kinds: Vec<_> = found.changes.iter().map(|c| (c.change, c.section.as_str())).collect();
        assert_eq!(
            kinds,
            [(ChangeKind::Changed, "运费"), (ChangeKind::Removed, "旧"), (ChangeKind::Added, "新")]
        );
        assert_eq!(found.same, 1);
        let sides: Vec<_> = found.changes[0].lines.iter().map(|l| (l.side, l.text.as_str())).collect();
        assert_eq!(sides, [(Side::Before, "六元"), (Side::After, "八元"), (Side::Both, "满59包邮")]);
    }
}
