"""Which documents a change may concern, and all that matches them: what an incremental run looks at in place of the whole corpus.

A verdict depends on the matches of a document's connected component and on its own refused ones. So the documents whose matches may have changed are
found first:

* those that are new, changed, pinned or released, and whatever they match;
* those that may have matched a document as it was before it changed or left;
* those whose pair is proposed now and was not, or the other way round, only because of who else holds a value: one of the two stood among the first of a
  crowd, and now does not, or the like. What was proposed then is worked out like what is proposed now, and only where the two differ texts are compared.

From there the walk goes outward over verified matches, comparing each document that it comes to with all others, until nothing new is reached. What it
has then is whole components with all their matches. It may look at more than what changed, never at less.

Sketches are looked through as one array per step; Python handles only what is reached.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from copydesk.duplicates.choose import removes
from copydesk.duplicates.order import ranks
from copydesk.duplicates.propose import NEEDED, Rows, database, propose
from copydesk.duplicates.verify import Match
from copydesk.settings import DuplicatesSettings

__all__ = ["Change", "Compare", "Walk", "walk"]

Pair = tuple[int, int]

Compare = Callable[[pa.Table], dict[Pair, Match]]
"""Verifies pairs of rows (columns a, b) and returns those that match."""


@dataclass(frozen=True, slots=True)
class Change:
    """What is different from the run before.

    `ids`: documents that are new or changed in text or in any column of the index, newly pinned or released; those that left may be among them.
    `before`: rows of the index, as they were, of all of these that stood in it, and of those that left.
    """

    ids: Collection[str]
    before: pa.Table


@dataclass(slots=True)
class Walk:
    """The rows whose verdicts the change may concern, all matches of theirs, and what it took."""

    rows: set[int] = field(default_factory=set)
    matches: dict[Pair, Match] = field(default_factory=dict)
    proposed: int = 0
    crowded: int = 0


# Documents of which a pair may be proposed now and was not then, or the other way round, though neither changed: the first of the two became or ceased to be
# a leader of a crowd, or what holds the value became a crowd or ceased to be one. `holders` has all holders of the values that a change touches; `now` and
# `was` say whether one holds it now and did then. What else the two share counts the same now and then: what a crowd holds as it is known, else at most 2.
# Where that settles it, the pair is left out.
_STIRRED: Final = """
    with crowds as (
        select value from holders group by value having greatest(count(*) filter (now), count(*) filter (was)) > $crowd
    ),
    placed as (
        select row, rank, value, now and was as stays,
            sum(now::integer) over behind as place, sum(was::integer) over behind as place_then,
            sum(now::integer) over crowd as size, sum(was::integer) over crowd as size_then
        from holders semi join crowds using (value)
        window behind as (partition by value order by rank rows unbounded preceding), crowd as (partition by value)
    ),
    weighed as (
        select row, rank, value,
            case when size <= $crowd then 2 when place <= $leaders then 1 else 0 end as weight,
            case when size_then <= $crowd then 2 when place_then <= $leaders then 1 else 0 end as weight_then
        from placed where stays
    ),
    pairs as (
        select head.row as a, behind.row as b, sum(head.weight) as weight, sum(head.weight_then) as weight_then
        from weighed as head join weighed as behind using (value)
        where head.weight <> head.weight_then and head.rank < behind.rank
        group by a, b having sum(head.weight) <> sum(head.weight_then)
    ),
    named as (select a as row from pairs union select b from pairs),
    sketched as (select row, len(sketch)::integer as size, unnest(sketch) as value from documents semi join named using (row)),
    shared as (
        select a, b, min(least(one.size, other.size)) as size,
            sum(case when weighed.weight = weighed.weight_then then weighed.weight else 0 end) as certain,
            sum(case when weighed.row is null then 2 when weighed.weight = weighed.weight_then then weighed.weight else 0 end) as possible
        from pairs join sketched as one on one.row = a join sketched as other on other.row = b and other.value = one.value
        left join weighed on weighed.row = a and weighed.value = one.value
        group by a, b
    )
    select distinct a from (
        select a from pairs join shared using (a, b) group by a, b
        having 2 * {needed} > min(least(weight, weight_then) + certain) and 2 * {needed} <= min(greatest(weight, weight_then) + possible)
    )
