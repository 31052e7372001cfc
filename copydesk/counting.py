"""How many documents of each site carry a line: counted for a run, over its new documents and the published ones.

The counts are derived. Each published row holds what its document adds to them (`body_hash`, `line_hashes`: see `copydesk.boilerplate.hosts`), so they are made
from the table and the run's shards whenever they are needed; nothing is kept beside the table that could disagree with it, and a crash costs nothing.

What a run was told is one shard, and each site's part of it has a *version*, the digest of that part. A document is judged with its site's part, its row names
the version, and the key of a shard's piece holds the versions of its own sites only: counts that grow elsewhere make no work.

The counting is DuckDB's: it holds to a memory limit and spills. 200,000 documents with 25 lines each took 1.8 s of CPU.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from copydesk import ledger
from copydesk.boilerplate.hosts import FEWEST_DOCUMENTS, FEWEST_OF_SITE, NO_ENDS, Ends, HostCounts, SiteCounts, ends
from copydesk.document import Document
from copydesk.store import schema, shards
from copydesk.store.corpus import ROWS, Corpus
from copydesk.store.shards import Shard

__all__ = ["LineCounts", "count", "ends_of", "lines_key", "lines_shard", "sites_of"]

VERSION = 1
_BEFORE = ("ingest", "encoding")
_LINES: pa.Schema = pa.schema([schema.PUBLISHED.field(name) for name in ("site", "body_hash", "line_hashes")])
_COUNTS: pa.Schema = pa.schema([schema.PUBLISHED.field("site"), *(pa.field(name, pa.int64()) for name in ("line", "carrying", "documents"))])
# Copies of one document (one site, one body) are one document with the lines of all. Each step is a grouping, which DuckDB can spill.
_COUNT: Final = """
    with carried as (select distinct site, body_hash, unnest(line_hashes) as line from documents),
    sites as (select site, count(*) as documents from (select distinct site, body_hash from documents) group by site having count(*) >= $of_site),
    lines as (select site, line, count(*) as carrying from carried semi join sites using (site) group by site, line having count(*) >= $fewest)
    select site, line, carrying, documents from lines join sites using (site)
    qualify row_number() over (partition by site order by carrying desc, line) <= $most
    order by site, line
"""
_PUBLISHED: Final = f"""
    select site, body_hash, line_hashes from {ROWS}
    where len(line_hashes) > 0 and site <> '' and id not in (select id from replaced)
"""  # noqa: S608 - SQL of our own
_VERSIONS: Final = """
    select site, left(sha256(any_value(documents) || string_agg(';' || line || ':' || carrying, '' order by line)), 32) as version from counted group by site
"""
_OLDER: Final = f"""
    select count(*) from {ROWS} as old left join versions using (site)
    where old.status <> 'quarantined' and old.id not in (select id from replaced) and coalesce(old.counts, '') <> coalesce(versions.version, '')
