#!/usr/bin/env python3
"""Trains the reader from the encoder's weights.

    python models/train/mine_neighbours.py --out runs/near.json
    python models/train/train_reader.py --out runs/warm --near runs/near.json --sets eval/.cache/sets --warm 400 --steps 400
    python models/train/train_reader.py --out runs/r --near runs/near.json --start runs/warm/step-00400.pt --steps 1500

Each step takes a few passages with questions that they answer, near misses that they do not, the same questions with the
answer taken out of the passage and with passages that the encoder takes for the right one; and a FAQ pair with other words
for its question and look-alikes. The first `--warm` steps are of
public reading sets. A run goes on where its last checkpoint stands; `--out` holds checkpoints and log.jsonl.
"""

import argparse
import json
import random
import time
from pathlib import Path

import torch

import reader_metrics
import reader_objectives as objectives
import reading_sets
from bert import read_weights, weights_file
from reader import Reader
from corpus import paraphrases
from reader_data import ABOVE_FAQS, Pair, elsewhere, faq_pair, in_part, shops, whole
from train_encoder import log, rate_at

ENCODER = Path(__file__).parent.parent / "zhike-encoder-zh-en"


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("--out", type=Path, required=True)
    add("--encoder", type=Path, default=ENCODER, help="folder of the weights to begin with")
    add("--start", type=Path, nargs="+", help="checkpoints or model folders to begin with instead, averaged")
    add("--layers", default="0,1,2,3,4,5", help="which of the encoder's layers")
    add("--near", type=Path, required=True, help="what mine_neighbours.py made")
    add("--sets", type=Path, help="folder of public reading sets")
    add("--warm", type=int, default=0, help="first steps, of public sets")
    add("--public", type=float, default=0.0, help="share of public sets in the steps after these")
    add("--steps", type=int, default=800)
    add("--minutes", type=float, help="end, the rate fallen to nothing, after this time if it comes first")
    add("--rate", type=float, default=1e-4, help="highest learning rate")
    add("--warmup", type=int, default=50, help="steps until the highest rate")
    add("--dropout", type=float, default=0.0)
    add("--passages", type=int, default=2, help="passages a step")
    add("--asked", type=int, default=3, help="answerable questions a passage")
    add("--misses", type=int, default=3, help="near misses a passage")
    add("--pairs", type=int, default=1, help="FAQ pairs a step")
    add("--share", type=float, default=1.0, help="share of the organisations, for learning curves")
    add("--leave-out", nargs="*", default=[], choices=["pairwise", "group", "span", "deletion", "elsewhere", "parts"],
        help="parts of the training, for ablations")
    add("--seed", type=int, default=0)
    add("--measure", type=int, default=100, help="steps between two measurements and checkpoints")
    add("--others", type=int, default=0, help="passages the encoder likes, a question, in these measurements")
    add("--threads", type=int, default=2)
    return parser.parse_args()


def with_neighbours(part, near):
    """The organisations of a part that have been mined as they are."""
    mined = lambda shop: all(asked.text in near.get(shop.name, {}).get("near", {}) for asked in shop.asked)
    found = [shop for shop in shops(part) if mined(shop)]
    for shop in found:
        shop.near = [near[shop.name]["near"][asked.text][0] for asked in shop.asked]
    return found


class Step:
    """The pairs of one step and what is compared with what; numbers are places in `pairs`."""

    def __init__(self):
        self.pairs, self.weights, self.higher, self.lower, self.groups = [], [], [], [], []

    def add(self, pair, weight=1.0):
        self.pairs.append(pair)
        self.weights.append(weight)
        return len(self.pairs) - 1


