"""Near-copies: propose, verify, choose. The one stage that looks across documents.

A corpus of news holds the same story many times: reprints, updates, mirrors. Search ranks them all, training repeats them. One of each is
kept and the others stay in the table as duplicates that name it, with the exact similarity that says so.

    fingerprint   a text becomes 32 band hashes (MinHash)                     `fingerprint`
    propose       documents that agree in a band are candidates (a join)      `propose`
    verify        exact Jaccard and containment of each candidate pair        `verify`
    choose        walk a total order; only a *kept* document removes another  `choose`

Fingerprints only propose; the threshold is applied to the exact figure. Different reports of the same event are not copies.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from copydesk.document import Verdict
from copydesk.duplicates.choose import Candidate, choose, components, rank
from copydesk.duplicates.fingerprint import Fingerprint, fingerprint, fingerprints
from copydesk.duplicates.propose import Proposal, propose
from copydesk.duplicates.verify import Match, TextOf, verify
from copydesk.errors import StoreError
from copydesk.settings import DuplicatesSettings

__all__ = [
    "INDEX",
    "VERSION",
    "Candidate",
    "Fingerprint",
    "Match",
    "Result",
    "TextOf",
    "Verdict",
    "find_copies",
    "fingerprint",
    "fingerprints",
    "reach",
]

VERSION = 1
"""The version of the stage: it grows whenever the same texts may be judged otherwise, or fingerprinted otherwise, than before."""

INDEX = pa.schema({"id": pa.string(), "bands": pa.list_(pa.int64()), "site": pa.string(), "published": pa.string(), "chars": pa.int64(), "flags": pa.float64()})
"""What is known of each document without its text; `Candidate` says what the columns mean."""


@dataclass(frozen=True, slots=True)
class Result:
    """The verdicts, sorted by id, and what it took: pairs proposed, pairs compared exactly, pairs at or above the threshold, crowded band values."""

    verdicts: tuple[Verdict, ...]
    matches: tuple[Match, ...]
    proposed: int
    verified: int
    crowded: int


def find_copies(
    index: pa.Table,
    text_of: TextOf,
    settings: DuplicatesSettings,
    pinned: Collection[str] = frozenset(),
    touched: Collection[str] | None = None,
    *,
    memory_limit: str = "512MB",
    spill: Path | None = None,
) -> Result:
    """Find the copies among all documents of the index, or anew among those that the touched ones may concern.

    Args:
        index: one row per document of the whole corpus, columns as in `INDEX`; an id may stand in it once.
        text_of: gives the texts of ids; asked only for documents that were proposed, in batches.
        settings: what a copy is and which one is kept.
        pinned: ids that are kept whatever they resemble.
        touched: None for a full run. Otherwise only the components of the proposed pairs that hold one of these ids are judged, and only
            their verdicts are returned; all the others stand as they were. Touched are documents that are new or changed in any column or
            in text, those newly pinned or released, and, where documents changed or left, `reach` of those in the index as it was before.
        memory_limit: for the join, in DuckDB's notation.
        spill: a folder for what of the join does not fit in memory.

    >>> texts = {"a": "The ferry sailed at dawn.", "b": "THE FERRY sailed at dawn", "c": "It rained all day."}
    >>> settings = DuplicatesSettings()
    >>> rows = [{"id": i, "bands": list(fingerprint(t, settings).bands), "chars": len(t)} for i, t in texts.items()]
    >>> result = find_copies(pa.Table.from_pylist(rows, schema=INDEX), lambda ids: {i: texts[i] for i in ids}, settings)
    >>> [(v.id, v.status, v.kept_id) for v in result.verdicts]
    [('a', 'kept', ''), ('b', 'duplicate', 'a'), ('c', 'kept', '')]
    """
    ranked = rank(_candidates(index), settings)
    proposal = _proposed(index, ranked, settings, memory_limit, spill)
    component = components((candidate.id for candidate in ranked), _pairs(proposal.pairs))
    if touched is not None:
        concerned = {component[identity] for identity in touched if identity in component}
        ranked = [candidate for candidate in ranked if component[candidate.id] in concerned]
    pairs = _gathered(proposal.pairs, component, {component[candidate.id] for candidate in ranked})
    matches = verify(pairs, text_of, settings)
    verdicts = choose(ranked, matches, settings, pinned)
    in_order = tuple(sorted(verdicts, key=lambda verdict: verdict.id))
    return Result(in_order, tuple(matches), proposed=len(proposal.pairs), verified=len(pairs), crowded=proposal.crowded)


def reach(index: pa.Table, ids: Collection[str], settings: DuplicatesSettings, *, memory_limit: str = "512MB", spill: Path | None = None) -> frozenset[str]:
    """Return every document that a change of the given ones may concern: their components in the graph of proposed pairs."""
    ranked = rank(_candidates(index), settings)
    component = components((candidate.id for candidate in ranked), _pairs(_proposed(index, ranked, settings, memory_limit, spill).pairs))
    concerned = {component[identity] for identity in ids if identity in component}
    return frozenset(identity for identity, name in component.items() if name in concerned)


def _candidates(index: pa.Table) -> list[Candidate]:
    columns = [index.column(name).to_pylist() for name in ("id", "site", "published", "chars", "flags")]
    candidates = [Candidate(identity, site or "", when or "", chars or 0, flags or 0) for identity, site, when, chars, flags in zip(*columns, strict=True)]
    if len({candidate.id for candidate in candidates}) < len(candidates):
        msg = "the index of documents holds an id twice"
        raise StoreError(msg)
    return candidates


def _proposed(index: pa.Table, ranked: list[Candidate], settings: DuplicatesSettings, memory_limit: str, spill: Path | None) -> Proposal:
    place = {candidate.id: number for number, candidate in enumerate(ranked)}
    ranks = pa.array([place[str(identity)] for identity in index.column("id").to_pylist()], pa.int64())
    return propose(index.select(["id", "bands"]).append_column("rank", ranks), settings, memory_limit=memory_limit, spill=spill)


def _pairs(pairs: pa.Table) -> Iterator[tuple[str, str]]:
    for batch in pairs.to_batches(max_chunksize=10_000):
        yield from ((str(a), str(b)) for a, b in zip(*(column.to_pylist() for column in batch.columns), strict=True))


def _gathered(pairs: pa.Table, component: dict[str, str], wanted: set[str]) -> pa.Table:
    """Keep the pairs of the wanted components and lay those of a component together, so that each text is read about once."""
    names = [component[a] for a, _ in _pairs(pairs)]
    pairs = pairs.append_column("component", pa.array(names, pa.string())).append_column("place", pa.array(range(len(pairs)), pa.int64()))
    kept = pairs.filter(pa.array([name in wanted for name in names], pa.bool_()))
    return kept.sort_by([("component", "ascending"), ("place", "ascending")]).select(["a", "b"])
