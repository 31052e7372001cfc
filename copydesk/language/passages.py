"""The passages of a text that are in another language than the rest: what a translator left standing, a quotation, or the menu of a foreign site.

Every line is looked at, by the cheapest identifier alone: one that reads like the rest of the text is done with. Those that remain are taken together where
they follow each other, and are a passage only where CLD2 is sure of its language, ELD does not contradict, and there are letters enough: three times as
many where the two languages are so near that a list of names can pass for either.

Of a text that has very many lines one in so many is looked at, spread evenly and out of step with whatever alternates, and stands for those around it.

Spans count characters of the text and hold whole lines. The work grows with the length of the text and no faster.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, groupby, pairwise
from typing import NamedTuple

from copydesk.language import scripts
from copydesk.language.opinions import ELD_LANGUAGES, cld, eld, eld_codes, named
from copydesk.language.relatives import confusable
from copydesk.language.sampling import pieces, spread
from copydesk.language.weighing import same

__all__ = ["Passage", "passages"]

_HEAD = 60  # characters of a line that are looked at first
_BODY = 400  # characters of what may be a passage that are looked at then
_FEWEST_PIECES = 2  # a passage is a part of its text
_PURE = 0.8  # share of a passage that must be in its language
_DENSE = 2  # letters of an alphabet that one East Asian letter is worth
_WRITTEN_DENSELY = frozenset({"ja", "ko", "yue", "zh"})
_SURE = 0.95  # of 2,200 passages that were spliced into documents and found .94 were given the right language, in langdetect's languages .97
_MOST_PIECES = 5_000  # of a text that has more, as many of them are looked at: 300,000 characters and more
_GOLDEN = (math.sqrt(5) - 1) / 2  # its multiples fall on the unit interval evenly and in no period (Weyl), so that no rhythm of the text is met again and again
_BYTES = 5  # a letter and its share of the spaces takes fewer in any script, so that much text needs no counting
_KIN_TIMES = 3
_KIN = (
    frozenset({"da", "fo", "is", "nn", "no", "sv"}),
    frozenset({"be", "bg", "mk", "ru", "sr", "uk"}),
    frozenset({"cs", "sk"}),
    frozenset({"ca", "co", "es", "gl", "it", "la", "oc", "pt"}),
    frozenset({"af", "de", "fy", "lb", "nl"}),
    frozenset({"bho", "hi", "mr", "ne", "sa"}),
    frozenset({"ar", "ckb", "fa", "ps", "sd", "ug", "ur"}),
    frozenset({"az", "tk", "tr", "uz"}),
    frozenset({"ba", "kk", "ky", "tt"}),
)


class _Line(NamedTuple):
    """What ELD says of a line, where it begins and ends, and how many characters of the text it stands for."""

    code: str
    start: int
    end: int
    weight: int


@dataclass(frozen=True, slots=True)
class Passage:
    """Lines in another language than the rest of the text: where, which, how sure, why, and how many characters of the text they stand for."""

    start: int
    end: int
    language: str
    probability: float
    reason: str
    weight: int


def passages(text: str, language: str, least: int) -> list[Passage]:
    r"""Return the passages of at least so many letters (an East Asian one counts twice) that are not in the text's language, in order.

    >>> lines = ["The ferry was half an hour late this morning, and the passengers waited on the pier.", "Die Fahrt nach Norden dauerte wegen des Nebels "
    ... "eine Stunde, und auf dem Deck war es kalt.", "Nobody complained, for the kiosk had coffee."]
    >>> [(p.language, p.start, p.end) for p in passages("\n".join(lines), "en", 60)]
    [('de', 85, 174)]
    """
    shortest = least // _DENSE if language in _WRITTEN_DENSELY else least
    spans = _sampled(list(pieces(text, max(1, shortest))))
    if len(spans) < _FEWEST_PIECES:
        return []
    heads = [text[start : min(end, start + _HEAD)] for start, end, _ in spans]
    codes = eld_codes(heads) if language in ELD_LANGUAGES else [cld(head).language for head in heads]
    if codes.count(language) == len(codes):
        return []
    found: list[Passage] = []
    lines = (_Line(named(code), *span) for code, span in zip(codes, spans, strict=True))
    for usual, run in groupby(lines, key=lambda line: same(line.code, language)):
        if not usual:
            found += _judged(text, list(run), language, least)
    return found


def _sampled(spans: list[tuple[int, int]]) -> list[tuple[int, int, int]]:
    """Take all lines, or of very many one from each of as many stretches as may be looked at, with the characters that it stands for."""
    if len(spans) <= _MOST_PIECES:
        return [(start, end, end - start) for start, end in spans]
    bounds = [len(spans) * at // _MOST_PIECES for at in range(_MOST_PIECES + 1)]
    chosen = [(first, last, first + int((last - first) * (at * _GOLDEN % 1))) for at, (first, last) in enumerate(pairwise(bounds))]
    return [(*spans[which], spans[last - 1][1] - spans[first][0]) for first, last, which in chosen]


def _judged(text: str, run: Sequence[_Line], language: str, least: int) -> Iterator[Passage]:
    """Judge lines that follow each other as one passage; where they are none, those that seem to be in one language; where lines were left out, each alone."""
    whole = _passage(text, run, language, least)
    if whole or len(run) == 1:
        yield from whole
        return
    for _, part in groupby(run, key=lambda line: line.code):
        lines = list(part)
        alike = _passage(text, lines, language, least)
        if alike or not _has_gaps(lines):
            yield from alike
        else:
            yield from chain.from_iterable(_passage(text, [line], language, least) for line in lines)


def _passage(text: str, run: Sequence[_Line], language: str, least: int) -> list[Passage]:
    start, end = run[0].start, run[-1].end
    # What lies between lines that were looked at may be in any language.
    body = spread(text[start:end], _BODY) if len(run) > 1 and _has_gaps(run) else text[start : min(end, start + _BODY)]
    first = cld(body)
    if not first.reliable or first.share < _PURE or same(first.language, language) or confusable(first.language, language):
        return []
    if first.language in ELD_LANGUAGES and not same(eld(body).language, first.language):
        return []
    needed = least * (_KIN_TIMES if _kin(first.language, language) else 1)
    if first.size < needed * _BYTES and scripts.weight(scripts.count(body)) < needed:
        return []
    return [Passage(start, end, first.language, _SURE, f"CLD2 is sure that this is {first.language}", max(end - start, sum(line.weight for line in run)))]


def _has_gaps(run: Sequence[_Line]) -> bool:
    return any(line.weight > line.end - line.start for line in run)


def _kin(one: str, other: str) -> bool:
    return any(one in family and other in family for family in _KIN)