class Batches:
    """What the steps are made of, drawn at random."""

    def __init__(self, options, found, pairs=()):
        self.options, self.shops, self.pairs = options, found, pairs
        self.places = [(shop, home) for shop in found for home in sorted({a.home for a in shop.asked if a.answerable})]

    def step(self, number):
        """Passages in a new order every epoch, whatever step a run goes on from."""
        o, made = self.options, Step()
        rng = random.Random(f"{o.seed} {number}")
        for at in range(number * o.passages, (number + 1) * o.passages):
            epoch, place = divmod(at, len(self.places))
            order = random.Random(f"{o.seed} epoch {epoch}").sample(range(len(self.places)), len(self.places))
            self.passage(made, *self.places[order[place]], rng)
        for group in sample(rng, self.pairs, o.pairs):
            self.faq(made, group, rng)
        return made

    def faq(self, made, group, rng):
        """A FAQ pair: other words for its question, look-alikes, and another pair of the same trade."""
        head, trade = rng.choice(ABOVE_FAQS), group["id"].rsplit("_", 1)[0]
        here = [made.add(faq_pair(text, group, head, True)) for text in sample(rng, group["same"], self.options.asked)]
        misses = [made.add(faq_pair(text, group, head, False), 1.5) for text in sample(rng, group["near"], self.options.misses)]
        made.higher += [yes for yes in here for _ in misses]
        made.lower += [no for _ in here for no in misses]
        others = [g for g in self.pairs if g["id"].startswith(trade) and g is not group]
        for yes in here if others else []:
            other = faq_pair(made.pairs[yes].question, rng.choice(others), head, False)
            made.groups.append([yes, made.add(other, 0.5)])

    def passage(self, made, shop, home, rng):
        left_out, passage = self.options.leave_out, shop.passages[home]
        mine = [a for a in shop.asked if a.home == home]
        asked = sample(rng, [a for a in mine if a.answerable], self.options.asked)
        missing = sample(rng, [a for a in mine if not a.answerable], self.options.misses)
        parts = "parts" not in left_out and rng.random() < 0.5
        here = [made.add((parts and not a.everyday and in_part(a, passage, rng)) or whole(a, passage)) for a in asked]
        # A near miss meets a text that answers another question, so that the text gives nothing away.
        texts = [made.pairs[yes].text for yes in here]
        misses = [made.add(Pair(a.text, passage.head, rng.choice(texts), False), 1.5) for a in missing]
        if "pairwise" not in left_out:
            made.higher += [yes for yes in here for _ in misses]
            made.lower += [no for _ in here for no in misses]
        for a, yes in zip(asked, here):
            group = [yes]
            deletes = "deletion" not in left_out and not a.everyday
            without = in_part(a, passage, rng, answers=False) if deletes else None
            if without:
                group.append(made.add(without, 0.5))
            if "elsewhere" not in left_out and len(shop.passages) > 1:
                group.append(made.add(elsewhere(a, shop, rng), 0.5))
            if len(group) > 1 and "group" not in left_out:
                made.groups.append(group)
        if missing and "elsewhere" not in left_out and len(shop.passages) > 1:
            made.add(elsewhere(rng.choice(missing), shop, rng), 0.5)


def sample(rng, items, count):
    return rng.sample(items, min(count, len(items)))


def weights_of(path):
    """What is trained, of a checkpoint or of a published model folder."""
    if path.is_file():
        return torch.load(path)
    return {name if name.startswith("reader.") else f"bert.{name}": tensor
            for name, tensor in read_weights(weights_file(path)).items()}


def averaged(checkpoints):
    """The mean of several checkpoints' tensors."""
    loaded = [weights_of(path) for path in checkpoints]
    return {name: sum(weights[name] for weights in loaded) / len(loaded) for name in loaded[0]}


