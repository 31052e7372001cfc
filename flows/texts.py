"""The texts of documents by id, wherever they rest, without holding them all: the verifier asks for those of proposed pairs only."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa
import pyarrow.parquet as pq

from copydesk.store import schema, shards
from copydesk.store.corpus import Corpus
from copydesk.store.shards import Shard

__all__ = ["Texts"]

_NAMES = ["id", "text"]
_TEXT = pa.schema([("text", pa.string())])
_BATCH = 2_000  # rows of the table at a time: some megabytes


class Texts:
    """Texts of this run's shards and of the published corpus, laid out in memory-mapped files, so that looking one up is a seek.

    Those of the shards are laid out at once. Of the published ones the first that are asked for are looked up in the table, which takes a scan of it;
    who asks again gets them laid out as well, for about two scans: a nightly run that compares a handful reads little, one that compares many reads all once.
    """

    def __init__(self, folder: Path, found: Sequence[Shard], corpus: Corpus) -> None:
        self._folder, self._shards, self._corpus = folder, found, corpus
        self._here, self._published = _Laid(folder / "texts.arrow"), _Laid(folder / "published.arrow")
        self._asked = False

    def __enter__(self) -> Self:
        self._here.lay(shards.read(shard, _NAMES) for shard in self._shards)
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        self._here.close()
        self._published.close()

    def of(self, ids: Collection[str]) -> Mapping[str, str]:
        """Return the texts of the ids; this run's document stands for one of the same id that was published before."""
        found = self._here.of(ids)
        if missing := [name for name in ids if name not in found]:
            found |= self._of_published(missing)
        return found

    def _of_published(self, ids: Collection[str]) -> dict[str, str]:
        if self._asked:
            if not self._published.laid:
                self._published.lay(_rows(self._corpus))
            return self._published.of(ids)
        self._asked = True
        rows = self._corpus.rows(_NAMES, ids=ids)
        return dict(zip(schema.strings(rows, "id"), schema.strings(rows, "text"), strict=True))


def _rows(corpus: Corpus) -> Iterator[pa.Table]:
    for path in corpus.compared:
        with pq.ParquetFile(path) as source:
            for batch in source.iter_batches(_BATCH, columns=_NAMES):
                yield pa.Table.from_batches([batch])


class _Laid:
    """Texts in a file that is mapped into memory, and where each stands in it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._at: dict[str, int] = {}
        self.laid = False

    def lay(self, tables: Iterator[pa.Table]) -> None:
        """Write the texts of these tables (id, text), some at a time."""
        with pa.OSFile(str(self._path), "wb") as sink, pa.ipc.new_file(sink, _TEXT) as writer:
            for rows in tables:
                self._at |= {name: len(self._at) + at for at, name in enumerate(schema.strings(rows, "id"))}
                writer.write_table(rows.select(["text"]).cast(_TEXT))  # the fields of a table's files carry marks of their own
        self._source = pa.memory_map(str(self._path))
        self._texts = pa.ipc.open_file(self._source).read_all().column("text")
        self.laid = True

    def of(self, ids: Collection[str]) -> dict[str, str]:
        """Return the texts of those ids that are here."""
        # One by one: taking them at once would first join all chunks, in memory and beyond what a string column can hold.
        return {name: str(self._texts[self._at[name]].as_py()) for name in ids if name in self._at}

    def close(self) -> None:
        """Give the file back."""
        if self.laid:
            del self._texts
            self._source.close()
        self._path.unlink(missing_ok=True)
