"""A small forest of decision trees, evaluated for all lines of a shard at once, whose score is a sum of evidence by construction.

Each leaf holds one figure for each kind of evidence: on the way from root to leaf every question changes the mean of the leaves that can still be reached,
and the change is credited to the evidence that was asked (the decomposition of Saabas, 2014). So a line's score is exactly the sum of what its evidence
brought, and no second model has to explain the first. All figures are integers in 1/1,024 of a logit: sums do not depend on their order.

Leaves are found as in QuickScorer (Lucchese et al., 2015): each question that is answered "no" strikes out the leaves on its left in a bit mask, and the
lowest bit that remains is the leaf. That is a few passes of numpy a question, 1 microsecond a line for 80 trees, and needs no library.
"""

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = ["MOST_LEAVES", "UNIT", "Forest", "Matrix"]

UNIT: Final = 1024
"""So many steps are one logit."""
MOST_LEAVES: Final = 16

Matrix = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Forest:
    """Trees by their questions and leaves.

    Per tree and question, as (trees, questions) arrays: `column` (-1: no question), `bound` (asked is "at most?"), `kept` (the leaves that remain after a
    "no", a bit each). `leaves`: the evidence of each leaf, as a (trees, leaves, kinds) array of steps. `base`: the score before any question.
    """

    column: npt.NDArray[np.int16]
    bound: npt.NDArray[np.float32]
    kept: npt.NDArray[np.uint16]
    leaves: npt.NDArray[np.int16]
    base: int

    def reached(self, columns: Matrix) -> npt.NDArray[np.uint8]:
        """Return the leaf that each line reaches in each tree, as (trees, lines); `columns` holds a row for each column of evidence."""
        count = columns.shape[1]
        found = np.empty((len(self.column), count), dtype=np.uint8)
        low, high, mask = np.empty(count, dtype=np.uint8), np.empty(count, dtype=np.uint8), np.empty(count, dtype=np.uint8)
        yes = np.empty(count, dtype=np.bool_)
        for tree, questions in enumerate(zip(self.column.tolist(), self.bound.tolist(), self.kept.tolist(), strict=True)):
            low.fill(_HALF)
            high.fill(_HALF)
            for column, bound, kept in zip(*questions, strict=True):
                if column >= 0:
                    np.less_equal(columns[column], bound, out=yes)
                    np.negative(yes.view(np.uint8), out=yes.view(np.uint8))  # all bits set where the answer is yes
                    for half, left in ((low, kept & _HALF), (high, kept >> 8)):
                        if left != _HALF:  # most questions strike leaves of one half only
                            np.bitwise_or(yes.view(np.uint8), left, out=mask)
                            np.bitwise_and(half, mask, out=half)
            np.take(_lowest_bit(), low + high * np.uint16(256), out=found[tree], mode="clip")
        return found

    def total(self, reached: npt.NDArray[np.uint8]) -> npt.NDArray[np.int64]:
        """Return the score of each line in steps."""
        sums = np.full(reached.shape[1], self.base, dtype=np.int64)
        for values, leaf in zip(self.leaves.sum(axis=2, dtype=np.int64), reached, strict=True):
            sums += np.take(values, leaf, mode="clip")  # no leaf is out of bounds, and that it need not look makes it twice as fast
        return sums

    def evidence(self, reached: npt.NDArray[np.uint8]) -> npt.NDArray[np.int64]:
        """Return what each kind of evidence brought, as (lines, kinds); with `base` a row adds up to the score."""
        sums = np.zeros((reached.shape[1], self.leaves.shape[2]), dtype=np.int64)
        for values, leaf in zip(self.leaves, reached, strict=True):
            sums += values[leaf]
        return sums


_HALF: Final = 255


@cache
def _lowest_bit() -> npt.NDArray[np.uint8]:
    numbers = np.arange(1 << MOST_LEAVES)
    table = np.zeros(1 << MOST_LEAVES, dtype=np.uint8)
    for bit in reversed(range(MOST_LEAVES)):
        table[(numbers >> bit) & 1 == 1] = bit
    return table
