"""The gate after each stage, and the end of a run."""

from dataclasses import replace
from typing import TypeVar

from copydesk.report.record import RunRecord
from flows import history
from flows.run import CheckStopped, Run
from flows.work import Copies, Work

__all__ = ["finish", "gate"]

AnyWork = TypeVar("AnyWork", Work, Copies)


def gate(stage: str, work: AnyWork, run: Run) -> AnyWork:
    """Let a stage's work through its suite: documents whose row fails are held back, a critical failure stops the run before anything is published."""
    try:
        marks = run.check(stage, work.frame, work.ids_in, work.figures)
    except CheckStopped as stop:
        history.put_on_record(run.settings.out, run.number, stop.record)
        raise
    # The near-copy gate speaks of documents of earlier runs as well, so the marks of the gate before it still hold for this run's shards.
    return replace(work, marks=work.marks if isinstance(work, Copies) else marks)


def finish(work: Work, run: Run) -> RunRecord:
    """Publish in one commit, put the run on record, and let the shards of earlier runs go."""
    record = run.record("published" if work.pieces else "unchanged")
    record = history.commit(run.settings.out, run.corpus, run.number, record, work.pieces, run.arrived)
    if work.pieces:
        history.sweep(run.folder, run.used)
    return record
