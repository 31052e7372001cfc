"""Which lines go: the judgement on the evidence, made so that an article loses nothing.

Only what a rule can name goes. Phrases count in the *head* and the *tail* of a text (the first and last lines of `BoilerplateSettings`), where pages put
their furniture; inside it only those that are never part of an article. Removed lines do not count for head and tail, and the judgement is repeated until
it finds nothing more: what remains would be judged the same again (law 2). The work is linear in the lines, as each round costs a head and a tail.

Three guards stand before a rule that sees more than the exact phrase:
* a word that also means something elsewhere goes only in company (`_from_run`);
* a line that starts with a phrase goes if it is short, or does not end like a sentence (`OPENING_WORDS`);
* a heading takes what follows it only if an article stands before it and every line after it is a short line that does not end like a sentence
  (`TEASER_WORDS`). One line that does, a quotation or a longer paragraph, and the heading goes alone.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from copydesk.boilerplate.evidence import LABEL_RUN, Line
from copydesk.boilerplate.lexicon import Phrase
from copydesk.settings import BoilerplateSettings

__all__ = ["Removal", "removals"]

OPENING_WORDS = 25
"""The most words of a line that goes for its start ("Also read: " and a headline)."""
SENTENCE_WORDS = 14
"""From this many words on, a line that ends like a sentence is a sentence, whatever it starts with."""
TEASER_WORDS = 20
"""The most words of a headline under a teaser heading: the 99th percentile of English headlines is 19."""


@dataclass(frozen=True, slots=True)
class Removal:
    """One line that goes: the phrase that it goes for and whether it stands under that phrase rather than being it."""

    phrase: Phrase
    below: bool = False

    @property
    def rule(self) -> str:
        """The rule as the ledger has it, such as "en/line"."""
        return f"{self.phrase.lang}/{self.phrase.kind}"

    @property
    def why(self) -> str:
        """The reason in words."""
        name = f"({self.phrase.lang}: {self.phrase.text})"
        if self.below:
            return f"stands under the teaser heading {name}"
        match self.phrase.kind:
            case "start":
                return f"the line starts with a known boilerplate phrase {name}"
            case "pattern" | "notice":
                return f"the line fits a known boilerplate pattern {name}"
            case "heading":
                return f"the line is a known teaser heading {name}"
            case "label":
                return f"the line is a page label among others {name}"
            case _:
                return f"the line is a known boilerplate phrase {name}"


def removals(lines: Sequence[Line], settings: BoilerplateSettings) -> dict[int, Removal]:
    """Return the lines to remove, by their index, each with its reason."""
    found = {i: Removal(line.hit) for i, line in enumerate(lines) if line.hit and line.hit.kind in ("anywhere", "notice")}
    alive = deque(i for i, line in enumerate(lines) if not line.blank and i not in found)
    article = next((i for i in alive if not lines[i].hit and _is_sentence(lines[i])), len(lines))
    while True:
        head = list(islice(alive, settings.head_lines))
        tail = list(islice(reversed(alive), settings.tail_lines))[::-1]
        gone = _phrases(lines, head) | _phrases(lines, tail) or _headings(lines, head, tail, article)
        if not gone:
            return found
        found |= gone
        _drop(alive, gone, settings)


def _phrases(lines: Sequence[Line], window: Sequence[int]) -> dict[int, Removal]:
    """Judge the lines of a head or tail that go for what they say: phrases, starts, patterns, and labels in company."""
    gone: dict[int, Removal] = {}
    run: list[int] = []
    for i in (*window, None):
        if i is not None and _named(lines[i]):
            run.append(i)
            continue
        gone |= _from_run(lines, run)
        run = []
    return gone


def _from_run(lines: Sequence[Line], run: Sequence[int]) -> dict[int, Removal]:
    """Take the strong lines of an unbroken run of named lines, and its labels if they are in company."""
    named = {i: phrase for i in run if (phrase := _named(lines[i]))}
    labels = {phrase.text for phrase in named.values() if phrase.kind == "label"}
    strong = any(phrase.kind != "label" for phrase in named.values())
    loose = strong or (len(labels) >= LABEL_RUN and not any(lines[i].item for i in run))
    return {i: Removal(phrase) for i, phrase in named.items() if phrase.kind != "heading" and (phrase.kind != "label" or loose)}


def _named(line: Line) -> Phrase | None:
    """Return the phrase that a line could go for."""
    if line.hit:
        return line.hit
    short = line.words <= OPENING_WORDS and not (line.ending == "full" and line.words >= SENTENCE_WORDS)
    return line.opening if short else None


def _headings(lines: Sequence[Line], head: Sequence[int], tail: Sequence[int], article: int) -> dict[int, Removal]:
    """Take the teaser headings, and what stands below those that close an article."""
    gone = {i: Removal(hit) for i in (*head, *tail) if (hit := lines[i].hit) and hit.kind == "heading"}
    below: list[int] = []
    for i in reversed(tail):
        hit = lines[i].hit
        if i in gone and hit and article < i:
            gone |= {j: Removal(hit, below=True) for j in below}
            below = []
        elif not _is_teaser(lines[i]):
            break
        else:
            below.append(i)
    return gone


def _is_teaser(line: Line) -> bool:
    return line.words <= TEASER_WORDS and line.ending != "full" and not line.quoted


def _is_sentence(line: Line) -> bool:
    return line.words >= SENTENCE_WORDS and line.ending != "open"


def _drop(alive: deque[int], gone: dict[int, Removal], settings: BoilerplateSettings) -> None:
    """Take the removed lines out of both ends of what remains, touching no more than a head and a tail."""
    left = [alive.popleft() for _ in range(min(settings.head_lines, len(alive)))]
    right = [alive.pop() for _ in range(min(settings.tail_lines, len(alive)))]
    alive.extendleft(i for i in reversed(left) if i not in gone)
    alive.extend(i for i in reversed(right) if i not in gone)
