#!/usr/bin/env python3
"""Makes eval/retrieval/{dev,test} (BEIR layout) from the answerable single-turn questions.

    python3 eval/make_retrieval.py            # write
    python3 eval/make_retrieval.py --check    # exit 1 if a committed file differs

The corpus holds every section, product row and FAQ pair of the sample shop, for both splits alike. FAQ pairs carry their
`questions`, which BEIR does not know: `zhike eval retrieval` imports such an entry as a FAQ pair. A question is relevant
to each of its `gold_sections`.
"""

import argparse
import json
import sys
from pathlib import Path

import shopdocs

HERE = Path(__file__).resolve().parent


def jsonl(rows):
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def entry(section):
    title = f"{Path(section.document).stem} > {section.title}"
    questions = {"questions": section.questions} if section.questions else {}
    return {"_id": section.id, "title": title, "text": section.text, **questions}


def files():
    """Yields (path, text) of every generated file."""
    corpus = jsonl(map(entry, shopdocs.sections()))
    for split in ("dev", "test"):
        lines = (HERE / "shop" / f"questions.{split}.jsonl").read_text(encoding="utf-8").splitlines()
        queries, qrels = [], ["query-id\tcorpus-id\tscore\n"]
        for case in map(json.loads, lines):
            turn = case["turns"][0]
            gold = turn["expect"].get("gold_sections")
            if gold:
                queries.append({"_id": case["id"], "text": turn["user"]})
                qrels += [f"{case['id']}\t{section}\t1\n" for section in gold]
        folder = HERE / "retrieval" / split
        yield folder / "corpus.jsonl", corpus
        yield folder / "queries.jsonl", jsonl(queries)
        yield folder / "qrels.tsv", "".join(qrels)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare with the committed files, write nothing")
    check = parser.parse_args().check
    stale = 0
    for path, text in files():
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            stale += 1
            print(f"{path.relative_to(HERE.parent)} is stale: run eval/make_retrieval.py", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
