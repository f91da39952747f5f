//! A grid of cells, from whatever format, becomes tables with caption and header, or FAQ pairs.
//!
//! People put titles above a header, bands between the rows, notes below, several tables on a sheet, and merge
//! cells; here it is told apart by what the cells hold.

use super::error::Problem;
use super::faq;
use super::shape;
use super::writer::{Writer, lines, one_line};
use crate::knowledge::parsed::Table;

/// A cell. Merged cells appear in every place they cover.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Cell {
    pub(super) text: String,
    /// Part of the merged cell to its left.
    pub(super) joined_left: bool,
    /// Part of the merged cell above it.
    pub(super) joined_up: bool,
}

impl Cell {
    pub(super) fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }
}

/// A row with the number it has in the file, for warnings.
#[derive(Clone, Debug, Default)]
pub(super) struct Row {
    pub(super) number: usize,
    pub(super) cells: Vec<Cell>,
}

/// What the format itself says about a grid.
#[derive(Clone, Debug, Default)]
pub(super) struct Hints {
    pub(super) caption: Option<String>,
    /// Number of header rows, where the format marks them.
    pub(super) header_rows: Option<usize>,
    /// Whether a first row of plain words is a header (spreadsheets) or may be data like the rest (text documents).
    pub(super) header_expected: bool,
}

/// Widest a header cell or a caption may be, in columns.
const NAME_WIDTH: usize = 60;

/// Writes a grid that may hold several tables, one below the other.
pub(super) fn write_sheet(rows: Vec<Row>, hints: &Hints, out: &mut Writer) -> Result<(), Problem> {
    let mut part: Vec<Row> = Vec::new();
    let mut gap = false;
    for row in rows {
        if row.is_empty() {
            gap = true;
            continue;
        }
        if std::mem::take(&mut gap) && begins_another(&part, &row) {
            write(std::mem::take(&mut part), hints, out)?;
        }
        part.push(row);
    }
    write(part, hints, out)
}

/// After an empty row: another table, or the first one going on?
fn begins_another(part: &[Row], row: &Row) -> bool {
    let Some(last) = part.last() else { return false };
    let filled = |row: &Row| row.cells.iter().map(|c| !c.text.trim().is_empty()).collect::<Vec<_>>();
    let titled = row.only_value().is_some();
    let values = |row: &Row| row.cells.iter().any(|c| is_value(&c.text));
    let another_header = !values(row) && part.iter().skip(1).any(values);
    last.only_value().is_none() && (titled || another_header || filled(row) != filled(last))
}

/// Writes a grid that holds one table.
pub(super) fn write(rows: Vec<Row>, hints: &Hints, out: &mut Writer) -> Result<(), Problem> {
    let mut rows = trim(rows);
    out.meter().cells(rows.iter().map(|row| row.cells.len()).sum())?;
    let Some(first) = rows.first() else { return Ok(()) };
    if first.cells.len() == 1 && (rows.len() == 1 || hints.header_rows.is_none()) {
        return write_column(&rows, hints, out);
    }

    // Title rows above the table, a closing note below it.
    let mut caption = hints.caption.clone().filter(|c| !c.trim().is_empty());
    while rows.len() > 1
        && let Some(title) = rows[0].only_value().map(lines)
        && (hints.header_rows.is_none() || rows[0].spans_all())
    {
        if caption.is_none() && shape::width(&title) <= NAME_WIDTH {
            caption = Some(one_line(&title));
        } else {
            out.paragraph(&title)?;
        }
        rows.remove(0);
    }
    let mut notes = Vec::new();
    while rows.len() > 1
        && let Some(note) = rows.last().and_then(Row::only_value)
        && (rows.last().is_some_and(Row::spans_all) || is_note(note))
    {
        notes.insert(0, lines(note));
        rows.pop();
    }

    let header_rows =
        hints.header_rows.map_or_else(|| count_header_rows(&rows, hints), |n| n.min(rows.len()));
    let header = merge_header(&rows[..header_rows], rows[0].cells.len());
    let body = rows.split_off(header_rows);
    if let Some(columns) = faq::Columns::of(&header) {
        if let Some(caption) = caption {
            out.title(&caption);
        }
        let rows = body.iter().map(|row| (row.number, row.texts()));
        columns.write(rows, out)?;
    } else if body.is_empty() {
        // A table of one row: nothing below it that it could be the header of.
        out.table(Table { caption, header: vec![String::new(); header.len()], rows: vec![header] })?;
    } else {
        write_bands(&caption, &header, body, out)?;
    }
    notes.iter().try_for_each(|note| out.paragraph(note))
}

