"""From lines that go to edits: what is cut, so that the text closes over it and reads as if it had never been there.

A cut covers the line with its break. Of the blank lines before and behind a removed run one gap remains, the one before it; at the end of the text the
gap goes as well, and what stood behind the last line (a final break or none) stays as it was.
"""

from collections.abc import Mapping, Sequence

from copydesk.boilerplate.evidence import Line, lines_of, look
from copydesk.boilerplate.judge import Removal, removals
from copydesk.boilerplate.lexicon import lexicon
from copydesk.document import Document, Edit
from copydesk.settings import BoilerplateSettings

__all__ = ["MOST_LINES", "STAGE", "keep_lines", "strip"]

STAGE = "boilerplate"

MOST_LINES = 200_000
"""A text of more lines is left as it is: no article has a hundredth of them, and 10 MB of line breaks took 35 s and a gigabyte."""


def strip(document: Document, settings: BoilerplateSettings) -> tuple[Edit, ...]:
    """Propose the removal of each line of a document that belongs to its page, one edit a line."""
    lines, gone = _judged(lines_of(document.text), settings)
    return tuple(Edit(STAGE, gone[i].rule, start, end, document.text[start:end], "", gone[i].why) for i, (start, end) in _cuts(lines, gone).items())


def keep_lines(lines: list[str], lang: str = "", settings: BoilerplateSettings | None = None) -> list[bool]:  # noqa: ARG001 - the signature of `bench/`
    """Say of each line whether the stage would keep it; the language is not asked, as the stage does not know it either.

    >>> keep_lines(["A fire broke out at the mill.", "Leave a comment"], "en")
    [True, False]
    """
    _, gone = _judged(lines, settings or BoilerplateSettings())
    return [i not in gone for i in range(len(lines))]


def _judged(lines: Sequence[str], settings: BoilerplateSettings) -> tuple[Sequence[Line], Mapping[int, Removal]]:
    if len(lines) > MOST_LINES:
        return (), {}
    seen = look(lines, lexicon())
    return seen, removals(seen, settings)


def _cuts(lines: Sequence[Line], gone: Mapping[int, Removal]) -> dict[int, tuple[int, int]]:
    """Return the span to cut for each removed line: runs of removed lines are cut in one piece, shared out at their starts."""
    cuts: dict[int, tuple[int, int]] = {}
    for run in _runs(lines, gone):
        start, end = _extent(lines, run[0], run[-1])
        bounds = [start, *(lines[i].start for i in run[1:]), end]
        cuts |= {i: (bounds[k], bounds[k + 1]) for k, i in enumerate(run)}
    return cuts


def _runs(lines: Sequence[Line], gone: Mapping[int, Removal]) -> list[list[int]]:
    """Group the removed lines into runs that only blank lines interrupt."""
    runs: list[list[int]] = []
    inside = False
    for i, line in enumerate(lines):
        if i in gone:
            if not inside:
                runs.append([])
            runs[-1].append(i)
            inside = True
        elif not line.blank:
            inside = False
    return runs


def _extent(lines: Sequence[Line], first: int, last: int) -> tuple[int, int]:
    """Return the span that closes the gap over a run from line `first` to line `last`."""
    before = first
    while before and lines[before - 1].blank:
        before -= 1
    behind = last + 1
    while behind < len(lines) and lines[behind].blank:
        behind += 1
    if behind == len(lines):
        return (lines[before - 1].end if before else lines[first].start), lines[last].end
    gap_before = before < first or first == 0
    return lines[first].start, (lines[behind].start if gap_before else lines[last].stop)
