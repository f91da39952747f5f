#!/usr/bin/env python3
"""Makes the binary and non-UTF-8 documents of the sample shop from knowledge/sources/.

    python3 -m venv .venv && .venv/bin/pip install -r knowledge/requirements.txt
    .venv/bin/python knowledge/build.py            # writes knowledge/docs and knowledge/faq
    .venv/bin/python knowledge/build.py --check    # exit 1 if a committed file differs from its source

A source is Markdown with headings, paragraphs, lists and tables; its name is the target's name plus `.md`.
`.txt` sources become GB18030 with CRLF, `faq.*.csv` sources become FAQ workbooks. The output depends on the
sources, the package versions and the font only: every time stamp is fixed.

The Chinese PDF with an embedded font needs WenQuanYi Micro Hei (Debian: fonts-wqy-microhei; Apache-2.0 or
GPL-3 with font exception). Only the glyphs that the text uses are embedded.
"""

import argparse
import csv
import datetime
import io
import re
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent
FONT = Path("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc")
STAMP = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)


def blocks(markdown):
    """Yields ("h", level, text), ("p", text), ("li", ordered, text) and ("table", rows)."""
    rows, paragraph = [], []

    def flush():
        if rows:
            yield "table", [r for r in rows if not all(re.fullmatch(r":?-+:?", c) for c in r)]
            rows.clear()
        if paragraph:
            yield "p", "\n".join(paragraph)
            paragraph.clear()

    for line in markdown.splitlines():
        if line.startswith("|"):
            rows.append([cell.strip() for cell in line.strip().strip("|").split("|")])
            continue
        heading = re.match(r"(#+) (.*)", line)
        item = re.match(r"(- |\d+\. )(.*)", line)
        if heading or item or not line.strip():
            yield from flush()
        if heading:
            yield "h", len(heading[1]), heading[2]
        elif item:
            yield "li", item[1] != "- ", item[2]
        elif line.strip():
            paragraph.append(line.strip())
    yield from flush()


