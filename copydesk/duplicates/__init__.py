"""Near-copies: propose, verify, choose. The one stage that looks across documents.

A corpus of news holds the same story many times: reprints, updates, mirrors. Search ranks them all, training repeats them. One of each is
kept and the others stay in the table as duplicates that name it, with the exact figures that say so.

    fingerprint   a text becomes a sketch, a sample of its shingles              `fingerprint`
    propose       documents whose sketches share enough are candidates (a join)  `propose`
    verify        exact comparison of each candidate pair                        `verify`
    choose        walk a total order; only a *kept* document removes another     `order`, `choose`
    walk          which of all that a change may concern                         `walk`

Sketches only propose; the thresholds are applied to the exact figures. Different reports of the same event are not copies.

`find_copies` does it all in one process. The middle step may run anywhere: `ranges` cuts the proposed pairs into tables of ids, `verify` takes one of them.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from copydesk.document import Verdict
from copydesk.duplicates.choose import ALONE, candidates, choose
from copydesk.duplicates.fingerprint import Fingerprint, fingerprint, fingerprints
from copydesk.duplicates.order import ranks
from copydesk.duplicates.passages import shared_passage
from copydesk.duplicates.propose import propose
from copydesk.duplicates.updates import later
from copydesk.duplicates.verify import Match, TextOf, verify
from copydesk.duplicates.walk import Change, walk
from copydesk.errors import StoreError
from copydesk.settings import DuplicatesSettings

__all__ = [
    "INDEX",
    "VERSION",
    "Change",
    "Fingerprint",
    "Match",
    "Result",
    "TextOf",
    "Verdict",
    "find_copies",
    "fingerprint",
    "fingerprints",
    "ranges",
    "verify",
]

VERSION = 2
"""The version of the stage: it grows whenever the same texts may be judged otherwise, or fingerprinted otherwise, than before."""

INDEX = pa.schema(
    {
        "id": pa.string(),
        "sketch": pa.list_(pa.int64()),
        "shingles": pa.int64(),
        "site": pa.string(),
        "published": pa.string(),
        "chars": pa.int64(),
        "flags": pa.float64(),
    }
)
"""What is known of each document without its text: its sketch and number of distinct shingles, where and when it was published (ISO 8601 or empty), its
length in characters, and how many flags were raised about its translation."""

_RANGE: Final = 50_000  # pairs: some seconds of work, and the ids of a range take 10 MB
_BATCH: Final = 256


@dataclass(frozen=True, slots=True)
class Result:
    """The verdicts, and what it took.

    `matched` are the verdicts of documents that match another one, `alone` the ids of those judged that match none and are kept: of a large corpus, most.
    `matches` are all that were found, also refused ones. Then the numbers of pairs proposed and compared, and of values held by a crowd.
    """

    matched: tuple[Verdict, ...]
    alone: "pa.Array[Any]"
    matches: tuple[Match, ...]
    proposed: int
    verified: int
    crowded: int

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """All verdicts, sorted by id; made anew at each call."""
        alone = (Verdict(str(identity), "kept", reason=ALONE) for identity in self.alone.to_pylist())
        return tuple(sorted((*self.matched, *alone), key=lambda verdict: verdict.id))


def find_copies(
    index: pa.Table,
    text_of: TextOf,
    settings: DuplicatesSettings,
    pinned: Collection[str] = frozenset(),
    change: Change | None = None,
    *,
    memory_limit: str = "512MB",
    spill: Path | None = None,
) -> Result:
    """Find the copies among all documents of the index, or anew among those that a change may concern.

    Args:
        index: one row per document of the whole corpus as it is now, columns as in `INDEX`; an id may stand in it once.
        text_of: gives the texts of ids; asked only for documents that were proposed, in batches.
        settings: what a copy is and which one is kept.
        pinned: ids that are kept whatever they resemble.
        change: None for a full run. Otherwise what is different from the run before, and only documents that this may concern are judged: all others stand
            as they were, and the two together are what a full run would say.
        memory_limit: for each join, in DuckDB's notation.
        spill: a folder for what of a join does not fit in memory.

    >>> texts = {"a": "The ferry sailed at dawn.", "b": "THE FERRY sailed at dawn", "c": "It rained all day."}
    >>> settings = DuplicatesSettings()
    >>> prints = {i: fingerprint(text, settings) for i, text in texts.items()}
    >>> rows = [{"id": i, "sketch": p.sketch, "shingles": p.shingles, "chars": len(texts[i])} for i, p in prints.items()]
    >>> result = find_copies(pa.Table.from_pylist(rows, schema=INDEX), lambda ids: {i: texts[i] for i in ids}, settings)
    >>> [(v.id, v.status, v.kept_id) for v in result.verdicts]
    [('a', 'kept', ''), ('b', 'duplicate', 'a'), ('c', 'kept', '')]
    """
    _check(index)
    compare = partial(_compared, index=index, text_of=text_of, settings=settings)
    if change is None:
        proposal = propose(index.column("sketch"), ranks(index, settings), settings, memory_limit=memory_limit, spill=spill)
        matches, proposed, crowded = compare(proposal.pairs), len(proposal.pairs), proposal.crowded
        judged = np.arange(len(index))
    else:
        found = walk(index, change, compare, settings, memory_limit=memory_limit, spill=spill)
        matches, proposed, crowded = found.matches, found.proposed, found.crowded
        judged = np.array(sorted(found.rows), dtype=np.int64)
    matching = np.unique(np.array(list(matches), dtype=np.int64))
    verdicts = choose(candidates(index.take(matching), settings), list(matches.values()), settings, pinned)
    concerned = set(index.column("id").take(np.intersect1d(matching, judged)).to_pylist())
    passages = _with_passages([verdict for verdict in verdicts if verdict.id in concerned], text_of, settings)
    alone = index.column("id").take(np.setdiff1d(judged, matching, assume_unique=True)).sort().combine_chunks()
    return Result(
        matched=tuple(sorted(passages, key=lambda verdict: verdict.id)),
        alone=alone,
        matches=tuple(sorted(matches.values(), key=lambda match: (match.a, match.b))),
        proposed=proposed,
        verified=proposed,
        crowded=crowded,
    )


def ranges(pairs: pa.Table, ids: "pa.ChunkedArray[pa.StringScalar]", size: int = _RANGE) -> Iterator[pa.Table]:
    """Cut proposed pairs of rows into tables of at most `size` pairs of ids (columns a, b), each of which `verify` takes by itself, in any order.

    What else the pairs hold (column `later`, see `copydesk.duplicates.updates`) stays beside them.
    """
    for at in range(0, len(pairs), size):
        part = pairs.slice(at, size)
        for column, name in enumerate(("a", "b")):
            part = part.set_column(column, name, ids.take(part.column(name)))
        yield part


def _compared(pairs: pa.Table, *, index: pa.Table, text_of: TextOf, settings: DuplicatesSettings) -> dict[tuple[int, int], Match]:
    """Verify the pairs and return the matches among them by their rows."""
    matches: dict[tuple[int, int], Match] = {}
    pairs = pairs.append_column("later", later(index, pairs))
    for number, part in enumerate(ranges(pairs, index.column("id"))):
        found = {(match.a, match.b): match for match in verify(part, text_of, settings)}
        rows = pairs.slice(number * _RANGE, _RANGE)
        names = zip(part["a"].to_pylist(), part["b"].to_pylist(), strict=True)
        for a, b, name in zip(rows["a"].to_numpy().tolist(), rows["b"].to_numpy().tolist(), names, strict=True):
            if name in found:
                matches[a, b] = found[name]
    return matches


def _with_passages(verdicts: Sequence[Verdict], text_of: TextOf, settings: DuplicatesSettings) -> Iterator[Verdict]:
    """Say of each copy where the longest passage stands that it shares with the kept one."""
    for at in range(0, len(verdicts), _BATCH):
        part = verdicts[at : at + _BATCH]
        texts = text_of(sorted({name for verdict in part if verdict.kept_id for name in (verdict.id, verdict.kept_id)}))
        for verdict in part:
            shared = shared_passage(texts[verdict.id], texts[verdict.kept_id], settings) if verdict.kept_id else None
            yield replace(verdict, shared=shared)


def _check(index: pa.Table) -> None:
    if pc.count_distinct(index.column("id")).as_py() < len(index):
        msg = "the index of documents holds an id twice"
        raise StoreError(msg)
