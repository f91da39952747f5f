//! Comma, semicolon, tab or bar separated values.

use super::error::{Failure, Place, Problem};
use super::grid::{self, Cell, Hints, Row};
use super::limits::Meter;
use super::writer::{Content, Writer};

/// Reads decoded text.
pub(super) fn read(text: &str, meter: &Meter) -> Result<Content, Failure> {
    let text = text.trim_start_matches('\n');
    let (declared, text) = separator_line(text);
    let delimiter = declared.unwrap_or_else(|| sniff(text));
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text.as_bytes());

    let mut out = Writer::new(meter);
    let mut rows = Vec::new();
    let mut width = 0;
    for record in reader.records() {
        let record = record.map_err(|e| {
            let line = e.position().map_or(1, csv::Position::line);
            Problem::corrupt(format!("the row cannot be read ({e})")).at(Place::Line(line))
        })?;
        width = width.max(record.len());
        // Ragged rows are filled up to the widest one, so each row costs at least that much.
        meter.cells(0)?;
        if (rows.len() + 1).saturating_mul(width) > meter.limits().max_cells {
            return Err(Problem::TooMuch { what: "table cells", limit: meter.limits().max_cells }.into());
        }
        let number = record.position().map_or(0, |p| p.line() as usize);
        rows.push(Row { number, cells: record.iter().map(Cell::new).collect() });
    }
    let hints = Hints { header_expected: true, ..Hints::default() };
    grid::write_sheet(rows, &hints, &mut out)?;
    Ok(out.finish())
}

/// `sep=;` on the first line, as Excel writes it.
fn separator_line(text: &str) -> (Option<u8>, &str) {
    let first = text.lines().next().unwrap_or_default();
    match first.strip_prefix("sep=").map(str::as_bytes) {
        Some([separator]) => (Some(*separator), text[first.len()..].trim_start_matches('\n')),
        _ => (None, text),
    }
}

/// The separator that cuts the first rows into the same number of fields, and into the most of them.
fn sniff(text: &str) -> u8 {
    let mut end = text.len().min(64 << 10);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let score = |delimiter: u8| {
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .from_reader(&text.as_bytes()[..end]);
        let widths: Vec<usize> = reader.records().take(50).filter_map(|r| r.ok().map(|r| r.len())).collect();
        let usual =
            widths.iter().copied().max_by_key(|w| widths.iter().filter(|v| *v == w).count()).unwrap_or(1);
        let agreeing = widths.iter().filter(|w| **w == usual).count();
        if usual < 2 { 0 } else { agreeing * 1000 / widths.len().max(1) + usual.min(100) }
    };
    // The comma wins a draw; a comma inside a sentence seldom cuts every row alike.
    b",\t;|".iter().copied().rev().max_by_key(|d| score(*d)).unwrap_or(b',')
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::knowledge::parsed::Block;
    use crate::knowledge::readers::Limits;

    fn header_of(text: &str) -> Vec<String> {
        match &read(text, &Meter::new(Limits::default())).unwrap().blocks[0] {
            Block::Table(table) => table.header.clone(),
            _ => Vec::new(),
        }
    }

    #[test]
    fn the_separator_is_found() {
        for text in [
            "地区,运费\n上海,8\n",
            "地区;运费\n上海;8\n",
            "地区\t运费\n上海\t8\n",
            "地区|运费\n上海|8\n",
            "sep=;\n地区;运费\n上海;8\n",
            "地区;运费\n\"上海,江苏\";8,5\n西藏;12,0\n",
        ] {
            assert_eq!(header_of(text), ["地区", "运费"], "{text}");
        }
    }

    #[test]
    fn quoted_fields_keep_their_separators_and_line_ends() {
        let content =
            read("问题,答案\n\"怎么退货,退款?\",\"第一步\n第二步\"\n", &Meter::new(Limits::default()))
                .unwrap();
        assert_eq!(
            content.blocks,
            [Block::Faq {
                question: "怎么退货,退款?".into(),
                similar: vec![],
                answer: "第一步\n第二步".into(),
                tags: vec![]
            }]
        );
    }

    #[test]
    fn too_many_cells_are_refused() {
        let limits = Limits { max_cells: 10, ..Limits::default() };
        assert!(read(&"a,b\n".repeat(6), &Meter::new(limits)).is_err());
    }
}
