"""How a stage meets a document: it proposes, the ledger applies, and nothing that a text does can raise out of it.

A per-document stage is a name, a version and plain functions. `version` grows whenever the same text may be judged otherwise than before: it is part of the
key under which results are kept, so an old result is never mistaken for a new one.
"""

from dataclasses import dataclass, replace
from traceback import format_exception_only
from typing import assert_never

from copydesk import ledger
from copydesk.document import Document, Edits, Flag, Flags, Rejection

__all__ = ["EditStage", "FlagStage", "Stage", "advance"]


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
    if document.rejection is not None:
        return document
    try:
        match stage:
            case EditStage():
                return _edited(stage, document)
            case FlagStage():
                return _flagged(stage, document)
            case _:
                assert_never(stage)
    except Exception as fault:  # noqa: BLE001 - law 9: whatever a text provokes, it ends here and is told
        return replace(document, rejection=Rejection(stage.name, "stage_error", _gist(fault)))


def _edited(stage: EditStage, document: Document) -> Document:
    for step in stage.steps:
        if edits := ledger.ordered(step(document)):
            text = ledger.replay(document.text, edits)
            text.encode("utf-8")  # half a surrogate pair cannot be written: it would cost the shard, so it ends here
            document = replace(document, text=text, edits=(*document.edits, *edits), flags=ledger.carried(document.flags, edits))
    return _flagged(stage, document)


def _gist(fault: Exception) -> str:
    return "".join(format_exception_only(fault)).strip()[:200].encode("utf-8", "backslashreplace").decode("utf-8")


def _flagged(stage: Stage, document: Document) -> Document:
    """Put the stage's flags in place of those that it left before, so that a stage may run on its own output (law 2)."""
    found: list[Flag] = [flag for judge in stage.judges for flag in judge(document)]
    for flag in found:
        if not 0 <= flag.start <= flag.end <= len(document.text):
            msg = f"{flag.rule}: the span {flag.start}-{flag.end} is outside the text"
            raise ValueError(msg)
    flags = (*(flag for flag in document.flags if flag.stage != stage.name), *found)
    return document if flags == document.flags else replace(document, flags=flags)
