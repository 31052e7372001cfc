r"""What cannot be seen, or makes no difference: soft hyphens, zero-width characters, spaces and line ends of many kinds, accents apart from letters.

None of it is damage, and publishers use some of it on purpose, so each rule is off until it is asked for (`EncodingSettings`). One function per rule, each
linear in the text and changing nothing on its own output. Two kinds of these characters carry meaning, and stay:

* Joiners and zero-width spaces belong to the spelling of many scripts (Persian and Indic joiners, word breaks in Khmer, Thai and Burmese) and hold emoji
  together. They go only where both neighbours are European letters, digits, punctuation or spaces.
* Marks of direction (U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069) decide how a line with Arabic or Hebrew is read: no rule touches them.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import partial

from copydesk.settings import EncodingSettings

__all__ = ["Rule", "compose_letters", "line_endings", "remove_soft_hyphens", "remove_zero_width", "rules", "unify_line_endings", "unify_spaces"]

Rule = Callable[[str], str]

_SOFT_HYPHENS = re.compile("(?<!\\xad)\\xad++(?!\\n|\\Z)")
_ZERO_WIDTH = re.compile("[\\u200b-\\u200d\\u2060]+")
_SPACES = re.compile("[\\xa0\\u1680\\u2000-\\u200a\\u202f\\u205f]")
_LINE_ENDINGS = re.compile("\\r\\n|[\\r\\u2028\\u2029]")
_OR_NEXT_LINE = re.compile("\\r\\n|[\\r\\x85\\u2028\\u2029]")
_EUROPEAN = 0x530  # Latin, Greek, Cyrillic and the marks on them end below this
_PUNCTUATION = range(0x1E00, 0x203C)  # further Latin and Greek letters, spaces, dashes, quotation marks; U+203C is the first emoji after them


def rules(settings: EncodingSettings) -> dict[str, Rule]:
    """Return the rules that are on by the names that their edits bear, in the order in which they act.

    >>> list(rules(EncodingSettings(remove_soft_hyphens=True)))
    ['typography:soft-hyphen']
    """
    every: dict[str, tuple[str, Rule]] = {
        "typography:line-ending": ("unify_line_endings", partial(unify_line_endings, next_line=not settings.fix_mojibake)),
        "typography:soft-hyphen": ("remove_soft_hyphens", remove_soft_hyphens),
        "typography:zero-width": ("remove_zero_width", remove_zero_width),
        "typography:space": ("unify_spaces", unify_spaces),
        "typography:composed": ("compose_letters", compose_letters),
    }
    return {name: rule for name, (switch, rule) in every.items() if getattr(settings, switch)}


def line_endings(*, next_line: bool) -> re.Pattern[str]:
    """Return the pattern of one line's end of another kind than a line feed; `next_line` says whether U+0085 is one."""
    return _OR_NEXT_LINE if next_line else _LINE_ENDINGS


def unify_line_endings(text: str, *, next_line: bool = True) -> str:
    r"""End lines with a line feed, whatever ended them before; a form feed is a page's end and stays.

    U+0085 (`next_line`) is a line's end only where mojibake is not repaired: ftfy reads it as the ellipsis of windows-1252, which it nearly always is.

    >>> unify_line_endings("one\r\ntwo\rthree\u2028four")
    'one\ntwo\nthree\nfour'
    """
    return line_endings(next_line=next_line).sub("\n", text)


def remove_soft_hyphens(text: str) -> str:
    r"""Remove the hyphens that are seen only where a line breaks; at the end of a line one is seen, and `hyphenation` joins the word.

    >>> remove_soft_hyphens("light\u00adhouse, light\u00ad\nhouse")
    'lighthouse, light\xad\nhouse'
    """
    return _SOFT_HYPHENS.sub("", text)


def remove_zero_width(text: str) -> str:
    r"""Remove what has no width and no meaning where it stands.

    >>> remove_zero_width("har\u200bbour, \u0645\u06cc\u200c\u0631\u0648\u0645")
    'harbour, \u0645\u06cc\u200c\u0631\u0648\u0645'
    """

    def kept(run: re.Match[str]) -> str:
        before, after = text[run.start() - 1 : run.start()], text[run.end() : run.end() + 1]
        return "" if _needs_no_joiner(before) and _needs_no_joiner(after) else run[0]

    return _ZERO_WIDTH.sub(kept, text)


def unify_spaces(text: str) -> str:
    r"""Make spaces plain that differ in width or in whether a line may break there; the wide space of Chinese and Japanese is left to `fix_character_width`.

    >>> unify_spaces("10\u202f000\u00a0km")
    '10 000 km'
    """
    return _SPACES.sub(" ", text)


def compose_letters(text: str) -> str:
    r"""Write each letter with its accents as one character where there is one (Unicode's form NFC).

    >>> compose_letters("cafe\u0301") == "caf\u00e9"
    True
    """
    return unicodedata.normalize("NFC", text)


def _needs_no_joiner(neighbour: str) -> bool:
    return not neighbour or ord(neighbour) < _EUROPEAN or ord(neighbour) in _PUNCTUATION
