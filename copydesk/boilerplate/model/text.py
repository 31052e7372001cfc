"""Many documents' lines as flat arrays: where each line, word and character lies, and a hash for each word.

Evidence is counted over a shard of documents at once, so that numpy does the counting. Everything is integers, and every sum runs inside one line or one
document: what is found of a document does not depend on the documents beside it (law 3).

Only the first `HEAD` and the last `TAIL` characters of a line are looked at, which bounds the work on a line; what a line is shows at its ends.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt

from copydesk.boilerplate.model.characters import DIGIT, LETTER, MARK, SINGLE, code_points, tables

__all__ = ["HEAD", "TAIL", "Batch", "Hashes", "Ints", "mixed", "powers", "read", "summed"]

HEAD: Final = 140
TAIL: Final = 60

Ints = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint64]

_BASE: Final = 0x9E3779B97F4A7C15
_INVERSE: Final = pow(_BASE, -1, 1 << 64)
_POWERS: Final = 1 << 18


@dataclass(frozen=True, slots=True)
class Batch:
    """The lines of many documents that are not blank.

    Per line: `document` (its number in the batch), `index` (its number in its document as given), `length` (characters in all), `at` and `stop` (its
    characters among `classes`), `first` and `last` (its words among `hashes`). Per document: `starts`, the number of its first line here, with the number
    of all lines behind the last. Per character: `classes`. Per word: `hashes` of its folded form, `sizes` in characters, `places` of its first character.
    """

    document: Ints
    index: Ints
    length: Ints
    at: Ints
    stop: Ints
    first: Ints
    last: Ints
    starts: Ints
    points: npt.NDArray[np.uint16]
    classes: npt.NDArray[np.uint16]
    hashes: Hashes
    sizes: Ints
    places: Ints


def read(documents: Sequence[Sequence[str]]) -> Batch:
    """Read documents, each a sequence of lines with or without their breaks; blank lines are passed over.

    >>> batch = read([["A fire broke out.", "", "Share"], ["Menu"]])
    >>> batch.index.tolist(), batch.starts.tolist(), (batch.last - batch.first).tolist()
    ([0, 2, 0], [0, 2, 3], [4, 1, 1])
    """
    cores = [line.strip() for lines in documents for line in lines]
    lengths = np.fromiter(map(len, cores), dtype=np.int64, count=len(cores))
    kept = np.flatnonzero(lengths)
    shown = [core if len(core) <= HEAD + TAIL else f"{core[:HEAD]} {core[-TAIL:]}" for core in cores if core]
    count = np.fromiter(map(len, documents), dtype=np.int64, count=len(documents))
    firsts = np.cumsum(count) - count
    bounds = np.searchsorted(kept, np.append(firsts, len(cores)))
    points = code_points("\n".join(shown))
    widths = np.fromiter(map(len, shown), dtype=np.int64, count=len(shown))
    stop = np.cumsum(widths + 1) - 1
    classes = tables().classes[points]
    hashes, sizes, places = _words(points, classes)
    at = stop - widths
    document = np.repeat(np.arange(len(documents)), np.diff(bounds))
    return Batch(
        document=document,
        index=kept - firsts[document],
        length=lengths[kept],
        at=at,
        stop=stop,
        first=np.searchsorted(places, at),
        last=np.searchsorted(places, stop),
        starts=bounds,
        points=points,
        classes=classes,
        hashes=hashes,
        sizes=sizes,
        places=places,
    )


def _words(points: npt.NDArray[np.uint16], classes: npt.NDArray[np.uint16]) -> tuple[Hashes, Ints, Ints]:
    """Hash each word: the sum of its folded characters times powers of an odd number, modulo 2^64, stirred.

    The powers run on through the whole text, so that one running sum serves all words; the inverse of the power at its start brings a word back to zero.
    """
    inside = (classes & (LETTER | DIGIT | MARK)) > 0
    alone = (classes & SINGLE) > 0
    joined = inside[1:] & inside[:-1]
    if alone.any():
        joined &= ~(alone[1:] | alone[:-1])
    opens, closes = inside.copy(), inside.copy()
    opens[1:] &= ~joined
    closes[:-1] &= ~joined
    begins, ends = np.flatnonzero(opens), np.flatnonzero(closes)
    sums = np.zeros(points.size + 1, dtype=np.uint64)
    np.cumsum(tables().folded[points] * powers(_BASE, points.size), out=sums[1:])
    hashes = (sums[ends + 1] - sums[begins]) * powers(_INVERSE, points.size)[begins]
    return mixed(hashes), ends - begins + 1, begins


def powers(base: int, count: int) -> Hashes:
    """Return the first powers of a number, modulo 2^64."""
    return _first_powers(base)[:count] if count <= _POWERS else _powers(base, count)


@cache
def _first_powers(base: int) -> Hashes:
    """Make as many powers as most batches need, once a process: 2 MB for each of the four numbers that are asked for."""
    found = _powers(base, _POWERS)
    found.setflags(write=False)
    return found


def _powers(base: int, count: int) -> Hashes:
    found: Hashes = np.multiply.accumulate(np.full(count, base, dtype=np.uint64))
    return found


def summed(values: npt.NDArray[np.generic], low: Ints, high: Ints) -> Ints:
    """Add up values from each of `low` to each of `high` by one running sum of integers.

    >>> summed(np.array([1, 2, 3, 4]), np.array([0, 2]), np.array([2, 4])).tolist()
    [3, 7]
    """
    sums = np.zeros(values.size + 1, dtype=np.int64)
    np.cumsum(values, out=sums[1:])
    return sums[high] - sums[low]


def mixed(values: Hashes) -> Hashes:
    """Stir 64-bit numbers so that their upper bits can serve as a hash (the finaliser of SplitMix64)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))
