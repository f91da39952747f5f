#!/usr/bin/env python3
"""Computes the vectors the encoder's tests compare with, by another implementation: numpy in float32.

    pip install numpy tokenizers
    cd tests/fixtures/encoder
    python ../../../models/reference.py ../../../models/zhike-encoder-zh-en sentences.tsv vectors.f32

Reads the GGUF file, tokenizer.json and config.json of a model folder, dequantises every tensor, runs BERT as its paper
defines it, one sentence at a time, and writes one row of little-endian float32 for each line ("query" or "passage", a
tab, the text).
"""

import json
import math
import struct
import sys
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

F32, F16, Q4_0, Q8_0 = 0, 1, 2, 8


def read_gguf(path):
    """Tensors of a GGUF v3 file by name, as float32."""
    data = path.read_bytes()
    position = 0

    def take(fmt):
        nonlocal position
        values = struct.unpack_from("<" + fmt, data, position)
        position += struct.calcsize("<" + fmt)
        return values if len(values) > 1 else values[0]

    def take_string():
        nonlocal position
        length = take("Q")
        position += length
        return data[position - length : position].decode()

    assert data[:4] == b"GGUF"
    position = 4
    version, tensor_count, pair_count = take("IQQ")
    assert version == 3
    scalars = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
    for _ in range(pair_count):
        take_string()
        kind = take("I")
        take_string() if kind == 8 else take(scalars[kind])
    infos = []
    for _ in range(tensor_count):
        name = take_string()
        shape = [take("Q") for _ in range(take("I"))][::-1]
        infos.append((name, shape, *take("IQ")))
    start = (position + 31) // 32 * 32

    tensors = {}
    for name, shape, kind, offset in infos:
        count = math.prod(shape)
        at = start + offset
        if kind == F32:
            values = np.frombuffer(data, "<f4", count, at)
        elif kind == F16:
            values = np.frombuffer(data, "<f2", count, at).astype(np.float32)
        elif kind == Q4_0:
            blocks = np.frombuffer(data, np.uint8, count // 32 * 18, at).reshape(-1, 18)
            scale = blocks[:, :2].copy().view("<f2").astype(np.float32)
            nibbles = np.concatenate([blocks[:, 2:] & 15, blocks[:, 2:] >> 4], axis=1)
            values = (nibbles.astype(np.float32) - 8) * scale
        elif kind == Q8_0:
            blocks = np.frombuffer(data, np.uint8, count // 32 * 34, at).reshape(-1, 34)
            scale = blocks[:, :2].copy().view("<f2").astype(np.float32)
            values = blocks[:, 2:].view(np.int8).astype(np.float32) * scale
        else:
            raise SystemExit(f"{name} has type {kind}, which this script does not read")
        tensors[name] = values.reshape(shape)
    return tensors


erf = np.vectorize(math.erf, otypes=[np.float32])


def layer_norm(x, t, name, eps):
    centred = x - x.mean(-1, keepdims=True)
    scaled = centred / np.sqrt((centred**2).mean(-1, keepdims=True) + eps)
    return scaled * t[name + ".weight"] + t[name + ".bias"]


def encode(ids, t, config):
    """The normalised mean of the last layer's states."""
    eps, heads = config["layer_norm_eps"], config["num_attention_heads"]
    x = t["embeddings.word_embeddings.weight"][ids]
    x = x + t["embeddings.position_embeddings.weight"][: len(ids)] + t["embeddings.token_type_embeddings.weight"][0]
    x = layer_norm(x, t, "embeddings.LayerNorm", eps)
    for n in range(config["num_hidden_layers"]):
        layer = f"encoder.layer.{n}."

        def linear(x, name):
            return x @ t[layer + name + ".weight"].T + t[layer + name + ".bias"]

        q, k, v = (
            linear(x, f"attention.self.{part}").reshape(len(ids), heads, -1).transpose(1, 0, 2)
            for part in ("query", "key", "value")
        )
        scores = q @ k.transpose(0, 2, 1) / np.sqrt(np.float32(q.shape[-1]))
        scores = np.exp(scores - scores.max(-1, keepdims=True))
        context = (scores / scores.sum(-1, keepdims=True)) @ v
        context = context.transpose(1, 0, 2).reshape(len(ids), -1)
        x = layer_norm(x + linear(context, "attention.output.dense"), t, layer + "attention.output.LayerNorm", eps)
        inner = linear(x, "intermediate.dense")
        inner = inner * 0.5 * (1 + erf(inner / np.sqrt(np.float32(2))))
        x = layer_norm(x + linear(inner, "output.dense"), t, layer + "output.LayerNorm", eps)
    mean = x.mean(0)
    return mean / np.linalg.norm(mean)


def main():
    folder, sentences, out = map(Path, sys.argv[1:4])
    config = json.loads((folder / "config.json").read_text())
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    [weights] = folder.glob("*.gguf")
    tensors = read_gguf(weights)
    rows = []
    for line in sentences.read_text(encoding="utf-8").splitlines():
        prefix, text = line.split("\t", 1)
        rows.append(encode(tokenizer.encode(f"{prefix}: {text}").ids, tensors, config))
    out.write_bytes(np.stack(rows).astype("<f4").tobytes())
    print(f"{len(rows)} vectors of {rows[0].size} numbers in {out}")


if __name__ == "__main__":
    main()
