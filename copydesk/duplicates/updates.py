"""Whether one of two texts is a later state of a live story: the desk goes on writing, and each state is published as an article of its own.

A later state says what the earlier said and more, or has put it right; who reads it needs the earlier one no more, and who studies how news
grows needs both. So it is a relation of its own (`update`), and a setting says what becomes of the earlier.

Words alone cannot say it, because a reprint may be longer too. An update comes from the same site at another time, and

* at least half of the words of the earlier stand in the later in the same order (`_STANDS`),
* the later is about as long or longer (`_AS_LONG`): a page that was cut since, by a pay wall or a crawler, is no state to keep for the whole,
* and the later has a passage of its own, as long as a short sentence (`_SENTENCE`), or a figure that the earlier has not. Without either it is the same article
  once more: a copy.

The bounds are set by judgement: there is no set of updates to measure on. A pair that falls on the other side is a copy all the same.
"""

from typing import Final

import numpy as np
import pyarrow as pa

from copydesk.duplicates.compare import Anchors, Hashes, longest_gap, standing
from copydesk.duplicates.order import UNDATED, moments
from copydesk.duplicates.templates import Figures

__all__ = ["grown", "later"]

_STANDS: Final = 0.5
_SENTENCE: Final = 8
_AS_LONG: Final = 0.9


def later(index: pa.Table, pairs: pa.Table) -> "pa.Array[pa.Int8Scalar]":
    """Say of each pair of rows (columns a, b) which is the later of one site: 1 for b, -1 for a, and 0 where their sites differ or that cannot be known.

    >>> index = pa.table({"site": ["x.org", "x.org", "y.org", ""], "published": ["2020-03-01", "2020-03-02", "2020-03-03", "2020-03-04"]})
    >>> later(index, pa.table({"a": [0, 1, 0, 3], "b": [1, 0, 2, 1]})).to_pylist()
    [1, -1, 0, 0]
    """
    rows, place = np.unique(np.concatenate([pairs.column(name).to_numpy() for name in ("a", "b")]), return_inverse=True)
    a, b = place[: len(pairs)], place[len(pairs) :]
    asked = index.select(["site", "published"]).take(rows)
    moment = moments(asked).to_numpy()
    site = asked.column("site").combine_chunks().dictionary_encode()
    number = np.array(site.indices.to_numpy(zero_copy_only=False), dtype=np.float64)  # nan where there is none, which equals nothing
    known = ~np.isin(number, [place for place, name in enumerate(site.dictionary.to_pylist()) if not name]) & (moment != UNDATED)
    one = (number[a] == number[b]) & known[a] & known[b]
    return pa.array(np.where(one, np.sign(moment[b] - moment[a]), 0), pa.int8())


def grown(earlier: tuple[Hashes, Anchors, Figures], after: tuple[Hashes, Anchors, Figures]) -> bool:
    """Whether the later of two texts (tokens, anchors, figures of each) is another state of the earlier, and not the same once more."""
    (old, old_anchors, old_figures), (new, new_anchors, new_figures) = earlier, after
    if len(new) < _AS_LONG * len(old):
        return False
    stands = np.count_nonzero(standing(old, new, old_anchors, new_anchors)) >= _STANDS * len(old)
    return bool(stands) and (not new_figures <= old_figures or longest_gap(standing(new, old, new_anchors, old_anchors)) >= _SENTENCE)
