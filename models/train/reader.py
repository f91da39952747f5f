"""The reader: question and passage together through a few layers. Does the passage answer, with which words, yes or no?

What it reads, which the engine words the same way:

    <s> query: QUESTION </s></s> passage: TITLE › SECTION\nTEXT </s>

- Both halves are tokenised apart by the encoder's `tokenizer.json`, prefix and text as one string, without special tokens
  (`query: ` and `passage: ` are those of encoder.json). TITLE is the document's, SECTION its path of headings with ` > `
  written ` › `; where one is missing or both are the same, one stands alone, where both are missing, the line is. Before
  the answer of a FAQ pair stands its question, a line of its own after the heading.
- Ids are 0, the question's first 64 tokens, 2, 2, the passage's first tokens, 2: at most 256 in all.
- Positions count from 0, the token type is 0 throughout; sums of the encoder's tables, then the reader's own LayerNorm.

Heads on the last layer's rows: `reader.answers`, one logit, on the first token; `reader.kind`, logits for KINDS, on the
first token; `reader.span`, logits for start and end, on every token. The answer's words are the pair of TEXT's tokens with
the highest sum of start and end; the first token's own sum stands for "not here".
"""

import json
from dataclasses import dataclass
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import nn

from bert import PAD, TOKENS_A_PASS, Bert, padded, read_weights, weights_file

BEGIN, END = 0, 2
LONGEST, LONGEST_QUESTION = 256, 64
KINDS = ("words", "yes", "no")
# Tokens an answer may have.
LONGEST_ANSWER = 64
FROZEN = ("word_embeddings", "position_embeddings", "token_type_embeddings")


def heading(title, section):
    """The line above a passage's text."""
    section = section.replace(" > ", " › ")
    return " › ".join(dict.fromkeys(part for part in (title, section) if part))


@dataclass
class Reading:
    """A question and a passage as tokens. `places`: for the tokens of the text, from number `first` on, their characters in it."""

    ids: list
    first: int
    places: list

    def tokens(self, start, end):
        """Numbers of the first and last token of `text[start:end]`; None where the passage was cut before its end."""
        if not self.places or end > self.places[-1][1]:
            return None
        first = next(i for i, place in enumerate(self.places) if place[1] > start)
        last = max(i for i, place in enumerate(self.places) if place[0] < end)
        return self.first + first, self.first + max(first, last)


class Wording:
    """Texts to what the reader reads; remembers the tokens of every text."""

    def __init__(self, tokenizer_file):
        self.tokenizer = Tokenizer.from_file(str(tokenizer_file))
        self.tokenizer.no_padding()
        self.tokenizer.no_truncation()
        self.known = {}

    def encoded(self, text):
        if text not in self.known:
            made = self.tokenizer.encode(text, add_special_tokens=False)
            self.known[text] = made.ids, made.offsets
        return self.known[text]

    def __call__(self, question, head, text):
        asked = self.encoded(f"query: {question}")[0][:LONGEST_QUESTION]
        above = f"passage: {head}\n" if head else "passage: "
        ids, offsets = self.encoded(above + text)
        room = LONGEST - len(asked) - 4
        ids, offsets = ids[:room], offsets[:room]
        before = len(above)
        within = [i for i, (_, end) in enumerate(offsets) if end > before]
        first = within[0] if within else len(ids)
        places = [(max(start - before, 0), end - before) for start, end in offsets[first:]]
        return Reading([BEGIN, *asked, END, END, *ids, END], first + len(asked) + 3, places)


@dataclass
class Verdicts:
    """What the reader says of pairs: logits of `answers` (n), `kind` (n, kinds), `span` (n, longest, 2; padding far below)."""

    answers: torch.Tensor
    kind: torch.Tensor
    span: torch.Tensor


