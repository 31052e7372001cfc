r"""What pages print inside the lines of an article: labels before the first sentence, "Read more" and credits behind the last one.

Each rule cuts from one end of a line and has a name and a switch in `BoilerplateSettings`. The words come from the phrase files (`lexicon.INSIDE`); what
stands round them is what keeps the rules from sentences: an end of a sentence before "Read more", a name behind "Photo:", a number before "shares".

| rule | cuts | where |
|---|---|---|
| `desk-label` | "Digital Desk: " | head, before prose |
| `dateline` | "LONDON (Reuters) - " | head, before prose; off unless asked for: it says where and by whom |
| `timestamp` | "12:30 \| ", "[04.05.2021, 12:30] " | head, before prose, where no other line starts so |
| `section-label` | "News \| " | first line |
| `read-more` | ". Read more", " [Continue reading]" | end of a line |
| `click-here` | ". Click here to see the gallery." | end of a line; whole lines in head and tail |
| `share-count` | "128 shares \| ", ". 128 shares" | start of a line in the head, end of a line |
| `photo-credit` | "Photo: Jane Roe/Agency", "(Photo by Jane Roe)" | end of a line, or a line |
| `source-credit` | "Source: Agency" | behind the last sentence of an article or before the first |

Whether the text holds any of the words is asked once a text; most hold none. A rule sees at most `WINDOW` characters from its end of the line.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import re2

from copydesk.boilerplate.credits import is_name
from copydesk.boilerplate.folding import encodable, fold, unaccented
from copydesk.boilerplate.lexicon import INSIDE, Kind, Lexicon, Phrase
from copydesk.settings import BoilerplateSettings

__all__ = ["WINDOW", "Cut", "Place", "Rules", "barred", "rules", "stamped"]

WINDOW = 200
"""How much of a line a rule looks at: a credit with a long label and seven names fits, and a paragraph without breaks costs no more than another."""
_BARRED_CHARS = 45
LEAST_BEFORE = 15
"""An invitation stands behind a sentence; what is shorter is the number of a step ("2. Click here")."""
PROSE_CHARS = 60
"""What stands behind a label must be prose: at least so many characters, an ideograph counting three."""

_SPACE = r"[\s\x{a0}\x{202f}\x{3000}]"
_LOOSE = {" ": f"{_SPACE}+", ":": rf"{_SPACE}?[:\x{{ff1a}}]", "'": r"['\x{2019}]"}
_NEVER = r"[^\x00-\x{10FFFF}]"
_ENDED = r"""[.!?\x{2026}\x{3002}\x{ff01}\x{ff1f}\x{61f}\x{964}][\])"'\x{201d}\x{201c}\x{2019}\x{bb}\x{300d}\x{300f}\x{ff09}]*"""
_OPENED = r"[\[(<\x{ff08}\x{3010}\x{2192}\x{25ba}\x{25b6}\x{203a}|\x{2022}\x{b7}]"
_CLOSED = r"[\s\])<>\x{ff09}\x{3011}\x{ab}\x{bb}\x{203a}\x{2192}\x{25ba}\x{25b6}\x{2026}:|]*(?:\.{3})?[\s\])>\x{bb}]*"
_DASH = r"[-\x{2013}\x{2014}]"
_COUNT = r"\d[\d.,]{0,8}\s?[kKmM]?"
_TIME = r"\d{1,2}[:.h]\d{2}(?:[:.]\d{2})?(?:\s?(?:[aApP]\.?[mM]\.?|[Uu]hr|h))?"
_DATE = r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}"
_STAMP = rf"(?:{_DATE}(?:,?\s+{_TIME})?|{_TIME}(?:,?\s+{_DATE})?)"


