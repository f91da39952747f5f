//! Pages set in columns: the rows are put into the order in which people read them.

use super::rows::Row;

/// Rows that each side of a gutter must have before it counts as one.
const FEWEST_ROWS: usize = 4;
/// Splits within splits; three columns need two.
const DEEPEST: usize = 6;

/// The rows in reading order, in groups that share a column.
pub(super) fn in_reading_order(rows: Vec<Row>) -> Vec<Vec<Row>> {
    let mut regions = Vec::new();
    split(rows, DEEPEST, &mut regions);
    regions
}

fn split(mut rows: Vec<Row>, depth: usize, regions: &mut Vec<Vec<Row>>) {
    let gutter = if depth == 0 { None } else { find_gutter(&rows) };
    let Some(gutter) = gutter else {
        if !rows.is_empty() {
            regions.push(rows);
        }
        return;
    };
    let below = rows.split_off(gutter.end);
    let inside = rows.split_off(gutter.start);
    let (left, right) = sides(&inside, gutter.x);
    split(rows, depth - 1, regions);
    split(left, depth - 1, regions);
    split(right, depth - 1, regions);
    split(below, depth - 1, regions);
}

/// An empty strip at `x` beside the rows `start..end`.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Gutter {
    x: f64,
    start: usize,
    end: usize,
}

fn find_gutter(rows: &[Row]) -> Option<Gutter> {
    if rows.len() < FEWEST_ROWS {
        return None;
    }
    // A right-hand column begins where several of its lines begin.
    let mut starts: Vec<i64> =
        rows.iter().flat_map(|row| row.segments.iter().map(|s| s.x0.round() as i64)).collect();
    starts.sort_unstable();
    let mut candidates: Vec<(f64, usize)> = Vec::new();
    for x in starts {
        match candidates.last_mut() {
            Some((last, count)) if (x as f64 - *last).abs() <= 2.0 => *count += 1,
            _ => candidates.push((x as f64, 1)),
        }
    }
    candidates.retain(|(_, count)| *count >= FEWEST_ROWS);
    candidates
        .into_iter()
        .filter_map(|(x, _)| longest_run(rows, x - 3.0))
        .max_by_key(|gutter| (gutter.end - gutter.start, std::cmp::Reverse(gutter.x as i64)))
}

/// The longest run of rows that leave the strip at `x` empty and read as two columns.
fn longest_run(rows: &[Row], x: f64) -> Option<Gutter> {
    let crosses = |row: &Row| {
        row.table.is_some() && row.x0() < x && row.x1() > x
            || row.segments.iter().any(|s| s.x0 < x && s.x1 > x)
    };
    let mut best: Option<Gutter> = None;
    let mut start = 0;
    for end in 0..=rows.len() {
        if end < rows.len() && !crosses(&rows[end]) {
            continue;
        }
        if let Some(gutter) = trim(rows, Gutter { x, start, end })
            && best.is_none_or(|b| gutter.end - gutter.start > b.end - b.start)
        {
            best = Some(gutter);
        }
        start = end + 1;
    }
    best
}

/// Cuts off rows above and below that belong to one side only, and checks what is left.
fn trim(rows: &[Row], gutter: Gutter) -> Option<Gutter> {
    let x = gutter.x;
    let is_right = |row: &Row| row.segments.iter().any(|s| s.x0 >= x);
    let is_left = |row: &Row| row.segments.iter().any(|s| s.x1 <= x);
    let all = &rows[gutter.start..gutter.end];
    let first_right = all.iter().position(is_right)?;
    let first_left = all.iter().position(is_left)?;
    let begin = first_right.max(first_left);
    // The two sides need not begin on the same base line, only at about the same height.
    let top = all[begin].y + all[begin].size * 1.6;
    let begin = all.iter().position(|row| row.y <= top)?;

    // Below the shorter side the longer one goes on, headings and all, down to a gap that is wider than they have.
    let last_both = all.iter().rposition(is_right)?.min(all.iter().rposition(is_left)?);
    let mut end = last_both + 1;
    while let [above, below, ..] = &all[end - 1..]
        && above.y - below.y < below.size * 2.5
    {
        end += 1;
    }
    // What stands right above full lines in larger type is their heading, not the column's last line.
    let full_lines_follow = gutter.start + end < rows.len();
    while full_lines_follow && end > last_both + 1 && all[end - 1].size > all[end - 2].size + 0.5 {
        end -= 1;
    }
    let inside = &all[begin..end.max(begin)];
    let (left, right) = sides(inside, x);
    (is_prose(&left) && is_prose(&right)).then_some(Gutter {
        x,
        start: gutter.start + begin,
        end: gutter.start + end,
    })
}

