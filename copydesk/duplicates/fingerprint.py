"""A sample of a text's shingles, so that candidates for copies are found without comparing all with all.

A *sketch* holds those shingles whose hash falls into one fixed share of all hashes, one in `sample`: a FracMinHash, or scaled MinHash (Irber,
Brooks et al. 2022, "Lightweight compositional analysis of metagenomes with FracMinHash and minimum metagenome covers"; sourmash). Every text
samples by the same rule, so two texts share about one in `sample` of the shingles that they share, however unequal they are in length: an
article inside a longer one is found as well as its reprint, which a MinHash of fixed size misses. Short texts would have next to nothing, so a
sketch has at least the `least` smallest hashes, and at most the `most` smallest, so that no text makes it boundless.

A sketch costs no permutations, only the hashing of the shingles. Its values are part of the published table's format.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from copydesk.duplicates.shingles import sequences
from copydesk.duplicates.tokens import distinct
from copydesk.settings import DuplicatesSettings

__all__ = ["Fingerprint", "fingerprint", "fingerprints"]

_HASHES = 1 << 63


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """The sampled shingles, ascending, each from 0 to 2^63 - 1, and the number of all distinct shingles; a text without a token has neither.

    63 bits, because Delta Lake has no unsigned type.
    """

    sketch: tuple[int, ...]
    shingles: int


def fingerprint(text: str, settings: DuplicatesSettings) -> Fingerprint:
    """Return the fingerprint of a text under `settings.shingle_words`, `sample`, `least` and `most`; it depends on nothing else.

    >>> settings = DuplicatesSettings()
    >>> a = fingerprint("The ferry sailed at dawn.", settings)
    >>> a == fingerprint("the ferry  sailed at DAWN", settings), len(a.sketch), a.shingles
    (True, 3, 3)
    >>> fingerprint("", settings)
    Fingerprint(sketch=(), shingles=0)
    """
    return fingerprints([text], settings)[0]


def fingerprints(texts: Iterable[str], settings: DuplicatesSettings) -> list[Fingerprint]:
    """Return the fingerprints of a shard's texts, in their order; together they take half the time that they take one by one, .06 ms for 2.4 kB."""
    return [_sampled(found, settings) for found in sequences(texts, settings.shingle_words)]


def _sampled(found: NDArray[np.uint64], settings: DuplicatesSettings) -> Fingerprint:
    values = distinct(found >> np.uint64(1))
    below = int(values.searchsorted(np.uint64(_HASHES // settings.sample)))
    return Fingerprint(tuple(values[: min(max(below, settings.least), settings.most)].tolist()), len(values))
