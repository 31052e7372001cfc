"""How much of one text stands in another, in the same order: the figure that decides what a copy is.

Two figures of word shingles go on record, the Jaccard similarity |A and B| / |A or B| and the containment |A and B| / min(|A|, |B|). Neither decides alone: a
reprint in which every second word was replaced shares a tenth of its shingles with the original, and two market reports of different days share half.
What tells them apart is where the words stand. In a copy, however it was spoilt, they stand where they stood; what differs is scattered between them.

So the texts are laid side by side. Runs of two words that stand once in either text are the *anchors* (of a text that mostly repeats itself, as a page
does that holds its article twice, each run where it stands first); each says by how many places the one text is shifted
against the other. A word *agrees* where the same word stands at its place in the other text, shifted as the anchor before it or after it says. That costs
one pass, needs no search for the best of all alignments, and follows passages that were moved.

* `agreeing`: the share of the shorter text's words that agree;
* `passage`: its longest passage without a word that agrees, as a share of it;
* `longer`: as many words, as a share of the longer text;
* `score = agreeing - 2 passage`, not below 0, where one word of the passage does not count: a word changed in a short text is no passage.

Measured on 10,160 copies of 22 kinds with their originals and on 14,752 proposed pairs of different articles, news of 21 languages: half of the words replaced
leaves .52 of the words agreeing and .02 in one passage (medians); of different articles those that agree in .41 and more have .13 in a passage of its own.
A weight of 1 for the passage finds 98.5 % of the copies where 2 finds 97.7 %, and lets 592 of the others through instead of 407.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from copydesk.duplicates.shingles import Shingles

__all__ = ["Alignment", "Anchors", "Hashes", "align", "anchors", "longest_gap", "shared", "standing"]

Hashes = NDArray[np.uint64]
Places = NDArray[np.int64]
Marks = NDArray[np.bool_]

_PASSAGE: Final = 2.0
_ODD: Final = np.uint64(0x9E3779B97F4A7C15)
# An article has nine runs in ten once. A text that is said twice has none.
_REPEATS: Final = 0.2


@dataclass(frozen=True, slots=True)
class Anchors:
    """The runs of two tokens that stand just once in a text, or stand first in one that repeats itself: their hashes, ascending, and where each begins."""

    hashes: Hashes
    places: Places


@dataclass(frozen=True, slots=True)
class Alignment:
    """Two texts side by side: how much of the shorter agrees, its longest passage that does not, as many words of the longer, tokens of the shorter."""

    agreeing: float
    passage: float
    longer: float
    tokens: int

    @property
    def score(self) -> float:
        """How much the shorter is a copy, from 0 to 1: what agrees, less twice the longest passage of its own (of which one word does not count)."""
        passage = max(0.0, self.passage - 1 / max(self.tokens, 1))
        return max(0.0, self.agreeing - _PASSAGE * passage)


def shared(one: Shingles, other: Shingles) -> int:
    """Return how many shingles two sorted sets have in common: sorting two sorted runs is merging them, and what both have then stands side by side.

    >>> shared(np.array([1, 4, 9], dtype=np.uint64), np.array([4, 5, 9, 12], dtype=np.uint64))
    2
    """
    both = np.concatenate((one, other))
    both.sort(kind="stable")
    return int(np.count_nonzero(both[1:] == both[:-1]))


def anchors(tokens: Hashes) -> Anchors:
    """Return the anchors of a text, given the hashes of its tokens in order."""
    runs = tokens[:-1] * _ODD + tokens[1:]
    order = np.argsort(runs, kind="stable")
    ranked = runs[order]
    differs = np.ones(len(ranked) + 1, dtype=np.bool_)
    np.not_equal(ranked[1:], ranked[:-1], out=differs[1:-1])
    once = differs[1:] & differs[:-1]
    if np.count_nonzero(once) < _REPEATS * len(ranked):
        once = differs[:-1]
    return Anchors(ranked[once], order[once])


def align(one: Hashes, other: Hashes, first: Anchors, second: Anchors) -> Alignment:
    """Lay two texts side by side, given their tokens and anchors.

    >>> a, b = np.array([1, 2, 3, 4, 5, 6], dtype=np.uint64), np.array([9, 1, 2, 7, 4, 5, 6], dtype=np.uint64)
    >>> found = align(a, b, anchors(a), anchors(b))
    >>> round(found.agreeing, 3), round(found.passage, 3), round(found.longer, 3), round(found.score, 3)
    (0.833, 0.167, 0.714, 0.833)
    """
    if len(one) == len(other):
        if (own := one.tobytes()) == (others := other.tobytes()):
            return Alignment(1.0, 0.0, 1.0, len(one))
        turned = own > others  # of two that are equally long always the same one is looked for in the other
    else:
        turned = len(one) > len(other)
    if turned:
        one, other, first, second = other, one, second, first
    agrees = standing(one, other, first, second)
    agreeing = int(np.count_nonzero(agrees))
    return Alignment(agreeing / len(one), longest_gap(agrees) / len(one), agreeing / len(other), len(one))


def standing(text: Hashes, other: Hashes, first: Anchors, second: Anchors) -> Marks:
    """Mark the tokens of the one text that stand in the other, given the anchors of both."""
    here, there = _met(first, second)
    return _agreeing(text, other, here, there) if len(here) else np.zeros(len(text), dtype=np.bool_)


def _met(first: Anchors, second: Anchors) -> tuple[Places, Places]:
    """Where the anchors that both texts have stand in the one, ascending, and in the other."""
    if not len(second.hashes):
        return second.places, second.places
    place = second.hashes.searchsorted(first.hashes)
    found = np.flatnonzero(second.hashes.take(place, mode="clip") == first.hashes)
    here, there = first.places[found], second.places[place[found]]
    order = here.argsort()
    return here[order], there[order]


def _agreeing(text: Hashes, other: Hashes, here: Places, there: Places) -> Marks:
    """Mark the tokens that stand in the other text too, shifted as the anchor before or after them."""
    shift = there - here
    lengths = np.empty(len(here) + 1, dtype=np.int64)  # of what lies before the first anchor, from each to the next, and from the last on
    np.subtract(here[1:], here[:-1], out=lengths[1:-1])
    lengths[0], lengths[-1] = here[0], len(text) - here[-1]
    place = np.arange(len(text))
    before, after = np.concatenate((shift[:1], shift)), np.concatenate((shift, shift[-1:]))
    agrees = _equal(text, other, place + before.repeat(lengths))
    if (before != after).any():
        agrees |= _equal(text, other, place + after.repeat(lengths))
    return agrees


def _equal(text: Hashes, other: Hashes, target: Places) -> Marks:
    """Mark the tokens that stand in the other text at their target, if that is inside it (a place before it is a huge one if taken for unsigned)."""
    inside: Marks = target.view(np.uint64) < np.uint64(len(other))
    inside &= other.take(target, mode="clip") == text
    return inside


def longest_gap(marks: Marks) -> int:
    """Return the length of the longest run without a mark."""
    at = np.flatnonzero(marks)
    if not len(at):
        return len(marks)
    inside = int((at[1:] - at[:-1]).max()) - 1 if len(at) > 1 else 0
    return max(inside, int(at[0]), len(marks) - 1 - int(at[-1]))
