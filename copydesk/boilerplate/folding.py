"""How a line is written down so that a phrase can be looked up: the same words in any case, with any bullet and any counter are one key.

Publishers print one phrase in many dresses ("» LEAVE A COMMENT (12)", "Leave a comment:"), Greek and Spanish capitals lose their accents, and Chinese
pages mix full-width and half-width signs. Folding undoes the dress and nothing else; it is applied to phrases and lines alike.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import filterfalse

__all__ = ["BEGINNING", "BULLETS", "LEADING", "Beginnings", "beginning", "encodable", "fold", "keyed", "unaccented", "unaccented_lines", "undressed"]

_NUMBER = re.compile(r"\d+(?:[.,:\N{PRIME}]\d+)*")
_TYPEWRITER = (
    ("\N{RIGHT SINGLE QUOTATION MARK}", "'"),
    ("\N{LEFT SINGLE QUOTATION MARK}", "'"),
    ("\N{MODIFIER LETTER APOSTROPHE}", "'"),
    ("\N{GRAVE ACCENT}", "'"),
    ("\N{ACUTE ACCENT}", "'"),
    ("\N{EN DASH}", "-"),
    ("\N{EM DASH}", "-"),
    ("\N{HYPHEN}", "-"),
    ("\N{NON-BREAKING HYPHEN}", "-"),
    ("\N{MINUS SIGN}", "-"),
    ("\N{LATIN SMALL LETTER DOTLESS I}", "i"),
    ("\N{ZERO WIDTH SPACE}", ""),
    ("\N{ZERO WIDTH NO-BREAK SPACE}", ""),
    ("\N{SOFT HYPHEN}", ""),
    ("\N{LEFT-TO-RIGHT MARK}", ""),
    ("\N{RIGHT-TO-LEFT MARK}", ""),
)
_SIGNS = "\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}\N{BULLET}\N{EURO SIGN}\N{POUND SIGN}\N{COPYRIGHT SIGN}"
_LATIN_ACCENTS = re.compile("[\u0300-\u036f]+")
_OTHER_ACCENTS = re.compile("[\u0483-\u1fff\u20d0-\u20f0\u2cef-\u309a\ua66f-\uabed\ufb1e\ufe20-\ufe2f\U000101fd-\U0001e94a]")  # and much else: a first look
BULLETS = (
    " *\N{BULLET}\N{MIDDLE DOT}\N{HYPHENATION POINT}-|>#~=_+"
    "\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK}\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}"
    "\N{BLACK SQUARE}\N{WHITE SQUARE}\N{BLACK CIRCLE}\N{WHITE CIRCLE}"
    "\N{BLACK RIGHT-POINTING TRIANGLE}\N{BLACK RIGHT-POINTING POINTER}\N{BLACK RIGHT-POINTING SMALL TRIANGLE}\N{BLACK DOWN-POINTING TRIANGLE}"
    "\N{RIGHTWARDS ARROW}\N{LEFTWARDS ARROW}\N{UPWARDS ARROW}\N{DOWNWARDS ARROW}"
    "\N{BLACK UP-POINTING TRIANGLE}\N{BLACK LEFT-POINTING TRIANGLE}\N{BLACK LEFT-POINTING POINTER}"
    "\N{BLACK DIAMOND}\N{BLACK SMALL SQUARE}\N{BLACK STAR}\N{KATAKANA MIDDLE DOT}\N{VARIATION SELECTOR-16}"
)
LEADING = BULLETS + "<([{\N{LEFT BLACK LENTICULAR BRACKET}\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}\N{LEFT-POINTING DOUBLE ANGLE QUOTATION MARK}:.,"
_TRAILING = LEADING + ")]}\N{RIGHT BLACK LENTICULAR BRACKET}!;\N{IDEOGRAPHIC FULL STOP}\N{MULTIPLICATION SIGN}"


def encodable(text: str) -> str:
    """Return the text with each character that UTF-8 cannot carry replaced by one that it can: RE2 reads UTF-8."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def unaccented(text: str) -> str:
    r"""Return the text in compatibility form without accents, each character that UTF-8 cannot carry replaced.

    >>> unaccented("Réagir \N{FULLWIDTH EXCLAMATION MARK}")
    'Reagir !'
    """
    return text if text.isascii() else _bare(_typed(text))


def _bare(text: str) -> str:
    plain = unicodedata.normalize("NFKD", encodable(text))
    rest = plain
    for sign in _SIGNS:  # most English texts hold these and nothing else
        rest = rest.replace(sign, "")
    if rest.isascii():
        return plain
    plain = _LATIN_ACCENTS.sub("", plain)
    return "".join(filterfalse(unicodedata.combining, plain)) if _OTHER_ACCENTS.search(plain) else plain


def unaccented_lines(lines: Sequence[str]) -> list[str]:
    """Return lines without breaks in them as `unaccented` does: in most, only quotation marks and dashes are to be changed, and that is done to all at once.

    >>> unaccented_lines(["Caf\N{LATIN SMALL LETTER E WITH ACUTE}", "the board\N{RIGHT SINGLE QUOTATION MARK}s vote"])
    ['Cafe', "the board's vote"]
    """
    text = _typed("\n".join(lines))
    rest = text
    for sign in _SIGNS:
        rest = rest.replace(sign, "")
    return [line if other.isascii() else _bare(line) for line, other in zip(text.split("\n"), rest.split("\n"), strict=True)] if lines else []


def _typed(text: str) -> str:
    for sign, key in _TYPEWRITER:  # each is a search in C: four times as fast as a table that is asked for every character
        text = text.replace(sign, key)
    return text


def undressed(text: str) -> str:
    """Return a line as patterns see it: unaccented, runs of white space made one space, no bullet before and no space behind.

    >>> undressed("  *  Updated   12:30 ")
    'Updated 12:30'
    """
    plain = unaccented(text).strip()
    if "  " in plain or not plain.isprintable():  # the only white space that is printable is the space
        plain = " ".join(plain.split())
    return plain.lstrip(BULLETS)


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


BEGINNING = 8
"""So many characters of ASCII are one number for numpy (`copydesk.boilerplate.plain`)."""
_FEW = 3


def beginning(plain: str) -> str:
    """Return the first letters of the key of an undressed line, without the cost of the key; "" where a number may stand in them.

    >>> beginning("[Leave a comment (12)]"), beginning("Top 10")
    ('leave a ', '')
    """
    first = plain.lstrip(LEADING)[:BEGINNING].casefold()[:BEGINNING]
    return "" if _NUMBER.search(first) else first


class Beginnings:
    """The first letters of many keys: says quickly of most lines that none of the keys can be theirs."""

    def __init__(self, keys: Iterable[str]) -> None:
        """Note how each key begins."""
        self.known = frozenset(key[:BEGINNING] for key in keys)
        self._lengths = sorted({len(known) for known in self.known}, reverse=True)
        self._few = frozenset(known[:_FEW] for known in self.known)
        self._fewer = [length for length in self._lengths if length < _FEW]

    def hold(self, first: str) -> bool:
        """Say whether a line that begins so may have one of the keys; what comes from `beginning` is never denied wrongly."""
        if not first:
            return True
        lengths = self._lengths if first[:_FEW] in self._few else self._fewer  # three letters are answer enough for most lines
        for length in lengths:  # noqa: SIM110 - asked of every line, where a generator would cost twice as much
            if first[:length] in self.known:
                return True
        return False
