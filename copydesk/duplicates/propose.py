"""Which pairs of documents are worth an exact comparison: those whose sketches share enough values.

This is a join of a table with itself, so a database does it: DuckDB in this process, which keeps to a memory limit and spills to disk where it is
given a folder. Nothing is downloaded; fetching extensions is switched off.

A value that very many documents share (a phrase of the language, a site's footer, one wire story five hundred times) would propose the square of
their number. Up to `crowd` holders are all paired with each other; of more, only the first `leaders` by rank are, with all the others.
The first in rank are those that would be kept, so the copies of one story still meet the one that is kept. And what a crowd holds says little: a
value of a crowd counts half.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from copydesk.sampling import FEW, PERCENT
from copydesk.settings import DuplicatesSettings

__all__ = ["NEEDED", "Proposal", "Rows", "Sketches", "database", "propose"]

Rows = NDArray[np.int64]
"""Row numbers of an index, or for each of its rows a number."""

Sketches: TypeAlias = "pa.ChunkedArray[Any] | pa.Array[Any]"
"""A column of sketches: lists of int64."""

# Place in the crowd goes by rank, so that the same documents are paired whatever the order of the rows.
_HOLDERS: Final = """
    create temp table holders as
    with held as (select rank, asked, size, unnest(sketch) as value from documents),
    shared as (select value from held group by value having count(*) > 1 and bool_or(asked))
    select rank, asked, size, value, row_number() over (partition by value order by rank) as place, count(*) over (partition by value) > $crowd as crowded
    from held semi join shared using (value)
"""
# A pair is asked for where its first is (`asked`) or, of those whose first is not, its second is: two joins, so that neither makes pairs to throw away.
# The smallest value that a pair shares brings the pairs of like documents together.
_PAIRS: Final = """
    with head as (select * from holders where place <= $leaders or not crowded),
    links as (
        select head.rank as a, behind.rank as b, value, crowded, least(head.size, behind.size) as size
        from head join holders as behind using (value, crowded) where head.asked and head.place < behind.place
        union all
        select head.rank as a, behind.rank as b, value, crowded, least(head.size, behind.size) as size
        from head join holders as behind using (value, crowded) where not head.asked and behind.asked and head.place < behind.place
    )
    select a, b from links group by a, b having count(*) + count(*) filter (not crowded) >= 2 * {needed}
    order by min(value), a, b
"""
NEEDED: Final = f"case when min(size) < {FEW} then 1 else greatest(2, (min(size) * {PERCENT} + 99) // 100) end"
"""`copydesk.sampling.needed` in the database's words: how many values a group of links with a column `size`, the smaller sketch's, must have."""

_CROWDED: Final = "select count(*) from holders where place = $crowd + 1"


@dataclass(frozen=True, slots=True)
class Proposal:
    """Distinct pairs of rows (columns a, b: int64; a before b in rank), those of like documents together; and how many values were held by a crowd."""

    pairs: pa.Table
    crowded: int


def propose(
    sketches: "Sketches",
    ranks: Rows,
    settings: DuplicatesSettings,
    asked: NDArray[np.bool_] | None = None,
    *,
    sizes: Rows | None = None,
    memory_limit: str = "512MB",
    spill: Path | None = None,
) -> Proposal:
    """Pair the rows whose sketches share enough values.

    Args:
        sketches: the sketch of each row, list<int64>; the values of one are distinct.
        ranks: the place of each row in the total order, all different.
        settings: `crowd` and `leaders` are used.
        asked: which rows are asked about; a pair is returned where one of its two is. None asks about all.
        sizes: how many values each sketch has in all, where of those that no asked row holds some are left out.
        memory_limit: what the join may hold in memory, in DuckDB's notation; past it, it spills or fails.
        spill: a folder for what does not fit in memory; None keeps everything in memory.

    >>> sketches = pa.chunked_array([[[1, 2], [9, 2], [2, 1], [7]]])
    >>> propose(sketches, np.array([1, 0, 2, 3]), DuplicatesSettings()).pairs.to_pylist()
    [{'a': 0, 'b': 2}, {'a': 1, 'b': 0}, {'a': 1, 'b': 2}]
    """
    columns = {
        "sketch": sketches,
        "rank": pa.array(ranks, pa.int64()),
        "asked": pa.array(np.ones(len(ranks), dtype=np.bool_) if asked is None else asked),
        "size": pc.list_value_length(sketches) if sizes is None else pa.array(sizes, pa.int64()),
    }
    documents = pa.Table.from_arrays(list(columns.values()), names=list(columns))
    with database(memory_limit, spill) as connection:
        connection.register("documents", documents)
        connection.execute(_HOLDERS, {"crowd": settings.crowd})
        pairs = connection.sql(_PAIRS.format(needed=NEEDED), params={"leaders": settings.leaders}).to_arrow_table()
        ((crowded,),) = connection.execute(_CROWDED, {"crowd": settings.crowd}).fetchall()
    row = np.empty(int(ranks.max(initial=-1)) + 1, dtype=np.int64)
    row[ranks] = np.arange(len(ranks))
    return Proposal(pa.table({name: row[pairs.column(name).to_numpy()] for name in ("a", "b")}), crowded)


@contextmanager
def database(memory_limit: str, spill: Path | None) -> "Iterator[duckdb.DuckDBPyConnection]":
    """Open an empty database in memory that downloads nothing and keeps to its limit."""
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": memory_limit,
        "threads": 1,  # a join takes a tenth of what comparing does, and two threads take a quarter more CPU
        "temp_directory": str(spill or ""),
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    with duckdb.connect(":memory:", config=config) as connection:
        yield connection
