"""The gate after each stage, and the end of a run."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from copydesk.report.collect import MAX_ROWS
from copydesk.report.record import QuarantineRow, RunRecord
from copydesk.store import schema, shards
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
        record = _with_held_back(stop.record, work, stop.marks)
        history.put_on_record(run.settings.out, run.number, record)
        msg = f"{stop} The report has the documents: {history.report_path(run.settings.out, run.id)}"
        raise CheckStopped(msg, record, stop.marks) from None
    # The near-copy gate speaks of documents of earlier runs as well, so the marks of the gate before it still hold for this run's shards.
    return replace(work, marks=work.marks if isinstance(work, Copies) else marks)


def _with_held_back(record: RunRecord, work: Work, marks: Mapping[str, str]) -> RunRecord:
    """Tell in the record of a stopped run who was held back so far, for there are no rows in the table that could tell it."""
    reasons: Counter[str] = Counter()
    shown: list[QuarantineRow] = []
    for piece in work.pieces:
        for document in schema.documents(shards.read(piece.documents)):
            mark = marks.get(document.id, "")
            if document.rejection or mark:
                stage, reason, detail = (
                    (document.rejection.stage, document.rejection.reason, document.rejection.detail)
                    if document.rejection
                    else (record.stages[-1].name, mark, f"failed the check {mark}")
                )
                reasons[reason] += 1
                if len(shown) < MAX_ROWS:
                    # Nothing was published, so there is nothing that could be restored yet: no text is claimed.
                    shown.append(QuarantineRow(document.id, document.source, document.site, stage, reason, detail[:200]))
    whole = {**record.whole, "quarantine": reasons.total()}
    return replace(record, quarantine=shown, quarantine_by_reason=dict(reasons.most_common()), whole=whole)


def finish(work: Work, run: Run) -> RunRecord:
    """Publish in one commit, put the run on record, and let the shards of earlier runs go."""
    record = run.record("published" if work.pieces else "unchanged")
    record = history.commit(run.settings.out, run.corpus, run.number, record, work.pieces, run.arrived)
    if work.pieces:
        history.sweep(run.folder, run.used)
    return record
