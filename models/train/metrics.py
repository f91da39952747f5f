"""Measures of an encoder on the corpus: recall, telling answerable questions from near misses, unseen intents."""

import random

import numpy as np
import torch
from torch.nn import functional as F

import corpus
from objectives import membership

SHOTS, DRAWS = 10, 3


def auroc(positive, negative):
    """How likely a positive scores above a negative."""
    positive, negative = np.asarray(positive), np.asarray(negative)
    above = (positive[:, None] > negative[None]).mean()
    return float(above + (positive[:, None] == negative[None]).mean() / 2)


def coverage(scores, right, precision):
    """The largest share of questions answered, best scores first, of which `precision` are right."""
    right = np.asarray(right)[np.argsort(-np.asarray(scores))]
    enough = np.nonzero(np.cumsum(right) / np.arange(1, len(right) + 1) >= precision)[0]
    return float((enough[-1] + 1) / len(right)) if len(enough) else 0.0


def spearman(a, b):
    """Rank correlation, ties in the order of the data broken by their mean rank."""
    return float(np.corrcoef(mean_ranks(a), mean_ranks(b))[0, 1])


def mean_ranks(values):
    _, group, sizes = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(sizes) - (sizes - 1) / 2)[group]


def on_organisations(encoder, organisations):
    """Recall within each organisation, of passages and statements, and how well the best cosine tells near misses."""
    ranks = {"passage": [], "statement": [], "either": []}
    known, unknown, scores, right = [], [], [], []
    for org in organisations:
        asked = encoder.vectors([corpus.query(q.text) for q in org.questions])
        passages = asked @ encoder.vectors([c.text for c in org.chunks]).T
        statements = asked @ encoder.vectors([s.text for s in org.statements]).T
        either = best_of_both(passages, statements, org)
        answerable = torch.tensor([q.answerable for q in org.questions])
        chunks = membership([q.chunks for q in org.questions], range(len(org.chunks)))
        said = membership([q.statements for q in org.questions], range(len(org.statements)))
        for name, table, gold in (("passage", passages, chunks), ("statement", statements, said), ("either", either, chunks)):
            best = table.masked_fill(~gold, -2).max(1, keepdim=True).values
            ranks[name] += (table > best).sum(1)[answerable].tolist()
        top, place = either.max(1)
        known += top[answerable].tolist()
        unknown += top[~answerable].tolist()
        scores += top.tolist()
        right += chunks.gather(1, place[:, None])[:, 0].tolist()
    figures = {}
    for name, values in ranks.items():
        values = np.array(values)
        figures |= {f"{name}@1": (values < 1).mean() * 100, f"{name}@3": (values < 3).mean() * 100}
    figures["auroc near miss"] = auroc(known, unknown)
    figures["answered at 80 %"] = coverage(scores, right, 0.8) * 100
    return rounded(figures)


def best_of_both(passages, statements, org):
    """A passage counts with its own cosine and its best statement's, halves each."""
    owner = [number for number, chunk in enumerate(org.chunks) for _ in chunk.statements]
    owners = torch.tensor(owner).expand(len(statements), -1)
    best = torch.full_like(passages, -1).scatter_reduce_(1, owners, statements, "amax")
    return (passages + best) / 2


def on_intents(encoder, intents, out_of_scope):
    """Intents never trained on, 10 examples each: accuracy of logistic regression, AUROC against out-of-scope lines."""
    names = list(intents)
    vectors = {name: encoder.vectors([corpus.query(t) for t in texts]) for name, texts in intents.items()}
    outside = encoder.vectors([corpus.query(t) for t in out_of_scope])
    accuracies, aurocs = [], []
    for draw in range(DRAWS):
        shuffle = random.Random(draw)
        train, test = [], []
        for label, name in enumerate(names):
            order = shuffle.sample(range(len(vectors[name])), len(vectors[name]))
            train += [(label, vectors[name][i]) for i in order[:SHOTS]]
            test += [(label, vectors[name][i]) for i in order[SHOTS:]]
        labels, examples = torch.tensor([label for label, _ in train]), torch.stack([v for _, v in train])
        asked, wanted = torch.stack([v for _, v in test]), torch.tensor([label for label, _ in test])
        accuracies.append(few_shot(examples, labels, asked, wanted))
        nearest = lambda rows: (rows @ examples.T).max(1).values.tolist()
        aurocs.append(auroc(nearest(asked), nearest(outside)))
    return rounded({"intents, 10 shots": np.mean(accuracies) * 100, "auroc out of scope": np.mean(aurocs)})


def few_shot(examples, labels, asked, wanted):
    """Accuracy of a logistic regression on centred vectors."""
    centre = examples.mean(0)
    scale = 1 / (examples - centre).norm(dim=1).mean()
    examples, asked = (examples - centre) * scale, (asked - centre) * scale
    weights = torch.zeros(examples.shape[1], int(labels.max()) + 1, requires_grad=True)
    optimiser = torch.optim.LBFGS([weights], max_iter=60)

    def loss():
        optimiser.zero_grad()
        value = F.cross_entropy(examples @ weights * 4, labels) + 0.01 * weights.square().sum() / len(labels)
        value.backward()
        return value

    optimiser.step(loss)
    return float(((asked @ weights).argmax(1) == wanted).float().mean())


def on_paraphrases(encoder, groups):
    """Paraphrases whose own question is nearer than every other question and look-alike."""
    questions = encoder.vectors([corpus.query(t) for g in groups for t in [g["question"], *g["near"]]])
    own = np.cumsum([0, *(1 + len(g["near"]) for g in groups)])[:-1]
    asked = encoder.vectors([corpus.query(t) for g in groups for t in g["same"]])
    wanted = torch.tensor([own[i] for i, g in enumerate(groups) for _ in g["same"]])
    return rounded({"paraphrase@1": float(((asked @ questions.T).argmax(1) == wanted).float().mean()) * 100})


def everything(encoder, part):
    """All figures of a part."""
    figures = on_organisations(encoder, corpus.organisations(part))
    figures |= on_intents(encoder, corpus.intents(part), corpus.out_of_scope(part))
    return figures | on_paraphrases(encoder, corpus.paraphrases("dev")) if part == "dev" else figures


def rounded(figures):
    return {name: round(float(value), 3 if "auroc" in name else 1) for name, value in figures.items()}
