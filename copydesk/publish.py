"""From judged documents to rows of the published table: fingerprints for the index, verdicts for the status, and the figures that the last gate looks at."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from copydesk.comparison import flag_count
from copydesk.counting import ends_of
from copydesk.document import Document, Verdict
from copydesk.metrics import METRICS, reverts
from copydesk.store import schema, shards
from copydesk.store.shards import Shard
from copydesk.telling import Standing
from copydesk.words import word_count
from copydesk.work import Piece, held_back

__all__ = ["Stamp", "decided", "fate_of", "publish_shard", "row", "rows_metrics"]

_BATCH: Final = 1_000  # rows that are plain objects at a time


@dataclass(frozen=True, slots=True)
class Stamp:
    """What all rows of a run carry: by what the texts were judged, and the run that wrote them."""

    judged: str
    indexed: str
    run_id: str


def row(
    document: Document, entry: Mapping[str, Any] | None, verdict: Verdict | None, decision: Mapping[str, Any] | None, stamp: Stamp, *, story: str = ""
) -> dict[str, Any]:
    """Return the published row of a document, whose index entry is as in `comparison.ENTRY`; one without a verdict must carry the rejection that says why."""
    if document.rejection is None and verdict is None:
        msg = f"{document.id} has neither a verdict nor a reason"
        raise ValueError(msg)
    plain = schema.row(document)
    rejection = plain.pop("rejection")
    adds = ends_of(document)
    told = document.flag("boilerplate", "host-counts")
    fate = {"status": "quarantined", **rejection} if rejection or verdict is None else fate_of(verdict)
    return {
        **dict.fromkeys(schema.PUBLISHED.names),
        **plain,
        **fate,
        "language": document.language,
        "translation_score": document.translation_score,
        "translation_flags": flag_count(document),
        "words": word_count(document.text),
        "chars": len(document.text),
        "shingles": entry["shingles"] if entry else 0,
        "sketch": entry["sketch"] if entry else [],
        "telltales": entry["telltales"] if entry else [],
        "story": story if fate["status"] != "quarantined" else "",
        "body_hash": adds.body,
        "line_hashes": list(adds.lines),
        "counts": told.value if told else "",
        "decision": decision,
        **asdict(stamp),
        "indexed": stamp.indexed if entry else "",
        **decided(fate["status"], decision),
    }


def publish_shard(
    shard: Shard,
    marks: Mapping[str, str],
    index: Shard,
    verdicts: Mapping[str, Verdict],
    standing: Mapping[str, Standing],
    decisions: Mapping[str, Mapping[str, Any]],
    stamp: Stamp,
    folder: Path,
) -> Piece:
    """Write the published rows of a shard and their metrics.

    `verdicts` covers this shard's living documents, `standing` them and the documents that they name, as kept or as leading their story.
    """
    entries = {found["id"]: found for found in shards.read(index, ["id", "sketch", "shingles", "telltales"]).to_pylist()}
    rows = []
    for one in held_back(schema.documents(shards.read(shard)), marks, "translation"):
        verdict = verdicts.get(one.id) if not one.rejection else None
        _, story = standing.get(one.id, ("", ""))
        rows.append(row(one, entries.get(one.id), verdict, decisions.get(one.id), stamp, story=story))
    key = shards.key("publish", shard.digest, index.digest, asdict(stamp))
    table = pa.Table.from_pylist(rows, schema=schema.PUBLISHED)
    metrics = shards.write(folder, f"{key}-metrics", rows_metrics(table, standing))
    return Piece(shards.write(folder, key, table), metrics)


def rows_metrics(rows: pa.Table, standing: Mapping[str, Standing]) -> pa.Table:
    """Return the metrics frame of rows that are about to be published; `standing` tells how the documents that they name will stand."""
    return pa.Table.from_pylist(list(_metrics(rows, standing)), schema=METRICS["publish"])


def _metrics(rows: pa.Table, standing: Mapping[str, Standing]) -> Iterator[dict[str, Any]]:
    for batch in rows.to_batches(max_chunksize=_BATCH):
        part = pa.Table.from_batches([batch])
        plain = part.select(["id", "site", "status", "reason", "language", "kept_id", "story"]).to_pylist()
        for found, document in zip(plain, schema.documents(part), strict=True):
            story = found.pop("story") or ""
            kept, kept_story = standing.get(found["kept_id"] or "", ("", ""))
            yield {
                **found,
                "chars": len(document.text),
                "reverts": reverts(document),
                "kept_status": kept,
                "story_is_led": not story or standing.get(story) == ("kept", story),
                "story_of_kept": not found["kept_id"] or story == kept_story,
            }


def decided(status: str, decision: Mapping[str, Any] | None) -> dict[str, str]:
    """Return the reason of a row that a person keeps, which says so whatever the machine thought of it; nothing for any other."""
    return {"reason": f"restored: {decision['reason']}"} if decision and status == "kept" else {}


def fate_of(verdict: Verdict) -> dict[str, Any]:
    """Return the columns of a row that its verdict decides."""
    return {
        "status": verdict.status,
        "stage": "duplicates" if verdict.status == "duplicate" else "",
        "reason": verdict.reason,
        "detail": "",
        "kept_id": verdict.kept_id,
        "score": verdict.score,
        "jaccard": verdict.jaccard,
        "containment": verdict.containment,
        "relation": verdict.relation,
        "shared": dict(zip(("start", "end", "kept_start", "kept_end"), verdict.shared, strict=True)) if verdict.shared else None,
    }
