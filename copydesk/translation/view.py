"""A text as the rules see it: one pass prepares what all of them need.

Rules must not judge by glyphs: people curl their quotes four times as often as translation systems do, so a curly quote would pass for a proof of
a human hand. The view therefore spells all double quotes, all apostrophes and all spaces in one way, character for character, so that every offset
into the view is an offset into the text.
"""

import re
from dataclasses import dataclass
from typing import Self

__all__ = ["MOST_CHARACTERS", "View"]

MOST_CHARACTERS = 200_000
"""Only so much of a text is judged: thirty times a long news story. It bounds the time that a hostile text can take."""

_QUOTES = "\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}\N{DOUBLE LOW-9 QUOTATION MARK}\N{DOUBLE HIGH-REVERSED-9 QUOTATION MARK}"
_APOSTROPHES = "\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}\N{SINGLE LOW-9 QUOTATION MARK}\N{MODIFIER LETTER APOSTROPHE}"
_SPACES = "\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}\N{IDEOGRAPHIC SPACE}\t"
# A lone surrogate cannot be encoded, and RE2 reads bytes.
_SURROGATES = range(0xD800, 0xE000)
_SPELLING = (
    {ord(c): '"' for c in _QUOTES}
    | {ord(c): "'" for c in _APOSTROPHES}
    | {ord(c): " " for c in _SPACES}
    | dict.fromkeys(_SURROGATES, "\N{REPLACEMENT CHARACTER}")
)
# One word in four of English news is one of these, one in fifty of any other language's.
_ENGLISH = frozenset(
    {"the", "of", "and", "to", "that", "for", "with", "by", "it", "at", "from", "is", "on", "are", "his", "was", "has", "he", "this", "not", "be"}
)
_ENGLISH_SHARE = 0.08
_FEW_WORDS = 50
_WORD = re.compile(r"\w+")  # one character class: cannot backtrack


@dataclass(frozen=True, slots=True)
class View:
    """A text with one spelling for each sort of mark, its paragraphs, and how many words it has.

    `paragraphs` are (start, end) of the lines that hold more than spaces. `english` is False for a text of some length that lacks the function words
    of English: what is said to be English may be a page in two languages, or a table, where rules on English grammar only find nonsense.
    """

    text: str
    paragraphs: tuple[tuple[int, int], ...]
    words: int
    english: bool

    @classmethod
    def of(cls, text: str) -> Self:
        r"""Prepare a text.

        >>> View.of("\N{LEFT DOUBLE QUOTATION MARK}Yes\N{RIGHT DOUBLE QUOTATION MARK}\n\nhe said").text
        '"Yes"\n\nhe said'
        """
        plain = text[:MOST_CHARACTERS].translate(_SPELLING)
        paragraphs, at = [], 0
        for line in plain.split("\n"):
            if line and not line.isspace():
                paragraphs.append((at, at + len(line)))
            at += len(line) + 1
        words = plain.lower().split()
        english = len(words) < _FEW_WORDS or sum(word in _ENGLISH for word in words) >= _ENGLISH_SHARE * len(words)
        return cls(plain, tuple(paragraphs), len(words), english)

    def tokens(self, start: int, end: int) -> list[tuple[int, int]]:
        """Give (start, end) of each word between two offsets."""
        return [m.span() for m in _WORD.finditer(self.text, start, end)]
