"""Which lines are phrases that the project's phrase files know, asked of all lines of a batch at once.

The same phrases as `copydesk.boilerplate.lexicon`, compared by their words alone (folded, numbers written 0, numbers at the end dropped); patterns are left
to the rules. This finds evidence for the model; the rules that act alone read the lines themselves.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from copydesk.boilerplate.lexicon import Phrase
from copydesk.boilerplate.model.characters import DIGIT
from copydesk.boilerplate.model.text import Batch, Hashes, powers, read

__all__ = ["HEADING", "LABEL", "LINE", "PLAIN", "START", "Known", "Phrasebook", "ask", "line_hashes", "phrasebook"]

LABEL: Final = 1
START: Final = 2
HEADING: Final = 3
LINE: Final = 4
PLAIN: Final = {"label": LABEL, "start": START, "heading": HEADING, "line": LINE, "anywhere": LINE}
"""The kinds of phrases that are evidence for the model, and how each counts."""

_LONGEST: Final = 10
"""Longer phrases are compared by their first words."""
_STEP: Final = 0xA0761D6478BD642F
_BACK: Final = pow(_STEP, -1, 1 << 64)
_NUMBER: Final = np.uint64(0x51ED270B9F1C3E8D)
_PRESENT_BITS: Final = 18
_PRESENT: Final = np.uint64(64 - _PRESENT_BITS)


@dataclass(frozen=True, slots=True)
class Phrasebook:
    """Hashes of phrases in rising order, with the kind of each; `present` says of the upper bits of a hash whether any has them."""

    hashes: Hashes
    kinds: npt.NDArray[np.int8]
    present: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Known:
    """Per line: the kind of phrase that the whole line is, that it starts with, and how many words that start has (0: none)."""

    whole: npt.NDArray[np.int8]
    opening: npt.NDArray[np.int8]
    words: npt.NDArray[np.int64]


def phrasebook(phrases: Iterable[Phrase]) -> Phrasebook:
    """Make phrases ready to be asked for; patterns are passed over."""
    plain = [phrase for phrase in phrases if phrase.kind in PLAIN]
    batch = read([[phrase.text for phrase in plain]])
    kinds = np.array([PLAIN[phrase.kind] for phrase in plain], dtype=np.int8)[batch.index]
    hashes, line, place = _prefixes(batch)
    whole = place == _counted(batch)[line]
    found, strength = hashes[whole], kinds[line[whole]]
    order = np.lexsort((-strength, found))
    found, strength = found[order], strength[order]
    first = np.ones(found.size, dtype=bool)
    first[1:] = found[1:] != found[:-1]
    present = np.zeros(1 << _PRESENT_BITS, dtype=np.bool_)
    present[found >> _PRESENT] = True
    return Phrasebook(found[first], strength[first], present)


def ask(batch: Batch, book: Phrasebook) -> Known:
    """Ask of each line whether it is, or starts with, a known phrase."""
    count = batch.index.size
    whole, opening, words = np.zeros(count, np.int8), np.zeros(count, np.int8), np.zeros(count, np.int64)
    if not book.hashes.size or not batch.hashes.size:
        return Known(whole, opening, words)
    hashes, line, place = _prefixes(batch)
    maybe = np.flatnonzero(book.present[hashes >> _PRESENT])  # of a hundred starts of lines one is a phrase
    hashes, line, place = hashes[maybe], line[maybe], place[maybe]
    spot = np.minimum(np.searchsorted(book.hashes, hashes), book.hashes.size - 1)
    hit = book.hashes[spot] == hashes
    line, place, kind = line[hit], place[hit], book.kinds[spot[hit]]
    all_of_it = place == _counted(batch)[line]
    whole[line[all_of_it]] = kind[all_of_it]
    opening[line], words[line] = kind, place  # in rising order of place: the longest start stays
    return Known(whole, opening, words)


def _numberless(batch: Batch) -> Hashes:
    return np.where((batch.classes[batch.places] & DIGIT) > 0, _NUMBER, batch.hashes)


def _counted(batch: Batch) -> npt.NDArray[np.int64]:
    """Return the words of each line without the numbers at its end, at most `_LONGEST`."""
    number = (batch.classes[batch.places] & DIGIT) > 0 if batch.places.size else np.zeros(0, dtype=bool)
    last = batch.last.copy()
    for _ in range(2):
        full = last > batch.first
        last[full] -= number[last[full] - 1]
    return np.minimum(np.where(last > batch.first, last, batch.last) - batch.first, _LONGEST)


def _prefixes(batch: Batch) -> tuple[Hashes, npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Hash the first one, two, ... words of each line together: the hashes, the line of each, and how many words it covers."""
    total = batch.hashes.size
    steps = powers(_STEP, total)
    sums = np.zeros(total + 1, dtype=np.uint64)
    np.cumsum(_numberless(batch) * steps, out=sums[1:])
    count = np.minimum(batch.last - batch.first, _LONGEST)
    line = np.repeat(np.arange(count.size), count)
    place = np.arange(line.size) - np.repeat(np.cumsum(count) - count, count) + 1
    first = batch.first[line]
    backs = powers(_BACK, total)
    return (sums[first + place] - sums[first]) * backs[first], line, place


def line_hashes(batch: Batch) -> Hashes:
    """Return a hash of all words of each line that are shown, numbers written 0."""
    total = batch.hashes.size
    sums = np.zeros(total + 1, dtype=np.uint64)
    np.cumsum(_numberless(batch) * powers(_STEP, total), out=sums[1:])
    backs = np.append(powers(_BACK, total), np.uint64(0))
    return (sums[batch.last] - sums[batch.first]) * backs[batch.first]
