#![no_main]

use zhike_fuzz::{office, read};

const PARTS: [&str; 3] = ["word/document.xml", "word/styles.xml", "word/numbering.xml"];
const TYPES: &str = r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"#;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| read("a.docx", &office(bytes, &PARTS, &[("[Content_Types].xml", TYPES)])));