fn sides(rows: &[Row], x: f64) -> (Vec<Row>, Vec<Row>) {
    let (mut left, mut right) = (Vec::new(), Vec::new());
    for row in rows {
        let (on_left, on_right): (Vec<_>, Vec<_>) = row.segments.iter().cloned().partition(|s| s.x0 < x);
        for (segments, side) in [(on_left, &mut left), (on_right, &mut right)] {
            if !segments.is_empty() {
                let table = row.table.clone();
                side.push(Row { table, ..row.with(segments) });
            }
        }
    }
    (left, right)
}

/// Running text: enough lines, most of them of one piece, and many as wide as the column. Cells of a table are short.
fn is_prose(rows: &[Row]) -> bool {
    let lines: Vec<&Row> = rows.iter().filter(|row| row.table.is_none()).collect();
    if lines.len() < FEWEST_ROWS {
        return false;
    }
    let left = lines.iter().map(|row| row.x0()).fold(f64::INFINITY, f64::min);
    let right = lines.iter().map(|row| row.x1()).fold(f64::NEG_INFINITY, f64::max);
    let width = right - left;
    let size = lines.iter().map(|row| row.size).sum::<f64>() / lines.len() as f64;
    let broken = lines.iter().filter(|row| row.segments.len() > 1).count();
    let full = lines.iter().filter(|row| row.x1() - row.x0() > width * 0.75).count();
    width > size * 8.0 && broken * 4 <= lines.len() && full * 5 >= lines.len() * 2
}

#[cfg(test)]
mod tests {
    use super::super::page::Run;
    use super::super::rows;
    use super::*;

    fn line(name: &str, x0: f64, width: f64, y: f64) -> Run {
        Run { text: name.into(), x0, x1: x0 + width, y, size: 10.0, bold: false, gaps: Vec::new() }
    }

    fn order(runs: Vec<Run>) -> Vec<String> {
        in_reading_order(rows::build(runs)).into_iter().flatten().map(|row| row.text()).collect()
    }

    #[test]
    fn two_columns_are_read_one_after_the_other() {
        let mut runs = vec![line("title", 50.0, 400.0, 700.0)];
        for i in 0..5 {
            let y = 680.0 - 14.0 * f64::from(i);
            runs.push(line(&format!("L{i}"), 50.0, 180.0, y));
            // The right column has a base line of its own.
            runs.push(line(&format!("R{i}"), 260.0, 178.0, y - 6.0));
        }
        runs.push(line("end", 50.0, 390.0, 580.0));
        let expected = ["title", "L0", "L1", "L2", "L3", "L4", "R0", "R1", "R2", "R3", "R4", "end"];
        assert_eq!(order(runs), expected);
    }

    #[test]
    fn a_left_column_may_go_on_below_the_right_one() {
        let mut runs = Vec::new();
        for i in 0..8 {
            runs.push(line(&format!("L{i}"), 50.0, 180.0, 680.0 - 14.0 * f64::from(i)));
        }
        for i in 0..5 {
            runs.push(line(&format!("R{i}"), 260.0, 178.0, 680.0 - 14.0 * f64::from(i)));
        }
        assert_eq!(order(runs).join(" "), "L0 L1 L2 L3 L4 L5 L6 L7 R0 R1 R2 R3 R4");
    }

    #[test]
    fn a_heading_in_the_longer_column_does_not_end_it() {
        let heading = |name: &str, y: f64| Run { size: 14.0, ..line(name, 50.0, 60.0, y) };
        let mut runs = Vec::new();
        for i in 0..5 {
            runs.push(line(&format!("L{i}"), 50.0, 180.0, 680.0 - 14.0 * f64::from(i)));
            runs.push(line(&format!("R{i}"), 260.0, 178.0, 680.0 - 14.0 * f64::from(i)));
        }
        runs.extend([heading("H1", 596.0), line("L5", 50.0, 180.0, 576.0), heading("H2", 548.0)]);
        assert_eq!(order(runs.clone()).join(" "), "L0 L1 L2 L3 L4 H1 L5 H2 R0 R1 R2 R3 R4");
        // The heading of what follows in full width comes after both columns.
        runs.push(line("full", 50.0, 390.0, 528.0));
        assert_eq!(order(runs).join(" "), "L0 L1 L2 L3 L4 H1 L5 R0 R1 R2 R3 R4 H2 full");
    }

    #[test]
    fn short_cells_are_no_columns() {
        let mut runs = Vec::new();
        for i in 0..6 {
            let y = 680.0 - 14.0 * f64::from(i);
            runs.push(line(&format!("a{i}"), 50.0, if i == 0 { 120.0 } else { 30.0 }, y));
            runs.push(line(&format!("b{i}"), 260.0, if i == 3 { 140.0 } else { 20.0 }, y));
        }
        assert_eq!(order(runs)[0], "a0 b0");
    }
}
