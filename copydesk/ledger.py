"""The ledger: the only place where text changes.

A stage proposes edits; the ledger applies them, takes them back and plays them again. That text is never assigned anywhere else is what makes every
change explainable and reversible: the published text and its edits determine the decoded text exactly.

Edits are sequential: each one's offsets refer to the text just before it. A stage that judges a whole text at once lists its edits from the last to the
first, so that none moves another; `ordered` puts them so. Runs of such edits are applied in one pass, so replay is linear in the text for each step and
no number of edits makes it quadratic.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import accumulate, pairwise

from copydesk.document import Edit, Flag
from copydesk.errors import LedgerError

__all__ = ["carried", "difference", "ordered", "replay", "revert", "runs"]


def ordered(edits: Iterable[Edit]) -> tuple[Edit, ...]:
    """Sort the edits of one step from the last to the first; raise `LedgerError` where two overlap.

    >>> [e.start for e in ordered([Edit("s", "r", 0, 1, "a", ""), Edit("s", "r", 4, 5, "b", "")])]
    [4, 0]
    """
    found = sorted(edits, key=lambda e: (e.start, e.end), reverse=True)
    for later, earlier in pairwise(found):
        if earlier.end > later.start:
            msg = f"edits overlap: {earlier.rule} at {earlier.start}-{earlier.end} and {later.rule} at {later.start}-{later.end}"
            raise LedgerError(msg)
    return tuple(found)


def replay(text: str, edits: Sequence[Edit]) -> str:
    """Apply the edits in order and return the text that they lead to.

    Raises `LedgerError` where an edit's span is not inside the text or does not hold what the edit says.

    >>> replay("a bad line", (Edit("s", "r", 2, 6, "bad ", ""),))
    'a line'
    """
    for run in runs(edits):
        pieces: list[str] = []
        at = 0
        for edit in reversed(run):
            _expect(text, edit.start, edit.end, edit.before, edit)
            pieces += (text[at : edit.start], edit.after)
            at = edit.end
        pieces.append(text[at:])
        text = "".join(pieces)
    return text


def revert(text: str, edits: Sequence[Edit]) -> str:
    """Take the edits back, the last one first, and return the text that they started from.

    >>> revert("a line", (Edit("s", "r", 2, 6, "bad ", ""),))
    'a bad line'
    """
    for run in reversed(list(runs(edits))):
        pieces: list[str] = []
        at, shift = 0, 0
        for edit in reversed(run):
            start = edit.start + shift
            end = start + len(edit.after)
            _expect(text, start, end, edit.after, edit)
            pieces += (text[at:start], edit.before)
            at = end
            shift += len(edit.after) - len(edit.before)
        pieces.append(text[at:])
        text = "".join(pieces)
    return text


def carried(flags: Iterable[Flag], edits: Sequence[Edit]) -> tuple[Flag, ...]:
    """Move flags along with the text that they speak of, so that what an early stage saw is still in its place after later stages' edits.

    What is put in at the edge of a span does not join it, what replaces a part of it does. A flag whose passage was cut out goes with the passage;
    one at a point stays at that point.

    >>> [(f.start, f.end) for f in carried([Flag("s", "r", 7, 11)], (Edit("s", "r", 2, 6, "bad ", ""),))]
    [(3, 7)]
    """
    found = tuple(flags)
    for run in runs(edits) if found else ():
        moved = _moved(run)
        found = tuple(replace(flag, start=start, end=end) for flag in found for start, end in (moved(flag),) if start < end or flag.start == flag.end)
    return found


def runs(edits: Sequence[Edit]) -> Iterator[list[Edit]]:
    """Split the edits into the longest runs in which each lies wholly before the one that precedes it: their offsets all hold for the run's input.

    >>> [len(run) for run in runs([Edit("s", "r", 4, 5, "b", ""), Edit("s", "r", 0, 1, "a", ""), Edit("s", "r", 2, 3, "c", "")])]
    [2, 1]
    """
    run: list[Edit] = []
    for edit in edits:
        if run and edit.end > run[-1].start:
            yield run
            run = []
        run.append(edit)
    if run:
        yield run


def difference(stage: str, rule: str, start: int, before: str, after: str, why: str = "") -> Edit:
    """Build the edit from `before` (which stands at `start`) to `after`, cut down to the characters that differ.

    >>> difference("encoding", "ftfy", 10, "un cafÃ© noir", "un café noir")
    Edit(stage='encoding', rule='ftfy', start=16, end=18, before='Ã©', after='é', why='')
    """
    head, most = 0, min(len(before), len(after))
    while head < most and before[head] == after[head]:
        head += 1
    tail = 0
    while tail < most - head and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    return Edit(stage, rule, start + head, start + len(before) - tail, before[head : len(before) - tail], after[head : len(after) - tail], why)


def _moved(run: Sequence[Edit]) -> Callable[[Flag], tuple[int, int]]:
    """Return where a span comes to lie after a run of edits; each look-up is a search, so that many flags and many edits stay cheap together."""
    edits = run[::-1]
    starts, ends = [edit.start for edit in edits], [edit.end for edit in edits]
    shifts = list(accumulate((len(edit.after) - len(edit.before) for edit in edits), initial=0))

    def spot(flag: Flag) -> tuple[int, int]:
        before, upto = bisect_right(ends, flag.start), bisect_left(starts, flag.end)
        start = min([flag.start, *starts[before : before + 1]]) + shifts[before]
        return start, start if flag.start == flag.end else max([flag.end, *ends[max(0, upto - 1) : upto]]) + shifts[upto]

    return spot


def _expect(text: str, start: int, end: int, held: str, edit: Edit) -> None:
    if not 0 <= start <= end <= len(text) or text[start:end] != held or edit.end - edit.start != len(edit.before):
        msg = f"{edit.stage}/{edit.rule}: the text does not hold {held[:40]!r} at {start}-{end}"
        raise LedgerError(msg)
