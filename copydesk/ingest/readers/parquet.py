"""Parquet: each row a record; its text is UTF-8 by the standard, and asked about where it is none. Positions are row numbers.

A page or a dictionary of a few bytes can stand for gigabytes. So what the footer declares is held against the limits before anything is read, rows come in
small batches, and values are looked at as lengths before they become Python's.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any, cast

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from copydesk.document import Decoding, Document
from copydesk.ingest.making import Maker
from copydesk.ingest.streams import GRACE, File, TooDenseError

__all__ = ["read"]

_ROWS = 20  # at a time: of ten million bytes each they are 200 MB
_BATCH_BYTES = 20_000_000  # a batch with more goes to Python row by row
_BUFFER = 1_048_576  # bytes of each column: without it a whole row group is read at once


def read(file: File, maker: Maker) -> Iterator[Document]:
    """Yield a document for each row."""
    most = max(GRACE, maker.settings.max_decompression_ratio * maker.source.size)
    given = 0
    with pq.ParquetFile(file.raw, buffer_size=_BUFFER, pre_buffer=False) as table:
        _refuse(table, maker, most)
        names = [name for name in maker.fields.values() if name in table.schema_arrow.names]
        for batch in table.iter_batches(batch_size=_ROWS, columns=names):
            stored = _as_bytes(batch)
            sizes = _sizes(stored)
            for size, record in zip(sizes, _records(stored, sizes, maker.limit), strict=True):
                maker.position += 1
                given += size
                if given > most:
                    raise _too_dense(maker, given)
                if record is None:
                    yield maker.too_large(f"row {maker.position}")
                else:
                    digest = hashlib.sha256(json.dumps(record, sort_keys=True, default=str).encode()).hexdigest()
                    yield maker.record(record, digest, Decoding(how="parquet"))


def _refuse(table: pq.ParquetFile, maker: Maker, most: int) -> None:
    """Refuse a file whose footer declares more than the limit allows."""
    facts = table.metadata
    declared = sum(facts.row_group(group).column(at).total_uncompressed_size for group in range(facts.num_row_groups) for at in range(facts.num_columns))
    if declared > most:
        raise _too_dense(maker, declared)


def _too_dense(maker: Maker, unpacked: int) -> TooDenseError:
    return TooDenseError(f"{maker.source.size:,} bytes unpack to {unpacked:,} or more: raise ingest.max_decompression_ratio to read on")


def _records(batch: pa.RecordBatch, sizes: list[int], limit: int) -> Iterator[Mapping[str, Any] | None]:
    """The rows as Python's, None for one beyond the limit: all at once where they are small."""
    if sum(sizes) <= min(limit, _BATCH_BYTES):
        yield from batch.to_pylist()
        return
    for at, size in enumerate(sizes):
        yield batch.slice(at, 1).to_pylist()[0] if size <= limit else None


def _as_bytes(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Leave text as the bytes it is stored as: one value that is no UTF-8 must not cost the rest of its file."""
    if not batch.num_columns:
        return batch  # of which a cast would lose even the number of rows
    fields = [pa.field(f.name, pa.large_binary()) if _is_text(f.type) else f for f in batch.schema]
    return batch.cast(pa.schema(fields))


def _is_text(kind: pa.DataType) -> bool:
    return pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)


def _sizes(batch: pa.RecordBatch) -> list[int]:
    """Return the bytes of text in each row."""
    sizes = [0] * batch.num_rows
    for column in batch.columns:
        stored = column.dictionary if isinstance(column, pa.DictionaryArray) else column
        if not (_is_text(stored.type) or pa.types.is_binary(stored.type) or pa.types.is_large_binary(stored.type)):
            continue
        lengths: pa.Array[Any] = pc.binary_length(cast("pa.LargeBinaryArray", stored))
        if isinstance(column, pa.DictionaryArray):
            lengths = lengths.take(column.indices)
        sizes = [size + (length or 0) for size, length in zip(sizes, lengths.to_pylist(), strict=True)]
    return sizes
