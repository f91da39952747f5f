//! The text of a document part: paragraphs and tables in order, with what Word says about them.

use super::super::error::Problem;
use super::super::grid::{Cell, Row};
use super::super::limits::Meter;
use super::xml::{self, Element, Node};

/// What stands in a document.
#[derive(Debug)]
pub(super) enum Item {
    Paragraph(Paragraph),
    Table { rows: Vec<Row>, header_rows: usize },
}

/// A paragraph with its properties.
#[derive(Debug, Default)]
pub(super) struct Paragraph {
    pub(super) text: String,
    pub(super) style: String,
    /// Its own outline level, from 0.
    pub(super) outline: Option<u8>,
    /// List id and level, if it has its own. The id `0` takes it out of the list of its style.
    pub(super) list: Option<(String, usize)>,
    /// Characters that are bold by themselves, not by style.
    pub(super) bold: usize,
    /// Ids of its footnotes and endnotes.
    pub(super) notes: Vec<String>,
    /// Text boxes anchored in it.
    boxes: Vec<Item>,
}

impl Paragraph {
    pub(super) fn is_all_bold(&self) -> bool {
        let letters = self.text.chars().filter(|c| !c.is_whitespace()).count();
        letters > 0 && self.bold >= letters
    }
}

/// Parts whose text is not shown, or is shown elsewhere.
const SKIPPED: [&str; 13] = [
    "Fallback",
    "del",
    "moveFrom",
    "instrText",
    "delText",
    "delInstrText",
    "pPrChange",
    "rPrChange",
    "tblPrChange",
    "sectPr",
    "rt",
    "numberingChange",
    "pict",
];

/// An element that is open and holds others.
#[derive(Debug)]
enum Frame {
    Paragraph(Paragraph),
    Table { rows: Vec<Row>, header_rows: usize, number: usize },
    Row { cells: Vec<Cell>, is_header: bool, bold: bool },
    Cell { text: String, span: usize, hangs: bool, bold: bool },
    TextBox(Vec<Item>),
}

struct Builder<'m> {
    meter: &'m Meter,
    frames: Vec<Frame>,
    done: Vec<Item>,
    /// Elements to leave before anything counts again.
    skipping: usize,
    /// Inside `w:t`, the only place where text counts.
    in_text: bool,
    run_is_bold: bool,
    run_is_hidden: bool,
    in_run_properties: bool,
}

/// Reads the items of a part.
pub(super) fn read(xml: &str, meter: &Meter) -> Result<Vec<Item>, Problem> {
    let mut builder = Builder {
        meter,
        frames: Vec::new(),
        done: Vec::new(),
        skipping: 0,
        in_text: false,
        run_is_bold: false,
        run_is_hidden: false,
        in_run_properties: false,
    };
    xml::each(xml, meter, |node| builder.node(node))?;
    Ok(builder.done)
}

