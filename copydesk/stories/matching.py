"""Which documents tell of the same event: propose pairs by the values that they share, then weigh what they share.

Both are joins of a table of values, so a database does them: DuckDB in this process, with a limit of memory, spilling where it is given a folder. Weights are
whole numbers, so sums do not depend on the order in which they are taken.

*Propose.* Two documents are compared where they share `_PROPOSED` values. Dated documents meet only within `days` of each other: time is cut into slots of that
length and a document stands in its own slot and the next, so that two within the window meet in one slot exactly. A document without a date meets all
others. Of a crowd that shares a value within a slot only the first `crowd`, by place in the order, are paired with the others.

*Compare.* With w the class of a shared value in quarters of a nat, the score is the cosine of the weighted values, sum(w^2) of the shared over the root of the
product of both documents' own. Documents are of one story if they share `shared` values with `evidence` nats in all and the score reaches `threshold`, unless
both are full of figures and agree in hardly any: that is another day of the same report.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb
import pyarrow as pa

from copydesk.settings import StoriesSettings

__all__ = ["Matches", "match"]

_PROPOSED: Final = 2
_FIGURES: Final = 4
_AGREEING: Final = 5
_NAT: Final = 4
_RARE: Final = 8

_HOLDERS: Final = """
    create temp table holders as
    select place, moment, value, (value >> 1) & 31 as weight, value & 1 as figure
    from (select place, moment, unnest(telltales) as value from documents)
"""
# Slot null is for those without a date: there they, and only they, are paired with all.
_PROPOSE: Final = """
    create temp table proposed as
    with slots as (
        select place, moment, value, unnest([moment // $window, moment // $window + 1]) as slot from holders where moment is not null and weight >= $rare
        union all
        select place, moment, value, null from holders where $undated and weight >= $rare
    ),
    crowd as (
        select *, row_number() over (partition by value, slot order by moment is not null, place) as nth, count(*) over (partition by value, slot) as size
        from slots
    ),
    alone as (select * from crowd where size > 1)
    select least(one.place, other.place) as a, greatest(one.place, other.place) as b
    from alone as one join alone as other on one.value = other.value and one.slot is not distinct from other.slot
    where one.nth <= $crowd and one.nth < other.nth
        and (one.slot is null and one.moment is null
            or one.slot = greatest(one.moment // $window, other.moment // $window) and abs(one.moment - other.moment) <= $window)
    group by a, b
    having count(*) >= $proposed
"""
_COMPARE: Final = """
    with own as (select place, sum(weight * weight) as mass, sum(figure) as figures from holders group by place),
    common as (
        select a, b, count(*) as shared, sum(one.weight) as evidence, sum(one.weight * one.weight) as mass, sum(one.figure) as figures
        from proposed
        join holders as one on one.place = a
        join holders as other on other.place = b and other.value = one.value
        group by a, b
        having count(*) >= $shared and sum(one.weight) >= $evidence
    ),
    scored as (
        select a, b, common.mass / sqrt(one.mass::double * other.mass::double) as score,
            common.figures as agreeing, least(one.figures, other.figures) as figures
        from common join own as one on one.place = a join own as other on other.place = b
    )
    select a::bigint as a, b::bigint as b, score
    from scored
    where score >= $threshold and not (figures >= $enough and agreeing * $agreeing < figures)
    order by b, a
"""


@dataclass(frozen=True, slots=True)
class Matches:
    """Pairs of documents on one event (columns a, b: int64 places, a < b; score: float64), how many pairs were proposed."""

    pairs: pa.Table
    proposed: int


def match(documents: pa.Table, settings: StoriesSettings, *, memory_limit: str = "512MB", spill: Path | None = None) -> Matches:
    """Find the pairs of documents that tell of the same event.

    Args:
        documents: place (int64: the order, all different), moment (int64: seconds since 1970, null where unknown), telltales (list<int64>, distinct).
        settings: all of them are used, but `values`.
        memory_limit: what the joins may hold in memory, in DuckDB's notation; past it, they spill or fail.
        spill: a folder for what does not fit in memory; None keeps everything in memory.
    """
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": memory_limit,
        "temp_directory": str(spill or ""),
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    undated = documents.column("moment").null_count > 0
    with duckdb.connect(":memory:", config=config) as connection:
        connection.register("documents", documents)
        connection.execute(_HOLDERS)
        window = max(round(settings.days * 86_400), 1)
        connection.execute(_PROPOSE, {"window": window, "undated": undated, "crowd": settings.crowd, "proposed": _PROPOSED, "rare": _RARE})
        proposed = connection.sql("select count(*) as pairs from proposed").to_arrow_table().column("pairs")[0].as_py()
        limits = {
            "shared": settings.shared,
            "evidence": settings.evidence * _NAT,
            "threshold": settings.threshold,
            "enough": _FIGURES,
            "agreeing": _AGREEING,
        }
        pairs = connection.sql(_COMPARE, params=limits).to_arrow_table()
    return Matches(pairs, int(proposed))
