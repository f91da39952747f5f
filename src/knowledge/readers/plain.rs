//! Plain text: paragraphs between empty lines, lists by their marks, headings by their shape.

use super::error::Problem;
use super::limits::Meter;
use super::shape::{self, Line};
use super::writer::{Content, Writer};

/// Reads decoded text.
pub(super) fn read(text: &str, meter: &Meter) -> Result<Content, Problem> {
    let lines: Vec<&str> = text.lines().collect();
    let mut reader =
        Reader { out: Writer::new(meter), wrap: wrap_width(&lines), open: Vec::new(), list: false };
    for (i, line) in lines.iter().enumerate() {
        let blank_before = i == 0 || lines[i - 1].trim().is_empty();
        let blank_after = lines.get(i + 1).is_none_or(|next| next.trim().is_empty());
        reader.line(line, blank_before && blank_after)?;
    }
    reader.close()?;
    Ok(reader.out.finish())
}

struct Reader<'a> {
    out: Writer<'a>,
    /// Columns at which the text was wrapped by hand, if it was.
    wrap: Option<usize>,
    /// The lines of the paragraph or list that is being read.
    open: Vec<&'a str>,
    list: bool,
}

impl<'a> Reader<'a> {
    fn line(&mut self, raw: &'a str, alone: bool) -> Result<(), Problem> {
        match shape::line(raw) {
            Line::Empty => self.close(),
            Line::Rule(sign) => self.rule(sign),
            Line::Heading { level, text } if level > 0 || alone => {
                self.close()?;
                self.out.heading(if level == 0 { 2 } else { level }, text)
            }
            Line::Item { .. } => {
                if !self.list {
                    self.close()?;
                }
                self.list = true;
                self.open.push(raw);
                Ok(())
            }
            Line::Heading { .. } | Line::Text(_) => {
                // A list ends at a line that is neither indented nor the rest of a full one.
                let wrapped = self.open.last().is_some_and(|last| self.is_full(last));
                if self.list && !wrapped && !raw.starts_with([' ', '\t', '\u{3000}']) {
                    self.close()?;
                }
                self.open.push(raw);
                Ok(())
            }
        }
    }

    /// A rule under a single line makes it a heading, as in `Title` over `=====`; elsewhere it only separates.
    fn rule(&mut self, sign: char) -> Result<(), Problem> {
        if let ([title], false, '=' | '-') = (self.open.as_slice(), self.list, sign) {
            let title = title.trim();
            if shape::is_heading_like(title) {
                self.open.clear();
                return self.out.heading(if sign == '=' { 1 } else { 2 }, title);
            }
        }
        self.close()
    }

    fn close(&mut self) -> Result<(), Problem> {
        let lines = std::mem::take(&mut self.open);
        if !std::mem::take(&mut self.list) {
            return self.out.paragraph(&self.unwrap(&lines));
        }
        let mut items: Vec<String> = Vec::new();
        let base = lines.iter().filter_map(|l| indent_of_item(l)).min().unwrap_or(0);
        for line in lines {
            match (shape::line(line), items.last_mut()) {
                (Line::Item { indent, mark, text }, _) => {
                    let level = (indent - base.min(indent)).div_ceil(2).min(4);
                    let space = if mark.is_ascii() && !mark.is_empty() { " " } else { "" };
                    items.push(format!("{}{mark}{space}{text}", "  ".repeat(level)));
                }
                (_, Some(item)) => shape::join(item, line.trim()),
                (_, None) => items.push(line.trim().to_owned()),
            }
        }
        self.out.list(items)
    }

    /// Puts the lines of a paragraph together: those wrapped by hand are joined, short ones keep their end.
    fn unwrap(&self, lines: &[&str]) -> String {
        let mut text = String::new();
        for (i, line) in lines.iter().enumerate() {
            match i.checked_sub(1).map(|before| self.is_full(lines[before])) {
                None => text.push_str(line.trim()),
                Some(true) => shape::join(&mut text, line.trim()),
                Some(false) => {
                    text.push('\n');
                    text.push_str(line.trim());
                }
            }
        }
        text
    }

    fn is_full(&self, line: &str) -> bool {
        self.wrap.is_some_and(|wrap| shape::width(line.trim_end()) * 5 >= wrap * 4)
    }
}

fn indent_of_item(line: &str) -> Option<usize> {
    match shape::line(line) {
        Line::Item { indent, .. } => Some(indent),
        _ => None,
    }
}

/// The column at which this text was wrapped, if many lines end near the same column.
fn wrap_width(lines: &[&str]) -> Option<usize> {
    let widths: Vec<usize> = lines.iter().map(|l| shape::width(l.trim_end())).filter(|w| *w > 0).collect();
    let widest = widths.iter().copied().max()?;
    let full = widths.iter().filter(|w| **w * 20 >= widest * 17).count();
    ((40..=130).contains(&widest) && full >= 3 && full * 3 >= widths.len()).then_some(widest)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::knowledge::parsed::Block;
    use crate::knowledge::readers::Limits;

    fn blocks(text: &str) -> Vec<Block> {
        read(text, &Meter::new(Limits::default())).unwrap().blocks
    }

    fn heading(level: u8, text: &str) -> Block {
        Block::Heading { level, text: text.into() }
    }

    #[test]
    fn headings_paragraphs_and_lists() {
        let text = "退货政策\n\n一、适用范围\n本店自营商品。\n\n以下商品除外：\n1. 生鲜\n2. 定制商品\n   刻字的也算\n请注意。";
        assert_eq!(
            blocks(text),
            [
                heading(2, "退货政策"),
                heading(2, "一、适用范围"),
                Block::Paragraph("本店自营商品。".into()),
                Block::Paragraph("以下商品除外：".into()),
                Block::List(vec!["1. 生鲜".into(), "2. 定制商品刻字的也算".into()]),
                Block::Paragraph("请注意。".into()),
            ]
        );
    }

    #[test]
    fn underlined_titles() {
        assert_eq!(
            blocks("Care guide\n==========\n\nWashing\n-------\nBy hand."),
            [heading(1, "Care guide"), heading(2, "Washing"), Block::Paragraph("By hand.".into())]
        );
    }

    #[test]
    fn lines_wrapped_by_hand_are_joined_and_short_lines_kept() {
        let text = "You can return any item within thirty days of the day on which you\n\
                    received it, provided that it has not been used and that the label is\n\
                    still attached to it. We pay for the way back if the item is faulty or\n\
                    not what you ordered.\n\n\
                    Our address:\nMain Street 1\nShanghai\n";
        assert_eq!(
            blocks(text),
            [
                Block::Paragraph(
                    "You can return any item within thirty days of the day on which you received it, provided that \
                     it has not been used and that the label is still attached to it. We pay for the way back if \
                     the item is faulty or not what you ordered."
                        .into()
                ),
                Block::Paragraph("Our address:\nMain Street 1\nShanghai".into()),
            ]
        );
    }
}
