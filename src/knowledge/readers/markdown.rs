//! Markdown with tables, front matter and the HTML people put into it.

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, MetadataBlockKind, Options, Parser, Tag, TagEnd};

use super::error::Problem;
use super::html;
use super::limits::Meter;
use super::writer::{Content, Writer, one_line};
use crate::knowledge::parsed::Table;

/// Reads decoded text.
pub(super) fn read(text: &str, meter: &Meter) -> Result<Content, Problem> {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
    let mut reader = Reader::new(meter);
    for event in Parser::new_ext(text, options) {
        meter.tick()?;
        reader.event(event)?;
    }
    reader.close_list()?;
    reader.paragraph()?;
    Ok(reader.out.finish())
}

struct Reader<'m> {
    out: Writer<'m>,
    /// The text of the block that is being read.
    text: String,
    /// Open lists, outermost first: the next number of ordered ones.
    lists: Vec<Option<u64>>,
    items: Vec<String>,
    /// Open items: where their text goes in `items`.
    open_items: Vec<usize>,
    table: Option<Table>,
    cells: Vec<String>,
    html: String,
    in_metadata: bool,
}

impl<'m> Reader<'m> {
    fn new(meter: &'m Meter) -> Self {
        Self {
            out: Writer::new(meter),
            text: String::new(),
            lists: Vec::new(),
            items: Vec::new(),
            open_items: Vec::new(),
            table: None,
            cells: Vec::new(),
            html: String::new(),
            in_metadata: false,
        }
    }

