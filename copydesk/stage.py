"""How a stage meets a document: it proposes, the ledger applies, and nothing that a text does can raise out of it.

A per-document stage is a name, a version and plain functions. `version` grows whenever the same text may be judged otherwise than before: it is part of the
key under which results are kept, so an old result is never mistaken for a new one.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from traceback import format_exception_only
from typing import TypeVar, assert_never

from copydesk import ledger
from copydesk.document import Document, Edit, Edits, Flag, Flags, Rejection

__all__ = ["EditStage", "FlagStage", "JudgeAll", "Stage", "Together", "advance", "advance_all"]


@dataclass(frozen=True, slots=True)
class Together:
    """A step that is much cheaper on many documents at once; what it says of one may not depend on the others (law 3)."""

    judge: Callable[[Sequence[Document]], Sequence[Sequence[Edit]]]

    def __call__(self, document: Document) -> Sequence[Edit]:
        """Judge one document, so that the step is one like any other."""
        return self.judge([document])[0]


@dataclass(frozen=True, slots=True)
class JudgeAll:
    """A judge that is much cheaper on many documents at once; what it says of one may not depend on the others (law 3)."""

    judge: Callable[[Sequence[Document]], Sequence[Sequence[Flag]]]

    def __call__(self, document: Document) -> Sequence[Flag]:
        """Judge one document, so that the judge is one like any other."""
        return self.judge([document])[0]


@dataclass(frozen=True, slots=True)
class EditStage:
    """A stage that changes text: each step judges the text that the step before it left.

    What it sees and leaves alone (a doubtful repair, a credit) its judges say afterwards, as flags on the text that the steps left.
    """

    name: str
    version: int
    steps: tuple[Edits, ...]
    judges: tuple[Flags, ...] = ()


@dataclass(frozen=True, slots=True)
class FlagStage:
    """A stage that says something about a text and leaves it as it is."""

    name: str
    version: int
    judges: tuple[Flags, ...]


Stage = EditStage | FlagStage


def advance(stage: Stage, document: Document) -> Document:
    """Take a document through one stage.

    A document that was rejected before passes unchanged. One on which the stage fails is rejected with the fault's gist,
    its text as it was: a poisonous document costs itself and never its shard.
    """
    return advance_all(stage, [document])[0]


def advance_all(stage: Stage, documents: Iterable[Document]) -> list[Document]:
    """Take the documents of a shard through one stage, each as `advance` does; a step that judges `Together` sees all that are alive at once."""
    before = list(documents)
    now = list(before)
    for act in _acts(stage):
        alive = [at for at, document in enumerate(now) if document.rejection is None]
        for at, attempt in zip(alive, act([now[at] for at in alive]), strict=True):
            try:
                now[at] = attempt()
            except Exception as fault:  # noqa: BLE001 - law 9: whatever a text provokes, it ends here and is told
                now[at] = replace(before[at], rejection=Rejection(stage.name, "stage_error", _gist(fault)))
    return now


_Attempts = list[Callable[[], Document]]


def _acts(stage: Stage) -> Iterator[Callable[[Sequence[Document]], _Attempts]]:
    """Give what a stage does, one thing after the other, as functions from the living documents to what is to be tried on each."""
    match stage:
        case EditStage():
            for step in stage.steps:
                yield partial(_editing, step)
        case FlagStage():
            pass
        case _:
            assert_never(stage)
    yield partial(_flagging, stage)


def _editing(step: Edits, documents: Sequence[Document]) -> _Attempts:
    found = _at_once(step.judge, documents) if isinstance(step, Together) else None
    if found is None:
        return [partial(_stepped, step, document) for document in documents]
    return [partial(_edited, document, edits) for document, edits in zip(documents, found, strict=True)]


_Said = TypeVar("_Said")


def _at_once(judge: Callable[[Sequence[Document]], Sequence[Sequence[_Said]]], documents: Sequence[Document]) -> Sequence[Sequence[_Said]] | None:
    """Return what is said of all documents, or None where one of them is more than the judge can bear."""
    try:
        found = judge(documents)
    except Exception:  # noqa: BLE001 - the next try is document by document, and tells whose fault it is
        return None
    return found if len(found) == len(documents) else None


def _stepped(step: Edits, document: Document) -> Document:
    return _edited(document, step(document))


def _edited(document: Document, proposed: Sequence[Edit]) -> Document:
    edits = ledger.ordered(proposed)
    if not edits:
        return document
    text = ledger.replay(document.text, edits)
    text.encode("utf-8")  # half a surrogate pair cannot be written: it would cost the shard, so it ends here
    return replace(document, text=text, edits=(*document.edits, *edits), flags=ledger.carried(document.flags, edits))


def _gist(fault: Exception) -> str:
    return "".join(format_exception_only(fault)).strip()[:200].encode("utf-8", "backslashreplace").decode("utf-8")


def _flagging(stage: Stage, documents: Sequence[Document]) -> _Attempts:
    heard = [_at_once(judge.judge, documents) if isinstance(judge, JudgeAll) else None for judge in stage.judges]
    return [partial(_flagged, stage, document, [None if said is None else said[at] for said in heard]) for at, document in enumerate(documents)]


def _flagged(stage: Stage, document: Document, heard: Sequence[Sequence[Flag] | None]) -> Document:
    """Put the stage's flags in place of those that it left before, so that a stage may run on its own output (law 2)."""
    found: list[Flag] = [flag for judge, said in zip(stage.judges, heard, strict=True) for flag in (judge(document) if said is None else said)]
    for flag in found:
        if not 0 <= flag.start <= flag.end <= len(document.text):
            msg = f"{flag.rule}: the span {flag.start}-{flag.end} is outside the text"
            raise ValueError(msg)
    flags = (*(flag for flag in document.flags if flag.stage != stage.name), *found)
    return document if flags == document.flags else replace(document, flags=flags)
