//! Running headers, footers and page numbers: what stands at the edge of page after page.

use std::collections::HashMap;

use super::super::shape;
use super::rows::Row;

/// Share of the height, at top and bottom, where headers and footers stand.
const ZONE: f64 = 0.12;
/// Rows looked at in each zone.
const ROWS: usize = 3;

/// The rows of a page with its height.
pub(super) type PageRows = (f64, Vec<Row>);

/// Drops rows that repeat at the edge of several pages, figures aside, and page numbers.
pub(super) fn drop_repeated(pages: &mut [PageRows]) {
    let mut seen: HashMap<(bool, String), usize> = HashMap::new();
    for (height, rows) in pages.iter() {
        let mut keys: Vec<_> =
            edge_rows(*height, rows).into_iter().map(|(i, top)| key(&rows[i], top)).collect();
        keys.sort();
        keys.dedup();
        keys.into_iter().for_each(|key| *seen.entry(key).or_default() += 1);
    }
    // On every other page where left and right pages differ; seldom that, in long documents with chapters.
    let enough = (pages.len() / 5).clamp(2, 8);
    for (height, rows) in pages {
        let edge = edge_rows(*height, rows);
        let gone: Vec<usize> = edge
            .into_iter()
            .filter(|(i, top)| {
                is_page_number(&rows[*i]) || seen.get(&key(&rows[*i], *top)).is_some_and(|n| *n >= enough)
            })
            .map(|(i, _)| i)
            .collect();
        let mut index = 0;
        rows.retain(|_| {
            index += 1;
            !gone.contains(&(index - 1))
        });
    }
}

/// Indexes of the outermost rows, and whether they are at the top.
fn edge_rows(height: f64, rows: &[Row]) -> Vec<(usize, bool)> {
    let candidates = |row: &Row| row.table.is_none();
    let top = rows
        .iter()
        .enumerate()
        .take(ROWS)
        .filter(|(_, r)| candidates(r) && r.y + r.size > height * (1.0 - ZONE));
    let bottom =
        rows.iter().enumerate().rev().take(ROWS).filter(|(_, r)| candidates(r) && r.y < height * ZONE);
    top.map(|(i, _)| (i, true)).chain(bottom.map(|(i, _)| (i, false))).collect()
}

fn key(row: &Row, top: bool) -> (bool, String) {
    let mut text = String::new();
    for c in row.text().chars().filter(|c| !c.is_whitespace()) {
        if !c.is_ascii_digit() {
            text.push(c);
        } else if !text.ends_with('#') {
            text.push('#');
        }
    }
    (top, text)
}

/// `3`, `- 3 -`, `3 / 12`, `第 3 页 共 12 页`, `Page 3 of 12`, `iv`.
fn is_page_number(row: &Row) -> bool {
    let text = row.text();
    let words: String = text.chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect();
    let digits = text.chars().filter(char::is_ascii_digit).count();
    shape::width(&text) <= 24
        && ((digits > 0
            && matches!(
                words.as_str(),
                "" | "第页" | "第页共页" | "页" | "共页" | "page" | "pageof" | "p" | "of"
            ))
            || (digits == 0
                && !words.is_empty()
                && words.len() <= 5
                && words.chars().all(|c| "ivxl".contains(c))))
}

#[cfg(test)]
mod tests {
    use super::super::page::Run;
    use super::super::rows;
    use super::*;

    #[test]
    fn headers_footers_and_page_numbers_go_and_the_text_stays() {
        let run = |text: &str, y: f64| Run {
            text: text.into(),
            x0: 50.0,
            x1: 200.0,
            y,
            size: 10.0,
            bold: false,
            gaps: Vec::new(),
        };
        let page = |n: u32| {
            let runs = vec![
                run("麦里生活 内部资料", 800.0),
                run(&format!("第{n}章的第一行"), 780.0),
                run("正文", 400.0),
                run(&format!("2024 版 第 {n} 页"), 40.0),
                run(&format!("- {n} -"), 20.0),
            ];
            (842.0, rows::build(runs))
        };
        let mut pages: Vec<PageRows> = (1..=3).map(page).collect();
        pages[1].1[1].segments[0].text = "第二页的别的一行".into();
        pages[2].1[1].segments[0].text = "又是另外一行".into();
        drop_repeated(&mut pages);
        let left: Vec<Vec<String>> =
            pages.iter().map(|(_, rows)| rows.iter().map(Row::text).collect()).collect();
        assert_eq!(left, [["第1章的第一行", "正文"], ["第二页的别的一行", "正文"], ["又是另外一行", "正文"]]);
    }
}
