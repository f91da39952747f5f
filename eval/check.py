#!/usr/bin/env python3
"""Validates the sample shop and its evaluation sets, prints the counts; exit 1 on any fault. Standard library only.

    python3 eval/check.py
"""

import json
import re
import sys
import tomllib
from collections import Counter

import make_retrieval
import shopdocs
from shopdocs import ROOT, SHOP, fold

# Only amounts are normalised ("三百二" has the value "320元"); every other value is the text itself.
AMOUNT = re.compile("[0-9零一二两三四五六七八九十百千万块元]+")
ACTIONS = {"answer", "clarify", "business", "smalltalk", "handoff"}
# The retail set: examples of each intent and texts out of scope per file; bigram Jaccard above which two texts are near.
RETAIL_INTENTS = 24
RETAIL_COUNTS = {"train": (10, 0), "dev": (5, 40), "test": (5, 40)}
RETAIL_NEAR = 0.5
faults = []


def fault(where, what):
    faults.append(f"{where}: {what}")


def read(path):
    with open(ROOT / path, encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def key(text):
    """Two texts with the same key count as the same wording: only letters and digits are compared."""
    return "".join(c for c in fold(text) if c.isalnum())


def check_nlu(path, intents):
    """Labels, offsets and slots of one file of NLU examples."""
    rows = read(path)
    for number, row in enumerate(rows, 1):
        where = f"{path}:{number}"
        if row["intent"] != "oos" and row["intent"] not in intents:
            fault(where, f"intent {row['intent']} is not in knowledge/intents.toml")
        last = 0
        for slot in row["slots"]:
            start, end = slot["start"], slot["end"]
            if not last <= start < end <= len(row["text"]):
                fault(where, f"offsets {start}..{end} overlap or leave the text")
            elif slot["value"] != row["text"][start:end] and not AMOUNT.fullmatch(row["text"][start:end]):
                fault(where, f"value {slot['value']} differs from the text {row['text'][start:end]!r}, which is no amount")
            elif row["text"][start:end].strip() != row["text"][start:end]:
                fault(where, f"the slot {row['text'][start:end]!r} has spaces at its edge")
            if slot["name"] not in intents.get(row["intent"], {}).get("slots", []):
                fault(where, f"intents.toml does not list slot {slot['name']} for {row['intent']}")
            last = end
    return rows


def check_retail():
    """Shape, counts and wording of the second intent set: 24 intents of another shop, none of them in knowledge/."""
    splits = {split: read(f"eval/retail24/{split}.jsonl") for split in ("train", "dev", "test")}
    intents = {row.get("intent") for row in splits["train"]}
    if len(intents) != RETAIL_INTENTS or "oos" in intents:
        fault("eval/retail24/train.jsonl", f"{len(intents)} intents, or oos among them")
    for split, (each, oos) in RETAIL_COUNTS.items():
        for number, row in enumerate(splits[split], 1):
            if (set(row) != {"text", "intent", "slots", "lang"} or row["slots"] != [] or row["lang"] != "zh"
                    or not isinstance(row["text"], str) or not key(row["text"]) or row["text"] != row["text"].strip()):
                fault(f"eval/retail24/{split}.jsonl:{number}", "not {text, intent, slots: [], lang: zh}")
        wanted = Counter({intent: each for intent in intents})
        if oos:
            wanted["oos"] = oos
        counts = Counter(row.get("intent") for row in splits[split])
        for intent in sorted(wanted.keys() | counts.keys(), key=str):
            if counts[intent] != wanted[intent]:
                fault(f"eval/retail24/{split}.jsonl", f"{counts[intent]} of {intent}, not {wanted[intent]}")
    pool = [(split, bigrams(row["text"]), row["text"]) for split, rows in splits.items() for row in rows]
    for at, (split, grams, text) in enumerate(pool):
        for other, known, near in pool[:at]:
            if other != split and len(grams & known) > RETAIL_NEAR * len(grams | known):
                fault(f"eval/retail24/{split}.jsonl", f"「{text}」 is nearly 「{near}」 of {other}")
    return splits


def check_expectation(where, expect, texts, known):
    """Actions, gold documents and facts of one turn."""
    accepted = expect.get("action_any", [expect["action"]])
    if not set(accepted) <= ACTIONS or expect["action"] not in accepted:
        fault(where, f"unknown or inconsistent action in {accepted}")
    if expect["action"] == "answer" and not expect.get("gold_docs"):
        fault(where, "an answer needs gold_docs")
    for name in expect.get("gold_docs", []):
        if name not in texts:
            fault(where, f"gold document {name} does not exist")
    for section in expect.get("gold_sections", []):
        if section not in known:
            fault(where, f"gold section {section} does not exist")
        elif section.split("#")[0] not in expect["gold_docs"]:
            fault(where, f"gold section {section} is of a document not in gold_docs")
    for group in expect.get("must_contain_any", []):
        if not any(fold(fact) in fold(known.get(s, "")) for fact in group for s in expect["gold_sections"]):
            fault(where, f"none of {group} occurs in its gold sections")


def check_suite(path, texts, known):
    rows = read(path)
    for number, row in enumerate(rows, 1):
        for turn in row["turns"]:
            check_expectation(f"{path}:{number}", turn["expect"], texts, known)
    for ident, times in Counter(row["id"] for row in rows).items():
        if times > 1:
            fault(path, f"id {ident} is used {times} times")
    return rows


def check_wording(sources):
    """No wording may stand twice, within a set or in two sets. Turns of dialogs may repeat."""
    seen = {}
    for name, texts in sources:
        for text in texts:
            first = seen.setdefault(key(text), name)
            if first != name:
                fault(name, f"「{text}」 is also in {first}")
        for text, times in Counter(map(key, texts)).items():
            if times > 1:
                fault(name, f"「{text}」 stands {times} times")


def bigrams(text):
    text = key(text)
    return {text[i:i + 2] for i in range(len(text) - 1)}


def overlap(rows, known):
    """Mean share of a Chinese question's character bigrams that occur in its gold sections."""
    shares = []
    for row in rows:
        expect = row["turns"][0]["expect"]
        asked = bigrams(row["turns"][0]["user"])
        if row["lang"] == "zh" and expect.get("gold_sections") and asked:
            there = set().union(*(bigrams(known[s]) for s in expect["gold_sections"] if s in known))
            shares.append(len(asked & there) / len(asked))
    return sum(shares) / len(shares)


def describe(name, rows):
    languages = Counter(row["lang"] for row in rows)
    tags = Counter(tag for row in rows for tag in row["tags"])
    print(f"{name}: {len(rows)} ({', '.join(f'{k} {v}' for k, v in sorted(languages.items()))})")
    print("   " + ", ".join(f"{tag} {count}" for tag, count in tags.most_common()))


def main():
    intents = {i["name"]: i for i in tomllib.loads((SHOP / "intents.toml").read_text(encoding="utf-8"))["intent"]}
    rules = tomllib.loads((SHOP / "rules.toml").read_text(encoding="utf-8"))["rule"]
    tomllib.loads((SHOP / "shop.toml").read_text(encoding="utf-8"))
    faqs = list(shopdocs.faq_pairs())
    sections = shopdocs.sections()
    known = {section.id: section.text for section in sections}
    if len(known) != len(sections):
        fault("knowledge/docs", "two sections of a document have the same heading")
    texts = {section.document for section in sections}
    for name in (path.name for path in (SHOP / "docs").iterdir()):
        if name not in texts:
            fault("knowledge/docs", f"{name} gives no section")

    nlu = {split: check_nlu(path, intents) for split, path in
           (("train", "knowledge/nlu/train.jsonl"), ("dev", "eval/nlu/dev.jsonl"), ("test", "eval/nlu/test.jsonl"))}
    retail = check_retail()
    suites = {f"{kind}.{split}": check_suite(f"eval/shop/{kind}.{split}.jsonl", texts, known)
              for kind in ("questions", "everyday", "dialogs") for split in ("dev", "test")}

    def asked(name):
        return [row["turns"][0]["user"] for row in suites[name]]

    check_wording([
        ("faq", [text for _, question, similar, _ in faqs for text in [question, *similar]]),
        *((f"nlu {split}", [row["text"] for row in rows]) for split, rows in nlu.items()),
        *((f"retail24 {split}", [row["text"] for row in rows]) for split, rows in retail.items()),
        *((name, asked(name)) for name in suites if not name.startswith("dialogs")),
    ])
    for path, text in make_retrieval.files():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            fault(path.relative_to(ROOT), "stale: run eval/make_retrieval.py")

    print(f"knowledge: {len(list((SHOP / 'docs').iterdir()))} documents, {len(faqs)} FAQ pairs, "
          f"{len(sections)} sections and answers, {len(intents)} intents, {len(rules)} rules")
    for split, rows in nlu.items():
        counts = Counter((row["intent"], row["lang"]) for row in rows)
        least = {lang: min(counts[(intent, lang)] for intent in [*intents, "oos"]) for lang in ("zh", "en")}
        print(f"nlu {split}: {len(rows)}, at least {least['zh']} zh and {least['en']} en a label, "
              f"{sum(1 for r in rows if r['intent'] == 'oos')} oos, {sum(len(r['slots']) for r in rows)} slots")
    for split, rows in retail.items():
        print(f"retail24 {split}: {len(rows)}, {len({r['intent'] for r in rows} - {'oos'})} intents, "
              f"{sum(1 for r in rows if r['intent'] == 'oos')} oos")
    for name, rows in suites.items():
        describe(name, rows)
        if not name.startswith("dialogs"):
            print(f"   mean bigram overlap of Chinese questions with their sections {overlap(rows, known):.2f}, "
                  f"without an answer {sum(1 for r in rows if 'answerable' not in r['tags']) / len(rows):.0%}")
        else:
            print(f"   {sum(len(r['turns']) for r in rows)} turns")
    for line in faults:
        print(line, file=sys.stderr)
    print(f"{len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
