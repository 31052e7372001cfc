"""The total order in which documents stand: of several copies, the first is kept.

`settings.order` names the preferences, the first counts most, and the id decides where all else is equal. So any two documents compare the same way
whatever else is in the corpus, and a part of the corpus may be sorted alone.

Sorting is done on whole columns; Python runs once for each distinct date, not for each document.
"""

from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeAlias, assert_never

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from copydesk.duplicates.propose import Rows
from copydesk.settings import DuplicatesSettings, Preference

__all__ = ["UNDATED", "measures", "moments", "ranks"]

UNDATED: Final = np.iinfo(np.int64).max
"""The moment of a document without a readable date: after all others."""

# Lengths are compared in steps of 7 %: a dateline or a footer more does not make an article more complete, a paragraph does.
_FULLER: Final = 1.07
Numbers: TypeAlias = "pa.Array[Any]"

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def ranks(index: pa.Table, settings: DuplicatesSettings) -> Rows:
    """Return the place of each row in the total order, from 0, the one to keep first.

    >>> index = pa.table({"id": ["c", "b", "a"], "published": ["", "2020-03-01T23:00:00-04:00", "2020-03-02"]})
    >>> ranks(index, DuplicatesSettings(order=("earliest",))).tolist()
    [2, 1, 0]
    """
    keys = measures(index, settings).append_column("id", index.column("id"))
    order = pc.sort_indices(keys, sort_keys=[(name, "ascending") for name in keys.column_names]).to_numpy()
    places = np.empty(len(order), dtype=np.int64)
    places[order] = np.arange(len(order))
    return places


def measures(index: pa.Table, settings: DuplicatesSettings) -> pa.Table:
    """How each row stands in each preference, a column of numbers for each in their order: the better the smaller."""
    preferences = list(dict.fromkeys(settings.order))
    return pa.Table.from_arrays([_measure(index, preference, settings) for preference in preferences], names=list(preferences))


def moments(index: pa.Table) -> Numbers:
    """When each row was published: microseconds since 1970, or `UNDATED`."""
    distinct = index.column("published").unique()
    places = pc.index_in(index.column("published").combine_chunks(), value_set=distinct)
    return pa.array([_moment(date or "") for date in distinct.to_pylist()], pa.int64()).take(places)


def _measure(index: pa.Table, preference: Preference, settings: DuplicatesSettings) -> Numbers:
    match preference:
        case "preferred_site":
            sites = pa.array(settings.preferred_sites, pa.string())
            return pc.index_in(index.column("site").combine_chunks(), value_set=sites).fill_null(len(sites))
        case "earliest":
            return moments(index)
        case "most_complete":
            chars = np.maximum(index.column("chars").fill_null(pa.scalar(0)).to_numpy(), 1)
            return pa.array(-np.floor(np.log(chars) / np.log(_FULLER)), pa.float64())
        case "fewest_flags":
            return index.column("flags").fill_null(pa.scalar(0.0)).combine_chunks()
        case _:
            assert_never(preference)


def _moment(published: str) -> int:
    """Microseconds since 1970 in UTC; `UNDATED` where the date is missing or not ISO 8601. A time without a zone is taken for UTC."""
    try:
        moment = datetime.fromisoformat(published.strip())
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return (aware.astimezone(UTC) - _EPOCH) // timedelta(microseconds=1)
    except (ValueError, OverflowError):
        return int(UNDATED)
