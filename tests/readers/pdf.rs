//! PDFs: every kind of font, columns in reading order, and what cannot be read.

use zhike::domain::Lang;
use zhike::error::Code;

use crate::{all_text, chunks, fixture, headings, open, refuse, tables};

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
