"""How well words follow each other, by a 3-gram language model of human news.

Probabilities are those of an interpolated Kneser-Ney model with three discounts (Chen and Goodman 1999, "An empirical study of smoothing techniques for
language modeling", section 4.2); logarithms are natural, negative, and kept in whole steps, so that sums are exact. A 3-gram that the model does not
hold is answered by its last two words, those by the last one, each at the price of the room that the shorter context leaves.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from copydesk.translation.model.table import Table
from copydesk.translation.model.tokens import Hashes, Ints, behind, mixed
from copydesk.translation.model.vocabulary import Vocabulary

__all__ = ["PAIR_BITS", "ROOM_BITS", "ROOM_STEPS", "STEP", "STEPS", "TRIPLE_BITS", "Language", "Read", "before", "pair", "pair_cost", "triple"]

STEP: Final = 0.05
"""So many nats are one step of a sum."""
STEPS: Final = 6
"""The tables keep logarithms in so many steps: 0.3 nats."""
ROOM_STEPS: Final = 10
TRIPLE_BITS: Final = 6
PAIR_BITS: Final = 8
ROOM_BITS: Final = 3
_LONGEST: Final = 3

_SECOND: Final = np.uint64(0x9FB21C651E98DF25)
_THIRD: Final = np.uint64(0xD6E8FEB86659FD93)
_NONE: Final = 0x2545F4914F6CDD1D


@dataclass(frozen=True, slots=True)
class Read:
    """What the model says of each token.

    Its slot in the vocabulary, the length of the n-gram that it was found in (0 to 3), its cost in steps: given the two words before it, given
    the one before it, and by itself.
    """

    slot: Ints
    order: npt.NDArray[np.int8]
    cost: npt.NDArray[np.int32]
    paired: npt.NDArray[np.int32]
    alone: npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Language:
    """The model: single words, pairs (five bits of cost, three of room behind them), triples (six bits of cost)."""

    words: Vocabulary
    pairs: Table
    triples: Table

    def read(self, words: Hashes, starts: Ints) -> Read:
        """Ask about the words of documents, given where each document begins (and, last, how many words there are)."""
        one, two = before(words, starts)
        slot = self.words.find(words)
        alone = self.words.rarity.take(slot).astype(np.int32)
        known = slot != self.words.check.size - 1
        filed = self.pairs.find(pair(one, words))
        room = behind(self.words.room.take(slot), starts, 0).astype(np.int32)
        paired = pair_cost(filed, alone + room)
        left = behind(np.where(filed >= 0, (filed & ((1 << ROOM_BITS) - 1)) * ROOM_STEPS, 0), starts, 0)
        three = self.triples.find(triple(two, one, words))
        order = known.astype(np.int8) + (filed >= 0) + ((filed >= 0) & (three >= 0))
        cost = np.where(order == _LONGEST, three * STEPS, paired + left)
        return Read(slot, order, cost, paired, alone)


def pair(one: Hashes, word: Hashes) -> Hashes:
    """Return the key of two words in a row."""
    return mixed(one * _SECOND + word)


def pair_cost(filed: npt.NDArray[np.int32], otherwise: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    """Return the cost of words given the one before them, in steps, from what is filed of the pairs; `otherwise` where nothing is."""
    return np.where(filed >= 0, (filed >> ROOM_BITS) * STEPS, otherwise)


def triple(two: Hashes, one: Hashes, word: Hashes) -> Hashes:
    """Return the key of three words in a row."""
    return mixed((two * _THIRD + one) * _SECOND + word)


def before(words: Hashes, starts: Ints) -> tuple[Hashes, Hashes]:
    """Return the words one and two places before each, within its document; a document begins behind two words that are none."""
    return behind(words, starts, _NONE), behind(words, starts, _NONE, 2)
