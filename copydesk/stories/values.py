r"""What an event is told by: the names, figures and rare words of a text, as numbers that can be joined and weighed without it.

Two reports of one event share few runs of words, but the same people, places, sums and dates. Each word or figure, without its case, accents and punctuation,
has a class of rarity (`rarity`), and the `values` of highest class stand for the text, those said more often first.

A value is a signed 64-bit number: 58 bits of the word's hash, five bits of its class, and a lowest bit that says whether it is a figure. So a column of values
is all that comparing takes, and the weight of a value is the same in every document.

The table of rarity is English. A text of which many words are not in it is in another language, and of that only the figures count: weighing its words by
length and capitals was tried, and joined 742 pairs of Portuguese articles but only 2 of the 32 that should have been. So others have hardly any stories.

Cost: linear in the first `_READ` characters; past them no news report goes on, and the rest of a longer text is not looked at. Text is cut at white space, as
that is several times faster than a pattern, and a word is looked at closely only where it is met for the first time in a shard.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterable
from hashlib import blake2b
from string import punctuation
from typing import Final

from copydesk.settings import StoriesSettings
from copydesk.stories.rarity import HIGHEST, UNKNOWN, shipped

__all__ = ["digest", "folded", "telltales", "words"]

_READ: Final = 100_000
_LONGEST: Final = 40
_SHORTEST: Final = 2
_JOINTS: Final = ("-", "/", "\N{EN DASH}", "\N{EM DASH}", "\N{HYPHEN}", "\N{NON-BREAKING HYPHEN}")
_POSSESSIVES: Final = ("'s", "\N{RIGHT SINGLE QUOTATION MARK}s")
_CLINGING: Final = punctuation + "\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}"
_FOREIGN: Final = 0.25
"""A text is foreign if so many of its words are unknown: of 4,881 English articles .14 % are; in 18 other languages
all, but 5 % of the Chinese (about software) are not, and hardly any in Nigerian Pidgin."""
_FEW: Final = 8
"""And if they are more than so many: a short report may be full of names."""
_TWICE: Final = 3
"""A word that is said twice goes before one that is said once and up to so many classes (0.7 nats) rarer; one said four times gains twice as much."""
_HASH: Final = (1 << 64) - (1 << 6)
_RANK: Final = 64


def telltales(texts: Iterable[str], settings: StoriesSettings) -> list[tuple[int, ...]]:
    """Return the values of each text in rising order, at most `settings.values`; each text's depend on nothing but the text and the settings.

    >>> one, other = telltales(["Snow closed the Brennpass near Sterzing.", "At STERZING the Brennpass was shut."], StoriesSettings())
    >>> len(set(one) & set(other))
    2
    """
    known = _Known()
    return [_telltales(text[:_READ], known, settings.values) for text in texts]


def words(text: str) -> Counter[str]:
    """Count the words and figures of a text as they are written, with what clings to them.

    >>> words("Sunny-side up, side by side")["side"]
    3
    """
    for joint in _JOINTS:
        text = text.replace(joint, " ")
    return Counter(text.split())


def folded(written: str) -> str:
    """Return a word without case, accents and what clings to it, a figure without its commas; empty where nothing is left or far too much.

    >>> folded("(Erdo\N{LATIN SMALL LETTER G WITH BREVE}an's"), folded("$13,000."), folded("U.S."), folded("...")
    ('erdogan', '13000', 'us', '')
    """
    if len(written) > _LONGEST:
        return ""
    # Most words are plain, and for them the rest comes to this.
    if written.isascii() and written.isalnum():
        return written.lower() if len(written) >= _SHORTEST else ""
    for possessive in _POSSESSIVES:
        written = written.partition(possessive)[0] if written.endswith(possessive) else written
    word = written.strip(_CLINGING).casefold()
    if not word.isalnum() or not word.isascii():
        apart = unicodedata.normalize("NFKD", word)
        word = "".join(_plain(character) for character in apart if character.isalnum() or character == ".").strip(".")
        if "." in word and not word[0].isdecimal():
            word = word.replace(".", "")
    return word if _SHORTEST <= len(word) <= _LONGEST else ""


def digest(word: str) -> int:
    """Return 64 bits that stand for a folded word; a table of rarity holds the upper half."""
    return int.from_bytes(blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")


def _plain(character: str) -> str:
    return str(unicodedata.decimal(character)) if character.isdecimal() else character


class _Known(dict[str, int]):
    """What each word that a shard has shown so far stands for: its class above its value; 0 where it tells nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.english: dict[str, int] = {"": 0}

    def __missing__(self, written: str) -> int:
        word = folded(written)
        ranked = self.english.get(word)
        if ranked is None:
            hashed, figure = digest(word), word[0].isdecimal()
            ranked = _ranked(hashed, shipped().get(hashed >> 32, HIGHEST if figure else UNKNOWN), figure=figure)
            self.english[word] = ranked
        self[written] = ranked
        return ranked


def _ranked(hashed: int, rarity: int, *, figure: bool = False) -> int:
    return rarity << _RANK | hashed & _HASH | rarity << 1 | figure if rarity else 0


def _telltales(text: str, known: _Known, most: int) -> tuple[int, ...]:
    written = words(text)
    counts: dict[int, int] = {}
    for word, count in written.items():
        ranked = known[word]
        if ranked:
            counts[ranked] = counts.get(ranked, 0) + count
    if sum(map((UNKNOWN << _RANK).__le__, counts)) > max(_FEW, _FOREIGN * len(written)):
        counts = {ranked: count for ranked, count in counts.items() if ranked & 1}
    best = sorted([ranked if count == 1 else ranked + (_TWICE * (count.bit_length() - 1) << _RANK) for ranked, count in counts.items()], reverse=True)
    return tuple(sorted(map(_signed, best[:most])))


def _signed(ranked: int) -> int:
    value = ranked & (1 << 64) - 1
    return value - (1 << 64) if value >> 63 else value
