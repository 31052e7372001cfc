"""Mojibake, stray entities and control characters are put right here, as edits that say what was done.

The judgement is ftfy's, kept conservative: damage is repaired, a publisher's typography is not touched. It is asked line by line, because one
"<" turns its unescaping off for all that follows in a call, and because a plan belongs to the line that it was made for. Lines end at a line
feed only, so that no other break in the text is lost. A text that needs nothing never reaches it (`prefilter`).

A line is judged by itself (`mending`), then by its text (`doubts`): a repair that could be wrong is flagged, not made, and a line that ftfy alone
would pass over is repaired where it decodes throughout in the encoding in which the rest of the text was garbled.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import pairwise

from ftfy import ExplanationStep
from ftfy.badness import badness as ftfy_badness
from ftfy.chardata import CHARMAP_ENCODINGS

from copydesk.document import Document, Edit, Flag
from copydesk.encoding.doubts import Proposal, doubts, scripts
from copydesk.encoding.hyphenation import join_hyphenated
from copydesk.encoding.mending import Fixers, Mended, fixers, mend
from copydesk.encoding.prefilter import mojibake_possible
from copydesk.encoding.spans import changes, edits
from copydesk.encoding.wording import namer
from copydesk.ledger import ordered
from copydesk.settings import EncodingSettings
from copydesk.stage import EditStage

__all__ = ["DOUBTFUL", "UNREPAIRED", "Judged", "badness", "doubtful", "judged", "repair", "stage"]

DOUBTFUL = "doubtful-repair"
UNREPAIRED = "unrepaired"
MOST_SUSPECT = 300_000
"""Characters on suspicious lines in one text: ftfy takes half a second for them, two where the lines are very short.

A text with more is left as it came, and says so: it is a dump, no article.
"""
_BADNESS_SAMPLE = 1_000_000
_MOST_FLAGS = 50  # a document that is in doubt in more places is told by the first of them
_MOST_SHOWN = 80  # characters
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
    steps = [partial(repair, settings=settings)]
    steps += [partial(join_hyphenated, settings=settings)] if settings.join_hyphenated else []
    return EditStage("encoding", 2, tuple(steps), (partial(doubtful, settings=settings),))


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
    if _too_much(document, settings):
        evidence = f"more than {MOST_SUSPECT:,} characters stand on lines that look damaged: nothing was repaired"
        return [Flag("encoding", UNREPAIRED, 0, len(document.text), evidence)]
    for line in judged(document, settings):
        if line.doubt:
            for at, old, new in changes(line.proposal.line, line.proposal.mended.text):
                start = line.proposal.start + at
                found.append(Flag("encoding", DOUBTFUL, start, start + len(old.rstrip()), line.doubt, new.rstrip()[:_MOST_SHOWN]))
                if len(found) == _MOST_FLAGS:
                    return found
    return found


def judged(document: Document, settings: EncodingSettings) -> list[Judged]:
    """Return the lines of a document that would change, and which of them are in doubt."""
    html = document.media == "html"
    tools = fixers(settings, html=html)
    text = document.text
    if not tools.prefilter.suspects(text) or _too_much(document, settings):
        return []
    proposals = [
        Proposal(start, line, mended)
        for start, line in _lines(text)
        if tools.prefilter.suspects(line.removesuffix("\n"))
        if (mended := _mended(line, settings, html=html)).text != line
    ]
    unguessed = partial(_mended, settings=settings.model_copy(update={"fix_mojibake": False}), html=html)
    unsure = doubts(text, proposals, unguessed)
    found = [
        Judged(p, doubt, _instead(p, unguessed, partial(_mended, settings=settings, html=html))) if (doubt := unsure.get(place, "")) else Judged(p)
        for place, p in enumerate(proposals)
    ]
    found += _as_elsewhere(text, found, tools)
    return found


def _too_much(document: Document, settings: EncodingSettings) -> bool:
    if len(document.text) <= MOST_SUSPECT:
        return False
    suspects = fixers(settings, html=document.media == "html").prefilter.suspects
    found = 0
    for _, line in _lines(document.text):
        found += len(line) if suspects(line.removesuffix("\n")) else 0
        if found > MOST_SUSPECT:
            return True
    return False


def badness(text: str) -> int:
    r"""Count the places where ftfy still sees mojibake, in the first million characters: what the checks look at.

    >>> badness("plain"), badness("caf\u00c3\u00a9")
    (0, 1)
    """
    sample = text[:_BADNESS_SAMPLE]
    return ftfy_badness(sample) if mojibake_possible(sample) else 0


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Give each line with where it starts, and with the line feed that ends it."""
    start = 0
    while start < len(text):
        end = text.find("\n", start) + 1 or len(text)
        yield start, text[start:end]
        start = end


def _mended(line: str, settings: EncodingSettings, *, html: bool) -> Mended:
    return _remembered(line, settings, html) if len(line) <= _SHORT else mend(line, fixers(settings, html=html))


@lru_cache(maxsize=2_000)
def _remembered(line: str, settings: EncodingSettings, html: bool) -> Mended:  # noqa: FBT001 - the key of the cache
    """Mend a short line once: footers come with every text of their site."""
    return mend(line, fixers(settings, html=html))


def _instead(proposal: Proposal, unguessed: Callable[[str], Mended], guessed: Callable[[str], Mended]) -> Mended | None:
    """Return what needs no guess, if anything, and only where the doubt stays the same after it, so that a second run edits nothing."""
    found = unguessed(proposal.line)
    return found if found.text != proposal.line and guessed(found.text).text == proposal.mended.text else None


def _as_elsewhere(text: str, found: Sequence[Judged], tools: Fixers) -> Iterator[Judged]:
    """Repair the lines that decode throughout, as others of the text did, though none of their sequences is one that ftfy knows for damage.

    The Hausa letter y with hook comes out as AE and an acute accent: by itself that may be meant, after ten letters that were garbled so it is not.
    """
    sure = [j.proposal for j in found if not j.doubt]
    known = {step.parameter for p in sure for step, then in pairwise(p.mended.plan) if step.action == "encode" and then == ("decode", "utf-8")}
    if not known:
        return
    judged_already = {j.proposal.start for j in found}
    used = scripts(text).union(*(scripts(p.mended.text) for p in sure))
    for start, line in _lines(text):
        if line.isascii() or start in judged_already:
            continue
        for encoding in (e for e in CHARMAP_ENCODINGS if e in known):
            decoded = _decoded(line, encoding)
            if decoded and scripts(decoded) <= used and mend(decoded, tools) == Mended(decoded):
                yield Judged(Proposal(start, line, Mended(decoded, (ExplanationStep("elsewhere", encoding),))))
                break


def _decoded(line: str, encoding: str) -> str:
    try:
        return line.encode(encoding).decode("utf-8")
    except UnicodeError:
        return ""