class Cut(NamedTuple):
    """What one rule takes from an end of a line: its name, the span that remains, and the entry or words that were found."""

    rule: str
    start: int
    end: int
    found: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a line stands: the first, in the head, in the tail, before all sentences of the article, behind all of them; and whether only it is stamped."""

    first: bool = False
    head: bool = False
    tail: bool = False
    opens: bool = False
    closes: bool = False
    stamped_alone: bool = False


_Rule = Callable[[str, Place], Cut | None]


@dataclass(frozen=True, slots=True, eq=False)
class Rules:
    """The rules that are switched on. `suspects` finds their words in a text or line; `source` finds the name in a source credit."""

    suspects: "re2._Regexp"
    each: tuple[_Rule, ...]
    source: "re2._Regexp"

    def suspect(self, text: str) -> bool:
        """Say whether any of the words stands in a text or line."""
        return self.suspects.search(text.encode("utf-8", "replace")) is not None

    def cut(self, core: str, place: Place) -> Cut | None:
        """Return what the first rule that applies takes from a line, or None."""
        line = encodable(core)
        return next((found for rule in self.each if (found := rule(line, place))), None)


@cache
def rules(lexicon: Lexicon, settings: BoilerplateSettings) -> Rules:
    """Make the rules that the settings switch on, from the words of a lexicon."""
    words: dict[Kind, str] = {kind: _alternatives(lexicon.inside[kind]) for kind in INSIDE}
    entries = {fold(phrase.text): phrase for kind in INSIDE for phrase in reversed(lexicon.inside[kind])}  # the first file names the hit
    agencies = frozenset(phrase.text.casefold() for phrase in lexicon.inside["agency"])
    labels = frozenset(key for key, phrase in lexicon.lines.items() if phrase.kind == "label" and phrase.lang != "mul")
    shares = rf"(?P<cut>{_COUNT}\s?(?P<found>{words['shares']}))"
    desk = rf"(?P<cut>(?:\p{{Lu}}[\pL&.]*\s){{0,2}}(?P<found>{words['desk']})(?:\s*[:\x{{ff1a}}]|\s{_DASH}\s))"
    dateline = (
        rf"(?P<cut>\p{{L}}[\p{{L}} .,'/\x{{2019}}-]{{1,50}}\d{{0,2}}\.?[^().]{{0,16}}[(/](?P<found>{words['agency']})[)/]\s*[.]?[-\x{{2013}}\x{{2014}}:]+)"
    )
    more = rf"(?P<found>{words['more']}){_CLOSED})"
    signs = rf"(?:{_DASH}|{_OPENED}|\x{{bb}})"
    switched = (
        (settings.remove_desk_label, _before("desk-label", desk, entries)),
        (settings.remove_dateline, _before("dateline", dateline, entries)),
        (settings.remove_timestamp, _timestamp),
        (settings.remove_section_label, _section(labels)),
        (settings.remove_read_more, _behind("read-more", words["more"], rf"{_ENDED}\s*(?P<cut>(?:{signs}\s*)*{more}", entries)),
        (settings.remove_read_more, _behind("read-more", words["more"], rf"(?P<cut>{_OPENED}\s*{more}", entries)),
        (settings.remove_click_here, _invitation(words["click"], entries)),
        (settings.remove_share_count, _behind("share-count", words["shares"], rf"{_ENDED}\s+{shares}", entries)),
        (settings.remove_share_count, _before("share-count", rf"{shares}\s*[|\x{{2022}}\x{{b7}}]", entries)),
        (settings.remove_photo_credit, _credit("photo-credit", words["photo"], entries, agencies)),
        (settings.lift_source_credit, _credit("source-credit", words["source"], entries, agencies)),
    )
    suspects = [words[kind] for kind in ("more", "click", "photo", "source", "desk")] + [rf"\d[\s,.kKmM]*(?:{words['shares']})"]
    if settings.remove_dateline:
        suspects.append(rf"[(/](?:{words['agency']})[)/]")
    return Rules(_compiled("|".join(suspects)), tuple(rule for on, rule in switched if on), _compiled(rf"(?:{words['source']})\s*(?P<name>[^\r\n]+)"))


def barred(core: str) -> bool:
    """Say whether something at the start of a line is set apart from the rest: a first, cheap look."""
    start = core[:_BARRED_CHARS]
    return "|" in start or "\N{BULLET}" in start or "]" in start or "\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK}" in start


def stamped(core: str) -> bool:
    """Say whether a line starts with a date or time that a bar or brackets set apart."""
    return core[:1] in "[0123456789" and _STAMPED.search(encodable(core[:WINDOW])) is not None


def _timestamp(core: str, place: Place) -> Cut | None:
    match = _STAMPED.search(core[:WINDOW]) if place.head and place.stamped_alone else None
    return Cut("timestamp", match.end(), len(core), match.group().strip()) if match and _is_prose(core[match.end() :]) else None


def _section(labels: frozenset[str]) -> _Rule:
    def rule(core: str, place: Place) -> Cut | None:
        match = _BARRED.match(core[:WINDOW]) if place.first else None
        if not match or fold(match.group("found")) not in labels or len(core) - match.end() < PROSE_CHARS // 3:
            return None
        return Cut("section-label", match.end(), len(core), match.group("found"))

    return rule


def _before(name: str, pattern: str, entries: Mapping[str, Phrase]) -> _Rule:
    """Make a rule that cuts a label before prose, in the head."""
    compiled = _compiled(rf"^{pattern}\s*")

    def rule(core: str, place: Place) -> Cut | None:
        match = compiled.search(core[:WINDOW]) if place.head else None
        return Cut(name, match.end(), len(core), _entry(match.group("found"), entries)) if match and _is_prose(core[match.end() :]) else None

    return rule


def _behind(name: str, words: str, pattern: str, entries: Mapping[str, Phrase]) -> _Rule:
    """Make a rule that cuts what stands behind a sentence and holds one of some words."""
    search = _searched(words, rf"{pattern}\s*$")

    def rule(core: str, _place: Place) -> Cut | None:
        at = max(0, len(core) - WINDOW)
        match = search(core[at:])
        return Cut(name, 0, at + _start(match, "cut"), _entry(match.group("found"), entries)) if match else None

    return rule


def _invitation(words: str, entries: Mapping[str, Phrase]) -> _Rule:
    """Make the rule for "Click here ...", to the end of its sentence and of the line."""
    search = _searched(
        words,
        rf"(?P<ended>^|{_ENDED}\s*)(?P<cut>[\[(]?(?P<found>{words})(?:[^\pL.!?\x{{2026}}][^.!?\x{{2026}}\x{{3002}}]{{0,120}})?[.!\x{{2026}}\x{{3002}}\])\s]*)$",
    )

    def rule(core: str, place: Place) -> Cut | None:
        at = max(0, len(core) - WINDOW)
        match = search(core[at:])
        if not match:
            return None
        start = at + _start(match, "cut")
        alone = start == 0 and (place.head or place.tail)
        return Cut("click-here", 0, start, _entry(match.group("found"), entries)) if alone or start >= LEAST_BEFORE else None

    return rule


def _credit(name: str, words: str, entries: Mapping[str, Phrase], agencies: frozenset[str]) -> _Rule:
    """Make the rule for a label with a name behind it, in brackets, behind a sentence, or as a line."""
    bracketed = rf"(?P<bracketed>[\[(\x{{ff08}}](?P<label>{words})\s*(?P<inner>[^\])\x{{ff09}}]{{2,120}})[\])\x{{ff09}}]\.?)$"
    search = _searched(words, rf"(?:^|{_ENDED}\s*|\s[|\x{{2022}}]\s*)(?P<cut>(?P<found>{words})\s*(?P<name>.{{2,120}}))$|{bracketed}")

    def rule(core: str, place: Place) -> Cut | None:
        at = max(0, len(core) - WINDOW)
        match = search(core[at:])
        if not match:
            return None
        group, label, inner = ("cut", "found", "name") if match.group("bracketed") is None else ("bracketed", "label", "inner")
        start = _start(match, group)
        if (at and not start) or not is_name(match.group(inner), agencies):
            return None
        if name == "source-credit" and not (place.closes or (place.opens and not at + start)):
            return None
        return Cut(name, 0, at + start, _entry(match.group(label), entries))

    return rule


def _searched(words: str, pattern: str) -> Callable[[str], "re2._Match | None"]:
    """Make a search for a pattern that needs some words: most texts hold none, and to look for them alone costs a hundredth."""
    word, whole = _compiled(words), _compiled(pattern)

    def search(text: str) -> "re2._Match | None":
        return whole.search(text) if word.search(text) else None

    return search


def _start(match: "re2._Match", group: str) -> int:
    return int(match.start(match.re.groupindex[group]))


def _entry(found: str, entries: Mapping[str, Phrase]) -> str:
    phrase = entries.get(fold(found))
    return f"{phrase.lang}: {phrase.text}" if phrase else found


def _is_prose(rest: str) -> bool:
    part = rest[:PROSE_CHARS]
    return len(part) + 2 * sum(c >= "\N{HIRAGANA LETTER SMALL A}" for c in part) >= PROSE_CHARS


def _alternatives(phrases: Sequence[Phrase]) -> str:
    """Return the words as one pattern in any case, as they are spelled and without their accents."""
    spelled = dict.fromkeys(form for phrase in phrases for form in (phrase.text, unaccented(phrase.text)))
    each = "|".join("".join(_LOOSE.get(sign) or re2.escape(sign) for sign in form) for form in sorted(spelled, key=len, reverse=True))
    return f"(?i:{each})" if each else _NEVER


def _compiled(pattern: str) -> "re2._Regexp":
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 64 << 20  # the words of all languages need more than RE2's 8 MB
    return re2.compile(pattern, options)


_STAMPED = _compiled(rf"^(?:\[{_STAMP}\]\s+|{_STAMP}\s*[|\x{{2022}}]\s*)")
_BARRED = _compiled(r"^(?P<found>[^|\x{bb}:]{2,40}?)\s*[|\x{bb}]\s*")
