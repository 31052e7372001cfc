"""How rare a word is, known beforehand, so that what a text is told by does not depend on the texts beside it.

A weight taken from the corpus would change with every run, and an incremental run could not equal a full one (law 6). So the package ships how many of
28,241 English news texts hold a word, as classes: 4 (ln(28241 / texts) - 5), rounded, 0 to 17. A class is a quarter of a nat of surprise beyond what 190 of
the texts share; class 0 tells nothing. Words in fewer than five of them are not in the table and have the highest class, `UNKNOWN`.

The file holds no word: 32 bits of each word's hash, in rising order, and its class. `python -m bench.stories fit` writes it, and README.md beside it names
the texts and their terms. A word that is not in the table meets the hash of one that is with a chance of 1 in 131,000, and then counts as too common.
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from copydesk.errors import InputError

__all__ = ["HIGHEST", "UNKNOWN", "save", "shipped"]

HIGHEST: Final = 17
"""The highest class that the table holds."""
UNKNOWN: Final = 18
"""The class of a word that it does not hold."""


def save(hashes: npt.NDArray[np.uint32], classes: npt.NDArray[np.uint8], path: Path) -> None:
    """Write a table; the same table gives the same bytes."""
    np.savez_compressed(path, hashes=hashes, classes=classes)


@cache
def shipped() -> Mapping[int, int]:
    """Return the class of each hash in the table that the package ships, read once a process.

    >>> len(shipped()) > 30_000, max(shipped().values()) <= HIGHEST
    (True, True)
    """
    try:
        with files(__package__).joinpath("rarity.npz").open("rb") as source, np.load(source, allow_pickle=False) as held:
            return dict(zip(held["hashes"].tolist(), held["classes"].tolist(), strict=True))
    except (KeyError, OSError, ValueError) as fault:
        msg = f"the table of rare words cannot be read: {fault}"
        raise InputError(msg) from fault
