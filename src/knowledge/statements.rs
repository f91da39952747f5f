//! What a passage says, statement by statement: a sentence, a list item or a table row.
//!
//! A passage's own vector is the mean of all it talks about; a question usually asks for one thing of it. So every
//! statement has a vector of its own, and an answer is quoted in whole statements.

use std::ops::Range;

use crate::domain::ChunkKind;
use crate::text::sentences;

/// Byte ranges of the statements of a passage, in order.
pub fn statements(kind: ChunkKind, text: &str) -> Vec<Range<usize>> {
    match kind {
        ChunkKind::Text | ChunkKind::Faq => {
            sentences::split(text).into_iter().map(|(start, end)| start..end).collect()
        }
        ChunkKind::Table => rows(text),
    }
}

/// A table's passage has a row a line, each with its header.
fn rows(text: &str) -> Vec<Range<usize>> {
    let mut rows = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let row = line.trim();
        if !row.is_empty() {
            let from = start + (line.len() - line.trim_start().len());
            rows.push(from..from + row.len());
        }
        start += line.len();
    }
    rows
}

/// The text a statement is encoded as: with the heading right above it, without which it often does not say what it
/// is about. `section` is the path of headings, `title` stands in where there is none.
pub(super) fn in_context(title: &str, section: &str, statement: &str) -> String {
    let heading = section.rsplit(" > ").find(|part| !is_page(part)).unwrap_or(section);
    let heading = if heading.is_empty() { title } else { heading };
    if heading.is_empty() { statement.to_owned() } else { format!("{heading}: {statement}") }
}

/// `第 3 页` or `p. 3`.
fn is_page(part: &str) -> bool {
    let number = part.strip_prefix("p. ").or_else(|| part.strip_prefix("第 ")?.strip_suffix(" 页"));
    number.is_some_and(|n| n.parse::<u32>().is_ok())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn parts(kind: ChunkKind, text: &str) -> Vec<&str> {
        statements(kind, text).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn running_text_is_said_in_sentences_and_a_table_in_rows() {
        let text = "签收七天内可退。生鲜除外！";
        assert_eq!(parts(ChunkKind::Text, text), ["签收七天内可退。", "生鲜除外！"]);
        let table = "地区: 新疆; 首重: 22元\n\n地区: 浙江; 首重: 6元。满99元免\n";
        assert_eq!(
            parts(ChunkKind::Table, table),
            ["地区: 新疆; 首重: 22元", "地区: 浙江; 首重: 6元。满99元免"]
        );
    }

    #[test]
    fn a_statement_is_encoded_below_the_nearest_heading_that_is_not_a_page() {
        assert_eq!(in_context("运费", "配送 > 大件", "每件60元。"), "大件: 每件60元。");
        assert_eq!(in_context("Kettle", "Care > p. 3", "Descale monthly."), "Care: Descale monthly.");
        assert_eq!(in_context("运费", "", "每件60元。"), "运费: 每件60元。");
    }
}
