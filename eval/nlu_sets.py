#!/usr/bin/env python3
"""Runs `zhike eval nlu` over public sets and writes one table with the published figures beside ours.

    python3 eval/nlu_sets.py FOLDER [--zhike target/release/zhike] [--only clinc150,snips] [--out table.md]

FOLDER holds the unpacked data sets, a folder each (clinc150, banking77, hwu64, hwu64_fold1_slots, hint3, cic, snips,
xsid, crosswoz). They are turned into the project's JSONL in a temporary folder; nothing of them is kept. Slots are
scored as conlleval does: exact spans with their names, micro-averaged. SNIPS is tested on its 700 validation queries,
as published work does; CrossWOZ on every fifth dialogue of its validation part, learnt from the others. Standard
library only.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

OUT_OF_SCOPE = {"oos", "NO_NODES_DETECTED"}
PERCENT = {"closed_accuracy", "closed_macro_f1", "slot_f1", "threshold_in_scope_accuracy", "threshold_oos_recall"}

# name, training files, validation files, test files, measures, what is published for them
RUNS = [
    ("CLINC150 full", ["clinc150/train", "clinc150/oos_train"], ["clinc150/val", "clinc150/oos_val"],
     ["clinc150/test", "clinc150/oos_test"],
     ["threshold_in_scope_accuracy", "threshold_oos_recall", "oos_auroc", "closed_accuracy"],
     "in scope / oos recall: BERT 96.9/40.3, 96.2/52.3; Rasa 91.5/45.3"),
    ("CLINC150 10-shot", ["clinc150/fs_train_10"], [], ["clinc150/test"], ["closed_accuracy"], "USE+ConveRT 93.3"),
    ("BANKING77 full", ["banking77/train"], [], ["banking77/test"], ["closed_accuracy"], "BERT tuned 93.7; TF-IDF SVM 90.6"),
    ("BANKING77 10-shot", ["banking77/fs_train_10"], [], ["banking77/test"], ["closed_accuracy"], "USE+ConveRT 85.2"),
    ("HWU64 10-shot", ["hwu64/train_10"], [], ["hwu64/test"], ["closed_accuracy"], "USE+ConveRT 85.8"),
    ("HINT3 v1 curekart", ["hint3/v1_curekart_train"], [], ["hint3/v1_curekart_test"],
     ["in_scope_accuracy", "oos_recall", "intent_mcc"],
     "Rasa .739/.558/.511; Dialogflow .573/.865/.578; BERT .803/.523/.553"),
    ("CIC (dev)", ["cic/train"], [], ["cic/dev"], ["closed_macro_f1", "closed_accuracy"], "RoBERTa macro F1 72.8"),
    ("SNIPS", ["snips/train"], [], ["snips/validate"], ["closed_accuracy", "slot_f1"],
     "intent / slot F1: slot-gated 97.0/88.8, Stack-Propagation 98.0/94.2, JointBERT 98.6/97.0"),
    ("xSID, English to Chinese", ["xsid/en_valid"], [], ["xsid/zh_valid"], ["closed_accuracy", "slot_f1"], ""),
    ("CrossWOZ val, by dialogue", ["crosswoz/val_nlu#learn"], [], ["crosswoz/val_nlu#keep"],
     ["closed_accuracy", "slot_f1"], ""),
    ("HWU64 fold 1", ["hwu64_fold1_slots/train"], [], ["hwu64_fold1_slots/test"], ["closed_accuracy", "slot_f1"],
     "F1 of intents / entities over ten folds: LUIS .855/.777, Rasa .863/.768, Dialogflow .864/.743"),
]

# One dialogue in so many is kept for testing where a set has no such part of its own.
KEPT = 5


def example(row):
    """A row of the unpacked sets as one of the project's; none for a row that is no utterance of a visitor."""
    if "acts" in row:
        row = from_acts(row)
    if not row or not row["text"].strip():
        return None
    text = row["text"]
    slots = [{"start": s, "end": e, "name": n, "value": text[s:e]} for s, e, n in row.get("slots") or []]
    return {"text": text, "intent": "oos" if row["intent"] in OUT_OF_SCOPE else row["intent"], "slots": slots}


def from_acts(row):
    """CrossWOZ: the first act is the intent, and what was told in the very words of the utterance are its slots."""
    if row["role"] != "user" or not row["acts"]:
        return None
    text, spans = row["text"], []
    for act, domain, slot, value in row["acts"]:
        start = text.find(value) if act == "Inform" and value not in ("", "none") else -1
        taken = any(start < end and begin < start + len(value) for begin, end, _ in spans)
        if start >= 0 and not taken:
            spans.append((start, start + len(value), f"{domain}-{slot}"))
    act, domain = row["acts"][0][:2]
    return {"text": text, "intent": f"{act}/{domain}", "slots": spans}


def rows(folder, name):
    """The rows of a file; of its parts `#learn` and `#keep` the dialogues that belong to them."""
    name, _, part = name.partition("#")
    groups = {}
    for number, line in enumerate(open(folder / f"{name}.jsonl", encoding="utf-8")):
        row = json.loads(line)
        group = groups.setdefault(row.get("dialog", number), len(groups))
        if not part or (part == "keep") == (group % KEPT == 0):
            yield row


def convert(files, folder, target):
    """Writes the named files as one of the project's."""
    with open(target, "w", encoding="utf-8") as out:
        for row in (row for name in files for row in rows(folder, name)):
            if found := example(row):
                out.write(json.dumps(found, ensure_ascii=False) + "\n")
    return target


def measure(zhike, train, valid, test):
    command = [zhike, "--json", "eval", "nlu", "--train", train, *(["--valid", valid] if valid else []), "--test", test]
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stderr.strip()}")
    return json.loads(done.stdout)["metrics"]


def shown(name, value):
    if value is None:
        return f"{name} –"
    return f"{name} {100 * value:.1f} %" if name in PERCENT else f"{name} {value:.3f}"


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("folder", type=Path)
    args.add_argument("--zhike", default="target/release/zhike")
    args.add_argument("--only", default="", help="folders of the sets to run, separated by commas")
    args.add_argument("--out", type=Path, help="write the table here as well")
    args = args.parse_args()
    wanted = set(filter(None, args.only.split(",")))
    lines = ["| set | train / test | Zhike | published | training, s | parse p50, ms |", "| --- | --- | --- | --- | --- | --- |"]
    for name, train, valid, test, measures, published in RUNS:
        if wanted and train[0].split("/")[0] not in wanted:
            continue
        with tempfile.TemporaryDirectory() as kept:
            kept = Path(kept)
            files = [convert(part, args.folder, kept / f"{role}.jsonl") if part else None
                     for role, part in (("train", train), ("valid", valid), ("test", test))]
            sizes = [sum(1 for _ in open(file, encoding="utf-8")) for file in (files[0], files[2])]
            found = measure(args.zhike, *files)
        ours = ", ".join(shown(m, found.get(m)) for m in measures)
        lines.append(f"| {name} | {sizes[0]} / {sizes[1]} | {ours} | {published} | {found['train_seconds']:.1f} "
                     f"| {found['parse_p50_ms']:.2f} |")
        print(lines[-1], flush=True)
    if args.out:
        args.out.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
