"""Word shingles as numbers: what two texts are compared by.

Copies agree in their runs of words. So every run of `words` words (`tokens` says what a word is) becomes one 64-bit number; the set of these numbers stands
for the text.

* In scripts written without spaces a token is a character, and a shingle that begins with one is two tokens longer, because a character says less than a word.
* A text with fewer tokens than a shingle has gives one shingle of what there is; a text with no token gives none, and is a copy of nothing.

The numbers are part of the published table's format (they decide the fingerprints), so nothing here may change without a new stage version.
"""

from collections.abc import Iterable, Iterator
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from copydesk.duplicates.tokens import ODD, PIECE, Tokens, distinct, pieces, scrambled, tokens

__all__ = ["EXTRA_TOKENS", "Runs", "Shingles", "mixed", "read", "sequence", "sequences", "shingled", "shingles"]

Shingles = NDArray[np.uint64]
"""Distinct shingle hashes in ascending order."""

EXTRA_TOKENS: Final = 2
"""So much longer is a run that begins with a single character."""

Runs = TypeVar("Runs", NDArray[np.uint64], NDArray[np.int64])


def shingles(text: str, words: int) -> Shingles:
    """Return the distinct shingles of `words` words (`words` + 2 characters in scripts without spaces), ascending.

    >>> a, b = shingles("The ferry sailed at dawn.", 3), shingles("the FERRY sailed - at dawn", 3)
    >>> len(a), bool((a == b).all())
    (3, True)
    >>> len(shingles("Two words", 3)), len(shingles("...", 3))
    (1, 0)
    """
    return distinct(sequence(text, words))


def sequence(text: str, words: int) -> NDArray[np.uint64]:
    """Return the shingles as they stand in the text, one for each token that one begins with.

    >>> len(sequence("again and again and again and again", 3)), len(shingles("again and again and again and again", 3))
    (5, 2)
    """
    return next(sequences([text], words))


def sequences(texts: Iterable[str], words: int) -> Iterator[NDArray[np.uint64]]:
    """Give the `sequence` of each text, in their order; texts are worked on together, which changes nothing but the time that it takes.

    >>> [len(one) for one in sequences(["The ferry sailed at dawn.", "", "It rained"], 3)]
    [3, 0, 1]
    """
    return (found for _, found in read(texts, words))


def read(texts: Iterable[str], words: int) -> Iterator[tuple[NDArray[np.uint64], NDArray[np.uint64]]]:
    """Give the hashes of the tokens of each text and its `sequence`, in their order: both come from one pass.

    >>> [(len(hashes), len(found)) for hashes, found in read(["The ferry sailed at dawn.", "", "It rained"], 3)]
    [(5, 3), (0, 0), (2, 1)]
    """
    batch: list[str] = []
    room = PIECE
    for text in texts:
        if len(text) >= room and batch:
            yield from _together(tokens(batch), words)
            batch, room = [], PIECE
        if len(text) > PIECE:
            yield from _together(_whole(text), words)
        else:
            batch.append(text)
            room -= len(text) + 1
    if batch:
        yield from _together(tokens(batch), words)


def shingled(found: Tokens, words: int) -> NDArray[np.uint64]:
    """Return the `sequence` of one text, given its tokens."""
    return next(_together(found, words))[1]


def _whole(text: str) -> Tokens:
    """The tokens of one long text."""
    parts = [tokens([piece]) for piece in pieces(text)]
    hashes = np.concatenate([part.hashes for part in parts])
    marks = [np.zeros(len(part.hashes), dtype=np.bool_) if part.single is None else part.single for part in parts]
    return Tokens(hashes, np.concatenate(marks), np.array([len(hashes)]))


def _together(found: Tokens, words: int) -> Iterator[tuple[NDArray[np.uint64], NDArray[np.uint64]]]:
    """Cut the runs of all tokens into those of each text; runs from one text into the next belong to none."""
    short, longer = _runs(found.hashes, words), _runs(found.hashes, words + EXTRA_TOKENS) if found.single is not None else None
    start = 0
    for stop in found.ends.tolist():
        own = short[start : max(start, stop - words + 1)]
        if longer is not None and found.single is not None and (single := found.single[start : start + len(own)]).any():
            own = mixed(own, longer[start : max(start, stop - words - EXTRA_TOKENS + 1)], single)
        hashes = found.hashes[start:stop]
        yield hashes, own if len(own) else _runs(hashes, stop - start)
        start = stop


def mixed(short: Runs, longer: Runs, single: NDArray[np.bool_]) -> Runs:
    """Take the longer run where one begins with a single character, and none where the text ends before it does."""
    whole = ~single
    whole[: len(longer)] = True
    chosen = short.copy()
    chosen[: len(longer)] = np.where(single[: len(longer)], longer, short[: len(longer)])
    return chosen[whole]


def _runs(hashes: NDArray[np.uint64], length: int) -> NDArray[np.uint64]:
    """Hash every run of `length` tokens; their order counts."""
    count = max(len(hashes) - length + 1, 0) if length else 0
    total = np.full(count, length, dtype=np.uint64)
    for step in range(length if count else 0):
        total = total * np.uint64(ODD) + hashes[step : step + count]
    return scrambled(total)
