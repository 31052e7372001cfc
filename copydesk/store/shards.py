"""Shards: the checkpoints of a run. A shard is a Parquet file whose name is the key of what it holds.

The key is the digest of everything that decides the content (the input's digest, the stage, its version, its settings), so resuming, caching and
re-running are one mechanism: where the key's manifest exists, the work is done. A shard is written under a temporary name, synced and renamed, its manifest
after it; so a file that can be read is whole, whenever the writer was killed. The manifest carries rows and digest, and a mismatch is refused.
"""

import hashlib
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq

from copydesk.errors import StoreError

__all__ = ["Shard", "file_digest", "key", "read", "stored", "write", "write_atomic"]


@dataclass(frozen=True, slots=True)
class Shard:
    """A finished shard: where it lies, what it holds and the digest that proves it. `facts` are small figures of the stage that wrote it."""

    path: str
    key: str
    rows: int
    digest: str
    facts: Mapping[str, Any] = field(default_factory=dict)


def key(*parts: object) -> str:
    """Return the digest of the parts' canonical JSON: 32 hexadecimal characters, the same in every process and on every machine.

    Raises `TypeError` for what has no JSON: a set, say, has no order that is the same everywhere.

    >>> key("encoding", 1, {"b": 1, "a": 2}) == key("encoding", 1, {"a": 2, "b": 1})
    True
    """
    return hashlib.sha256(json.dumps(parts, sort_keys=True, ensure_ascii=True).encode()).hexdigest()[:32]


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file, hexadecimal, read in pieces."""
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def write_atomic(path: Path, fill: Callable[[IO[bytes]], object]) -> None:
    """Write a file so that it is either absent (or as it was) or whole: temporary name, sync, rename, sync of the folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with draft.open("wb") as sink:
            fill(sink)
            sink.flush()
            os.fsync(sink.fileno())
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def write(folder: Path, shard_key: str, rows: pa.Table, facts: Mapping[str, Any] | None = None) -> Shard:
    """Write the rows as `<folder>/<key>.parquet` with its manifest `<key>.json`, and return the shard."""
    path = folder / f"{shard_key}.parquet"
    write_atomic(path, lambda sink: pq.write_table(rows, sink, compression="zstd", compression_level=1))
    shard = Shard(str(path), shard_key, rows.num_rows, file_digest(path), dict(facts or {}))
    write_atomic(path.with_suffix(".json"), lambda sink: sink.write(json.dumps(asdict(shard), sort_keys=True).encode()))
    return shard


def stored(folder: Path, shard_key: str) -> Shard | None:
    """Return the shard of that key if it is there and whole, else None: then its work is still to be done."""
    path = folder / f"{shard_key}.parquet"
    try:
        manifest = json.loads(path.with_suffix(".json").read_bytes())
        shard = Shard(**{**manifest, "path": str(path)})
        return shard if shard.key == shard_key and file_digest(path) == shard.digest else None
    except (OSError, ValueError, TypeError):
        return None


def read(shard: Shard, columns: list[str] | None = None) -> pa.Table:
    """Read a shard; raise `StoreError` where the file is missing or not the one that its manifest describes."""
    path = Path(shard.path)
    try:
        if file_digest(path) != shard.digest:
            msg = f"{path} is not the shard that its manifest describes; delete it and run again"
            raise StoreError(msg)
        rows = pq.read_table(path, columns=columns, memory_map=False)
    except (OSError, pa.ArrowException) as fault:
        msg = f"{path} cannot be read ({fault}); delete it and run again"
        raise StoreError(msg) from fault
    return rows
