//! Runs become segments (text without a wide gap) and rows (what stands on one base line).

use super::super::grid::Row as GridRow;
use super::super::shape;
use super::page::Run;

/// What stands at one height of a page, from left to right; or a table, which takes a place in the order like a row.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) y: f64,
    pub(super) size: f64,
    pub(super) segments: Vec<Run>,
    pub(super) table: Option<Vec<GridRow>>,
}

impl Row {
    pub(super) fn x0(&self) -> f64 {
        self.segments.iter().map(|s| s.x0).fold(f64::INFINITY, f64::min)
    }

    pub(super) fn x1(&self) -> f64 {
        self.segments.iter().map(|s| s.x1).fold(f64::NEG_INFINITY, f64::max)
    }

    /// The whole text, segments apart by a space.
    pub(super) fn text(&self) -> String {
        self.segments.iter().map(|s| s.text.trim()).collect::<Vec<_>>().join(" ")
    }

    /// The segments cut at every gap that may part cells.
    pub(super) fn narrow_segments(&self) -> Vec<Run> {
        let mut parts = Vec::new();
        for segment in &self.segments {
            let (mut from, mut x0) = (0, segment.x0);
            let end = (segment.text.len(), segment.x1, segment.x1);
            for (byte, x1, next_x0) in segment.gaps.iter().copied().chain([end]) {
                let text = segment.text[from..byte].trim().to_owned();
                parts.push(Run { text, x0, x1, gaps: Vec::new(), ..*segment });
                (from, x0) = (byte, next_x0);
            }
        }
        parts
    }

    /// The row of only these segments.
    pub(super) fn with(&self, segments: Vec<Run>) -> Self {
        Self { segments, table: None, ..*self }
    }
}

/// A gap of this many ems ends a segment: it parts cells or columns, not words.
const GAP: f64 = 1.0;
/// A gap of this many ems may part the cells of a narrow table.
const NARROW_GAP: f64 = 0.45;

/// Builds the rows of a page or a cell, from top to bottom.
pub(super) fn build(mut runs: Vec<Run>) -> Vec<Row> {
    runs = runs.into_iter().flat_map(split_at_wide_spaces).collect();
    runs.sort_by(|a, b| b.y.total_cmp(&a.y).then(a.x0.total_cmp(&b.x0)));
    let mut rows: Vec<Vec<Run>> = Vec::new();
    for run in runs {
        // A raised or lowered sign overlaps its row; so does nothing of the row below.
        let home = rows.iter_mut().rev().take(4).find(|row| row.iter().any(|other| overlaps(other, &run)));
        match home {
            Some(row) => row.push(run),
            None => rows.push(vec![run]),
        }
    }
    let mut rows: Vec<Row> = rows.into_iter().map(row).collect();
    rows.sort_by(|a, b| b.y.total_cmp(&a.y));
    rows
}

fn overlaps(a: &Run, b: &Run) -> bool {
    let span = |r: &Run| (r.y - 0.2 * r.size, r.y + 0.8 * r.size);
    let ((a0, a1), (b0, b1)) = (span(a), span(b));
    (a1.min(b1) - a0.max(b0)) >= 0.6 * a.size.min(b.size)
}

fn row(mut runs: Vec<Run>) -> Row {
    runs.sort_by(|a, b| a.x0.total_cmp(&b.x0));
    // The base line of the largest type: that of a raised sign says nothing.
    let (y, size) = runs
        .iter()
        .fold((0.0, 0.0), |(y, size), run| if run.size > size { (run.y, run.size) } else { (y, size) });
    let mut segments: Vec<Run> = Vec::new();
    for run in runs {
        match segments.last_mut() {
            Some(last) if run.x0 - last.x1 < GAP * last.size.min(run.size).max(size * 0.6) => {
                append(last, &run)
            }
            Some(last) if is_mark(&last.text) => append(last, &run),
            _ => segments.push(run),
        }
    }
    Row { y, size, segments, table: None }
}

