"""Reads the sample shop's documents and FAQ tables as sections: what check.py and make_retrieval.py share.

Only the standard library: Word, Excel and PDF files are read from their sources in knowledge/sources/.
"""

import csv
import html
import json
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SHOP = ROOT / "knowledge"


@dataclass(frozen=True)
class Section:
    """One section of a document, one row of a product table, or one FAQ pair."""

    document: str
    title: str
    text: str
    questions: tuple = ()  # of a FAQ pair: the question first, then the similar ones

    @property
    def id(self):
        return f"{self.document}#{self.title}"


def fold(text):
    """The comparison form of CONTRACT: NFKC and lower case."""
    return unicodedata.normalize("NFKC", text).lower()


def _by_heading(name, lines, heading):
    """Splits at the lines where `heading` gives a title; the text before the first is the introduction."""
    title, body, found = "", [], []
    for line in lines:
        head = heading(line)
        if head is None:
            body.append(line)
            continue
        if "".join(body).strip():
            found.append(Section(name, title or Path(name).stem, "\n".join(body).strip()))
        title, body = head, []
    if "".join(body).strip():
        found.append(Section(name, title, "\n".join(body).strip()))
    return found


def _markdown(name, text):
    def heading(line):
        match = re.match(r"#+ (.*)", line)
        return match and match[1]

    return _by_heading(name, text.splitlines(), heading)


def _html(name, text):
    main = re.search(r"<main>(.*)</main>", text, re.S)[1]
    lines = re.sub(r"<h[123]>(.*?)</h[123]>", r"\n# \1\n", main)
    lines = re.sub(r"</(p|li|tr|h\d)>", "\n", lines).replace("</td>", " | ").replace("</th>", " | ")
    return _markdown(name, html.unescape(re.sub(r"<[^>]+>", "", lines)))


def _plain(name, text):
    """Plain text: a short line after a blank one, without a full stop at its end, is a heading."""
    lines = text.splitlines()
    heads = {
        line for before, line in zip([""] + lines, lines)
        if line and not before.strip() and len(line) < 60 and line[-1] not in "。.,"
    }
    return _by_heading(name, lines, lambda line: line if line in heads else None)


def _product_rows(name, text):
    rows = list(csv.DictReader(text.splitlines()))
    return [Section(name, row["商品名称"], "；".join(f"{k}：{v}" for k, v in row.items())) for row in rows]


def _contacts(name, text):
    data = json.loads(text)
    rows = [(r["channel"], r) for r in data["contact"]] + [(r["name"], r) for r in data["stores"]]
    found = [Section(name, title, "；".join(row.values())) for title, row in rows]
    found.append(Section(name, "节假日", "；".join(f"{k}：{v}" for k, v in data["holidays"].items())))
    found.append(Section(name, "修锅磨刀", data["knife_service"]))
    return found


READERS = {".md": _markdown, ".html": _html, ".txt": _plain, ".csv": _product_rows, ".json": _contacts}


def faq_pairs():
    """(file, question, similar questions, answer) of the three FAQ tables."""
    for name, source in (("faq.zh.csv", "faq/faq.zh.csv"), ("faq.service.xlsx", "sources/faq.service.csv")):
        with open(SHOP / source, encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                yield name, row["问题"], row["相似问法"].split("|"), row["答案"]
    for row in json.loads((SHOP / "faq/faq.en.json").read_text(encoding="utf-8")):
        yield "faq.en.json", row["question"], row["similar questions"], row["answer"]


def sections():
    """Every section of every document, then every FAQ pair, in file order."""
    found = []
    for path in sorted((SHOP / "docs").iterdir()):
        source = SHOP / "sources" / (path.name + ".md")
        if source.exists():
            found += _markdown(path.name, source.read_text(encoding="utf-8"))
        elif (SHOP / "sources" / path.name).exists():
            found += _plain(path.name, (SHOP / "sources" / path.name).read_text(encoding="utf-8"))
        else:
            found += READERS[path.suffix](path.name, path.read_text(encoding="utf-8"))
    return found + [Section(name, q, answer, (q, *similar)) for name, q, similar, answer in faq_pairs()]
