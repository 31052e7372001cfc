"""What a line says, as one figure: how much its words and pairs of words are those of page furniture rather than of articles.

A logistic regression over hashed words and pairs of neighbouring words, its weights in 8 bits. A bucket that no line of the training data fell into says so:
the share of words that the model knows tells later steps how far to trust the figure, in a language that it was not fitted on above all.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from copydesk.boilerplate.model.text import Batch, Ints, mixed, summed

__all__ = ["BUCKET_BITS", "UNKNOWN", "Spoken", "Weights", "buckets", "weigh"]

Weights = npt.NDArray[np.int8]

BUCKET_BITS: Final = 20
UNKNOWN: Final = -128
"""The weight of a bucket that no training line fell into."""
_PAIR: Final = np.uint64(0xD6E8FEB86659FD93)
_END: Final = np.uint64(0x2545F4914F6CDD1D)
_SCALE: Final = 64


@dataclass(frozen=True, slots=True)
class Spoken:
    """Per line: `score` (positive: furniture; 64 times the sum of the weights over the root of their number), `known` and `counted` (words)."""

    score: Ints
    known: Ints
    counted: Ints


def buckets(batch: Batch) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the bucket of each word, and of the pair that it makes with the next one (or with the end of its line)."""
    shift = np.uint64(64 - BUCKET_BITS)
    follower = np.empty_like(batch.hashes)
    follower[:-1] = batch.hashes[1:]
    lasts = batch.last[batch.last > batch.first] - 1
    follower[lasts] = _END
    pairs = mixed(batch.hashes * _PAIR + follower)
    return (batch.hashes >> shift).astype(np.int64), (pairs >> shift).astype(np.int64)


def weigh(batch: Batch, weights: Weights) -> Spoken:
    """Weigh the words of each line."""
    one, two = buckets(batch)
    single, pair = weights[one], weights[two]
    known = single != UNKNOWN
    both = np.where(known, single, 0).astype(np.int64) + np.where(pair != UNKNOWN, pair, 0)
    counted = batch.last - batch.first
    sums = summed(both, batch.first, batch.last)
    score: Ints = np.rint(_SCALE * sums / np.sqrt(np.maximum(1, 2 * counted))).astype(np.int64)
    return Spoken(score, summed(known, batch.first, batch.last), counted)
