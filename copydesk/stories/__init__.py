"""Stories: which documents tell of the same event. A relation between kept documents; nobody is removed for it.

Search groups by it, a reader sees who else reported, and a corpus can be sampled by event. Two independent reports are no copies: they share hardly a run of
three words. What they share is names, figures, dates and rare words:

    telltales     the 48 rarest words and figures of a text, as numbers         `values`, `rarity`
    propose       documents that share two of them, within a few days (a join)  `matching`
    compare       the weighted cosine of what they share, and how much it is    `matching`
    choose        walk from the earliest on; join the best matching *leader*    `choose`

Comparing reads no texts: the column of telltales is all that it takes.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from copydesk.errors import StoreError
from copydesk.settings import StoriesSettings
from copydesk.stories.choose import choose
from copydesk.stories.matching import match
from copydesk.stories.values import telltales

__all__ = ["INDEX", "VERSION", "Result", "find_stories", "telltales"]

VERSION = 1
"""It grows whenever the same texts may have other values, or the same values other stories, than before."""

INDEX = pa.schema({"id": pa.string(), "telltales": pa.list_(pa.int64()), "published": pa.string()})
"""What is known of each document: its values as `telltales` gives them, and when it was published, in ISO 8601 or empty."""
_ASKED = pa.schema([INDEX.field("id"), INDEX.field("telltales")])


@dataclass(frozen=True, slots=True)
class Result:
    """The stories (id of the document: id of the leading one, itself included; a document alone is not there), pairs proposed, pairs that match."""

    stories: dict[str, str]
    proposed: int
    matched: int


def find_stories(index: pa.Table, settings: StoriesSettings, *, memory_limit: str = "512MB", spill: Path | None = None) -> Result:
    """Find the stories among all documents of the index.

    Args:
        index: one row per kept document, columns as in `INDEX`; an id may stand in it once.
        settings: what counts as the same event.
        memory_limit: for the joins, in DuckDB's notation.
        spill: a folder for what of the joins does not fit in memory.

    >>> told = ["Quillfeather sank off Skerryvore with 212 casks of aquavit.", "The brig Quillfeather, 212 casks of aquavit aboard, lies off Skerryvore."]
    >>> values = telltales([*told, "It rained in Paris."], StoriesSettings())
    >>> index = pa.table({"id": ["x", "y", "z"], "telltales": values, "published": ["2020-02-02", "2020-02-01", ""]}, schema=INDEX)
    >>> find_stories(index, StoriesSettings()).stories
    {'x': 'y', 'y': 'y'}
    """
    if pc.count_distinct(index.column("id")).as_py() < len(index):
        msg = "the index of documents holds an id twice"
        raise StoreError(msg)
    published = index.column("published")
    days = published.unique()
    moments = pa.array([_moment(when or "") for when in days.to_pylist()], pa.int64()).take(pc.index_in(published, value_set=days))
    rows = index.select(["id", "telltales"]).cast(_ASKED).append_column("moment", moments)
    ordered = rows.sort_by([("moment", "ascending"), ("id", "ascending")])
    documents = ordered.append_column("place", pa.array(range(len(ordered)), pa.int64())).drop_columns(["id"])
    matches = match(documents, settings, memory_limit=memory_limit, spill=spill)
    led = choose(matches.pairs)
    members, leaders = (ordered.column("id").take(pa.array(list(places), pa.int64())).to_pylist() for places in (led.keys(), led.values()))
    stories = {str(member): str(leader) for member, leader in zip(members, leaders, strict=True)}
    return Result(dict(sorted(stories.items())), matches.proposed, len(matches.pairs))


def _moment(published: str) -> int | None:
    """Seconds since 1970, or None where it is missing or not ISO 8601. A time without a zone is taken for UTC."""
    try:
        moment = datetime.fromisoformat(published.strip())
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return int(aware.timestamp())
    except (OverflowError, ValueError):
        return None
