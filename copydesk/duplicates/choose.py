"""Which of several copies is kept, so that the answer is the same whoever asks and in whatever order the documents came.

All documents stand in one total order (`rank`). They are walked in that order, and one is a copy only if it matches a document that is
already *kept*: A never removes C through B, which the connected components of other deduplicators do. This is the greedy independent set
of the match graph, so it depends on nothing outside a document's connected component, and an incremental run may choose anew in just the
components that changed.
"""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, assert_never

from copydesk.document import Verdict
from copydesk.duplicates.verify import Match
from copydesk.settings import DuplicatesSettings, Preference

__all__ = ["Candidate", "choose", "components", "rank"]

_BECAUSE: Final[Mapping[Preference | None, str]] = {
    "preferred_site": "comes from a preferred site",
    "earliest": "was published earlier",
    "most_complete": "is more complete",
    "fewest_flags": "has fewer flags",
    None: "has the smaller id, all else being equal",
}
# Lengths are compared in steps of 7 %: a dateline or a footer more does not make an article more complete, a paragraph does.
_FULLER = 1.07


@dataclass(frozen=True, slots=True)
class Candidate:
    """What the order asks of a document: `published` in ISO 8601 or empty, `chars` of cleaned text, `flags` raised about its translation."""

    id: str
    site: str = ""
    published: str = ""
    chars: int = 0
    flags: float = 0


_Key = tuple[tuple[float, str], ...]


def rank(candidates: Iterable[Candidate], settings: DuplicatesSettings) -> list[Candidate]:
    """Sort the candidates by `settings.order` and then by id, the one to keep first.

    >>> late, early = Candidate("a", published="2020-03-02"), Candidate("b", published="2020-03-01T23:00:00-04:00")
    >>> undated = Candidate("c")
    >>> [c.id for c in rank([undated, early, late], DuplicatesSettings())]
    ['a', 'b', 'c']
    """
    return sorted(candidates, key=lambda candidate: (_key(candidate, settings), candidate.id))


def choose(ranked: Sequence[Candidate], matches: Iterable[Match], settings: DuplicatesSettings, pinned: Collection[str] = frozenset()) -> list[Verdict]:
    """Say of each ranked document whether it is kept, or a copy of which kept one; in the order of the ranks.

    Of several kept documents that match, the one with the highest Jaccard is named, the first in rank where two are equal. A pinned
    document is kept whatever it matches: a person restored it.

    >>> ranked = [Candidate("a"), Candidate("b"), Candidate("c")]
    >>> chain = [Match("a", "b", 0.8, 0.9), Match("b", "c", 0.8, 0.9)]
    >>> [(v.id, v.status, v.kept_id) for v in choose(ranked, chain, DuplicatesSettings())]
    [('a', 'kept', ''), ('b', 'duplicate', 'a'), ('c', 'kept', '')]
    """
    place = {candidate.id: number for number, candidate in enumerate(ranked)}
    earlier: dict[str, list[tuple[float, int, Match]]] = {}
    for match in matches:
        first, second = sorted((match.a, match.b), key=place.__getitem__)
        earlier.setdefault(second, []).append((-match.jaccard, place[first], match))

    named: dict[str, tuple[str, Match]] = {}
    refused: dict[str, tuple[str, Match]] = {}
    for candidate in ranked:
        for _, number, match in sorted(earlier.get(candidate.id, ()), key=lambda entry: entry[:2]):
            other = ranked[number].id
            if match.refused:
                refused.setdefault(candidate.id, (other, match))
            elif other not in named or other in pinned:
                named[candidate.id] = (other, match)
                break

    verdicts = []
    for candidate in ranked:
        if candidate.id not in named:
            verdicts.append(Verdict(candidate.id, "kept", reason=_spared(refused.get(candidate.id))))
            continue
        kept_id, match = named[candidate.id]
        if candidate.id in pinned:
            verdicts.append(Verdict(candidate.id, "kept", reason=f"restored by hand; {_told(match)} with {kept_id}"))
            continue
        because = _because(ranked[place[kept_id]], candidate, settings)
        reason = f"{_told(match)} with {kept_id}, which {because}"
        verdicts.append(Verdict(candidate.id, "duplicate", kept_id, match.jaccard, match.containment, reason))
    return verdicts


def components(ids: Iterable[str], pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Map each id to the name of its connected component, which is the first of its ids in the order given.

    >>> components(["a", "b", "c", "d"], [("d", "b")])
    {'a': 'a', 'b': 'b', 'c': 'c', 'd': 'b'}
    """
    names = list(ids)
    place = {identity: number for number, identity in enumerate(names)}
    parent = list(range(len(names)))

    def root(number: int) -> int:
        while parent[number] != number:
            parent[number] = parent[parent[number]]
            number = parent[number]
        return number

    for a, b in pairs:
        low, high = sorted((root(place[a]), root(place[b])))
        parent[high] = low
    return {identity: names[root(number)] for number, identity in enumerate(names)}


def _key(candidate: Candidate, settings: DuplicatesSettings) -> _Key:
    return tuple(_measure(candidate, preference, settings) for preference in settings.order)


def _measure(candidate: Candidate, preference: Preference, settings: DuplicatesSettings) -> tuple[float, str]:
    """How a candidate stands in one preference, the better the smaller."""
    match preference:
        case "preferred_site":
            sites = settings.preferred_sites
            return (sites.index(candidate.site) if candidate.site in sites else len(sites), "")
        case "earliest":
            moment = _moment(candidate.published)
            return (0 if moment else 1, moment)
        case "most_complete":
            return (-math.floor(math.log(max(candidate.chars, 1), _FULLER)), "")
        case "fewest_flags":
            return (candidate.flags, "")
        case _:
            assert_never(preference)


def _moment(published: str) -> str:
    """The time in UTC as text that sorts; empty where it is missing or not ISO 8601. A time without a zone is taken for UTC."""
    try:
        moment = datetime.fromisoformat(published.strip())
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return aware.astimezone(UTC).isoformat(timespec="microseconds")
    except (ValueError, OverflowError):
        return ""


def _decided(kept: Candidate, copy: Candidate, settings: DuplicatesSettings) -> Preference | None:
    """The first preference in which two candidates differ, or None where only the id is left."""
    return next((p for p in settings.order if _measure(kept, p, settings) != _measure(copy, p, settings)), None)


def _because(kept: Candidate, copy: Candidate, settings: DuplicatesSettings) -> str:
    decided = _decided(kept, copy, settings)
    return "has a date, which this one has not" if decided == "earliest" and not _moment(copy.published) else _BECAUSE[decided]


def _told(match: Match) -> str:
    return f"it shares {int(match.jaccard * 100)}% of all shingles"  # rounded down: only the same words share 100%


def _spared(refused: tuple[str, Match] | None) -> str:
    if refused is None:
        return "no document that is preferred to it is like it"
    other, match = refused
    return f"{_told(match)} with {other}, but is no copy: {match.refused}"