    fn event(&mut self, event: Event) -> Result<(), Problem> {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) if self.in_metadata => {
                self.metadata(&text);
                Ok(())
            }
            Event::Text(text) | Event::Code(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                self.text.push_str(&text);
                Ok(())
            }
            Event::SoftBreak => {
                self.soft_break();
                Ok(())
            }
            Event::HardBreak => {
                self.text.push('\n');
                Ok(())
            }
            Event::InlineHtml(tag) => {
                if tag.starts_with("<br") {
                    self.text.push('\n');
                }
                Ok(())
            }
            Event::Html(html) => {
                self.html.push_str(&html);
                Ok(())
            }
            Event::Rule | Event::FootnoteReference(_) | Event::TaskListMarker(_) => Ok(()),
        }
    }

    /// A line end inside a paragraph is a space, and nothing between Chinese characters.
    fn soft_break(&mut self) {
        let last = self.text.chars().next_back();
        if !last.is_some_and(super::shape::is_wide) {
            self.text.push(' ');
        }
    }

    fn start(&mut self, tag: Tag) -> Result<(), Problem> {
        match tag {
            Tag::Heading { .. } | Tag::CodeBlock(_) | Tag::BlockQuote(_) | Tag::Table(_) | Tag::HtmlBlock => {
                self.close_list_text();
                if self.lists.is_empty() {
                    self.paragraph()?;
                }
                if let Tag::Table(_) = tag {
                    self.close_list()?;
                    self.table = Some(Table::default());
                }
                if let Tag::CodeBlock(CodeBlockKind::Fenced(_) | CodeBlockKind::Indented) = tag {
                    self.text.clear();
                }
            }
            Tag::List(start) => {
                self.close_list_text();
                if self.lists.is_empty() {
                    self.paragraph()?;
                }
                self.lists.push(start);
            }
            Tag::Item => {
                self.close_list_text();
                let level = self.lists.len().saturating_sub(1).min(4);
                let mark = match self.lists.last_mut() {
                    Some(Some(number)) => {
                        *number += 1;
                        format!("{}. ", *number - 1)
                    }
                    _ => String::new(),
                };
                self.items.push(format!("{}{mark}", "  ".repeat(level)));
                self.open_items.push(self.items.len() - 1);
            }
            Tag::MetadataBlock(MetadataBlockKind::YamlStyle | MetadataBlockKind::PlusesStyle) => {
                self.in_metadata = true
            }
            _ => {}
        }
        Ok(())
    }

    fn end(&mut self, tag: TagEnd) -> Result<(), Problem> {
        match tag {
            TagEnd::Heading(level) => {
                let text = std::mem::take(&mut self.text);
                self.close_list()?;
                self.heading(level, &text)?;
            }
            TagEnd::Paragraph if self.open_items.is_empty() => self.paragraph()?,
            TagEnd::Paragraph => self.close_list_text(),
            TagEnd::Item => {
                self.close_list_text();
                self.open_items.pop();
            }
            TagEnd::List(_) => {
                self.lists.pop();
                if self.lists.is_empty() {
                    self.close_list()?;
                }
            }
            TagEnd::CodeBlock => {
                let text = std::mem::take(&mut self.text);
                if self.open_items.is_empty() {
                    self.out.code(&text)?;
                } else {
                    self.text = text;
                    self.close_list_text();
                }
            }
            TagEnd::HtmlBlock => {
                let html = std::mem::take(&mut self.html);
                html::write_fragment(&html, &mut self.out)?;
            }
            TagEnd::TableCell => {
                self.out.meter().cells(1)?;
                self.cells.push(one_line(&std::mem::take(&mut self.text)));
            }
            TagEnd::TableHead => {
                if let Some(table) = &mut self.table {
                    table.header = std::mem::take(&mut self.cells);
                }
            }
            TagEnd::TableRow => {
                if let Some(table) = &mut self.table {
                    table.rows.push(std::mem::take(&mut self.cells));
                }
            }
            TagEnd::Table => {
                if let Some(table) = self.table.take() {
                    self.table(table)?;
                }
            }
            TagEnd::MetadataBlock(_) => self.in_metadata = false,
            _ => {}
        }
        Ok(())
    }

    fn heading(&mut self, level: HeadingLevel, text: &str) -> Result<(), Problem> {
        self.out.heading(level as u8, text)
    }

    fn table(&mut self, table: Table) -> Result<(), Problem> {
        if let Some(columns) = super::faq::Columns::of(&table.header) {
            let rows = table.rows.iter().enumerate().map(|(i, row)| (i + 1, row.clone()));
            return columns.write(rows, &mut self.out);
        }
        self.out.table(table)
    }

    fn paragraph(&mut self) -> Result<(), Problem> {
        let text = std::mem::take(&mut self.text);
        self.out.paragraph(&text)
    }

    /// Moves the text read so far to the item it belongs to.
    fn close_list_text(&mut self) {
        if let Some(item) = self.open_items.last().and_then(|i| self.items.get_mut(*i)) {
            let text = one_line(&std::mem::take(&mut self.text));
            if !text.is_empty() && !item.ends_with(' ') && !item.is_empty() {
                item.push(' ');
            }
            item.push_str(&text);
        }
    }

    fn close_list(&mut self) -> Result<(), Problem> {
        if self.items.is_empty() {
            return Ok(());
        }
        self.open_items.iter_mut().for_each(|i| *i = 0);
        let items = std::mem::take(&mut self.items);
        if !self.open_items.is_empty() {
            // Something else stands inside an item; what follows it begins a new one.
            self.items.push(String::new());
        }
        self.out.list(items)
    }

    /// `title:` of the front matter.
    fn metadata(&mut self, text: &str) {
        let title = text.lines().find_map(|line| line.strip_prefix("title:"));
        if let Some(title) = title {
            self.out.title(title.trim().trim_matches(['"', '\'']));
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::knowledge::parsed::Block;
    use crate::knowledge::readers::Limits;

    fn content(text: &str) -> Content {
        read(text, &Meter::new(Limits::default())).unwrap()
    }

    #[test]
    fn headings_paragraphs_lists_and_code() {
        let text = "# 退货\n\n第一行\n接着的**第二行**，\n[链接](https://example.com)。\n\n- 生鲜\n- 定制\n  1. 刻字\n  2. 绣字\n\n  另一段\n\n```\nlet a;\n```\n";
        assert_eq!(
            content(text).blocks,
            [
                Block::Heading { level: 1, text: "退货".into() },
                Block::Paragraph("第一行接着的第二行，链接。".into()),
                Block::List(vec![
                    "生鲜".into(),
                    "定制 另一段".into(),
                    "  1. 刻字".into(),
                    "  2. 绣字".into()
                ]),
                Block::Code("let a;".into()),
            ]
        );
    }

    #[test]
    fn tables_in_both_notations() {
        let expected = Block::Table(Table {
            caption: None,
            header: vec!["地区".into(), "运费".into()],
            rows: vec![vec!["上海".into(), "8 元".into()]],
        });
        assert_eq!(
            content("| 地区 | 运费 |\n|--|--|\n| 上海 | 8 元 |\n").blocks,
            std::slice::from_ref(&expected)
        );
        let html = "<table><tr><th>地区</th><th>运费</th></tr><tr><td>上海</td><td>8 元</td></tr></table>\n";
        assert_eq!(content(html).blocks, [expected]);
    }

    #[test]
    fn the_title_of_the_front_matter() {
        let content = content("---\ntitle: \"售后手册\"\ntags: [a]\n---\n\n正文\n");
        assert_eq!(content.title.as_deref(), Some("售后手册"));
        assert_eq!(content.blocks, [Block::Paragraph("正文".into())]);
    }

    #[test]
    fn a_faq_table_in_markdown() {
        assert!(matches!(
            &content("| 问题 | 答案 |\n|--|--|\n| 几点开门？ | 九点。 |\n").blocks[0],
            Block::Faq { question, .. } if question == "几点开门？"
        ));
    }
}
