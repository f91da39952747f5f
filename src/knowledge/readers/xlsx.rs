//! Excel workbooks: every visible sheet, cell values as people see them, merged cells.

mod number;

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{DataRef, Dimensions, Reader, SheetType, SheetVisible, Xlsx, XlsxError};

use super::error::{Failure, Place, Problem};
use super::grid::{self, Cell, Hints, Row};
use super::limits::Meter;
use super::package::Package;
use super::writer::{Content, Writer};

type Workbook<'a> = Xlsx<Cursor<&'a [u8]>>;

/// The filled cells of a sheet: row, column, text.
type Cells = BTreeMap<u32, BTreeMap<u32, String>>;

/// Reads a workbook.
pub(super) fn read(bytes: &[u8], meter: &Meter) -> Result<Content, Failure> {
    let mut package = Package::open(bytes, meter)?;
    package.check_all()?;
    check_string_count(&mut package)?;
    let mut workbook: Workbook = Xlsx::new(Cursor::new(bytes)).map_err(problem)?;

    let mut out = Writer::new(meter);
    let sheets = workbook.sheets_metadata().to_vec();
    for sheet in sheets.iter().filter(|sheet| sheet.typ == SheetType::WorkSheet) {
        if sheet.visible != SheetVisible::Visible {
            out.warn(format!("sheet {} is hidden and was left out", sheet.name));
            continue;
        }
        let at = |problem: Problem| problem.at(Place::Sheet(sheet.name.clone()));
        let cells = cells(&mut workbook, &sheet.name, meter).map_err(at)?;
        if cells.is_empty() {
            continue;
        }
        let merges = workbook.merge_cells_by_sheet_name(&sheet.name).unwrap_or_default();
        let rows = rows(cells, &merges, meter).map_err(at)?;
        if !is_default_name(&sheet.name) {
            out.heading(1, &sheet.name).map_err(at)?;
        }
        let hints = Hints { header_expected: true, ..Hints::default() };
        grid::write_sheet(rows, &hints, &mut out).map_err(at)?;
    }
    Ok(out.finish())
}

/// The table of strings says how many there are, and space is reserved for that many: it must not lie.
fn check_string_count(package: &mut Package) -> Result<(), Failure> {
    let name = "xl/sharedStrings.xml";
    let Some(xml) = package.xml(name)? else { return Ok(()) };
    let declared = xml.split_once("uniqueCount=").and_then(|(_, rest)| {
        let digits: String = rest.chars().skip(1).take_while(char::is_ascii_digit).collect();
        digits.parse::<usize>().ok()
    });
    // The shortest string takes more bytes than one.
    if declared.is_some_and(|count| count > xml.len()) {
        return Err(Problem::corrupt("the number of its strings is wrong").at(Place::Part(name.to_owned())));
    }
    Ok(())
}

fn problem(e: XlsxError) -> Problem {
    match e {
        XlsxError::Password => Problem::Encrypted,
        e => Problem::corrupt(format!("the workbook cannot be read ({e})")),
    }
}

fn cells(workbook: &mut Workbook, sheet: &str, meter: &Meter) -> Result<Cells, Problem> {
    let mut reader = workbook.worksheet_cells_reader(sheet).map_err(problem)?;
    let mut cells = Cells::new();
    let mut count = 0;
    while let Some((cell, style)) = reader.next_cell_with_style_id().map_err(problem)? {
        let format = reader.styles().get(style).and_then(|style| style.number_format.as_ref());
        let text = shown(cell.get_value(), format.map_or("General", |f| f.format_code.as_str()));
        if text.trim().is_empty() {
            continue;
        }
        count += 1;
        if count > meter.limits().max_cells {
            return Err(Problem::TooMuch { what: "table cells", limit: meter.limits().max_cells });
        }
        meter.tick()?;
        meter.text(text.len())?;
        let (row, column) = cell.get_position();
        cells.entry(row).or_default().insert(column, text);
    }
    Ok(cells)
}

/// A value as the sheet shows it.
fn shown(value: &DataRef, format: &str) -> String {
    match value {
        DataRef::Empty | DataRef::Error(_) => String::new(),
        DataRef::String(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(value) => if *value { "是" } else { "否" }.to_owned(),
        DataRef::Int(value) => number::shown(*value as f64, format),
        DataRef::Float(value) => number::shown(*value, format),
        DataRef::DateTime(value) if value.is_duration() => number::duration(value.as_f64()),
        DataRef::DateTime(value) => number::date(value.to_ymd_hms_milli(), value.as_f64(), format),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
    }
}

/// The rows of a sheet with merged cells filled in; an empty row where the sheet leaves rows empty.
fn rows(cells: Cells, merges: &[Dimensions], meter: &Meter) -> Result<Vec<Row>, Problem> {
    // Only columns that hold anything, so that a cell far out costs no more than one near by.
    let mut columns: Vec<u32> = cells.values().flat_map(|row| row.keys().copied()).collect();
    columns.sort_unstable();
    columns.dedup();
    let limit = meter.limits().max_cells;
    if cells.len().saturating_mul(columns.len()) > limit {
        return Err(Problem::TooMuch { what: "table cells", limit });
    }

    let numbers: Vec<u32> = cells.keys().copied().collect();
    let mut grid: Vec<Vec<Cell>> = cells
        .into_values()
        .map(|mut row| columns.iter().map(|c| Cell::new(row.remove(c).unwrap_or_default())).collect())
        .collect();
    let mut filled = 0;
    for merge in merges {
        let inside = |all: &[u32], from: u32, to: u32| {
            let start = all.partition_point(|n| *n < from);
            start..all.partition_point(|n| *n <= to).max(start)
        };
        let (down, across) =
            (inside(&numbers, merge.start.0, merge.end.0), inside(&columns, merge.start.1, merge.end.1));
        filled += down.len() * across.len();
        if filled > limit {
            return Err(Problem::TooMuch { what: "table cells", limit });
        }
        let Some(text) =
            grid.get(down.start).and_then(|row| row.get(across.start)).map(|cell| cell.text.clone())
        else {
            continue;
        };
        for (i, row) in down.clone().enumerate() {
            for (j, column) in across.clone().enumerate() {
                grid[row][column] = Cell { text: text.clone(), joined_left: j > 0, joined_up: i > 0 };
            }
        }
    }

    let mut rows = Vec::with_capacity(grid.len());
    let mut last = None;
    for (number, cells) in numbers.into_iter().zip(grid) {
        if last.is_some_and(|last| number > last + 1) {
            rows.push(Row::default());
        }
        rows.push(Row { number: number as usize + 1, cells });
        last = Some(number);
    }
    Ok(rows)
}

/// `Sheet1`, `工作表2`: names that nobody gave.
fn is_default_name(name: &str) -> bool {
    let stem = name.trim().trim_end_matches(|c: char| c.is_ascii_digit());
    ["Sheet", "sheet", "工作表", "表", "Table", "表格"].contains(&stem.trim())
}
