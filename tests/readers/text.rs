//! Text files in every encoding and with every line end.

use zhike::knowledge::parsed::Block;
use zhike::knowledge::readers::{Limits, read};

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
