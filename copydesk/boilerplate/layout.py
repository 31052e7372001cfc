"""White space and bullets that the page's layout left before the lines of an article.

Indentation means something in verse, in code and in nested lists, so only what says nothing goes: in prose, what all lines but the first have in common
(a page that was copied with its indentation), and what stands before a paragraph. A bullet means something in a list, so only one that stands alone
goes.
"""

from collections.abc import Sequence

from copydesk.boilerplate.evidence import Line

__all__ = ["bulleted", "indentation", "lone_bullet"]

PROSE_CHARS = 80
"""A line that is longer is a paragraph: verse has 30 to 60 characters. Counted as Latin letters: an ideograph counts three."""
LEAST_CHARS = 15
"""A bullet before less is a mark of its own: the end of an article, a score, a spoiler."""
_SIGNS = ("-", "*", "+", "\N{EN DASH}", "\N{EM DASH}", "\N{MIDDLE DOT}")
_BULLETS = (
    "\N{BULLET}\N{BLACK CIRCLE}\N{BLACK SMALL SQUARE}\N{BLACK SQUARE}\N{TRIANGULAR BULLET}\N{BULLET OPERATOR}\N{WHITE BULLET}"
    "\N{BLACK RIGHT-POINTING TRIANGLE}\N{BLACK RIGHT-POINTING POINTER}\N{BLACK RIGHT-POINTING SMALL TRIANGLE}\N{BLACK DIAMOND}"
)


def indentation(indents: Sequence[str], lines: Sequence[Line]) -> list[int]:
    """Return how much white space to cut from the start of each line, in characters; `indents` is what stands there.

    A line that was shortened at its start is asked like the others: its white space stands before what was cut.
    """
    paragraphs = list(map(_is_paragraph, lines))
    common = _common(indents[1:] or indents) if any(paragraphs) else 0
    return [len(indent) if paragraph else min(common, len(indent)) for indent, paragraph in zip(indents, paragraphs, strict=True)]


def bulleted(core: str) -> bool:
    """Say whether a line starts with a bullet."""
    return core[0] in _BULLETS


def lone_bullet(cores: Sequence[str]) -> tuple[int, int] | None:
    """Return which line has the only bullet of a text, and how long it is with its white space; None where there is a list or no bullet.

    >>> lone_bullet(["\N{BULLET} Ferry will move", "The board voted on Tuesday."]), lone_bullet(["\N{BULLET} ferry", "\N{BULLET} train"])
    ((0, 2), None)
    """
    having = [at for at, core in enumerate(cores) if bulleted(core)]
    if len(having) != 1:
        return None
    at = having[0]
    rest = cores[at][1:].lstrip()
    introduced = at > 0 and cores[at - 1].endswith((":", "\N{FULLWIDTH COLON}"))
    listed = any(core.startswith(_SIGNS) or core[0].isdigit() for core in cores[max(0, at - 1) : at + 2])
    return None if introduced or listed or len(rest) < LEAST_CHARS else (at, len(cores[at]) - len(rest))


def _common(indents: Sequence[str]) -> int:
    """Return how many characters all start with: those with which the first and the last in their order do."""
    first, last = min(indents), max(indents)
    return next((at for at, (one, other) in enumerate(zip(first, last, strict=False)) if one != other), len(first))


def _is_paragraph(line: Line) -> bool:
    part = line.core[:PROSE_CHARS]
    long = len(part) + 2 * sum(c >= "\N{HIRAGANA LETTER SMALL A}" for c in part) >= PROSE_CHARS
    return long and not line.item and "  " not in line.core and "\t" not in line.core
