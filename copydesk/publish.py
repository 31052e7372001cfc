"""From judged documents to rows of the published table: fingerprints for the index, verdicts for the status, and the figures that the last gate looks at."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from copydesk import duplicates
from copydesk.counting import ends_of
from copydesk.document import Document, Verdict
from copydesk.duplicates import VERSION, fingerprints
from copydesk.ingest import file_of
from copydesk.metrics import METRICS, reverts
from copydesk.settings import DuplicatesSettings
from copydesk.store import schema, shards
from copydesk.store.corpus import Corpus
from copydesk.store.shards import Shard
from copydesk.words import word_count
from copydesk.work import Piece, held_back

__all__ = [
    "INDEX",
    "Stamp",
    "index_key",
    "index_rows",
    "index_shard",
    "indexed",
    "publish_shard",
    "published_index",
    "requalified",
    "row",
    "rows_metrics",
    "withdrawn",
]

INDEX = duplicates.INDEX.append(pa.field("shingles", pa.int64()))


@dataclass(frozen=True, slots=True)
class Stamp:
    """What all rows of a run carry: by what the texts were judged, and the run that wrote them."""

    judged: str
    indexed: str
    run_id: str


def indexed(settings: DuplicatesSettings) -> str:
    """Return the digest of what decides a verdict besides the texts; when it changes, all documents are compared again."""
    return shards.key("duplicates", VERSION, settings.model_dump(mode="json"))


def index_rows(documents: Iterable[Document], settings: DuplicatesSettings) -> pa.Table:
    """Return the near-copy index of documents: fingerprints, and what the order of preference looks at."""
    live = [one for one in documents if one.rejection is None]
    prints = fingerprints([one.text for one in live], settings)
    rows = [
        {
            "id": one.id,
            "site": one.site,
            "published": one.published,
            "chars": len(one.text),
            "flags": float(_flag_count(one)),
            "shingles": mark.shingles,
            "bands": list(mark.bands),
        }
        for one, mark in zip(live, prints, strict=True)
    ]
    return pa.Table.from_pylist(rows, schema=INDEX)


def _flag_count(document: Document) -> int:
    """Return how many spans the translation stage flagged, the document's score not counted."""
    return sum(flag.stage == "translation" and flag.rule != "score" for flag in document.flags)


def index_key(shard: Shard, marks: Mapping[str, str], settings: DuplicatesSettings) -> str:
    """Return the key of a shard's index."""
    return shards.key(shard.digest, sorted(marks.items()), indexed(settings))


def index_shard(shard: Shard, marks: Mapping[str, str], settings: DuplicatesSettings, folder: Path) -> Shard:
    """Write the index of a shard's documents that are still alive after the last per-document gate."""
    documents = held_back(schema.documents(shards.read(shard)), marks, "translation")
    return shards.write(folder, index_key(shard, marks, settings), index_rows(documents, settings))


def published_index(corpus: Corpus, arriving: Collection[str], settings: DuplicatesSettings, spill: Path) -> tuple[pa.Table, set[str]]:
    """Return the index of the published documents that do not arrive again, and the ids of those that must be compared anew.

    Anew: whoever a document that arrives changed could have concerned as it was, and, where the near-copy settings are others than a row's, that row
    (fingerprinted anew).
    """
    columns = ["id", "site", "published", "chars", "translation_flags", "shingles", "bands", "status", "indexed"]
    rows = [{**found, "flags": float(found["translation_flags"])} for found in corpus.rows(columns).to_pylist() if found["status"] != "quarantined"]
    left = duplicates.reach(pa.Table.from_pylist(rows, schema=INDEX), arriving, settings, spill=spill) if arriving and rows else frozenset()
    rows = [found for found in rows if found["id"] not in arriving]
    current = indexed(settings)
    stale = {found["id"] for found in rows if found["indexed"] != current}
    table = pa.Table.from_pylist([found for found in rows if found["id"] not in stale], schema=INDEX)
    if stale:
        table = pa.concat_tables([table, index_rows(schema.documents(corpus.rows(ids=stale)), settings)])
    return table, stale | (left - set(arriving))


def row(document: Document, entry: Mapping[str, Any] | None, verdict: Verdict | None, decision: Mapping[str, Any] | None, stamp: Stamp) -> dict[str, Any]:
    """Return the published row of a document; one without a verdict must carry the rejection that says why."""
    if verdict is None and document.rejection is None:
        msg = f"{document.id} has neither a verdict nor a reason"
        raise ValueError(msg)
    plain = schema.row(document)
    rejection = plain.pop("rejection")
    adds = ends_of(document)
    told = document.flag("boilerplate", "host-counts")
    fate = {"status": "quarantined", **rejection} if rejection else _fate(verdict)
    return {
        **dict.fromkeys(schema.PUBLISHED.names),
        **plain,
        **fate,
        "language": document.language,
        "translation_score": document.translation_score,
        "translation_flags": _flag_count(document),
        "words": word_count(document.text),
        "chars": len(document.text),
        "shingles": entry["shingles"] if entry else 0,
        "bands": entry["bands"] if entry else [],
        "body_hash": adds.body,
        "line_hashes": list(adds.lines),
        "counts": told.value if told else "",
        "decision": decision,
        **asdict(stamp),
        "indexed": stamp.indexed if entry else "",
        **_decided(fate["status"], decision),
    }


