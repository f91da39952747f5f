"""What the encoder is trained for. Every loss takes normalised vectors; `temperature` divides cosines."""

import torch
from torch.nn import functional as F


def contrast(anchors, candidates, positive, temperature, allowed=None):
    """InfoNCE with any number of positives a row; rows without a positive count for nothing.

    `positive[i, j]`: candidate j is right for anchor i. `allowed`: which candidates row i is compared with at all.
    """
    scores = anchors @ candidates.T / temperature
    if allowed is not None:
        scores = scores.masked_fill(~allowed, float("-inf"))
    likely = F.log_softmax(scores, dim=1).masked_fill(~positive, 0)
    counts = positive.sum(1)
    return (-likely.sum(1) / counts.clamp(min=1)).sum() / (counts > 0).sum().clamp(min=1)


def alike(vectors, labels, temperature):
    """Texts of one label attract each other and repel the rest; label -1 only repels."""
    labels = torch.as_tensor(labels)
    others = ~torch.eye(len(labels), dtype=torch.bool)
    same = (labels[:, None] == labels[None]) & others & (labels >= 0)[:, None]
    return contrast(vectors, vectors, same, temperature, others)


def apart(missing, answered, margin, temperature):
    """Near misses' best cosines stay `margin` below answered questions' cosines with what answers them."""
    return F.softplus((missing[:, None] - answered[None] + margin) / temperature).mean() * temperature


def membership(rows, columns):
    """A mask: which of `columns` stands in each list of `rows`."""
    place = {number: at for at, number in enumerate(columns)}
    mask = torch.zeros(len(rows), len(columns), dtype=torch.bool)
    for row, numbers in enumerate(rows):
        mask[row, [place[number] for number in numbers if number in place]] = True
    return mask
