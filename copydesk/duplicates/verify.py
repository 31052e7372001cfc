"""The exact comparison of proposed pairs: what the threshold is applied to and what goes on record.

Fingerprints only propose. A pair is a match where the Jaccard similarity of the two shingle sets, |A and B| / |A or B|, reaches the
threshold. Containment, |A and B| / min(|A|, |B|), is recorded beside it: it tells a shortened reprint from a rewritten one.

Two kinds of pair reach the threshold and are no copies. They are told apart and refused, and the reason is on record:

* *Same frame*: two short stories in one site's long navigation. Each has a passage of its own, running on for a good part of the text,
  that the other does not have; in copies the differences are scattered, or one side has them all.
* *Template*: a day's closing prices, a weather report, statistics of another month. The words agree and most of the figures differ.

Texts are asked for in batches, and shingle sets are held up to a fixed budget, the least recently used leaving first: pairs sorted so that
those of a component lie together read each text about once.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from copydesk.duplicates.shingles import Shingles, sequence
from copydesk.errors import StoreError
from copydesk.settings import DuplicatesSettings

__all__ = ["Match", "TextOf", "verify"]

TextOf = Callable[[Sequence[str]], Mapping[str, str]]
"""Gives the texts of some ids; it is asked for at most two ids per pair of a batch of `_BATCH` pairs."""

_BATCH: Final = 256
_HELD_SHINGLES: Final = 2_000_000  # twice 16 MB: about 5,000 articles

# Measured on 12,330 pairs at Jaccard .5 and above (made from news of 21 languages): own passages of .15 on both sides hold in 396 of the 430
# pairs of different stories and in 29 of the 11,900 of copies. One word changed makes a passage of `shingle_words`, so short ones say nothing.
_OWN_PASSAGE: Final = 0.15
_SHORTEST_PASSAGE: Final = 20
# Measured on 660 pairs of wire stories at Jaccard .5 and above: refuses 22 of 32 templates and none of 628 reprints. From .8 on it would
# refuse mostly true updates of one story.
_FIGURES: Final = 4
_SHARED_FIGURES: Final = 0.5
_TEMPLATE_JACCARD: Final = 0.8
_NUMBER: Final = re.compile(r"\d+(?:[.,]\d+)*")  # linear: after a separator only a digit goes on, so nothing is ever tried twice
_MOST_NUMBERS: Final = 10_000
_LONGEST_NUMBER: Final = 64


@dataclass(frozen=True, slots=True)
class Match:
    """A pair at or above the threshold, `a` before `b` in rank; `refused` says why it is no copy all the same, and is empty where it is one."""

    a: str
    b: str
    jaccard: float
    containment: float
    refused: str = ""


@dataclass(frozen=True, slots=True)
class _Read:
    """What is remembered of a text: its shingles in order and as a set, and the multiset of its figures."""

    sequence: NDArray[np.uint64]
    shingles: Shingles
    figures: Counter[str]


def verify(pairs: pa.Table, text_of: TextOf, settings: DuplicatesSettings) -> list[Match]:
    """Compare each pair (columns a, b) exactly and return those at or above the threshold, in the order given.

    Raises `StoreError` where `text_of` does not give a text that it was asked for.

    >>> texts = {"x": "The ferry sailed at dawn.", "y": "THE FERRY sailed at dawn", "z": "The ferry sank at dawn"}
    >>> pairs = pa.table({"a": ["x", "x"], "b": ["y", "z"]})
    >>> verify(pairs, lambda ids: {i: texts[i] for i in ids}, DuplicatesSettings())
    [Match(a='x', b='y', jaccard=1.0, containment=1.0, refused='')]
    """
    held: dict[str, _Read] = {}
    found = []
    for batch in _batches(pairs):
        _hold({identity for pair in batch for identity in pair}, held, text_of, settings)
        found += [match for a, b in batch if (match := _compared(a, b, held[a], held[b], settings.threshold))]
    return found


def _batches(pairs: pa.Table) -> Iterator[list[tuple[str, str]]]:
    for batch in pairs.select(["a", "b"]).to_batches(max_chunksize=_BATCH):
        yield [(str(a), str(b)) for a, b in zip(*(column.to_pylist() for column in batch.columns), strict=True)]


def _hold(wanted: set[str], held: dict[str, _Read], text_of: TextOf, settings: DuplicatesSettings) -> None:
    """Let `held` hold what is wanted, and of the rest the most recently used within the budget."""
    room = _HELD_SHINGLES
    for identity in reversed(list(held)):
        room -= len(held[identity].sequence)
        if room < 0 and identity not in wanted:
            del held[identity]
    missing = sorted(wanted - held.keys())
    texts = text_of(missing) if missing else {}
    if absent := [identity for identity in missing if identity not in texts]:
        msg = f"the text of {absent[0]} is not where the index says it is ({len(absent)} missing)"
        raise StoreError(msg)
    for identity in sorted(wanted):
        held[identity] = held.pop(identity) if identity in held else _read(texts[identity], settings.shingle_words)


def _read(text: str, words: int) -> _Read:
    numbers = (number.group()[:_LONGEST_NUMBER] for number in islice(_NUMBER.finditer(text), _MOST_NUMBERS))
    found = sequence(text, words)
    return _Read(found, np.unique(found), Counter(number.replace(",", "").replace(".", "") for number in numbers))


def _compared(a: str, b: str, first: _Read, second: _Read, threshold: float) -> Match | None:
    one, other = len(first.shingles), len(second.shingles)
    # The shorter set bounds the overlap: most pairs of unequal length need no comparison.
    if not one or not other or min(one, other) < threshold * max(one, other):
        return None
    shared = len(np.intersect1d(first.shingles, second.shingles, assume_unique=True))
    jaccard = shared / (one + other - shared)
    if not shared or jaccard < threshold:
        return None
    return Match(a, b, jaccard, shared / min(one, other), _frame(first, second) or _template(first, second, jaccard))


def _frame(first: _Read, second: _Read) -> str:
    own = _own_passage(first, second), _own_passage(second, first)
    shares = own[0] / len(first.sequence), own[1] / len(second.sequence)
    if min(own) < _SHORTEST_PASSAGE or min(shares) < _OWN_PASSAGE:
        return ""
    return f"the same frame around different stories: passages of {own[0]} and {own[1]} words that the other has not"


def _own_passage(text: _Read, other: _Read) -> int:
    """The longest run of shingles that the other text has not."""
    place = np.searchsorted(other.shingles, text.sequence)
    common = other.shingles[np.minimum(place, len(other.shingles) - 1)] == text.sequence
    borders = np.concatenate([[-1], np.flatnonzero(common), [len(common)]])
    return int(np.diff(borders).max()) - 1


def _template(first: _Read, second: _Read, jaccard: float) -> str:
    fewer = min(first.figures.total(), second.figures.total())
    if jaccard >= _TEMPLATE_JACCARD or fewer < _FIGURES:
        return ""
    shared = (first.figures & second.figures).total()
    return f"a template: only {shared} of {fewer} figures agree" if shared < _SHARED_FIGURES * fewer else ""
