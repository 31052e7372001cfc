"""What is compared: the published table is its own index of copies and stories, and what arrives or leaves is judged against it.

A run, `restore` and `forget` all ask the same question: some documents arrive or change, some leave, who must be judged anew and how? They ask it here.
The published rows come as one Arrow table of a few columns, so that no document of the corpus becomes a Python object unless it is judged.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from copydesk import duplicates, stories
from copydesk.document import Document, Verdict
from copydesk.duplicates import INDEX, Change, TextOf, fingerprints
from copydesk.settings import StageSettings
from copydesk.store import schema, shards
from copydesk.store.corpus import Corpus
from copydesk.store.shards import Shard
from copydesk.stories import telltales
from copydesk.telling import Told, tell, with_telltales
from copydesk.work import held_back

__all__ = ["ENTRY", "Comparison", "compare", "file_key", "flag_count", "index_file", "index_key", "index_rows", "index_shard", "indexed"]

ENTRY: Final = INDEX.append(schema.PUBLISHED.field("telltales"))
"""What is known of each document without its text: what copies are sought by, and what stories are."""

_BATCH: Final = 2_000  # texts at a time: some megabytes
_ASKED: Final = ["id", "site", "published", "text", "translation_flags"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The verdicts by id, the index rows of those judged and of the documents that they name, the stories, and what it took (see `duplicates.Result`)."""

    verdicts: Mapping[str, Verdict]
    index: pa.Table
    told: Told
    proposed: int
    verified: int
    crowded: int


def compare(
    corpus: Corpus,
    arriving: pa.Table,
    leaving: Collection[str],
    text_of: TextOf,
    settings: StageSettings,
    *,
    pinned: Collection[str],
    again: Callable[[Sequence[str]], Iterable[Shard]],
    spill: Path,
) -> Comparison:
    """Judge what arrives, and the published documents that this may concern.

    Args:
        corpus: the published documents.
        arriving: index rows (`index_rows`) of documents that are new, changed, newly pinned or released.
        leaving: ids of published documents that are no longer compared as they stand: those that arrive again among them.
        text_of: gives the texts of ids, published or arriving.
        settings: what a copy is and which one is kept, and what counts as the same event.
        pinned: ids that are kept whatever they resemble.
        again: gives the index of table files; asked for all of them where rows were indexed under other settings, and then everything is judged.
        spill: a folder for what of the joins does not fit in memory.
    """
    gone = pa.array(sorted({*leaving, *schema.strings(arriving, "id")}), pa.string())
    published = corpus.rows([*_columns(), "status", "indexed"]).filter(pc.field("status") != "quarantined")
    stale = {*schema.strings(published.group_by("indexed").aggregate([]), "indexed")} - {indexed(settings)} != set()
    anew = list(again(corpus.compared)) if stale else None
    known = _as_index(published) if anew is None else pa.concat_tables([INDEX.empty_table(), *(shards.read(shard, INDEX.names) for shard in anew)])
    left = pc.is_in(known.column("id"), value_set=gone)
    index = pa.concat_tables([known.filter(pc.invert(left)), arriving.select(INDEX.names)])
    change = None if stale else Change(ids=frozenset(schema.strings(arriving, "id")), before=known.filter(left))
    result = duplicates.find_copies(index, text_of, settings.duplicates, pinned, change=change, spill=spill)
    verdicts = {verdict.id: verdict for verdict in result.verdicts}
    named = sorted({*verdicts, *(verdict.kept_id for verdict in result.matched)} - {""})
    values = [corpus.rows(["id", "telltales"], ids=named)] if anew is None else [shards.read(shard, ["id", "telltales"]) for shard in anew]
    entries = with_telltales(index.filter(pc.is_in(index.column("id"), value_set=pa.array(named, pa.string()))), arriving, values)
    told = tell(corpus, arriving, gone, verdicts, settings.stories, anew=anew, spill=spill)
    return Comparison(verdicts, entries, told, result.proposed, result.verified, result.crowded)


def indexed(settings: StageSettings) -> str:
    """Return the digest of what decides a verdict or a story besides the texts; when it changes, all documents are compared again."""
    parts = settings.model_dump(mode="json", include={"duplicates", "stories"})
    return shards.key("duplicates", duplicates.VERSION, "stories", stories.VERSION, parts)


def index_rows(documents: Iterable[Document], settings: StageSettings) -> pa.Table:
    """Return the index of documents that are alive: fingerprints and telltales, and what the order of preference looks at."""
    rows = [(one.id, one.site, one.published, one.text, flag_count(one)) for one in documents if one.rejection is None]
    return _index([dict(zip(_ASKED, values, strict=True)) for values in rows], settings)


def flag_count(document: Document) -> int:
    """Return how many spans the translation stage flagged, the document's score not counted."""
    return sum(flag.stage == "translation" and flag.rule != "score" for flag in document.flags)


def index_key(shard: Shard, marks: Mapping[str, str], settings: StageSettings) -> str:
    """Return the key of a shard's index."""
    return shards.key(shard.digest, sorted(marks.items()), indexed(settings))


def index_shard(shard: Shard, marks: Mapping[str, str], settings: StageSettings, folder: Path) -> Shard:
    """Write the index of a shard's documents that are still alive after the last per-document gate."""
    documents = held_back(schema.documents(shards.read(shard)), marks, "translation")
    return shards.write(folder, index_key(shard, marks, settings), index_rows(documents, settings))


def file_key(path: str, settings: StageSettings) -> str:
    """Return the key of a table file's index: the files of a table have names of their own and never change."""
    return shards.key("published", Path(path).name, indexed(settings))


def index_file(path: str, settings: StageSettings, folder: Path) -> Shard:
    """Write the index of a file of the published table anew, from the texts in it."""
    with pq.ParquetFile(path) as source:
        parts = [_index(batch.to_pylist(), settings) for batch in source.iter_batches(_BATCH, columns=_ASKED)]
    return shards.write(folder, file_key(path, settings), pa.concat_tables([ENTRY.empty_table(), *parts]))


def _index(rows: Sequence[Mapping[str, Any]], settings: StageSettings) -> pa.Table:
    texts = [row["text"] or "" for row in rows]
    prints = fingerprints(texts, settings.duplicates)
    told = telltales(texts, settings.stories) if settings.stories.enabled else [()] * len(texts)
    return pa.table(
        {
            "id": [row["id"] for row in rows],
            "sketch": pa.array([list(mark.sketch) for mark in prints], pa.list_(pa.int64())),
            "shingles": [mark.shingles for mark in prints],
            "site": [row["site"] or "" for row in rows],
            "published": [row["published"] or "" for row in rows],
            "chars": [len(text) for text in texts],
            "flags": [float(row["translation_flags"] or 0) for row in rows],
            "telltales": told,
        },
        schema=ENTRY,
    )


def _columns() -> list[str]:
    return ["translation_flags" if name == "flags" else name for name in INDEX.names]


def _as_index(published: pa.Table) -> pa.Table:
    return published.select(_columns()).rename_columns(INDEX.names).cast(INDEX)
