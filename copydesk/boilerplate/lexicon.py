r"""The phrases that pages print round their articles, read from plain files that a stranger can edit.

One file a language in `phrases/`, named by its ISO 639 code (`mul.txt` holds what belongs to no language). Lines that start with `#` and blank
lines are comments; each other line is `kind<TAB>phrase<TAB># where it was seen`, the last part optional. The kinds:

| kind | the entry is | goes where |
|---|---|---|
| `line` | a whole line that is never a sentence of an article | head and tail |
| `label` | a word that means something elsewhere ("Email", "Share") | head and tail, in company only: beside another hit, or three labels in a row |
| `start` | what stands before a colon, dash or arrow ("Also read: ...") | head and tail, if the line is short |
| `heading` | the heading of a list of teasers ("You may also like") | head and tail; at the end of an article it takes the short lines below it |
| `pattern` | an RE2 pattern for a whole line | head and tail |
| `anywhere` | a whole line that is never part of an article ("Advertisement") | everywhere |
| `notice` | an RE2 pattern for a whole line, such as a cookie notice | everywhere |
| `more` | what closes a paragraph ("Read more") | behind a sentence, from the end of a line |
| `click` | what an invitation starts with ("Click here") | behind a sentence, to the end of a line; a whole line in head and tail |
| `shares` | what a share bar counts ("shares") | with its number, from either end of a line |
| `photo` | the label of a picture's credit ("Photo:", "Photo by") | with the name behind it, from the end of a line or as a line |
| `source` | the label of a source credit ("Source:") | as `photo`, before or behind the article; kept as a flag |
| `desk` | the label of a news desk ("Digital Desk") | before the first sentences, with its colon or dash |
| `agency` | a news agency ("Reuters") | in credits, and in datelines ("LONDON (Reuters) -") where the settings say so |

The last seven are looked for inside lines, by `copydesk.boilerplate.inline`, in any case, with or without their accents.
The others are compared without case, accents, bullets, closing punctuation and counters, and every number is written 0: "0 comments" is "12 Comments:".
A bar of known phrases ("Home | News | Sport") is known by its parts and needs no entry.
Patterns are compared without case and accents, with runs of spaces made one and without bullets. Three things to know when writing one: `\b` and `\w`
mean ASCII letters to RE2 (leave them out, or write `\pL`, in other scripts); a line has at most 400 characters, so `.*` needs no bound, and a bound
such as `.{0,160}` at the start of a pattern makes the union of all of them slow (2.1 ms a document instead of 0.5); a sentence may start with anything.

The language of a document is known only later, so the phrases of all languages are asked of each: as they cover whole lines, one that fits the text of
another language by accident is next to impossible, and mixed pages are the rule (an English share bar on a Greek page).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Literal, cast, get_args

import re2

from copydesk.boilerplate.folding import Beginnings, fold, unaccented
from copydesk.errors import InputError

__all__ = ["INSIDE", "Kind", "Lexicon", "Phrase", "build", "lexicon", "parse", "phrases"]

Kind = Literal["line", "label", "start", "heading", "pattern", "anywhere", "notice", "more", "click", "shares", "photo", "source", "desk", "agency"]
_PATTERNS = ("pattern", "notice")
_NEVER = r"[^\x00-\x{10FFFF}]"
_GROUP = 32
INSIDE: tuple[Kind, ...] = ("more", "click", "shares", "photo", "source", "desk", "agency")
"""The kinds that are looked for inside a line."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """One entry: the language that it is filed under, its kind, and the text as the file has it."""

    lang: str
    kind: Kind
    text: str

    @property
    def id(self) -> str:
        """The name of the entry as a rule, such as "en/line:leave a comment"."""
        return f"{self.lang}/{self.kind}:{self.text}"


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """All entries, ready to be asked: whole lines and starts by their folded text, patterns compiled, what stands inside lines by its kind.

    `union` is all patterns at once, for the first question; RE2 falls back to its slower automaton when memory runs out. `which` says which patterns
    they are that fit; it gives up when memory runs out, and whether it does depends on the texts before, so then each is asked. `any_line` asks of many
    lines at once.
    """

    lines: Mapping[str, Phrase]
    starts: Mapping[str, Phrase]
    patterns: tuple[tuple["re2._Regexp", Phrase], ...]
    union: "re2._Regexp"
    any_line: "re2._Regexp"
    which: re2.Set
    inside: Mapping[Kind, tuple[Phrase, ...]]
    line_beginnings: Beginnings
    start_beginnings: Beginnings
    beginnings: Beginnings

    def fitting(self, lines: Sequence[str]) -> set[int]:
        """Return which of many unaccented lines fit a pattern, by their number.

        They are asked in groups, and by themselves only where their group has an answer: where a match lies would be dearer to know than that there is one.
        """
        found: set[int] = set()
        for first in range(0, len(lines), _GROUP):
            some = lines[first : first + _GROUP]
            if self.any_line.search("\n".join(some).encode()):
                found.update(first + at for at, line in enumerate(some) if self.union.fullmatch(line.encode()))
        return found

    def matching(self, text: str) -> Phrase | None:
        """Return the first pattern that covers the whole of an unaccented line, or None."""
        if not self.union.fullmatch(text.encode()):  # bytes, or each of most lines would be measured in characters twice
            return None
        fitting = self.which.Match(text)
        return self.patterns[min(fitting)][1] if fitting else next((phrase for pattern, phrase in self.patterns if pattern.fullmatch(text)), None)


def parse(name: str, content: str) -> tuple[Phrase, ...]:
    r"""Read one file; `name` is that of the file ("en.txt"). Raises `InputError` with file and line where an entry cannot be used.

    >>> parse("en.txt", "# a comment\nline\tleave a comment\t# under the article\n")
    (Phrase(lang='en', kind='line', text='leave a comment'),)
    """
    found: dict[tuple[str, str], Phrase] = {}
    for number, row in enumerate(content.splitlines(), start=1):
        if not row.strip() or row.startswith("#"):
            continue
        kind, *rest = row.split("\t")
        text = rest[0].strip() if rest else ""
        if kind not in get_args(Kind):
            raise _unusable(name, number, f"the kind {kind!r} is not one of {', '.join(get_args(Kind))}")
        if len(rest) > 2 or (len(rest) == 2 and not rest[1].startswith("#")):  # noqa: PLR2004 - kind, phrase, comment
            raise _unusable(name, number, "an entry is kind<TAB>phrase<TAB># comment")
        pattern = kind in _PATTERNS
        key = _space(kind), text if pattern else fold(text)
        if not key[1]:
            raise _unusable(name, number, "the phrase is empty")
        if pattern:
            _check_pattern(name, number, text)
        if key in found:
            raise _unusable(name, number, f"{text!r} stands twice in this file")
        found[key] = Phrase(name.removesuffix(".txt"), cast("Kind", kind), text)
    return tuple(found.values())


def build(phrases: Iterable[Phrase]) -> Lexicon:
    """Make entries ready to be asked. The first of two entries with the same text names the hit."""
    lines: dict[str, Phrase] = {}
    starts: dict[str, Phrase] = {}
    patterns: list[tuple[re2._Regexp, Phrase]] = []
    inside: dict[Kind, tuple[Phrase, ...]] = dict.fromkeys(INSIDE, ())
    for phrase in phrases:
        if phrase.kind in _PATTERNS:
            patterns.append((_compiled(phrase.text), phrase))
        elif phrase.kind in INSIDE:
            inside[phrase.kind] += (phrase,)
        else:
            (starts if phrase.kind == "start" else lines).setdefault(fold(phrase.text), phrase)
    union = "|".join(f"(?:{phrase.text})" for _, phrase in patterns)
    return Lexicon(
        MappingProxyType(lines),
        MappingProxyType(starts),
        tuple(patterns),
        _compiled(union or _NEVER),
        _compiled(f"(?m)^(?:{union or _NEVER})$"),
        _set([phrase.text for _, phrase in patterns]),
        MappingProxyType(inside),
        Beginnings(lines),
        Beginnings(starts),
        Beginnings([*lines, *starts]),
    )


@cache
def phrases() -> tuple[Phrase, ...]:
    """Return all entries that the package ships, English first, read once a process."""
    folder = files(__package__) / "phrases"
    entries = sorted((entry for entry in folder.iterdir() if entry.name.endswith(".txt")), key=lambda entry: (entry.name != "en.txt", entry.name))
    return tuple(phrase for entry in entries for phrase in parse(entry.name, entry.read_text(encoding="utf-8")))


@cache
def lexicon() -> Lexicon:
    """Return the lexicon that the package ships, made once a process."""
    return build(phrases())


def _space(kind: str) -> str:
    """Return where entries of a kind are looked up: two in one place may not say the same."""
    return "pattern" if kind in _PATTERNS else kind if kind == "start" or kind in INSIDE else "line"


def _compiled(pattern: str) -> "re2._Regexp":
    return re2.compile(unaccented(pattern), _options())


def _set(patterns: Iterable[str]) -> re2.Set:
    found = re2.Set.FullMatchSet(_options())
    for pattern in patterns:
        found.Add(unaccented(pattern))
    found.Compile()
    return found


def _options() -> re2.Options:
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    options.never_capture = True
    options.max_mem = 64 << 20  # the union of all patterns needs more than RE2's 8 MB
    return options


def _check_pattern(name: str, number: int, pattern: str) -> None:
    try:
        compiled = _compiled(pattern)
    except re2.error as fault:
        raise _unusable(name, number, f"{pattern!r} is no RE2 pattern: {fault}") from fault
    if compiled.fullmatch(""):
        raise _unusable(name, number, f"{pattern!r} matches an empty line")


def _unusable(name: str, number: int, problem: str) -> InputError:
    return InputError(f"copydesk/boilerplate/phrases/{name}, line {number}: {problem}")
