//! What a file is, by its name and by what is in it.
//!
//! The name decides what the owner meant, the content what it is. They may differ within a family, where reading what
//! is there does no harm (a web page or a workbook saved under the name of a table, a page saved as text); it is read
//! as what it is, with a warning. Anything else under a wrong name is refused, saying what the content looks like: a
//! photo called `.pdf` is a mistake that its owner wants to hear of.

use std::io::Cursor;

use super::error::Problem;
use crate::domain::Format;

/// What the content is, as far as its first bytes and its parts tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Content {
    Known(Format),
    /// Text without marks of its own: the name decides.
    Text,
    /// Something the program it comes from can save in a format that is read: its name for people, and that format.
    Convertible(&'static str, &'static str),
    /// Something else, by its name for people.
    Other(&'static str),
}

/// The format to read a file as, and a warning if its name says otherwise.
pub(super) fn of(name: &str, bytes: &[u8]) -> Result<(Format, Option<String>), Problem> {
    let extension = extension(name);
    let content = sniff(bytes);
    if let Content::Other("a password-protected Office document") = content {
        return Err(Problem::Encrypted);
    }
    if let Content::Convertible(name, to) = content {
        return Err(Problem::Convertible { found: format!("{} is {name}", called(&extension)), to });
    }
    let Some(named) = by_extension(&extension) else {
        return match content {
            // No extension at all says nothing; an unknown one says it is something else.
            Content::Known(format) if extension.is_empty() => Ok((format, None)),
            Content::Text if extension.is_empty() => Ok((Format::Text, None)),
            content => {
                Err(Problem::Unsupported { found: format!("{} is {}", called(&extension), content.name()) })
            }
        };
    };
    match content {
        Content::Known(found) if found == named => Ok((found, None)),
        Content::Text if is_text(named) => Ok((named, None)),
        Content::Known(found) if family(found) & family(named) != 0 => {
            let warning = format!("{} holds {} and was read as such", called(&extension), content.name());
            Ok((found, Some(warning)))
        }
        content => {
            let found = format!("{} holds {}, not {}", called(&extension), content.name(), article(named));
            Err(Problem::Unsupported { found })
        }
    }
}

/// Whether a file's name says that its owner takes it for a document, of a format that is read or of an older one.
pub(super) fn is_named_as_document(name: &str) -> bool {
    let extension = extension(name);
    const OTHERS: [&str; 7] = ["doc", "rtf", "odt", "ods", "ppt", "pptx", "xlsb"];
    by_extension(&extension).is_some() || OTHERS.contains(&extension.as_str())
}

/// Lower-case, without the dot; empty when there is none.
fn extension(name: &str) -> String {
    let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
    file.rsplit_once('.').map_or("", |(_, e)| e).to_ascii_lowercase()
}

fn called(extension: &str) -> String {
    if extension.is_empty() { "a file without extension".into() } else { format!("the .{extension} file") }
}

fn by_extension(extension: &str) -> Option<Format> {
    Some(match extension {
        "md" | "markdown" => Format::Markdown,
        "txt" | "text" => Format::Text,
        "html" | "htm" | "xhtml" => Format::Html,
        "pdf" => Format::Pdf,
        "docx" | "docm" => Format::Docx,
        "xlsx" | "xlsm" | "xls" => Format::Xlsx,
        "csv" | "tsv" => Format::Csv,
        "json" | "jsonl" | "ndjson" => Format::Json,
        _ => return None,
    })
}

fn is_text(format: Format) -> bool {
    matches!(format, Format::Markdown | Format::Text | Format::Html | Format::Csv | Format::Json)
}

/// Formats that stand for each other without harm share a bit.
fn family(format: Format) -> u8 {
    match format {
        Format::Markdown | Format::Text => 0b001,
        Format::Html => 0b011,
        Format::Csv | Format::Xlsx => 0b010,
        Format::Json => 0b001,
        Format::Pdf | Format::Docx => 0,
    }
}

fn article(format: Format) -> &'static str {
    match format {
        Format::Markdown | Format::Text => "text",
        Format::Html => "an HTML page",
        Format::Pdf => "a PDF",
        Format::Docx => "a Word document (.docx)",
        Format::Xlsx => "an Excel workbook (.xlsx)",
        Format::Csv => "a table of text",
        Format::Json => "JSON",
    }
}

