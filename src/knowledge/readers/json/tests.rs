//! JSON files as shops keep them.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::knowledge::readers::Limits;

fn blocks(text: &str) -> Vec<Block> {
    read(text, &Meter::new(Limits::default())).unwrap().blocks
}

fn table_of(header: &[&str], rows: &[&[&str]]) -> Block {
    let cells = |row: &[&str]| row.iter().map(|c| (*c).to_owned()).collect();
    Block::Table(Table {
        caption: None,
        header: cells(header),
        rows: rows.iter().map(|r| cells(r)).collect(),
    })
}

fn heading(level: u8, text: &str) -> Block {
    Block::Heading { level, text: text.into() }
}

#[test]
fn an_array_of_objects_is_a_table_with_its_columns_in_order() {
    let text = r#"[{"地区":"上海","运费":8,"时效":"次日"},{"地区":"西藏","运费":25.5,"备注":"偏远"}]"#;
    let rows: &[&[&str]] = &[&["上海", "8", "次日", ""], &["西藏", "25.5", "", "偏远"]];
    assert_eq!(blocks(text), [table_of(&["地区", "运费", "时效", "备注"], rows)]);
}

#[test]
fn json_lines_are_rows_too() {
    let rows: &[&[&str]] = &[&["1"], &["2"]];
    assert_eq!(blocks("{\"a\":1}\n{\"a\":2}\n"), [table_of(&["a"], rows)]);
}

#[test]
fn faq_objects_may_list_their_variants_either_way() {
    let text = r#"{"faqs":[{"question":"怎么退货？","similar_questions":["如何退货","退货"],"answer":"点申请退货。","tags":"售后;退货"}]}"#;
    assert_eq!(
        blocks(text)[1],
        Block::Faq {
            question: "怎么退货？".into(),
            similar: vec!["如何退货".into(), "退货".into()],
            answer: "点申请退货。".into(),
            tags: vec!["售后".into(), "退货".into()],
        }
    );
}

#[test]
fn nested_objects_are_headings_and_properties() {
    let text = r#"{"title":"门店","上海":{"地址":"南京西路 1 号","营业":{"平日":"10-22","周末":["9-23"]}},"说明":"第一行\n第二行"}"#;
    let content = read(text, &Meter::new(Limits::default())).unwrap();
    assert_eq!(content.title.as_deref(), Some("门店"));
    assert_eq!(
        content.blocks,
        [
            heading(1, "上海"),
            table_of(&["", ""], &[&["地址", "南京西路 1 号"]]),
            heading(2, "营业"),
            table_of(&["", ""], &[&["平日", "10-22"], &["周末", "9-23"]]),
            heading(1, "说明"),
            Block::Paragraph("第一行\n第二行".into()),
        ]
    );
}

#[test]
fn objects_with_running_text_are_sections() {
    let long = "这是一段很长的正文。".repeat(20);
    let text = format!(r#"[{{"title":"退货","text":"{long}"}},{{"title":"换货","text":"{long}"}}]"#);
    assert_eq!(
        blocks(&text),
        [heading(1, "退货"), Block::Paragraph(long.clone()), heading(1, "换货"), Block::Paragraph(long)]
    );
}

#[test]
fn a_map_of_like_objects_is_a_table_by_name() {
    let rows: &[&[&str]] = &[&["X1", "199"], &["X2", "299"]];
    assert_eq!(blocks(r#"{"X1":{"price":199},"X2":{"price":299}}"#), [table_of(&["", "price"], rows)]);
}

#[test]
fn deep_nesting_and_broken_text_are_named_with_their_line() {
    let fail = |text: &str| read(text, &Meter::new(Limits::default())).unwrap_err();
    for depth in [101, 5_000, 200_000] {
        assert_eq!(fail(&"[".repeat(depth)).problem, Problem::TooDeep { limit: 100 });
    }
    let failure = fail("{\n\"a\": 1,\n\"b\" 2}");
    assert_eq!(
        failure.of("x.json").to_string().split(';').next().unwrap(),
        "x.json, line 3: the file is damaged: it is not valid JSON (expected `:`, column 5)"
    );
}
