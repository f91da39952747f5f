"""What the reader learns from: pairs of a question and a passage, in groups that are compared with one another.

A passage's statements can be left out one by one: without one that nobody asked for, it still answers; without the one that
answers, it does not, though everything else is the same. So each question is seen with its passage whole and in part.
"""

import re
from dataclasses import dataclass

import corpus
from reader import KINDS, heading

POLAR = re.compile(r"吗|么|嘛|没|不|能|可以|行|会|(?i:^(?:is|are|am|do|does|did|can|could|will|would|may|have|has|should)\b)")
ASKS_FOR_WORDS = re.compile(
    r"多少|多久|多长|多大|几|哪|怎|咋|啥|什么|谁|为何|(?i:\b(?:how|what|whats|where|when|which|who|why)\b)"
)
YES = re.compile(r"(?:是|可以|可退|可|能|会|有|行|支持|算|要|(?i:yes\b|yep\b))")
NO = re.compile(r"(?:不|没|无|否|别|未|(?i:no\b|not\b|cannot\b|can't\b|never\b))")
# Statements besides what answers that are mostly kept of a passage in part: little text, many pairs.
FEW = 3


@dataclass
class Pair:
    """`answers`: whether it does. `span`: the answer's characters in the text, where they are known."""

    question: str
    head: str
    text: str
    answers: bool
    span: tuple = None
    kind: int = None


@dataclass
class Passage:
    """A chunk, and where its statements stand in it."""

    head: str
    text: str
    ranges: list

    def part(self, kept, span=None):
        """The text of some statements, and where `span` stands in it."""
        text, moved = "", None
        for number, (start, end) in enumerate(self.ranges):
            if number not in kept:
                continue
            until = self.ranges[number + 1][0] if number + 1 < len(self.ranges) else len(self.text)
            if span and start <= span[0] < until:
                moved = len(text) + span[0] - start
            text += self.text[start:until]
        text = text.rstrip()
        return text, (moved, moved + span[1] - span[0]) if moved is not None else None


# Style of short plain questions.
EVERYDAY = "everyday"


@dataclass
class Asked:
    """A question with the passage that answers it (`home`, `gold` statements, `span`), or a near miss with where it came from."""

    text: str
    home: int
    gold: list
    span: tuple
    kind: int | None
    style: str

    @property
    def answerable(self):
        return bool(self.gold)

    @property
    def everyday(self):
        """Short and plain. Such a question is about the whole passage, of which any part may answer."""
        return self.style == EVERYDAY


def passage_of(chunk):
    ranges, at = [], 0
    for statement in chunk.statements:
        start = chunk.body.index(statement.body, at)
        at = start + len(statement.body)
        ranges.append((start, at))
    return Passage(heading(chunk.title, chunk.section), chunk.body, ranges)


def kind_of(question, short):
    """Whether the short answer says yes or no to a question that asks for it; `None` where there is no short answer."""
    if ASKS_FOR_WORDS.search(question) or not POLAR.search(question):
        return KINDS.index("words")
    if not short:
        return None
    return KINDS.index("no" if NO.match(short) else "yes" if YES.match(short) else "words")


def span_of(answer, passage, gold):
    """The answer's characters: as it stands, else from the first of its table cells to the last, else what answers, whole."""
    at = passage.text.find(answer)
    if at >= 0:
        return at, at + len(answer)
    start, end = passage.ranges[gold[0]][0], passage.ranges[gold[-1]][1]
    cells = [cell.strip() for cell in answer.split("|") if cell.strip()]
    places = [(passage.text.find(cell, start, end), len(cell)) for cell in cells]
    if len(gold) == 1 and all(at >= 0 for at, _ in places):
        return min(at for at, _ in places), max(at + size for at, size in places)
    return start, end


@dataclass
class Shop:
    """An organisation as the reader meets it; `near[question]`: its chunks, the encoder's favourites first."""

    name: str
    lang: str
    passages: list
    asked: list
    near: list = None


def shop_of(org):
    passages = [passage_of(chunk) for chunk in org.chunks]
    owner = [(number, i) for number, chunk in enumerate(org.chunks) for i in range(len(chunk.statements))]
    # A near miss was written beside its source's answerable questions, so it lives in the chunk most of them have.
    homes = {}
    for q in org.questions:
        if q.answerable and q.chunks:
            homes.setdefault(q.source, []).append(q.chunks[0])
    asked = []
    for q in org.questions:
        if not q.answerable:
            if q.source in homes:
                chunks = homes[q.source]
                asked.append(Asked(q.text, max(set(chunks), key=chunks.count), [], None, None, q.style))
            continue
        if not q.statements:
            continue
        home = owner[q.statements[0]][0]
        gold = [i for chunk, i in (owner[n] for n in q.statements) if chunk == home]
        span = span_of(q.answer, passages[home], gold)
        asked.append(Asked(q.text, home, gold, span, kind_of(q.text, q.short), q.style))
    return Shop(org.name, org.lang, passages, asked)


def shops(part):
    return [shop_of(org) for org in corpus.organisations(part)]


def whole(asked, passage):
    """The pair of a question and its own passage as it stands."""
    return Pair(asked.text, passage.head, passage.text, asked.answerable, asked.span, asked.kind)


def in_part(asked, passage, rng, answers=True):
    """A question with some of its passage's statements: with what answers it, or, to the contrary, without."""
    others = [n for n in range(len(passage.ranges)) if n not in asked.gold]
    least = 0 if asked.gold and answers else 1
    if len(others) < max(least, 1):
        return None
    keep = rng.randint(least, FEW) if rng.random() < 0.7 else len(others)
    kept = set(rng.sample(others, min(keep, len(others))))
    if answers:
        kept |= set(asked.gold)
    yes = asked.answerable and answers
    text, span = passage.part(kept, asked.span if yes else None)
    return Pair(asked.text, passage.head, text, yes, span, asked.kind if yes else None)


# What may stand above a FAQ pair: the name of its table, or nothing.
ABOVE_FAQS = ("", "", "FAQ", "faq", "常见问题", "faq.zh", "faq.en", "Help")


def faq_pair(asked, group, head, answers):
    """A question and a FAQ pair as the engine words it: its own question above its answer."""
    text = f"{group['question']}\n{group['answer']}"
    span = (len(group["question"]) + 1, len(text)) if answers else None
    return Pair(asked, head, text, answers, span, KINDS.index("words") if answers and not POLAR.search(asked) else None)


def elsewhere(asked, shop, rng, most=5):
    """A question with a passage that the encoder likes and that does not answer."""
    ranked = shop.near[shop.asked.index(asked)] if shop.near else list(range(len(shop.passages)))
    home = shop.passages[asked.home].head
    others = [n for n in ranked if shop.passages[n].head != home][:most] or [n for n in ranked if n != asked.home]
    # The nearer, the more often.
    pick = others[min(int(rng.expovariate(0.6)), len(others) - 1)]
    passage = shop.passages[pick]
    if rng.random() < 0.5:
        return Pair(asked.text, passage.head, passage.text, False)
    statements = range(len(passage.ranges))
    text, _ = passage.part(set(rng.sample(statements, min(rng.randint(1, FEW + 1), len(statements)))))
    return Pair(asked.text, passage.head, text, False)
