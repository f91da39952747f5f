//! One page as the parser gives it: runs of text with their places, and the lines that are drawn.

use std::io::Cursor;

use oxidize_pdf::parser::{PdfDocument, PdfObject};
use oxidize_pdf::text::{TextExtractor, TextFragment};
use unicode_normalization::UnicodeNormalization;

use super::super::error::Problem;
use super::super::limits::Meter;
use super::rules::{self, Rules};

pub(super) type Document = PdfDocument<Cursor<Vec<u8>>>;

/// Bytes of drawing commands of one page. Text alone takes some ten kilobytes, detailed maps some megabytes.
const MOST_COMMANDS: usize = 24 << 20;

/// A piece of text on one base line. Coordinates are points from the lower left corner of the page as it is shown.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Run {
    pub(super) text: String,
    pub(super) x0: f64,
    pub(super) x1: f64,
    /// The base line.
    pub(super) y: f64,
    pub(super) size: f64,
    pub(super) bold: bool,
    /// Gaps inside it that are wider than between words: byte offset, and where the gap begins and ends.
    pub(super) gaps: Vec<(usize, f64, f64)>,
}

/// What is on a page.
#[derive(Debug)]
pub(super) struct Page {
    /// From 1.
    pub(super) number: u32,
    pub(super) height: f64,
    pub(super) runs: Vec<Run>,
    pub(super) rules: Rules,
}

impl Page {
    /// Reads the page with this number.
    pub(super) fn read(
        document: &Document,
        extractor: &mut TextExtractor,
        number: u32,
        meter: &Meter,
    ) -> Result<Self, Problem> {
        let index = number - 1;
        let page = document.get_page(index).map_err(Problem::corrupt)?;
        let commands = commands(document, page.dict.get("Contents"))?;
        let extracted = extractor.extract_from_page(document, index).map_err(Problem::corrupt)?;
        meter.text(extracted.fragments.iter().map(|f| f.text.len()).sum())?;
        if extracted.fragments.len() > meter.limits().max_nodes {
            return Err(Problem::TooMuch {
                what: "pieces of text on one page",
                limit: meter.limits().max_nodes,
            });
        }

        let [left, bottom, right, top] = page.crop_box.unwrap_or(page.media_box);
        let view = View {
            left,
            bottom,
            width: right - left,
            height: top - bottom,
            turn: page.rotation.rem_euclid(360),
        };
        let mut runs: Vec<Run> = extracted.fragments.into_iter().filter_map(|f| view.run(f)).collect();
        drop_doubles(&mut runs);
        let rules = if view.turn == 0 { rules::painted(&commands, left, bottom) } else { Rules::default() };
        let height = if view.turn % 180 == 0 { view.height } else { view.width };
        Ok(Self { number, height, runs, rules })
    }
}

/// The drawing commands of a page, inflated within bounds.
fn commands(document: &Document, contents: Option<&PdfObject>) -> Result<Vec<u8>, Problem> {
    let mut all = Vec::new();
    let Some(contents) = contents else { return Ok(all) };
    let contents = document.resolve(contents).map_err(Problem::corrupt)?;
    let parts = match &contents {
        PdfObject::Array(array) => array.0.clone(),
        other => vec![other.clone()],
    };
    for part in parts {
        if let PdfObject::Stream(stream) = document.resolve(&part).map_err(Problem::corrupt)? {
            let room = MOST_COMMANDS.saturating_sub(all.len());
            let bytes = document.decode_stream_with_limit(&stream, room).map_err(|e| {
                let text = e.to_string();
                if text.contains("exceed") {
                    Problem::Bomb {
                        detail: format!("drawing commands of more than {} MiB", MOST_COMMANDS >> 20),
                    }
                } else {
                    Problem::corrupt(text)
                }
            })?;
            all.extend_from_slice(&bytes);
            all.push(b'\n');
        }
    }
    Ok(all)
}

/// The part of the page that is shown, and how it is turned for showing.
struct View {
    left: f64,
    bottom: f64,
    width: f64,
    height: f64,
    turn: i32,
}

impl View {
    fn run(&self, fragment: TextFragment) -> Option<Run> {
        let text = readable(&fragment.text);
        let size = if fragment.font_size > 0.1 { fragment.font_size } else { fragment.height };
        let (x, y) = (fragment.x - self.left, fragment.y - self.bottom);
        let (x, y) = match self.turn {
            90 => (y, self.width - x),
            180 => (self.width - x, self.height - y),
            270 => (self.height - y, x),
            _ => (x, y),
        };
        let finite = [x, y, size, fragment.width].iter().all(|v| v.is_finite() && v.abs() < 1e6);
        // What is tiny is a mark for machines, not for readers.
        if text.trim().is_empty() || !finite || size < 1.0 {
            return None;
        }
        Some(Run {
            text,
            x0: x,
            x1: x + fragment.width.max(0.0),
            y,
            size,
            bold: fragment.is_bold,
            gaps: Vec::new(),
        })
    }
}

/// Ligatures, radicals that stand for characters, and bullets of symbol fonts become what they mean.
fn readable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\u{f0b7}' | '\u{f0a7}' | '\u{f06c}' | '\u{f06e}' | '\u{f0d8}' | '\u{f0fc}' => out.push('•'),
            '\u{fb00}'..='\u{fb06}' | '\u{2e80}'..='\u{2fdf}' => out.extend(c.nfkc()),
            '\u{a0}' | '\t' | '\n' => out.push(' '),
            '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{feff}' => {}
            c if c.is_control() || ('\u{e000}'..='\u{f8ff}').contains(&c) => {}
            c => out.push(c),
        }
    }
    out
}

/// Bold type is sometimes made by printing the same text twice, a hair apart.
fn drop_doubles(runs: &mut Vec<Run>) {
    let mut seen: std::collections::HashMap<String, Vec<(f64, f64)>> = std::collections::HashMap::new();
    runs.retain(|run| {
        let places = seen.entry(run.text.clone()).or_default();
        let near = run.size * 0.25;
        let double =
            places.iter().rev().take(64).any(|(x, y)| (x - run.x0).abs() < near && (y - run.y).abs() < near);
        if !double {
            places.push((run.x0, run.y));
        }
        !double
    });
}
