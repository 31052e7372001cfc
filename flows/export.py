"""The corpus for tools that read no Delta table: JSON lines, Parquet, or plain text files."""

import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import IO

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from copydesk.errors import InputError
from copydesk.store import shards
from copydesk.store.corpus import Corpus

__all__ = ["COLUMNS", "export"]

COLUMNS = (
    "id", "source", "site", "url", "title", "published", "language", "translation_score", "translation_flags", "words", "text",
    "status", "reason", "kept_id", "relation", "score", "jaccard", "containment", "story", "run_id",
)  # fmt: skip


def export(out: Path, form: str, status: str, target: Path | None) -> None:
    """Write the documents of a status ("all" for all), sorted by id, to a file, a folder of `.txt`, or standard output.

    Files are written whole or not at all. A text file is named by a digest of its id, for ids come from strangers and are no paths; `index.jsonl`
    beside them says which is which. Raises `InputError` where there is no corpus, or no target where one is needed.
    """
    corpus = Corpus(out)
    if corpus.version < 0:
        msg = f"there is no corpus in {out}: `copydesk run` makes one"
        raise InputError(msg)
    if target is not None and not target.absolute().parent.is_dir():
        msg = f"{target.parent} is no folder: make it first, or give another place with --to"
        raise InputError(msg)
    if target is not None and form != "txt" and target.is_dir():
        msg = f"{target} is a folder: give a file with --to"
        raise InputError(msg)
    if target is not None and form == "txt" and target.exists() and not (target.is_dir() and not any(target.iterdir())):
        msg = f"{target} is there already: give a new or an empty folder with --to, so that no other export is mixed in"
        raise InputError(msg)
    rows = corpus.rows(COLUMNS, status=None if status == "all" else status)
    match form, target:
        case "jsonl", None:
            sys.stdout.buffer.writelines(_lines(rows))
        case "jsonl", Path():
            shards.write_atomic(target, lambda sink: sink.writelines(_lines(rows)))
        case "parquet", Path():
            shards.write_atomic(target, lambda sink: pq.write_table(rows, sink, compression="zstd"))
        case "txt", Path():
            _texts(rows, target)
        case _:
            msg = f"{form} needs a place to go: give one with --to"
            raise InputError(msg)


def _lines(rows: pa.Table) -> Iterator[bytes]:
    for batch in rows.to_batches(max_chunksize=1_000):
        yield from (orjson.dumps(row) + b"\n" for row in batch.to_pylist())


def _texts(rows: pa.Table, folder: Path) -> None:
    index = []
    for batch in rows.to_batches(max_chunksize=1_000):
        for row in batch.to_pylist():
            name = f"{shards.key(row['id'])}.txt"
            data = row.pop("text").encode("utf-8")
            shards.write_atomic(folder / name, partial(_put, data=data))
            index.append(orjson.dumps({"file": name, **row}) + b"\n")
    shards.write_atomic(folder / "index.jsonl", lambda sink: sink.writelines(index))


def _put(sink: IO[bytes], data: bytes) -> None:
    sink.write(data)
