"""A run: what it has to do, where it works, what it has found out so far, and how it ends.

A run is numbered after those before it and named by its input, so one that was killed and is started again is the same run: it finds its shards, goes on,
and makes the same commit.
"""

import fcntl
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self, TypeVar

import pyarrow as pa
import pyarrow.compute as pc
from prefect import Task
from prefect.futures import as_completed

from checks.gate import validate
from copydesk import __version__, ingest
from copydesk.errors import CopydeskError, InputError
from copydesk.report.passed import account
from copydesk.report.record import Outcome, RunOutcome, RunRecord, StageRecord
from copydesk.store import schema, shards
from copydesk.store.corpus import Corpus
from copydesk.work import Piece
from flows import history, raw
from flows.progress import Progress
from flows.settings import Settings

__all__ = ["CheckStopped", "Run", "locked"]

Job = TypeVar("Job")
Result = TypeVar("Result")


class CheckStopped(CopydeskError):  # noqa: N818 - a stop is no error: it is what a check is for
    """A critical expectation failed, so nothing was published; the message says which one and what to do.

    `record` is the run's record so far, `marks` tells who was held back in the stage that stopped it.
    """

    exit_code = 1

    def __init__(self, message: str, record: RunRecord, marks: Mapping[str, str]) -> None:
        super().__init__(message)
        self.record, self.marks = record, marks


