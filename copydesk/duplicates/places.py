"""Where in the original text a shingle stands: a reader is shown the passage that two texts share, not numbers.

Folding changes lengths, so each folded character remembers what it was made of. Exact to the character, except that what folds together (a letter with its
marks, one character that becomes several) is taken whole. Slower than hashing alone by its bookkeeping, and asked only for copies.
"""

import numpy as np
from numpy.typing import NDArray

from copydesk.duplicates.characters import FOLDED, JOINS, ODD_ONES, SEPARATES, VANISHES
from copydesk.duplicates.shingles import EXTRA_TOKENS, mixed, shingled
from copydesk.duplicates.tokens import Codes, Places, Tokens, classified, code_points, distinct, hashed, parted, pieces, plain, standard, unpiled

__all__ = ["located", "places"]

_Traced = tuple[Codes, Places, Places]


def places(text: str, words: int) -> Places:
    """Return where each shingle of `sequence(text, words)` starts and ends, in characters of the text: one row for each, of two columns.

    >>> text = "The ferry, they say, sailed."
    >>> [text[start:end] for start, end in places(text, 3).tolist()]
    ['The ferry, they', 'ferry, they say', 'they say, sailed']
    """
    return located(text, words)[1]


def located(text: str, words: int) -> tuple[NDArray[np.uint64], Places]:
    """Return `sequence(text, words)` and the `places` of its shingles: both come from one pass."""
    found, starts, stops = _tokens(text)
    count = len(starts)
    if not count:
        return found.hashes, np.zeros((0, 2), dtype=np.int64)
    single = found.single
    number = np.arange(count)
    first, last = number[: max(count - words + 1, 0)], number[words - 1 :]
    if single is not None:
        longer = number[: max(count - words - EXTRA_TOKENS + 1, 0)], number[words + EXTRA_TOKENS - 1 :]
        first, last = (mixed(short, long, single[: len(short)]) for short, long in zip((first, last), longer, strict=True))
    if not len(first):
        first, last = number[:1], number[-1:]
    return shingled(found, words), np.stack([starts[first], stops[last]], axis=1)


def _tokens(text: str) -> tuple[Tokens, Places, Places]:
    """The tokens, and where each starts and stops in the text."""
    found, at = [], 0
    edge = np.full(1, SEPARATES, dtype=np.uint32)
    for piece in pieces(text):
        codes, begins, ends = _traced(piece)
        stays = codes != VANISHES
        if not stays.all():
            codes, begins, ends = codes[stays], begins[stays], ends[stays]
        codes = np.concatenate([edge, codes, edge])
        starts, stops, single = parted(codes)
        alone = np.zeros(len(starts), dtype=np.bool_) if single is None else single
        found.append((hashed(codes, starts), alone, begins[starts - 1] + at, ends[stops - 2] + at))
        at += len(piece)
    if not found:
        none = np.zeros(0, dtype=np.int64)
        return Tokens(none.astype(np.uint64), None, none), none, none
    hashes, alone, starts, stops = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return Tokens(hashes, alone if alone.any() else None, np.array([len(hashes)])), starts, stops


def _traced(text: str) -> _Traced:
    """Fold one piece; for each folded character, the start and end of what it was made of."""
    codes = code_points(text)
    folded = FOLDED.take(codes, mode="clip")
    if not (folded == ODD_ONES).any():
        own = np.arange(len(codes))
        return folded, own, own + 1
    kept = unpiled(codes)
    own = np.arange(len(codes)) if kept is None else kept
    codes, folded = codes[own], folded[own]
    if kept is not None:
        text = plain(codes)
    # What folds together lies between two characters that normalising joins to nothing before them.
    heads = distinct(np.append(np.flatnonzero(~JOINS.take(codes, mode="clip")), 0))
    odd = distinct(np.searchsorted(heads, np.flatnonzero(folded == ODD_ONES), side="right") - 1)
    first, last = heads[odd], np.append(heads, len(codes))[odd + 1] - 1
    wholes = [standard(text[start:end]) for start, end in zip(first.tolist(), (last + 1).tolist(), strict=True)]
    # Each character stands for itself once; the first of those that fold together stands for as many as they become, the others for none.
    times, until = np.ones(len(codes), dtype=np.int64), own + 1
    inside = np.zeros(len(codes) + 1, dtype=np.int64)
    inside[first] += 1
    inside[last + 1] -= 1
    together = np.cumsum(inside[:-1]) > 0
    times[together] = 0
    times[first] = [len(whole) for whole in wholes]
    until[first] = own[last] + 1
    result = np.repeat(folded, times)
    result[np.repeat(together, times)] = classified("".join(wholes))
    return result, np.repeat(own, times), np.repeat(until, times)
