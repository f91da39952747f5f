//! Files that no shop would import on purpose.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const MIB: u64 = 1 << 20;

/// A file and how it is made.
pub struct Trial {
    pub what: &'static str,
    pub name: &'static str,
    pub make: fn(&Path) -> io::Result<()>,
}

/// All of them.
pub const ALL: [Trial; 5] = [
    Trial { what: "PDF of 1,600 pages", name: "manual.pdf", make: pdf },
    Trial { what: "CSV of 300 MB", name: "export.csv", make: csv },
    Trial { what: "Word document that unpacks to 4 GB", name: "bomb.docx", make: docx },
    Trial { what: "page nested 100,000 deep", name: "deep.html", make: html },
    Trial { what: "text of 2 GB", name: "log.txt", make: text },
];

fn create(path: &Path) -> io::Result<BufWriter<File>> {
    File::create(path).map(BufWriter::new)
}

/// Pages of numbered rules in a font every reader has.
fn pdf(path: &Path) -> io::Result<()> {
    const PAGES: usize = 1600;
    const LINES: usize = 36;
    let mut out = create(path)?;
    let (mut at, mut offsets) = (0, Vec::new());
    let mut put = |text: String, is_object: bool| -> io::Result<()> {
        if is_object {
            offsets.push(at);
        }
        at += text.len();
        out.write_all(text.as_bytes())
    };
    put("%PDF-1.4\n".into(), false)?;
    put("1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n".into(), true)?;
    let kids: String = (0..PAGES).map(|page| format!("{} 0 R ", 4 + 2 * page)).collect();
    put(format!("2 0 obj\n<</Type/Pages/Count {PAGES}/Kids[{kids}]>>\nendobj\n"), true)?;
    put("3 0 obj\n<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>\nendobj\n".into(), true)?;
    for page in 0..PAGES {
        let object = 4 + 2 * page;
        let head = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F 3 0 R>>>>";
        put(format!("{object} 0 obj\n{head}/Contents {} 0 R>>\nendobj\n", object + 1), true)?;
        let line = |n: usize| {
            let rule = page * LINES + n;
            format!(
                "(Rule {rule}: parcels of class {} are returned within {} days.) Tj T*\n",
                rule % 97,
                rule % 31
            )
        };
        let lines: String = (0..LINES).map(line).collect();
        let stream = format!("BT /F 11 Tf 16 TL 60 780 Td\n{lines}ET\n");
        let length = stream.len();
        put(
            format!("{} 0 obj\n<</Length {length}>>\nstream\n{stream}endstream\nendobj\n", object + 1),
            true,
        )?;
    }
    let (start, count) = (at, offsets.len() + 1);
    let entries: String = offsets.iter().map(|offset| format!("{offset:010} 00000 n \n")).collect();
    let table = format!("xref\n0 {count}\n0000000000 65535 f \n{entries}");
    write!(out, "{table}trailer\n<</Size {count}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n")?;
    out.flush()
}

fn csv(path: &Path) -> io::Result<()> {
    let mut out = create(path)?;
    let (mut row, mut written) = (0, 0);
    while written < 300 * MIB {
        let line = format!("{row},Article {row},{}.{:02},in stock\n", row % 1000, row % 100);
        out.write_all(line.as_bytes())?;
        written += line.len() as u64;
        row += 1;
    }
    out.flush()
}

fn docx(path: &Path) -> io::Result<()> {
    let mut zip = ZipWriter::new(File::create(path)?);
    zip.start_file("word/document.xml", SimpleFileOptions::default().large_file(true))?;
    let spaces = vec![b' '; MIB as usize];
    for _ in 0..4096 {
        zip.write_all(&spaces)?;
    }
    zip.finish()?;
    Ok(())
}

fn html(path: &Path) -> io::Result<()> {
    const DEEP: usize = 100_000;
    let (opening, closing) = ("<div>".repeat(DEEP), "</div>".repeat(DEEP));
    std::fs::write(path, format!("<html><body>{opening}Returns within 7 days.{closing}</body></html>"))
}

fn text(path: &Path) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all("Returns within 7 days.\n".repeat(1000).as_bytes())?;
    file.set_len(2048 * MIB)
}
