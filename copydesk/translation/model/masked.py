"""The company that common words keep, whatever the topic: n-grams in which every word beyond the 1,000 commonest is replaced by its shape.

Rare words and names tell what a text is about and where it comes from, and a model that sees them learns topics. Their shapes (band, ending, number of digits)
tell how sentences are built.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from copydesk.translation.model.figures import ending
from copydesk.translation.model.tokens import Ints, Tokens, behind, mixed

__all__ = ["BUCKETS", "buckets"]

BUCKETS: Final = 1 << 16
_ODD: Final = np.uint64(0x9E3779B97F4A7C15)
_SHAPES: Final = 2_000
_DIGITS: Final = 5


def buckets(tokens: Tokens, rank: npt.NDArray[np.uint16], band: Ints) -> tuple[Ints, Ints, Ints]:
    """Return the buckets of each token, of it with the token before, and of it with the two tokens before."""
    shape = _SHAPES + band * 64 + np.where(band == 3, ending(tokens), 0) + np.where(band == 0, np.minimum(tokens.sizes, _DIGITS), 0)  # noqa: PLR2004 - other known words
    mask = np.where(rank > 0, rank, shape).astype(np.uint64)
    one, two = behind(mask, tokens.starts, 0), behind(mask, tokens.starts, 0, 2)
    pair = one * _ODD + mask
    return _bucket(mask * _ODD), _bucket(pair * _ODD + np.uint64(1)), _bucket((two * _ODD * _ODD + pair) * _ODD + np.uint64(2))


def _bucket(keys: npt.NDArray[np.uint64]) -> Ints:
    return (mixed(keys) & np.uint64(BUCKETS - 1)).view(np.int64)
