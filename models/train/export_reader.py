#!/usr/bin/env python3
"""Writes a trained reader as a model folder of the engine.

    python models/train/export_reader.py --out models/zhike-reader-zh-en --near runs/near.json runs/r/step-*.pt

Several checkpoints are averaged. Matrices become 8-bit blocks (ggml Q8_0), the rest stays f32; the tables of tokens, positions
and types are the encoder's and are left out. Offset and temperature are fitted on the development organisations with the
quantised weights; reference.json holds what these weights say of a few of their questions.
"""

import argparse
import hashlib
import json
from pathlib import Path

import gguf
import torch

import reader_metrics
from bert import read_weights, weights_file
from reader import FROZEN, KINDS, LONGEST, LONGEST_ANSWER, LONGEST_QUESTION, Reader, best_span
from reader_data import whole
from train_reader import ENCODER, averaged, with_neighbours

NAME = "zhike-reader-zh-en"
REFERENCES = 20


def write_gguf(encoder_file, weights, layers, out):
    """A GGUF file with the encoder's settings but its depth; tensors under Hugging Face's names."""
    writer = gguf.GGUFWriter(out, "bert")
    for key, entry in gguf.GGUFReader(encoder_file).fields.items():
        if key.startswith("GGUF.") or key == "general.architecture":
            continue
        value = {"general.name": NAME, "bert.block_count": layers}.get(key, None)
        writer.add_key_value(key, entry.contents() if value is None else value, entry.types[0])
    writer.add_string("zhike.reader.encoder", ENCODER.name)
    for name, tensor in weights.items():
        kind = gguf.GGMLQuantizationType.F32
        if tensor.dim() == 2 and not name.startswith("reader."):
            kind = gguf.GGMLQuantizationType.Q8_0
        writer.add_tensor(name, gguf.quantize(tensor.numpy(), kind), raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def load(folder, encoder=ENCODER):
    """The reader of a model folder, on the encoder's tables."""
    settings = json.loads((Path(folder) / "reader.json").read_text())
    reader = Reader(encoder, range(settings["layers"]))
    put(reader, read_weights(weights_file(folder)))
    return reader.eval(), settings


def put(reader, weights):
    """Sets everything but the frozen tables."""
    state = {name if name.startswith("reader.") else f"bert.{name}": tensor for name, tensor in weights.items()}
    missing, unexpected = reader.load_state_dict(state, strict=False)
    if unexpected or any(not any(frozen in name for frozen in FROZEN) for name in missing):
        raise SystemExit(f"not a reader of this shape: {[*missing, *unexpected]}")


def references(reader, shops, span_weight):
    """What the reader says in f32, two or three questions of every organisation: answered ones and near misses."""
    made = []
    per_shop = -(-REFERENCES // len(shops))
    for shop in shops:
        yes, no = ([a for a in shop.asked if a.answerable is wanted] for wanted in (True, False))
        for asked in [a for pair in zip(yes[::20], no[::10]) for a in pair][:per_shop]:
            made.append(reference(reader, asked, shop.passages[asked.home], span_weight))
    return made[:REFERENCES]


@torch.no_grad()
def reference(reader, asked, passage, span_weight):
    title, _, section = passage.head.partition(" › ")
    pair = whole(asked, passage)
    reading = reader.wording(pair.question, pair.head, pair.text)
    rows = reader.bert.rows(torch.tensor([reading.ids]), torch.ones(1, len(reading.ids), dtype=torch.bool))
    answers, kind, span = (reader.reader[name](rows) for name in ("answers", "kind", "span"))
    (start, end), margin = best_span(span[0], reading)
    score = answers[0, 0, 0].item()
    numbers = lambda tensor: [round(value, 4) for value in tensor.tolist()]
    return {
        "question": asked.text, "title": title, "section": section, "text": passage.text, "answers_it": asked.answerable,
        "ids": reading.ids, "first": reading.first, "answers": round(score, 4), "kind": numbers(kind[0, 0]),
        "start": numbers(span[0, :, 0]), "end": numbers(span[0, :, 1]),
        "answer": passage.text[start:end].strip(), "score": round(score + span_weight * margin, 4),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoints", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--near", type=Path, required=True)
    parser.add_argument("--verdicts", type=Path, help="file that keeps what the reader says of the development organisations")
    parser.add_argument("--others", type=int, default=reader_metrics.CANDIDATES)
    parser.add_argument("--span-weight", type=float, default=0.0)
    parser.add_argument("--licence", default="MIT")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    options.out.mkdir(parents=True, exist_ok=True)

    weights = {name.removeprefix("bert."): tensor for name, tensor in averaged(options.checkpoints).items()}
    layers = 1 + max(int(name.split(".")[2]) for name in weights if name.startswith("encoder.layer."))
    file_name = f"{NAME}-q8_0.gguf"
    write_gguf(weights_file(ENCODER), weights, layers, options.out / file_name)

    reader = Reader(ENCODER, range(layers)).eval()
    put(reader, read_weights(options.out / file_name))
    dev = with_neighbours("dev", json.loads(options.near.read_text()))
    rows = reader_metrics.kept(options.verdicts, lambda: reader_metrics.judged(reader, dev, options.others))
    made = reader_metrics.cases(rows, dev, options.span_weight)
    # As the engine meets them: all candidates of all questions.
    taken = [pair for case in made for pair in case.taken]
    scores, right = [s for s, _ in taken], [r for _, r in taken]
    offset, temperature = reader_metrics.calibrate(scores, right)
    settings = {
        "name": NAME, "format": 1, "encoder": ENCODER.name, "layers": layers,
        "max_tokens": LONGEST, "max_question_tokens": LONGEST_QUESTION, "max_answer_tokens": LONGEST_ANSWER,
        "query_prefix": "query: ", "passage_prefix": "passage: ", "heading_separator": " › ", "kinds": list(KINDS),
        "span_weight": options.span_weight, "offset": round(offset, 4), "temperature": round(temperature, 4),
        "licence": options.licence,
    }
    (options.out / "reader.json").write_text(json.dumps(settings, indent=2, ensure_ascii=False) + "\n")
    lines = [json.dumps(line, ensure_ascii=False) for line in references(reader, dev, options.span_weight)]
    (options.out / "reference.json").write_text("[\n" + ",\n".join(lines) + "\n]\n")
    names = (file_name, "reader.json", "reference.json")
    sums = [f"{hashlib.sha256((options.out / name).read_bytes()).hexdigest()}  {name}\n" for name in names]
    (options.out / "SHA256SUMS").write_text("".join(sums))
    print("".join(sums), end="")
    found = reader_metrics.figures(made) | {"calibration error": round(reader_metrics.calibration_error(scores, right, offset, temperature), 3)}
    print(json.dumps(found, ensure_ascii=False))


if __name__ == "__main__":
    main()
