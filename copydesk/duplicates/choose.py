"""Which of several copies is kept, so that the answer is the same whoever asks and in whatever order the documents came.

All documents stand in one total order (`copydesk.duplicates.order`). They are walked in that order, and one is a copy only if it matches a document that
is already *kept*: A never removes C through B, which the connected components of other deduplicators do. This is the greedy independent set of the
match graph, so it depends on nothing outside a document's connected component, and an incremental run may choose anew in just the components that changed.

Two relations have a direction of their own, whatever the order says: an article that stands whole in a longer one adds nothing to it, and a later state
of a live story replaces the earlier one. So a document waits, while others go on, until those that hold it or replace it have had their turn; where they
wait for each other, the first in the order goes on. The longer is never removed for the shorter, nor the later state for the earlier.

A relation that the settings keep (`embedded = "note"`, `updates = "both"`) and a match that is refused remove nothing and are told in the reason.
"""

import heapq
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pyarrow as pa

from copydesk.document import Verdict
from copydesk.duplicates.order import UNDATED, measures, moments, ranks
from copydesk.duplicates.verify import Match
from copydesk.settings import DuplicatesSettings, Preference

__all__ = ["ALONE", "Candidate", "candidates", "choose", "removes"]

ALONE: Final = "no document that is preferred to it is like it"
"""Why a document is kept that nothing speaks against."""

