"""Numbers filed under hashes in two bytes each, from which no key can be read back.

A binary fuse filter (Graf and Lemire 2022, "Binary Fuse Filters", arXiv:2201.01174) used as a static function: a key's three cells, combined by exclusive or,
give a check and a value. It takes 1.13 cells a key. A key that was never filed passes the check by chance, once in 2 ** (16 - bits of the value).
`bench.translation_tables` makes them.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from copydesk.translation.model.tokens import Hashes, Ints

__all__ = ["CELL_BITS", "MISSING", "SEGMENT_BITS", "Table", "checks", "places"]

CELL_BITS: Final = 16
SEGMENT_BITS: Final = 13
MISSING: Final = -1


@dataclass(frozen=True, slots=True)
class Table:
    """`cells`, and how many of the 16 bits are the value."""

    cells: npt.NDArray[np.uint16]
    bits: int

    def find(self, keys: Hashes) -> npt.NDArray[np.int32]:
        """Return the value of each key, `MISSING` for keys that the table does not hold."""
        first, second, third = places(keys, self.cells.size)
        cell = self.cells.take(first) ^ self.cells.take(second) ^ self.cells.take(third)
        check = cell >> self.bits == checks(keys, self.bits)
        value: npt.NDArray[np.int32] = (cell & np.uint16((1 << self.bits) - 1)).astype(np.int32)
        value[~check] = MISSING
        return value


def checks(keys: Hashes, bits: int) -> npt.NDArray[np.uint16]:
    """Return what the upper bits of a key's cell must be."""
    return keys.astype(np.uint16) >> np.uint16(bits)


def places(keys: Hashes, cells: int) -> tuple[Ints, Ints, Ints]:
    """Return the three cells of each key: in three neighbouring segments of a table of so many cells, which keeps them near each other in memory."""
    segment = 1 << SEGMENT_BITS
    first = ((keys >> np.uint64(32)) * np.uint64(cells - 2 * segment) >> np.uint64(32)).astype(np.int64)
    low = (keys >> np.uint64(6)).view(np.int64)
    return first, (first + segment) ^ (low & (segment - 1)), (first + 2 * segment) ^ (low >> SEGMENT_BITS & (segment - 1))