/// A row that says one thing across all columns is a band: it names the rows below it.
fn write_bands(
    caption: &Option<String>,
    header: &[String],
    body: Vec<Row>,
    out: &mut Writer,
) -> Result<(), Problem> {
    let mut band: Option<String> = None;
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut flush = |band: &Option<String>, rows: &mut Vec<Vec<String>>| {
        let caption = match (caption, band) {
            (Some(caption), Some(band)) => Some(format!("{caption} {band}")),
            (caption, band) => caption.clone().or_else(|| band.clone()),
        };
        out.table(Table { caption, header: header.to_vec(), rows: std::mem::take(rows) })
    };
    for row in body {
        match row.only_value() {
            Some(text) if row.spans_all() && shape::width(text) <= NAME_WIDTH => {
                flush(&band, &mut rows)?;
                band = Some(one_line(text));
            }
            Some(text) if row.spans_all() => rows.push(vec![lines(text)]),
            _ => rows.push(row.texts().into_iter().map(lines).collect()),
        }
    }
    flush(&band, &mut rows)
}

/// A single column is text, not a table.
fn write_column(rows: &[Row], hints: &Hints, out: &mut Writer) -> Result<(), Problem> {
    if let Some(caption) = &hints.caption {
        out.paragraph(caption)?;
    }
    rows.iter().filter(|row| !row.is_empty()).try_for_each(|row| out.paragraph(&row.cells[0].text))
}

impl Row {
    fn is_empty(&self) -> bool {
        self.cells.iter().all(|cell| cell.text.trim().is_empty())
    }

    fn texts(&self) -> Vec<&str> {
        self.cells.iter().map(|cell| cell.text.as_str()).collect()
    }

    /// The text of a row in which only one cell, merged or not, holds anything.
    fn only_value(&self) -> Option<&str> {
        let mut filled = self.cells.iter().filter(|cell| !cell.joined_left && !cell.text.trim().is_empty());
        let first = filled.next()?;
        (filled.next().is_none() && !first.joined_up && self.cells.len() > 1).then_some(first.text.as_str())
    }

    fn spans_all(&self) -> bool {
        self.cells.len() > 1 && self.cells.iter().skip(1).all(|cell| cell.joined_left)
    }
}

/// Makes the grid rectangular and drops empty rows, and empty columns at its borders and inside.
fn trim(mut rows: Vec<Row>) -> Vec<Row> {
    rows.retain(|row| !row.is_empty());
    let width = rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
    let used: Vec<bool> = (0..width)
        .map(|c| {
            let cell = |row: &Row| {
                row.cells.get(c).is_some_and(|cell| !cell.text.trim().is_empty() && !cell.joined_left)
            };
            rows.iter().any(cell)
        })
        .collect();
    for row in &mut rows {
        row.cells.resize(width, Cell::default());
        let mut column = 0;
        row.cells.retain(|_| {
            column += 1;
            used[column - 1]
        });
        if let Some(first) = row.cells.first_mut() {
            first.joined_left = false;
        }
    }
    rows
}

