//! Lines become headings, paragraphs and lists, over the borders of columns and pages.

use std::collections::BTreeMap;

use super::super::error::Problem;
use super::super::grid::{self, Hints, Row as GridRow};
use super::super::shape::{self, Line as Shape};
use super::super::writer::Writer;
use super::flow::{Line, Piece};

/// Headings are at least this much larger than the text.
const LARGER: f64 = 1.12;

/// The sizes of type of a document.
#[derive(Debug)]
pub(super) struct Type {
    body: f64,
    /// Sizes of headings, largest first.
    headings: Vec<f64>,
    /// Usual distance of lines of body text.
    leading: f64,
}

impl Type {
    pub(super) fn of<'p>(pieces: impl Iterator<Item = &'p Piece> + Clone) -> Self {
        let lines = pieces.filter_map(|piece| if let Piece::Line(line) = piece { Some(line) } else { None });
        let mut letters: BTreeMap<i64, usize> = BTreeMap::new();
        for line in lines.clone() {
            *letters.entry(half_points(line.size)).or_default() += shape::width(&line.text);
        }
        let body = letters.iter().max_by_key(|(_, n)| **n).map_or(10.0, |(size, _)| *size as f64 / 2.0);
        let mut headings: Vec<i64> = lines
            .clone()
            .filter(|line| line.size >= body * LARGER && could_be_heading(&line.text))
            .map(|line| half_points(line.size))
            .collect();
        headings.sort_unstable_by(|a, b| b.cmp(a));
        headings.dedup_by(|b, a| *a - *b <= 1);
        headings.truncate(5);

        let mut gaps: Vec<f64> = lines
            .clone()
            .zip(lines.skip(1))
            .filter(|(a, b)| (a.size - body).abs() < 0.6 && (b.size - body).abs() < 0.6)
            .map(|(a, b)| a.y - b.y)
            .filter(|gap| *gap > body * 0.8 && *gap < body * 2.6)
            .collect();
        gaps.sort_by(f64::total_cmp);
        // The distance inside paragraphs is the smaller of the two usual ones.
        let leading = gaps.get(gaps.len() / 4).copied().unwrap_or(body * 1.5);
        Self { body, headings: headings.into_iter().map(|size| size as f64 / 2.0).collect(), leading }
    }

    /// The level of a heading, if this line is one. `before` and `after` are its distances to its neighbours.
    fn level(&self, line: &Line, alone: bool) -> Option<u8> {
        let text = line.text.trim();
        if !could_be_heading(text) {
            return None;
        }
        let count = self.headings.len() as u8;
        if line.size >= self.body * LARGER {
            let rank =
                self.headings.iter().position(|size| line.size >= size - 0.6).unwrap_or(self.headings.len());
            return Some(rank as u8 + 1);
        }
        let short = line.x1 < line.column.1 - line.size * 2.0 || line.bold;
        match shape::line(text) {
            Shape::Heading { level: level @ 1.., .. } if short && line.size >= self.body * 0.95 => {
                Some(count + level)
            }
            _ if line.bold && line.size >= self.body * 0.97 && alone && shape::is_heading_like(text) => {
                Some(count + 1)
            }
            _ => None,
        }
    }
}

fn half_points(size: f64) -> i64 {
    (size * 2.0).round() as i64
}

fn could_be_heading(text: &str) -> bool {
    shape::width(text) <= 110
        && text.chars().filter(|c| c.is_alphabetic()).count() >= 2
        && !text.ends_with(['。', '；', '，', '、', ',', ';'])
}

/// Writes the pieces of all pages.
pub(super) fn write(pages: Vec<(u32, Vec<Piece>)>, kinds: &Type, out: &mut Writer) -> Result<(), Problem> {
    let mut composer = Composer { kinds, out, open: None, list: Vec::new(), table: None, page: None };
    for (number, pieces) in pages {
        composer.page = Some(number);
        let lines = |piece: Option<&Piece>| {
            if let Some(Piece::Line(line)) = piece { Some(line.clone()) } else { None }
        };
        let mut pieces = pieces.into_iter().peekable();
        let mut before: Option<Line> = None;
        while let Some(piece) = pieces.next() {
            match piece {
                Piece::Table(rows) => {
                    composer.table(rows)?;
                    before = None;
                }
                Piece::Line(line) => {
                    let after = lines(pieces.peek());
                    composer.line(&line, before.as_ref(), after.as_ref())?;
                    before = Some(line);
                }
            }
        }
    }
    composer.close()
}

/// What the lines read last belong to.
#[derive(Debug)]
struct Open {
    text: String,
    /// Level of a heading; 0 for text.
    level: u8,
    last: Line,
    first_x0: f64,
    lines: usize,
}

struct Composer<'c, 'm> {
    kinds: &'c Type,
    out: &'c mut Writer<'m>,
    open: Option<Open>,
    list: Vec<String>,
    table: Option<Vec<GridRow>>,
    /// A page that has begun, but nothing of it has been written.
    page: Option<u32>,
}

