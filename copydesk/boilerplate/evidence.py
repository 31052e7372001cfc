"""What can be seen of each line of a text, without a word on what should become of it.

A line of an article and a line of its page differ in what they say (a known phrase), in shape (length, how they end, quotes, bullets) and in place. The
first two are seen here once for each line; place depends on what has been removed already and is counted by `copydesk.boilerplate.judge`.

Spans are character offsets; `start` to `end` is the line without its break, `stop` is where the next line starts.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from copydesk.boilerplate.folding import fold, keyed, undressed
from copydesk.boilerplate.lexicon import Lexicon, Phrase

__all__ = ["LABEL_RUN", "LONGEST", "Ending", "Line", "lines_of", "look"]

LONGEST = 400
"""A longer line is never a phrase: the longest notices of the DEV pages that are one line have about 350 characters. It also bounds the work on a line."""
LABEL_RUN = 3
"""So many different labels in a row, or in one line between bars, are a menu or a form, without any other evidence."""

Ending = Literal["full", "question", "open"]

_BREAKS = "\n\r\v\f\x1c\x1d\x1e\x85\N{LINE SEPARATOR}\N{PARAGRAPH SEPARATOR}"
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
_IDEOGRAPHS = ("\N{HIRAGANA LETTER SMALL A}", "\N{CJK UNIFIED IDEOGRAPH-9FFF}")


@dataclass(frozen=True, slots=True)
class Line:
    """One line: where it stands, how it looks, and the phrase that it is (`hit`) or starts with (`opening`).

    `words` counts what white space separates, and each two Chinese or Japanese characters as a word. `quoted`: the whole line stands in quotation
    marks. `item`: it starts like the item of a list.
    """

    start: int
    end: int
    stop: int
    words: int
    ending: Ending
    quoted: bool
    item: bool
    hit: Phrase | None = None
    opening: Phrase | None = None

    @property
    def blank(self) -> bool:
        """Whether the line holds nothing but white space."""
        return self.words == 0


def lines_of(text: str) -> list[str]:
    r"""Split a text into lines that keep their breaks, so that they add up to the text.

    >>> lines_of("one\r\n\ntwo")
    ['one\r\n', '\n', 'two']
    """
    return text.splitlines(keepends=True)


def look(lines: Iterable[str], lexicon: Lexicon) -> list[Line]:
    """Say of each line what can be seen; the lines may keep their breaks.

    >>> from copydesk.boilerplate.lexicon import Phrase, build
    >>> seen = look(["Leave a Comment"], build([Phrase("en", "line", "leave a comment")]))[0]
    >>> seen.words, seen.ending, seen.hit.id
    (3, 'open', 'en/line:leave a comment')
    """
    found, at = [], 0
    for line in lines:
        found.append(_seen(line, at, lexicon))
        at += len(line)
    return found


def _seen(line: str, start: int, lexicon: Lexicon) -> Line:
    body = line.rstrip(_BREAKS)
    end, stop, core = start + len(body), start + len(line), body.strip()
    if not core:
        return Line(start, end, stop, 0, "open", quoted=False, item=False)
    if len(core) > LONGEST:
        return Line(start, end, stop, core.count(" ") + 1, _ending(core), quoted=False, item=False)
    quoted = len(core) > 1 and core[-1] in _QUOTES.get(core[0], "")
    hit = opening = None
    if not quoted:
        plain = undressed(core)
        hit = lexicon.lines.get(keyed(plain)) or lexicon.matching(plain) or _bar(core, lexicon)
        opening = _opening(plain, lexicon)
    return Line(start, end, stop, _words(core), _ending(core), quoted, core.startswith(_ITEM), hit, opening)


def _opening(plain: str, lexicon: Lexicon) -> Phrase | None:
    """Return the phrase that stands before the first colon, arrow, bar or spaced dash, if any."""
    cut = min((at for at in (plain.find(sign) for sign in _SEPARATORS) if at > 0), default=0)
    return lexicon.starts.get(keyed(plain[:cut])) if cut and plain[cut + 1 :].strip() else None


def _bar(core: str, lexicon: Lexicon) -> Phrase | None:
    """Return a bar of known phrases ("Home | News | Sport") as one phrase: of any two, or of three if all are labels."""
    parts = [part for part in core.translate(_BARS).split("|") if part.strip()]
    known = [lexicon.lines.get(fold(part)) for part in parts] if len(parts) > 1 else []
    phrases = {phrase.text: phrase for phrase in known if phrase}
    least = LABEL_RUN if all(phrase.kind == "label" for phrase in phrases.values()) else 2
    if None in known or len(phrases) < least:
        return None
    return Phrase(next(iter(phrases.values())).lang, "line", " | ".join(phrases))


_BARS = dict.fromkeys(map(ord, "\N{BULLET}\N{MIDDLE DOT}\N{BROKEN BAR}\N{FULLWIDTH VERTICAL LINE}\t"), "|")
_SEPARATORS = (
    ":",
    "|",
    " - ",
    " >",
    "\N{RIGHTWARDS ARROW}",
    "\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK}",
    "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}",
)


def _ending(core: str) -> Ending:
    last = core.rstrip(_CLOSERS)
    if last.endswith(("...", "\N{HORIZONTAL ELLIPSIS}")):
        return "open"
    return "full" if last.endswith(_FULL) else "question" if last.endswith(_QUESTION) else "open"


def _words(core: str) -> int:
    words = len(core.split())
    if core.isascii():
        return words
    return words + sum(_IDEOGRAPHS[0] <= c <= _IDEOGRAPHS[1] for c in core) // 2