impl Content {
    fn name(self) -> &'static str {
        match self {
            Content::Known(format) => article(format),
            Content::Text => "plain text",
            Content::Convertible(name, _) | Content::Other(name) => name,
        }
    }
}

fn sniff(bytes: &[u8]) -> Content {
    const SIGNATURES: [(&[u8], &str); 21] = [
        (b"\x89PNG", "a PNG picture"),
        (b"\xff\xd8\xff", "a JPEG picture"),
        (b"GIF8", "a GIF picture"),
        (b"BM", "a BMP picture"),
        (b"II*\0", "a TIFF picture"),
        (b"MM\0*", "a TIFF picture"),
        (b"RIFF", "a RIFF media file"),
        (b"Rar!", "a RAR archive"),
        (b"7z\xbc\xaf", "a 7z archive"),
        (b"\x1f\x8b", "a gzip archive"),
        (b"BZh", "a bzip2 archive"),
        (b"\xfd7zXZ", "an xz archive"),
        (b"\x7fELF", "a program"),
        (b"MZ", "a program"),
        (b"%!PS", "a PostScript file"),
        (b"SQLite format 3", "an SQLite database"),
        (b"OggS", "an audio file"),
        (b"ID3", "an audio file"),
        (b"\xca\xfe\xba\xbe", "a program"),
        (b"wOFF", "a font"),
        (b"AT&TFORM", "a DjVu document"),
    ];
    let head = &bytes[..bytes.len().min(1024)];
    if head.windows(5).any(|w| w == b"%PDF-") {
        return Content::Known(Format::Pdf);
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return archive(bytes);
    }
    if bytes.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        return compound(bytes);
    }
    if bytes.starts_with(b"{\\rtf") {
        return Content::Convertible("an RTF document", ".docx");
    }
    if bytes.get(4..8) == Some(b"ftyp") {
        return Content::Other("a video or picture");
    }
    // Two letters may begin a text as well; then no zero byte follows.
    let binary = head.contains(&0);
    if let Some((_, name)) =
        SIGNATURES.iter().find(|(sign, _)| bytes.starts_with(sign) && (sign.len() > 2 || binary))
    {
        return Content::Other(name);
    }
    if begins_like_html(head) { Content::Known(Format::Html) } else { Content::Text }
}

fn begins_like_html(head: &[u8]) -> bool {
    let head: String =
        head.iter().filter(|b| **b != 0).map(|b| char::from(*b)).collect::<String>().to_ascii_lowercase();
    let mut rest = head.trim_start_matches(|c: char| !c.is_ascii() || c.is_whitespace());
    while let Some(comment) = rest.strip_prefix("<!--") {
        rest = comment.split_once("-->").map_or("", |(_, after)| after).trim_start();
    }
    if rest.starts_with("<?xml") {
        rest = rest.split_once("?>").map_or("", |(_, after)| after).trim_start();
    }
    ["<!doctype html", "<html", "<head", "<body"].iter().any(|start| rest.starts_with(start))
}

/// A ZIP archive, by the parts it holds.
fn archive(bytes: &[u8]) -> Content {
    let Ok(archive) = zip::ZipArchive::new(Cursor::new(bytes)) else {
        return Content::Other("a damaged ZIP archive");
    };
    let has = |start: &[u8]| archive.file_names_raw().any(|name| name.starts_with(start));
    if has(b"word/document") {
        Content::Known(Format::Docx)
    } else if has(b"xl/workbook.bin") {
        Content::Convertible("a binary Excel workbook", ".xlsx")
    } else if has(b"xl/workbook") {
        Content::Known(Format::Xlsx)
    } else if has(b"ppt/") {
        Content::Convertible("a PowerPoint presentation", ".pdf")
    } else if has(b"META-INF/container.xml") {
        Content::Other("an EPUB book")
    } else if has(b"content.xml") {
        Content::Convertible("an OpenDocument file", ".docx, .xlsx or .pdf")
    } else {
        Content::Other("a ZIP archive")
    }
}

