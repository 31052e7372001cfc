"""Mojibake, stray entities and control characters are put right here, as edits that say what was done.

The judgement is ftfy's, kept conservative: damage is repaired, a publisher's typography is not touched. It is asked line by line, because one
"<" turns its unescaping off for all that follows in a call, and because a plan belongs to the line that it was made for. Lines end at a line
feed only, so that no other break in the text is lost. A text that needs nothing never reaches it (`prefilter`). What would change where lines end, or cannot
be written at all, is settled in a step before, so that a doubt about a line is a doubt about the same line in a second run.

A line is judged by itself (`mending`), then by its text (`doubts`): a repair that could be wrong is flagged, not made, and a line that ftfy alone
would pass over is repaired where it decodes throughout in the encoding in which the rest of the text was garbled.

Guessing is dear, so it is bounded, by what there is to look at (`mending.guesswork`). In a text with more, nothing is guessed; entities, control characters
and the rules of typography, which are linear, are done all the same. What there is to look at is measured on what they leave: their output measures the same.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import pairwise

from ftfy import ExplanationStep
from ftfy.badness import badness as ftfy_badness
from ftfy.chardata import CHARMAP_ENCODINGS
from ftfy.fixes import fix_surrogates

from copydesk.document import Document, Edit, Flag
from copydesk.encoding.characters import line_endings, unify_line_endings
from copydesk.encoding.doubts import Proposal, doubts, scripts
from copydesk.encoding.hyphenation import join_hyphenated
from copydesk.encoding.mending import Fixers, Mended, fixers, guesswork, mend
from copydesk.encoding.prefilter import mojibake_possible
from copydesk.encoding.spans import changes, edits
from copydesk.encoding.wording import namer, rule_name, why
from copydesk.ledger import ordered
from copydesk.settings import EncodingSettings
from copydesk.stage import EditStage

__all__ = ["DOUBTFUL", "UNREPAIRED", "Judged", "badness", "doubtful", "judged", "repair", "settled", "stage", "too_much"]

DOUBTFUL = "doubtful-repair"
UNREPAIRED = "unrepaired"
MOST_GUESSWORK = 200_000
"""Characters that look garbled in one text, in whose decoding ftfy may spend its second; ten more for each line or segment that they stand in."""
_SURELY_LITTLE = MOST_GUESSWORK // 6  # no text of so many characters is more: the shortest line that looks garbled has two, and the charge is ten
_MOST_ELSEWHERE = 100_000  # characters
_BLOCK = 4_000  # characters that are asked about at once, so that most lines need not be asked about one by one
_BADNESS_SAMPLE = 1_000_000
_MOST_FLAGS = 50  # a document that is in doubt in more places is told by the first of them
_MOST_SHOWN = 80  # characters
_MOST_REMEMBERED = 1_000_000  # characters
_HALVES = re.compile("[\\ud800-\\udfff]+")
_SHORT = 400  # characters: a longer line hardly comes twice, and 2,000 of these are 3 MB at most


@dataclass(frozen=True, slots=True)
class Judged:
    """A line that would change: the proposal, and why it is in doubt, which is empty where it is made.

    What is done `instead` of a repair in doubt is what needs no guess: entities are read and control characters go all the same.
    """

    proposal: Proposal
    doubt: str = ""
    instead: Mended | None = None


def stage(settings: EncodingSettings) -> EditStage:
    """Return the stage, which pickles, so that it can be sent to a worker."""
    mended = partial(repair, settings=settings)
    steps = [partial(settled, settings=settings), mended]
    steps += [partial(join_hyphenated, repair=mended)] if settings.join_hyphenated else []
    return EditStage("encoding", 3, tuple(steps), (partial(doubtful, settings=settings),))


def settled(document: Document, settings: EncodingSettings) -> list[Edit]:
    r"""Propose what cannot wait for a judgement by lines: line endings of other kinds, where they are unified, and halves of surrogate pairs, always.

    >>> [edit] = settled(Document(id="1", source="a.txt", site="a", text="one\r\rtwo"), EncodingSettings(unify_line_endings=True))
    >>> edit.rule, edit.before, edit.after
    ('typography:line-ending', '\r\r', '\n\n')
    """
    halves = [ExplanationStep("apply", "fix_surrogates")]
    found = [_settled(halves, run, fix_surrogates(run[0])) for run in _HALVES.finditer(document.text)]
    if settings.unify_line_endings:
        ends = [ExplanationStep("rule", "typography:line-ending")]
        next_line = not settings.fix_mojibake
        pattern = f"(?:{line_endings(next_line=next_line).pattern})+"
        found += [_settled(ends, run, unify_line_endings(run[0], next_line=next_line)) for run in re.finditer(pattern, document.text)]
    return list(ordered(found))


def _settled(plan: Sequence[ExplanationStep], run: re.Match[str], after: str) -> Edit:
    return Edit("encoding", rule_name(plan), run.start(), run.end(), run[0], after, why(plan))


def repair(document: Document, settings: EncodingSettings) -> list[Edit]:
    """Propose the repairs of a text, from the last to the first; entities in HTML are its own and stay.

    >>> [edit] = repair(Document(id="1", source="a.txt", site="a", text="Fish &amp; chips"), EncodingSettings())
    >>> edit.rule, edit.start, edit.before, edit.after
    ('ftfy:unescape_html', 6, 'amp;', '')
    """
    found: list[Edit] = []
    for line in judged(document, settings):
        if made := line.instead if line.doubt else line.proposal.mended:
            found += edits(line.proposal.start, line.proposal.line, made.text, namer(made.plan, settings))
    return list(ordered(found))


def doubtful(document: Document, settings: EncodingSettings) -> list[Flag]:
    """Flag what looks like damage and may be none: `value` is how it would read, in at most 80 characters. A text that is too much is flagged as a whole.

    >>> [flag] = doubtful(Document(id="1", source="a.txt", site="a", text="beyond\u00c2\u201d"), EncodingSettings())
    >>> flag.value
    'beyond\u201d'
    """
    found: list[Flag] = []
    if too_much(document, settings):
        evidence = f"about {MOST_GUESSWORK:,} characters or more look garbled: none of them was repaired"
        return [Flag("encoding", UNREPAIRED, 0, len(document.text), evidence)]
    for line in judged(document, settings):
        if line.doubt:
            for at, old, new in changes(line.proposal.line, line.proposal.mended.text):
                start = line.proposal.start + at
                found.append(Flag("encoding", DOUBTFUL, start, start + len(old.rstrip()), line.doubt, new.rstrip()[:_MOST_SHOWN]))
                if len(found) == _MOST_FLAGS:
                    return found
    return found


def too_much(document: Document, settings: EncodingSettings) -> bool:
    """Say whether a text has more to guess at than is looked at; what needs no guess does not change the answer, as it is given for what that leaves."""
    text, html = document.text, document.media == "html"
    if not settings.fix_mojibake or len(text) <= _SURELY_LITTLE:
        return False
    found = 0
    for _, line in _suspects(text, fixers(settings, html=html)):
        if not line.isascii() or "&" in line:
            found += guesswork(_mended(line, settings, html=html, guess=False).text)
        if found > MOST_GUESSWORK:
            return True
    return False


def judged(document: Document, settings: EncodingSettings) -> Sequence[Judged]:
    """Return the lines of a document that would change, and which of them are in doubt."""
    judge = _judged_once if _SURELY_LITTLE < len(document.text) <= _MOST_REMEMBERED else _judged
    return judge(document.text, settings, document.media == "html")


@lru_cache(maxsize=4)
def _judged_once(text: str, settings: EncodingSettings, html: bool) -> Sequence[Judged]:  # noqa: FBT001 - the key of the cache
    """Judge a long text once where a step asks for what another has asked for."""
    return _judged(text, settings, html)


def _judged(text: str, settings: EncodingSettings, html: bool) -> Sequence[Judged]:  # noqa: FBT001 - like the cached one
    tools = fixers(settings, html=html)
    if not tools.prefilter.suspects(text):
        return ()
    guess = not too_much(Document(id="", source="", site="", text=text, media="html" if html else "text"), settings)
    guessed = partial(_mended, settings=settings, html=html, guess=guess)
    lines = _suspects(text, fixers(settings, html=html, guess=guess))
    proposals = [Proposal(start, line, mended) for start, line in lines if (mended := guessed(line)).text != line]
    if not guess:
        return [Judged(p) for p in proposals]
    unguessed = partial(_mended, settings=settings, html=html, guess=False)
    unsure = doubts(text, proposals, unguessed)
    found = [Judged(p, doubt, _instead(p, unguessed, guessed)) if (doubt := unsure.get(place, "")) else Judged(p) for place, p in enumerate(proposals)]
    return [*found, *_as_elsewhere(text, found, guessed)]


def badness(text: str) -> int:
    r"""Count the places where ftfy still sees mojibake, in the first million characters: what the checks look at.

    >>> badness("plain"), badness("caf\u00c3\u00a9")
    (0, 1)
    """
    sample = text[:_BADNESS_SAMPLE]
    return ftfy_badness(sample) if mojibake_possible(sample) else 0


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Give each line with where it starts, and with the line feed that ends it."""
    yield from _pieces(text, 0)


