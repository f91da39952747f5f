//! Tables drawn with lines: the lines give the cells, and where one is missing, cells are merged.

use super::super::grid::{Cell, Row as GridRow};
use super::super::shape;
use super::page::Run;
use super::rows::{self, Row};
use super::rules::{Rule, Rules, SNAP};

/// How far apart lines that should meet may end.
const REACH: f64 = 4.0;
/// Rows and columns of one table on one page.
const MOST: usize = 400;

/// Takes the runs that stand in ruled tables out of `runs` and returns the tables, each as a row of the page.
pub(super) fn take_tables(runs: &mut Vec<Run>, rules: &Rules) -> Vec<Row> {
    frames(rules).into_iter().filter_map(|frame| take_table(runs, &frame)).collect()
}

/// Lines that touch each other.
#[derive(Debug)]
struct Frame {
    horizontal: Vec<Rule>,
    vertical: Vec<Rule>,
    /// Borders of columns from left to right, and of rows from top to bottom.
    xs: Vec<f64>,
    ys: Vec<f64>,
}

fn frames(rules: &Rules) -> Vec<Frame> {
    let (hs, vs) = (&rules.horizontal, &rules.vertical);
    if hs.len().saturating_mul(vs.len()) > 4_000_000 {
        return Vec::new();
    }
    // Connected groups, by the usual union of sets: first all horizontal lines, then the vertical ones.
    let mut group: Vec<usize> = (0..hs.len() + vs.len()).collect();
    fn root(group: &mut [usize], mut i: usize) -> usize {
        while group[i] != i {
            group[i] = group[group[i]];
            i = group[i];
        }
        i
    }
    for (i, h) in hs.iter().enumerate() {
        for (j, v) in vs.iter().enumerate() {
            let meets = h.from - REACH <= v.at
                && v.at <= h.to + REACH
                && v.from - REACH <= h.at
                && h.at <= v.to + REACH;
            if meets {
                let (a, b) = (root(&mut group, i), root(&mut group, hs.len() + j));
                group[a] = b;
            }
        }
    }
    let mut by_root: std::collections::BTreeMap<usize, (Vec<Rule>, Vec<Rule>)> =
        std::collections::BTreeMap::new();
    for i in 0..group.len() {
        let lines = by_root.entry(root(&mut group, i)).or_default();
        if i < hs.len() { lines.0.push(hs[i]) } else { lines.1.push(vs[i - hs.len()]) }
    }
    by_root
        .into_values()
        .map(|(horizontal, vertical)| {
            let xs = places(&vertical);
            let mut ys = places(&horizontal);
            ys.reverse();
            Frame { horizontal, vertical, xs, ys }
        })
        .filter(|f| f.xs.len() >= 3 && f.ys.len() >= 2 && f.xs.len() <= MOST && f.ys.len() <= MOST)
        .collect()
}

/// The different places of lines, in order.
fn places(rules: &[Rule]) -> Vec<f64> {
    let mut all: Vec<f64> = rules.iter().map(|r| r.at).collect();
    all.sort_by(f64::total_cmp);
    all.dedup_by(|b, a| *b - *a <= SNAP * 1.5);
    all
}

fn take_table(runs: &mut Vec<Run>, frame: &Frame) -> Option<Row> {
    let (columns, lines) = (frame.xs.len() - 1, frame.ys.len() - 1);
    let mut cells: Vec<Vec<Vec<Run>>> = vec![vec![Vec::new(); columns]; lines];
    let mut rest = Vec::new();
    for run in runs.drain(..) {
        let line = slot(&frame.ys, run.y + run.size * 0.3, |a, b| a > b);
        match line {
            Some(line) => {
                for part in cut_at_borders(run, frame, line) {
                    let column = slot(&frame.xs, (part.x0 + part.x1) / 2.0, |a, b| a < b);
                    match column {
                        Some(column) => cells[line][column].push(part),
                        None => rest.push(part),
                    }
                }
            }
            None => rest.push(run),
        }
    }
    let filled = cells.iter().flatten().filter(|runs| !runs.is_empty()).count();
    // Boxes around single texts, charts and ornaments are no tables.
    if filled < 2 || filled * 8 < columns * lines {
        runs.extend(rest);
        runs.extend(cells.into_iter().flatten().flatten());
        return None;
    }
    *runs = rest;

    let size = cells.iter().flatten().flatten().map(|run| run.size).fold(0.0, f64::max);
    let mut grid: Vec<GridRow> = Vec::new();
    for (r, line) in cells.iter_mut().enumerate() {
        let mut row: Vec<Cell> = Vec::new();
        for c in 0..columns {
            let (up, left) = (!frame.has_border_above(r, c), !frame.has_border_left(r, c));
            let width = frame.xs[c + 1] - frame.xs[c];
            let own = cell_text(std::mem::take(&mut line[c]), width);
            // A merged cell has its text in any one of the places it covers.
            let cell = if up && r > 0 {
                let above = &mut grid[r - 1].cells[c];
                add(&mut above.text, &own);
                Cell { text: above.text.clone(), joined_left: above.joined_left, joined_up: true }
            } else if left && c > 0 {
                add(&mut row[c - 1].text, &own);
                Cell { text: row[c - 1].text.clone(), joined_left: true, joined_up: false }
            } else {
                Cell::new(own)
            };
            row.push(cell);
        }
        grid.push(GridRow { number: r + 1, cells: row });
    }
    spread(&mut grid);
    let (y, x0, x1) = (frame.ys[0], frame.xs[0], frame.xs[columns]);
    let place = Run { text: String::new(), x0, x1, y, size, bold: false, gaps: Vec::new() };
    Some(Row { y, size, segments: vec![place], table: Some(grid) })
}

