//! Word and Excel: headings, lists, merged cells, and values as people see them.

use zhike::domain::{ChunkKind, Format};
use zhike::knowledge::parsed::Block;

use crate::{all_text, chunks, headings, open, tables};

#[test]
fn word_headings_tables_and_numbered_lists() {
    let document = open("delivery.docx");
    assert_eq!(document.title, "大件配送与安装");
    assert_eq!(headings(&document), ["大件配送与安装", "配送范围", "安装收费", "注意事项"]);
    let tables = tables(&document);
    assert_eq!(tables[0].header, ["品类", "楼层", "费用"]);
    assert_eq!(tables[0].rows[1], ["冰箱", "7 层以上", "50 元"], "a merged cell counts in each row");
    assert_eq!(tables[1].rows, [["客服电话", "400-800-1234"]], "a table of one row");
    assert!(
        document
            .blocks
            .contains(&Block::List(vec!["1. 请提前一天预约".into(), "2. 电梯尺寸不足时需人工搬运".into()]))
    );
}

#[test]
fn word_styles_with_chinese_names_are_headings_and_deleted_text_is_gone() {
    let document = open("warranty-chinese-styles.docx");
    assert_eq!(headings(&document), ["保修条款", "保修期限"]);
    assert!(!all_text(&document).contains("删去"));
    assert_eq!(chunks(&document)[0].section, "保修期限");
}

#[test]
fn workbooks_show_values_as_people_see_them() {
    let document = open("membership.xlsx");
    let tables = tables(&document);
    assert_eq!(tables[0].caption.as_deref(), Some("2024 年会员权益一览"));
    assert_eq!(tables[0].rows[0], ["银卡", "1000", "98%", "2024年5月1日"]);
    assert_eq!(tables[1].rows[1], ["新疆", "¥25.00"]);
    assert_eq!(headings(&document), ["会员等级", "运费"]);
    assert!(document.warnings.iter().any(|w| w.contains("草稿")), "{:?}", document.warnings);
    let chunk =
        chunks(&document).into_iter().find(|c| c.section.starts_with("运费")).map(|c| (c.kind, c.text));
    assert_eq!(chunk, Some((ChunkKind::Table, "地区: 上海; 费用: ¥8.00\n地区: 新疆; 费用: ¥25.00".into())));
}

#[test]
fn a_price_list_keeps_merged_cells_formulas_percentages_and_dates() {
    let document = open("prices.xlsx");
    let table = tables(&document)[0];
    assert_eq!(table.header, ["系列", "型号", "原价", "折扣", "现价", "截止"]);
    assert_eq!(table.rows[0], ["水壶", "K1", "199", "15%", "¥169.15", "2026-06-30"]);
    assert_eq!(
        table.rows[1],
        ["水壶", "K2", "1299.5", "7.5%", "¥1,202.04", "2026-07-15"],
        "the series is merged"
    );
    assert_eq!(table.rows[2][0], "电饭煲");
}

#[test]
fn the_format_is_told() {
    assert_eq!(open("membership.xlsx").format, Format::Xlsx);
    assert_eq!(open("delivery.docx").format, Format::Docx);
}
