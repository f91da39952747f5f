//! Grids as people draw them.
#![allow(clippy::unwrap_used, clippy::panic)]

use super::*;
use crate::knowledge::parsed::Block;
use crate::knowledge::readers::Limits;
use crate::knowledge::readers::limits::Meter;

/// `<` joins a cell to the one on its left, `^` to the one above.
fn grid(text: &str) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    for (number, line) in text.lines().map(str::trim).enumerate() {
        let mut cells: Vec<Cell> = Vec::new();
        for (column, part) in line.split('|').map(str::trim).enumerate() {
            let cell = match part {
                "<" => Cell { text: cells[column - 1].text.clone(), joined_left: true, joined_up: false },
                "^" => Cell {
                    text: rows[number - 1].cells[column].text.clone(),
                    joined_left: false,
                    joined_up: true,
                },
                text => Cell::new(text),
            };
            cells.push(cell);
        }
        rows.push(Row { number: number + 1, cells });
    }
    rows
}

fn sheet(text: &str) -> Vec<Block> {
    let meter = Meter::new(Limits::default());
    let mut out = Writer::new(&meter);
    let hints = Hints { header_expected: true, ..Hints::default() };
    write_sheet(grid(text), &hints, &mut out).unwrap();
    out.finish().blocks
}

fn document_table(text: &str) -> Table {
    let meter = Meter::new(Limits::default());
    let mut out = Writer::new(&meter);
    write(grid(text), &Hints::default(), &mut out).unwrap();
    match out.finish().blocks.remove(0) {
        Block::Table(table) => table,
        other => panic!("not a table: {other:?}"),
    }
}

fn tables(blocks: &[Block]) -> Vec<(&str, String, usize)> {
    let table = |block: &Block| matches!(block, Block::Table(_));
    blocks
        .iter()
        .filter(|b| table(b))
        .map(|block| match block {
            Block::Table(t) => (t.caption.as_deref().unwrap_or(""), t.header.join("|"), t.rows.len()),
            _ => unreachable!(),
        })
        .collect()
}

#[test]
fn a_title_above_the_header_is_the_caption() {
    let blocks = sheet("2024 运费表 | < | <\n地区 | 首重 | 续重\n上海 | 8 元 | 2 元\n西藏 | 25 元 | 12 元");
    assert_eq!(tables(&blocks), [("2024 运费表", "地区|首重|续重".into(), 2)]);
}

#[test]
fn notes_below_become_paragraphs() {
    let blocks = sheet("地区 | 运费\n上海 | 8 元\n注：偏远地区另计 | ");
    assert_eq!(blocks[1], Block::Paragraph("注：偏远地区另计".into()));
}

#[test]
fn a_header_of_two_rows_is_put_together() {
    let blocks = sheet("地区 | 运费 | <\n^ | 首重 | 续重\n上海 | 8 | 2\n西藏 | 25 | 12");
    assert_eq!(tables(&blocks), [("", "地区|运费 首重|运费 续重".into(), 2)]);
}

#[test]
fn bands_name_the_rows_below_them() {
    let blocks = sheet("地区 | 运费\n华东 | <\n上海 | 8 元\n西北 | <\n青海 | 18 元\n新疆 | 20 元");
    assert_eq!(tables(&blocks), [("华东", "地区|运费".into(), 1), ("西北", "地区|运费".into(), 2)]);
}

#[test]
fn several_tables_on_a_sheet() {
    let blocks = sheet("地区 | 运费\n上海 | 8 元\n | \n门店 | 电话\n南京西路店 | 021-62345678");
    assert_eq!(tables(&blocks), [("", "地区|运费".into(), 1), ("", "门店|电话".into(), 1)]);
}

#[test]
fn an_empty_row_inside_a_table_does_not_cut_it() {
    let blocks = sheet("地区 | 运费\n上海 | 8 元\n | \n北京 | 9 元");
    assert_eq!(tables(&blocks), [("", "地区|运费".into(), 2)]);
}

#[test]
fn values_in_the_first_row_mean_no_header() {
    let blocks = sheet("上海 | 8 元\n北京 | 9 元");
    assert_eq!(tables(&blocks), [("", "|".into(), 2)]);
}

#[test]
fn a_list_of_properties_in_a_document_has_no_header() {
    assert_eq!(document_table("材质 | 不锈钢\n颜色 | 银色").header, ["", ""]);
    assert_eq!(document_table("项目 | 内容\n材质 | 不锈钢\n颜色 | 银色").header, ["项目", "内容"]);
}

#[test]
fn a_table_of_one_row_is_kept() {
    assert_eq!(document_table("客服电话 | 400-800-1234").rows, [["客服电话", "400-800-1234"]]);
}

#[test]
fn a_faq_table_under_a_title() {
    let blocks = sheet("常见问题 | < \n问题 | 答案\n几点开门？ | 九点。");
    assert!(matches!(&blocks[0], Block::Faq { question, .. } if question == "几点开门？"));
}
