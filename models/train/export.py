#!/usr/bin/env python3
"""Writes a trained encoder as a model folder of the engine.

    python models/train/export.py --out models/zhike-encoder-zh-en --base-share 0.2 runs/a/step-00300.pt

Several checkpoints are averaged; `--base-share` mixes the base's weights in. The token table's 4-bit blocks are copied
from the base, matrices become 8-bit blocks (ggml Q8_0), the rest stays as the base has it.
"""

import argparse
import hashlib
import json
import shutil
from pathlib import Path

import gguf
import torch

from bert import read_weights, weights_file

BASE = Path(__file__).parent.parent / "e5-small-zh-en"
NAME = "zhike-encoder-zh-en"
COPIED = ("tokenizer.json", "config.json")


def mixed(base, checkpoints, base_share):
    """The mean of the checkpoints' tensors, and of that and the base's."""
    trained = [torch.load(path) for path in checkpoints]
    mean = lambda name: sum(weights[name] for weights in trained) / len(trained)
    return {name: base_share * tensor + (1 - base_share) * mean(name) for name, tensor in base.items()}


def write_gguf(base_file, weights, out):
    """A GGUF file with the base's settings, tensor names and order."""
    reader = gguf.GGUFReader(base_file)
    writer = gguf.GGUFWriter(out, "bert")
    for key, entry in reader.fields.items():
        if key.startswith("GGUF.") or key == "general.architecture":
            continue
        value = NAME if key == "general.name" else entry.contents()
        writer.add_key_value(key, value, entry.types[0])
    for tensor in reader.tensors:
        kind = tensor.tensor_type
        if kind == gguf.GGMLQuantizationType.Q4_0 and not tensor.name.startswith("embeddings."):
            kind = gguf.GGMLQuantizationType.Q8_0
            body = gguf.quantize(weights[tensor.name].numpy(), kind)
        elif kind == gguf.GGMLQuantizationType.F32:
            body = weights[tensor.name].numpy()
        else:
            body = tensor.data
        writer.add_tensor(tensor.name, body, raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoints", type=Path, nargs="+")
    parser.add_argument("--base", type=Path, default=BASE)
    parser.add_argument("--base-share", type=float, default=0.0)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()

    options.out.mkdir(parents=True, exist_ok=True)
    base_file, file_name = weights_file(options.base), f"{NAME}-q8_0.gguf"
    weights = mixed(read_weights(base_file), options.checkpoints, options.base_share)
    write_gguf(base_file, weights, options.out / file_name)
    for name in COPIED:
        shutil.copyfile(options.base / name, options.out / name)
    profile = json.loads((options.base / "encoder.json").read_text())
    profile["name"] = NAME
    profile["source"] = "intfloat/multilingual-e5-small, vocabulary cut to Chinese and English, trained on customers' questions; see MODEL_CARD.md"
    (options.out / "encoder.json").write_text(json.dumps(profile, indent=2, ensure_ascii=False) + "\n")
    sums = ((hashlib.sha256((options.out / name).read_bytes()).hexdigest(), name) for name in (file_name, *COPIED, "encoder.json"))
    (options.out / "SHA256SUMS").write_text("".join(f"{digest}  {name}\n" for digest, name in sums))
    print((options.out / "SHA256SUMS").read_text(), end="")


if __name__ == "__main__":
    main()
