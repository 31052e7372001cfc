"""A text as the rules see it: one pass prepares what all of them need.

Rules must not judge by glyphs: people curl their quotes four times as often as translation systems do, so a curly quote would pass for a proof of
a human hand. The view therefore spells all double quotes, all apostrophes and all spaces in one way, character for character, so that every offset
into the view is an offset into the text.
"""

import operator
import re
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

__all__ = ["ECHO", "MOST_CHARACTERS", "View"]

MOST_CHARACTERS = 200_000
"""Only so much of a text is judged: thirty times a long news story. It bounds the time that a hostile text can take."""

ECHO = 60
"""So many words apart, a clause that stands twice is taken for a slip of a program; further apart it is a writer's."""

_QUOTES = "\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}\N{DOUBLE LOW-9 QUOTATION MARK}\N{DOUBLE HIGH-REVERSED-9 QUOTATION MARK}"
_APOSTROPHES = "\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}\N{SINGLE LOW-9 QUOTATION MARK}\N{MODIFIER LETTER APOSTROPHE}"
_SPACES = "\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}\N{IDEOGRAPHIC SPACE}"
_SPELLING = (*((c, '"') for c in _QUOTES), *((c, "'") for c in _APOSTROPHES), *((c, " ") for c in _SPACES))
# A lone surrogate cannot be encoded, and RE2 reads bytes.
_SURROGATES = dict.fromkeys(range(0xD800, 0xE000), "\N{REPLACEMENT CHARACTER}")
# One word in four of English news is one of these, one in fifty of any other language's.
_ENGLISH = frozenset(
    {"the", "of", "and", "to", "that", "for", "with", "by", "it", "at", "from", "is", "on", "are", "his", "was", "has", "he", "this", "not", "be"}
)
_ENGLISH_SHARE = 0.08
_FEW_WORDS = 50
_FEWEST = 8  # words in which a clause of four can stand twice
_SPACE = 32  # the greatest octet that parts words
Offsets = npt.NDArray[np.intp]
Octets = npt.NDArray[np.uint64]
_THREE_OCTETS, _FOUR_OCTETS = np.uint64(0xFFFFFF), np.uint64(0xFFFFFFFF)
_THE, _AND, _OF, _TO = (np.uint64(int.from_bytes(word, "little")) for word in (b"the ", b"and ", b"of ", b"to "))
_NUMBERS = np.uint64((1 << 18) - 1)  # more than `MOST_CHARACTERS`
# Odd numbers of 64 bits, so that the three parts of a run do not cancel out; whatever they are, a pair that they wrongly make is looked at in vain.
_MIX = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))
_WORD = re.compile(r"\w+")  # one character class: cannot backtrack


@dataclass(frozen=True, slots=True)
class View:
    """A text with one spelling for each sort of mark, its paragraphs, and its words.

    `utf8` is the text in bytes, as RE2 reads it. `paragraphs` are (start, end) of the lines that hold more than spaces. `starts` are the offsets in `utf8`
    where the words between spaces begin, and one past the end; `words` is the number of these words, `octets` are the first eight octets of each as a number
    (little-endian, over the word's end if it is shorter). `echoes` are pairs of words' numbers, in order of the second: three words or more that begin there
    stand again within `ECHO` words. Without one, nothing is said twice.
    """

    text: str
    utf8: bytes
    paragraphs: tuple[tuple[int, int], ...]
    starts: Offsets
    words: int
    octets: Octets
    echoes: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, text: str) -> Self:
        r"""Prepare a text.

        >>> View.of("\N{LEFT DOUBLE QUOTATION MARK}Yes\N{RIGHT DOUBLE QUOTATION MARK}\n\nhe said").text
        '"Yes"\n\nhe said'
        """
        plain = text[:MOST_CHARACTERS].replace("\t", " ")
        if not plain.isascii():
            for mark, spelling in _SPELLING:
                plain = plain.replace(mark, spelling)
        try:
            utf8 = plain.encode()
        except UnicodeEncodeError:
            plain = plain.translate(_SURROGATES)
            utf8 = plain.encode()
        paragraphs, at = [], 0
        for line in plain.split("\n"):
            if line and not line.isspace():
                paragraphs.append((at, at + len(line)))
            at += len(line) + 1
        starts = _starts(utf8)
        # The array lies over the bytes: one number of eight octets from each octet on, so that no word has to be made.
        octets = np.ndarray(len(utf8) + 1, "<u8", utf8 + bytes(8), 0, (1,))[starts[:-1]]
        return cls(plain, utf8, tuple(paragraphs), starts, len(octets), octets, _echoes(octets))

    @property
    def lowered(self) -> list[str]:
        """The words between spaces, in lower case, with the marks that stand on them."""
        return self.text.lower().split()

    @property
    def english(self) -> bool:
        """False for a text of some length that lacks the function words of English.

        What is said to be English may be a page in two languages, or a table, where rules on English grammar only find nonsense.
        """
        if self.words < _FEW_WORDS:
            return True
        least = _ENGLISH_SHARE * self.words
        # Counting four of them is quick, and in English they are nearly always enough.
        three, four = self.octets & _THREE_OCTETS, self.octets & _FOUR_OCTETS
        quick = sum(int(np.count_nonzero(three == word)) for word in (_OF, _TO)) + sum(int(np.count_nonzero(four == word)) for word in (_THE, _AND))
        return quick >= least or sum(map(_ENGLISH.__contains__, self.lowered)) >= least

    def tokens(self, start: int, end: int) -> list[tuple[int, int]]:
        """Give (start, end) of each word between two offsets."""
        return [m.span() for m in _WORD.finditer(self.text, start, end)]


def _starts(utf8: bytes) -> Offsets:
    letters = np.frombuffer(b" " + utf8 + b" .", np.uint8) > _SPACE
    return np.flatnonzero(letters[1:] > letters[:-1])


def _echoes(octets: Octets) -> tuple[tuple[int, int], ...]:
    """Compare the octets with which three words in a row begin; who uses the pairs looks closer."""
    if len(octets) < _FEWEST:
        return ()
    runs = octets[:-2] * _MIX[0] + octets[1:-1] * _MIX[1] + (octets[2:] & _FOUR_OCTETS) * _MIX[2]
    # With a word's number in the lowest bits of its run, one sort brings equal runs together, in the order of the text.
    runs &= ~_NUMBERS
    runs |= np.arange(len(runs), dtype=np.uint64)
    runs.sort()
    same = np.flatnonzero((runs[1:] ^ runs[:-1]) <= _NUMBERS)
    if not len(same):
        return ()
    there, here = runs[same] & _NUMBERS, runs[same + 1] & _NUMBERS
    near = here - there <= np.uint64(ECHO)
    return tuple(sorted(zip(there[near].tolist(), here[near].tolist(), strict=True), key=operator.itemgetter(1)))
