"""How a line looks: its length, case, punctuation and figures, without a word of what it says.

All counts run over the part of a line that `text` shows; length in words is estimated from that part. A character of a script without spaces counts as half
a word. Shares are of the shown characters or words.
"""

from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt

from copydesk.boilerplate.model.characters import BAR, CLOSER, DIGIT, FULL_STOP, LETTER, MARK, PAUSE, SINGLE, SPACE, UPPER
from copydesk.boilerplate.model.text import Batch, Ints

__all__ = ["Shape", "look"]

Column = npt.NDArray[np.float32]
Packed = npt.NDArray[np.uint64]

_SHORT: Final = 3
_LONG: Final = 12
_CLASSES: Final = 1024
_CHARACTERS: Final = (LETTER, UPPER, DIGIT, SPACE, FULL_STOP, PAUSE, BAR, MARK)
_WORDS: Final = (SINGLE, UPPER, DIGIT)


class Shape:
    """Per line: `words` (an estimate, at least 1), `ends` (it ends like a sentence), and the named columns of evidence."""

    def __init__(self, words: Ints, ends: npt.NDArray[np.bool_], columns: dict[str, Column]) -> None:
        self.words = words
        self.ends = ends
        self.columns = columns


def look(batch: Batch) -> Shape:
    """Count what can be seen of each line.

    >>> from copydesk.boilerplate.model.text import read
    >>> seen = look(read([["A fire broke out.", "SHARE | TWEET"]]))
    >>> seen.words.tolist(), seen.ends.tolist(), seen.columns["bars"].tolist()
    ([4, 2], [True, False], [0.0, 1.0])
    """
    classes, tokens = batch.classes, batch.last - batch.first
    shown = batch.stop - batch.at
    letters, uppers, digits, spaces, stops, pauses, bars, marks = _counted(_per_class(_CHARACTERS)[classes], batch.at, batch.stop)
    single, capital, numbers, short, long = _counted(_word_kinds(batch), batch.first, batch.last)[:5]
    units = tokens - single // 2
    words = np.maximum(1, units * batch.length // shown)
    others = shown - letters - digits - spaces - marks
    opening, closing = classes[batch.at], _closing(batch)
    ends = (closing & FULL_STOP) > 0
    mark = batch.points[batch.stop - 1]
    each = np.maximum(1, tokens)
    columns: dict[str, npt.NDArray[np.generic]] = {
        "length": batch.length,
        "words": words,
        "upper_share": uppers / np.maximum(1, letters),
        "digit_share": digits / shown,
        "sign_share": others / shown,
        "capital_share": capital / each,
        "number_share": numbers / each,
        "short_share": short / each,
        "long_share": long / each,
        "word_length": (letters + digits) / each,
        "stops": stops,
        "stop_rate": stops / each,
        "pauses": pauses,
        "pause_rate": pauses / each,
        "bars": bars,
        "bar_rate": bars / each,
        "ends": ends,
        "end_mark": _end_marks(mark, closing),
        "starts": np.select([(opening & UPPER) > 0, (opening & DIGIT) > 0, (opening & LETTER) > 0, (opening & CLOSER) > 0], [1, 2, 3, 4], 0),
        "unspaced": single > tokens // 2,
    }
    return Shape(words, ends, {name: column.astype(np.float32) for name, column in columns.items()})


def _end_marks(mark: npt.NDArray[np.uint16], closing: npt.NDArray[np.uint16]) -> npt.NDArray[np.int64]:
    """Tell how a line ends: 0 otherwise, 1 colon, 2 comma, 3 ellipsis, 4 question, 5 exclamation, 6 bracket or quote, 7 digit, 8 full stop."""
    signs = [np.isin(mark, [ord(char) for char in chars]) for chars in (":\uff1a", ",\uff0c", "\u2026", "?\uff1f", "!\uff01")]
    return np.select([*signs, (closing & FULL_STOP) > 0, (closing & CLOSER) > 0, (closing & DIGIT) > 0], [1, 2, 3, 4, 5, 8, 6, 7], 0)


def _closing(batch: Batch) -> npt.NDArray[np.uint16]:
    """Return the class of each line's last character that is no closing quote, bracket or space, if one of the last three is such."""
    classes = batch.classes
    found = classes[batch.stop - 1]
    for back in (2, 3):
        open_still = ((found & (CLOSER | SPACE)) > 0) & (batch.stop - back >= batch.at)
        found = np.where(open_still, classes[np.maximum(batch.stop - back, 0)], found)
    return found


def _word_kinds(batch: Batch) -> Packed:
    """Return what each word counts as: a character of its own, with a capital, a number, short and small, long."""
    starting = _per_class(_WORDS)[batch.classes[batch.places]]
    small = np.where((batch.sizes <= _SHORT) & (starting == 0), _field(3), np.uint64(0))
    return starting + small + np.where(batch.sizes >= _LONG, _field(4), np.uint64(0))


def _counted(packed: Packed, low: Ints, high: Ints) -> list[Ints]:
    """Add up packed counters from `low` to `high`: eight counters of eight bits in one running sum, as no line shows more than 255 characters."""
    sums = np.zeros(packed.size + 1, dtype=np.uint64)
    np.cumsum(packed, out=sums[1:])
    within = (sums[high] - sums[low]).astype("<u8").view(np.uint8).reshape(-1, 8)
    return list(within.T.astype(np.int64))


@cache
def _per_class(bits: tuple[int, ...]) -> Packed:
    """Return the packed counters that a character of each class adds to: one for each of the bits that are set."""
    classes = np.arange(_CLASSES)
    return sum(((classes & bit) > 0).astype(np.uint64) * _field(k) for k, bit in enumerate(bits)) + np.zeros(_CLASSES, dtype=np.uint64)


def _field(k: int) -> np.uint64:
    return np.uint64(1 << (8 * k))
