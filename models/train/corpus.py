"""The training text: organisations with passages and questions, intents, out-of-scope lines, paraphrases; and its split.

A passage is cut and worded as the engine does before it encodes (src/knowledge: chunk, embed.rs, statements.rs).
"""

import json
import re
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

DATA = Path(__file__).parent / "data"

# A sentence ends at one of these, with what closes after it; a line break ends it too.
SENTENCE = re.compile(r"(?:[^。！？；!?…\n.]|\.(?!\s|$))+(?:[。！？；!?….]+[”’」』）)】》\"']*)?")
TABLE_RULE = re.compile(r"\s*\|?[\s:|-]+\|?\s*")


def fnv1a(text):
    """FNV-1a, 64 bits."""
    value = 0xCBF29CE484222325
    for byte in text.encode():
        value = (value ^ byte) * 0x100000001B3 % 2**64
    return value


def part_of_organisation(shop):
    """The split of src/eval/ranker/corpus.rs: by the organisation's name, three of five train."""
    return {0: "dev", 1: "test"}.get((fnv1a(shop) >> 20) % 5, "train")


def query(text):
    return f"query: {text}"


def passage(text):
    return f"passage: {text}"


@dataclass
class Statement:
    """A sentence, list item or table row, worded for the encoder; `body` is what it says itself."""

    text: str
    body: str


@dataclass
class Chunk:
    """What the engine keeps of a section: its running text, or its table. `text` is worded for the encoder."""

    text: str
    statements: list
    title: str = ""
    section: str = ""
    body: str = ""


@dataclass
class Question:
    """A question with the numbers of the chunks and statements of its organisation that answer it; a near miss has none."""

    text: str
    answer: str
    source: int
    chunks: list = field(default_factory=list)
    statements: list = field(default_factory=list)
    short: str = ""
    style: str = ""

    @property
    def answerable(self):
        return bool(self.answer)


@dataclass
class Organisation:
    name: str
    lang: str
    chunks: list
    statements: list
    questions: list


def read_lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def organisations(part):
    """The organisations of one part, by name."""
    by_shop = defaultdict(list)
    for path in sorted((DATA / "corpus").glob("*.jsonl")):
        for line in read_lines(path):
            by_shop[line["shop"]].append(line)
    chosen = (shop for shop in sorted(by_shop) if part_of_organisation(shop) == part)
    return [organisation(shop, by_shop[shop]) for shop in chosen]


def organisation(shop, lines):
    made = Organisation(shop, lines[0]["lang"], [], [], [])
    for source, line in enumerate(lines):
        first_chunk, first_statement = len(made.chunks), len(made.statements)
        made.chunks += cut(line["section"], line["passage"], line["title"])
        made.statements += [s for chunk in made.chunks[first_chunk:] for s in chunk.statements]
        for q in line["questions"]:
            question = Question(q["q"], q.get("answer", "") if q["answerable"] else "", source)
            question.short, question.style = q.get("short", ""), q.get("style", "")
            if question.answerable:
                own = made.statements[first_statement:]
                question.statements = [first_statement + i for i in answering(question.answer, [s.body for s in own])]
                right = {id(made.statements[i]) for i in question.statements}
                within = enumerate(made.chunks[first_chunk:], first_chunk)
                question.chunks = [i for i, chunk in within if right & {id(s) for s in chunk.statements}]
            made.questions.append(question)
    return made


def cut(section, text, title=""):
    """The chunks of a section: its running text as one, every table as one with a row a line."""
    prose, tables, rows = [], [], []
    for line in [*text.split("\n"), ""]:
        if line.lstrip().startswith("|"):
            rows.append([cell.strip() for cell in line.strip().strip("|").split("|")])
            continue
        if rows:
            tables.append(table_lines(rows))
            rows = []
        prose.append(line)
    prose = "\n".join(line for line in prose if line.strip())
    parts = [(prose, sentences(prose))] if prose else []
    parts += [("\n".join(lines), lines) for lines in tables]
    return [chunk(title, section, body, said) for body, said in parts]


def chunk(title, section, body, said):
    statements = [Statement(passage(f"{section}: {s}"), s) for s in said]
    return Chunk(passage(f"{section}\n{body}"), statements, title, section, body)


def table_lines(rows):
    """Each row of a Markdown table as `header: value; header: value`."""
    header, *rest = (row for row in rows if not all(TABLE_RULE.fullmatch(cell) for cell in row))
    return ["; ".join(f"{name}: {cell}" if name else cell for name, cell in zip(header, row) if cell) for row in rest]


def sentences(text):
    found = (match.group().strip() for match in SENTENCE.finditer(text))
    return [sentence for sentence in found if any(c.isalnum() for c in sentence)]


def answering(answer, statements):
    """Numbers of the statements that say the answer: the one that has it whole, else those it is made of."""
    cells = [cell.strip() for cell in answer.split("|") if cell.strip()]
    whole = [i for i, s in enumerate(statements) if all(cell in s for cell in cells)]
    if whole:
        return whole[:1]
    return [i for i, s in enumerate(statements) if s in answer or any(part in s for part in sentences(answer))]


def intents(part):
    """Utterances by intent. Of 64 intents 8 are for development and 8 for the test: the lowest hashes."""
    by_intent = defaultdict(list)
    for line in read_lines(DATA / "g_intents.jsonl"):
        by_intent[line["intent"]].append(line["text"])
    order = sorted(by_intent, key=fnv1a)
    names = {"dev": order[:8], "test": order[8:16], "train": order[16:]}[part]
    return {name: by_intent[name] for name in sorted(names)}


def out_of_scope(part):
    """Out-of-scope lines; three of five train."""
    lines = (line["text"] for line in read_lines(DATA / "g_oos.jsonl"))
    return [text for text in lines if part_of_organisation(text) == part]


def paraphrases(part):
    """Groups of a question, its paraphrases and look-alikes; one of eight is for development."""
    groups = read_lines(DATA / "g_paraphrases.jsonl")
    return [group for group in groups if ("dev" if fnv1a(group["id"]) % 1009 % 8 == 0 else "train") == part]