def _pieces(text: str, least: int) -> Iterator[tuple[int, str]]:
    """Cut a text at line feeds into pieces of at least so many characters."""
    start = 0
    while start < len(text):
        end = text.find("\n", start + least) + 1 or len(text)
        yield start, text[start:end]
        start = end


def _suspects(text: str, tools: Fixers) -> Iterator[tuple[int, str]]:
    """Give the lines in which something could change."""
    suspects = tools.prefilter.suspects
    for at, block in _pieces(text, _BLOCK):
        if suspects(block):
            yield from ((at + start, line) for start, line in _lines(block) if suspects(line.removesuffix("\n")))


def _mended(line: str, settings: EncodingSettings, *, html: bool, guess: bool) -> Mended:
    return _remembered(line, settings, html, guess) if len(line) <= _SHORT else mend(line, fixers(settings, html=html, guess=guess))


@lru_cache(maxsize=4_000)
def _remembered(line: str, settings: EncodingSettings, html: bool, guess: bool) -> Mended:  # noqa: FBT001 - the key of the cache
    """Mend a short line once: footers come with every text of their site."""
    return mend(line, fixers(settings, html=html, guess=guess))


def _instead(proposal: Proposal, unguessed: Callable[[str], Mended], guessed: Callable[[str], Mended]) -> Mended | None:
    """Return what needs no guess, if anything, and only where the line stays one and the doubt stays the same, so that a second run edits nothing."""
    found = unguessed(proposal.line)
    if found.text == proposal.line or found.text.count("\n") != proposal.line.count("\n"):
        return None
    return found if guessed(found.text).text == proposal.mended.text else None


