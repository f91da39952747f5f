//! Files that are damaged, mislabelled or hostile: each is refused with a reason, and nothing panics.

use std::io::{Cursor, Write};
use std::time::Duration;

use zhike::error::{Code, Error};
use zhike::knowledge::parsed::Block;
use zhike::knowledge::readers::{Limits, read};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::{fixture, refuse};

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
