"""The texts of documents by id, wherever they rest, without holding them all: the verifier asks for those of proposed pairs only."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa

from copydesk.store import schema, shards
from copydesk.store.corpus import Corpus
from copydesk.store.shards import Shard

__all__ = ["Texts"]


class Texts:
    """Texts of this run's shards and of the published corpus. Those of the shards are laid out once in a memory-mapped file, so looking one up is a seek."""

    def __init__(self, folder: Path, found: Sequence[Shard], corpus: Corpus) -> None:
        self._path, self._shards, self._corpus = folder / "texts.arrow", found, corpus
        self._at: dict[str, int] = {}

    def __enter__(self) -> Self:
        with pa.OSFile(str(self._path), "wb") as sink, pa.ipc.new_file(sink, pa.schema([("text", pa.string())])) as writer:
            for shard in self._shards:
                rows = shards.read(shard, ["id", "text"])
                self._at |= {name: len(self._at) + at for at, name in enumerate(schema.strings(rows, "id"))}
                writer.write_table(rows.select(["text"]))
        self._source = pa.memory_map(str(self._path))
        self._texts = pa.ipc.open_file(self._source).read_all()
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        del self._texts
        self._source.close()
        self._path.unlink(missing_ok=True)

    def of(self, ids: Collection[str]) -> Mapping[str, str]:
        """Return the texts of the ids; this run's document stands for one of the same id that was published before."""
        here = [name for name in ids if name in self._at]
        column = self._texts.column("text")
        # One by one: taking them at once would first join all chunks, in memory and beyond what a string column can hold.
        found = {name: str(column[self._at[name]].as_py()) for name in here}
        if missing := [name for name in ids if name not in found]:
            rows = self._corpus.rows(["id", "text"], ids=missing)
            found |= zip(schema.strings(rows, "id"), schema.strings(rows, "text"), strict=True)
        return found
