"""The stories that a run has something to say of: the largest ones, with those who tell them.

A story is told whole, by who was published before as well, if a document of the run is in it: a tenth report of an event is one of ten.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from copydesk.report.excerpts import excerpt
from copydesk.report.record import StoryMember, StoryRow
from copydesk.store import schema

__all__ = ["COLUMNS", "collect_stories"]

MAX_STORIES = 50
MAX_MEMBERS = 20

COLUMNS = ["id", "source", "site", "published", "title", "status", "story"]
"""What is read of each document."""


def collect_stories(rows: pa.Table) -> list[StoryRow]:
    """Return the largest stories among rows with these columns, by number of documents and then by id; members by date, the undated last."""
    told = rows.select(COLUMNS).filter((pc.field("story") != "") & (pc.field("status") != "quarantined"))
    sizes = Counter(schema.strings(told, "story"))
    largest = sorted(sizes, key=lambda story: (-sizes[story], story))[:MAX_STORIES]
    shown = told.filter(pc.field("story").isin(pa.array(largest, pa.string()))).to_pylist()
    return [_story(story, [row for row in shown if row["story"] == story]) for story in largest]


def _story(name: str, rows: list[Mapping[str, Any]]) -> StoryRow:
    ordered = sorted(rows, key=lambda row: (not row["published"], row["published"] or "", row["id"], row["source"] or ""))
    return StoryRow(
        id=name,
        documents=len(rows),
        copies=sum(row["status"] == "duplicate" for row in rows),
        sites=len({row["site"] or "" for row in rows} - {""}),
        first=excerpt(ordered[0]["published"] or ""),
        members=[
            StoryMember(**{column: excerpt(row[column] or "") if column in {"published", "title"} else row[column] or "" for column in COLUMNS[:-1]})
            for row in ordered[:MAX_MEMBERS]
        ],
    )
