"""What is known of single words, filed under their hashes: how frequent each is, how much room it leaves for unseen followers, its synonyms.

A cuckoo table: each word lies in one of two slots, so that a look-up is two reads. A slot holds a check of 32 bits, never the word.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from copydesk.translation.model.tokens import Hashes, Ints

__all__ = ["Vocabulary", "slots"]

_CHECK: Final = np.uint64(32)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Per slot: `check` (0: empty), and the columns of what is known. The last slot is no word's: it answers for words that are not known."""

    check: npt.NDArray[np.uint32]
    rarity: npt.NDArray[np.uint8]
    """-log of the word's share as a continuation, in steps of `STEP`."""
    room: npt.NDArray[np.uint8]
    """-log of what is left for followers that were never seen behind the word, in steps of `STEP`."""
    rank: npt.NDArray[np.uint16]
    """The word's number among the commonest, from 1; 0 for all others."""
    others: npt.NDArray[np.uint16]
    """The row of its synonyms, 0 where it has none."""

    def find(self, words: Hashes) -> Ints:
        """Return the slot of each word, the last one for words that are not known."""
        first, second, check = slots(words, self.check.size - 1)
        found = np.where(self.check.take(second) == check, second, self.check.size - 1)
        return np.where(self.check.take(first) == check, first, found)


def slots(words: Hashes, size: int) -> tuple[Ints, Ints, npt.NDArray[np.uint32]]:
    """Return the two slots of each word in a table of so many, a power of two, and its check."""
    mask = size - 1
    whole = words.view(np.int64)
    return whole & mask, whole >> 20 & mask, (words >> _CHECK).astype(np.uint32) | np.uint32(1)