/// Gives every place of a merged cell the whole text, which may have been found last.
fn spread(grid: &mut [GridRow]) {
    for r in (0..grid.len()).rev() {
        for c in (0..grid[r].cells.len()).rev() {
            let cell = grid[r].cells[c].clone();
            if cell.joined_left && c > 0 {
                grid[r].cells[c - 1].text.clone_from(&cell.text);
            }
            if cell.joined_up && r > 0 {
                grid[r - 1].cells[c].text.clone_from(&cell.text);
            }
        }
    }
    for r in 0..grid.len() {
        for c in 0..grid[r].cells.len() {
            let cell = &grid[r].cells[c];
            let from = match (cell.joined_up && r > 0, cell.joined_left && c > 0) {
                (true, _) => grid[r - 1].cells[c].text.clone(),
                (_, true) => grid[r].cells[c - 1].text.clone(),
                _ => continue,
            };
            grid[r].cells[c].text = from;
        }
    }
}

fn add(text: &mut String, more: &str) {
    if !more.is_empty() {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(more);
    }
}

/// The interval of `borders` in which `at` lies.
fn slot(borders: &[f64], at: f64, before: fn(f64, f64) -> bool) -> Option<usize> {
    borders.windows(2).position(|w| before(w[0], at) && !before(w[1], at))
}

/// A run that reaches over a border is cut at the space nearest to it.
fn cut_at_borders(run: Run, frame: &Frame, line: usize) -> Vec<Run> {
    let middle = (frame.ys[line] + frame.ys[line + 1]) / 2.0;
    let crossed = frame.vertical.iter().filter(|v| v.from < middle && middle < v.to).map(|v| v.at);
    let mut parts = vec![run];
    for x in crossed {
        let Some(last) = parts.pop() else { break };
        let margin = last.size * 0.4;
        if !(last.x0 + margin < x && x + margin < last.x1) {
            parts.push(last);
            continue;
        }
        let per_column = (last.x1 - last.x0) / shape::width(&last.text).max(1) as f64;
        let place = |byte: usize| last.x0 + shape::width(&last.text[..byte]) as f64 * per_column;
        let spaces = last.text.match_indices(' ').map(|(byte, _)| byte);
        let Some(cut) = spaces.min_by(|a, b| (place(*a) - x).abs().total_cmp(&(place(*b) - x).abs())) else {
            parts.push(last);
            continue;
        };
        let (head, tail) = last.text.split_at(cut);
        let (head, tail) = (head.to_owned(), tail.trim_start().to_owned());
        let (x0, x1) = (last.x0, last.x1);
        parts.push(Run { text: head, x0, x1: x, gaps: Vec::new(), ..last });
        parts.push(Run { text: tail, x0: x, x1, gaps: Vec::new(), ..last });
    }
    parts
}

/// The lines of a cell: joined where they fill the cell, apart where they end early.
fn cell_text(runs: Vec<Run>, width: f64) -> String {
    let mut text = String::new();
    let mut full = true;
    for row in rows::build(runs) {
        let line = row.text();
        if text.is_empty() || full {
            shape::join(&mut text, &line);
        } else {
            add(&mut text, &line);
        }
        full = row.x1() - row.x0() > width * 0.6;
    }
    text
}

impl Frame {
    fn has_border_above(&self, line: usize, column: usize) -> bool {
        let middle = (self.xs[column] + self.xs[column + 1]) / 2.0;
        let at = self.ys[line];
        self.horizontal.iter().any(|h| (h.at - at).abs() <= SNAP * 2.0 && h.from < middle && middle < h.to)
    }

    fn has_border_left(&self, line: usize, column: usize) -> bool {
        let middle = (self.ys[line] + self.ys[line + 1]) / 2.0;
        let at = self.xs[column];
        self.vertical.iter().any(|v| (v.at - at).abs() <= SNAP * 2.0 && v.from < middle && middle < v.to)
    }
}
