"""The corpus: one Delta Lake table in which every run is one commit, so that readers see the whole of a run or none of it.

Looking things up goes through DuckDB over the files of one version: it pushes filters down, spills to disk, and takes ids as data, never as SQL.
"""

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import get_args
from urllib.parse import unquote

import duckdb
import pyarrow as pa
from deltalake import CommitProperties, DeltaTable, Transaction, WriterProperties, write_deltalake
from deltalake.exceptions import TableNotFoundError

from copydesk.document import Status
from copydesk.errors import InputError, StoreError
from copydesk.store.schema import PUBLISHED

__all__ = ["ROWS", "Corpus"]

ROWS = "(SELECT * FROM no_rows UNION ALL BY NAME SELECT * FROM read_parquet($files, hive_partitioning = true, union_by_name = true))"
"""All rows of `$files`, in SQL; with an empty table of `PUBLISHED` as `no_rows`, columns that an earlier copydesk did not publish are there and empty."""

_APPLICATION = "copydesk"
# deltalake 1.6 dies on the first five in a path and takes "%20" for a blank; to DuckDB the next two are wildcards, and "status=old" is a column.
_NOT_IN_PATHS = frozenset("[]|^\\%*?=")
_WRITER = WriterProperties(compression="ZSTD", compression_level=3)


class Corpus:
    """The published documents under `<folder>/documents`, at the version that was the newest when this was opened (and after each own commit)."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "documents"
        if bad := _NOT_IN_PATHS.intersection(str(self.path.absolute())):
            signs = " ".join(sorted(bad))
            msg = f"{self.path.absolute()} cannot hold a corpus, for the table's engines do not take {signs} in a path: give another folder with --out"
            raise InputError(msg)
        self._table = self._open()

    def _open(self) -> DeltaTable | None:
        try:
            return DeltaTable(str(self.path))
        except TableNotFoundError:
            return None
        except Exception as fault:
            msg = f"{self.path} holds something, but no table that can be read: {str(fault)[:200]}"
            raise StoreError(msg) from fault

    @property
    def version(self) -> int:
        """The version of the table, from 0; -1 where nothing was published yet."""
        return -1 if self._table is None else int(self._table.version())

    @property
    def commits(self) -> int:
        """How many commits copydesk made to this table: the number under which the last one was made, 0 for none."""
        return 0 if self._table is None else int(self._table.transaction_version(_APPLICATION) or 0)

    @property
    def files(self) -> list[str]:
        """The files of the version."""
        return [] if self._table is None else [unquote(uri) for uri in self._table.file_uris()]

    @property
    def compared(self) -> list[str]:
        """The files of the version that hold documents which near-copies are sought among: all but the quarantined ones."""
        return [path for path in self.files if "/status=quarantined/" not in path]

    def rows(self, columns: Sequence[str] = tuple(PUBLISHED.names), *, ids: Collection[str] | None = None, status: str | None = None) -> pa.Table:
        """Return rows with the columns asked for, all or those with one of the ids or of one status, sorted by id."""
        wanted = pa.schema([PUBLISHED.field(name) for name in columns])
        files = self.files
        if not files or (ids is not None and not ids):
            return wanted.empty_table()
        chosen = ", ".join(f'documents."{name}"' for name in columns)
        query = f"SELECT {chosen} FROM {ROWS} AS documents WHERE true"  # noqa: S608 - names of our own schema
        bound: dict[str, object] = {"files": files}
        with duckdb.connect() as engine:
            engine.register("no_rows", PUBLISHED.empty_table())
            if ids is not None:
                engine.register("wanted_ids", pa.table({"id": pa.array(sorted(set(ids)), pa.string())}))
                query += " AND documents.id IN (SELECT id FROM wanted_ids)"
            if status is not None:
                query += " AND documents.status = $status"
                bound["status"] = status
            found: pa.Table = engine.sql(f"{query} ORDER BY documents.id", params=bound).to_arrow_table()
        return found.cast(wanted)

    def counts(self) -> dict[str, int]:
        """Return how many rows there are of each status."""
        found = self.rows(["status"]).column("status").to_pylist()
        return {status: found.count(status) for status in get_args(Status)}

    def row(self, name: str) -> pa.Table:
        """Return the row with that id as a table of one row; raise `InputError` where there is none."""
        found = self.rows(ids=[name])
        if found.num_rows == 0:
            msg = f"there is no document {name!r} in {self.path}: `copydesk export --status all` lists all ids"
            raise InputError(msg)
        return found

    def commit(self, rows: pa.Table | Iterable[pa.RecordBatch], number: int, run_id: str) -> None:
        """Insert the rows, or replace those with the same ids, in one commit that is numbered, so that it can be told whether it was made.

        Raises `StoreError` where another writer committed in between.
        """
        batches = rows.to_batches() if isinstance(rows, pa.Table) else rows
        reader = pa.RecordBatchReader.from_batches(PUBLISHED, batches)
        properties = CommitProperties(custom_metadata={"run_id": run_id}, app_transactions=[Transaction(_APPLICATION, number)])
        try:
            if self._table is None:
                write_deltalake(
                    str(self.path), reader, mode="error", partition_by=["status"], name="documents", writer_properties=_WRITER, commit_properties=properties
                )
            else:
                merge = self._table.merge(
                    reader,
                    predicate="old.id = new.id",
                    source_alias="new",
                    target_alias="old",
                    merge_schema=True,
                    writer_properties=_WRITER,
                    commit_properties=properties,
                )
                merge.when_matched_update_all().when_not_matched_insert_all().execute()
        except Exception as fault:
            msg = f"{self.path} could not be written: {str(fault)[:300]}"
            raise StoreError(msg) from fault
        self._table = self._open()