def publish_shard(
    shard: Shard,
    marks: Mapping[str, str],
    index: Shard,
    verdicts: Mapping[str, Verdict],
    decisions: Mapping[str, Mapping[str, Any]],
    stamp: Stamp,
    folder: Path,
) -> Piece:
    """Write the published rows of a shard and their metrics. `verdicts` covers this shard's living documents and the kept ones that they name."""
    entries = {found["id"]: found for found in shards.read(index).to_pylist()}
    documents = list(held_back(schema.documents(shards.read(shard)), marks, "translation"))
    rows = [row(one, entries.get(one.id), verdicts.get(one.id) if not one.rejection else None, decisions.get(one.id), stamp) for one in documents]
    key = shards.key("publish", shard.digest, index.digest, asdict(stamp))
    table = pa.Table.from_pylist(rows, schema=schema.PUBLISHED)
    metrics = shards.write(folder, f"{key}-metrics", rows_metrics(rows, {name: verdict.status for name, verdict in verdicts.items()}))
    return Piece(shards.write(folder, key, table), metrics)


def requalified(rows: pa.Table, entries: Mapping[str, Mapping[str, Any]], verdicts: Mapping[str, Verdict], stamp: Stamp) -> list[dict[str, Any]]:
    """Return those published rows whose fate or fingerprint the new verdicts and entries change, as they are to stand now.

    Their texts are not judged again, so they keep the digest of what judged them.
    """
    found = []
    for old in rows.to_pylist():
        entry = entries[old["id"]]
        verdict = verdicts[old["id"]]
        new = {**_fate(verdict), **_decided(verdict.status, old["decision"]), "bands": entry["bands"], "shingles": entry["shingles"], "indexed": stamp.indexed}
        if any(old[name] != value for name, value in new.items()):
            found.append({**old, **new, "run_id": stamp.run_id})
    return found


def withdrawn(rows: pa.Table, digests: Mapping[str, str], stamp: Stamp) -> list[dict[str, Any]]:
    """Return the rows of documents that their source no longer holds, as they are to stand now: held back, with their text, and no longer compared.

    `digests` maps the names of files to their present digests, so that such a row does not make its file look unread.
    """
    alone: dict[str, Any] = {"kept_id": "", "jaccard": None, "containment": None, "bands": [], "shingles": 0, "indexed": "", "decision": None}
    left = {**alone, "line_hashes": []}
    fate = {"status": "quarantined", "stage": "ingest", "reason": "withdrawn", "detail": "its source was read again and no longer holds it"}
    return [
        {**old, **left, **fate, "source_digest": digests[file_of(old["source"])], "judged": stamp.judged, "run_id": stamp.run_id} for old in rows.to_pylist()
    ]


def rows_metrics(rows: Sequence[Mapping[str, Any]], statuses: Mapping[str, str]) -> pa.Table:
    """Return the metrics frame of rows that are about to be published; `statuses` are those of the documents that they name."""
    return pa.Table.from_pylist(list(_metrics(rows, statuses)), schema=METRICS["publish"])


def _metrics(rows: Sequence[Mapping[str, Any]], statuses: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    for found, document in zip(rows, schema.documents(pa.Table.from_pylist(list(rows), schema=schema.PUBLISHED)), strict=True):
        yield {
            "id": found["id"],
            "site": found["site"],
            "status": found["status"],
            "reason": found["reason"],
            "chars": len(found["text"]),
            "language": found["language"],
            "reverts": reverts(document),
            "kept_id": found["kept_id"],
            "kept_status": statuses.get(found["kept_id"], "") if found["kept_id"] else "",
        }


def _decided(status: str, decision: Mapping[str, Any] | None) -> dict[str, str]:
    """A row that a person keeps says so, whatever the machine thought of it."""
    return {"reason": f"restored: {decision['reason']}"} if decision and status == "kept" else {}


def _fate(verdict: Verdict | None) -> dict[str, Any]:
    if verdict is None:
        return {}
    return {
        "status": verdict.status,
        "stage": "duplicates" if verdict.status == "duplicate" else "",
        "reason": verdict.reason,
        "detail": "",
        "kept_id": verdict.kept_id,
        "jaccard": verdict.jaccard,
        "containment": verdict.containment,
    }
