"""Repairs that could be wrong are not made: they are told, and an editor decides.

What ftfy sees in a line is nearly always damage, but a short sequence may be no accident: "HUHLL" and a letter O with tilde before an ellipsis is not Armenian.
So a repair is doubtful where

* it would bring in letters of a script that nothing else in the text uses (or private characters, which mean nothing outside their font), unless the text
  bears the script out: two of its letters stand side by side, so that two sequences in a row decoded, or three different ones come back in all. A Russian
  text that is garbled throughout has hundreds; a lone Mongolian digit in Spanish has one;
* it takes two guesses on one sequence: UTF-8 first, which gives a control character, and then windows-1252 for that ("A with circumflex" before a quotation
  mark). As often the letter alone is the fault, or none is.

A doubtful repair is made after all where its line, or lines whose repair is in no doubt, give back at least `_BORNE_OUT` different characters otherwise:
a text that was garbled in ten places was garbled in the eleventh.

Only what is guessed can be in doubt: what comes of the line without undoing mojibake (characters that it names by entities, control characters that go)
is done to it in any case.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from copydesk.encoding.mending import Mended
from copydesk.encoding.spans import changes

__all__ = ["Proposal", "doubts", "scripts"]

_BORNE_OUT = 3  # different characters; see the module's docstring
_LETTERS_IN_A_ROW = 2
_LETTERS_IN_ALL = 3
_FIRST = "\u0250"  # what is below is Latin, or a sign
_PRIVATE = "private"
_OF_WINDOWS = {control: bytes([control]).decode("cp1252", "ignore") for control in range(0x80, 0xA0)}
_TWO_GUESSES = re.compile("\N{LATIN CAPITAL LETTER A WITH CIRCUMFLEX}([{}])".format("".join(_OF_WINDOWS.values())))
_ONE_WRITING = {"HIRAGANA": "CJK", "KATAKANA": "CJK", "KATAKANA-HIRAGANA": "CJK", "IDEOGRAPHIC": "CJK", "BOPOMOFO": "CJK"}
# First words of the names of letters that are signs, or belong to every script.
_SIGNS = (
    "LATIN COMBINING MODIFIER MICRO FEMININE MASCULINE SUPERSCRIPT SUBSCRIPT FULLWIDTH HALFWIDTH MATHEMATICAL DOUBLE-STRUCK SCRIPT BLACK-LETTER OHM KELVIN"
    " ANGSTROM ENCLOSING VARIATION PLANCK EULER TURNED INFORMATION ROMAN"
)
_NO_SCRIPT = frozenset(_SIGNS.split())


@dataclass(frozen=True, slots=True)
class Proposal:
    """A line that would change: where it stands, how it reads (with its line feed), and what mending makes of it."""

    start: int
    line: str
    mended: Mended


def scripts(text: str) -> set[str]:
    """Return the scripts of a text's letters and digits beyond Latin, by the first word of their Unicode names.

    >>> scripts("caf\u00e9 \u03b1\u03b2 10\u00b5m")
    {'GREEK'}
    """
    return {script for char in set(text) if char >= _FIRST and (script := _script(char))}


def doubts(text: str, proposals: Sequence[Proposal], unguessed: Callable[[str], Mended]) -> dict[int, str]:
    """Return why a proposal is in doubt, in words, by its place in the sequence; the others are sure. `unguessed` mends a line without guessing."""
    guesses = {place: p for place, p in enumerate(proposals) if _guesses(p.mended)}
    if not guesses:
        return {}
    used = scripts(text).union(*(scripts(p.mended.text) for place, p in enumerate(proposals) if place not in guesses))
    if not any(_TWO_GUESSES.search(p.line) or not scripts(p.mended.text) <= used for p in guesses.values()):
        return {}
    each = {key: _Weighed(unguessed(key[0]).text, key[1]) for key in {(p.line, p.mended.text) for p in guesses.values()}}
    weighed = {place: each[p.line, p.mended.text] for place, p in guesses.items()}
    used = used.union(_borne_out(w.brought for w in weighed.values()), *(w.named for w in weighed.values()))
    while True:
        unsure = {place: doubt for place, w in weighed.items() if (doubt := w.doubt(used))}
        evidence = set[str]().union(*(w.restored(used) for place, w in weighed.items() if place not in unsure))
        unsure = {place: doubt for place, doubt in unsure.items() if len(evidence | weighed[place].restored(used)) < _BORNE_OUT}
        known = used.union(*(w.scripts for place, w in weighed.items() if place not in unsure))
        if known == used:
            return unsure
        used = known


class _Weighed:
    """What a proposal would bring into the text, beyond what the line names itself."""

    def __init__(self, line: str, mended: str) -> None:
        self.changes = [(old, new) for _, old, new in changes(line, mended)]
        self.named = scripts(line)
        self.brought = "\n".join(new for _, new in self.changes)
        self.scripts = scripts(self.brought)
        self.twice = bool(self.changes) and all(_TWO_GUESSES.sub(r"\1", old) == new for old, new in self.changes)

    def doubt(self, used: set[str]) -> str:
        if strange := sorted(self.scripts - used):
            return f"it would bring in letters ({', '.join(strange).lower()}) that nothing else in the text bears out"
        return "it takes two guesses on one sequence: UTF-8, then a control character read as windows-1252" if self.twice else ""

    def restored(self, used: set[str]) -> set[str]:
        """Return the characters that come back out of more than one each, in scripts that are known."""
        found = set[str]()
        for old, new in self.changes:
            found |= {c for c in set(new) - set(old) if not c.isascii() and _script(c) in {"", *used}} - {_OF_WINDOWS.get(ord(c), "") for c in set(old)}
        return found


def _guesses(mended: Mended) -> bool:
    return any(action in {"encode", "decode", "transcode"} or parameter == "decode_inconsistent_utf8" for action, parameter in mended.plan)


def _borne_out(brought: Iterable[str]) -> set[str]:
    """Return the scripts of which two letters stand side by side or three different ones come back."""
    found, letters = set[str](), dict[str, set[str]]()
    for text in brought:
        for script, run in _runs(text):
            letters.setdefault(script, set()).update(run)
            if len(run) >= _LETTERS_IN_A_ROW or len(letters[script]) >= _LETTERS_IN_ALL:
                found.add(script)
    return found - {_PRIVATE}


def _runs(text: str) -> Iterator[tuple[str, str]]:
    for script, run in groupby(text, key=_script):
        if script:
            yield script, "".join(run)


@lru_cache(maxsize=4_096)
def _script(char: str) -> str:
    """Return the script of a letter or digit beyond Latin, else an empty string."""
    if char < _FIRST:
        return ""
    category = unicodedata.category(char)
    if category == "Co":
        return _PRIVATE
    if category[0] not in "LM" and category != "Nd":
        return ""
    word = unicodedata.name(char, "").partition(" ")[0]
    return "" if word in _NO_SCRIPT else _ONE_WRITING.get(word, word)
