"""Measures of a reader on organisations: does it tell what answers from what does not, does it quote the right words?"""

from collections import Counter
from dataclasses import dataclass

import numpy as np
import torch

from metrics import auroc, coverage
from reader import best_span
from reader_data import Pair, whole

CANDIDATES = 4


@dataclass
class Case:
    """One question: scores of its own passage (the best of its parts), of others the encoder likes, and the answer's words.

    `margin`: how far the best span of its own passage stands above "not here".
    """

    text: str
    style: str
    lang: str
    passage: str
    answerable: bool
    own: float
    margin: float
    others: list
    taken: list
    f1: float = None
    kind_right: bool = None


def overlap(a, b):
    """F1 of the characters, white space apart."""
    a, b = ("".join(text.split()).lower() for text in (a, b))
    same = sum((Counter(a) & Counter(b)).values())
    return 2 * same / (len(a) + len(b)) if same else 0.0


def parts_of(shop, home):
    """The chunks of one section: running text and table."""
    return [n for n, passage in enumerate(shop.passages) if passage.head == shop.passages[home].head]


def cases(reader, shops, others=CANDIDATES, score=lambda answers, margin: answers):
    """Every question with its own passage and `others` of the encoder's favourites; `score` of logit and the span's margin."""
    made = []
    for shop in shops:
        rows, pairs = [], []
        for number, asked in enumerate(shop.asked):
            own = [asked.home] if asked.answerable else parts_of(shop, asked.home)
            liked = shop.near[number][:others] if others else []
            wanted = list(dict.fromkeys(own + liked))
            rows.append((asked, own, liked, {n: len(pairs) + i for i, n in enumerate(wanted)}))
            pairs += [Pair(asked.text, shop.passages[n].head, shop.passages[n].text, False) for n in wanted]
        readings = [reader.wording(p.question, p.head, p.text) for p in pairs]
        said = reader.verdicts(readings)
        spans = [best_span(said.span[i], readings[i]) for i in range(len(pairs))]
        scores = [score(float(said.answers[i]), spans[i][1]) for i in range(len(pairs))]
        for asked, own, liked, place in rows:
            best = max(own, key=lambda n: scores[place[n]])
            case = Case(asked.text, asked.style, shop.lang, f"{shop.name} {asked.home}", asked.answerable, scores[place[best]],
                        spans[place[best]][1], [scores[place[n]] for n in liked if n not in own], [(scores[place[n]], n in own and asked.answerable) for n in liked])
            if asked.answerable:
                at = place[asked.home]
                (start, end), _ = spans[at]
                text = shop.passages[asked.home].text
                case.f1 = overlap(text[start:end], text[slice(*asked.span)])
                case.kind_right = int(said.kind[at].argmax()) == asked.kind
            made.append(case)
    return made


def figures(made):
    """All measures of some cases."""
    yes, no = [c for c in made if c.answerable], [c for c in made if not c.answerable]
    known, missed = [c.own for c in yes], [c.own for c in no]
    found = {"near miss": auroc(known, missed), "same passage": within(yes, no)}
    found["near miss, by margin"] = auroc([c.margin for c in yes], [c.margin for c in no])
    if yes and any(c.others for c in made):
        found["other passages"] = auroc(known, [s for c in yes for s in c.others])
        found["right passage above the liked"] = np.mean([c.own > max(c.others, default=-1e9) for c in yes])
        best = [max(c.taken) for c in made]
        found["answerable, best of all"] = auroc([max(c.taken)[0] for c in yes], [max(c.taken)[0] for c in no])
        for precision in (0.8, 0.9):
            found[f"answered at {precision:.0%}"] = coverage([s for s, _ in best], [r for _, r in best], precision)
    found["answer F1"] = np.mean([c.f1 for c in yes])
    found["kind"] = np.mean([c.kind_right for c in yes])
    return {name: round(float(value), 3) for name, value in found.items()}


def within(yes, no):
    """The mean over passages of how likely an answered question scores above a near miss of the same passage."""
    values = []
    for passage in {c.passage for c in yes} & {c.passage for c in no}:
        values.append(auroc([c.own for c in yes if c.passage == passage], [c.own for c in no if c.passage == passage]))
    return np.mean(values)


def by(made, key):
    """Measures of answerable questions of one kind against all near misses of their languages."""
    found = {}
    for value in sorted({key(c) for c in made if c.answerable}):
        yes = [c for c in made if c.answerable and key(c) == value]
        langs = {c.lang for c in yes}
        no = [c for c in made if not c.answerable and c.lang in langs]
        found[value] = {"questions": len(yes), "near miss": round(auroc([c.own for c in yes], [c.own for c in no]), 3),
                        "answer F1": round(float(np.mean([c.f1 for c in yes])), 3)}
    return found


def calibrate(scores, right, steps=200):
    """Offset and temperature for which sigmoid((score + offset) / temperature) is the probability of being right."""
    scores, right = torch.tensor(scores), torch.tensor(right, dtype=torch.float)
    values = torch.zeros(2, requires_grad=True)
    optimiser = torch.optim.LBFGS([values], max_iter=steps)

    def loss():
        optimiser.zero_grad()
        value = torch.nn.functional.binary_cross_entropy_with_logits((scores + values[0]) / values[1].exp(), right)
        value.backward()
        return value

    optimiser.step(loss)
    return float(values[0]), float(values[1].exp())


def calibration_error(scores, right, offset, temperature, bins=10):
    """Expected calibration error over bins of equal size."""
    likely = 1 / (1 + np.exp(-(np.asarray(scores) + offset) / temperature))
    order, right = np.argsort(likely), np.asarray(right, dtype=float)
    groups = np.array_split(order, bins)
    return float(sum(len(g) * abs(likely[g].mean() - right[g].mean()) for g in groups) / len(order))


