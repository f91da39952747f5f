"""The encoder in PyTorch: BERT with mean pooling, loaded from the GGUF files the engine reads."""

import json
from pathlib import Path

import gguf
import numpy as np
import torch
from tokenizers import Tokenizer
from torch import nn
from torch.nn import functional as F

# Lengths are rounded up to this, so that the kernels see few different shapes.
LENGTH_STEP = 8
# Tokens, padding included, that go through the layers at once.
TOKENS_A_PASS = 2048
PAD = 1


class Layer(nn.Module):
    """One layer; the modules are named as in Hugging Face's BERT."""

    def __init__(self, hidden, heads, inner, epsilon, dropout):
        super().__init__()
        self.heads, self.dropout = heads, nn.Dropout(dropout)
        norm = lambda: nn.LayerNorm(hidden, eps=epsilon)
        dense = lambda into, out: nn.ModuleDict({"dense": nn.Linear(into, out)})
        self.attention = nn.ModuleDict({
            "self": nn.ModuleDict({part: nn.Linear(hidden, hidden) for part in ("query", "key", "value")}),
            "output": dense(hidden, hidden),
        })
        self.attention["output"]["LayerNorm"] = norm()
        self.intermediate = dense(hidden, inner)
        self.output = dense(inner, hidden)
        self.output["LayerNorm"] = norm()

    def forward(self, x, mask):
        batch, length, hidden = x.shape
        own = self.attention["self"]
        q, k, v = (
            own[part](x).view(batch, length, self.heads, -1).transpose(1, 2) for part in ("query", "key", "value")
        )
        # Written out: under bf16 on a CPU this is twice as fast, forward and backward, as the fused attention.
        scores = q @ k.transpose(-1, -2) * q.shape[-1] ** -0.5 + mask
        context = (torch.softmax(scores, -1).to(v.dtype) @ v).transpose(1, 2).reshape(batch, length, hidden)
        after = self.attention["output"]
        x = after["LayerNorm"](x + self.dropout(after["dense"](context)))
        inner = self.output["dense"](F.gelu(self.intermediate["dense"](x)))
        return self.output["LayerNorm"](x + self.dropout(inner))


class Bert(nn.Module):
    """Token ids and mask to normalised vectors, or to the last layer's rows."""

    def __init__(self, config, dropout):
        super().__init__()
        hidden, epsilon = config["hidden_size"], config["layer_norm_eps"]
        self.embeddings = nn.ModuleDict({
            "word_embeddings": nn.Embedding(config["vocab_size"], hidden),
            "position_embeddings": nn.Embedding(config["max_position_embeddings"], hidden),
            "token_type_embeddings": nn.Embedding(config["type_vocab_size"], hidden),
            "LayerNorm": nn.LayerNorm(hidden, eps=epsilon),
        })
        layers = (
            Layer(hidden, config["num_attention_heads"], config["intermediate_size"], epsilon, dropout)
            for _ in range(config["num_hidden_layers"])
        )
        self.encoder = nn.ModuleDict({"layer": nn.ModuleList(layers)})
        self.dropout = nn.Dropout(dropout)

    def rows(self, ids, mask):
        """What the last layer says of every token."""
        tables = self.embeddings
        x = tables["word_embeddings"](ids) + tables["position_embeddings"].weight[: ids.shape[1]]
        x = self.dropout(tables["LayerNorm"](x + tables["token_type_embeddings"].weight[0]))
        hidden_from = torch.where(mask, 0.0, -1e4)[:, None, None, :].to(torch.bfloat16)
        for layer in self.encoder["layer"]:
            x = layer(x, hidden_from)
        return x

    def forward(self, ids, mask):
        x = self.rows(ids, mask)
        weight = mask[:, :, None].float()
        return F.normalize((x.float() * weight).sum(1) / weight.sum(1), dim=-1)


class Encoder(nn.Module):
    """Texts to vectors. The tables of tokens, positions and types are frozen: they stay bit for bit those of the base."""

    def __init__(self, folder, dropout=0.0, longest=192):
        super().__init__()
        folder = Path(folder)
        self.bert = Bert(json.loads((folder / "config.json").read_text()), dropout)
        self.bert.load_state_dict(read_weights(weights_file(folder)))
        for name, table in self.bert.embeddings.items():
            table.requires_grad_(name == "LayerNorm")
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(longest)
        self.ids = {}

    @torch.autocast("cpu", dtype=torch.bfloat16)
    def forward(self, texts):
        """A row for each text; prefixes are the caller's. Texts of like length go through together."""
        ids = [self._ids(text) for text in texts]
        order = sorted(range(len(texts)), key=lambda i: len(ids[i]))
        rows, batch = [], []
        for i in order:
            if batch and padded(len(ids[i])) * (len(batch) + 1) > TOKENS_A_PASS:
                rows.append(self._pass(batch))
                batch = []
            batch.append(ids[i])
        rows.append(self._pass(batch))
        back = torch.empty(len(order), dtype=torch.long)
        back[order] = torch.arange(len(order))
        return torch.cat(rows)[back]

    @torch.no_grad()
    def vectors(self, texts):
        """Vectors for measuring."""
        was_training = self.training
        self.eval()
        rows = self(texts)
        self.train(was_training)
        return rows

    def _ids(self, text):
        if text not in self.ids:
            self.ids[text] = self.tokenizer.encode(text).ids
        return self.ids[text]

    def _pass(self, batch):
        ids = torch.full((len(batch), padded(len(batch[-1]))), PAD)
        mask = torch.zeros(ids.shape, dtype=torch.bool)
        for row, tokens in enumerate(batch):
            ids[row, : len(tokens)] = torch.tensor(tokens)
            mask[row, : len(tokens)] = True
        return self.bert(ids, mask)


def padded(length):
    return -(-length // LENGTH_STEP) * LENGTH_STEP


def weights_file(folder):
    """The one GGUF file of a model's folder."""
    [path] = Path(folder).glob("*.gguf")
    return path


def read_weights(path):
    """The tensors of a GGUF file as f32, whatever their quantisation."""
    tensors = {}
    for tensor in gguf.GGUFReader(path).tensors:
        values = gguf.dequantize(tensor.data, tensor.tensor_type).astype(np.float32)
        tensors[tensor.name] = torch.from_numpy(values.reshape(tuple(reversed(tensor.shape.tolist()))))
    return tensors
