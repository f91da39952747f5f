//! Rows in reading order become lines, and tables in their places.

use super::super::grid::Row as GridRow;
use super::aligned;
use super::columns;
use super::rows::Row;

/// A piece of a page in reading order.
#[derive(Debug)]
pub(super) enum Piece {
    Line(Line),
    Table(Vec<GridRow>),
}

/// A line of text with what decides whether the next one goes on in the same paragraph.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Line {
    pub(super) text: String,
    pub(super) x0: f64,
    pub(super) x1: f64,
    pub(super) y: f64,
    pub(super) size: f64,
    pub(super) bold: bool,
    /// Left and right end of the column it stands in.
    pub(super) column: (f64, f64),
}

/// The pieces of one page.
pub(super) fn pieces(rows: Vec<Row>) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for region in columns::in_reading_order(rows) {
        let text: Vec<&Row> = region.iter().filter(|row| row.table.is_none()).collect();
        let left = text.iter().map(|row| row.x0()).fold(f64::INFINITY, f64::min);
        let right = text.iter().map(|row| row.x1()).fold(f64::NEG_INFINITY, f64::max);
        let mut at = 0;
        while let Some(row) = region.get(at) {
            at += 1;
            if let Some(grid) = &row.table {
                pieces.push(Piece::Table(grid.clone()));
            } else if let Some((rows, grid)) = aligned::table_at(&region[at - 1..]) {
                pieces.push(Piece::Table(grid));
                at += rows - 1;
            } else if !is_contents_line(&row.text()) {
                pieces.push(Piece::Line(line(row, (left, right))));
            }
        }
    }
    pieces
}

fn line(row: &Row, column: (f64, f64)) -> Line {
    Line {
        text: row.text(),
        x0: row.x0(),
        x1: row.x1(),
        y: row.y,
        size: row.size,
        bold: row.segments.iter().all(|s| s.bold),
        column,
    }
}

/// A line of a table of contents: dots that lead to a page number.
fn is_contents_line(text: &str) -> bool {
    let dots = text.chars().filter(|c| matches!(c, '.' | '…' | '·' | '．')).count();
    dots >= 5 && text.trim_end().ends_with(|c: char| c.is_ascii_digit())
}
