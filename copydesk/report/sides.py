"""Two whole texts beside each other: what both say, and what only one of them does, whatever their length.

`diff.marked` compares the two sides of one edit exactly and gives up where that would take long. Two articles are long, and most of them is the same: so they
are compared by words, and first pinned together where a run of words stands just once in either (the idea of patience diff, Bram Cohen 2003). Only what lies
between the pins is compared exactly. The cost is about linear in the texts.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence

from copydesk.report.diff import Mark, aligned

__all__ = ["compared", "rows"]

_WORD = re.compile(r"\S+\s*|\s+")  # two classes that exclude each other: linear
_PIN = 4  # words: shorter runs are found by chance in texts on one matter


def compared(first: str, second: str) -> list[tuple[Mark, str]]:
    """Return the pieces that lead from the first text to the second, as `diff.marked` does: those not "ins" make up the first, those not "del" the second.

    >>> compared("Fog held up ten ferries on Monday.", "Fog held up two ferries on Monday.")
    [('same', 'Fog held up '), ('del', 'ten '), ('ins', 'two '), ('same', 'ferries on Monday.')]
    """
    ours, theirs = _WORD.findall(first), _WORD.findall(second)
    pieces: list[tuple[Mark, str]] = []
    at = there = 0
    for start, other in (*_pins(ours, theirs), (len(ours), len(theirs))):
        if start < at or other < there:
            continue
        pieces += _between(ours[at:start], theirs[there:other])
        at, there = start, other
        while at < len(ours) and there < len(theirs) and ours[at] == theirs[there]:
            at, there = at + 1, there + 1
        pieces.append(("same", "".join(ours[start:at])))
    return list(_joined(pieces))


def rows(pieces: Sequence[tuple[Mark, str]]) -> Iterator[tuple[list[tuple[Mark, str]], list[tuple[Mark, str]]]]:
    """Cut the pieces where both texts have a line break, so that what is alike stands level: of each row the pieces on the left and on the right."""
    left: list[tuple[Mark, str]] = []
    right: list[tuple[Mark, str]] = []
    for kind, text in pieces:
        if kind == "del":
            left.append((kind, text))
        elif kind == "ins":
            right.append((kind, text))
        else:
            *lines, rest = text.split("\n")
            for line in lines:
                yield [*left, (kind, line)], [*right, (kind, line)]
                left, right = [], []
            left.append((kind, rest))
            right.append((kind, rest))
    if any(text for _, text in (*left, *right)):
        yield left, right


def _between(ours: Sequence[str], theirs: Sequence[str]) -> list[tuple[Mark, str]]:
    most, head, tail = min(len(ours), len(theirs)), 0, 0
    while head < most and ours[head] == theirs[head]:
        head += 1
    while tail < most - head and ours[-1 - tail] == theirs[-1 - tail]:
        tail += 1
    old, new = ours[head : len(ours) - tail], theirs[head : len(theirs) - tail]
    whole: list[tuple[Mark, str]] = [("del", "".join(old)), ("ins", "".join(new))]
    return [("same", "".join(ours[:head])), *(aligned(old, new) or whole), ("same", "".join(ours[len(ours) - tail :]))]


def _pins(ours: Sequence[str], theirs: Sequence[str]) -> list[tuple[int, int]]:
    """Where runs of words that stand once in either text begin, in the largest number that keeps the order of both."""
    here, there = _once(ours), _once(theirs)
    places = [(at, there[run]) for run, at in here.items() if run in there]
    # The longest rising sequence (Schensted 1961): of each length the smallest end so far, and whom each came after.
    ends: list[int] = []
    tails: list[int] = []
    before: list[int] = []
    for number, (_, other) in enumerate(places):
        length = bisect_left(ends, other)
        ends[length : length + 1] = [other]
        tails[length : length + 1] = [number]
        before.append(tails[length - 1] if length else -1)
    found = []
    number = tails[-1] if tails else -1
    while number >= 0:
        found.append(places[number])
        number = before[number]
    return found[::-1]


def _once(words: Sequence[str]) -> dict[tuple[str, ...], int]:
    plain = [word.strip() for word in words]
    runs = list(zip(*(plain[step:] for step in range(_PIN)), strict=False))
    counts = Counter(runs)
    return {run: at for at, run in enumerate(runs) if counts[run] == 1}


def _joined(pieces: Sequence[tuple[Mark, str]]) -> Iterator[tuple[Mark, str]]:
    kind: Mark = "same"
    text = ""
    for found, piece in pieces:
        if found != kind and text:
            yield kind, text
            text = ""
        kind, text = found, text + piece
    if text:
        yield kind, text
