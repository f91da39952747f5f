"""The yardsticks of `zhike bench retrieval --yardstick`: faiss (exact and HNSW) and bm25s on the same passages.

Reads FOLDER/{passages,questions}.f32 (rows of DIM little-endian f32) and FOLDER/{passages,questions}.txt (a line of
words each, cut by Zhike), searches every question for HITS hits, one after the other on one thread, and prints one JSON
object. Indexes are built with all cores. The memory of a part is what the process gained while it was built. Needs
bm25s, faiss-cpu and numpy.
"""

import json
import sys
import time
from pathlib import Path

import bm25s
import faiss
import numpy as np

folder, dim, hits = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])


def resident_mb():
    status = Path("/proc/self/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) / 1024


def latencies(seconds):
    times = sorted(seconds)

    def at(share):
        rank = max(1, -(-int(len(times) * share * 1000) // 1000)) - 1
        return round(times[min(rank, len(times) - 1)] * 1000, 3)

    return {"count": len(times), "p50_ms": at(0.5), "p95_ms": at(0.95), "p99_ms": at(0.99), "max_ms": at(1.0)}


def searched(search, questions):
    times, found = [], []
    for question in questions:
        started = time.perf_counter()
        found.append(search(question))
        times.append(time.perf_counter() - started)
    return latencies(times), found


def measured(name, build, questions):
    before, started = resident_mb(), time.perf_counter()
    search = build()
    build_s, memory = time.perf_counter() - started, resident_mb() - before
    faiss.omp_set_num_threads(1)
    for question in questions[:20]:
        search(question)
    times, found = searched(search, questions)
    faiss.omp_set_num_threads(cores)
    part = {"name": name, "build_s": round(build_s, 2), "memory_mb": round(memory, 1), "search": times}
    return part | {"recall_at_10": None}, found


def exact():
    index = faiss.IndexFlatIP(dim)
    index.add(passages)
    return lambda question: index.search(question[None, :], hits)[1][0]


def hnsw():
    index = faiss.IndexHNSWFlat(dim, 16, faiss.METRIC_INNER_PRODUCT)
    index.hnsw.efConstruction = 96
    index.add(passages)
    index.hnsw.efSearch = 512
    return lambda question: index.search(question[None, :], hits)[1][0]


def words():
    lines = (folder / "passages.txt").read_text().splitlines()
    vocabulary = {}
    ids = [[vocabulary.setdefault(word, len(vocabulary)) for word in line.split()] for line in lines]
    retriever = bm25s.BM25()
    retriever.index((ids, vocabulary), show_progress=False)

    def search(question):
        known = [[vocabulary[word] for word in question.split() if word in vocabulary]]
        return retriever.retrieve(known, k=min(hits, len(lines)), show_progress=False, n_threads=1)

    return search


cores = faiss.omp_get_max_threads()
passages = np.fromfile(folder / "passages.f32", dtype="<f4").reshape(-1, dim)
questions = np.fromfile(folder / "questions.f32", dtype="<f4").reshape(-1, dim)
texts = [line for line in (folder / "questions.txt").read_text().splitlines() if line.strip()]

flat, nearest = measured(f"faiss {faiss.__version__} exact", exact, questions)
flat["recall_at_10"] = 1.0
graph, found = measured(f"faiss {faiss.__version__} HNSW, ef 512", hnsw, questions)
overlap = [len(set(a[:10]) & set(b[:10])) / max(1, len(a[:10])) for a, b in zip(nearest, found)]
graph["recall_at_10"] = round(float(np.mean(overlap)), 4)
keyword, _ = measured(f"bm25s {bm25s.__version__}", words, texts)
print(json.dumps({"parts": [flat, graph, keyword]}))
