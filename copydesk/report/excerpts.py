"""The few words of an article that a report shows: a change as it stood in its text, a flag with the words that it speaks of.

Excerpts are bounded, so that a report stays readable and holds no article; they are cut here, so that a record is as bounded as its page.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from copydesk import ledger
from copydesk.document import Edit
from copydesk.errors import LedgerError
from copydesk.report.record import Example, FlagExcerpt, Flagged

__all__ = ["excerpt", "flagged_document", "rule_example"]

MAX_EXCERPT = 200
MAX_CONTEXT = 60
MAX_FLAGS = 20


def excerpt(text: str) -> str:
    """Return the text, cut to `MAX_EXCERPT` characters with an ellipsis as the last of them.

    >>> len(excerpt("a" * 500)), excerpt("a" * 500)[-1] == "\N{HORIZONTAL ELLIPSIS}"
    (200, True)
    """
    return text if len(text) <= MAX_EXCERPT else text[: MAX_EXCERPT - 1] + "\N{HORIZONTAL ELLIPSIS}"


def rule_example(row: Mapping[str, Any], stage: str, rule: str) -> Example:
    """Show the first edit of that rule in a row of the published table, which must hold one."""
    edits = [Edit(**edit) for edit in row["edits"]]
    at = next(at for at, edit in enumerate(edits) if (edit.stage, edit.rule) == (stage, rule))
    left, right = _context(row["text"] or "", edits[at:])
    edit = edits[at]
    return Example(row["id"] or "", row["source"] or "", excerpt(edit.before), excerpt(edit.after), left, right, excerpt(edit.why))


def flagged_document(row: Mapping[str, Any]) -> Flagged:
    """Show what the translation stage said of a row of the published table; a flag about the whole document needs no excerpt."""
    text = row["text"] or ""
    flags = sorted((flag for flag in row["flags"] or () if flag["stage"] == "translation"), key=lambda flag: (flag["start"], flag["end"], flag["rule"]))
    shown = [
        FlagExcerpt(
            rule=flag["rule"],
            evidence=excerpt(flag["evidence"] or ""),
            value=excerpt(flag["value"] or ""),
            score=flag["score"],
            excerpt="" if flag["end"] - flag["start"] >= len(text) else excerpt(text[flag["start"] : flag["end"]]),
        )
        for flag in flags[:MAX_FLAGS]
    ]
    return Flagged(row["id"] or "", row["source"] or "", row["language"] or "und", row["translation_score"], shown, len(flags), row["status"] or "")


def _context(text: str, edits: Sequence[Edit]) -> tuple[str, str]:
    """Return what stood left and right of the first edit just before it, found by taking it and all later ones back from the published text."""
    try:
        then = ledger.revert(text, edits)
    except LedgerError:  # the gate for `publish` reports a row whose edits do not lead back; the report shows it without context
        return "", ""
    return then[max(0, edits[0].start - MAX_CONTEXT) : edits[0].start], then[edits[0].end : edits[0].end + MAX_CONTEXT]
