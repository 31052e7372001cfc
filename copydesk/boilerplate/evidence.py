"""What can be seen of each line of a text, without a word on what should become of it.

A line of an article and a line of its page differ in what they say (a known phrase), in shape (length, how they end, quotes, bullets) and in place. The
first is seen here once for each line and the second when it is asked for; place depends on what has been removed already and is counted by
`copydesk.boilerplate.judge`.

Spans are character offsets; `start` to `end` is the line without its break, `stop` is where the next line starts.
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Literal, NamedTuple

from copydesk.boilerplate.folding import beginning, fold, keyed, undressed
from copydesk.boilerplate.lexicon import Lexicon, Phrase
from copydesk.boilerplate.plain import BARS, plain

__all__ = ["LABEL_RUN", "LONGEST", "Ending", "Evidence", "Line", "evidence", "lines_of", "look", "trimmed"]

LONGEST = 400
"""A longer line is never a phrase: the longest notices of the DEV pages that are one line have about 350 characters. It also bounds the work on a line."""
REMEMBERED = 100
"""What is seen of the last 16,384 lines up to this length is remembered: a site prints the same ones round all its articles. About 5 MB."""
_TOGETHER = 4_096
"""So many lines are asked together: the shards of a run have three times as many, and a shard of long texts is not held a second time."""
LABEL_RUN = 3
"""So many different labels in a row, or in one line between bars, are a menu or a form, without any other evidence."""

Ending = Literal["full", "question", "open"]

_CLOSERS = (
    " \t\"')]}*\N{RIGHT DOUBLE QUOTATION MARK}\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}\N{NO-BREAK SPACE}"
    "\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK}\N{LEFT-POINTING DOUBLE ANGLE QUOTATION MARK}"
    "\N{RIGHT CORNER BRACKET}\N{RIGHT WHITE CORNER BRACKET}\N{FULLWIDTH RIGHT PARENTHESIS}"
)
_FULL = (".", "!", "\N{IDEOGRAPHIC FULL STOP}", "\N{FULLWIDTH EXCLAMATION MARK}", "\N{FULLWIDTH FULL STOP}", "\N{DEVANAGARI DANDA}", "\N{ARABIC FULL STOP}")
_QUESTION = ("?", ";", "\N{FULLWIDTH QUESTION MARK}", "\N{ARABIC QUESTION MARK}", "\N{GREEK QUESTION MARK}")
_QUOTES = {
    '"': '"',
    "'": "'",
    "\N{LEFT DOUBLE QUOTATION MARK}": "\N{RIGHT DOUBLE QUOTATION MARK}",
    "\N{LEFT SINGLE QUOTATION MARK}": "\N{RIGHT SINGLE QUOTATION MARK}",
    "\N{RIGHT DOUBLE QUOTATION MARK}": "\N{RIGHT DOUBLE QUOTATION MARK}",
    "\N{DOUBLE LOW-9 QUOTATION MARK}": "\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}",
    "\N{SINGLE LOW-9 QUOTATION MARK}": "\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}",
    "\N{LEFT-POINTING DOUBLE ANGLE QUOTATION MARK}": "\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK}",
    "\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK}": "\N{LEFT-POINTING DOUBLE ANGLE QUOTATION MARK}",
    "\N{LEFT CORNER BRACKET}": "\N{RIGHT CORNER BRACKET}",
    "\N{LEFT WHITE CORNER BRACKET}": "\N{RIGHT WHITE CORNER BRACKET}",
}
_ITEM = ("- ", "* ", "\N{BULLET}", "\N{MIDDLE DOT}", "\N{EN DASH} ", "\N{EM DASH} ", "\N{BLACK SQUARE}", "\N{BLACK SMALL SQUARE}", "\N{BLACK CIRCLE}")
_BREAKS = "\n\r\v\f\x1c\x1d\x1e\x85\N{LINE SEPARATOR}\N{PARAGRAPH SEPARATOR}"
_BAR = re.compile(f"[{BARS}]")
_SEPARATORS = (
    ":",
    "|",
    " - ",
    " >",
    "\N{RIGHTWARDS ARROW}",
    "\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK}",
    "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}",
)
_IDEOGRAPHS = re.compile("[\N{HIRAGANA LETTER SMALL A}-\N{CJK UNIFIED IDEOGRAPH-9FFF}]+")


class Line(NamedTuple):
    """One line: where it stands, what it says, and the phrase that it is (`hit`) or starts with (`opening`).

    `core` is the line without white space round it, and without what was cut from its ends; it begins at `at`. `quoted`: all of it stands in
    quotation marks.
    """

    start: int
    end: int
    stop: int
    at: int
    core: str
    quoted: bool = False
    hit: Phrase | None = None
    opening: Phrase | None = None

    @property
    def blank(self) -> bool:
        """Whether the line holds nothing but white space."""
        return not self.core

    @property
    def words(self) -> int:
        """How many words it has: what white space separates, and each two Chinese or Japanese characters."""
        words = len(self.core.split())
        if self.core.isascii():
            return words
        return words + sum(map(len, _IDEOGRAPHS.findall(self.core))) // 2

    @property
    def ending(self) -> Ending:
        """Whether it ends like a sentence, like a question, or neither."""
        last = self.core.rstrip(_CLOSERS)
        if last.endswith(("...", "\N{HORIZONTAL ELLIPSIS}")):
            return "open"
        return "full" if last.endswith(_FULL) else "question" if last.endswith(_QUESTION) else "open"

    @property
    def item(self) -> bool:
        """Whether it starts like the item of a list."""
        return self.core.startswith(_ITEM)


def lines_of(text: str) -> list[str]:
    r"""Split a text into lines that keep their breaks, so that they add up to the text.

    >>> lines_of("one\r\n\ntwo")
    ['one\r\n', '\n', 'two']
    """
    return text.splitlines(keepends=True)


Evidence = tuple[bool, Phrase | None, Phrase | None]
"""Whether a line is a quotation as a whole, the phrase that it is, and the one that it starts with."""


def evidence(cores: Iterable[str], lexicon: Lexicon) -> dict[str, Evidence]:
    """Say what is seen of lines without white space round them, each asked once; those of which nothing is seen are left out.

    >>> from copydesk.boilerplate.lexicon import Phrase, build
    >>> list(evidence(["Share", "A fire broke out.", "Share"], build([Phrase("en", "label", "share")])))
    ['Share']
    """
    distinct = [core for core in dict.fromkeys(cores) if 0 < len(core) <= LONGEST]
    found: dict[str, Evidence] = {}
    for first in range(0, len(distinct), _TOGETHER):
        some = distinct[first : first + _TOGETHER]
        nothing = plain([core for core in some if core[0] not in _QUOTES or not _quoted(core)], lexicon)
        found |= {core: seen for core in some if core not in nothing and any(seen := _known(core, lexicon))}
    return found


def look(lines: Iterable[str], lexicon: Lexicon, seen: Mapping[str, Evidence] | None = None) -> list[Line]:
    """Say of each line what can be seen; the lines may keep their breaks. `seen` is what `evidence` says of them, if it was asked already.

    >>> from copydesk.boilerplate.lexicon import Phrase, build
    >>> seen = look(["Leave a Comment"], build([Phrase("en", "line", "leave a comment")]))[0]
    >>> seen.words, seen.ending, seen.hit.id
    (3, 'open', 'en/line:leave a comment')
    """
    rows, start = [], 0
    for line in lines:
        stop = start + len(line)
        core = line.strip()
        at = start if not core or core[0] == line[0] else start + len(line) - len(line.lstrip())
        end = start + len(line.rstrip(_BREAKS)) if line[-1:] in _BREAKS else stop
        rows.append((start, end, stop, at, core))
        start = stop
    known = evidence([row[4] for row in rows], lexicon) if seen is None else seen
    return [Line(*row, *known.get(row[4], _NOTHING)) for row in rows]


_NOTHING: Evidence = (False, None, None)


def _quoted(core: str) -> bool:
    return core[-1] in _QUOTES.get(core[0], "") and len(core) > 1


def trimmed(line: Line, at: int, end: int, lexicon: Lexicon) -> Line:
    """Return a line of which only the span from `at` to `end` remains, without white space round it."""
    rest = line.core[at - line.at : end - line.at]
    core = rest.strip()
    at += len(rest) - len(rest.lstrip())
    quoted, hit, opening = _known(core, lexicon)
    return line._replace(core=core, at=at, quoted=quoted, hit=hit, opening=opening)


def _known(core: str, lexicon: Lexicon) -> Evidence:
    """Return whether a line is a quotation, and what it is or starts with."""
    if not core or len(core) > LONGEST:
        return _NOTHING
    return _remembered(core, lexicon) if len(core) <= REMEMBERED else _asked(core, lexicon)


@lru_cache(maxsize=1 << 14)
def _remembered(core: str, lexicon: Lexicon) -> Evidence:
    return _asked(core, lexicon)


def _asked(core: str, lexicon: Lexicon) -> Evidence:
    if _quoted(core):
        return True, None, None
    plain = undressed(core)
    first = beginning(plain)
    hit = lexicon.lines.get(keyed(plain)) if lexicon.line_beginnings.hold(first) else None
    if hit is None or hit.kind == "label":
        hit = lexicon.matching(plain) or hit
    if hit is None and _BAR.search(core):
        hit = _bar(core, lexicon)
    return False, hit, _opening(plain, lexicon) if lexicon.start_beginnings.hold(first) else None


def _opening(plain: str, lexicon: Lexicon) -> Phrase | None:
    """Return the phrase that stands before the first colon, arrow, bar or spaced dash, if any."""
    cut = min((at for at in (plain.find(sign) for sign in _SEPARATORS) if at > 0), default=0)
    return lexicon.starts.get(keyed(plain[:cut])) if cut and plain[cut + 1 :].strip() else None


def _bar(core: str, lexicon: Lexicon) -> Phrase | None:
    """Return a bar of known phrases ("Home | News | Sport") as one phrase: of any two, or of three if all are labels."""
    parts = [part for part in _BAR.split(core) if part.strip()]
    known = [lexicon.lines.get(fold(part)) for part in parts] if len(parts) > 1 else []
    phrases = {phrase.text: phrase for phrase in known if phrase}
    least = LABEL_RUN if all(phrase.kind == "label" for phrase in phrases.values()) else 2
    if None in known or len(phrases) < least:
        return None
    return Phrase(next(iter(phrases.values())).lang, "line", " | ".join(phrases))
