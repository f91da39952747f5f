//! Blocks become passages: the units that are embedded, found and quoted.
//!
//! A passage never crosses a heading and carries the path of headings above it (and the page, where the format has
//! pages). Within a section paragraphs are put together until a passage is about [`ChunkOptions::target_tokens`] long;
//! a list stays with the sentence that leads to it, an exception with its rule. A table gives passages of whole rows,
//! a FAQ pair is one passage. What says nothing (page numbers, rows of dots) and what repeats itself is dropped.
//!
//! The text of a [`ChunkKind::Table`] passage has **one row a line**, each line a whole statement by itself:
//! `header: value; header: value`. Cells without a value are left out, a column without a name gives its value alone.
//! The caption of the table is the last part of the section.

mod fold;
mod rows;
mod sections;
mod units;

use crate::domain::ChunkKind;
use crate::knowledge::parsed::{Block, ParsedDocument};

use sections::Section;

/// Counts the tokens of a text as the encoder would.
pub type CountTokens<'a> = &'a dyn Fn(&str) -> usize;

/// How long passages are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChunkOptions {
    /// Length a passage is built up to. Shorter passages are found more exactly, longer ones explain themselves.
    pub target_tokens: usize,
    /// No text passage is longer, and a section up to this length stays whole.
    pub max_tokens: usize,
}

impl Default for ChunkOptions {
    fn default() -> Self {
        Self { target_tokens: 200, max_tokens: 300 }
    }
}

/// A passage before it gets an identity.
#[derive(Clone, Debug, PartialEq)]
pub struct ChunkDraft {
    /// Headings above it, outermost first, joined by ` > `; then the table's caption and the page, where there are any.
    pub section: String,
    pub kind: ChunkKind,
    /// The passage as it may be quoted, without title and section. For a FAQ: the answer.
    pub text: String,
    /// For a FAQ: the question first, then the similar ones. Empty otherwise.
    pub questions: Vec<String>,
}

/// A passage whose section is still in parts.
#[derive(Debug)]
struct Draft {
    path: Vec<String>,
    page: Option<u32>,
    kind: ChunkKind,
    text: String,
    questions: Vec<String>,
}

/// Cuts a document into passages, in reading order.
pub fn chunk(
    document: &ParsedDocument,
    options: &ChunkOptions,
    count_tokens: CountTokens,
) -> Vec<ChunkDraft> {
    let mut drafts = Vec::new();
    for section in sections::split(document) {
        cut_section(&section, options, count_tokens, &mut drafts);
    }
    drafts.retain(|draft| draft.kind == ChunkKind::Faq || says_something(&draft.text));
    fold::near_identical(&mut drafts);
    drafts.into_iter().map(|draft| finish(draft, document)).collect()
}

fn cut_section(
    section: &Section,
    options: &ChunkOptions,
    count_tokens: CountTokens,
    drafts: &mut Vec<Draft>,
) {
    let mut text = units::Run::default();
    for (block, page) in &section.blocks {
        match block.as_ref() {
            Block::Table(table) => {
                let caption = table.caption.clone().or_else(|| text.take_caption());
                text.cut(section, options, count_tokens, drafts);
                let mut path = section.path.clone();
                path.extend(caption.filter(|caption| section.path.last() != Some(caption)));
                for text in rows::cut(table, options, count_tokens) {
                    let (path, page, kind) = (path.clone(), *page, ChunkKind::Table);
                    drafts.push(Draft { path, page, kind, text, questions: Vec::new() });
                }
            }
            Block::Faq { question, similar, answer, .. } => {
                text.cut(section, options, count_tokens, drafts);
                let questions = std::iter::once(question).chain(similar).cloned().collect();
                let (path, text) = (section.path.clone(), answer.clone());
                drafts.push(Draft { path, page: *page, kind: ChunkKind::Faq, text, questions });
            }
            Block::Paragraph(paragraph) => text.paragraph(paragraph, *page),
            Block::List(items) => text.list(items, *page),
            Block::Code(code) => text.code(code, *page),
            Block::Heading { .. } | Block::Page(_) => {}
        }
    }
    text.cut(section, options, count_tokens, drafts);
}

fn finish(draft: Draft, document: &ParsedDocument) -> ChunkDraft {
    let page =
        draft.page.map(|page| document.lang.pick("第 {} 页", "p. {}").replace("{}", &page.to_string()));
    let section = draft.path.into_iter().chain(page).collect::<Vec<_>>().join(" > ");
    ChunkDraft { section, kind: draft.kind, text: draft.text, questions: draft.questions }
}

/// Whether there is anything to find or quote: words, or a number long enough to be one (a telephone number).
fn says_something(text: &str) -> bool {
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let digits = text.chars().filter(char::is_ascii_digit).count();
    (letters >= 2 || digits >= 5) && !is_page_number(text)
}

/// `3`, `- 3 -`, `第 3 页`, `第3页/共9页`, `Page 3 of 9`.
fn is_page_number(text: &str) -> bool {
    let words: String = text.chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect();
    text.chars().any(|c| c.is_ascii_digit())
        && matches!(
            words.as_str(),
            "" | "第页" | "第页共页" | "共页" | "页" | "page" | "pageof" | "p" | "第頁" | "第頁共頁"
        )
        && text.chars().count() < 24
        && text.chars().filter(char::is_ascii_digit).count() < 9
}

#[cfg(test)]
mod tests;
