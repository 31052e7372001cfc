"""How good the near-copies are: write the result that the data sets' own scorer reads.

    python -m bench.duplicates SET.jsonl.zst RESULT.jsonl [--set threshold=0.6 ...] [--raw]
    python score.py duplicates SET.jsonl.zst --result RESULT.jsonl

The set has {"doc_id", "text"} on each line; only the text is used. It goes through the encoding and the boilerplate stage first, as in a real run, but with
`--raw`. The result has {"doc_id", "kept_id"}, where a kept document names itself.
"""

import argparse
import io
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import orjson
import pyarrow as pa
import zstandard

from copydesk.document import Document
from copydesk.duplicates import INDEX, find_copies, fingerprints
from copydesk.settings import DuplicatesSettings, StageSettings
from copydesk.stage import advance_all
from copydesk.stages import PER_DOCUMENT

__all__ = ["main"]

_SHARD: Final = 500


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the set, find its copies, write the result, and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("set", type=Path)
    parser.add_argument("result", type=Path)
    parser.add_argument("--set", dest="settings", action="append", default=[], metavar="NAME=VALUE", help="a field of DuplicatesSettings")
    parser.add_argument("--raw", action="store_true", help="compare the texts as they are, without the stages that go before")
    given = parser.parse_args(arguments)
    settings = DuplicatesSettings.model_validate(dict(pair.split("=", 1) for pair in given.settings))

    texts = _texts(given.set)
    if not given.raw:
        texts = _staged(texts)
    begun = time.process_time()
    prints = fingerprints(texts.values(), settings)
    fingerprinted = time.process_time()
    rows = [
        {"id": identity, "sketch": found.sketch, "shingles": found.shingles, "chars": len(text)}
        for (identity, text), found in zip(texts.items(), prints, strict=True)
    ]
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


def _staged(texts: Mapping[str, str]) -> dict[str, str]:
    """Take the texts through the stages that change them before they are compared."""
    documents = [Document(id=identity, source=identity, site="", text=text) for identity, text in texts.items()]
    stages = [PER_DOCUMENT[name](StageSettings()) for name in ("encoding", "boilerplate")]
    for at in range(0, len(documents), _SHARD):
        for stage in stages:
            documents[at : at + _SHARD] = advance_all(stage, documents[at : at + _SHARD])
    return {document.id: document.text for document in documents}


if __name__ == "__main__":
    main()
