//! Word documents: headings by style, numbered lists as Word shows them, tables with merged cells, notes, text boxes.

mod body;
mod numbering;
mod styles;
mod xml;

use std::collections::HashMap;

use super::error::{Failure, Place, Problem};
use super::grid::{self, Hints};
use super::limits::Meter;
use super::package::Package;
use super::shape::{self, Line};
use super::writer::{Content, Writer, one_line};
use body::{Item, Paragraph};
use numbering::Numbering;
use styles::{Role, Styles};

/// Reads a document.
pub(super) fn read(bytes: &[u8], meter: &Meter) -> Result<Content, Failure> {
    let mut package = Package::open(bytes, meter)?;
    let main = main_part(&mut package, meter)?;
    let folder = main.rsplit_once('/').map_or("", |(folder, _)| folder);
    let at = |name: &str| Place::Part(name.to_owned());

    let Some(document) = package.xml(&main)? else {
        return Err(Problem::corrupt("its text is missing").at(at(&main)));
    };
    let items = body::read(&document, meter).map_err(|problem| problem.at(at(&main)))?;
    drop(document);

    // What only decorates the text may be damaged without harm to it.
    let mut part = |name: &str| package.xml(&format!("{folder}/{name}"));
    let styles = part("styles.xml")?.map(|xml| Styles::parse(&xml, meter)).transpose()?.unwrap_or_default();
    let numbering =
        part("numbering.xml")?.map(|xml| Numbering::parse(&xml, meter)).transpose()?.unwrap_or_default();
    let mut notes = HashMap::new();
    for (kind, name) in [("footnote", "footnotes.xml"), ("endnote", "endnotes.xml")] {
        if let Some(xml) = part(name)? {
            read_notes(&xml, kind, meter, &mut notes)?;
        }
    }

    let assembler =
        Assembler { marked: has_headings(&items, &styles), styles, numbering, notes, list: Vec::new() };
    let mut out = Writer::new(meter);
    assembler.write(items, &mut out)?;
    Ok(out.finish())
}

/// The part that holds the text; `word/document.xml` unless the package says otherwise.
fn main_part(package: &mut Package, meter: &Meter) -> Result<String, Failure> {
    let mut main = None;
    if let Some(relations) = package.xml("_rels/.rels")? {
        xml::each(&relations, meter, |node| {
            if let xml::Node::Start(element) = node
                && element.attribute("Type").is_some_and(|kind| kind.ends_with("/officeDocument"))
            {
                main = element.attribute("Target");
            }
            Ok(())
        })?;
    }
    Ok(main
        .map_or_else(|| "word/document.xml".to_owned(), |target| target.trim_start_matches('/').to_owned()))
}

/// The texts of foot- or endnotes by kind and id.
fn read_notes(
    xml: &str,
    kind: &str,
    meter: &Meter,
    notes: &mut HashMap<String, String>,
) -> Result<(), Problem> {
    let (mut id, mut in_text) = (String::new(), false);
    xml::each(xml, meter, |node| {
        match node {
            xml::Node::Start(element) if element.name() == kind => {
                id = format!("{kind}{}", element.attribute("id").unwrap_or_default());
            }
            xml::Node::Start(element) => in_text = element.name() == "t",
            xml::Node::Text(text) if in_text => notes.entry(id.clone()).or_default().push_str(&text),
            xml::Node::End(_) => in_text = false,
            xml::Node::Text(_) => {}
        }
        Ok(())
    })
}

fn has_headings(items: &[Item], styles: &Styles) -> bool {
    items.iter().any(|item| match item {
        Item::Paragraph(p) => {
            p.outline.is_some_and(|o| o < 9) || matches!(styles.role(&p.style), Role::Heading(_))
        }
        Item::Table { .. } => false,
    })
}

struct Assembler {
    styles: Styles,
    numbering: Numbering,
    notes: HashMap<String, String>,
    /// Whether headings are marked as such. If not, they are guessed by their looks.
    marked: bool,
    /// The list that is being read.
    list: Vec<String>,
}