fn count_header_rows(rows: &[Row], hints: &Hints) -> usize {
    let [first, rest @ ..] = rows else { return 0 };
    if rest.is_empty() || !is_header(first) {
        return 0;
    }
    if faq::Columns::of(&first.texts()).is_some() {
        return 1;
    }
    if !hints.header_expected && !differs_from_body(first, rest) {
        return 0;
    }
    // A merged cell in the header is explained by the row below it.
    let grouped = first.cells.iter().any(|c| c.joined_left);
    let hangs_down = rest[0].cells.iter().any(|c| c.joined_up);
    if rest.len() > 1
        && (grouped || hangs_down)
        && is_header(&rest[0])
        && (grouped || differs_from_body(&rest[0], &rest[1..]))
    {
        return 2;
    }
    1
}

/// Names: filled, short, no values and no sentences.
fn is_header(row: &Row) -> bool {
    let filled = row.cells.iter().filter(|c| !c.text.trim().is_empty()).count();
    let names = row.cells.iter().all(|c| {
        let text = one_line(&c.text);
        text.is_empty()
            || (shape::width(&text) <= NAME_WIDTH && !is_value(&text) && !text.ends_with(['。', '！', '；']))
    });
    names && filled * 2 > row.cells.len() && (filled + 1 >= row.cells.len() || filled >= 3)
}

/// Whether the first row is of another kind than the rows below it: a name above values or above longer text, or a
/// word that only headers use.
fn differs_from_body(header: &Row, body: &[Row]) -> bool {
    const HEADER_WORDS: [&str; 26] = [
        "项目",
        "名称",
        "内容",
        "说明",
        "描述",
        "备注",
        "参数",
        "规格",
        "类型",
        "类别",
        "标准",
        "要求",
        "时间",
        "地区",
        "型号",
        "价格",
        "item",
        "name",
        "description",
        "value",
        "notes",
        "type",
        "price",
        "details",
        "model",
        "policy",
    ];
    let known = header.cells.iter().any(|c| {
        let name = one_line(&c.text).to_lowercase();
        HEADER_WORDS.iter().any(|word| name == *word)
    });
    let column = |c: usize| {
        body.iter().filter_map(move |row| row.cells.get(c)).filter(|cell| !cell.text.trim().is_empty())
    };
    let contrast = header.cells.iter().enumerate().any(|(c, name)| {
        let count = column(c).count();
        let values = column(c).filter(|cell| is_value(&cell.text)).count();
        let width: usize = column(c).map(|cell| shape::width(cell.text.trim())).sum();
        count > 0 && (values * 2 > count || width > count * 3 * shape::width(name.text.trim()).max(8))
    });
    // With three columns and more, what stands on top of all of them is a header far more often than not.
    known || contrast || header.cells.len() > 2
}

/// A figure, an amount, a date, a telephone number: mostly digits.
fn is_value(text: &str) -> bool {
    let text = text.trim();
    let all = text.chars().filter(|c| !c.is_whitespace()).count();
    let digits = text.chars().filter(char::is_ascii_digit).count();
    digits > 0
        && (digits * 2 >= all || text.starts_with(['¥', '￥', '$', '€', '£', '+', '<', '>', '≤', '≥', '±']))
        || matches!(text, "√" | "×" | "✓" | "✗" | "✔" | "✘" | "-" | "—" | "/")
}

fn is_note(text: &str) -> bool {
    let text = text.trim_start();
    ["注", "备注", "说明", "*", "※", "Note", "note", "提示", "数据来源", "Source"]
        .iter()
        .any(|start| text.starts_with(start))
        || shape::width(text) > NAME_WIDTH
}

/// One name a column; the names of several header rows are put together from top to bottom.
fn merge_header(rows: &[Row], width: usize) -> Vec<String> {
    (0..width)
        .map(|column| {
            let mut parts: Vec<String> = Vec::new();
            for cell in rows.iter().filter_map(|row| row.cells.get(column)) {
                let part = one_line(&cell.text);
                if !part.is_empty() && !cell.joined_up && parts.last() != Some(&part) {
                    parts.push(part);
                }
            }
            parts.join(" ")
        })
        .collect()
}

#[cfg(test)]
mod tests;
