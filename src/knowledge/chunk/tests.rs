//! The rules of cutting, with one token a character.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::domain::{Format, Lang};
use crate::knowledge::parsed::Table;

fn document(blocks: Vec<Block>) -> ParsedDocument {
    ParsedDocument {
        title: "手册".into(),
        format: Format::Text,
        lang: Lang::Zh,
        blocks,
        warnings: Vec::new(),
    }
}

fn cut(blocks: Vec<Block>) -> Vec<ChunkDraft> {
    let options = ChunkOptions { target_tokens: 40, max_tokens: 60 };
    chunk(&document(blocks), &options, &|text| text.chars().count())
}

fn heading(level: u8, text: &str) -> Block {
    Block::Heading { level, text: text.into() }
}

fn paragraph(text: &str) -> Block {
    Block::Paragraph(text.into())
}

fn texts(chunks: &[ChunkDraft]) -> Vec<&str> {
    chunks.iter().map(|c| c.text.as_str()).collect()
}

fn table(caption: Option<&str>, header: &[&str], rows: &[&[&str]]) -> Block {
    let cells = |row: &[&str]| row.iter().map(|c| (*c).to_owned()).collect();
    Block::Table(Table {
        caption: caption.map(str::to_owned),
        header: cells(header),
        rows: rows.iter().map(|row| cells(row)).collect(),
    })
}

#[test]
fn a_passage_carries_its_headings_and_never_crosses_one() {
    let chunks = cut(vec![
        heading(1, "手册"),
        paragraph("总则适用于所有商品。"),
        heading(2, "退货"),
        heading(3, "生鲜"),
        paragraph("生鲜商品不支持退货。"),
        heading(2, "换货"),
        paragraph("换货需在七天内提出。"),
    ]);
    let sections: Vec<_> = chunks.iter().map(|c| c.section.as_str()).collect();
    assert_eq!(sections, ["", "退货 > 生鲜", "换货"]);
    assert_eq!(texts(&chunks), ["总则适用于所有商品。", "生鲜商品不支持退货。", "换货需在七天内提出。"]);
}

#[test]
fn paragraphs_are_packed_evenly_up_to_the_target() {
    let long = "这一段正好有二十个字写在这里为了测试用的。";
    let numbered: Vec<_> = (0..6).map(|i| paragraph(&format!("{i}{long}"))).collect();
    let chunks = cut(numbered);
    assert!(chunks.iter().all(|c| c.text.matches(long).count() == 2), "{chunks:?}");
}

#[test]
fn a_list_stays_with_its_lead_in_and_repeats_it_when_cut() {
    let items = (1..=6).map(|i| format!("第{i}种情况不支持七天无理由退货")).collect();
    let chunks = cut(vec![paragraph("以下商品除外："), Block::List(items)]);
    assert!(chunks.len() > 1);
    assert!(chunks.iter().all(|c| c.text.starts_with("以下商品除外：\n- 第")), "{chunks:?}");
}

#[test]
fn an_exception_stays_with_its_rule() {
    let chunks = cut(vec![
        paragraph("本店的退换货服务说明写在这里，一共有二十多个字左右。"),
        paragraph("自签收之日起七天内可以退货，运费由买家承担。"),
        paragraph("但质量问题的运费由本店承担。"),
    ]);
    assert_eq!(chunks.len(), 2);
    assert!(chunks[1].text.contains("七天内可以退货") && chunks[1].text.contains("但质量问题"));
}

#[test]
fn an_overlong_paragraph_is_cut_at_sentences() {
    let sentence = "这句话写了大约二十个字来说明一条规则的内容。";
    let chunks = cut(vec![paragraph(&format!("1{sentence}2{sentence}3{sentence}4{sentence}"))]);
    assert!(chunks.len() > 1);
    assert!(chunks.iter().all(|c| c.text.ends_with('。') && c.text.chars().count() <= 60), "{chunks:?}");
}

#[test]
fn every_table_row_is_a_line_with_its_header() {
    let rows: &[&[&str]] = &[&["上海", "8 元", "次日"], &["西藏", "25 元", ""]];
    let chunks = cut(vec![heading(1, "运费"), table(Some("各地运费"), &["地区", "首重", "时效"], rows)]);
    assert_eq!(chunks[0].kind, ChunkKind::Table);
    assert_eq!(chunks[0].section, "运费 > 各地运费");
    assert_eq!(chunks[0].text, "地区: 上海; 首重: 8 元; 时效: 次日\n地区: 西藏; 首重: 25 元");
}

#[test]
fn a_paragraph_that_announces_a_table_is_its_caption() {
    let chunks = cut(vec![paragraph("各地运费如下："), table(None, &["地区", "运费"], &[&["上海", "8 元"]])]);
    assert_eq!(chunks.len(), 1);
    assert_eq!(chunks[0].section, "各地运费如下");
}

#[test]
fn a_table_without_header_reads_as_key_and_value() {
    let chunks = cut(vec![table(None, &["", ""], &[&["材质", "304 不锈钢"], &["容量", "500 毫升"]])]);
    assert_eq!(chunks[0].text, "材质: 304 不锈钢\n容量: 500 毫升");
}

#[test]
fn a_faq_pair_is_one_passage() {
    let chunks = cut(vec![Block::Faq {
        question: "怎么退货？".into(),
        similar: vec!["不想要了怎么办".into()],
        answer: "在订单页点申请退货。".into(),
        tags: vec![],
    }]);
    assert_eq!(chunks[0].kind, ChunkKind::Faq);
    assert_eq!(chunks[0].questions, ["怎么退货？", "不想要了怎么办"]);
    assert_eq!(chunks[0].text, "在订单页点申请退货。");
}

#[test]
fn what_says_nothing_is_dropped() {
    let chunks = cut(vec![
        paragraph("……"),
        Block::Page(3),
        paragraph("第 3 页"),
        heading(2, "一"),
        paragraph("A"),
        heading(2, "二"),
        paragraph("- 4 -"),
    ]);
    assert_eq!(texts(&chunks), Vec::<&str>::new());
}

#[test]
fn repetition_within_a_section_is_folded_but_not_across_sections() {
    let rule = "七天内可以退货。";
    let chunks = cut(vec![
        heading(1, "服装"),
        table(None, &["规则"], &[&[rule]]),
        table(None, &["规则"], &[&["七天内可以退货"]]),
        heading(1, "箱包"),
        paragraph(rule),
    ]);
    assert_eq!(chunks.len(), 2);
}

#[test]
fn a_heading_with_nothing_below_becomes_text() {
    let chunks = cut(vec![
        heading(1, "联系我们"),
        heading(2, "电话 400-800-1234"),
        heading(2, "邮箱 a@example.com"),
        heading(1, "地址"),
        paragraph("上海市"),
    ]);
    assert_eq!(texts(&chunks), ["电话 400-800-1234\n邮箱 a@example.com", "上海市"]);
    assert_eq!(chunks[0].section, "联系我们");
}

#[test]
fn the_page_ends_the_section_path() {
    let chunks = cut(vec![
        Block::Page(1),
        heading(1, "保养"),
        paragraph("勿用热水。"),
        Block::Page(2),
        paragraph("常温晾干。"),
    ]);
    assert_eq!(chunks.len(), 1);
    assert_eq!(chunks[0].section, "保养 > 第 1 页");
}
