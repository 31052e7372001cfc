"""The longest passage that two texts share: what a reader is shown to see with his own eyes that one is a copy of the other.

Words are compared as shingles are, so the passage may differ in case, punctuation and white space. If a run of some
length is shared, so is every shorter one; so the length is found by halving, and every run of one length is hashed in one pass with running sums of a
polynomial modulo 2^64. That takes n log n steps for each halving, whatever the texts repeat.
"""

import numpy as np
from numpy.typing import NDArray

from copydesk.duplicates.places import located
from copydesk.duplicates.tokens import ODD
from copydesk.settings import DuplicatesSettings

__all__ = ["shared_passage"]

Hashes = NDArray[np.uint64]


def shared_passage(text: str, kept_text: str, settings: DuplicatesSettings) -> tuple[int, int, int, int] | None:
    """Return where the longest shared passage stands: start and end in the one text, start and end in the other, in characters; None where none is shared.

    Of several that are equally long, the first in `text`, and where that stands in the other more than once, the first there.

    >>> one, other = "By our staff. The ferry sailed at dawn, it is said.", "THE FERRY sailed at dawn! It rained."
    >>> start, end, start_there, end_there = shared_passage(one, other, DuplicatesSettings())
    >>> one[start:end], other[start_there:end_there]
    ('The ferry sailed at dawn, it', 'THE FERRY sailed at dawn! It')
    """
    (one, here), (other, there) = located(text, settings.shingle_words), located(kept_text, settings.shingle_words)
    length, at, at_there = _longest(one, other)
    if not length:
        return None
    return int(here[at, 0]), int(here[at + length - 1, 1]), int(there[at_there, 0]), int(there[at_there + length - 1, 1])


def _longest(one: Hashes, other: Hashes) -> tuple[int, int, int]:
    """The length of the longest shared run, and where it stands first in the one and in the other."""
    if np.array_equal(one, other):
        return len(one), 0, 0
    powers = np.cumprod(np.full(max(len(one), len(other)) + 1, ODD, dtype=np.uint64), dtype=np.uint64)
    sums = _sums(one, powers), _sums(other, powers)
    least, most, at, at_there = 0, min(len(one), len(other)), 0, 0
    while least < most:
        length = (least + most + 1) // 2
        here, there = (_runs(part, length, powers) for part in sums)
        ranked = np.sort(there)
        found = ranked.take(ranked.searchsorted(here), mode="clip") == here
        first = int(found.argmax())
        if found[first]:
            least, at, at_there = length, first, int((there == here[first]).argmax())
        else:
            most = length - 1
    return least, at, at_there


def _sums(values: Hashes, powers: Hashes) -> Hashes:
    """The running sums of the polynomial."""
    sums = np.zeros(len(values) + 1, dtype=np.uint64)
    np.cumsum(values * powers[: len(values)], out=sums[1:])
    return sums


def _runs(sums: Hashes, length: int, powers: Hashes) -> Hashes:
    """Hash every run of a length: differences of running sums, all brought to the same power."""
    runs = sums[length:] - sums[:-length]
    runs *= powers[::-1][: len(runs)]
    return runs