def _as_elsewhere(text: str, found: Sequence[Judged], guessed: Callable[[str], Mended]) -> Iterator[Judged]:
    """Repair the lines that decode throughout, as others of the text did, though none of their sequences is one that ftfy knows for damage.

    The Hausa letter y with hook comes out as AE and an acute accent: by itself that may be meant, after ten letters that were garbled so it is not.
    After `_MOST_ELSEWHERE` characters of lines that decode the rest stays as it is.
    """
    sure = [j.proposal for j in found if not j.doubt]
    known = {step.parameter for p in sure for step, then in pairwise(p.mended.plan) if step.action == "encode" and then == ("decode", "utf-8")}
    if not known:
        return
    encodings = [e for e in CHARMAP_ENCODINGS if e in known]
    judged_already = {j.proposal.start for j in found}
    used = scripts(text).union(*(scripts(p.mended.text) for p in sure))
    lines: dict[str, Mended | None] = {}
    left = _MOST_ELSEWHERE
    for start, line in _lines(text):
        if line.isascii() or start in judged_already:
            continue
        readings = [(encoding, decoded) for encoding in encodings if (decoded := _decoded(line, encoding))]
        left -= len(line) if readings else 0
        if left < 0:
            return
        if line not in lines:
            sound = [(e, decoded) for e, decoded in readings if scripts(decoded) <= used and guessed(decoded) == Mended(decoded)]
            lines[line] = Mended(sound[0][1], (ExplanationStep("elsewhere", sound[0][0]),)) if sound else None
        if mended := lines[line]:
            yield Judged(Proposal(start, line, mended))


def _decoded(line: str, encoding: str) -> str:
    try:
        return line.encode(encoding).decode("utf-8")
    except UnicodeError:
        return ""