impl Builder<'_> {
    fn node(&mut self, node: Node) -> Result<(), Problem> {
        match node {
            Node::Start(_) if self.skipping > 0 => self.skipping += 1,
            Node::End(_) if self.skipping > 0 => self.skipping -= 1,
            Node::Text(_) if self.skipping > 0 => {}
            Node::Start(element) => self.start(&element)?,
            Node::End(name) => self.end(&name)?,
            Node::Text(text) if self.in_text && !self.run_is_hidden => self.text(&text)?,
            Node::Text(_) => {}
        }
        Ok(())
    }

    fn text(&mut self, text: &str) -> Result<(), Problem> {
        self.meter.text(text.len())?;
        let bold = self.run_is_bold;
        if let Some(Frame::Paragraph(paragraph)) = self.frames.last_mut() {
            paragraph.text.push_str(text);
            if bold {
                paragraph.bold += text.chars().filter(|c| !c.is_whitespace()).count();
            }
        }
        Ok(())
    }

    fn start(&mut self, element: &Element) -> Result<(), Problem> {
        let name = element.name();
        match name.as_str() {
            "p" => self.frames.push(Frame::Paragraph(Paragraph::default())),
            "tbl" => self.frames.push(Frame::Table { rows: Vec::new(), header_rows: 0, number: 0 }),
            "tr" => self.frames.push(Frame::Row { cells: Vec::new(), is_header: false, bold: true }),
            "tc" => self.frames.push(Frame::Cell { text: String::new(), span: 1, hangs: false, bold: true }),
            "txbxContent" => self.frames.push(Frame::TextBox(Vec::new())),
            "r" => (self.run_is_bold, self.run_is_hidden) = (false, false),
            "rPr" => self.in_run_properties = true,
            "b" if self.in_run_properties => self.run_is_bold = element.is_on(),
            "vanish" if self.in_run_properties => self.run_is_hidden = element.is_on(),
            "t" => self.in_text = true,
            "tab" if !self.in_run_properties => self.text("\t")?,
            "br" | "cr" => self.text("\n")?,
            "noBreakHyphen" => self.text("-")?,
            name if SKIPPED.contains(&name) => self.skipping = 1,
            _ => self.property(&name, element),
        }
        Ok(())
    }

    /// Properties of the paragraph, row or cell that is open.
    fn property(&mut self, name: &str, element: &Element) {
        let number = || element.val().and_then(|v| v.parse::<usize>().ok());
        match (self.frames.last_mut(), name) {
            (Some(Frame::Paragraph(p)), "pStyle") => p.style = element.val().unwrap_or_default(),
            (Some(Frame::Paragraph(p)), "outlineLvl") => p.outline = number().map(|n| n.min(9) as u8),
            (Some(Frame::Paragraph(p)), "ilvl") => p.list.get_or_insert_default().1 = number().unwrap_or(0),
            (Some(Frame::Paragraph(p)), "numId") => {
                p.list.get_or_insert_default().0 = element.val().unwrap_or_default()
            }
            (Some(Frame::Paragraph(p)), "footnoteReference" | "endnoteReference") => {
                let kind = &name[..name.len() - "Reference".len()];
                p.notes.extend(element.attribute("id").map(|id| format!("{kind}{id}")));
            }
            (Some(Frame::Row { is_header, .. }), "tblHeader") => *is_header = element.is_on(),
            (Some(Frame::Row { cells, .. }), "gridBefore") => {
                cells.extend(std::iter::repeat_n(Cell::default(), number().unwrap_or(0).min(64)));
            }
            (Some(Frame::Cell { span, .. }), "gridSpan") => *span = number().unwrap_or(1).clamp(1, 64),
            (Some(Frame::Cell { hangs, .. }), "vMerge") => {
                *hangs = element.val().as_deref() != Some("restart")
            }
            _ => {}
        }
    }

    fn end(&mut self, name: &str) -> Result<(), Problem> {
        match name {
            "t" => self.in_text = false,
            "rPr" => self.in_run_properties = false,
            "p" => {
                if let Some(Frame::Paragraph(mut paragraph)) = self.pop(|f| matches!(f, Frame::Paragraph(_)))
                {
                    let boxes = std::mem::take(&mut paragraph.boxes);
                    self.put(Item::Paragraph(paragraph));
                    boxes.into_iter().for_each(|item| self.put(item));
                }
            }
            "txbxContent" => {
                if let Some(Frame::TextBox(items)) = self.pop(|f| matches!(f, Frame::TextBox(_))) {
                    match self.frames.last_mut() {
                        Some(Frame::Paragraph(paragraph)) => paragraph.boxes.extend(items),
                        _ => items.into_iter().for_each(|item| self.put(item)),
                    }
                }
            }
            "tc" => self.end_cell()?,
            "tr" => self.end_row(),
            "tbl" => {
                if let Some(Frame::Table { rows, header_rows, .. }) =
                    self.pop(|f| matches!(f, Frame::Table { .. }))
                {
                    self.put(Item::Table { rows, header_rows });
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Takes the open frame off, if it is of the expected kind.
    fn pop(&mut self, expected: impl Fn(&Frame) -> bool) -> Option<Frame> {
        self.frames.pop_if(|frame| expected(frame))
    }

    fn end_cell(&mut self) -> Result<(), Problem> {
        let Some(Frame::Cell { text, span, hangs, bold: cell_bold }) =
            self.pop(|f| matches!(f, Frame::Cell { .. }))
        else {
            return Ok(());
        };
        self.meter.cells(span)?;
        // The row and the table around it lie below on the stack.
        let [.., Frame::Table { rows, .. }, Frame::Row { cells, bold, .. }] = self.frames.as_mut_slice()
        else {
            return Ok(());
        };
        *bold &= cell_bold || text.trim().is_empty();
        for i in 0..span {
            let above = rows.last().and_then(|row| row.cells.get(cells.len())).filter(|_| hangs);
            let text = above.map_or_else(|| text.clone(), |cell| cell.text.clone());
            cells.push(Cell { text, joined_left: i > 0, joined_up: above.is_some() });
        }
        Ok(())
    }

    fn end_row(&mut self) {
        let Some(Frame::Row { cells, is_header, bold }) = self.pop(|f| matches!(f, Frame::Row { .. })) else {
            return;
        };
        if let Some(Frame::Table { rows, header_rows, number }) = self.frames.last_mut() {
            *number += 1;
            // Marked as a header that repeats on each page, or a first row all in bold above one that is not.
            let leads = *header_rows + 1 == *number;
            if leads && (is_header || (bold && *number == 1)) {
                *header_rows += 1;
            } else if *number == 2 && bold && *header_rows == 1 && !is_header {
                *header_rows = 0;
            }
            rows.push(Row { number: *number, cells });
        }
    }

    /// Puts a finished item where it belongs: into the cell or text box around it, or the document.
    fn put(&mut self, item: Item) {
        match self.frames.last_mut() {
            Some(Frame::Cell { text, bold, .. }) => {
                if let Item::Paragraph(paragraph) = &item {
                    *bold &= paragraph.is_all_bold() || paragraph.text.trim().is_empty();
                }
                push_lines(text, &item);
            }
            Some(Frame::TextBox(items)) => items.push(item),
            _ => self.done.push(item),
        }
    }
}

/// The text of an item inside a cell; the rows of a table inside a table are lines.
fn push_lines(text: &mut String, item: &Item) {
    let mut line = |part: &str| {
        if !part.trim().is_empty() {
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(part.trim());
        }
    };
    match item {
        Item::Paragraph(paragraph) => line(&paragraph.text),
        Item::Table { rows, .. } => {
            for row in rows {
                let cells = row
                    .cells
                    .iter()
                    .filter(|c| !c.joined_left)
                    .map(|c| c.text.trim())
                    .filter(|c| !c.is_empty());
                line(&cells.collect::<Vec<_>>().join(" "));
            }
        }
    }
}
