"""Who took the picture, and whose report it is: credits are told from captions by what they name, and a source is kept when its line is cut.

A credit is a label and a name ("Photo: Jane Roe/Agency"); a caption after the same label is a phrase ("Photo: the ferry at dawn"). In scripts with
capitals a name has them in each word but particles; in scripts without, a name is short.
"""

import re
from collections.abc import Iterable

__all__ = ["NAME_WORDS", "is_name"]

NAME_WORDS = 7
"""The most words of a credit ("Jane Roe for the Quayside Gazette via Agency" has eight, but "for", "the" and "via" do not count)."""
CASELESS_CHARS = 24
"""The most characters of a credit in a script without capitals: two names and an agency."""

_SPLIT = re.compile(r"[\s/,;&+|]+")
_LOWER = (
    "a al an and archiv archive archives archivo archivio arquivo av bin by courtesy credit da dal dall de dei del della den der des di do dos du e el et "
    "for foto handout i ibn il illustration kuva la las le les los mit of och og par per photo picture pool por stock symbolbild symbolfoto te the till "
    "und van via vom von w y z za zu f\N{LATIN SMALL LETTER O WITH DIAERESIS}r fr\N{LATIN SMALL LETTER A WITH RING ABOVE}n"
    " f\N{LATIN SMALL LETTER U WITH DIAERESIS}r"
)
_PARTICLES = frozenset(_LOWER.split())


def is_name(text: str, agencies: Iterable[str]) -> bool:
    """Say whether what stands behind a credit's label names somebody; agencies are given in lower case.

    >>> is_name("Jane Roe/dpa", {"dpa"}), is_name("the ferry at dawn", {"dpa"})
    (True, False)
    """
    core = text.strip(" \t()[]\N{COPYRIGHT SIGN}\N{NO-BREAK SPACE}")
    words = [word for word in _SPLIT.split(core) if any(map(str.isalnum, word))]
    if not words or len(words) > 2 * NAME_WORDS or core.endswith(("?", "!", ":")):
        return False
    telling = [word for word in words if word.casefold().strip(".-") not in _PARTICLES]
    if not telling or len(telling) > NAME_WORDS:
        return False
    if any(c.isalpha() and not c.isupper() and not c.islower() for c in core):
        return len(core) <= CASELESS_CHARS
    return all(_capital(word) or word.casefold().strip(".") in agencies for word in telling) and not _continues(core)


def _capital(word: str) -> bool:
    letter = next((c for c in word if c.isalnum()), "a")
    return not letter.islower() or "@" in word or "." in word.strip(".")  # an address has dots inside


_SENTENCES = re.compile(r"[^\W\d_]{3,}\. ")  # a full stop behind a word, not behind an initial


def _continues(core: str) -> bool:
    return _SENTENCES.search(core) is not None
