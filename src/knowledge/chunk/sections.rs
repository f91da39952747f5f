//! Splits a document at its headings.

use std::borrow::Cow;

use crate::knowledge::parsed::{Block, ParsedDocument};

/// What stands between two headings.
#[derive(Debug)]
pub(super) struct Section<'a> {
    /// The headings above, outermost first. A heading that only repeats the document's title is left out.
    pub(super) path: Vec<String>,
    /// The blocks, each with the page it begins on.
    pub(super) blocks: Vec<(Cow<'a, Block>, Option<u32>)>,
}

/// The sections of a document in reading order. Sections without any block are left out, but a heading below which
/// there is nothing at all becomes text of the section above it: it may be all there is (`Tel. 400-800-1234`).
pub(super) fn split(document: &ParsedDocument) -> Vec<Section<'_>> {
    let mut splitter =
        Splitter { title: &document.title, headings: Vec::new(), page: None, done: Vec::new() };
    splitter.open();
    for block in &document.blocks {
        match block {
            Block::Heading { level, text } => splitter.heading(*level, text),
            Block::Page(page) => splitter.page = Some(*page),
            block => splitter.block(Cow::Borrowed(block)),
        }
    }
    splitter.drop_empty_heading(0);
    splitter.done.retain(|section| !section.blocks.is_empty());
    splitter.done
}

struct Splitter<'a> {
    title: &'a str,
    /// The headings above the present place.
    headings: Vec<Heading<'a>>,
    page: Option<u32>,
    done: Vec<Section<'a>>,
}

struct Heading<'a> {
    level: u8,
    text: &'a str,
    /// Whether anything stands below it.
    used: bool,
}

impl<'a> Splitter<'a> {
    fn heading(&mut self, level: u8, text: &'a str) {
        self.drop_empty_heading(level);
        self.headings.retain(|heading| heading.level < level);
        self.headings.push(Heading { level, text, used: false });
        self.open();
    }

    fn block(&mut self, block: Cow<'a, Block>) {
        self.headings.iter_mut().for_each(|heading| heading.used = true);
        let page = self.page;
        if let Some(section) = self.done.last_mut() {
            section.blocks.push((block, page));
        }
    }

    /// A heading of `level` begins: the one before it, if nothing stands below it, becomes text of its parent.
    fn drop_empty_heading(&mut self, level: u8) {
        let ends_here = |h: &Heading| !h.used && (level == 0 || h.level >= level);
        let Some(heading) = self.headings.pop_if(|heading| ends_here(heading)) else { return };
        let path = self.path();
        if self.done.last().is_some_and(|last| last.path != path) {
            self.open();
        }
        if heading.text != self.title || level == 0 {
            self.block(Cow::Owned(Block::Paragraph(heading.text.to_owned())));
        }
        // Several levels may end here without a word below them; only the innermost is worth keeping.
    }

    fn open(&mut self) {
        let path = self.path();
        // The last section may have stayed without blocks, and the one before it may be the one that goes on.
        self.done.pop_if(|last| last.blocks.is_empty());
        if self.done.last().is_none_or(|last| last.path != path) {
            self.done.push(Section { path, blocks: Vec::new() });
        }
    }

    fn path(&self) -> Vec<String> {
        self.headings.iter().filter(|h| h.text != self.title).map(|h| h.text.to_owned()).collect()
    }
}
