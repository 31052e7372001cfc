"""A title that stands twice: pages print it as the page's title and again above the article, and what scrapes them takes both.

The second copy goes, and only where the lines say that it is a title: it has a title's length, nothing but short lines (a section, a date, a name)
stands between the copies, and a sentence follows it. The refrain of a song and the first line of a poem, which stand twice as well, are followed by verse.
"""

from collections.abc import Sequence

from copydesk.boilerplate.folding import BULLETS, fold

__all__ = ["repeated_title"]

LEAST_LETTERS = 8
"""A shorter line is too little to be told as a title."""
MOST_CHARS = 250
FIRST = 8
"""Lines that differ in so many first characters are not compared."""
MOST_ABOVE = 1
"""The title is the first line or the second: what stands twice further down may be a list of contents and its headings."""
MOST_BETWEEN = 5
"""The most lines between the copies: a section, a name, a date, a counter, a caption's credit."""
BETWEEN_CHARS = 60
SENTENCE_CHARS = 80
"""A line of this many characters that follows the copy is prose; lines of verse have 30 to 60. Counted as Latin letters: an ideograph counts three."""


def repeated_title(head: Sequence[str]) -> set[int]:
    """Return which lines of the head are a second copy of its title; the lines are without white space round them.

    >>> repeated_title(["Ferry to move", "World", "FERRY TO MOVE", "The harbour board voted on Tuesday to move the ferry terminal to the old grain quay."])
    {2}
    """
    firsts = [line.lstrip(BULLETS)[:FIRST].casefold() for line in head[: MOST_ABOVE + MOST_BETWEEN + 2]]
    if len(set(firsts)) == len(firsts):
        return set()
    found: set[int] = set()
    for at, first in enumerate(firsts[: MOST_ABOVE + 1]):
        for later in range(at + 1, min(at + MOST_BETWEEN + 2, len(head))):
            if firsts[later] == first and _is_copy(head, at, later):
                found.add(later)
    return found


def _is_copy(head: Sequence[str], at: int, later: int) -> bool:
    if max(len(head[at]), len(head[later])) > MOST_CHARS or any(len(line) > BETWEEN_CHARS for line in head[at + 1 : later]):
        return False
    key = fold(head[at])
    if len(key) < LEAST_LETTERS or key != fold(head[later]):
        return False
    return _is_prose(next((line for line in head[later + 1 :] if fold(line) != key), ""))


def _is_prose(line: str) -> bool:
    """Whether a line has the length of prose; only its first characters are asked."""
    part = line[:SENTENCE_CHARS]
    return len(part) + 2 * sum(c >= "\N{HIRAGANA LETTER SMALL A}" for c in part) >= SENTENCE_CHARS
