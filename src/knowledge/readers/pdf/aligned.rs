//! Tables without lines: rows whose parts stand below each other.

use super::super::grid::{Cell, Row as GridRow};
use super::super::shape;
use super::page::Run;
use super::rows::Row;

/// If a table begins at the first of these rows: how many of them it takes, and its cells.
pub(super) fn table_at(rows: &[Row]) -> Option<(usize, Vec<GridRow>)> {
    if rows.first()?.segments.len() >= 2 { wide_table(rows) } else { narrow_table(rows) }
}

/// A table whose columns stand well apart.
fn wide_table(rows: &[Row]) -> Option<(usize, Vec<GridRow>)> {
    let mut end = 1;
    while let [above, row, ..] = &rows[end - 1..]
        && belongs(&rows[..end], above, row)
    {
        end += 1;
    }
    while end > 1 && rows[end - 1].segments.len() < 2 && !continues(&rows[..end - 1], &rows[end - 1]) {
        end -= 1;
    }
    let rows = &rows[..end];
    let columns = columns(rows);
    let broad = rows.iter().filter(|row| row.segments.len() >= 2).count();
    let widest = rows.iter().map(|row| row.segments.len()).max().unwrap_or(0);
    if broad < 2 || columns.len() < 2 || columns.len() < widest {
        return None;
    }
    // Dots that lead to a page number make a table of contents, not a table.
    if rows.iter().all(|row| row.text().contains("....") || row.text().contains("……")) {
        return None;
    }
    Some((end, cells(rows, &columns)))
}

/// A table whose columns are hardly further apart than words: then at least three rows must begin, or end, each part
/// at the same places.
fn narrow_table(rows: &[Row]) -> Option<(usize, Vec<GridRow>)> {
    let cut: Vec<Row> = rows
        .iter()
        .take_while(|row| row.table.is_none())
        .map(|row| row.with(row.narrow_segments()))
        .take_while(|row| row.segments.len() >= 2)
        .take(200)
        .collect();
    let first = cut.first()?;
    let same = |row: &&Row| row.segments.len() == first.segments.len() && (row.size - first.size).abs() < 0.5;
    let end = cut.iter().take_while(same).count();
    if end < 3 {
        return None;
    }
    let cut = &cut[..end];
    let columns = columns(cut);
    if columns.len() != first.segments.len() {
        return None;
    }
    let lined_up = (1..columns.len()).all(|column| {
        let near = |place: fn(&Run) -> f64| {
            let at = place(&first.segments[column]);
            cut.iter().filter(|row| (place(&row.segments[column]) - at).abs() < 1.5).count() == end
        };
        near(|s| s.x0) || near(|s| s.x1) || near(|s| (s.x0 + s.x1) / 2.0)
    });
    lined_up.then(|| (end, cells(cut, &columns)))
}

/// Whether `row` is part of the table that the rows above it make.
fn belongs(above_all: &[Row], above: &Row, row: &Row) -> bool {
    let near = above.y - row.y < row.size.max(above.size) * 3.2;
    if row.table.is_some() || !near || row.size > above.size * 1.15 {
        return false;
    }
    if row.segments.len() >= 2 {
        let mut all = above_all.to_vec();
        all.push(row.clone());
        return columns(&all).len() >= columns(above_all).len().min(2);
    }
    continues(above_all, row)
}

/// A single piece of text that is the rest of a cell above: within one column, close below, and not a line of its own.
fn continues(above_all: &[Row], row: &Row) -> bool {
    let (Some(above), [segment]) = (above_all.last(), row.segments.as_slice()) else { return false };
    let columns = columns(above_all);
    let within = |(x0, x1): &(f64, f64)| segment.x0 >= x0 - 3.0 && segment.x1 <= x1 + segment.size;
    let column = columns.iter().position(within);
    let close = above.y - row.y < row.size * 1.7;
    let is_new_line = shape::item(&segment.text).is_some() || (column == Some(0) && columns.len() == 2);
    close && column.is_some() && !is_new_line && row.size <= above.size * 1.05
}

/// The spans that columns take: what is left and right of a gap through all rows.
fn columns(rows: &[Row]) -> Vec<(f64, f64)> {
    let mut spans: Vec<(f64, f64)> =
        rows.iter().flat_map(|row| row.segments.iter().map(|s| (s.x0, s.x1))).collect();
    spans.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut columns: Vec<(f64, f64)> = Vec::new();
    for (x0, x1) in spans {
        match columns.last_mut() {
            Some(last) if x0 < last.1 + 2.0 => last.1 = last.1.max(x1),
            _ => columns.push((x0, x1)),
        }
    }
    columns
}

fn cells(rows: &[Row], columns: &[(f64, f64)]) -> Vec<GridRow> {
    let mut grid: Vec<GridRow> = Vec::new();
    let mut last_y = f64::INFINITY;
    for row in rows {
        let column =
            |s: &Run| columns.iter().position(|(x0, x1)| *x0 <= s.x0 + 0.1 && s.x0 <= *x1).unwrap_or(0);
        let has_first = row.segments.iter().any(|s| column(s) == 0);
        let goes_on = !has_first && last_y - row.y < row.size * 1.7;
        match grid.last_mut().filter(|_| goes_on) {
            Some(last) => {
                for segment in &row.segments {
                    shape::join(&mut last.cells[column(segment)].text, segment.text.trim());
                }
            }
            None => {
                let mut cells = vec![Cell::default(); columns.len()];
                for segment in &row.segments {
                    let text = &mut cells[column(segment)].text;
                    if !text.is_empty() {
                        text.push(' ');
                    }
                    text.push_str(segment.text.trim());
                }
                grid.push(GridRow { number: grid.len() + 1, cells });
            }
        }
        last_y = row.y;
    }
    grid
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::rows;
    use super::*;

    fn rows_of(lines: &[(f64, &[(f64, &str)])]) -> Vec<Row> {
        let run = |x: f64, y: f64, text: &str| Run {
            text: text.into(),
            x0: x,
            x1: x + shape::width(text) as f64 * 5.0,
            y,
            size: 10.0,
            bold: false,
            gaps: Vec::new(),
        };
        rows::build(lines.iter().flat_map(|(y, parts)| parts.iter().map(|(x, t)| run(*x, *y, t))).collect())
    }

    fn texts(grid: &[GridRow]) -> Vec<Vec<&str>> {
        grid.iter().map(|row| row.cells.iter().map(|c| c.text.as_str()).collect()).collect()
    }

    #[test]
    fn parts_below_each_other_are_cells_and_wrapped_lines_go_on() {
        let rows = rows_of(&[
            (700.0, &[(50.0, "地区"), (150.0, "运费"), (250.0, "备注")]),
            (680.0, &[(50.0, "上海"), (150.0, "8 元"), (250.0, "满九十九元包邮，")]),
            (667.0, &[(250.0, "限单件")]),
            (647.0, &[(50.0, "西藏"), (150.0, "25 元")]),
            (620.0, &[(50.0, "以上价格含税，随时可能调整，请以结算页面为准。")]),
        ]);
        let (end, grid) = table_at(&rows).unwrap();
        assert_eq!(end, 4);
        assert_eq!(
            texts(&grid),
            [["地区", "运费", "备注"], ["上海", "8 元", "满九十九元包邮，限单件"], ["西藏", "25 元", ""]]
        );
    }

    #[test]
    fn one_line_with_a_gap_is_no_table() {
        let rows =
            rows_of(&[(700.0, &[(50.0, "甲方"), (200.0, "乙方")]), (680.0, &[(50.0, "一整行连续的文字")])]);
        assert!(table_at(&rows).is_none());
    }
}