def fixed_zip(data):
    """The same archive with the members' time stamps set to one date."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            info = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            body = old.read(name)
            if name == "docProps/core.xml":
                body = re.sub(rb"\d{4}-\d\d-\d\dT[\d:.]+Z", b"2026-01-01T00:00:00Z", body)
            new.writestr(info, body)
    return out.getvalue()


def docx(markdown):
    from docx import Document

    document = Document()
    properties = document.core_properties
    properties.author, properties.created, properties.modified = "Maili Living", STAMP, STAMP
    for kind, *rest in blocks(markdown):
        if kind == "h":
            document.add_heading(rest[1], level=rest[0] - 1)
            if rest[0] == 1:
                properties.title = rest[1]
        elif kind == "p":
            document.add_paragraph(rest[0])
        elif kind == "li":
            document.add_paragraph(rest[1], style="List Number" if rest[0] else "List Bullet")
        else:
            rows = rest[0]
            table = document.add_table(rows=0, cols=len(rows[0]), style="Table Grid")
            for row in rows:
                for cell, text in zip(table.add_row().cells, row):
                    cell.text = text
    out = io.BytesIO()
    document.save(out)
    return fixed_zip(out.getvalue())


def workbook(sheets):
    """`sheets`: (name, rows) pairs; the first row is the header. Whole numbers become numeric cells."""
    from openpyxl import Workbook
    from openpyxl.styles import Font

    book = Workbook()
    book.remove(book.active)
    book.properties.creator = "Maili Living"
    book.properties.created = book.properties.modified = STAMP.replace(tzinfo=None)
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append([int(cell) if re.fullmatch(r"\d{1,6}", cell) else cell for cell in row])
        for cell in sheet[1]:
            cell.font = Font(bold=True)
        sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return fixed_zip(out.getvalue())


def xlsx(markdown):
    sheets, name = [], None
    for kind, *rest in blocks(markdown):
        if kind == "h":
            name = rest[1]
        elif kind == "table":
            sheets.append((name, rest[0]))
    return workbook(sheets)


def pdf_identity_h(markdown):
    """A PDF whose one font is embedded as CIDFontType2 with Identity-H and a ToUnicode map."""
    from fpdf import FPDF

    pdf = FPDF(format="A4")
    pdf.set_creation_date(STAMP)
    pdf.set_producer("Maili Living")
    pdf.set_margin(20)
    pdf.add_font("cjk", fname=FONT)
    pdf.add_page()
    for kind, *rest in blocks(markdown):
        if kind == "h":
            pdf.set_font("cjk", size=18 if rest[0] == 1 else 13)
            pdf.ln(3)
            pdf.multi_cell(0, 9, rest[1], new_x="LMARGIN", new_y="NEXT")
            if rest[0] == 1:
                pdf.set_title(rest[1])
        else:
            pdf.set_font("cjk", size=10.5)
            if kind == "table":
                with pdf.table(text_align="LEFT", first_row_as_headings=False) as table:
                    for row in rest[0]:
                        table.row(row)
            else:
                pdf.multi_cell(0, 6, rest[-1], new_x="LMARGIN", new_y="NEXT")
    return bytes(pdf.output())


def pdf_reportlab(markdown, font, columns):
    """A PDF by reportlab: STSong-Light is a CID font that is not embedded, Helvetica a standard font."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.lib.units import mm
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate, Paragraph, Spacer, Table

    if font == "STSong-Light":
        pdfmetrics.registerFont(UnicodeCIDFont(font))
    wrap = "CJK" if font == "STSong-Light" else None
    title = ParagraphStyle("title", fontName=font, fontSize=17, leading=24, wordWrap=wrap)
    head = ParagraphStyle("head", fontName=font, fontSize=12.5, leading=20, spaceBefore=6, wordWrap=wrap)
    body = ParagraphStyle("body", fontName=font, fontSize=10, leading=15, wordWrap=wrap)
    gap, margin = 8 * mm, 18 * mm
    width = (A4[0] - 2 * margin - gap * (columns - 1)) / columns
    story = []
    for kind, *rest in blocks(markdown):
        if kind == "h":
            story.append(Paragraph(rest[1], title if rest[0] == 1 else head))
        elif kind == "table":
            cells = [[Paragraph(cell, body) for cell in row] for row in rest[0]]
            story += [Table(cells, colWidths=[width / len(cells[0])] * len(cells[0]), style=[("GRID", (0, 0), (-1, -1), 0.4, "grey")]), Spacer(1, 6)]
        else:
            story.append(Paragraph(rest[-1], body))
    out = io.BytesIO()
    frames = [Frame(margin + i * (width + gap), margin, width, A4[1] - 2 * margin, 0, 0, 0, 0) for i in range(columns)]
    document = BaseDocTemplate(out, pagesize=A4, invariant=1, author="Maili Living", title=next(b[2] for b in blocks(markdown) if b[0] == "h"))
    document.addPageTemplates(PageTemplate(frames=frames))
    document.build(story)
    return out.getvalue()


PDFS = {
    "空气炸锅AF5使用说明.pdf": pdf_identity_h,
    "礼品卡章程.pdf": lambda text: pdf_reportlab(text, "STSong-Light", columns=2),
    "kettle-k17-manual.en.pdf": lambda text: pdf_reportlab(text, "Helvetica", columns=1),
}


def outputs():
    """Yields (path, bytes) of every generated file."""
    for source in sorted((ROOT / "sources").iterdir()):
        text = source.read_text(encoding="utf-8")
        if source.name.startswith("faq."):
            rows = list(csv.reader(io.StringIO(text)))
            yield ROOT / "faq" / (source.stem + ".xlsx"), workbook([("常见问题", rows)])
        elif source.suffix == ".txt":
            yield ROOT / "docs" / source.name, text.replace("\n", "\r\n").encode("gb18030")
        elif source.suffix == ".md":
            name = source.stem
            make = PDFS.get(name) or {".docx": docx, ".xlsx": xlsx}[Path(name).suffix]
            yield ROOT / "docs" / name, make(text)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare with the committed files, write nothing")
    check = parser.parse_args().check
    stale = 0
    for path, data in outputs():
        if not check:
            path.write_bytes(data)
            print(f"{len(data):>8} {path.relative_to(ROOT)}")
        elif not path.exists() or path.read_bytes() != data:
            stale += 1
            print(f"{path.relative_to(ROOT)} differs from its source: run knowledge/build.py", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
