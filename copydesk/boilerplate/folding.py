"""How a line is written down so that a phrase can be looked up: the same words in any case, with any bullet and any counter are one key.

Publishers print one phrase in many dresses ("» LEAVE A COMMENT (12)", "Leave a comment:"), Greek and Spanish capitals lose their accents, and Chinese
pages mix full-width and half-width signs. Folding undoes the dress and nothing else; it is applied to phrases and lines alike.
"""

import re
import unicodedata
from itertools import filterfalse

__all__ = ["fold", "keyed", "unaccented", "undressed"]

_SPACE = re.compile(r"\s+")
_NUMBER = re.compile(r"\d+(?:[.,:\N{PRIME}]\d+)*")
_TYPEWRITER = str.maketrans(
    {
        "\N{RIGHT SINGLE QUOTATION MARK}": "'",
        "\N{LEFT SINGLE QUOTATION MARK}": "'",
        "\N{MODIFIER LETTER APOSTROPHE}": "'",
        "\N{GRAVE ACCENT}": "'",
        "\N{ACUTE ACCENT}": "'",
        "\N{EN DASH}": "-",
        "\N{EM DASH}": "-",
        "\N{HYPHEN}": "-",
        "\N{NON-BREAKING HYPHEN}": "-",
        "\N{MINUS SIGN}": "-",
        "\N{LATIN SMALL LETTER DOTLESS I}": "i",
        "\N{ZERO WIDTH SPACE}": None,
        "\N{ZERO WIDTH NO-BREAK SPACE}": None,
        "\N{SOFT HYPHEN}": None,
        "\N{LEFT-TO-RIGHT MARK}": None,
        "\N{RIGHT-TO-LEFT MARK}": None,
    }
)
_BULLETS = (
    " *\N{BULLET}\N{MIDDLE DOT}\N{HYPHENATION POINT}-|>#~=_+"
    "\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK}\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}"
    "\N{BLACK SQUARE}\N{WHITE SQUARE}\N{BLACK CIRCLE}\N{WHITE CIRCLE}"
    "\N{BLACK RIGHT-POINTING TRIANGLE}\N{BLACK RIGHT-POINTING POINTER}\N{BLACK RIGHT-POINTING SMALL TRIANGLE}\N{BLACK DOWN-POINTING TRIANGLE}"
    "\N{RIGHTWARDS ARROW}\N{LEFTWARDS ARROW}\N{UPWARDS ARROW}\N{DOWNWARDS ARROW}"
    "\N{BLACK UP-POINTING TRIANGLE}\N{BLACK LEFT-POINTING TRIANGLE}\N{BLACK LEFT-POINTING POINTER}"
    "\N{BLACK DIAMOND}\N{BLACK SMALL SQUARE}\N{BLACK STAR}\N{KATAKANA MIDDLE DOT}\N{VARIATION SELECTOR-16}"
)
_LEADING = _BULLETS + "<([{\N{LEFT BLACK LENTICULAR BRACKET}\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}\N{LEFT-POINTING DOUBLE ANGLE QUOTATION MARK}:.,"
_TRAILING = _LEADING + ")]}\N{RIGHT BLACK LENTICULAR BRACKET}!;\N{IDEOGRAPHIC FULL STOP}\N{MULTIPLICATION SIGN}"


def unaccented(text: str) -> str:
    r"""Return the text in compatibility form without accents, each character that UTF-8 cannot carry replaced.

    >>> unaccented("Réagir \N{FULLWIDTH EXCLAMATION MARK}")
    'Reagir !'
    """
    if text.isascii():
        return text
    plain = unicodedata.normalize("NFKD", text.translate(_TYPEWRITER).encode("utf-8", "replace").decode())
    return "".join(filterfalse(unicodedata.combining, plain))


def undressed(text: str) -> str:
    """Return a line as patterns see it: unaccented, runs of white space made one space, no bullet before and no space behind.

    >>> undressed("  *  Updated   12:30 ")
    'Updated 12:30'
    """
    return _SPACE.sub(" ", unaccented(text)).strip().lstrip(_BULLETS)


def fold(text: str) -> str:
    """Return the key of a line or phrase: undressed, without case, numbers written 0, no closing punctuation, no counter behind.

    >>> fold("» LEAVE A  COMMENT (12):"), fold("1,204 Comments")
    ('leave a comment', '0 comments')
    """
    return keyed(undressed(text))


def keyed(plain: str) -> str:
    """Return the key of a line that is undressed already: `fold` without its first half."""
    key = _NUMBER.sub("0", plain.casefold()).strip(_TRAILING)
    while key.endswith((" 0", "(0", "[0")):
        key = key[:-1].rstrip(_TRAILING)
    return key
