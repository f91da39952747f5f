//! FAQ tables: rows become question and answer when the header says so, in Chinese or English.

use super::error::Problem;
use super::writer::{Writer, lines, one_line};
use crate::knowledge::parsed::Block;
use crate::text::normalise;

const QUESTION: &[&str] =
    &["问题", "标准问题", "标准问", "问", "提问", "问法", "question", "questions", "q", "query"];
const SIMILAR: &[&str] = &[
    "相似问法",
    "相似问题",
    "相似问",
    "扩展问",
    "扩展问法",
    "同义问法",
    "其他问法",
    "similarquestions",
    "similarquestion",
    "similar",
    "variants",
    "variations",
    "alternatives",
];
const ANSWER: &[&str] =
    &["答案", "回答", "标准答案", "答复", "回复", "答", "answer", "answers", "a", "reply", "response"];
const TAGS: &[&str] = &["标签", "分类", "类别", "类目", "tags", "tag", "category", "categories"];

/// Which columns of a table hold what.
#[derive(Debug, PartialEq)]
pub(super) struct Columns {
    question: usize,
    answer: usize,
    similar: Vec<usize>,
    tags: Vec<usize>,
    /// Names of columns that are none of these.
    other: Vec<String>,
}

impl Columns {
    /// The columns of a FAQ table, or nothing if this header has no question or no answer.
    pub(super) fn of<S: AsRef<str>>(header: &[S]) -> Option<Self> {
        let (mut question, mut answer) = (None, None);
        let (mut similar, mut tags, mut other) = (Vec::new(), Vec::new(), Vec::new());
        for (column, name) in header.iter().enumerate() {
            let key = key(name.as_ref());
            let is = |names: &[&str]| names.contains(&key.as_str());
            if is(SIMILAR) {
                similar.push(column);
            } else if is(QUESTION) && question.is_none() {
                question = Some(column);
            } else if is(ANSWER) && answer.is_none() {
                answer = Some(column);
            } else if is(TAGS) {
                tags.push(column);
            } else if !key.is_empty() {
                other.push(one_line(name.as_ref()));
            }
        }
        Some(Self { question: question?, answer: answer?, similar, tags, other })
    }

    /// Writes the rows as FAQ blocks. Rows without a question or an answer are named in a warning.
    pub(super) fn write<S: AsRef<str>>(
        &self,
        rows: impl Iterator<Item = (usize, Vec<S>)>,
        out: &mut Writer,
    ) -> Result<(), Problem> {
        for name in &self.other {
            out.warn(format!("column {name} is not part of a FAQ table and was left out"));
        }
        for (number, row) in rows {
            let cell = |column: usize| row.get(column).map_or("", |c| c.as_ref()).trim();
            let (question, answer) = (one_line(cell(self.question)), lines(cell(self.answer)));
            if question.is_empty() || answer.is_empty() {
                if !(question.is_empty() && answer.is_empty()) {
                    let lacks = if answer.is_empty() { "answer" } else { "question" };
                    out.warn(format!("row {number} has no {lacks} and was left out"));
                }
                continue;
            }
            let all = |columns: &[usize]| columns.iter().flat_map(|c| split(cell(*c))).collect::<Vec<_>>();
            let mut similar = all(&self.similar);
            similar.retain(|s| *s != question);
            out.push(Block::Faq { question, similar, answer, tags: all(&self.tags) })?;
        }
        Ok(())
    }
}

/// The parts of a cell that lists several, separated by `|`, `;` or line ends.
fn split(cell: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    for part in cell.split(['|', '｜', ';', '；', '\n']) {
        let part = one_line(part);
        if !part.is_empty() && !parts.contains(&part) {
            parts.push(part);
        }
    }
    parts
}

/// A header name reduced to what identifies it: `Similar Questions 2 (optional)` → `similarquestions`.
fn key(name: &str) -> String {
    let name = normalise(name);
    let name = name.split(['(', '[', '*', '/']).next().unwrap_or_default();
    name.chars().filter(|c| c.is_alphabetic()).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::knowledge::readers::Limits;
    use crate::knowledge::readers::limits::Meter;

    fn read(header: &[&str], rows: &[&[&str]]) -> (Vec<Block>, Vec<String>) {
        let meter = Meter::new(Limits::default());
        let mut out = Writer::new(&meter);
        let rows = rows.iter().enumerate().map(|(i, row)| (i + 2, row.to_vec()));
        Columns::of(header).unwrap().write(rows, &mut out).unwrap();
        let content = out.finish();
        (content.blocks, content.warnings)
    }

    #[test]
    fn columns_are_found_by_header_in_both_languages_and_any_order() {
        let expected = Block::Faq {
            question: "怎么退货？".into(),
            similar: vec!["如何退货".into(), "想退了".into(), "不想要了".into()],
            answer: "点申请退货。".into(),
            tags: vec!["售后".into(), "退货".into()],
        };
        let row: &[&str] =
            &["点申请退货。", "怎么退货？", "如何退货|想退了；不想要了\n怎么退货？", "售后;退货"];
        for header in [
            ["答案", "问题", "相似问法", "标签"],
            ["Answer*", "Question", "Similar questions", "Tags"],
            ["標準答案", "標準問題", "相似問題（選填）", "標籤"],
        ] {
            assert_eq!(read(&header, &[row]).0, std::slice::from_ref(&expected));
        }
    }

    #[test]
    fn rows_that_are_not_complete_are_named() {
        let (blocks, warnings) = read(&["问题", "答案", "编号"], &[&["几点开门？", "", "1"], &["", "", ""]]);
        assert!(blocks.is_empty());
        assert_eq!(
            warnings,
            [
                "column 编号 is not part of a FAQ table and was left out",
                "row 2 has no answer and was left out"
            ]
        );
    }

    #[test]
    fn a_table_without_answers_is_no_faq() {
        assert_eq!(Columns::of(&["问题", "负责人"]), None);
    }
}
