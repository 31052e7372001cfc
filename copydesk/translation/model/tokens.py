"""Texts as flat arrays of tokens, so that numpy does the reading: a shard is read in one go, and no Python runs for each word.

A token is a run of letters, a run of digits, or a punctuation mark; an apostrophe between letters begins one ("don" + "'t", "office" + "'s"). Quotation
marks and spaces leave no trace. Everything is integers, so that what is found of a document does not depend on the documents beside it (law 3).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from copydesk.translation.model.characters import CLASSES, DIGIT, LETTER, LOWER, MARK, QUOTE, UPPER, spelt

__all__ = ["Hashes", "Ints", "Tokens", "behind", "mixed", "read"]

Ints = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint64]

_SEEN: Final = 24
"""So many characters of a token decide its hash, and its size."""
_ODD: Final = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xA0761D6478BD642F), np.uint64(0xE7037ED1A0B428DB))
_PART: Final = 8
_MASKS: Final = np.array([(1 << 8 * size) - 1 for size in range(_PART + 1)], dtype="<u8")


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of some documents, one after the other.

    Per token: `hashes` of its small letters, `sizes` in characters, `classes` (bits of its first character), `shouted` (capitals at both ends),
    `first` and `ending`, its first byte and its last three, in small letters. Per document: `starts`, where its tokens
    begin, with the number of all tokens behind the last.
    """

    hashes: Hashes
    sizes: Ints
    classes: npt.NDArray[np.uint8]
    shouted: npt.NDArray[np.bool_]
    first: npt.NDArray[np.uint8]
    ending: npt.NDArray[np.uint32]
    starts: Ints


def read(texts: Sequence[str]) -> Tokens:
    r"""Cut texts into tokens.

    >>> found = read(["The dam\N{RIGHT SINGLE QUOTATION MARK}s wall held, he said.", "\N{LEFT DOUBLE QUOTATION MARK}Yes\N{RIGHT DOUBLE QUOTATION MARK}"])
    >>> found.sizes.tolist(), found.starts.tolist()
    ([3, 3, 2, 4, 4, 1, 2, 4, 1, 3], [0, 9, 10])
    """
    space = b" " * _SEEN
    spellings = [spelt(text) for text in texts]
    written = space + b" ".join((*spellings, space))
    classes = np.frombuffer(written.translate(CLASSES), dtype=np.uint8)
    small = written.translate(LOWER)
    begins, ends = _bounds(classes)
    sizes = ends - begins
    hashes = sizes.astype(np.uint64)
    for part, odd in enumerate(_ODD):
        left = np.clip(sizes - _PART * part, 0, _PART)
        hashes ^= (_eight(small)[begins + _PART * part] & _MASKS[left]) * odd
        hashes ^= hashes >> np.uint64(29)
    letters = np.frombuffer(small, dtype=np.uint8)
    final = classes[ends - 1]
    ending = (_eight(small)[ends - _PART] >> np.uint64(40)).astype(np.uint32)
    lengths = np.fromiter(map(len, spellings), dtype=np.int64, count=len(spellings))
    starts = np.searchsorted(begins, np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(lengths + 1))) + _SEEN)
    shouted = (sizes > 1) & ((classes[begins] & final & UPPER) > 0)
    return Tokens(mixed(hashes), sizes, classes[begins], shouted, letters[begins], ending, starts)


def _eight(written: bytes) -> npt.NDArray[np.uint64]:
    """See the eight bytes from each place as one number, first byte lowest."""
    return np.ndarray(shape=(len(written) - _PART + 1,), dtype="<u8", buffer=written, strides=(1,))


def _bounds(classes: npt.NDArray[np.uint8]) -> tuple[Ints, Ints]:
    """Return where tokens begin and end (first character behind)."""
    letter = (classes & LETTER) > 0
    digit = (classes & DIGIT) > 0
    joins = np.zeros(classes.size, dtype=np.bool_)
    joins[1:-1] = ((classes[1:-1] & QUOTE) > 0) & letter[:-2] & letter[2:]
    # A character carries its token on if both are letters (or the apostrophe before them), or both digits.
    on = (letter[1:] & (letter[:-1] | joins[:-1])) | (digit[1:] & digit[:-1])
    inside = joins | ((classes & (LETTER | DIGIT | MARK)) > 0)
    first, last = inside.copy(), inside
    first[1:] &= ~on
    last[:-1] &= ~on
    return np.flatnonzero(first), np.flatnonzero(last) + 1


def behind(values: npt.NDArray[Any], starts: Ints, fill: int, by: int = 1) -> npt.NDArray[Any]:
    """Return the value of the token so many places before each, `fill` at the beginning of each document.

    >>> behind(np.array([5, 6, 7]), np.array([0, 2, 3]), 0).tolist()
    [0, 5, 0]
    """
    found = np.full_like(values, fill)
    found[by:] = values[: max(values.size - by, 0)]
    for step in range(by):
        early = starts[:-1] + step
        found[early[early < starts[1:]]] = fill
    return found


def mixed(values: Hashes) -> Hashes:
    """Stir 64-bit numbers so that any of their bits can serve as a hash (the finaliser of SplitMix64)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))
