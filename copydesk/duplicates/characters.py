"""What each character is to a tokeniser, tabulated once: reading tables costs a nanosecond a character, asking Python a hundred.

Tables over code points. `KINDS` classifies folded characters; `MARKS` are those that combine with a letter; `JOINS` those that normalising joins to what
stands before them, or reorders. `FOLDED` folds as well, in one look-up: it gives the character after NFKC and case
folding where that is one character whatever stands beside it, or what became of it (`SEPARATES`, `VANISHES`), or `ODD_ONES`: ask the standard library.
"""

import unicodedata
from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["FOLDED", "JOINS", "KINDS", "MARKS", "ODD_ONES", "SEPARATES", "SINGLE", "UNSPACED", "VANISHES", "WORD"]

SEPARATES, VANISHES, ODD_ONES, WORD, SINGLE = range(5)
"""What a character is; all are control characters as code points, so that folded text can hold them in place of what they stand for."""

_SINGLE_SCRIPTS: Final = (
    (0x0E01, 0x0EDF),  # Thai, Lao
    (0x1000, 0x109F),  # Myanmar
    (0x1780, 0x17DD),  # Khmer
    (0x3005, 0x3007),  # ideographic iteration mark, closing mark and zero
    (0x3041, 0x30FF),  # hiragana, katakana
    (0x31F0, 0x31FF),  # katakana phonetic extensions
    (0x3400, 0x4DBF),  # Han, extension A
    (0x4E00, 0x9FFF),  # Han
    (0xF900, 0xFAFF),  # Han, compatibility
    (0x20000, 0x3FFFF),  # Han, all further extensions
)
UNSPACED: Final = _SINGLE_SCRIPTS[0][0]
"""Below this no script is written without spaces."""

_APOSTROPHES: Final = ("'", "\N{RIGHT SINGLE QUOTATION MARK}", "\N{LEFT SINGLE QUOTATION MARK}", "\N{MODIFIER LETTER APOSTROPHE}")
_PLANES: Final = 0x40000  # beyond lie only unassigned and private characters, and tags
_TABLED: Final = 0x20000  # Han extensions beyond the first two planes are too rare to be worth a table
_UNIFORM: Final = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xAC00, 0xD7A3))  # Han and Hangul syllables: they fold to themselves
_JAMO: Final = ((0x1161, 0x1175), (0x11A8, 0x11C2))  # vowels and finals, which join the syllable before them


def _kinds() -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """Tabulate what each code point is, and which ones are marks that normalising reorders."""
    kinds = np.full(_PLANES, SEPARATES, dtype=np.uint8)
    marks = np.zeros(_PLANES, dtype=np.bool_)
    for code in range(_TABLED):
        character = chr(code)
        category = unicodedata.category(character)
        if category[0] in "LMN":
            kinds[code] = WORD
            marks[code] = category[0] == "M"
        elif category == "Cf":
            kinds[code] = VANISHES
    kinds[0xE000:0xF900] = SEPARATES
    for first, last in _SINGLE_SCRIPTS:
        span = kinds[first : last + 1]
        span[span == WORD] = SINGLE
    kinds[0x20000:] = SINGLE
    for character in _APOSTROPHES:
        kinds[ord(character)] = VANISHES
    kinds[-1] = SEPARATES
    return kinds, marks


def _varied() -> Iterator[int]:
    """The code points of the table that may fold."""
    at = 0
    for first, last in (*_UNIFORM, (_TABLED, _TABLED)):
        yield from range(at, first)
        at = last + 1


def _joins() -> NDArray[np.bool_]:
    """Tabulate which code points normalising may join to what stands before them, or reorder."""
    found = {code for first, last in _JAMO for code in range(first, last + 1)}
    for code in _varied():
        if unicodedata.combining(chr(code)):
            found.add(code)
        match unicodedata.decomposition(chr(code)).split():
            case [kind_or_first, second] if not kind_or_first.startswith("<"):
                found.add(int(second, 16))
    found |= {code for code in _varied() if ord(unicodedata.normalize("NFKD", chr(code))[0]) in found}
    joins = np.zeros(_TABLED, dtype=np.bool_)
    joins[[*found, -1]] = True  # the last one stands for all beyond the table
    return joins


def _folded(kinds: NDArray[np.uint8], joins: NDArray[np.bool_]) -> NDArray[np.uint32]:
    """Tabulate what becomes of each code point that folds alone."""
    folded = np.where(kinds[:_TABLED] >= WORD, np.arange(_TABLED, dtype=np.uint32), kinds[:_TABLED])
    for code in _varied():
        character = chr(code)
        mapped = unicodedata.normalize("NFKC", character).casefold()
        if mapped != character:
            folded[code] = _alone([ord(each) for each in mapped], kinds)
    folded[joins | joins.take(folded, mode="clip")] = ODD_ONES
    return folded


def _alone(mapped: list[int], kinds: NDArray[np.uint8]) -> int:
    """What stands for a character that folds to these: one character, or what they all are."""
    left = [code for code in mapped if kinds[code] != VANISHES]
    if not left:
        return VANISHES
    if all(kinds[code] == SEPARATES for code in left):
        return SEPARATES
    return left[0] if len(left) == 1 else ODD_ONES


KINDS, MARKS = _kinds()
JOINS: Final = _joins()
FOLDED: Final = _folded(KINDS, JOINS)
