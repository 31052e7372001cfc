"""One line is mended: ftfy and the rules that are on, again and again, until nothing changes.

ftfy alone is not safe on hostile text: it undoes a chain such as a thousand capital A's with circumflex before a copyright sign by one letter a
round, and nested entities likewise, which is quadratic (2,000 characters took 1.8 s). So a line on which that would take long is left as it came, and
the guard that left it is named. That a mended line is a fixed point is what makes a second run edit nothing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import ftfy
from ftfy import FIXERS, ExplanationStep, TextFixerConfig
from ftfy.chardata import CHARMAP_ENCODINGS, HTML_ENTITY_RE, UTF8_DETECTOR_RE
from ftfy.fixes import remove_control_chars, remove_terminal_escapes, restore_byte_a0, unescape_html

from copydesk.encoding.characters import Rule, rules
from copydesk.encoding.prefilter import Prefilter, mojibake_possible, prefilter
from copydesk.settings import EncodingSettings

__all__ = ["Fixers", "Guard", "Mended", "fixers", "guesswork", "mend"]

Guard = Literal["", "rounds", "layers", "emptied"]

_MOST_ROUNDS = 8
_MOST_LAYERS = 5
_SEGMENT = 20_000  # characters: ftfy's decoder for Java's NUL copies what is left at each one, so its cost is this times the line
_LONGEST_SEQUENCE = 4
_PER_SEGMENT = 10  # characters: what it costs to begin with a segment (40 to 60 microseconds) against a character of damage (4 to 9)
_LEAD = re.compile("[\\xc2-\\xf4]")
_STACKED = re.compile("[\\x00-\\x20\\x7f-\\U0010ffff]{6}")  # each layer takes a character more, and `_MOST_LAYERS` are let through
_SURROGATE = re.compile("[\\ud800-\\udfff]")
_AFTER_ENCODING = (
    "fix_c1_controls",
    "fix_latin_ligatures",
    "fix_character_width",
    "uncurl_quotes",
    "fix_surrogates",
    "remove_terminal_escapes",
    "remove_control_chars",
)
# What a "<" begins is markup, unless it is a capital that names no element of HTML (its living standard, 4 and 15.2) and has no attribute: "Delta <DAL>".
_ELEMENTS = (
    "a abbr acronym address area article aside audio b base bdi bdo big blockquote body br button canvas caption center cite code col colgroup data"
    " datalist dd del details dfn dialog dir div dl dt em embed fieldset figcaption figure font footer form frame frameset h1 h2 h3 h4 h5 h6 head"
    " header hgroup hr html i iframe img input ins kbd label legend li link main map mark marquee menu meta meter nav nobr noscript object ol optgroup"
    " option output p param picture pre progress q rp rt ruby s samp script search section select slot small source span strike strong style sub"
    " summary sup svg table tbody td template textarea tfoot th thead time title tr track tt u ul var video wbr"
)
_MARKUP = re.compile(f"<(?:[a-z/!?_]|[A-Z][^<>=:]*+[=:]|(?i:{_ELEMENTS.replace(' ', '|')})(?![0-9A-Za-z.-]))")


@dataclass(frozen=True, slots=True)
class Fixers:
    """What is done to a line under some settings: ftfy's configuration, the rules by name, and the prefilter that knows when neither could act."""

    config: TextFixerConfig
    unescape: bool
    rules: dict[str, Rule]
    prefilter: Prefilter


@dataclass(frozen=True, slots=True)
class Mended:
    """A line as it should read, the plan that led there, and the guard that left it as it came (then nothing else is told)."""

    text: str
    plan: tuple[ExplanationStep, ...] = ()
    guard: Guard = ""


@lru_cache(maxsize=64)
def fixers(settings: EncodingSettings, *, html: bool, guess: bool = True) -> Fixers:
    """Return what is done under the settings; the entities of HTML are its own and stay. Half a surrogate pair, which nothing can store, is always mended.

    Without `guess` mojibake stays: what is left is linear in the text, whatever it is.
    """
    config = TextFixerConfig(
        unescape_html=False,  # done here, one layer a round
        remove_terminal_escapes=settings.remove_terminal_escapes,
        fix_encoding=settings.fix_mojibake and guess,
        fix_c1_controls=settings.fix_mojibake and guess,
        remove_control_chars=settings.remove_control_chars,
        fix_latin_ligatures=settings.fix_latin_ligatures,
        fix_character_width=settings.fix_character_width,
        uncurl_quotes=settings.uncurl_quotes,
        fix_line_breaks=False,
        normalization=None,
    )
    unescape = settings.unescape_html and not html
    sieve = prefilter(settings if guess else settings.model_copy(update={"fix_mojibake": False}), unescape=unescape)
    return Fixers(config, unescape, rules(settings), sieve)