impl Assembler {
    fn write(mut self, items: Vec<Item>, out: &mut Writer) -> Result<(), Problem> {
        for item in items {
            out.meter().tick()?;
            match item {
                Item::Paragraph(paragraph) => self.paragraph(&paragraph, out)?,
                Item::Table { rows, header_rows } => {
                    self.close_list(out)?;
                    let header_rows = (header_rows > 0 && header_rows < rows.len()).then_some(header_rows);
                    grid::write(rows, &Hints { caption: None, header_rows, header_expected: false }, out)?;
                }
            }
        }
        self.close_list(out)
    }

    fn paragraph(&mut self, paragraph: &Paragraph, out: &mut Writer) -> Result<(), Problem> {
        let text = paragraph.text.trim();
        let role = self.styles.role(&paragraph.style);
        if text.is_empty() || role == Role::Contents {
            return Ok(());
        }
        let own_list = paragraph.list.clone().filter(|(list, _)| !list.is_empty());
        let list = own_list.or_else(|| {
            let level = paragraph.list.as_ref().map(|(_, level)| *level);
            self.styles.numbering(&paragraph.style).map(|(list, l)| (list, level.unwrap_or(l)))
        });
        let number = list.as_ref().and_then(|(list, level)| self.numbering.next(list, *level));

        let outline = paragraph.outline.filter(|o| *o < 9).map(|o| Role::Heading(o + 1));
        match outline.unwrap_or(role) {
            Role::Title => {
                self.close_list(out)?;
                out.title(text);
                out.heading(1, text)?;
            }
            Role::Heading(level) => {
                self.close_list(out)?;
                out.heading(level, &numbered(number.as_deref(), text))?;
            }
            Role::Contents | Role::Body => match (number, list) {
                (Some(number), Some((_, level))) => {
                    self.list.push(format!(
                        "{}{}",
                        "  ".repeat(level.min(4)),
                        numbered(Some(&number), &one_line(text))
                    ));
                }
                _ => self.plain(paragraph, text, out)?,
            },
        }
        self.notes(paragraph, out)
    }

    /// A paragraph that Word knows nothing about: it may still be typed as a heading or as an item of a list.
    fn plain(&mut self, paragraph: &Paragraph, text: &str, out: &mut Writer) -> Result<(), Problem> {
        let bold = paragraph.is_all_bold() || self.styles.is_bold(&paragraph.style);
        if !text.contains('\n') {
            match shape::line(text) {
                Line::Heading { level, .. } if !self.marked && (level > 0 || bold) => {
                    self.close_list(out)?;
                    return out.heading(if level == 0 { 2 } else { level }, text);
                }
                Line::Item { mark, text: said, .. } => {
                    self.list.push(numbered(Some(mark), said));
                    return Ok(());
                }
                _ => {}
            }
        }
        self.close_list(out)?;
        out.paragraph(text)
    }

    fn notes(&mut self, paragraph: &Paragraph, out: &mut Writer) -> Result<(), Problem> {
        let texts: Vec<String> = paragraph.notes.iter().filter_map(|id| self.notes.remove(id)).collect();
        if texts.is_empty() {
            return Ok(());
        }
        self.close_list(out)?;
        texts.iter().try_for_each(|text| out.paragraph(text))
    }

    fn close_list(&mut self, out: &mut Writer) -> Result<(), Problem> {
        let items = std::mem::take(&mut self.list);
        // A single typed number is a paragraph that begins with one.
        match items.as_slice() {
            [only] => out.paragraph(only),
            _ => out.list(items),
        }
    }
}

fn numbered(number: Option<&str>, text: &str) -> String {
    match number.filter(|n| !n.is_empty()) {
        Some(number) if number.ends_with(|c: char| c.is_ascii()) => format!("{number} {text}"),
        Some(number) => format!("{number}{text}"),
        None => text.to_owned(),
    }
}
