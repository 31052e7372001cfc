"""What is counted in each window of a text: how words follow each other, how rare they are, how they are built, how sentences run.

Style shows in shares: a translation system has its own mix of function words, breaks off the usual company of words, repeats itself where people vary. All
figures are counts over a window of about 300 words, divided by its tokens, so that length says nothing. Counts are integers and exact in any order.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from copydesk.translation.model.characters import DIGIT, LETTER, MARK, UPPER
from copydesk.translation.model.language import Language, Read
from copydesk.translation.model.synonyms import BINS, Synonyms, regret
from copydesk.translation.model.tokens import Hashes, Ints, Tokens, behind

__all__ = ["BANDS", "WINDOW", "Windows", "bands", "counted", "ending", "rates", "windows"]

WINDOW: Final = 300
"""Words a window, about: a text is cut into windows of equal size."""
STYLE: Final = 200
"""The rates of so many of the commonest words and marks are figures."""
BANDS: Final = 6
_VERY_COMMON: Final = 120
_COST_BINS: Final = 10
_COST_BIN: Final = 24
_LENGTHS: Final = 14
_FEWEST: Final = 50
_ENDINGS: Final = ("ing", "ed", "ly", "ion", "ity", "ent", "est", "er", "es", "s", "al", "ive", "ous", "ble")

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Windows:
    """Tokens by window: `of` (the window of each token), `document` (the document of each window), `tokens` (how many each window has)."""

    of: Ints
    document: Ints
    tokens: Ints


def windows(tokens: Tokens) -> Windows:
    """Cut documents into windows; a document without words has one, which may be empty."""
    word = (tokens.classes & (LETTER | DIGIT)) > 0
    through = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(word)))
    words = np.diff(through[tokens.starts])
    count = np.maximum((words + WINDOW // 2) // WINDOW, 1)
    offset = np.cumsum(count) - count
    sizes = np.diff(tokens.starts)
    # The window of a token: the words before it, in units of the document's window.
    place = through[:-1] - np.repeat(through[tokens.starts[:-1]], sizes)
    within = place * np.repeat(count, sizes) // np.repeat(np.maximum(words, 1), sizes)
    of = np.minimum(within, np.repeat(count, sizes) - 1) + np.repeat(offset, sizes)
    document = np.repeat(np.arange(count.size), count)
    return Windows(of, document, np.bincount(of, minlength=document.size))


def bands(tokens: Tokens, rank: npt.NDArray[np.uint16], known: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """Return what sort of word each token is: 0 a mark or number, 1 very common, 2 common, 3 known, 4 capitalised, 5 unknown."""
    plain = (tokens.classes & LETTER) > 0
    upper = (tokens.classes & UPPER) > 0
    rare = np.where(upper, 4, np.where(known, 3, 5))
    common = np.where(rank <= _VERY_COMMON, 1, 2)
    return np.where(plain, np.where(rank > 0, common, rare), 0)


def _ending_table() -> npt.NDArray[np.uint8]:
    """Tabulate the sort of ending by the last three letters, five bits each."""
    table = np.zeros(1 << 15, dtype=np.uint8)
    for number, ending in reversed(list(enumerate(_ENDINGS, 1))):
        tail = sum((ord(char) & 31) << 5 * place for place, char in enumerate(reversed(ending)))
        table[tail :: 1 << 5 * len(ending)] = number
    return table


_ENDING: Final = _ending_table()


def counted(tokens: Tokens, spans: Windows, language: Language, synonyms: Synonyms) -> tuple[Floats, Read, Ints]:
    """Return a row of counts per window, what the language model read, and the band of each token."""
    total = spans.document.size
    read = language.read(tokens.hashes, tokens.starts)
    rank = language.words.rank.take(read.slot)
    kind = bands(tokens, rank, read.slot != language.words.check.size - 1)
    base = spans.of

    def tally(values: npt.NDArray[np.integer], width: int, weights: npt.NDArray[np.integer] | None = None) -> Floats:
        return np.bincount(base * width + values, weights, total * width).reshape(total, width).astype(np.float64)

    asked, better = regret(tokens, read, language, synonyms)
    excess = read.cost - read.alone
    built = np.where(kind == 0, 0, 1 + ending(tokens) + 15 * (kind == 3))  # noqa: PLR2004 - other known words
    parts = [
        tally(np.minimum(rank, STYLE + 1), STYLE + 2),
        tally((behind(kind, tokens.starts, 0) * BANDS + kind) * 3 + np.maximum(read.order - 1, 0), BANDS * BANDS * 3),
        tally(kind * _COST_BINS + np.minimum(read.cost // _COST_BIN, _COST_BINS - 1), BANDS * _COST_BINS),
        tally(kind, BANDS, read.cost) / 100,
        tally(kind, BANDS, excess) / 100,
        tally(np.minimum(tokens.sizes, _LENGTHS - 1), _LENGTHS),
        tally(built, 31),
        np.bincount(spans.of.take(asked) * BINS + better, minlength=total * BINS).reshape(total, BINS).astype(np.float64),
        _sentences(tokens, spans),
        _repeats(tokens, spans),
    ]
    return np.concatenate(parts, axis=1), read, kind


def ending(tokens: Tokens) -> Ints:
    """Return the sort of ending that each token has, 0 for none of those that are looked for."""
    tail = tokens.ending & 31 | (tokens.ending >> 8 & 31) << 5 | (tokens.ending >> 16 & 31) << 10
    found: Ints = _ENDING[tail].astype(np.int64)
    return found


def rates(counts: Floats, tokens: Ints) -> Floats:
    """Return counts as rates; the root makes rare and frequent things vary alike."""
    found: Floats = np.sign(counts) * np.sqrt(np.abs(counts) / np.maximum(tokens, _FEWEST)[:, None])
    return found


def _sentences(tokens: Tokens, spans: Windows) -> Floats:
    """Count sentences by length: up to 3, 6, 10, 15, 20, 25, 30, 40, 60 words and beyond."""
    stop = ((tokens.classes & MARK) > 0) & ((tokens.first == ord(".")) | (tokens.first == ord("!")) | (tokens.first == ord("?")))
    at = np.flatnonzero(stop)
    opened = tokens.starts[np.searchsorted(tokens.starts, at, side="right") - 1]
    length = at - np.maximum(np.concatenate((np.full(min(1, at.size), -1), at[:-1])) + 1, opened)
    size = np.searchsorted(np.array([1, 4, 7, 11, 16, 21, 26, 31, 41, 61]), length, side="right")
    counts: Floats = np.bincount(spans.of[at] * 11 + size, minlength=spans.document.size * 11).reshape(-1, 11).astype(np.float64)
    return counts


def _repeats(tokens: Tokens, spans: Windows) -> Floats:
    """Count distinct words and distinct pairs of words."""
    total = spans.document.size
    window = spans.of.astype(np.uint64) << np.uint64(44)
    columns = []
    before: Hashes = behind(tokens.hashes, tokens.starts, 0) * np.uint64(0x9E3779B97F4A7C15)
    pairs = tokens.hashes + before
    for hashes in (tokens.hashes, pairs):
        keys: Hashes = np.sort(window | hashes >> np.uint64(20))
        new = np.ones(keys.size, dtype=np.bool_)
        new[1:] = keys[1:] != keys[:-1]
        columns.append(np.bincount((keys[new] >> np.uint64(44)).astype(np.int64), minlength=total))
    return np.stack(columns, axis=1).astype(np.float64)