_BECAUSE: Final[Mapping[Preference | None, str]] = {
    "preferred_site": "comes from a preferred site",
    "earliest": "was published earlier",
    "most_complete": "is more complete",
    "fewest_flags": "has fewer flags",
    None: "has the smaller id, all else being equal",
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A document that something matches: its id, how it stands in each preference (the better the smaller), its distinct shingles, when it was published."""

    id: str
    measures: tuple[float, ...] = ()
    shingles: int = 0
    moment: int = int(UNDATED)


def candidates(index: pa.Table, settings: DuplicatesSettings) -> list[Candidate]:
    """Return the rows of an index (few of them: those that something matches) in the total order."""
    order = ranks(index, settings).argsort()
    index = index.take(order)
    standing = zip(*(column.to_pylist() for column in measures(index, settings).columns), strict=True) if settings.order else ((),) * len(index)
    columns = zip(index.column("id").to_pylist(), standing, index.column("shingles").to_pylist(), moments(index).to_pylist(), strict=True)
    return [Candidate(str(identity), standing, int(shingles or 0), int(moment or 0)) for identity, standing, shingles, moment in columns]


def removes(match: Match, settings: DuplicatesSettings) -> bool:
    """Whether one of the two would be removed for the other."""
    kept = {"embedded": settings.embedded == "note", "update": settings.updates == "both"}
    return not match.refused and not kept.get(match.relation, False)


def choose(ranked: Sequence[Candidate], matches: Sequence[Match], settings: DuplicatesSettings, pinned: Collection[str] = frozenset()) -> list[Verdict]:
    """Say of each document whether it is kept, or a copy of which kept one; in the order given.

    Args:
        ranked: the documents in the total order; whoever is in a match must be there.
        matches: all matches between them.
        settings: what is removed, and the order's preferences by name.
        pinned: documents that are kept whatever they match: a person restored them.

    Of several kept documents that match, the one with the highest Jaccard is named, then the highest containment, then the first in rank.

    >>> ranked = [Candidate("a"), Candidate("b"), Candidate("c")]
    >>> chain = [Match("a", "b", 0.8, 0.9, "copy"), Match("b", "c", 0.8, 0.9, "copy")]
    >>> [(v.id, v.status, v.kept_id) for v in choose(ranked, chain, DuplicatesSettings(order=()))]
    [('a', 'kept', ''), ('b', 'duplicate', 'a'), ('c', 'kept', '')]
    """
    place = {candidate.id: number for number, candidate in enumerate(ranked)}
    edges: list[list[tuple[int, Match]]] = [[] for _ in ranked]
    for match in matches:
        a, b = place[match.a], place[match.b]
        edges[a].append((b, match))
        edges[b].append((a, match))
    for beside in edges:
        beside.sort(key=lambda edge: (-edge[1].jaccard, -edge[1].containment, edge[0]))

    kept: set[int] = set()
    named: dict[int, tuple[int, Match]] = {}
    for number in _turns(ranked, edges, settings):
        removing = [(other, match) for other, match in edges[number] if other in kept and _may_remove(other, number, ranked, match, settings)]
        if removing:
            named[number] = removing[0]
        if not removing or ranked[number].id in pinned:
            kept.add(number)
    return [_verdict(number, ranked, edges[number], named.get(number), settings, kept=number in kept) for number in range(len(ranked))]


def _turns(ranked: Sequence[Candidate], edges: Sequence[Sequence[tuple[int, Match]]], settings: DuplicatesSettings) -> Iterator[int]:
    """The documents in their order, but each after those that it must not be kept before.

    What is ready goes in the order of ranks; where nothing is ready, the first in rank of those that wait for each other goes. Within a connected
    component that gives the same sequence whatever else there is.
    """
    waits = [
        {other for other, match in beside if removes(match, settings) and _first(other, number, ranked, match) == other} for number, beside in enumerate(edges)
    ]
    ready = [number for number, before in enumerate(waits) if not before]
    gone: set[int] = set()
    for blocked in (*range(len(ranked)), None):
        while ready:
            number = heapq.heappop(ready)
            gone.add(number)
            yield number
            for other, _ in edges[number]:
                if number in waits[other]:
                    waits[other].discard(number)
                    if not waits[other] and other not in gone:
                        heapq.heappush(ready, other)
        if blocked is not None and blocked not in gone:
            heapq.heappush(ready, blocked)


def _may_remove(one: int, other: int, ranked: Sequence[Candidate], match: Match, settings: DuplicatesSettings) -> bool:
    return removes(match, settings) and _first(one, other, ranked, match) != other


def _first(one: int, other: int, ranked: Sequence[Candidate], match: Match) -> int | None:
    """Which of two matching documents must have its turn before the other, whatever the order; None where the order decides."""
    a, b = ranked[one], ranked[other]
    match match.relation:
        case "embedded" if a.shingles != b.shingles:
            return one if a.shingles > b.shingles else other
        case "embedded":
            return min(one, other)
        case "update" if a.moment != b.moment and UNDATED not in (a.moment, b.moment):
            return one if a.moment > b.moment else other
        case _:
            return None


def _verdict(
    number: int, ranked: Sequence[Candidate], edges: Sequence[tuple[int, Match]], named: tuple[int, Match] | None, settings: DuplicatesSettings, *, kept: bool
) -> Verdict:
    document = ranked[number]
    if named is None:
        return Verdict(document.id, "kept", reason=_noted(number, ranked, edges, settings))
    other, match = named
    if kept:
        return Verdict(document.id, "kept", reason=f"restored by hand; {_told(match)} {ranked[other].id}")
    reason = f"{_told(match)} {ranked[other].id}, which {_because(other, number, ranked, match, settings)}"
    return Verdict(document.id, "duplicate", ranked[other].id, match.jaccard, match.containment, reason, match.relation, score=match.score)


def _told(match: Match) -> str:
    """The score that decided and the figure of shingles beside it, rounded down: only the same words share 100%."""
    score = f"{int(match.score * 100)}% of the shorter text in the same order"
    if match.relation == "embedded":
        return f"it shares {score}, and {int(match.containment * 100)}% of the shorter one's shingles, with"
    return f"it shares {score}, and {int(match.jaccard * 100)}% of all shingles, with"


def _because(kept: int, copy: int, ranked: Sequence[Candidate], match: Match, settings: DuplicatesSettings) -> str:
    """Why the one is kept and the other is not."""
    best, other = ranked[kept], ranked[copy]
    if _first(kept, copy, ranked, match) == kept:
        return "is longer" if match.relation == "embedded" else "is a later state of the same story"
    if kept > copy:
        return "comes before it, because it has a longer or a later one to wait for"
    decided = next((p for p, a, b in zip(settings.order, best.measures, other.measures, strict=True) if a != b), None)
    return "has a date, which this one has not" if decided == "earliest" and other.moment == UNDATED else _BECAUSE[decided]


def _noted(number: int, ranked: Sequence[Candidate], edges: Sequence[tuple[int, Match]], settings: DuplicatesSettings) -> str:
    """Why a document is kept: the document most like it that comes before it and does not remove it, and why it does not."""
    for other, match in edges:
        first = _first(other, number, ranked, match)
        if first == number or (first is None and other > number):
            continue
        if match.refused:
            return f"{_told(match)} {ranked[other].id}, but is no copy: {match.refused}"
        if not removes(match, settings):
            return f"{_told(match)} {ranked[other].id}, which {_because(other, number, ranked, match, settings)}; both are kept, as the settings say"
    return ALONE