"""  # noqa: S608 - SQL of our own


@dataclass(frozen=True, slots=True)
class LineCounts:
    """What a run knows of lines: the shard of the counts, and the version of each site's part of it.

    `older` is the number of published rows, of all sites, that this run does not judge again though their site's counts are others by now.
    """

    shard: Shard
    versions: Mapping[str, str]
    older: int = 0

    def about(self, sites: Collection[str]) -> "LineCounts":
        """Return what concerns these sites only."""
        return LineCounts(self.shard, {site: version for site, version in sorted(self.versions.items()) if site in sites})

    def read(self) -> HostCounts:
        """Read the counts of the sites that `versions` names."""
        names = pa.array(sorted(self.versions), pa.string())
        found: dict[str, SiteCounts] = {}
        told = shards.read(self.shard).filter(pc.field("site").isin(names))
        for row in told.group_by("site").aggregate([("documents", "max"), ("line", "list"), ("carrying", "list")]).to_pylist():
            lines = dict(zip(row["line_list"], row["carrying_list"], strict=True))
            found[row["site"]] = SiteCounts(self.versions[row["site"]], row["documents_max"], lines)
        return found


def ends_of(document: Document) -> Ends:
    """Return what a document that was judged adds to its site's counts: its lines as they stood before the boilerplate stage.

    Nothing, if it never came so far, or is a page.
    """
    if document.media == "html" or (document.rejection and document.rejection.stage in _BEFORE):
        return NO_ENDS
    at = next((at for at, edit in enumerate(document.edits) if edit.stage == "boilerplate"), len(document.edits))
    return ends(ledger.revert(document.text, document.edits[at:]))


def lines_key(shard: Shard, marks: Mapping[str, str]) -> str:
    """Return the key of what a shard adds to the counts."""
    return shards.key("lines", VERSION, shard.digest, sorted(marks.items()))


def lines_shard(shard: Shard, marks: Mapping[str, str], folder: Path) -> Shard:
    """Write what the documents of a shard add to the counts that are alive after the encoding gate, which set the marks."""
    found = (ends(row["text"]) if row["media"] != "html" and _alive(row, marks) else NO_ENDS for row in _texts(shard))
    sites = schema.strings(shards.read(shard, ["site"]), "site")
    rows = [{"site": site, "body_hash": one.body, "line_hashes": one.lines} for site, one in zip(sites, found, strict=True) if site and one.lines]
    return shards.write(folder, lines_key(shard, marks), pa.Table.from_pylist(rows, schema=_LINES))


def sites_of(shard: Shard) -> set[str]:
    """Return the sites that the documents of a shard are from."""
    return set(schema.strings(shards.read(shard, ["site"]), "site"))


def count(
    lines: Sequence[Shard], sites: Collection[str], corpus: Corpus, replaced: Collection[str], most: int, folder: Path, *, memory_limit: str = "512MB"
) -> LineCounts:
    """Count the lines of all sites, and write the counts of those that this run judges.

    Args:
        lines: what this run's shards add (`lines_shard`).
        sites: those whose documents this run judges.
        corpus: the published documents, which add what their rows hold.
        replaced: ids of the published documents that arrive again or are withdrawn: they no longer count.
        most: how many lines of a site are kept, the most frequent ones; of equally frequent ones those with the smaller hash.
        folder: where the shard goes, under a key of what it holds; beneath it lies what does not fit in memory.
        memory_limit: what the counting may hold in memory, in DuckDB's notation.
    """
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": memory_limit,
        "temp_directory": str(folder / "spill"),
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    with duckdb.connect(":memory:", config=config) as engine:
        engine.register("replaced", pa.table({"id": pa.array(sorted(replaced), pa.string())}))
        engine.register("judged", pa.table({"site": pa.array(sorted(sites), pa.string())}))
        engine.execute("create temp table documents (site varchar, body_hash bigint, line_hashes bigint[])")
        if lines:
            engine.execute("insert into documents select * from read_parquet($files)", {"files": [shard.path for shard in lines]})
        if corpus.files:
            engine.register("no_rows", schema.PUBLISHED.empty_table())
            engine.execute(f"insert into documents {_PUBLISHED}", {"files": corpus.files})
        engine.execute(f"create temp table counted as {_COUNT}", {"most": most, "fewest": FEWEST_DOCUMENTS, "of_site": FEWEST_OF_SITE})
        engine.execute(f"create temp table versions as {_VERSIONS}")
        found = engine.sql("select * from counted semi join judged using (site) order by site, line").to_arrow_table().cast(_COUNTS)
        versions = dict(engine.sql("select site, version from versions semi join judged using (site) order by site").fetchall())
        older = engine.sql(_OLDER, params={"files": corpus.files}).fetchall()[0][0] if corpus.files else 0
    key = shards.key("counts", VERSION, versions)
    return LineCounts(shards.stored(folder, key) or shards.write(folder, key, found), versions, int(older))


def _texts(shard: Shard) -> Iterator[dict[str, Any]]:
    for batch in shards.read(shard, ["id", "media", "text", "rejection"]).to_batches(max_chunksize=1_000):
        yield from batch.to_pylist()


def _alive(row: Mapping[str, Any], marks: Mapping[str, str]) -> bool:
    """Whether a document goes on after the gate; an empty mark says that a person has restored it (as `copydesk.work.held_back` has it)."""
    mark = marks.get(row["id"])
    return mark == "" or (mark is None and row["rejection"] is None)
