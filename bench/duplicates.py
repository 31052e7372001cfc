"""How good the near-copies are: write the result that the data sets' own scorer reads.

    python -m bench.duplicates SET.jsonl.zst RESULT.jsonl [--set threshold=0.6 ...]
    python score.py duplicates SET.jsonl.zst --result RESULT.jsonl

The set has {"doc_id", "text"} on each line; only the text is used. The result has {"doc_id", "kept_id"}, where a kept document names itself.
"""

import argparse
import io
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import orjson
import pyarrow as pa
import zstandard

from copydesk.duplicates import INDEX, find_copies, fingerprints
from copydesk.settings import DuplicatesSettings

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the set, find its copies, write the result, and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("set", type=Path)
    parser.add_argument("result", type=Path)
    parser.add_argument("--set", dest="settings", action="append", default=[], metavar="NAME=VALUE", help="a field of DuplicatesSettings")
    given = parser.parse_args(arguments)
    settings = DuplicatesSettings.model_validate(dict(pair.split("=", 1) for pair in given.settings))

    texts = _texts(given.set)
    begun = time.process_time()
    prints = fingerprints(texts.values(), settings)
    fingerprinted = time.process_time()
    rows = [{"id": identity, "bands": found.bands, "chars": len(text)} for (identity, text), found in zip(texts.items(), prints, strict=True)]
    result = find_copies(pa.Table.from_pylist(rows, schema=INDEX), lambda ids: {identity: texts[identity] for identity in ids}, settings)
    found = time.process_time()

    lines = [{"doc_id": verdict.id, "kept_id": verdict.kept_id or verdict.id} for verdict in result.verdicts]
    given.result.write_bytes(b"".join(orjson.dumps(line) + b"\n" for line in lines))
    figures = {
        "documents": len(texts),
        "duplicates": sum(verdict.status == "duplicate" for verdict in result.verdicts),
        "proposed": result.proposed,
        "verified": result.verified,
        "matches": len(result.matches),
        "refused": sum(bool(match.refused) for match in result.matches),
        "crowded": result.crowded,
        "fingerprint_ms_per_document": round(1000 * (fingerprinted - begun) / max(len(texts), 1), 3),
        "find_ms_per_document": round(1000 * (found - fingerprinted) / max(len(texts), 1), 3),
    }
    sys.stdout.write(orjson.dumps(figures).decode() + "\n")


def _texts(path: Path) -> dict[str, str]:
    with path.open("rb") as raw, zstandard.ZstdDecompressor(max_window_size=2**31).stream_reader(raw) as data:
        return {row["doc_id"]: row["text"] for row in map(orjson.loads, io.TextIOWrapper(data, encoding="utf-8"))}


if __name__ == "__main__":
    main()
