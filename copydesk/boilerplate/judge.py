"""Which lines go for what they say: the judgement on the evidence, made so that an article loses nothing.

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
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from copydesk.boilerplate.evidence import LABEL_RUN, Line
from copydesk.boilerplate.lexicon import Phrase
from copydesk.boilerplate.titles import repeated_title
from copydesk.settings import BoilerplateSettings

__all__ = ["SENTENCE_WORDS", "LineJudge", "Removal", "is_sentence", "removals"]

OPENING_WORDS = 25
"""The most words of a line that goes for its start ("Also read: " and a headline)."""
SENTENCE_WORDS = 14
"""From this many words on, a line that ends like a sentence is a sentence, whatever it starts with."""
TEASER_WORDS = 20
"""The most words of a headline under a teaser heading: the 99th percentile of English headlines is 19."""


@dataclass(frozen=True, slots=True)
class Removal:
    """One line that goes: the rule as the ledger has it (such as "en/line"), and the reason in words."""

    rule: str
    why: str


LineJudge = Callable[[Sequence[Line], Mapping[int, Removal], BoilerplateSettings], Mapping[int, Removal]]
"""What decides about whole lines: is given all lines and those that go already (which do not count as neighbours), and returns further ones by index."""


def removals(lines: Sequence[Line], before: Mapping[int, Removal], settings: BoilerplateSettings) -> dict[int, Removal]:
    """Return the lines that go for what they say, by their index, each with its reason; a `LineJudge`."""
    left = [i for i, line in enumerate(lines) if line.core and i not in before] if before else [i for i, line in enumerate(lines) if line.core]
    known = [i for i in left if lines[i].hit or lines[i].opening]
    found = {i: _removal(hit) for i in known if (hit := lines[i].hit) and hit.kind in ("anywhere", "notice")}
    alive = deque(i for i in left if i not in found) if found else deque(left)
    named = {i: phrase for i in known if (phrase := _named(lines[i]))}
    headed = any(phrase.kind == "heading" for phrase in named.values())
    article = next((i for i in alive if not lines[i].hit and is_sentence(lines[i])), len(lines)) if headed else 0
    head: list[int] = []
    copies: dict[int, Removal] = {}
    while True:
        before_cut, head = head, list(islice(alive, settings.head_lines))
        if settings.remove_repeated_title and head != before_cut:
            copies = {head[at]: _COPY for at in repeated_title([lines[i].core for i in head])}
        if not named and not copies:
            return found
        tail = list(islice(reversed(alive), settings.tail_lines))[::-1]
        gone = _phrases(lines, named, head, copies, settings) | _phrases(lines, named, tail, {}, settings)
        if headed and not gone:
            gone = _headings(lines, head, tail, article)
        if not gone:
            return found
        found |= gone
        _drop(alive, gone, settings)


_COPY = Removal("repeated-title", "the line says again what stands above it as the title")


def _removal(phrase: Phrase, *, below: bool = False) -> Removal:
    name = f"({phrase.lang}: {phrase.text})"
    if below:
        why = "stands under the teaser heading"
    else:
        match phrase.kind:
            case "start":
                why = "the line starts with a known boilerplate phrase"
            case "pattern" | "notice":
                why = "the line fits a known boilerplate pattern"
            case "heading":
                why = "the line is a known teaser heading"
            case "label":
                why = "the line is a page label among others"
            case _:
                why = "the line is a known boilerplate phrase"
    return Removal(f"{phrase.lang}/{phrase.kind}", f"{why} {name}")


def _phrases(
    lines: Sequence[Line], named: Mapping[int, Phrase], window: Sequence[int], copies: Mapping[int, Removal], settings: BoilerplateSettings
) -> dict[int, Removal]:
    """Judge the lines of a head or tail that go for what they say: phrases, starts, patterns, and labels in company."""
    gone: dict[int, Removal] = {}
    if not copies and named.keys().isdisjoint(window):
        return gone
    run: list[int] = []
    for i in (*window, None):
        if i is not None and (i in copies or i in named):
            run.append(i)
        elif run:
            gone |= _from_run(lines, {i: named[i] for i in run if i not in copies}, run, copies, settings)
            run = []
    return gone


def _from_run(
    lines: Sequence[Line], named: Mapping[int, Phrase], run: Sequence[int], copies: Mapping[int, Removal], settings: BoilerplateSettings
) -> dict[int, Removal]:
    """Take the strong lines of an unbroken run of named lines, and its labels if they are in company; a title that stands twice is company."""
    gone = {i: copies[i] for i in run if i in copies}
    labels = {phrase.text for phrase in named.values() if phrase.kind == "label"}
    strong = any(phrase.kind != "label" for phrase in named.values()) or (bool(gone) and settings.remove_section_label)
    loose = strong or (len(labels) >= LABEL_RUN and not any(lines[i].item for i in run))
    return gone | {i: _removal(phrase) for i, phrase in named.items() if phrase.kind != "heading" and (phrase.kind != "label" or loose)}


def _named(line: Line) -> Phrase | None:
    """Return the phrase that a line could go for."""
    if line.hit or not line.opening:
        return line.hit
    words = line.words
    short = words <= OPENING_WORDS and not (words >= SENTENCE_WORDS and line.ending == "full")
    return line.opening if short else None


def _headings(lines: Sequence[Line], head: Sequence[int], tail: Sequence[int], article: int) -> dict[int, Removal]:
    """Take the teaser headings, and what stands below those that close an article."""
    gone = {i: _removal(hit) for i in (*head, *tail) if (hit := lines[i].hit) and hit.kind == "heading"}
    below: list[int] = []
    for i in reversed(tail):
        hit = lines[i].hit
        if i in gone and hit and article < i:
            gone |= {j: _removal(hit, below=True) for j in below}
            below = []
        elif not _is_teaser(lines[i]):
            break
        else:
            below.append(i)
    return gone


def _is_teaser(line: Line) -> bool:
    return line.words <= TEASER_WORDS and line.ending != "full" and not line.quoted


def is_sentence(line: Line) -> bool:
    """Whether a line is long enough for a sentence and ends like one."""
    return line.ending != "open" and line.words >= SENTENCE_WORDS


def _drop(alive: deque[int], gone: Mapping[int, Removal], settings: BoilerplateSettings) -> None:
    """Take the removed lines out of both ends of what remains, touching no more than a head and a tail."""
    left = [alive.popleft() for _ in range(min(settings.head_lines, len(alive)))]
    right = [alive.pop() for _ in range(min(settings.tail_lines, len(alive)))]
    alive.extendleft(i for i in reversed(left) if i not in gone)
    alive.extend(i for i in reversed(right) if i not in gone)
