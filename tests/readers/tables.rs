//! Tables of values in any dialect, lists of objects, and FAQ tables known by their header.

use zhike::domain::ChunkKind;
use zhike::knowledge::parsed::{Block, ParsedDocument, Table};
use zhike::knowledge::readers::{Limits, read};

use crate::{chunks, headings, open, tables};

fn parse(name: &str, text: &str) -> ParsedDocument {
    read(name, text.as_bytes(), &Limits::default()).unwrap_or_else(|e| panic!("{e}"))
}

fn table(header: &[&str], rows: &[&[&str]]) -> Table {
    let cells = |row: &[&str]| row.iter().map(|c| (*c).to_owned()).collect();
    Table { caption: None, header: cells(header), rows: rows.iter().map(|row| cells(row)).collect() }
}

#[test]
fn values_are_separated_by_what_the_file_separates_them_by() {
    let expected = table(
        &["地区", "运费", "说明"],
        &[&["上海", "8,00", "次日达;偏远除外"], &["西藏", "25", "他说\"慢\""]],
    );
    for text in [
        "\u{feff}地区,运费,说明\r\n上海,\"8,00\",次日达;偏远除外\r\n西藏,25,\"他说\"\"慢\"\"\"\r\n",
        "\u{feff}地区;运费;说明\r\n上海;8,00;\"次日达;偏远除外\"\r\n西藏;25;\"他说\"\"慢\"\"\"\r\n",
        "地区\t运费\t说明\n上海\t8,00\t次日达;偏远除外\n西藏\t25\t\"他说\"\"慢\"\"\"\n",
    ] {
        assert_eq!(tables(&parse("fees.csv", text)), [&expected], "{text}");
    }
}

#[test]
fn a_row_is_found_with_its_header() {
    let document = parse("fees.csv", "地区,首重,续重\n上海,8元,2元\n西藏,25元,12元\n");
    let passage = &chunks(&document)[0];
    assert_eq!(passage.kind, ChunkKind::Table);
    assert_eq!(passage.text, "地区: 上海; 首重: 8元; 续重: 2元\n地区: 西藏; 首重: 25元; 续重: 12元");
}

#[test]
fn json_objects_are_rows_and_nested_ones_sections() {
    let rows = parse("fees.json", r#"[{"region":"Tibet","fee":25},{"region":"Shanghai","fee":8}]"#);
    assert_eq!(tables(&rows), [&table(&["region", "fee"], &[&["Tibet", "25"], &["Shanghai", "8"]])]);

    let nested = parse(
        "stores.json",
        r#"{"stores": [{"name": "南京西路店", "hours": "10:00-22:00"}, {"name": "五角场店", "hours": "9:00-21:00"}],
            "support": {"phone": "400-800-1234", "email": {"zh": "help@example.com"}}}"#,
    );
    assert_eq!(headings(&nested), ["stores", "support", "email"]);
    assert_eq!(tables(&nested)[0].rows[1], ["五角场店", "9:00-21:00"]);
    assert!(
        chunks(&nested).iter().any(|c| c.section == "support > email" && c.text.contains("help@example.com"))
    );
}

/// The two pairs that every table of the next test holds.
fn assert_is_faq(name: &str, document: &ParsedDocument) {
    let pairs: Vec<_> = chunks(document).into_iter().map(|c| (c.kind, c.questions, c.text)).collect();
    let pair = |questions: &[&str], answer: &str| {
        (ChunkKind::Faq, questions.iter().map(|q| (*q).to_owned()).collect::<Vec<_>>(), answer.to_owned())
    };
    let expected = [
        pair(&["几点开门？", "什么时候营业", "开门时间"], "每天上午九点。"),
        pair(&["Do you ship abroad?", "international delivery"], "To 30 countries."),
    ];
    assert_eq!(pairs, expected, "{name}");
}

#[test]
fn a_faq_table_is_known_by_its_header_in_either_language_and_every_format() {
    for (name, text) in [
        (
            "zh.csv",
            "问题,相似问法,答案,标签\n几点开门？,什么时候营业|开门时间,每天上午九点。,门店\n\
             Do you ship abroad?,international delivery,To 30 countries.,\n",
        ),
        (
            "en.csv",
            "tags;answer;question;similar questions\nstore;每天上午九点。;几点开门？;\"什么时候营业\n开门时间\"\n\
             ;To 30 countries.;Do you ship abroad?;international delivery\n",
        ),
        (
            "zh.json",
            r#"[{"问题":"几点开门？","相似问法":["什么时候营业","开门时间"],"答案":"每天上午九点。"},
                {"问题":"Do you ship abroad?","相似问法":"international delivery","答案":"To 30 countries."}]"#,
        ),
        (
            "en.json",
            r#"{"faqs":[{"question":"几点开门？","similar questions":"什么时候营业; 开门时间","answer":"每天上午九点。"},
                {"question":"Do you ship abroad?","similar questions":["international delivery"],"answer":"To 30 countries."}]}"#,
        ),
    ] {
        assert_is_faq(name, &parse(name, text));
    }
    assert_is_faq("faq.xlsx", &open("faq.xlsx"));
}

#[test]
fn a_row_without_an_answer_is_named_and_the_others_are_kept() {
    let document = parse("faq.csv", "question,answer\nWhere are you?,\nAre you open?,Yes.\n");
    assert_eq!(document.warnings, ["row 2 has no answer and was left out"]);
    assert!(matches!(&document.blocks[..], [Block::Faq { question, .. }] if question == "Are you open?"));
}

#[test]
fn a_csv_from_excel_in_gbk_is_a_faq_table() {
    let bytes =
        encoding_rs::GBK.encode("问题,相似问法,答案\r\n几点开门?,什么时候营业|开门时间,早上九点。\r\n").0;
    let document = read("faq.csv", &bytes, &Limits::default()).unwrap();
    let chunk = &chunks(&document)[0];
    assert_eq!((chunk.kind, chunk.text.as_str()), (ChunkKind::Faq, "早上九点。"));
    assert_eq!(chunk.questions, ["几点开门?", "什么时候营业", "开门时间"]);
}
