"""How long a text is, in words, in whatever script: the unit in which losses and lengths are told."""

import re

__all__ = ["word_count"]

# Nothing follows the last repetition, so nothing here can backtrack. Han, kana, Thai, Lao and Khmer are written without spaces, so there a character counts
# as a word, as the benchmarks of this field do. Signs that combine with letters (accents, vowel points, the scripts of India, joiners) do not end a word.
_UNSEGMENTED = "\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_COMBINING = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc"
    "\u0900-\u0963\u0971-\u0df3\u200c\u200d"
)
_LETTER = f"[^\\W{_UNSEGMENTED}]"
_WORD = re.compile(f"[{_UNSEGMENTED}]|{_LETTER}+(?:[{_COMBINING}]+{_LETTER}*)*")


def word_count(text: str) -> int:
    """Return the number of words, counting each character of an unsegmented script as one.

    >>> word_count("Two words"), word_count("\u4e24\u4e2a\u8bcd")
    (2, 3)
    """
    return sum(1 for _ in _WORD.finditer(text))
