"""Public reading sets for the reader's warm start: CMRC 2018 (CC BY-SA 4.0) and DRCD (CC BY-SA 3.0).

Read as retrieval sets, JSON lines with passages and questions. The first passages of each development part, which
`evaluate.py` measures, are left out with their questions; of CMRC the trial part is taken too.
"""

import random
from collections import defaultdict
from pathlib import Path

import corpus
from evaluate import PASSAGES
from reader_data import Asked, Passage, Shop

SETS = {"cmrc2018_ret/trial": 0, "cmrc2018_ret/dev": PASSAGES, "drcd_ret/dev": PASSAGES}
# Characters of a window, about as long as a passage of a knowledge base.
WINDOW = 150


def windows(title, text):
    """A long paragraph as passages of whole sentences."""
    ranges, at = [], 0
    for sentence in corpus.sentences(text):
        start = text.index(sentence, at)
        at = start + len(sentence)
        ranges.append((start, at))
    made, first = [], 0
    for number, (_, end) in enumerate(ranges):
        last = number + 1 == len(ranges)
        if last or ranges[number + 1][1] - ranges[first][0] > WINDOW:
            begin = ranges[first][0]
            made.append((begin, Passage(title, text[begin:end], [(a - begin, b - begin) for a, b in ranges[first : number + 1]])))
            first = number + 1
    return made


def place_of(answers, made):
    """Window, statements and characters of the answer that stands in the paragraph once; None otherwise."""
    for answer in answers:
        places = [(number, passage.text.find(answer)) for number, (_, passage) in enumerate(made) if answer in passage.text]
        if len(places) != 1 or made[places[0][0]][1].text.count(answer) != 1:
            continue
        [(number, start)] = places
        end = start + len(answer)
        gold = [i for i, (a, b) in enumerate(made[number][1].ranges) if a < end and b > start]
        return (number, gold, (start, end)) if gold else None
    return None


def shops(folder):
    """Articles as organisations; the right window of a question is known only where its answer stands once."""
    made = []
    for name, skipped in SETS.items():
        passages = corpus.read_lines(Path(folder) / f"{name}_corpus.jsonl")[skipped:]
        questions = defaultdict(list)
        for line in corpus.read_lines(Path(folder) / f"{name}_queries.jsonl"):
            questions[line["positives"][0]].append(line)
        articles = defaultdict(list)
        for passage in passages:
            articles[passage["title"]].append(passage)
        for title, paragraphs in articles.items():
            shop = Shop(f"{name} {title}", "zh", [], [])
            for paragraph in paragraphs:
                cut = windows(title, paragraph["text"])
                for line in questions[paragraph["id"]]:
                    place = place_of(line["answers"], cut)
                    if place:
                        number, gold, span = place
                        shop.asked.append(Asked(line["query"], len(shop.passages) + number, gold, span, 0, "public"))
                shop.passages += [passage for _, passage in cut]
            if shop.asked:
                made.append(shop)
    random.Random(0).shuffle(made)
    return made
