"""Make the tables of the translation model: binary fuse filters and cuckoo tables, in numpy, the same from the same keys."""

import numpy as np
import numpy.typing as npt

from copydesk.translation.model.table import SEGMENT_BITS, Table, checks, places
from copydesk.translation.model.tokens import Hashes, Ints

__all__ = ["table"]

_LOAD = 1.135
_ROUNDS = 5_000


def table(keys: Hashes, values: npt.NDArray[np.int64], bits: int) -> Table:
    """File values of so many bits under distinct keys. Raises `ValueError` where the keys cannot be peeled (one in very many sets)."""
    segment = 1 << SEGMENT_BITS
    cells = (max(3, int(np.ceil(keys.size * _LOAD / segment)) + 2)) * segment
    spots = np.stack(places(keys, cells))
    layers = _peeled(spots, cells)
    filed = np.zeros(cells, dtype=np.uint16)
    wanted = (checks(keys, bits).astype(np.uint32) << np.uint32(bits) | values.astype(np.uint32)).astype(np.uint16)
    for which, spot in reversed(layers):
        rest = filed[spots[0, which]] ^ filed[spots[1, which]] ^ filed[spots[2, which]] ^ filed[spot]
        filed[spot] = wanted[which] ^ rest
    made = Table(filed, bits)
    if not np.array_equal(made.find(keys), values):
        msg = "the table does not give back what was filed"
        raise ValueError(msg)
    return made


def _peeled(spots: Ints, cells: int) -> list[tuple[Ints, Ints]]:
    """Take keys off that have a cell to themselves, layer by layer: their numbers and those cells."""
    count = np.zeros(cells, dtype=np.int64)
    held = np.zeros(cells, dtype=np.int64)
    every = np.arange(spots.shape[1])
    for row in spots:
        count += np.bincount(row, minlength=cells)
        np.bitwise_xor.at(held, row, every)
    layers, left = [], every.size
    alone = np.flatnonzero(count == 1)
    for _ in range(_ROUNDS):
        if not alone.size:
            break
        which, at = np.unique(held[alone], return_index=True)
        layers.append((which, alone[at]))
        left -= which.size
        touched = spots[:, which].ravel()
        np.subtract.at(count, touched, 1)
        np.bitwise_xor.at(held, touched, np.tile(which, 3))
        touched = np.unique(touched)
        alone = touched[count[touched] == 1]
    if left:
        msg = f"{left} of {every.size} keys cannot be filed"
        raise ValueError(msg)
    return layers
