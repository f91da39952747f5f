#!/usr/bin/env python3
"""Measures a reader's model folder, or a checkpoint in its place, on organisations it has not seen.

    python models/train/evaluate_reader.py models/zhike-reader-zh-en --near runs/near.json
    python models/train/evaluate_reader.py models/zhike-reader-zh-en --near runs/near.json --part test   # once

Beside the reader stand the encoder's cosine, which it has to beat, and a probe that sees only overlap, length and opening.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch

import reader_metrics
from export_reader import load, put
from metrics import auroc, coverage
from reader import Reader
from train_reader import ENCODER, averaged, with_neighbours

FAILURES = 12


def cosine(shops, near):
    """The encoder's word on the same questions: the own passage's score, and the best of all."""
    own, best, right = {True: [], False: []}, {True: [], False: []}, []
    for shop in shops:
        for asked in shop.asked:
            order, scores = near[shop.name]["near"][asked.text]
            places = [asked.home] if asked.answerable else reader_metrics.parts_of(shop, asked.home)
            own[asked.answerable].append(max(scores[order.index(n)] for n in places))
            best[asked.answerable].append(scores[0])
            right.append(asked.answerable and order[0] == asked.home)
    found = {"near miss": auroc(own[True], own[False]), "answerable, best of all": auroc(best[True], best[False])}
    # In the order of `right`, answerable and near misses mixed as they come.
    scores = [near[shop.name]["near"][asked.text][1][0] for shop in shops for asked in shop.asked]
    found |= {f"answered at {p:.0%}": coverage(scores, right, p) for p in (0.8, 0.9)}
    return {name: round(float(value), 3) for name, value in found.items()}


def shallow(shop, asked):
    """What a probe may see: overlap with the passage, length, opening."""
    text = shop.passages[asked.home].text
    pairs = {asked.text[i : i + 2] for i in range(len(asked.text) - 1)}
    shared = sum(pair in text for pair in pairs) / max(len(pairs), 1)
    opening = np.zeros(64)
    opening[hash_of(asked.text[:2]) % 64] = 1
    return [shared, len(asked.text) / (40 if shop.lang == "zh" else 100), *opening]


def hash_of(text):
    return int.from_bytes(text.encode(), "big")


def probe(train, shops):
    """AUROC of a logistic regression that sees no meaning."""
    table = lambda found: torch.tensor([shallow(s, a) for s in found for a in s.asked], dtype=torch.float)
    wanted = lambda found: torch.tensor([float(a.answerable) for s in found for a in s.asked])
    rows, labels, asked, answerable = table(train), wanted(train), table(shops), wanted(shops)
    weights = torch.zeros(rows.shape[1] + 1, requires_grad=True)
    optimiser = torch.optim.LBFGS([weights], max_iter=100)

    def loss():
        optimiser.zero_grad()
        logits = rows @ weights[1:] + weights[0]
        value = torch.nn.functional.binary_cross_entropy_with_logits(logits, labels) + 1e-3 * weights[1:].square().sum()
        value.backward()
        return value

    optimiser.step(loss)
    scores = (asked @ weights[1:]).detach()
    return round(auroc(scores[answerable > 0], scores[answerable == 0]), 3)


def failures(made):
    """The near misses it believes most, the answers it believes least."""
    missed = sorted((c for c in made if not c.answerable), key=lambda c: -c.own)[:FAILURES]
    doubted = sorted((c for c in made if c.answerable), key=lambda c: c.own)[:FAILURES]
    return {name: [f"{c.passage}: {c.text} ({c.own:.2f})" for c in found] for name, found in (("believed", missed), ("doubted", doubted))}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path, nargs="?", help="a model folder")
    parser.add_argument("--checkpoint", type=Path, nargs="+", help="checkpoints instead, averaged")
    parser.add_argument("--near", type=Path, required=True)
    parser.add_argument("--part", choices=["dev", "test"], default="dev")
    parser.add_argument("--others", type=int, default=reader_metrics.CANDIDATES)
    parser.add_argument("--verdicts", type=Path, help="file that keeps what the reader says")
    parser.add_argument("--span-weight", type=float, default=0.0)
    parser.add_argument("--failures", action="store_true", help="the worst mistakes as well")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    near = json.loads(options.near.read_text())
    shops = with_neighbours(options.part, near)
    show("cosine", cosine(shops, near))
    show("probe", probe(with_neighbours("train", near), shops))

    weight, offset, temperature = options.span_weight, 0.0, 1.0
    if options.checkpoint:
        weights = averaged(options.checkpoint)
        reader = Reader(ENCODER, range(sum(name.endswith("intermediate.dense.bias") for name in weights)))
        put(reader, {name.removeprefix("bert."): tensor for name, tensor in weights.items()})
    else:
        reader, settings = load(options.model)
        weight, offset, temperature = settings["span_weight"], settings["offset"], settings["temperature"]
    rows = reader_metrics.kept(options.verdicts, lambda: reader_metrics.judged(reader, shops, options.others))
    made = reader_metrics.cases(rows, shops, weight)
    hard, everyday = reader_metrics.hard_and_everyday(made)
    for name, some in (("all", hard), ("everyday", everyday)):
        if some:
            show(name, reader_metrics.figures(some))
            for lang in ("zh", "en"):
                show(f"{name}, {lang}", reader_metrics.figures([c for c in some if c.lang == lang]))
    show("styles", reader_metrics.by(hard, lambda c: c.style))
    taken = [pair for case in made for pair in case.taken]
    if taken:
        error = reader_metrics.calibration_error([s for s, _ in taken], [r for _, r in taken], offset, temperature)
        show("calibration error", round(error, 3))
    if options.failures:
        show("failures", failures(made))


def show(name, found):
    print(json.dumps({name: found}, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
