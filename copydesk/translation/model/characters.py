"""What each character is to the model: glyphs that only typography chooses between are one and the same.

People curl their quotes four times as often as translation systems do, so a model that sees quote glyphs learns typography. Here quotation marks leave no
trace, all dashes are a hyphen, all spaces a space, an ellipsis is a full stop, letters have no accents, and every digit is a 0. Each character becomes one
byte: ASCII stands for itself, all letters beyond the Latin ones are `STRANGE`, what says nothing is a space.
"""

import sys
import unicodedata
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = ["CLASSES", "DIGIT", "LETTER", "LOWER", "MARK", "QUOTE", "STRANGE", "UPPER", "spelt"]

LETTER: Final = 1
UPPER: Final = 2
DIGIT: Final = 4
MARK: Final = 8
"""A punctuation mark or sign that counts as a word of its own."""
QUOTE: Final = 16
"""An apostrophe or single quotation mark: part of a word only between two letters."""

STRANGE: Final = 0xFF
_PLANE: Final = 1 << 16
_BEYOND: Final = 0xFFFD
_APOSTROPHES: Final = "'\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}\N{SINGLE LOW-9 QUOTATION MARK}\N{MODIFIER LETTER APOSTROPHE}`"
_DASHES: Final = "-\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{FIGURE DASH}\N{EN DASH}\N{EM DASH}\N{HORIZONTAL BAR}\N{MINUS SIGN}"
_MARKS: Final = ".,;:!?()%$&/+=#@"


def _byte(char: str) -> int:
    """Return the byte that stands for a character."""
    category = unicodedata.category(char)
    if category[0] == "L" and category != "Lm":
        plain = unicodedata.normalize("NFKD", char)[0]
        return ord(plain) if plain.isascii() and plain.isalpha() else STRANGE
    if category == "Nd":
        return ord("0")
    for same, as_one in ((_MARKS, char), (_DASHES, "-"), (_APOSTROPHES, "'"), ("\N{HORIZONTAL ELLIPSIS}", ".")):
        if char in same:
            return ord(as_one)
    return ord(" ")


_ASCII: Final = bytes(_byte(chr(code)) for code in range(128)) + b" " * 128


def _class(code: int) -> int:
    if code == STRANGE:
        return LETTER
    char = chr(code)
    if code > 127:  # noqa: PLR2004 - the end of ASCII
        return 0
    if char.isalpha():
        return LETTER | UPPER * char.isupper()
    return DIGIT if char == "0" else QUOTE if char == "'" else MARK if char in _MARKS + "-" else 0


CLASSES: Final = bytes(map(_class, range(256)))
"""The class of each byte, for `bytes.translate`."""
LOWER: Final = bytes(code + 32 if 65 <= code <= 90 else code for code in range(256))  # noqa: PLR2004 - the capitals of ASCII
"""The small letter of each byte, for `bytes.translate`."""


@cache
def _plane() -> npt.NDArray[np.uint8]:
    """The byte of each code point, built once a process (0.1 s) where a text is not ASCII."""
    return np.frombuffer(bytes(_byte(chr(code)) for code in range(_PLANE)), dtype=np.uint8)


def spelt(text: str) -> bytes:
    r"""Spell a text with one byte for each character.

    >>> spelt("It\N{RIGHT SINGLE QUOTATION MARK}s 5 \N{EN DASH} \N{LATIN SMALL LETTER E WITH ACUTE}t\N{LATIN SMALL LETTER E WITH ACUTE}\N{HORIZONTAL ELLIPSIS}")
    b"It's 0 - ete."
    """
    if text.isascii():
        return text.encode("ascii").translate(_ASCII)
    wide = np.frombuffer(text.encode("utf-32-le" if sys.byteorder == "little" else "utf-32-be", "surrogatepass"), dtype=np.uint32)
    return _plane()[np.where(wide >= _PLANE, _BEYOND, wide)].tobytes()
