#!/usr/bin/env python3
"""Which passages of its organisation the encoder likes for every question: where the reader's hard negatives come from.

    python models/train/mine_neighbours.py --out runs/near.json

Ranks by the mean of a passage's own cosine and its best statement's, as the engine fuses them. Organisations that the file
already knows are kept unless their text has changed.
"""

import argparse
import json
from pathlib import Path

import torch

import corpus
from bert import Encoder
from metrics import best_of_both

ENCODER = Path(__file__).parent.parent / "zhike-encoder-zh-en"


def fingerprint(org):
    return str(corpus.fnv1a("\n".join([c.text for c in org.chunks] + [q.text for q in org.questions])))


def neighbours(encoder, org):
    """For every question the chunks, best first, and their scores."""
    asked = encoder.vectors([corpus.query(q.text) for q in org.questions])
    passages = asked @ encoder.vectors([c.text for c in org.chunks]).T
    statements = asked @ encoder.vectors([s.text for s in org.statements]).T
    scores, order = best_of_both(passages, statements, org).sort(dim=1, descending=True)
    return {q.text: [o, [round(s, 4) for s in row]]
            for q, o, row in zip(org.questions, order.tolist(), scores.tolist())}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--encoder", type=Path, default=ENCODER)
    parser.add_argument("--parts", nargs="+", default=["train", "dev"])
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    encoder = Encoder(options.encoder)
    known = json.loads(options.out.read_text()) if options.out.exists() else {}
    for org in (org for part in options.parts for org in corpus.organisations(part)):
        mark = fingerprint(org)
        if known.get(org.name, {}).get("text") != mark:
            known[org.name] = {"text": mark, "near": neighbours(encoder, org)}
            print(org.name, flush=True)
            options.out.write_text(json.dumps(known, ensure_ascii=False))


if __name__ == "__main__":
    main()
