"""What each character is, as tables over code points, so that a million characters are classed by one look-up.

Two tables of 65,536 entries: the class of a code point (bits) and its folded form (lower case, without accents, digits written 0). Characters beyond the
Basic Multilingual Plane are rare ideographs or pictures and are answered by two stand-ins. The tables come from `unicodedata` and are built once a process.
"""

import sys
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = ["BAR", "CLOSER", "DIGIT", "FULL_STOP", "LETTER", "MARK", "PAUSE", "SINGLE", "SPACE", "UPPER", "Tables", "code_points", "tables"]

LETTER: Final = 1
UPPER: Final = 2
DIGIT: Final = 4
SPACE: Final = 8
SINGLE: Final = 16
"""A character that counts as a word: Han, kana, Thai, Lao and Khmer are written without spaces."""
FULL_STOP: Final = 32
"""What ends a sentence."""
PAUSE: Final = 64
"""Commas, and what stands for them elsewhere."""
MARK: Final = 128
"""A sign that combines with a letter."""
BAR: Final = 256
"""What separates the entries of a menu: bars, bullets, arrows."""
CLOSER: Final = 512
"""Quotation marks and brackets, which may stand behind a full stop."""

_PLANE: Final = 1 << 16
_SINGLES: Final = ((0x0E00, 0x0EFF), (0x1780, 0x17FF), (0x3040, 0x30FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF))
_FULL_STOPS: Final = (
    ".!?;\N{HORIZONTAL ELLIPSIS}\N{IDEOGRAPHIC FULL STOP}\N{FULLWIDTH EXCLAMATION MARK}\N{FULLWIDTH QUESTION MARK}\N{FULLWIDTH FULL STOP}"
    "\N{DEVANAGARI DANDA}\N{ARABIC FULL STOP}\N{ARABIC QUESTION MARK}\N{GREEK QUESTION MARK}\N{FULLWIDTH SEMICOLON}"
)
_PAUSES: Final = ",\N{IDEOGRAPHIC COMMA}\N{FULLWIDTH COMMA}\N{ARABIC COMMA}"
_BARS: Final = (
    "|\N{BULLET}\N{MIDDLE DOT}\N{BROKEN BAR}\N{FULLWIDTH VERTICAL LINE}>\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK}/\N{RIGHTWARDS ARROW}\\"
    "\N{LEFT-POINTING DOUBLE ANGLE QUOTATION MARK}\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}\N{LEFTWARDS ARROW}\t"
)
_CLOSERS: Final = (
    "\"')]}*\N{RIGHT DOUBLE QUOTATION MARK}\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}\N{RIGHT CORNER BRACKET}"
    "\N{RIGHT WHITE CORNER BRACKET}\N{FULLWIDTH RIGHT PARENTHESIS}\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK}"
)
_IDEOGRAPH: Final = 0x4E00
_PICTURE: Final = 0x2605


@dataclass(frozen=True, slots=True)
class Tables:
    """`classes`: the bits above; `folded`: the code point of the plain form, 0 for what is no part of a word. Both are indexed by code point."""

    classes: npt.NDArray[np.uint16]
    folded: npt.NDArray[np.uint64]


@cache
def tables() -> Tables:
    """Return the tables, built once a process (0.1 s)."""
    classes = np.zeros(_PLANE, dtype=np.uint16)
    folded = np.zeros(_PLANE, dtype=np.uint64)
    by_category = {"Lu": LETTER | UPPER, "Lt": LETTER | UPPER, "Ll": LETTER, "Lm": LETTER, "Lo": LETTER, "Nd": DIGIT, "Mn": MARK, "Mc": MARK, "Zs": SPACE}
    for code in range(_PLANE):
        char = chr(code)
        category = unicodedata.category(char)
        classes[code] = by_category.get(category, 0)
        if classes[code] & (LETTER | DIGIT | MARK):
            folded[code] = _fold(char, category)
    for code in (9, 10, 11, 12, 13, 0x85, 0x2028, 0x2029):
        classes[code] = SPACE
    for first, last in _SINGLES:
        span = classes[first : last + 1]
        span[(span & LETTER) > 0] = LETTER | SINGLE
    for chars, bit in ((_FULL_STOPS, FULL_STOP), (_PAUSES, PAUSE), (_BARS, BAR), (_CLOSERS, CLOSER)):
        classes[[ord(char) for char in chars]] |= bit
    classes.setflags(write=False)
    folded.setflags(write=False)
    return Tables(classes, folded)


def code_points(text: str) -> npt.NDArray[np.uint16]:
    """Return the code points of a text, those beyond the basic plane by their stand-ins.

    >>> code_points("a\N{CJK UNIFIED IDEOGRAPH-20000}").tolist() == [97, 0x4E00]
    True
    """
    wide = np.frombuffer(text.encode("utf-32-le" if sys.byteorder == "little" else "utf-32-be", "surrogatepass"), dtype=np.uint32)
    if text.isascii() or not (beyond := wide >= _PLANE).any():
        return wide.astype(np.uint16)
    ideograph = wide >= 0x20000  # noqa: PLR2004 - the planes of rare ideographs start there
    return np.where(beyond, np.where(ideograph, _IDEOGRAPH, _PICTURE), wide).astype(np.uint16)


def _fold(char: str, category: str) -> int:
    if category == "Nd":
        return ord("0")
    plain = unicodedata.normalize("NFKD", char.lower())[:1].lower() or char
    return ord(plain[0]) if ord(plain[0]) < _PLANE else ord(char)