/// An old Office file, by the names of its streams, which stand in it in UTF-16.
fn compound(bytes: &[u8]) -> Content {
    let has = |name: &str| {
        let name: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        bytes.windows(name.len()).any(|w| w == name)
    };
    if has("EncryptedPackage") {
        Content::Other("a password-protected Office document")
    } else if has("WordDocument") {
        Content::Convertible("a Word document of before 2007", ".docx")
    } else if has("Workbook") || has("Book") {
        Content::Convertible("an Excel workbook of before 2007", ".xlsx")
    } else if has("PowerPoint Document") {
        Content::Convertible("a PowerPoint presentation of before 2007", ".pdf")
    } else {
        Content::Other("an Office file of before 2007")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(name: &str, bytes: &[u8]) -> String {
        match of(name, bytes) {
            Err(problem) => problem.to_string().split(';').next().unwrap_or_default().to_owned(),
            Ok((format, _)) => format!("{format:?}"),
        }
    }

    #[test]
    fn a_wrong_name_is_refused_with_what_the_content_looks_like() {
        assert_eq!(
            refusal("a.pdf", b"\x89PNG\r\n\x1a\n\0\0"),
            "the .pdf file holds a PNG picture, not a PDF"
        );
        assert_eq!(refusal("a.txt", b"%PDF-1.7\n"), "the .txt file holds a PDF, not text");
        assert_eq!(
            refusal("a.docx", "只是文字".as_bytes()),
            "the .docx file holds plain text, not a Word document (.docx)"
        );
        assert_eq!(refusal("a.exe", b"MZ\x90\0\x03\0"), "the .exe file is a program");
        assert_eq!(refusal("photo.png", b"\x89PNG\r\n"), "the .png file is a PNG picture");
    }

    /// The head of an Office file of before 2007 with one of its streams.
    fn compound(stream: &str) -> Vec<u8> {
        let mut bytes = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
        bytes.extend([0; 504]);
        bytes.extend(stream.encode_utf16().flat_map(u16::to_le_bytes));
        bytes
    }

    #[test]
    fn what_can_be_saved_as_something_that_is_read_is_refused_with_that_advice() {
        for (name, bytes, advice) in [
            (
                "a.xls",
                compound("Workbook"),
                "the .xls file is an Excel workbook of before 2007; save it as .xlsx",
            ),
            (
                "a.doc",
                compound("WordDocument"),
                "the .doc file is a Word document of before 2007; save it as .docx",
            ),
            (
                "a.docx",
                compound("WordDocument"),
                "the .docx file is a Word document of before 2007; save it as .docx",
            ),
            ("a.doc", b"{\\rtf1 text}".to_vec(), "the .doc file is an RTF document; save it as .docx"),
        ] {
            let problem = of(name, &bytes).err().map(|p| p.to_string()).unwrap_or_default();
            assert!(problem.starts_with(advice), "{problem}");
        }
        assert_eq!(of("a.xls", &compound("EncryptedPackage")), Err(Problem::Encrypted));
    }

    #[test]
    fn a_name_tells_whether_its_owner_takes_it_for_a_document() {
        assert!(is_named_as_document("规则.DOC") && is_named_as_document("a/b.md"));
        assert!(!is_named_as_document("photo.png") && !is_named_as_document("Makefile"));
    }

    #[test]
    fn within_a_family_the_content_is_read_as_what_it_is() {
        for name in ["page.html", "page.txt", "export.csv", "export.xls"] {
            assert_eq!(
                of(name, b"\n<!-- saved --><!DOCTYPE html><html>").map(|f| f.0),
                Ok(Format::Html),
                "{name}"
            );
        }
        assert!(of("page.txt", b"<html>").is_ok_and(|(_, warning)| warning.is_some()));
        assert!(of("page.html", b"<html>").is_ok_and(|(_, warning)| warning.is_none()));
    }

    #[test]
    fn a_file_without_extension_is_read_by_its_content() {
        assert_eq!(of("README", b"plain words").map(|f| f.0), Ok(Format::Text));
        assert_eq!(of("manual", b"%PDF-1.4").map(|f| f.0), Ok(Format::Pdf));
    }

    #[test]
    fn text_that_begins_with_two_letters_of_a_signature_is_text() {
        assert_eq!(of("a.txt", b"BMW parts").map(|f| f.0), Ok(Format::Text));
        assert_eq!(of("a.md", b"MZ is a name").map(|f| f.0), Ok(Format::Markdown));
    }
}