class Reader(nn.Module):
    """Readings to verdicts. The encoder's tables are frozen, because the published reader shares them with it."""

    def __init__(self, folder, layers=range(6), dropout=0.0):
        super().__init__()
        folder = Path(folder)
        config = json.loads((folder / "config.json").read_text())
        hidden = config["hidden_size"]
        self.bert = Bert(config | {"num_hidden_layers": len(layers)}, dropout)
        self.bert.load_state_dict(chosen_layers(read_weights(weights_file(folder)), layers))
        for name in FROZEN:
            self.bert.embeddings[name].requires_grad_(False)
        heads = {"answers": 1, "span": 2, "kind": len(KINDS)}
        self.reader = nn.ModuleDict({name: nn.Linear(hidden, out) for name, out in heads.items()})
        self.dropout = nn.Dropout(dropout)
        self.wording = Wording(folder / "tokenizer.json")

    @torch.autocast("cpu", dtype=torch.bfloat16)
    def forward(self, readings):
        """Readings of like length go through together; the answer is in the order asked for."""
        order = sorted(range(len(readings)), key=lambda i: len(readings[i].ids))
        longest = padded(len(readings[order[-1]].ids))
        parts, batch = [], []
        for i in order:
            if batch and padded(len(readings[i].ids)) * (len(batch) + 1) > TOKENS_A_PASS:
                parts.append(self._pass(batch, longest))
                batch = []
            batch.append(readings[i].ids)
        parts.append(self._pass(batch, longest))
        back = torch.empty(len(order), dtype=torch.long)
        back[order] = torch.arange(len(order))
        answers, kind, span = (torch.cat(rows)[back] for rows in zip(*parts))
        return Verdicts(answers, kind, span)

    @torch.no_grad()
    def verdicts(self, readings):
        """For measuring: without dropout, a bounded number of pairs at once."""
        was_training = self.training
        self.eval()
        made = [self(readings[at : at + 64]) for at in range(0, len(readings), 64)]
        self.train(was_training)
        longest = max(part.span.shape[1] for part in made)
        fill = lambda span: torch.nn.functional.pad(span, (0, 0, 0, longest - span.shape[1]), value=-1e4)
        return Verdicts(
            torch.cat([part.answers for part in made]),
            torch.cat([part.kind for part in made]),
            torch.cat([fill(part.span) for part in made]),
        )

    def _pass(self, batch, longest):
        ids = torch.full((len(batch), padded(len(batch[-1]))), PAD)
        mask = torch.zeros(ids.shape, dtype=torch.bool)
        for row, tokens in enumerate(batch):
            ids[row, : len(tokens)] = torch.tensor(tokens)
            mask[row, : len(tokens)] = True
        rows = self.dropout(self.bert.rows(ids, mask))
        span = self.reader["span"](rows).float().masked_fill(~mask[:, :, None], -1e4)
        span = torch.nn.functional.pad(span, (0, 0, 0, longest - span.shape[1]), value=-1e4)
        return self.reader["answers"](rows[:, 0])[:, 0].float(), self.reader["kind"](rows[:, 0]).float(), span


def chosen_layers(weights, layers):
    """The tensors of some layers, numbered anew."""
    place = {f"encoder.layer.{layer}.": f"encoder.layer.{number}." for number, layer in enumerate(layers)}
    made = {}
    for name, tensor in weights.items():
        if not name.startswith("encoder.layer."):
            made[name] = tensor
            continue
        start = ".".join(name.split(".")[:3]) + "."
        if start in place:
            made[place[start] + name.removeprefix(start)] = tensor
    return made


def best_span(span, reading):
    """The most likely answer: its characters in the text, and how far it stands above "not here"."""
    first, count = reading.first, len(reading.places)
    if not count:
        return (0, 0), float("-inf")
    start, end = span[first : first + count, 0], span[first : first + count, 1]
    sums = start[:, None] + end[None]
    allowed = torch.ones_like(sums).triu().tril(LONGEST_ANSWER - 1).bool()
    best = int(sums.masked_fill(~allowed, -1e9).argmax())
    a, b = divmod(best, count)
    return (reading.places[a][0], reading.places[b][1]), float(sums[a, b] - span[0].sum())