impl Composer<'_, '_> {
    fn line(&mut self, line: &Line, before: Option<&Line>, after: Option<&Line>) -> Result<(), Problem> {
        self.close_table()?;
        let gap = |a: Option<&Line>, b: Option<&Line>| match (a, b) {
            (Some(a), Some(b)) if a.y > b.y => a.y - b.y,
            _ => f64::INFINITY,
        };
        let alone = gap(before, Some(line)) > self.kinds.leading * 1.15 || before.is_none_or(|b| !b.bold);
        let level =
            self.kinds.level(line, alone && after.is_none_or(|a| !a.bold || a.y > line.y)).unwrap_or(0);
        if let Some(open) = &mut self.open
            && open.level == level
            && goes_on(open, line, self.kinds)
        {
            shape::join(&mut open.text, line.text.trim());
            open.last = line.clone();
            open.lines += 1;
            return Ok(());
        }
        self.close_text()?;
        self.open = Some(Open {
            text: line.text.trim().to_owned(),
            level,
            last: line.clone(),
            first_x0: line.x0,
            lines: 1,
        });
        Ok(())
    }

    fn table(&mut self, rows: Vec<GridRow>) -> Result<(), Problem> {
        let columns = |rows: &[GridRow]| rows.first().map_or(0, |row| row.cells.len());
        let starts_page = self.page.is_some();
        self.close_text_before_table()?;
        match &mut self.table {
            // A table that goes on at the top of the next page, with or without its header again.
            Some(open) if starts_page && columns(open) == columns(&rows) => {
                let header = open.first().map(|row| row.cells.clone());
                let again = usize::from(rows.first().map(|row| row.cells.clone()) == header);
                open.extend(rows.into_iter().skip(again));
                self.page = None;
            }
            _ => {
                self.close_table()?;
                self.table = Some(rows);
            }
        }
        Ok(())
    }

    fn close_text_before_table(&mut self) -> Result<(), Problem> {
        if self.open.is_some() || !self.list.is_empty() {
            self.close_text()?;
            self.close_list()?;
        }
        Ok(())
    }

    fn close_table(&mut self) -> Result<(), Problem> {
        let Some(rows) = self.table.take() else { return Ok(()) };
        grid::write(rows, &Hints::default(), self.out)
    }

    fn close_text(&mut self) -> Result<(), Problem> {
        let Some(open) = self.open.take() else {
            self.begin_page();
            return Ok(());
        };
        if open.level > 0 {
            self.close_list()?;
            self.out.heading(open.level, &open.text)?;
        } else if let Some((mark, said)) = shape::item(&open.text) {
            let space = if mark.is_empty() || !mark.is_ascii() { "" } else { " " };
            self.list.push(format!("{mark}{space}{said}"));
        } else {
            self.close_list()?;
            self.out.paragraph(&open.text)?;
        }
        self.begin_page();
        Ok(())
    }

    /// Marks the page that the next block begins on.
    fn begin_page(&mut self) {
        if self.list.is_empty()
            && let Some(page) = self.page.take()
        {
            self.out.page(page);
        }
    }

    fn close_list(&mut self) -> Result<(), Problem> {
        let items = std::mem::take(&mut self.list);
        match items.as_slice() {
            [] => Ok(()),
            [only] => self.out.paragraph(only),
            _ => self.out.list(items),
        }
    }

    fn close(&mut self) -> Result<(), Problem> {
        self.close_text()?;
        self.close_list()?;
        self.close_table()
    }
}

/// Whether a line goes on in the paragraph, heading or item before it.
fn goes_on(open: &Open, line: &Line, kinds: &Type) -> bool {
    let last = &open.last;
    let em = line.size;
    if (line.size - last.size).abs() > 0.08 * em
        || (open.level == 0 && line.bold != last.bold && open.lines == 1)
    {
        return false;
    }
    let text = line.text.trim();
    let begins_item = shape::item(text).is_some();
    let same_column = last.column == line.column && line.y < last.y;
    if open.level > 0 {
        // A heading of two lines: close together, and the first one full.
        let close = same_column && last.y - line.y < em * 1.9;
        let numbered = matches!(shape::line(text), Shape::Heading { level: 1.., .. });
        return close && !numbered && last.x1 > last.column.1 - em * 4.0;
    }
    if begins_item || ends_early(last, text) {
        return false;
    }
    if !same_column {
        // On to the next column or page: only in the middle of a sentence.
        let ended = last.text.trim_end().ends_with(['。', '！', '？', '：', '.', '!', '?', ':', '；']);
        let indented = line.x0 > line.column.0 + em * 0.8;
        return !ended && !indented;
    }
    let leading = if (em - kinds.body).abs() < 0.6 { kinds.leading } else { em * 1.5 };
    if last.y - line.y > leading * 1.25 + 1.0 {
        return false;
    }
    let indent = line.x0 - last.x0;
    let is_item = shape::item(&open.text).is_some();
    if indent > em * 0.8 {
        // The rest of an item hangs below its text; a first line of a paragraph is indented.
        return is_item && open.lines == 1;
    }
    // Back to the margin after an indented first line; after hanging lines it is something new.
    !(indent < -em * 0.8 && (open.lines > 1 || is_item && line.x0 < open.first_x0 + em * 0.3))
}

/// Whether the next line's first word would still have had room: then the line was ended on purpose.
fn ends_early(last: &Line, next: &str) -> bool {
    let room = last.column.1 - last.x1;
    let word: String = next.chars().take_while(|c| !c.is_whitespace() && !shape::is_wide(*c)).collect();
    let needed = if word.is_empty() {
        last.size * 2.2
    } else {
        shape::width(&word) as f64 * last.size * 0.55 + last.size
    };
    // Of text that is not set flush the right edge is only roughly known.
    room > needed && room > (last.column.1 - last.column.0) * 0.06
}