def losses(reader, made, options):
    """The parts of one step's loss by name."""
    readings = [reader.wording(p.question, p.head, p.text) for p in made.pairs]
    said = reader(readings)
    wanted = torch.tensor([float(p.answers) for p in made.pairs])
    weights = torch.tensor(made.weights)
    # Answering and not answering weigh the same.
    weights = torch.where(wanted > 0, weights * weights[wanted == 0].sum() / weights[wanted > 0].sum(), weights)
    places = [r.tokens(*p.span) if p.span else None if p.answers else (0, 0) for p, r in zip(made.pairs, readings)]
    parts = {
        "answers": objectives.answers(said.answers, wanted, weights),
        "pairwise": objectives.above(said.answers, made.higher, made.lower),
        "group": 0.5 * objectives.best_of(said.answers, made.groups),
        "kind": 0.2 * objectives.kind(said.kind, [p.kind if p.answers else None for p in made.pairs]),
    }
    if "span" not in options.leave_out:
        parts["span"] = 0.5 * objectives.span(said.span, places, 0.3)
    return parts


def main():
    options = arguments()
    options.out.mkdir(parents=True, exist_ok=True)
    record, state_file = options.out / "log.jsonl", options.out / "state.pt"
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    reader = Reader(options.encoder, [int(n) for n in options.layers.split(",")], options.dropout).train()
    if options.start:
        reader.load_state_dict(averaged(options.start), strict=False)
    near = json.loads(options.near.read_text())
    train, dev = with_neighbours("train", near), with_neighbours("dev", near)
    train = random.Random(options.seed).sample(train, round(options.share * len(train)))
    batches = Batches(options, train, paraphrases("train"))
    warming = Batches(options, reading_sets.shops(options.sets)) if options.sets else None
    trained = [p for p in reader.parameters() if p.requires_grad]
    decayed = [{"params": [p for p in trained if p.dim() > 1], "weight_decay": 0.01},
               {"params": [p for p in trained if p.dim() == 1], "weight_decay": 0.0}]
    optimiser = torch.optim.AdamW(decayed, lr=options.rate)
    first = 0
    if state_file.exists():
        state = torch.load(state_file, weights_only=False)
        first = state["step"]
        reader.load_state_dict(state["weights"], strict=False)
        optimiser.load_state_dict(state["optimiser"])
        torch.set_rng_state(state["random"])
    else:
        log(record, options={k: v if isinstance(v, (int, float, list)) and k != "start" else str(v) for k, v in vars(options).items()},
            organisations=len(train), passages=len(batches.places), questions=sum(len(s.asked) for s in train),
            public=warming and sum(len(s.asked) for s in warming.shops))

    sums, since, begun = {}, time.time(), time.time()
    for step in range(first, options.steps):
        left = 1 - (time.time() - begun) / 60 / options.minutes if options.minutes else 1
        for group in optimiser.param_groups:
            group["lr"] = options.rate * min(rate_at(step, options), max(left, 0))
        public = step < options.warm or random.Random(f"{options.seed} public {step}").random() < options.public
        parts = losses(reader, (warming if public else batches).step(step), options)
        optimiser.zero_grad()
        sum(parts.values()).backward()
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimiser.step()
        for name, value in parts.items():
            sums[name] = sums.get(name, 0.0) + value.item()
        done = step + 1
        if done % 20 == 0:
            means = {name: round(value / 20, 3) for name, value in sums.items()}
            log(record, step=done, seconds=round((time.time() - since) / 20, 2), loss=means)
            sums, since = {}, time.time()
        if done % options.measure == 0 or done == options.steps or left <= 0:
            # The frozen tables are the encoder's and need not be kept.
            trained_names = {name for name, p in reader.named_parameters() if p.requires_grad}
            weights = {name: tensor for name, tensor in reader.state_dict().items() if name in trained_names}
            torch.save(weights, options.out / f"step-{done:05d}.pt")
            torch.save({"step": done, "weights": weights, "optimiser": optimiser.state_dict(),
                        "random": torch.get_rng_state()}, state_file)
            rows = reader_metrics.judged(reader, dev, options.others)
            hard, everyday = reader_metrics.hard_and_everyday(reader_metrics.cases(rows, dev))
            log(record, step=done, dev=reader_metrics.figures(hard), everyday=reader_metrics.figures(everyday),
                faq=reader_metrics.on_faq_pairs(reader, paraphrases("dev")))
            since = time.time()
        if left <= 0:
            break


if __name__ == "__main__":
    main()
