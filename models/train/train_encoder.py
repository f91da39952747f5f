#!/usr/bin/env python3
"""Trains the encoder from the base model's weights.

    pip install -r models/train/requirements.txt
    python models/train/train_encoder.py --out runs/a

Each step takes one organisation: questions, near misses, all its passages and many of its statements, so that whatever
a question is compared with is a neighbour of what answers it. Paraphrases with their look-alikes and intents join in.
A run goes on where its last checkpoint stands; `--out` holds checkpoints and log.jsonl.
"""

import argparse
import json
import random
import time
from pathlib import Path

import torch

import corpus
import metrics
from bert import Encoder
from objectives import alike, apart, contrast, membership

BASE = Path(__file__).parent.parent / "e5-small-zh-en"


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("--out", type=Path, required=True)
    add("--base", type=Path, default=BASE)
    add("--steps", type=int, default=200)
    add("--rate", type=float, default=6e-5, help="highest learning rate")
    add("--warmup", type=int, default=20, help="steps until the highest rate")
    add("--temperature", type=float, default=0.04)
    add("--dropout", type=float, default=0.1)
    add("--questions", type=int, default=32, help="answerable questions a step")
    add("--near", type=int, default=8, help="near misses a step")
    add("--statements", type=int, default=40, help="statements a step, those that answer included")
    add("--margin", type=float, default=0.05, help="near misses below answered questions, in cosine")
    add("--apart", type=float, default=0.3, help="weight of that margin")
    add("--seed", type=int, default=0)
    add("--measure", type=int, default=50, help="steps between two measurements and checkpoints")
    add("--threads", type=int, default=2)
    return parser.parse_args()


class Batches:
    """What the steps are made of, drawn at random."""

    def __init__(self, options, rng):
        self.options, self.rng = options, rng
        self.organisations = corpus.organisations("train")
        self.intents = corpus.intents("train")
        self.outside = corpus.out_of_scope("train")
        self.groups = corpus.paraphrases("train")

    def organisation(self, step):
        """Organisations in a new order every epoch, whatever step a run goes on from."""
        epoch, place = divmod(step, len(self.organisations))
        return random.Random(f"{self.options.seed} {epoch}").sample(self.organisations, len(self.organisations))[place]

    def questions(self, org):
        """Answerable questions, spread over the passages, and near misses."""
        o = self.options
        answerable = [q for q in org.questions if q.answerable]
        missing = [q for q in org.questions if not q.answerable]
        return self.sample(answerable, o.questions), self.sample(missing, o.near)

    def statements(self, org, questions):
        """Numbers of the statements that answer, and of others up to the wanted count."""
        gold = sorted({number for q in questions for number in q.statements})
        others = [number for number in range(len(org.statements)) if number not in gold]
        return gold + self.sample(others, max(0, self.options.statements - len(gold)))

    def paraphrases(self):
        """Texts with the number of their group; look-alikes are of no group."""
        pairs = []
        for label, group in enumerate(self.sample(self.groups, 16)):
            pairs += [(group["question"], label), *((text, label) for text in self.sample(group["same"], 2))]
            pairs += [(text, -1) for text in self.sample(group["near"], 1)]
        return pairs

    def utterances(self):
        """Texts with the number of their intent; out-of-scope lines are of none."""
        names = self.sample(sorted(self.intents), 10)
        pairs = [(text, label) for label, name in enumerate(names) for text in self.sample(self.intents[name], 4)]
        return pairs + [(text, -1) for text in self.sample(self.outside, 8)]

    def sample(self, items, count):
        return self.rng.sample(items, min(count, len(items)))


def losses(encoder, batches, step, options):
    """The parts of one step's loss by name."""
    org = batches.organisation(step)
    asked, missing = batches.questions(org)
    numbers = batches.statements(org, asked)
    phrases, utterances = batches.paraphrases(), batches.utterances()
    groups = [
        [corpus.query(q.text) for q in asked], [corpus.query(q.text) for q in missing],
        [c.text for c in org.chunks], [org.statements[n].text for n in numbers],
        [corpus.query(text) for text, _ in phrases], [corpus.query(text) for text, _ in utterances],
    ]
    vectors = encoder([text for group in groups for text in group])
    q, m, p, s, a, u = vectors.split([len(group) for group in groups])

    t = options.temperature
    right = membership([x.chunks for x in asked], range(len(org.chunks)))
    said = membership([x.statements for x in asked], numbers)
    # Questions that one statement answers are alike, as FAQ questions are; near misses are like none.
    labels = [x.statements[0] for x in asked] + [-1] * len(missing)
    answered = (q @ s.T).masked_fill(~said, -2).max(1).values
    return {
        "passage": contrast(q, p, right, t),
        "asked of": 0.3 * contrast(p, q, right.T, t),
        "statement": contrast(q, s, said, t),
        "question": 0.5 * alike(torch.cat([q, m]), labels, t),
        "apart": options.apart * apart((m @ s.T).max(1).values, answered, options.margin, t) / t,
        "paraphrase": 0.5 * alike(a, [label for _, label in phrases], t),
        "intent": 0.5 * alike(u, [label for _, label in utterances], t),
    }


def rate_at(step, options):
    """Linear warm-up, linear decay."""
    return min((step + 1) / options.warmup, (options.steps - step) / max(1, options.steps - options.warmup))


def log(path, **line):
    text = json.dumps(line, ensure_ascii=False)
    print(text, flush=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(text + "\n")


def main():
    options = arguments()
    options.out.mkdir(parents=True, exist_ok=True)
    record, state_file = options.out / "log.jsonl", options.out / "state.pt"
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    rng = random.Random(options.seed)
    encoder = Encoder(options.base, options.dropout).train()
    batches = Batches(options, rng)
    trained = [p for p in encoder.parameters() if p.requires_grad]
    decayed = [{"params": [p for p in trained if p.dim() > 1], "weight_decay": 0.01},
               {"params": [p for p in trained if p.dim() == 1], "weight_decay": 0.0}]
    optimiser = torch.optim.AdamW(decayed, lr=options.rate)
    first = 0
    if state_file.exists():
        state = torch.load(state_file, weights_only=False)
        first = state["step"]
        encoder.bert.load_state_dict(state["weights"])
        optimiser.load_state_dict(state["optimiser"])
        rng.setstate(state["random"])
        torch.set_rng_state(state["torch random"])
    else:
        log(record, options={k: str(v) if isinstance(v, Path) else v for k, v in vars(options).items()})

    sums, since = {}, time.time()
    for step in range(first, options.steps):
        for group in optimiser.param_groups:
            group["lr"] = options.rate * rate_at(step, options)
        parts = losses(encoder, batches, step, options)
        optimiser.zero_grad()
        sum(parts.values()).backward()
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimiser.step()
        for name, value in parts.items():
            sums[name] = sums.get(name, 0.0) + value.item()
        done = step + 1
        if done % 10 == 0:
            means = {name: round(value / 10, 3) for name, value in sums.items()}
            log(record, step=done, seconds=round((time.time() - since) / 10, 2), loss=means)
            sums, since = {}, time.time()
        if done % options.measure == 0 or done == options.steps:
            weights = encoder.bert.state_dict()
            torch.save(weights, options.out / f"step-{done:05d}.pt")
            torch.save({"step": done, "weights": weights, "optimiser": optimiser.state_dict(),
                        "random": rng.getstate(), "torch random": torch.get_rng_state()}, state_file)
            log(record, step=done, dev=metrics.everything(encoder, "dev"))
            since = time.time()


if __name__ == "__main__":
    main()
