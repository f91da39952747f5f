#!/usr/bin/env python3
"""Measures a model folder, or a checkpoint in its place, on the corpus and on public sets.

    python models/train/evaluate.py models/zhike-encoder-zh-en
    python models/train/evaluate.py models/e5-small-zh-en --checkpoint runs/a/step-00300.pt --general eval/.cache/sets
    python models/train/evaluate.py models/zhike-encoder-zh-en --part test      # once, for the final figures

Public sets are read from a folder of JSON lines (pairs: a, b, label; retrieval: queries and corpus; intents: text, intent)
and only measured, in samples that are always the same.
"""

import argparse
import json
import random
from pathlib import Path

import torch

import corpus
import metrics
from bert import Encoder
from export import mixed

PAIRS = {"BQ": "pairs_bq/dev.jsonl", "AFQMC": "pairs_afqmc/train.jsonl"}
RETRIEVAL = {"CMRC": "cmrc2018_ret/dev", "DRCD": "drcd_ret/dev"}
INTENTS = {"CLINC150": "clinc150", "BANKING77": "banking77"}
SAMPLE, PASSAGES = 1000, 250


def sample(lines):
    return random.Random(0).sample(lines, min(SAMPLE, len(lines)))


def pairs(encoder, path):
    lines = sample(corpus.read_lines(path))
    a, b = (encoder.vectors([corpus.query(line[side]) for line in lines]) for side in "ab")
    return metrics.spearman((a * b).sum(1).numpy(), [line["label"] for line in lines])


def retrieval(encoder, start):
    """Share of questions whose passage comes first among the first passages of the set."""
    passages = corpus.read_lines(Path(f"{start}_corpus.jsonl"))[:PASSAGES]
    place = {line["id"]: at for at, line in enumerate(passages)}
    queries = [line for line in corpus.read_lines(Path(f"{start}_queries.jsonl")) if line["positives"][0] in place]
    asked = encoder.vectors([corpus.query(line["query"]) for line in queries])
    found = (asked @ encoder.vectors([corpus.passage(line["text"]) for line in passages]).T).argmax(1)
    return float((found == torch.tensor([place[line["positives"][0]] for line in queries])).float().mean()) * 100


def ten_shots(encoder, folder):
    """Accuracy with ten examples an intent."""
    train, test = corpus.read_lines(folder / "fs_train_10.jsonl"), sample(corpus.read_lines(folder / "test.jsonl"))
    labels = {name: at for at, name in enumerate(sorted({line["intent"] for line in train}))}
    test = [line for line in test if line["intent"] in labels]
    vectors = lambda lines: encoder.vectors([corpus.query(line["text"]) for line in lines])
    numbers = lambda lines: torch.tensor([labels[line["intent"]] for line in lines])
    return metrics.few_shot(vectors(train), numbers(train), vectors(test), numbers(test)) * 100


def general(encoder, folder):
    figures = {f"{name}, Spearman": round(pairs(encoder, folder / path), 3) for name, path in PAIRS.items()}
    figures |= {f"{name} @1": round(retrieval(encoder, folder / path), 1) for name, path in RETRIEVAL.items()}
    return figures | {f"{name}, 10 shots": round(ten_shots(encoder, folder / path), 1) for name, path in INTENTS.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("--checkpoint", type=Path, nargs="+", help="weights instead of the folder's own, averaged")
    parser.add_argument("--base-share", type=float, default=0.0, help="share of the folder's weights in the checkpoint's")
    parser.add_argument("--part", choices=["dev", "test", "none"], default="dev")
    parser.add_argument("--general", type=Path, help="folder of public sets")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)

    encoder = Encoder(options.model)
    if options.checkpoint:
        encoder.bert.load_state_dict(mixed(encoder.bert.state_dict(), options.checkpoint, options.base_share))
    if options.part != "none":
        show("all", metrics.everything(encoder, options.part))
        organisations = corpus.organisations(options.part)
        for lang in ("zh", "en"):
            show(lang, metrics.on_organisations(encoder, [org for org in organisations if org.lang == lang]))
    if options.general:
        show("general", general(encoder, options.general))


def show(name, figures):
    print(json.dumps({name: figures}, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
