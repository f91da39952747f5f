//! PDF: text is put together again from where its pieces stand on the pages.
//!
//! The parser (`oxidize-pdf`) decodes fonts, CID fonts among them, and says where each run of text stands. From there:
//! `page` (runs and drawn lines) → `ruled` (tables with borders) → `rows` → `furniture` (headers and footers go) →
//! `columns` (reading order) → `aligned` (tables without borders) → `compose` (headings, paragraphs, lists).

mod aligned;
mod columns;
mod compose;
mod flow;
mod furniture;
mod page;
mod rows;
mod ruled;
mod rules;

use std::io::Cursor;

use oxidize_pdf::parser::{ParseError, ParseOptions, PdfReader};
use oxidize_pdf::text::{ExtractionOptions, TextExtractor};

use super::error::{Failure, Place, Problem};
use super::limits::Meter;
use super::writer::{Content, Writer};
use furniture::PageRows;
use page::{Document, Page};

/// Reads a PDF.
pub(super) fn read(bytes: &[u8], meter: &Meter) -> Result<Content, Failure> {
    let document = open(bytes)?;
    let count = document.page_count().map_err(opening)?;
    if count as usize > meter.limits().max_pages {
        return Err(Problem::TooMuch { what: "pages", limit: meter.limits().max_pages }.into());
    }

    let mut out = Writer::new(meter);
    let mut extractor = extractor(meter);
    let (mut numbers, mut pages): (Vec<u32>, Vec<PageRows>) = (Vec::new(), Vec::new());
    let mut first_failure: Option<Failure> = None;
    let (mut letters, mut lost) = (0usize, 0usize);
    for number in 1..=count {
        meter.tick()?;
        let mut page = match Page::read(&document, &mut extractor, number, meter) {
            Ok(page) => page,
            Err(problem @ (Problem::TooMuch { .. } | Problem::Bomb { .. })) => {
                return Err(problem.at(Place::Page(number)));
            }
            Err(problem) => {
                out.warn(format!("page {number} could not be read ({problem})"));
                first_failure.get_or_insert(problem.at(Place::Page(number)));
                continue;
            }
        };
        for c in page.runs.iter().flat_map(|run| run.text.chars()).filter(|c| !c.is_whitespace()) {
            letters += 1;
            lost += usize::from(c == '\u{fffd}');
        }
        let tables = ruled::take_tables(&mut page.runs, &page.rules);
        let mut rows = rows::build(page.runs);
        rows.extend(tables);
        rows.sort_by(|a, b| b.y.total_cmp(&a.y));
        numbers.push(page.number);
        pages.push((page.height, rows));
    }
    if letters == 0 {
        return Err(first_failure.unwrap_or_else(|| Problem::Scanned.into()));
    }
    if lost * 2 > letters {
        let detail = "its fonts do not say which characters they show".to_owned();
        return Err(Problem::Corrupt { detail }.into());
    }
    if lost * 50 > letters {
        out.warn("some characters have no known meaning in the fonts of this PDF and are missing");
    }

    furniture::drop_repeated(&mut pages);
    let pages: Vec<_> =
        numbers.into_iter().zip(pages.into_iter().map(|(_, rows)| flow::pieces(rows))).collect();
    let kinds = compose::Type::of(pages.iter().flat_map(|(_, pieces)| pieces));
    compose::write(pages, &kinds, &mut out)?;
    Ok(out.finish())
}

fn open(bytes: &[u8]) -> Result<Document, Problem> {
    let reader =
        PdfReader::new_with_options(Cursor::new(bytes.to_vec()), ParseOptions::lenient()).map_err(opening)?;
    if reader.is_encrypted() && !reader.is_unlocked() {
        return Err(Problem::Encrypted);
    }
    Ok(Document::new(reader))
}

fn opening(e: ParseError) -> Problem {
    match e {
        ParseError::EncryptionNotSupported | ParseError::WrongPassword | ParseError::PdfLocked => {
            Problem::Encrypted
        }
        e => Problem::corrupt(e),
    }
}

/// Gives every run of text with its place, in the order it was drawn, and leaves the layout to us.
fn extractor(meter: &Meter) -> TextExtractor {
    TextExtractor::with_options(ExtractionOptions {
        preserve_layout: true,
        sort_by_position: false,
        merge_hyphenated: false,
        max_extracted_bytes: Some(meter.limits().max_text),
        ..ExtractionOptions::default()
    })
    .with_symbolic_truetype_fallback(true)
}