@contextmanager
def locked(out: Path) -> Iterator[None]:
    """Hold the corpus for one writer; the lock is the kernel's, so it goes with its process, however that ends. Raises `InputError` if it is held."""
    place = history.hidden(out) / "lock"
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(place, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as fault:
        msg = f"{out} cannot be written ({fault.strerror}): give another folder with --out"
        raise InputError(msg) from fault
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as fault:
        os.close(handle)
        msg = f"another run is writing to {out}: wait for it to end, the next run takes whatever is new"
        raise InputError(msg) from fault
    try:
        yield
    finally:
        os.close(handle)


class Run:
    """One run on one corpus, from its settings to its report."""

    def __init__(self, settings: Settings, progress: Progress, found: ingest.Survey) -> None:
        self.settings, self.progress = settings, progress
        self.started = _now()
        self.corpus = Corpus(settings.out)
        self.folder = history.hidden(settings.out) / "work"
        self.folder.mkdir(parents=True, exist_ok=True)
        history.refuse_namesakes(settings.out, ingest.homes(settings.raw))
        self.sources, unread = raw.digests(settings, found.sources, progress)
        self.passed_over = {**found.passed_over, **unread}
        self._know_the_published()
        names = [(source.name, digest) for source, digest in self.sources]
        number = history.last_number(settings.out) + 1
        self.id = f"{number:06d}-{shards.key(self.corpus.version, names, settings.model_dump(mode='json', exclude={'runner', 'workers'}))[:8]}"
        self.number = number
        self.arrived: frozenset[str] = frozenset()
        self.gone: frozenset[str] = frozenset()
        self.used: set[str] = set()
        self._rejected: set[str] = set()
        self._stages: list[StageRecord] = []
        self._clock = time.monotonic()

    @classmethod
    @contextmanager
    def open(cls, settings: Settings) -> Iterator[Self]:
        """Open a run on the corpus, alone; what an earlier run left between its commit and its record is finished first."""
        found = raw.survey(settings)  # what cannot be read is told before anything is made
        with locked(settings.out), Progress() as progress:
            history.recover(settings.out)
            yield cls(settings, progress, found)

    def _know_the_published(self) -> None:
        """Learn from the table which sources need not be read again, whose the ids are, and what people decided.

        A source is done where every row that came from it carries its present digest and what judges texts now, unless all are to be judged again.
        """
        rows = self.corpus.rows(["id", "source", "source_digest", "text_digest", "judged", "decision"]).to_pylist()
        found: dict[str, set[tuple[str, str]]] = {}
        for row in rows:
            found.setdefault(ingest.file_of(row["source"]), set()).add((row["source_digest"], row["judged"]))
        current = self.settings.judged
        again = self.settings.rejudge
        self.fresh = [(source, digest) for source, digest in self.sources if again or found.get(source.name) != {(digest, current)}]
        read = {source.name for source, _ in self.fresh}
        known = {source.name for source, _ in self.sources} - read
        self.owners = {row["id"]: ingest.file_of(row["source"]) for row in rows}
        self.unread = found.keys() - read
        self.unchanged = sum(file in known for file in self.owners.values())
        made = {row["id"]: {**row["decision"], "text_digest": row["text_digest"]} for row in rows if row["decision"]}
        self.decisions: dict[str, Mapping[str, Any]] = {name: decision for name, decision in made.items() if decision["action"] == "restore"}
        self.forgotten: dict[str, Mapping[str, Any]] = {name: decision for name, decision in made.items() if decision["action"] == "forget"}

    def arrive(self, found: Sequence[tuple[str, str, str]]) -> None:
        """Note the ids (with the digests of their bytes and their decoded text) that came in, and which documents their sources no longer hold.

        A decision on a document that has changed since no longer holds; to forget a record is one about its bytes, however they are decoded.
        """
        self.arrived = frozenset(name for name, _, _ in found)
        self.gone = frozenset(name for name, file in self.owners.items() if file not in self.unread and name not in self.arrived)
        for name, data, text in found:
            if (decision := self.decisions.get(name)) is not None and (decision["bytes_digest"], decision["text_digest"]) != (data, text):
                del self.decisions[name]
            if name in self.forgotten and self.forgotten[name]["bytes_digest"] != data:
                del self.forgotten[name]
        for name in self.gone & self.decisions.keys():
            del self.decisions[name]

    def each(
        self,
        stage: str,
        jobs: Sequence[Job],
        *,
        stored: Callable[[Job], Result | None],
        task: "Task[..., Result]",
        arguments: Callable[[Job], Mapping[str, Any]],
    ) -> list[Result]:
        """Return the result of each job, in order: the stored one where there is one, else that of a task on the settings' runner."""
        results = [stored(job) for job in jobs]
        open_jobs = [at for at, result in enumerate(results) if result is None]
        with self.progress.stage(stage, len(jobs), len(jobs) - len(open_jobs)) as advance:
            if self.settings.runner == "inline":
                for at in open_jobs:
                    results[at] = task.fn(**arguments(jobs[at]))
                    advance()
            else:
                futures = {task.submit(**arguments(jobs[at])): at for at in open_jobs}
                for future in as_completed(list(futures)):
                    results[futures[future]] = future.result()
                    advance()
        found = [result for result in results if result is not None]
        self.used |= {key for result in found for key in _keys(result)}
        return found

    def check(self, stage: str, frame: pa.Table, ids_in: tuple[str, ...] | None, figures: Mapping[str, float]) -> Mapping[str, str]:
        """Apply a stage's suite, put the outcome on record, and return who is held back; raise `CheckStopped` where a critical expectation failed."""
        facts = {"threshold": self.settings.duplicates.threshold, "containment": self.settings.duplicates.containment}
        result = validate(stage, frame, self.settings.checks, ids_in=ids_in, facts=facts)
        present = set(schema.strings(frame, "id"))
        # A person's decision goes before a gate's, but nobody decided to keep a text of which nothing is left.
        emptied = set(schema.strings(frame.filter(pc.field("words_out") == 0), "id")) if stage == "boilerplate" else set()
        restored = dict.fromkeys((present & self.decisions.keys()) - emptied, "")
        marks = {**result.rejected, **restored}
        alive = (present & self.arrived) - self._rejected
        self._note(stage, len(alive), sum(bool(mark) for mark in marks.values()), figures, result.outcomes)
        self._rejected |= {name for name, mark in marks.items() if mark}
        if result.stops:
            failed = "; ".join(f"{outcome.name} ({outcome.observed}): {outcome.words} {outcome.advice}" for outcome in result.stops)
            msg = f"stopped after {stage}, nothing was published: {failed}"
            raise CheckStopped(msg, self.record("stopped"), marks)
        return marks

    def _note(self, stage: str, documents_in: int, rejected: int, figures: Mapping[str, float], checks: Sequence[Outcome]) -> None:
        seconds, self._clock = time.monotonic() - self._clock, time.monotonic()
        self._stages.append(StageRecord(stage, documents_in, documents_in - rejected, rejected, round(seconds, 3), dict(figures), list(checks)))

    def record(self, outcome: RunOutcome) -> RunRecord:
        """Return what is known of the run so far."""
        return RunRecord(
            run_id=self.id,
            outcome=outcome,
            started=self.started,
            finished=_now(),
            version=__version__,
            settings=self.settings.model_dump(mode="json"),
            raw=[str(root) for root in self.settings.raw],
            out=str(self.settings.out),
            totals={"in": len(self.arrived), "unchanged": self.unchanged},
            corpus=self.corpus.counts(),
            stages=list(self._stages),
            passed_over=account(self.passed_over),
        )


def _keys(result: object) -> Iterator[str]:
    """The keys of all shards in a task's result."""
    match result:
        case shards.Shard():
            yield result.key
        case Piece():
            yield from (result.documents.key, result.metrics.key)
        case list():
            for part in result:
                yield from _keys(part)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
