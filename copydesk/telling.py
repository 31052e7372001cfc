"""Who tells of the same event, once it is known who is kept: the column `story` of the published table.

Stories are a relation among kept documents, so they are found after the verdicts, always among all of them: an earlier report may arrive late, or leave, and
take the story's name with it. The column of telltales is all that it takes; where the kept documents are those of before, not even that. A duplicate is of the
story of its kept document. What stands as it was never becomes a Python object: DuckDB puts the published rows, those that arrive and the verdicts together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from copydesk.document import Verdict
from copydesk.settings import StoriesSettings
from copydesk.store import schema, shards
from copydesk.store.corpus import Corpus
from copydesk.store.shards import Shard
from copydesk.stories import INDEX, find_stories

__all__ = ["Standing", "Told", "tell", "with_telltales"]

Standing = tuple[str, str]
"""How a document stands from now on: its status and its story."""

_PUBLISHED: Final = ["id", "published", "status", "kept_id", "story"]
_VALUES: Final = ["id", "telltales"]
_TOLD: Final = pa.schema([("id", pa.string()), ("story", pa.string())])
_JUDGED: Final = pa.schema([("id", pa.string()), ("status", pa.string()), ("kept_id", pa.string())])

# `before` and `was` are status and story as published, null for who arrives.
_NOW: Final = """
    create temp table now as
    select id, published.published, coalesce(judged.status, published.status) as status, coalesce(judged.kept_id, published.kept_id) as kept_id,
        published.status as before, coalesce(published.story, '') as was, judged.id is not null as judged
    from published left join judged using (id)
    where published.status <> 'quarantined' and id not in (select id from gone)
    union all
    select id, arriving.published, judged.status, judged.kept_id, null, null, true
    from arriving join judged using (id)
"""
_SAME: Final = """
    select not exists (from now where (status = 'kept') <> coalesce(before = 'kept', false))
        and not exists (from published where status = 'kept' and id in (select id from gone))
"""
_CONCERNED: Final = """
    create temp table concerned as
    select now.*, coalesce(found.story, '') as story, coalesce(found.story, '') <> was as changed
    from now left join found on found.id = if(now.status = 'kept', now.id, now.kept_id)
"""
_STANDING: Final = """
    with wanted as (from concerned where judged or changed)
    select id, status, story from concerned
    where id in (select id from wanted union select kept_id from wanted union select story from wanted)
    order by id
"""


@dataclass(frozen=True, slots=True)
class Told:
    """The stories after a change, of those whom it concerns.

    `standing` covers all that were judged, all whose story changes, and the documents that they name as kept or as leading; `retold` are published documents of
    which nothing but the story changes. Then the numbers of stories, of kept documents in one, and of published rows whose story changes.
    """

    standing: Mapping[str, Standing]
    retold: tuple[str, ...]
    stories: int
    members: int
    changed: int


def tell(
    corpus: Corpus,
    arriving: pa.Table,
    gone: "pa.Array[pa.StringScalar]",
    verdicts: Mapping[str, Verdict],
    settings: StoriesSettings,
    *,
    anew: Sequence[Shard] | None,
    spill: Path,
) -> Told:
    """Find the stories among all documents that are kept now, published or arriving.

    Args:
        corpus: the published documents.
        arriving: index rows of documents that are new or changed, of which id, published and telltales are read.
        gone: ids of published documents that no longer stand as they are there, those that arrive again among them.
        verdicts: of all that were judged, by id; whoever is not here stands as published.
        settings: what counts as the same event.
        anew: the index of the table's files where the published one is out of date, None where it holds.
        spill: a folder for what of the joins does not fit in memory.
    """
    rows = [[name, verdict.status, verdict.kept_id] for name, verdict in verdicts.items()]
    judged = pa.table(dict(zip(_JUDGED.names, zip(*rows, strict=True), strict=True)) if rows else _JUDGED.empty_table().to_pydict(), schema=_JUDGED)
    with duckdb.connect() as engine:
        engine.register("published", corpus.rows(_PUBLISHED))
        engine.register("arriving", arriving.select(["id", "published"]))
        engine.register("gone", pa.table({"id": gone}))
        engine.register("judged", judged)
        engine.execute(_NOW)
        kept = engine.sql("select id, published, was as story from now where status = 'kept' order by id").to_arrow_table()
        same = anew is None and engine.sql(_SAME).fetchall() == [(True,)]
        found = kept.select(_TOLD.names).filter(pc.field("story") != "") if same else _found(corpus, kept, arriving, settings, anew, spill)
        engine.register("found", found)
        engine.execute(_CONCERNED)
        standing = engine.sql(_STANDING).to_arrow_table()
        retold = engine.sql("select id from concerned where changed and not judged order by id").to_arrow_table()
        changed = len(engine.sql("select id from concerned where changed").to_arrow_table())
    statuses = zip(schema.strings(standing, "status"), schema.strings(standing, "story"), strict=True)
    return Told(
        standing=dict(zip(schema.strings(standing, "id"), statuses, strict=True)),
        retold=tuple(schema.strings(retold, "id")),
        stories=int(pc.count_distinct(found.column("story")).as_py()),
        members=len(found),
        changed=changed,
    )


def with_telltales(rows: pa.Table, arriving: pa.Table, known: Sequence[pa.Table]) -> pa.Table:
    """Return the rows with the telltales of their ids; who arrives may be known under the same id, as it was before."""
    came = arriving.column("id").combine_chunks()
    before = [part.filter(pc.invert(pc.is_in(part.column("id"), value_set=came))) for part in known]
    values = pa.concat_tables([part.select(_VALUES) for part in (arriving, *before)])
    return rows.append_column("telltales", values.column("telltales").take(pc.index_in(rows.column("id"), value_set=values.column("id"))))


def _found(corpus: Corpus, kept: pa.Table, arriving: pa.Table, settings: StoriesSettings, anew: Sequence[Shard] | None, spill: Path) -> pa.Table:
    """Return id and story of the kept documents that are in one."""
    if not settings.enabled:
        return _TOLD.empty_table()
    known = [corpus.rows(_VALUES, status=status) for status in ("kept", "duplicate")] if anew is None else [shards.read(one, _VALUES) for one in anew]
    index = with_telltales(kept.select(["id", "published"]), arriving, known).select(INDEX.names)
    stories = find_stories(index, settings, spill=spill).stories
    return pa.table({"id": list(stories.keys()), "story": list(stories.values())}, schema=_TOLD)
