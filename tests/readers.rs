//! What importing people rely on: every format and encoding read, every bad file refused with a clear error.
//!
//! The documents in `tests/fixtures/documents/` are made by `make.py` there; what would be large is made here.

use std::io::{Cursor, Write};
use std::time::Duration;

use proptest::prelude::*;
use zhike::domain::{ChunkKind, Format, Lang};
use zhike::error::{Code, Error};
use zhike::knowledge::chunk::{ChunkDraft, ChunkOptions, chunk};
use zhike::knowledge::parsed::{Block, ParsedDocument, Table};
use zhike::knowledge::readers::{Limits, read};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

fn fixture(name: &str) -> Vec<u8> {
    let path = format!("{}/tests/fixtures/documents/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|e| panic!("{path}: {e}"))
}

fn open(name: &str) -> ParsedDocument {
    read(name, &fixture(name), &Limits::default()).unwrap_or_else(|e| panic!("{e}"))
}

fn refuse(name: &str, bytes: &[u8]) -> (Code, String) {
    match read(name, bytes, &Limits::default()) {
        Ok(document) => panic!("{name} was read: {:?}", document.blocks.first()),
        Err(e) => {
            let error = Error::from(e);
            (error.code(), error.to_string())
        }
    }
}

fn chunks(document: &ParsedDocument) -> Vec<ChunkDraft> {
    chunk(document, &ChunkOptions::default(), &|text| text.chars().count())
}

fn headings(document: &ParsedDocument) -> Vec<&str> {
    document
        .blocks
        .iter()
        .filter_map(|b| if let Block::Heading { text, .. } = b { Some(text.as_str()) } else { None })
        .collect()
}

fn tables(document: &ParsedDocument) -> Vec<&Table> {
    document
        .blocks
        .iter()
        .filter_map(|b| if let Block::Table(table) = b { Some(table) } else { None })
        .collect()
}

fn all_text(document: &ParsedDocument) -> String {
    chunks(document).into_iter().map(|c| format!("{}\n{}\n", c.section, c.text)).collect()
}

// ---------------------------------------------------------------------------------------------------- PDF

#[test]
fn chinese_pdfs_of_every_kind_of_font_are_read() {
    for name in ["manual-unigb-ucs2.pdf", "manual-identity-h.pdf"] {
        let document = open(name);
        assert_eq!(document.title, "退换货与保修手册", "{name}");
        assert_eq!(document.lang, Lang::Zh);
        assert_eq!(
            headings(&document),
            ["退换货与保修手册", "一、退货政策", "二、换货流程", "三、保修范围", "四、运费说明"],
            "{name}"
        );
        let text = all_text(&document);
        // Lines are joined without spaces in Chinese and with them in English, page furniture is gone.
        assert!(text.contains("不影响二次销售。质量问题产生的运费由本店承担"), "{name}: {text}");
        assert!(text.contains("to the original payment method within five working days"), "{name}: {text}");
        assert!(!text.contains("内部资料"), "{name}");
        assert!(text.contains("1. 联系客服并提供订单号\n2. 等待审核\n3. 寄回商品"), "{name}: {text}");
        assert_eq!(tables(&document)[0].rows[1], ["西藏、新疆", "25", "五至七日"], "{name}");
    }
    assert!(all_text(&open("giftcard-gbk-euc.pdf")).contains("礼品卡自购买之日起三年内有效，不兑换现金。"));
}

#[test]
fn two_columns_are_read_one_after_the_other() {
    let text = all_text(&open("manual-two-columns.pdf"));
    let at = |part: &str| text.find(part).unwrap_or_else(|| panic!("{part} is missing in {text}"));
    let places =
        ["退货政策的第一段", "Section 1", "换货流程的第一段", "Section 2", "保修范围的第一段", "Section 4"]
            .map(at);
    assert!(places.is_sorted(), "{places:?}");
    assert!(text.contains("不影响二次销售。质量问题产生的运费由本店承担"));
}

#[test]
fn the_page_is_told_in_the_section() {
    let sections: Vec<String> =
        chunks(&open("manual-unigb-ucs2.pdf")).into_iter().map(|c| c.section).collect();
    assert!(sections.contains(&"一、退货政策 > 第 1 页".to_owned()), "{sections:?}");
}

#[test]
fn a_pdf_that_only_its_owner_may_change_is_read() {
    assert!(all_text(&open("owner-password.pdf")).contains("遗失不补"));
}

#[test]
fn pdfs_that_cannot_be_read_say_why() {
    let (code, text) = refuse("encrypted.pdf", &fixture("encrypted.pdf"));
    assert_eq!(code, Code::UnreadableDocument);
    assert!(text.contains("password"), "{text}");

    let (code, text) = refuse("scanned.pdf", &fixture("scanned.pdf"));
    assert_eq!(code, Code::UnreadableDocument);
    assert!(text.contains("OCR"), "{text}");

    let (code, text) = refuse("corrupt.pdf", &fixture("corrupt.pdf"));
    assert_eq!(code, Code::UnreadableDocument);
    assert!(text.starts_with("corrupt.pdf") && text.contains("damaged"), "{text}");
}

// --------------------------------------------------------------------------------------- Word and Excel

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

// ------------------------------------------------------------------------------------ Text and encodings

#[test]
fn text_in_every_encoding_reads_the_same() {
    let text = "退货政策\r\n\r\n七天内可以退货，生鲜除外。\r\n";
    let utf16 = |order: fn(u16) -> [u8; 2]| {
        "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(order).collect()
    };
    let files: Vec<(&str, Vec<u8>)> = vec![
        ("utf-8", text.as_bytes().to_vec()),
        ("utf-8 with mark", format!("\u{feff}{text}").into_bytes()),
        ("utf-16le", utf16(u16::to_le_bytes)),
        ("utf-16be", utf16(u16::to_be_bytes)),
        ("gb18030", encoding_rs::GB18030.encode(text).0.into_owned()),
    ];
    for (encoding, bytes) in files {
        let document = read("policy.txt", &bytes, &Limits::default()).unwrap();
        assert_eq!(document.title, "退货政策", "{encoding}");
        assert_eq!(document.blocks[1], Block::Paragraph("七天内可以退货，生鲜除外。".into()), "{encoding}");
    }
    let big5 = encoding_rs::BIG5.encode("退貨政策\n\n七天內可以退貨，生鮮除外。").0.into_owned();
    assert_eq!(read("policy.txt", &big5, &Limits::default()).unwrap().title, "退貨政策");
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

// ------------------------------------------------------------------------------------------- Bad files

#[test]
fn an_empty_file_is_refused() {
    for name in ["a.txt", "a.pdf", "a.docx", "a.json"] {
        assert_eq!(refuse(name, b"").0, Code::UnreadableDocument);
    }
    assert!(refuse("a.md", b" \n\n ").1.starts_with("a.md: the file is empty"));
}

#[test]
fn a_wrong_extension_is_refused_with_what_the_content_is() {
    let (code, text) = refuse("manual.pdf", &fixture("delivery.docx"));
    assert_eq!(code, Code::UnsupportedFormat);
    assert!(text.contains("holds a Word document"), "{text}");
    assert_eq!(refuse("photo.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR").0, Code::UnsupportedFormat);
    assert_eq!(refuse("notes.txt", &[0u8, 159, 146, 150].repeat(1000)).0, Code::UnsupportedFormat);
}

#[test]
fn fifty_megabytes_of_text_are_refused_at_once() {
    let (code, text) = refuse("big.txt", "七天内可以退货。\n".repeat(2_000_000).as_bytes());
    assert_eq!(code, Code::TooLarge);
    assert!(text.starts_with("big.txt") && text.contains("split the file"), "{text}");
}

fn docx_with(document: impl Fn(&mut ZipWriter<Cursor<Vec<u8>>>)) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer.start_file("word/document.xml", SimpleFileOptions::default()).unwrap();
    document(&mut writer);
    writer.finish().unwrap().into_inner()
}

#[test]
fn a_zip_bomb_is_noticed_while_it_inflates() {
    let bomb = docx_with(|writer| {
        let block = vec![b' '; 1 << 20];
        (0..600).for_each(|_| writer.write_all(&block).unwrap());
    });
    assert!(bomb.len() < 1 << 20);
    let (code, text) = refuse("bomb.docx", &bomb);
    assert_eq!(code, Code::UnreadableDocument);
    assert!(text.contains("decompression bomb"), "{text}");
}

#[test]
fn external_entities_are_ignored() {
    let xml = "<?xml version=\"1.0\"?><!DOCTYPE d [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><w:document \
               xmlns:w=\"w\"><w:body><w:p><w:r><w:t>before &x; after</w:t></w:r></w:p></w:body></w:document>";
    let bytes = docx_with(|writer| writer.write_all(xml.as_bytes()).unwrap());
    let document = read("entity.docx", &bytes, &Limits::default()).unwrap();
    assert_eq!(document.blocks, [Block::Paragraph("before after".into())]);
}

#[test]
fn deep_nesting_is_refused_or_read_but_never_overflows() {
    let limits = Limits { time: Duration::from_secs(300), ..Limits::default() };
    let json = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(
        Error::from(read("a.json", json.as_bytes(), &limits).unwrap_err()).code(),
        Code::UnreadableDocument
    );
    let html = format!("{}保修两年{}", "<div>".repeat(2_000), "</div>".repeat(2_000));
    assert_eq!(
        read("a.html", html.as_bytes(), &limits).unwrap().blocks,
        [Block::Paragraph("保修两年".into())]
    );
}

#[test]
fn a_file_with_marks_but_without_text_is_refused() {
    assert!(refuse("a.html", b"<html><body><script>1</script></body></html>").1.contains("no text"));
}

// ------------------------------------------------------------------------------------------ Properties

const NAMES: [&str; 9] = ["a.md", "a.txt", "a.html", "a.pdf", "a.docx", "a.xlsx", "a.csv", "a.json", "a"];

/// No reader is to fail in its parser: bad bytes have an error of their own.
fn survives(name: &str, bytes: &[u8]) -> Result<(), TestCaseError> {
    match read(name, bytes, &Limits::default()) {
        Ok(document) => {
            for draft in chunks(&document) {
                prop_assert!(!draft.text.trim().is_empty());
            }
        }
        Err(e) => prop_assert!(!e.to_string().contains("parser failed"), "{e}"),
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400), name in 0..NAMES.len()) {
        survives(NAMES[name], &bytes)?;
    }

    #[test]
    fn any_text_is_read_or_refused(
        text in "[-#|<>/a-z*`\\[\\]{}:,\"\n 退货。1.、]{0,200}",
        name in 0..NAMES.len(),
    ) {
        survives(NAMES[name], text.as_bytes())?;
    }

    #[test]
    fn documents_with_damaged_bytes_are_read_or_refused(
        file in prop::sample::select(vec!["giftcard-gbk-euc.pdf", "manual-two-columns.pdf", "membership.xlsx", "delivery.docx"]),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let mut bytes = fixture(file);
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        // A panic inside a library is allowed to become an error here, but nothing may hang or abort.
        let _ = read(file, &bytes, &Limits::default());
    }

    #[test]
    fn passages_cover_the_paragraphs(paragraphs in prop::collection::vec("[退货可以不支持。，a-z ]{4,300}", 1..12)) {
        let text = paragraphs.join("\n\n");
        let Ok(document) = read("a.md", text.as_bytes(), &Limits::default()) else { return Ok(()) };
        let letters = |s: &str| s.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
        let found: String = chunks(&document).iter().map(|c| letters(&c.text)).collect();
        for block in &document.blocks {
            if let Block::Paragraph(paragraph) = block
                && letters(paragraph).chars().count() >= 2
            {
                let part: String = letters(paragraph).chars().take(20).collect();
                prop_assert!(found.contains(&part), "{part} is lost");
            }
        }
    }
}

#[test]
fn the_format_is_told() {
    assert_eq!(open("membership.xlsx").format, Format::Xlsx);
    assert_eq!(open("delivery.docx").format, Format::Docx);
}
