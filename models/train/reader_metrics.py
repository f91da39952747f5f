"""Measures of a reader on organisations: does it tell what answers from what does not, does it quote the right words?"""

import json
import math
import random
from collections import Counter
from dataclasses import dataclass

import numpy as np
import torch

from metrics import auroc, coverage
from reader import best_span
from reader_data import EVERYDAY, faq_pair

CANDIDATES = 3


@dataclass
class Case:
    """One question: scores of its own passage (the best of its parts), of other sections, and the answer's words.

    `margin`: how far the best span of its own passage stands above "not here". `others`: sections the encoder likes;
    `any_other`: a section drawn at random; `taken`: what would be answered from, with whether it would be right.
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
    any_other: float = None
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


def any_other(shop, asked):
    """One passage of another section, any; always the same for a question."""
    section = parts_of(shop, asked.home)
    rest = [n for n in range(len(shop.passages)) if n not in section]
    return [random.Random(asked.text).choice(rest)] if rest else []


def judged(reader, shops, others=CANDIDATES):
    """What the reader says of every question with its own passage, of every second with `others` the encoder likes.

    Plain values, for a file: verdicts by number of the passage, each logit, margin, start and end of the words, kind.
    """
    made = []
    for shop in shops:
        rows, readings = [], []
        for number, asked in enumerate(shop.asked):
            own = [asked.home] if asked.answerable else parts_of(shop, asked.home)
            # Other passages cost the most time, so every second question is enough for them.
            liked = shop.near[number][:others] if number % 2 == 0 else []
            far = any_other(shop, asked) if liked else []
            wanted = list(dict.fromkeys(own + liked + far))
            rows.append((number, own, liked, wanted))
            passages = (shop.passages[n] for n in wanted)
            readings += [reader.wording(asked.text, p.head, p.text) for p in passages]
        said = reader.verdicts(readings)
        verdicts = []
        for i, reading in enumerate(readings):
            (start, end), margin = best_span(said.span[i], reading)
            verdicts.append([float(said.answers[i]), margin, start, end, int(said.kind[i].argmax())])
        for number, own, liked, wanted in rows:
            mine, verdicts = verdicts[: len(wanted)], verdicts[len(wanted) :]
            made.append({"shop": shop.name, "number": number, "own": own, "liked": liked, "said": dict(zip(wanted, mine))})
    return made


def kept(path, make):
    """Verdicts from a file, made and written there first where it is missing."""
    if not path or not path.exists():
        made = make()
        if path:
            path.write_text(json.dumps(made))
    else:
        made = json.loads(path.read_text())
    for row in made:
        row["said"] = {int(number): verdict for number, verdict in row["said"].items()}
    return made


def cases(rows, shops, span_weight=0.0):
    """The questions, scored by logit and margin together."""
    by_name = {shop.name: shop for shop in shops}
    made = []
    for row in rows:
        shop, own, liked, said = by_name[row["shop"]], row["own"], row["liked"], row["said"]
        asked = shop.asked[row["number"]]
        score = {n: answers + span_weight * margin for n, (answers, margin, *_) in said.items()}
        best, section = max(own, key=score.get), parts_of(shop, asked.home)
        case = Case(
            asked.text, asked.style, shop.lang, f"{shop.name} {asked.home}", asked.answerable, score[best], said[best][1],
            [score[n] for n in liked if n not in section], [(score[n], n in own and asked.answerable) for n in liked],
        )
        case.any_other = next((score[n] for n in any_other(shop, asked) if n in score), None)
        if asked.answerable:
            _, _, start, end, kind = said[asked.home]
            text = shop.passages[asked.home].text
            case.f1 = overlap(text[start:end], text[slice(*asked.span)])
            case.kind_right = asked.kind is None or kind == asked.kind
        made.append(case)
    return made


def hard_and_everyday(made):
    """The cases of hard questions and those of everyday ones."""
    return [c for c in made if c.style != EVERYDAY], [c for c in made if c.style == EVERYDAY]


def figures(made):
    """All measures of some cases."""
    yes, no = [c for c in made if c.answerable], [c for c in made if not c.answerable]
    known, missed = [c.own for c in yes], [c.own for c in no]
    found = {"near miss": auroc(known, missed), "same passage": within(yes, no)}
    found["near miss, by margin"] = auroc([c.margin for c in yes], [c.margin for c in no])
    met = [c for c in made if c.taken]
    if met:
        # What the question alone gives away: with a passage that has nothing to do with it, this should be .5.
        swapped = [[c.any_other for c in met if c.answerable is wanted and c.any_other is not None] for wanted in (True, False)]
        found["near miss, passage swapped"] = auroc(*swapped)
        asked, missing = [c for c in met if c.answerable], [c for c in met if not c.answerable]
        found["any other passage"] = auroc([c.own for c in asked], [c.any_other for c in asked if c.any_other is not None])
        found["passages the encoder likes"] = auroc([c.own for c in asked], [s for c in asked for s in c.others])
        found["right passage first"] = np.mean([c.own > max(c.others, default=-1e9) for c in asked])
        top = [max(c.taken) for c in met]
        found["answerable, best of all"] = auroc([max(c.taken)[0] for c in asked], [max(c.taken)[0] for c in missing])
        for precision in (0.8, 0.9):
            found[f"answered at {precision:.0%}"] = coverage([s for s, _ in top], [r for _, r in top], precision)
    found["answer F1"] = np.mean([c.f1 for c in yes])
    found["kind"] = np.mean([c.kind_right for c in yes])
    return {name: round(float(value), 3) for name, value in found.items()}


def on_faq_pairs(reader, groups):
    """AUROC of other words for a pair's question against look-alikes, and against the same words under another pair."""
    said = lambda pairs: reader.verdicts([reader.wording(p.question, p.head, p.text) for p in pairs]).answers.tolist()
    same = [(text, group, other) for group, other in zip(groups, groups[1:] + groups[:1]) for text in group["same"]]
    yes = said([faq_pair(text, group, "", True) for text, group, _ in same])
    near = said([faq_pair(text, group, "", False) for group in groups for text in group["near"]])
    other = said([faq_pair(text, wrong, "", False) for text, _, wrong in same])
    return {"look-alikes": round(float(auroc(yes, near)), 3), "other pairs": round(float(auroc(yes, other)), 3)}


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
    offset, log_temperature = values.detach().tolist()
    return offset, math.exp(log_temperature)


def calibration_error(scores, right, offset, temperature, bins=10):
    """Expected calibration error over bins of equal size."""
    likely = 1 / (1 + np.exp(-(np.asarray(scores) + offset) / temperature))
    order, right = np.argsort(likely), np.asarray(right, dtype=float)
    groups = np.array_split(order, bins)
    return float(sum(len(g) * abs(likely[g].mean() - right[g].mean()) for g in groups) / len(order))