/// A list mark set apart from its text by a tab.
fn is_mark(text: &str) -> bool {
    let text = text.trim();
    shape::item(&format!("{text} x")).is_some_and(|(_, said)| said == "x") && shape::width(text) <= 5
}

fn append(last: &mut Run, next: &Run) {
    let gap = next.x0 - last.x1;
    let (before, after) = (last.text.chars().next_back(), next.text.chars().next());
    let (Some(before), Some(after)) = (before, after) else { return };
    let wide = shape::is_wide(before) && shape::is_wide(after);
    let spaced = before.is_whitespace() || after.is_whitespace();
    if !spaced && gap > if wide { 0.8 } else { 0.16 } * last.size.min(next.size) {
        last.text.push(' ');
    }
    if gap > NARROW_GAP * last.size.min(next.size) {
        last.gaps.push((last.text.len(), last.x1, next.x0));
    }
    let (old, new) = (last.text.chars().count() as f64, next.text.chars().count() as f64);
    last.text.push_str(&next.text);
    last.x1 = last.x1.max(next.x1);
    // A segment is bold, and as large, as most of it.
    last.bold = if new > old { next.bold } else { last.bold && (next.bold || new * 3.0 < old) };
    if new > old {
        last.size = next.size;
        last.y = next.y;
    }
}

/// Columns made with many spaces in one run are cut apart, each part placed where its share of the width is.
fn split_at_wide_spaces(run: Run) -> Vec<Run> {
    if !run.text.contains("   ") {
        return vec![run];
    }
    let total = shape::width(&run.text).max(1) as f64;
    let per_column = (run.x1 - run.x0) / total;
    let mut parts = Vec::new();
    let mut at = 0;
    while at < run.text.len() {
        let rest = &run.text[at..];
        let start = at + (rest.len() - rest.trim_start().len());
        let end = run.text[start..].find("   ").map_or(run.text.len(), |n| start + n);
        if start < end {
            let x = |byte: usize| run.x0 + shape::width(&run.text[..byte]) as f64 * per_column;
            parts.push(Run {
                text: run.text[start..end].to_owned(),
                x0: x(start),
                x1: x(end),
                gaps: Vec::new(),
                ..run
            });
        }
        at = end.max(start) + usize::from(end == start);
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(text: &str, x0: f64, y: f64) -> Run {
        let x1 = x0 + shape::width(text) as f64 * 5.0;
        Run { text: text.into(), x0, x1, y, size: 10.0, bold: false, gaps: Vec::new() }
    }

    fn texts(rows: &[Row]) -> Vec<Vec<&str>> {
        rows.iter().map(|r| r.segments.iter().map(|s| s.text.as_str()).collect()).collect()
    }

    #[test]
    fn runs_on_a_line_become_words_and_far_ones_stay_apart() {
        let rows = build(vec![
            run("Free", 0.0, 100.0),
            run("shipping", 23.0, 100.0),
            run("运", 100.0, 100.0),
            run("费", 110.0, 100.0),
            run("below", 0.0, 85.0),
        ]);
        assert_eq!(texts(&rows), [vec!["Free shipping", "运费"], vec!["below"]]);
    }

    #[test]
    fn a_raised_sign_stays_in_its_row() {
        let mut raised = run("2", 20.5, 104.0);
        raised.size = 6.0;
        assert_eq!(texts(&build(vec![run("5 m,", 0.0, 100.0), raised])), [vec!["5 m,2"]]);
    }

    #[test]
    fn a_list_mark_is_no_column() {
        let rows = build(vec![
            run("1.", 0.0, 100.0),
            run("打开", 30.0, 100.0),
            run("•", 0.0, 80.0),
            run("关", 30.0, 80.0),
        ]);
        assert_eq!(texts(&rows), [vec!["1. 打开"], vec!["• 关"]]);
    }

    #[test]
    fn many_spaces_are_a_gap() {
        assert_eq!(texts(&build(vec![run("地区     运费", 0.0, 0.0)])), [vec!["地区", "运费"]]);
    }
}
