"""What people decide, in one commit: `restore` and `forget` record it in the rows that it is about, and whoever hung on them is judged again."""

import getpass
import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from copydesk.amend import requalified, retold
from copydesk.comparison import Comparison, compare, index_file, index_rows, indexed
from copydesk.document import Document
from copydesk.publish import Stamp
from copydesk.store import schema
from copydesk.store.corpus import Corpus
from flows import history
from flows.run import locked
from flows.settings import Settings
from flows.texts import Texts

__all__ = ["Desk", "open_desk"]


@dataclass(frozen=True, slots=True)
class Desk:
    """The corpus, held for one decision: its number, its stamp, and what is recorded of it."""

    corpus: Corpus
    settings: Settings
    number: int
    stamp: Stamp
    decision: Mapping[str, str]

    def compare(self, documents: Mapping[str, Document], leaving: Collection[str] = ()) -> Comparison:
        """Judge documents that come in (by id), kept whatever they resemble, and the published ones that this, or those that leave, may concern."""
        settings, work = self.settings.stages, _work(self.settings.out)
        decided = self.corpus.rows(["id", "decision"]).filter(pc.field("decision", "action") == "restore")
        with Texts(work, [], self.corpus) as published:

            def texts(ids: Sequence[str]) -> Mapping[str, str]:
                known = {name: documents[name].text for name in ids if name in documents}
                return {**published.of([name for name in ids if name not in known]), **known}

            return compare(
                self.corpus,
                index_rows(documents.values(), settings),
                leaving,
                texts,
                settings,
                pinned={*schema.strings(decided, "id"), *documents},
                again=lambda paths: [index_file(path, settings, work) for path in paths],
                spill=work / "spill",
            )

    def commit(self, rows: Callable[[], Iterator[pa.Table]], found: Comparison, decided: Collection[str]) -> list[str]:
        """Publish the rows decided about, and those of others whose fate or story the comparison changes; return the ids of those judged otherwise."""
        others = [name for name in found.verdicts if name not in decided]
        changed: list[str] = []

        def batches() -> Iterator[pa.RecordBatch]:
            for table in rows():
                yield from table.to_batches()
            for table in requalified(self.corpus, others, found.index, found.verdicts, found.told.standing, self.stamp):
                changed.extend(schema.strings(table, "id"))
                yield from table.to_batches()
            for table in retold(self.corpus, found.told.retold, found.told.standing, self.stamp):
                yield from table.to_batches()

        self.corpus.commit(batches(), self.number, self.stamp.run_id)
        return sorted(changed)


@contextmanager
def open_desk(action: Literal["restore", "forget"], reason: str, settings: Settings) -> Iterator[Desk]:
    """Hold the corpus for a decision; what an earlier run left between its commit and its record is finished first."""
    with locked(settings.out):
        history.recover(settings.out)
        _work(settings.out).mkdir(parents=True, exist_ok=True)
        number = history.last_number(settings.out) + 1
        stamp = Stamp(settings.judged, indexed(settings.stages), f"{number:06d}-{action}")
        decision = {"action": action, "reason": reason, "by": _who(), "at": datetime.now(UTC).isoformat(timespec="seconds")}
        yield Desk(Corpus(settings.out), settings, number, stamp, decision)


def _work(out: Path) -> Path:
    return history.hidden(out) / "work"


def _who() -> str:
    """The user's name; a container may have none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"
