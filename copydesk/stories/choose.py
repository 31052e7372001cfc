"""Which story a document belongs to, so that stories do not grow by chains and the answer does not depend on who asks first.

Documents are walked from the earliest on. Each joins the story of that *leader* which it matches best, or leads one itself. A member brings nobody in: B tells
what A told and C what B told does not make A and C one story, which is how a year of a war becomes one "event" elsewhere. Like the choice among copies this is
a greedy independent set of the graph of matches, and depends on nothing outside a document's connected component.
"""

import pyarrow as pa

__all__ = ["choose"]


def choose(matches: pa.Table) -> dict[int, int]:
    """Map each document that is in a story to its leader; a leader of others to itself.

    Args:
        matches: columns a and b (int64: places in the order of documents, a before b) and score (float64), each pair once.

    >>> chain = pa.table({"a": [0, 1], "b": [1, 2], "score": [0.5, 0.9]})
    >>> choose(chain)
    {1: 0, 0: 0}
    """
    ordered = matches.sort_by([("b", "ascending"), ("score", "descending"), ("a", "ascending")])
    led: dict[int, int] = {}
    joined: set[int] = set()
    for a, b in zip(ordered.column("a").to_numpy().tolist(), ordered.column("b").to_numpy().tolist(), strict=True):
        if a not in joined and b not in joined:
            joined.add(b)
            led[b] = led[a] = a
    return led
