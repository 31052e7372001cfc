"""Where two versions of a line differ, so that each change is an edit of its own, with a name of its own.

The two are aligned by words in one pass: a general difference algorithm is quadratic, and a line may be ten million characters long.
"""

from collections.abc import Callable, Iterator

from copydesk.document import Edit
from copydesk.ledger import difference

__all__ = ["changes", "edits"]

_NEAR = 16  # characters between two changes of one name that are told as one
_LOOK_AHEAD = 8  # words in which the two sides of a change must meet again

_Change = tuple[int, str, str]


def changes(before: str, after: str) -> Iterator[_Change]:
    """Give each stretch of words that differs: where it starts in `before`, how it reads there, and how in `after`.

    >>> list(changes("one two three", "one 2 three"))
    [(4, 'two ', '2 ')]
    """
    left, right = before.split(" "), after.split(" ")
    left[:-1] = [f"{word} " for word in left[:-1]]
    right[:-1] = [f"{word} " for word in right[:-1]]
    at = i = j = 0
    while i < len(left) or j < len(right):
        if i < len(left) and j < len(right) and left[i] == right[j]:
            at += len(left[i])
            i, j = i + 1, j + 1
            continue
        a, b = _meeting(left[i : i + 2 * _LOOK_AHEAD], right[j : j + 2 * _LOOK_AHEAD])
        # As many words on both sides: each of them changed by itself.
        pairs = zip(left[i : i + a], right[j : j + b], strict=True) if a == b else [("".join(left[i : i + a]), "".join(right[j : j + b]))]
        for old, new in pairs:
            if old != new:
                yield at, old, new
            at += len(old)
        i, j = i + a, j + b


def edits(start: int, before: str, after: str, name: Callable[[str, str], tuple[str, str]]) -> Iterator[Edit]:
    """Give the edits that make one line into another; `start` is where the line stands, `name` tells a change's rule and reason.

    Two changes of the same name that are near each other are one edit.
    """
    first = end = 0
    named, new = ("", ""), list[str]()
    for at, was, now in changes(before, after):
        told = name(was, now)
        if new and told == named and at - end < _NEAR:
            new += (before[end:at], now)
        else:
            if new:
                yield difference("encoding", named[0], start + first, before[first:end], "".join(new), named[1])
            first, named, new = at, told, [now]
        end = at + len(was)
    if new:
        yield difference("encoding", named[0], start + first, before[first:end], "".join(new), named[1])


def _meeting(left: list[str], right: list[str]) -> tuple[int, int]:
    """Return how many words of each side to take: as few as possible until two words in a row agree."""
    for both in range(1, 2 * _LOOK_AHEAD):
        for a in range(both + 1):
            if left[a : a + 2] == right[both - a : both - a + 2]:
                return a, both - a
    return len(left), len(right)