"""


def walk(index: pa.Table, change: Change, compare: Compare, settings: DuplicatesSettings, *, memory_limit: str = "512MB", spill: Path | None = None) -> Walk:
    """Find what the change may concern, and everything that matches it; `compare` verifies what is proposed on the way."""
    steps = _Steps(index, change, settings, memory_limit, spill)
    stirred = steps.stirred()
    now, then = steps.near(np.concatenate([steps.changed, stirred])), steps.near(np.concatenate([steps.gone, stirred]), then=True)
    left_behind = {row for pair in then.pairs if not steps.stayed(pair) for row in pair if row < len(index)}
    new = [pair for pair in now.pairs if not steps.stayed(pair)]
    differing = sorted(pair for pair in set(now.pairs) ^ set(then.pairs) if steps.stayed(pair))
    matches = compare(_table([*new, *differing]))
    # A refused match of a document that changed is told in the other's reason, so the other is judged again; but it carries nothing further.
    found = Walk(
        rows={*steps.changed.tolist(), *left_behind, *(row for pair in matches for row in pair)},
        matches={pair: matches[pair] for pair in new if pair in matches},
        proposed=len(new),
        crowded=now.crowded,
    )
    done = set(steps.changed.tolist())
    while frontier := found.rows - done:
        around = steps.near(np.array(sorted(frontier), dtype=np.int64))
        pairs = [pair for pair in around.pairs if done.isdisjoint(pair)]
        matches = compare(_table(pairs))
        found.matches |= matches
        found.proposed += len(pairs)
        found.crowded += around.crowded
        found.rows |= {row for pair, match in matches.items() if removes(match, settings) for row in pair}
        done |= frontier
    return found


@dataclass(frozen=True, slots=True)
class _Near:
    pairs: list[Pair]
    crowded: int


class _Steps:
    """The index of today and of before, as far as the steps of a walk ask about it.

    The rows of before that changed or left are counted on after those of the index.
    """

    def __init__(self, index: pa.Table, change: Change, settings: DuplicatesSettings, memory_limit: str, spill: Path | None) -> None:
        self._all = pa.concat_tables([index, change.before.select(index.column_names)])
        self._ranks = ranks(self._all, settings)
        self._settings, self._memory_limit, self._spill = settings, memory_limit, spill
        sketches = self._all.column("sketch").combine_chunks()
        self._values: NDArray[np.int64] = pc.list_flatten(sketches).to_numpy()
        self._sizes: Rows = pc.list_value_length(sketches).to_numpy().astype(np.int64)
        self._ends = np.cumsum(self._sizes)
        is_changed = pc.is_in(index.column("id"), value_set=pa.array(sorted(change.ids), pa.string())).to_numpy()
        self.changed: Rows = np.flatnonzero(is_changed)
        self.gone: Rows = np.arange(len(index), len(self._all))
        self._is_now = np.arange(len(self._all)) < len(index)
        self._was = np.concatenate([~is_changed, np.ones(len(self.gone), dtype=np.bool_)])

    def stayed(self, pair: Pair) -> bool:
        """Whether both are in the corpus as they were."""
        return all(self._is_now[row] and self._was[row] for row in pair)

    def near(self, rows: Rows, *, then: bool = False) -> _Near:
        """The proposed pairs of these rows with all others, now or then, and the number of crowded values among theirs."""
        holders, values = self._holders(rows, self._was if then else self._is_now)
        starts = np.flatnonzero(np.diff(holders, prepend=-1))
        around = holders[starts]
        sketches = pa.ListArray.from_arrays(pa.array(np.append(starts, len(holders)), pa.int32()), pa.array(values))
        found = propose(
            sketches,
            self._ranks[around].argsort().argsort(),
            self._settings,
            np.isin(around, rows),
            sizes=self._sizes[around],
            memory_limit=self._memory_limit,
            spill=self._spill,
        )
        return _Near(list(zip(*(around[found.pairs.column(name).to_numpy()].tolist() for name in ("a", "b")), strict=True)), found.crowded)

    def stirred(self) -> Rows:
        """Rows of documents that did not change, of which a pair may be proposed now and was not, or the other way round, with another one such."""
        holders, values = self._holders(np.concatenate([self.changed, self.gone]), self._is_now | self._was)
        columns = {"row": holders, "value": values, "rank": self._ranks[holders], "now": self._is_now[holders], "was": self._was[holders]}
        around = np.unique(holders)
        sketches = self._all.column("sketch").take(around)
        with database(self._memory_limit, self._spill) as connection:
            connection.register("holders", pa.table({name: pa.array(column) for name, column in columns.items()}))
            connection.register("documents", pa.Table.from_arrays([pa.array(around), sketches], names=["row", "sketch"]))
            found = connection.sql(_STIRRED.format(needed=NEEDED), params={"crowd": self._settings.crowd, "leaders": self._settings.leaders}).to_arrow_table()
        return np.sort(found.column("a").to_numpy())

    def _holders(self, rows: Rows, among: NDArray[np.bool_]) -> tuple[Rows, NDArray[np.int64]]:
        """All that hold a value that one of these rows holds: rows, ascending, and the values."""
        asked = pc.unique(pc.list_flatten(self._all.column("sketch").take(rows)))
        places = np.flatnonzero(pc.is_in(pa.array(self._values), value_set=asked).to_numpy(zero_copy_only=False))
        holders = np.searchsorted(self._ends, places, side="right")
        chosen = among[holders]
        return holders[chosen], self._values[places[chosen]]


def _table(pairs: Sequence[Pair]) -> pa.Table:
    rows = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return pa.table({"a": pa.array(rows[:, 0]), "b": pa.array(rows[:, 1])})
