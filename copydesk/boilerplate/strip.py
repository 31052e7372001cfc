"""From what is seen of the lines to edits: what is cut, so that the text closes over it and reads as if it had never been there.

Whole lines go for what the judges in `JUDGES` say of them, ends of lines for the rules of `inline` and `layout`. A line that lost its end may be another
line, and a line that went may have stood between others, so the two take turns until neither finds anything: the result would be judged the same (law 2).
What they leave is weighed by the line model, once: where the ledger has lines that it took it is not asked again, as it would see other neighbours.

The cut of a whole line covers it with its break. Of the blank lines before and behind a removed run one gap remains, the one before it; at the end of the
text the gap goes as well, and what stood behind the last line (a final break or none) stays as it was.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from copydesk.boilerplate import hosts, layout
from copydesk.boilerplate.evidence import Line, evidence, lines_of, look, trimmed
from copydesk.boilerplate.inline import Place, Rules, barred, rules, stamped
from copydesk.boilerplate.judge import LineJudge, Removal, is_sentence, removals
from copydesk.boilerplate.lexicon import lexicon
from copydesk.boilerplate.model.score import Judged as Scores
from copydesk.boilerplate.titles import repeated_title
from copydesk.boilerplate.weighing import RULE as MODEL
from copydesk.boilerplate.weighing import removable, weighed
from copydesk.document import Document, Edit
from copydesk.settings import BoilerplateSettings

__all__ = ["JUDGES", "MOST_LINES", "MOST_ROUNDS", "STAGE", "keep_lines", "kept", "strip"]

STAGE = "boilerplate"

MOST_LINES = 200_000
"""A text of more lines is left as it is: no article has a hundredth of them, and 10 MB of line breaks took 35 s and a gigabyte."""
MOST_ROUNDS = 8
"""Whole lines and ends of lines take turns so often at most, and the rules inside one line: a bound for texts that are made to need more."""

JUDGES: tuple[LineJudge, ...] = (removals,)
"""Which rules decide about whole lines, one after the other: each is told what the ones before it removed. What they leave the model weighs."""

_WHY = {
    "desk-label": "the label of a news desk before the article",
    "dateline": "the dateline of an agency before the article",
    "timestamp": "a date or time that the page prints before the article",
    "section-label": "the name of a section before the title",
    "read-more": "a link behind the paragraph",
    "click-here": "an invitation to click behind the paragraph",
    "share-count": "the counter of a share bar",
    "photo-credit": "the credit of a picture",
    "source-credit": "the source of the article, kept as a flag",
    "lone-bullet": "a bullet that belongs to no list",
    "indentation": "white space before the line",
}


@dataclass(frozen=True, slots=True)
class _Page:
    """A text, its lines, and what they say: `cores` are they without white space round them. A text of too many lines has none."""

    text: str
    lines: Sequence[str]
    cores: list[str]


@dataclass(slots=True)
class _Judged:
    """A text under judgement: its lines as they stand by now, which are gone, and the spans that went inside those that stay."""

    lines: list[Line]
    gone: dict[int, Removal] = field(default_factory=dict)
    cuts: dict[int, list[tuple[int, int, Removal]]] = field(default_factory=dict)

    @property
    def alive(self) -> list[int]:
        return [i for i, line in enumerate(self.lines) if line.core and i not in self.gone]


def strip(documents: Sequence[Document], settings: BoilerplateSettings, counts: hosts.HostCounts | None = None) -> list[tuple[Edit, ...]]:
    """Propose the removal of what belongs to the pages of documents: one edit a line, and one for each cut inside a line that stays.

    `counts` says how many documents of a site carry a line; a document of a site without counts is judged without.
    """
    pages = [_page(document.text, lines_of(document.text)) for document in documents]
    asked = [not any(edit.rule == MODEL for edit in document.edits) for document in documents]
    found = _found(pages, asked, settings, [(counts or {}).get(document.site) for document in documents])
    return [_edits(page.text, judged) if judged else () for page, judged in zip(pages, found, strict=True)]


def _edits(text: str, judged: _Judged) -> tuple[Edit, ...]:
    edits = [Edit(STAGE, judged.gone[i].rule, a, b, text[a:b], "", judged.gone[i].why) for i, (a, b) in _spans(judged.lines, judged.gone).items()]
    edits += [Edit(STAGE, why.rule, a, b, text[a:b], "", why.why) for i, cuts in judged.cuts.items() if i not in judged.gone for a, b, why in cuts]
    return tuple(edits)


def keep_lines(lines: list[str], lang: str = "", settings: BoilerplateSettings | None = None) -> list[bool]:  # noqa: ARG001 - the signature of `bench/`
    """Say of each line whether the stage would keep it, or some of it; the language is not asked, as the stage does not know it either.

    >>> keep_lines(["A fire broke out at the mill.", "Leave a comment"], "en")
    [True, False]
    """
    return kept([lines], settings or BoilerplateSettings())[0]


def kept(documents: Sequence[Sequence[str]], settings: BoilerplateSettings) -> list[list[bool]]:
    """Say the same of the lines of many documents, which is cheaper."""
    pages = [_page("\n".join(lines), lines) for lines in documents]
    found = _found(pages, [True] * len(pages), settings, [None] * len(pages))
    return [[not judged or i not in judged.gone for i in range(len(lines))] for lines, judged in zip(documents, found, strict=True)]


def _page(text: str, lines: Sequence[str]) -> _Page:
    lines = lines if len(lines) <= MOST_LINES else ()
    return _Page(text, lines, [line.strip() for line in lines])


def _found(pages: Sequence[_Page], asked: Sequence[bool], settings: BoilerplateSettings, sites: Sequence[hosts.SiteCounts | None]) -> Iterator[_Judged | None]:
    """Judge texts, those that are `asked` for by the model as well; None for one of which nothing goes."""
    words = lexicon()
    inside = rules(words, settings)
    seen = evidence(chain.from_iterable(page.cores for page in pages), words)
    named = {core for core, (_, hit, opening) in seen.items() if hit or opening}
    scores = weighed([page.cores if wanted else () for page, wanted in zip(pages, asked, strict=True)], settings)
    for page, score, site in zip(pages, scores, sites, strict=True):
        suspect = inside.suspect(page.text)
        touched = suspect or site is not None or (score is not None and bool(score.evidence)) or not named.isdisjoint(page.cores)
        yield _judge(page, look(page.lines, words, seen), inside, settings, score, site, suspect=suspect) if touched or _odd(page, settings) else None


def _odd(page: _Page, settings: BoilerplateSettings) -> bool:
    """Say whether anything about a text but its words may be judged: a title that stands twice, bars, bullets, white space. Most texts have none of them."""
    cores = [*filter(None, page.cores)]
    head = cores[: settings.head_lines]
    return (
        any(map(barred, head))
        or any(map(layout.bulleted, () if page.text.isascii() else cores))
        or any(line[0].isspace() for line, core in zip(page.lines, page.cores, strict=True) if core)
        or bool(settings.remove_repeated_title and repeated_title(head))
    )


def _judge(
    page: _Page, lines: list[Line], inside: Rules, settings: BoilerplateSettings, scores: Scores | None, site: hosts.SiteCounts | None, *, suspect: bool
) -> _Judged:
    judged = _Judged(lines)
    _by_rules(judged, inside, settings, site, suspect=suspect)
    if more := removable(scores, judged.lines, judged.gone, settings):
        judged.gone |= more
        _by_rules(judged, inside, settings, site, suspect=suspect)
    if settings.remove_indentation:
        _unindent(judged, page.lines)
    return judged


def _by_rules(judged: _Judged, inside: Rules, settings: BoilerplateSettings, site: hosts.SiteCounts | None, *, suspect: bool) -> None:
    """Let the rules for whole lines and those inside lines take turns until neither finds anything."""
    for _ in range(MOST_ROUNDS):
        for judge in JUDGES:
            judged.gone |= judge(judged.lines, judged.gone, settings)
        by_site = hosts.removals(judged.lines, judged.gone, settings, site) if site else {}
        judged.gone |= by_site
        if not _cut(judged, inside, settings, suspect=suspect) and not by_site:
            return


def _cut(judged: _Judged, inside: Rules, settings: BoilerplateSettings, *, suspect: bool) -> bool:
    """Cut what the rules inside lines find in those that are left; say whether anything was cut."""
    alive = judged.alive
    changed = False
    if settings.remove_lone_bullet and (bullet := layout.lone_bullet([judged.lines[i].core for i in alive])):
        at, length = bullet
        line = judged.lines[alive[at]]
        changed = _take(judged, alive[at], line.at + length, line.at + len(line.core), "lone-bullet", line.core[0])
    chosen = {i for i in alive if inside.suspect(judged.lines[i].core)} if suspect else set()
    chosen |= {i for i in alive[: settings.head_lines] if barred(judged.lines[i].core)}
    for i, place in _places(judged.lines, alive, chosen, settings):
        for _ in range(MOST_ROUNDS):
            line = judged.lines[i]
            found = inside.cut(line.core, place) if line.core else None
            if not found:
                break
            changed = _take(judged, i, line.at + found.start, line.at + found.end, found.rule, found.found)
    return changed


def _take(judged: _Judged, i: int, at: int, end: int, rule: str, found: str) -> bool:
    """Leave of a line the span from `at` to `end`, without the white space that the cut lays bare."""
    line = judged.lines[i]
    left = trimmed(line, at, end, lexicon())
    removal = Removal(rule, f"{_WHY[rule]} ({found})")
    if not left.core:
        judged.gone[i] = removal
    judged.cuts.setdefault(i, []).append((line.at, left.at, removal) if at > line.at else (left.at + len(left.core), line.at + len(line.core), removal))
    judged.lines[i] = left
    return True


def _places(lines: Sequence[Line], alive: Sequence[int], chosen: set[int], settings: BoilerplateSettings) -> Iterator[tuple[int, Place]]:
    """Say of each chosen line where it stands."""
    if not chosen:
        return
    first = next((at for at, i in enumerate(alive) if is_sentence(lines[i])), -1)
    last = next((at for at in range(len(alive) - 1, -1, -1) if is_sentence(lines[alive[at]])), len(alive) - 1)
    alone = any(stamped(lines[i].core) for i in chosen) and sum(stamped(lines[i].core) for i in alive) == 1
    for at, i in enumerate(alive):
        if i in chosen:
            head, tail = at < settings.head_lines, at >= len(alive) - settings.tail_lines
            yield i, Place(at == 0, head, tail, opens=at < first, closes=at >= last, stamped_alone=alone)


def _unindent(judged: _Judged, lines: Sequence[str]) -> None:
    """Cut the white space before lines that says nothing."""
    alive = judged.alive
    if not any(lines[i][0].isspace() for i in alive):
        return
    indents = [lines[i][: len(lines[i]) - len(lines[i].lstrip())] for i in alive]
    for i, length in zip(alive, layout.indentation(indents, [judged.lines[i] for i in alive]), strict=True):
        if length:
            start = judged.lines[i].start
            judged.cuts.setdefault(i, []).append((start, start + length, Removal("indentation", _WHY["indentation"])))


def _spans(lines: Sequence[Line], gone: Mapping[int, Removal]) -> dict[int, tuple[int, int]]:
    """Return the span to cut for each removed line: runs of removed lines are cut in one piece, shared out at their starts."""
    cuts: dict[int, tuple[int, int]] = {}
    for run in _runs(lines, gone):
        start, end = _extent(lines, run[0], run[-1])
        bounds = [start, *(lines[i].start for i in run[1:]), end]
        cuts |= {i: (bounds[k], bounds[k + 1]) for k, i in enumerate(run)}
    return cuts


def _runs(lines: Sequence[Line], gone: Mapping[int, Removal]) -> list[list[int]]:
    """Group the removed lines into runs that only blank lines interrupt."""
    runs: list[list[int]] = []
    inside = False
    for i, line in enumerate(lines):
        if i in gone:
            if not inside:
                runs.append([])
            runs[-1].append(i)
            inside = True
        elif not line.blank:
            inside = False
    return runs


def _extent(lines: Sequence[Line], first: int, last: int) -> tuple[int, int]:
    """Return the span that closes the gap over a run from line `first` to line `last`."""
    before = first
    while before and lines[before - 1].blank:
        before -= 1
    behind = last + 1
    while behind < len(lines) and lines[behind].blank:
        behind += 1
    if behind == len(lines):
        return (lines[before - 1].end if before else lines[first].start), lines[last].end
    gap_before = before < first or first == 0
    return lines[first].start, (lines[behind].start if gap_before else lines[last].stop)
