"""When two texts are compared, and how likely that is: near-copies are only looked for among pairs whose samples of shingles agree.

A parameter that is guessed fails silently, as copies that nobody ever compared. So the chance of being proposed is worked out here from the settings, and
settings under which it would be low are refused. Pure arithmetic: settings are read long before a database or an array library is needed.

A text has a sketch of k of its distinct shingles: those whose hash falls into a share of one in `sample`, but at least the `least` and at most the `most`
smallest. The k are a simple random sample of its shingles, so the number of them that are among the shared ones is hypergeometric. The other text samples by
the same hashes, so it has each of them too; but where its share is smaller (it is longer and beyond `most`, or stands beside a short one that has its
`least`), that share of the shared ones is in both: a binomial.
"""

from collections.abc import Callable, Iterator
from math import exp, lgamma, log, log1p, sqrt
from typing import Final

__all__ = ["FEW", "PERCENT", "Needed", "chance", "needed", "overlap"]

FEW: Final = 12
"""Two sketches of fewer values may share only one of a pair of copies; of more values, one shared is mostly a phrase of the language."""

PERCENT: Final = 8
"""So much of the smaller sketch must be shared."""

Needed = Callable[[int, int], int]

_SPREAD: Final = 6  # standard deviations of a sketch's size that are looked at


def needed(first: int, second: int) -> int:
    """Return how many values two sketches of so many must share: one where the smaller has few, else 8 % of the smaller and at least two.

    Of two texts of 100 words at Jaccard .45 sketches of 16 values share ten, and fewer than two with a chance of 6e-7; that strangers share one is common.

    >>> [needed(size, 1_000) for size in (1, 11, 12, 25, 26, 100)]
    [1, 1, 2, 2, 3, 8]
    """
    smaller = min(first, second)
    return 1 if smaller < FEW else max(2, -(-smaller * PERCENT // 100))


def chance(shared: int, first: int, second: int, *, sample: int, least: int, most: int, needed: Needed = needed) -> float:
    """Return the chance that two texts are proposed.

    Args:
        shared: how many distinct shingles both have, at most the smaller of the next two.
        first: distinct shingles of the one.
        second: distinct shingles of the other.
        sample: one shingle in so many is sampled.
        least: so many are at least.
        most: and so many at most.
        needed: how many values sketches of two sizes must share.

    The sizes of both sketches vary; the shares that they are drawn with are taken as their expectations, and only the shorter one's size decides what
    is needed. Where the chance is in between, that is off by up to .08 against real sketches, and where it is above .95 by less than .03. That a value which
    a crowd holds counts half is left out.

    >>> chance(61, 98, 98, sample=16, least=8, most=1_000) > 0.99
    True
    >>> chance(0, 98, 98, sample=16, least=8, most=1_000)
    0.0
    """
    shorter, longer = sorted((first, second))
    if not shared:
        return 0.0
    own, other = (_share(size, sample, least, most) for size in (shorter, longer))
    total = 0.0
    for size, weight in _sizes(shorter, sample, least, most):
        enough = range(needed(size, max(size, round(longer * other))))
        total += weight * sum(_binomial(count, shared, other) if other < own else _hypergeometric(count, shared, shorter, size) for count in enough)
    return min(1.0, max(0.0, 1.0 - total))


def overlap(similarity: float, first: int, second: int, *, containment: bool = False) -> int:
    """Return how many shingles two sets share at a Jaccard similarity, or at a containment of the smaller one; what both cannot have is cut off.

    >>> overlap(0.5, 90, 90), overlap(0.5, 90, 900, containment=True), overlap(1.0, 90, 900)
    (60, 45, 90)
    """
    smaller = min(first, second)
    return min(smaller, round(similarity * smaller if containment else similarity * (first + second) / (1 + similarity)))


def _share(shingles: int, sample: int, least: int, most: int) -> float:
    """The share of a text's shingles that its sketch holds, as expected."""
    return min(1.0, max(1 / sample, least / shingles), most / shingles)


def _sizes(shingles: int, sample: int, least: int, most: int) -> Iterator[tuple[int, float]]:
    """The sizes that a sketch may have, with the chance of each."""
    mean = shingles / sample
    spread = _SPREAD * sqrt(mean) + _SPREAD
    held: dict[int, float] = {}
    for count in range(max(0, int(mean - spread)), min(shingles, int(mean + spread)) + 1):
        size = min(max(count, least), most, shingles)
        held[size] = held.get(size, 0.0) + _binomial(count, shingles, 1 / sample)
    yield from held.items()


def _hypergeometric(count: int, shared: int, shingles: int, size: int) -> float:
    """The chance that so many of a sketch's values are among the shared."""
    if not max(0, size - shingles + shared) <= count <= min(size, shared):
        return 0.0
    return exp(_ways(shared, count) + _ways(shingles - shared, size - count) - _ways(shingles, size))


def _binomial(count: int, trials: int, each: float) -> float:
    """The chance that so many of all trials succeed."""
    if count > trials:
        return 0.0
    if each == 1:
        return float(count == trials)
    return exp(_ways(trials, count) + count * log(each) + (trials - count) * log1p(-each))


def _ways(among: int, count: int) -> float:
    """The logarithm of the number of ways to choose."""
    return lgamma(among + 1) - lgamma(count + 1) - lgamma(among - count + 1)
