"""How much better a synonym would have stood between its neighbours: who writes takes the word that goes with the others, who spins takes another.

Synonyms are those of a thesaurus, in the same form ("bought" for "purchased"), and kept as hashes of words. How well a word stands is the cost of the pair that
it makes with the word before it and of the pair with the word behind it, under the language model.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from copydesk.translation.model.language import Language, Read, pair, pair_cost
from copydesk.translation.model.tokens import Hashes, Ints, Tokens

__all__ = ["BINS", "Synonyms", "regret"]

BINS: Final = 14
_BIN: Final = 25
_WORST: Final = 150


@dataclass(frozen=True, slots=True)
class Synonyms:
    """`words` holds the synonyms of a word in a row, 0 where it has no more, and `slots` their slots in the vocabulary; row 0 is empty."""

    words: Hashes
    slots: npt.NDArray[np.int32]


def regret(tokens: Tokens, read: Read, language: Language, synonyms: Synonyms) -> tuple[Ints, Ints]:
    """Return the tokens that have synonyms, and by how much the best of them would have stood better (negative: worse), in bins."""
    row = language.words.others.take(read.slot)
    some = np.diff(tokens.starts) > 0
    row[tokens.starts[:-1][some]] = 0  # words at either end of a document have one neighbour only
    row[tokens.starts[1:][some] - 1] = 0
    at = np.flatnonzero(row)
    mine = read.paired.take(at) + read.paired.take(at + 1)
    best = np.full(at.size, np.iinfo(np.int32).max, dtype=np.int32)
    before, behind = tokens.hashes.take(at - 1), tokens.hashes.take(at + 1)
    room, rarity = language.words.room.take(read.slot.take(at - 1)).astype(np.int32), read.alone.take(at + 1)
    held = row.take(at)
    for column in range(synonyms.words.shape[1]):
        word = synonyms.words[:, column].take(held)
        which = np.flatnonzero(word)
        word, slot = word.take(which), synonyms.slots[:, column].take(held.take(which))
        first = pair_cost(language.pairs.find(pair(before.take(which), word)), language.words.rarity.take(slot) + room.take(which))
        last = pair_cost(language.pairs.find(pair(word, behind.take(which))), rarity.take(which) + language.words.room.take(slot))
        best[which] = np.minimum(best.take(which), first + last)
    return at, np.clip((mine - best + _WORST) // _BIN, 0, BINS - 1).astype(np.int64)
