"""What a rule is, so that a stranger can add one in one place.

A rule is plain data and one pure function. The data say what the rule means, how often it fires on people's own writing, and how far it may be trusted;
the function takes a prepared text and yields hits. Whatever is true of every rule (the cap on hits, the languages, the flag that comes of a hit, the
weight in the score) is done once, by `copydesk.translation.scoring`.

To add a rule: write one `Rule(...)` in the module of its family and put it in that module's `RULES`. Most rules are one pattern: see `by_pattern`.
Then run `python -m bench.rates`, which measures it and stores its figures; until then it counts as never measured and may not flag alone.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal, Protocol, cast

import re2

from copydesk.translation.view import View

__all__ = ["UNMEASURED", "Find", "Hit", "Match", "Pattern", "Rates", "Rule", "WeightClass", "by_pattern", "compiled"]

WeightClass = Literal["alone", "together"]
"""`alone`: seldom enough in human texts (at most 1 document in 1,000) to flag a document by itself. `together`: counts only beside other evidence."""


@dataclass(frozen=True, slots=True)
class Hit:
    """Where a rule fired: character offsets into the text, and in words what stands there and what was expected."""

    start: int
    end: int
    evidence: str


_MEMORY = 1 << 26  # bytes that an automaton may grow to: with RE2's own eight megabytes, the list of phrases is built anew again and again

Find = Callable[[View], Iterator[Hit]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """What was measured of a rule; `bench/rates.py` says on which texts.

    `human_documents` and `machine_documents` are documents in which it fires, per 1,000, `human_words` and `machine_words` are hits per 1,000 words.
    `human_documents` is the higher figure of two human sets. `lift` compares windows of one length for the kind of system that shows the artifact most.
    """

    human_documents: float
    human_words: float
    machine_documents: float
    machine_words: float
    lift: float | None


UNMEASURED = Rates(human_documents=math.inf, human_words=math.inf, machine_documents=0.0, machine_words=0.0, lift=None)
"""What is assumed of a rule that was never measured: the worst."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One artifact of machine translation or spinning.

    `anchor` is a pattern that matches somewhere in every text in which the rule has a hit: one scan looks for all rules' anchors at once, and only the rules
    whose anchor stood there are asked (see `copydesk.translation.scan`). It is short, with no open repetition, so that the scan stays small; it may match more
    than the rule does, never less. An empty one stands in every text.
    `languages` are ISO 639-1 codes, or "*" for a rule about typography that holds whatever the language.
    `web_only` says that the artifact is left by scraping or by a spinner's round trip: outputs taken straight from a system, which are what there is to measure
    on, cannot hold it, so it has no lift.
    `rates` is filled in from the stored measurement.
    """

    name: str
    family: str
    weight: WeightClass
    means: str
    languages: tuple[str, ...]
    anchor: str
    find: Find
    web_only: bool = False
    rates: Rates = UNMEASURED

    @property
    def human(self) -> float:
        """The rate of false alarms: human documents in which the rule fires, per 1,000."""
        return self.rates.human_documents

    @property
    def lift(self) -> float | None:
        """How many times as often it fires in machine-made texts, None where no text at hand can tell."""
        return self.rates.lift

    def speaks(self, language: str) -> bool:
        """Tell whether the rule may judge a text in that language."""
        return "*" in self.languages or language in self.languages


class Match(Protocol):
    """The part of a match that rules use; the stubs of google-re2 know none."""

    def group(self, group: int = 0, /) -> str: ...  # noqa: D102
    def start(self, group: int = 0, /) -> int: ...  # noqa: D102
    def end(self, group: int = 0, /) -> int: ...  # noqa: D102


class Pattern(Protocol):
    """A compiled linear-time pattern; offsets are in characters."""

    @property
    def groups(self) -> int: ...  # noqa: D102
    def finditer(self, text: str, /) -> Iterator[Match]: ...  # noqa: D102
    def match(self, text: str, /) -> Match | None: ...  # noqa: D102


def compiled(pattern: str, *, ignore_case: bool = False) -> Pattern:
    r"""Compile a pattern with RE2, whose time is linear in the text whatever the text is.

    >>> [m.start() for m in compiled("b").finditer("\N{LATIN SMALL LETTER E WITH ACUTE}b")]
    [1]
    """
    options = re2.Options()
    options.log_errors = False  # a text must not be able to fill the log
    options.max_mem = _MEMORY
    return cast("Pattern", re2.compile("(?i)" + pattern if ignore_case else pattern, options))


def by_pattern(pattern: str, evidence: str, *, unless: str = "", ignore_case: bool = False) -> Find:
    """Build the function of a rule that is one pattern.

    The hit is the first group that took part, or the whole match of a pattern without groups. `evidence` may quote it as `{found}`.
    `unless` is a pattern for the whole match, case ignored: RE2 has no look-ahead, so exceptions are named apart.

    >>> [(h.start, h.evidence) for h in by_pattern("(red) sky", "'{found}' for 'blue'")(View.of("a red sky"))]
    [(2, "'red' for 'blue'")]
    """
    wanted = compiled(pattern, ignore_case=ignore_case)
    excepted = compiled(unless, ignore_case=True) if unless else None
    groups = range(1, wanted.groups + 1)

    def find(view: View) -> Iterator[Hit]:
        for match in wanted.finditer(view.text):
            if excepted is None or excepted.match(match.group()) is None:
                group = next((number for number in groups if match.start(number) >= 0), 0)
                yield Hit(match.start(group), match.end(group), evidence.format(found=match.group(group)))

    return find