def guesswork(line: str) -> int:
    """Return how much ftfy's decoding of a line would have to look at: the characters of its segments that look garbled, and a charge for each segment."""
    return sum(len(segment) + _PER_SEGMENT for segment in _segments(line) if mojibake_possible(segment))


def mend(line: str, fixers: Fixers) -> Mended:
    """Mend a line (with its line feed, where it has one) until nothing changes; where that takes too long, or would harm, keep it as it is."""
    text, plan = line, list[ExplanationStep]()
    for _ in range(_MOST_ROUNDS):
        before = text
        parts = [_fixed(part, fixers, plan) if fixers.prefilter.suspects(part) else part for part in before.split("\n")]
        if None in parts:
            return Mended(line, guard="layers")
        text = "\n".join(part for part in parts if part is not None)
        for name, rule in fixers.rules.items():
            ruled = rule(text)
            plan += [ExplanationStep("rule", name)] if ruled != text else []
            text = ruled
        if text == before:
            return Mended(line, guard="emptied") if _harmful(line, text) else Mended(text, tuple(plan))
    return Mended(line, guard="rounds")


def _harmful(line: str, fixed: str) -> bool:
    return bool(_SURROGATE.search(fixed)) or (not fixed.strip() and any(c.isprintable() and not c.isspace() for c in line))


def _fixed(line: str, fixers: Fixers, plan: list[ExplanationStep]) -> str | None:
    """Do what `ftfy.fix_and_explain` does to a line, with bounds: entities, then everything else, until nothing changes; None where that takes too long."""
    unescape = fixers.unescape and not _MARKUP.search(line)
    beside = "<" in line
    text, steps = line, list[ExplanationStep]()
    for _ in range(_MOST_LAYERS):
        before = text
        if unescape:
            text = _unescaped(text) if beside else unescape_html(text)
            if text != before:
                steps.append(ExplanationStep("apply", "unescape_html"))
                if not fixers.prefilter.suspects(text):
                    break
        text = "".join(_segment(part, fixers, steps) if fixers.prefilter.suspects(part) else part for part in _segments(text))
        if not unescape or text == before or not fixers.prefilter.suspects(text):
            break
    else:
        return None
    plan += steps
    return text


def _unescaped(line: str) -> str:
    """Read the entities of a line that has a "<" which begins no markup ("Delta <DAL>"): all but those by which a writer keeps brackets apart from it."""

    def read(match: re.Match[str]) -> str:
        found: str = unescape_html(match[0])
        return match[0] if "<" in found or ">" in found else found

    return HTML_ENTITY_RE.sub(read, line)


def _segment(text: str, fixers: Fixers, plan: list[ExplanationStep]) -> str:
    """Do what `ftfy.fix_and_explain` does, in its order, but stop where the prefilter knows that nothing more would change: that saves half of the time."""
    config = fixers.config
    if config.fix_encoding and _deep(text):
        config = config._replace(decode_inconsistent_utf8=False)
    while True:
        before = text
        if config.fix_encoding:
            text, found = ftfy.fix_encoding_and_explain(text, config)
            plan += found or []
            if text != before and not fixers.prefilter.suspects(text):
                return text
        for fixer in _AFTER_ENCODING:
            if getattr(config, fixer):
                fixed = FIXERS[fixer](text)
                plan += [ExplanationStep("apply", fixer)] if fixed != text else []
                text = fixed
        if text == before:
            return text


def _deep(text: str) -> bool:
    """Say whether undoing mojibake one layer at a time, wherever it could be, goes on for more rounds than any accident takes."""
    if "\x1b" not in text and not _STACKED.search(text):
        return False
    text = remove_control_chars(remove_terminal_escapes(text))
    for _ in range(_MOST_LAYERS):
        before = text
        text = UTF8_DETECTOR_RE.sub(_peeled, before)
        if text == before:
            return False
    return True


def _peeled(match: re.Match[str]) -> str:
    return _one_layer_off(match[0])


@lru_cache(maxsize=16_384)
def _one_layer_off(sequence: str) -> str:
    """Undo one layer of a sequence of two to four characters; a text that is garbled throughout holds the same few thousands of times."""
    for encoding in CHARMAP_ENCODINGS:
        try:
            return restore_byte_a0(sequence.encode(encoding)).decode("utf-8")
        except UnicodeError:
            continue
    return sequence


def _segments(line: str) -> Iterator[str]:
    """Cut a very long line after a space, or else before what would begin a sequence of UTF-8 read as Latin-1, so that none is torn."""
    start = 0
    while len(line) - start > _SEGMENT:
        end = line.rfind(" ", start, start + _SEGMENT) + 1 or start + _SEGMENT
        end -= next((back for back in range(min(_LONGEST_SEQUENCE, end - start)) if _LEAD.match(line, end - back)), 0)
        yield line[start:end]
        start = end
    yield line[start:]
