//! The common way of every reader to put blocks down: counted, trimmed, never empty.

use super::error::Problem;
use super::limits::Meter;
use crate::domain::Lang;
use crate::knowledge::parsed::{Block, Table};
use crate::text::detect_lang;

/// What a reader hands back; the rest of a parsed document is the same for all formats.
#[derive(Debug, Default)]
pub(super) struct Content {
    /// The document's own title, if it says one.
    pub(super) title: Option<String>,
    pub(super) blocks: Vec<Block>,
    pub(super) warnings: Vec<String>,
}

impl Content {
    /// The language of the beginning, which is long enough to tell.
    pub(super) fn lang(&self) -> Lang {
        let mut sample = String::new();
        for block in &self.blocks {
            match block {
                Block::Heading { text, .. } | Block::Paragraph(text) => sample.push_str(text),
                Block::List(items) => sample.push_str(&items.join(" ")),
                Block::Table(table) => {
                    table.rows.iter().take(50).for_each(|row| sample.push_str(&row.join(" ")));
                }
                Block::Faq { question, answer, .. } => sample.extend([question.as_str(), " ", answer]),
                Block::Code(_) | Block::Page(_) => {}
            }
            sample.push(' ');
            if sample.len() > 64 << 10 {
                break;
            }
        }
        detect_lang(&sample)
    }
}

/// Collects the blocks of one document and pays for them.
#[derive(Debug)]
pub(super) struct Writer<'a> {
    meter: &'a Meter,
    content: Content,
}

impl<'a> Writer<'a> {
    pub(super) fn new(meter: &'a Meter) -> Self {
        Self { meter, content: Content::default() }
    }

    pub(super) fn meter(&self) -> &'a Meter {
        self.meter
    }

    pub(super) fn finish(self) -> Content {
        self.content
    }

    pub(super) fn title(&mut self, title: &str) {
        let title = one_line(title);
        if !title.is_empty() && self.content.title.is_none() {
            self.content.title = Some(title);
        }
    }

    pub(super) fn warn(&mut self, warning: impl Into<String>) {
        let warning = warning.into();
        if self.content.warnings.len() < 20 && !self.content.warnings.contains(&warning) {
            self.content.warnings.push(warning);
        }
    }

    pub(super) fn heading(&mut self, level: u8, text: &str) -> Result<(), Problem> {
        let text = one_line(text);
        if text.is_empty() {
            return Ok(());
        }
        self.push(Block::Heading { level: level.clamp(1, 9), text })
    }

    pub(super) fn paragraph(&mut self, text: &str) -> Result<(), Problem> {
        let text = lines(text);
        if text.is_empty() {
            return Ok(());
        }
        self.push(Block::Paragraph(text))
    }

    /// Items keep the indent that tells their level.
    pub(super) fn list(&mut self, items: Vec<String>) -> Result<(), Problem> {
        let items: Vec<String> = items
            .into_iter()
            .map(|item| {
                let indent = item.len() - item.trim_start_matches(' ').len();
                format!("{}{}", &item[..indent], one_line(&item))
            })
            .filter(|item| !item.trim().is_empty())
            .collect();
        if items.is_empty() {
            return Ok(());
        }
        self.push(Block::List(items))
    }

    pub(super) fn code(&mut self, text: &str) -> Result<(), Problem> {
        let text = text.trim_matches('\n').trim_end();
        if text.trim().is_empty() {
            return Ok(());
        }
        self.push(Block::Code(text.to_owned()))
    }

    pub(super) fn table(&mut self, table: Table) -> Result<(), Problem> {
        if table.rows.is_empty() {
            return Ok(());
        }
        self.push(Block::Table(table))
    }

    pub(super) fn page(&mut self, number: u32) {
        self.content.blocks.push(Block::Page(number));
    }

    pub(super) fn push(&mut self, block: Block) -> Result<(), Problem> {
        self.meter.block()?;
        self.content.blocks.push(block);
        Ok(())
    }
}

/// Folds all white space into single spaces.
pub(super) fn one_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// Folds white space within lines, and drops empty lines.
pub(super) fn lines(text: &str) -> String {
    text.lines().map(one_line).filter(|l| !l.is_empty()).collect::<Vec<_>>().join("\n")
}
