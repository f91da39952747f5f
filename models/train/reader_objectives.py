"""What the reader is trained for. Pairs come in groups: questions about one passage, passages for one question."""

import torch
from torch.nn import functional as F

NOT_HERE = 0


def answers(logits, wanted, weights):
    """Each pair by itself: does the passage answer?"""
    return (F.binary_cross_entropy_with_logits(logits, wanted, reduction="none") * weights).sum() / weights.sum()


def above(logits, higher, lower):
    """The first of each two pairs scores above the second."""
    if not higher:
        return logits.sum() * 0
    return F.softplus(logits[lower] - logits[higher]).mean()


def best_of(logits, groups):
    """In each group the first pair answers, the others do not: cross-entropy over the group."""
    if not groups:
        return logits.sum() * 0
    losses = [F.cross_entropy(logits[group][None], torch.tensor([0])) for group in groups]
    return torch.stack(losses).mean()


def span(logits, places, absent_weight):
    """Where the answer starts and ends; "not here" is the first token, at less weight. Places None count for nothing."""
    rows = [i for i, place in enumerate(places) if place is not None]
    targets = torch.tensor([places[i] for i in rows])
    weights = torch.where(targets[:, 0] == NOT_HERE, absent_weight, 1.0)
    chosen = logits[rows]
    losses = sum(F.cross_entropy(chosen[:, :, end], targets[:, end], reduction="none") for end in (0, 1)) / 2
    return (losses * weights).sum() / weights.sum()


def kind(logits, kinds):
    """Yes, no or words, of pairs that answer."""
    rows = [i for i, value in enumerate(kinds) if value is not None]
    if not rows:
        return logits.sum() * 0
    return F.cross_entropy(logits[rows], torch.tensor([kinds[i] for i in rows]))
