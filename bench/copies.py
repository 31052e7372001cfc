"""Near-copies among 19,845 scraped documents into which copies were put: how many are found, and documents a CPU second beside rensa in the same run.

    python -m bench.copies [--peer PYTHON] [--threshold 0.7] [--set NAME=VALUE ...]

Recall is over the copies whose exact Jaccard similarity to what they were copied from (word 3-grams) reaches the threshold: not both may be left.
Precision (`labelled`) is over all that are removed: the labels must know of another document with the same source. The originals hold natural near-copies
that no label knows (second reports of one event by one hand, with half of their sentences word for word), so the scores of the others are given.

The stage is measured whole: sketches, candidates, exact comparison, choice, and the shared passage for the reader. The peer does what its page says: the
deduplicator with 128 permutations and its index, on words between spaces, candidates checked by their MinHash similarity; it has no exact comparison and
says of no pair where it agrees. It needs an environment of its own with rensa in it. Machines are noisy: quote the ratio, never a time alone.
"""

import argparse
import io
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import orjson
import pyarrow as pa
import zstandard

from bench.data import folder
from copydesk.duplicates import INDEX, Result, find_copies, fingerprints
from copydesk.duplicates.shingles import shingles
from copydesk.settings import DuplicatesSettings

__all__ = ["main"]

_PEER: Final = """
import json, sys, time
from rensa import RMinHashDeduplicator
texts = json.load(open(sys.argv[1], encoding="utf-8"))
begun = time.process_time()
deduplicator = RMinHashDeduplicator(threshold=float(sys.argv[2]), num_perm=128, use_lsh=True)
kept = deduplicator.add_pairs((identity, text.split()) for identity, text in texts.items())
print(json.dumps({"cpu_s": time.process_time() - begun, "removed": [identity for identity, stays in zip(texts, kept) if not stays]}))
"""


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peer", type=Path, help="the Python of an environment that holds rensa")
    parser.add_argument("--threshold", type=float, default=0.7, help="Jaccard similarity from which a copy has to be found")
    parser.add_argument("--set", dest="settings", action="append", default=[], metavar="NAME=VALUE", help="a field of DuplicatesSettings")
    given = parser.parse_args(arguments)
    settings = DuplicatesSettings.model_validate(dict(pair.split("=", 1) for pair in given.settings))
    texts = {row["id"]: row["text"] for row in _rows("dirty.jsonl.zst")}
    copied = {row["id"]: row["dup_of"] for row in _rows("dirty_labels.jsonl.zst") if row["dup_of"] in texts and row["id"] in texts}
    sources = {identity: _source(identity, copied) for identity in texts}
    near = [(copy, original) for copy, original in copied.items() if _jaccard(texts[copy], texts[original]) >= given.threshold]
    _index(dict(list(texts.items())[:2]), settings)  # what is imported at first use is no part of the work

    begun = time.process_time()
    index = _index(texts, settings)
    fingerprinted = time.process_time()
    result = find_copies(index, lambda ids: {identity: texts[identity] for identity in ids}, settings)
    found = time.process_time()
    ours = {
        "docs_per_cpu_s": round(len(texts) / (found - begun)),
        "fingerprints_s": round(fingerprinted - begun, 2),
        "find_s": round(found - fingerprinted, 2),
        "proposed": result.proposed,
        **_agreement(near, sources, {verdict.id for verdict in result.matched if verdict.status == "duplicate"}),
        "scores_of_unlabelled": _unlabelled(sources, result),
    }
    figures: dict[str, Any] = {"documents": len(texts), "copydesk": ours}
    if given.peer:
        removed, seconds = _peer(given.peer, texts, given.threshold)
        figures["rensa"] = {"docs_per_cpu_s": round(len(texts) / seconds), **_agreement(near, sources, removed)}
        figures["times_the_documents_per_cpu_second"] = round(seconds / (found - begun), 2)
    sys.stdout.write(json.dumps(figures, indent=1) + "\n")


def _rows(name: str) -> list[dict[str, Any]]:
    with folder("throughput", name).open("rb") as raw, zstandard.ZstdDecompressor(max_window_size=2**31).stream_reader(raw) as data:
        return [orjson.loads(line) for line in io.TextIOWrapper(data, encoding="utf-8")]


def _index(texts: Mapping[str, str], settings: DuplicatesSettings) -> pa.Table:
    prints = fingerprints(texts.values(), settings)
    rows = [
        {"id": identity, "sketch": found.sketch, "shingles": found.shingles, "chars": len(text)}
        for (identity, text), found in zip(texts.items(), prints, strict=True)
    ]
    return pa.Table.from_pylist(rows, schema=INDEX)


def _agreement(near: Sequence[tuple[str, str]], sources: Mapping[str, str], removed: Collection[str]) -> dict[str, Any]:
    """Recall and precision against the labels."""
    documents = Counter(sources.values())
    return {
        "copies": len(near),
        "recall": round(sum(copy in removed or original in removed for copy, original in near) / max(len(near), 1), 4),
        "removed": len(removed),
        "labelled": round(sum(documents[sources[name]] > 1 for name in removed) / max(len(removed), 1), 4),
    }


def _unlabelled(sources: Mapping[str, str], result: Result) -> list[float]:
    """The number of documents that are removed for one of another source, and the quartiles of their scores."""
    scores = [verdict.score or 0.0 for verdict in result.matched if verdict.kept_id and sources[verdict.id] != sources[verdict.kept_id]]
    return [len(scores), *(round(float(score), 2) for score in np.quantile(scores or [0.0], [0, 0.25, 0.5, 0.75, 1]))]


def _source(identity: str, copied: Mapping[str, str]) -> str:
    while identity in copied:
        identity = copied[identity]
    return identity


def _jaccard(one: str, other: str) -> float:
    first, second = shingles(one, 3), shingles(other, 3)
    common = len(np.intersect1d(first, second, assume_unique=True))
    return common / max(1, len(first) + len(second) - common)


def _peer(python: Path, texts: Mapping[str, str], threshold: float) -> tuple[set[str], float]:
    """What the peer removes, and its CPU seconds."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "texts.json"
        path.write_bytes(orjson.dumps(texts))
        answer = subprocess.run([python, "-c", _PEER, path, str(threshold)], capture_output=True, check=True)
    told = orjson.loads(answer.stdout)
    return set(told["removed"]), float(told["cpu_s"])


if __name__ == "__main__":
    main()
