"""Rows that are in the table already and are to stand otherwise: judged anew, withdrawn by their source, or forgotten by a person.

They are read and handed on some at a time, column by column: texts and edits are carried over without becoming Python objects.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from copydesk.document import Decoding, Document, Rejection, Verdict
from copydesk.ingest import file_of
from copydesk.metrics import measure
from copydesk.publish import Stamp, decided, fate_of, row
from copydesk.store import schema, shards
from copydesk.store.corpus import Corpus
from copydesk.telling import Standing
from copydesk.work import Piece

__all__ = ["FORGOTTEN", "forgotten", "requalified", "retold", "still_forgotten", "withdrawn"]

FORGOTTEN: Final = "forgotten"
"""The reason of a row whose text a person took out of the corpus."""

_BATCH: Final = 2_000  # rows at a time: some megabytes of texts and edits
_FATE: Final = tuple(fate_of(Verdict("", "kept")))
_NO_COPY: Final[Mapping[str, Any]] = {"kept_id": "", "score": None, "jaccard": None, "containment": None, "relation": "", "shared": None, "story": ""}
_NO_INDEX: Final[Mapping[str, Any]] = {"sketch": [], "shingles": 0, "telltales": [], "indexed": "", "line_hashes": []}
_WITHDRAWN: Final[Mapping[str, Any]] = {
    **_NO_COPY,
    **_NO_INDEX,
    "status": "quarantined",
    "stage": "ingest",
    "reason": "withdrawn",
    "detail": "its source was read again and no longer holds it",
    "decision": None,
}
_COMPARED: Final = ["sketch", "shingles", "telltales"]
_READ_AGAIN: Final = ("source_digest", "judged", "run_id")
_NOT_DECODED: Final = Decoding(encoding="", how="", confidence=0.0)
# What says something of what a document says; the rest names it, and is kept so that it is known when it comes again.
_TOLD: Final = ("text", "edits", "flags")


def requalified(
    corpus: Corpus, names: Collection[str], index: pa.Table, verdicts: Mapping[str, Verdict], standing: Mapping[str, Standing], stamp: Stamp
) -> Iterator[pa.Table]:
    """Yield those of the named rows whose fate, story or fingerprint the verdicts and the index change, as they are to stand now.

    Their texts are not judged again, so they keep the digest of what judged them.
    """
    changed: dict[str, dict[str, Any]] = {}
    for old in corpus.rows(["id", *_FATE, "story", "decision", "indexed"], ids=names).to_pylist():
        verdict = verdicts[old["id"]]
        _, story = standing[old["id"]]
        new = {**fate_of(verdict), **decided(verdict.status, old["decision"]), "story": story, "indexed": stamp.indexed}
        if any(old[name] != value for name, value in new.items()):
            changed[old["id"]] = {**new, "run_id": stamp.run_id}
    for rows in _in_batches(corpus, changed):
        ids = schema.strings(rows, "id")
        entries = index.select(_COMPARED).take(pc.index_in(rows.column("id"), value_set=index.column("id")))
        told = {name: [changed[identity][name] for identity in ids] for name in (*_FATE, "story", "indexed", "run_id")}
        yield _with(rows, {**told, **{name: entries.column(name) for name in _COMPARED}})


def retold(corpus: Corpus, names: Collection[str], standing: Mapping[str, Standing], stamp: Stamp) -> Iterator[pa.Table]:
    """Yield the named rows with their story as it is now and nothing else changed."""
    for rows in _in_batches(corpus, names):
        stories = [standing[name][1] for name in schema.strings(rows, "id")]
        yield _with(rows, {"story": stories, "run_id": [stamp.run_id] * len(stories)})


def withdrawn(corpus: Corpus, names: Collection[str], digests: Mapping[str, str], stamp: Stamp) -> Iterator[pa.Table]:
    """Yield the rows of documents that their source no longer holds, as they are to stand now: held back, with their text, and no longer compared.

    `digests` maps the names of files to their present digests, so that such a row does not make its file look unread. A forgotten document stays
    forgotten, for its record may come back.
    """
    for rows in _in_batches(corpus, names):
        now = [dict(zip(_READ_AGAIN, (digests[file_of(source)], stamp.judged, stamp.run_id), strict=True)) for source in schema.strings(rows, "source")]
        left: list[Mapping[str, Any]] = [{} if reason == FORGOTTEN else _WITHDRAWN for reason in schema.strings(rows, "reason")]
        old = rows.select(list(_WITHDRAWN)).to_pylist()
        new = [{**was, **gone, **read} for was, gone, read in zip(old, left, now, strict=True)]
        yield _with(rows, {name: [found[name] for found in new] for name in (*_WITHDRAWN, *_READ_AGAIN)})


def forgotten(corpus: Corpus, names: Collection[str], decision: Mapping[str, Any], stamp: Stamp) -> Iterator[pa.Table]:
    """Yield the rows of documents that a person wants forgotten: identity and digests stay, what they said goes.

    They keep the digest of what judged them, so that their files need not be read again for it.
    """
    columns = [name for name in schema.PUBLISHED.names if name not in _TOLD]
    for named in _in_batches(corpus, names, columns):
        rows = named
        for name in _TOLD:
            rows = rows.append_column(name, pa.nulls(rows.num_rows, schema.PUBLISHED.field(name).type))
        documents = schema.documents(rows)
        found = [
            {**row(_emptied(one), None, None, {**decision, "bytes_digest": one.bytes_digest}, stamp), "judged": judged}
            for one, judged in zip(documents, schema.strings(rows, "judged"), strict=True)
        ]
        yield pa.Table.from_pylist(found, schema=schema.PUBLISHED)


def still_forgotten(pieces: Sequence[Piece], decisions: Mapping[str, Mapping[str, Any]], folder: Path) -> list[Piece]:
    """Return the pieces of ingest with what a person had forgotten taken out again.

    That are the records whose bytes were decided about, under whatever id they come: a file that is renamed or copied brings them under another.
    """
    digests = {str(decision["bytes_digest"]) for decision in decisions.values()} - {""}
    return [_without(piece, digests, folder) for piece in pieces] if digests else list(pieces)


def _without(piece: Piece, digests: Collection[str], folder: Path) -> Piece:
    came = shards.read(piece.documents, ["id", "bytes_digest"]).to_pylist()
    names = {found["id"] for found in came if found["bytes_digest"] in digests}
    if not names:
        return piece
    documents = [_emptied(one) if one.id in names else one for one in schema.documents(shards.read(piece.documents))]
    key = shards.key(piece.documents.key, FORGOTTEN, sorted(names))
    metrics = pa.Table.from_pylist([measure("ingest", one, one) for one in documents], schema=shards.read(piece.metrics).schema)
    return Piece(shards.write(folder, key, schema.table(documents)), shards.write(folder, f"{key}-metrics", metrics))


def _emptied(document: Document) -> Document:
    why = "a person had its text taken out of the corpus; it stays so while the record's bytes are the same"
    told = replace(document, text="", title="", url="", edits=(), flags=(), decoding=_NOT_DECODED)
    return replace(told, rejection=Rejection("publish", FORGOTTEN, why))


def _in_batches(corpus: Corpus, names: Collection[str], columns: Sequence[str] = tuple(schema.PUBLISHED.names)) -> Iterator[pa.Table]:
    ordered = sorted(names)
    for at in range(0, len(ordered), _BATCH):
        yield corpus.rows(columns, ids=ordered[at : at + _BATCH])


def _with(rows: pa.Table, columns: Mapping[str, Any]) -> pa.Table:
    """Return the rows with other values in these columns."""
    for name, values in columns.items():
        field = schema.PUBLISHED.field(name)
        rows = rows.set_column(rows.schema.get_field_index(name), field, values if isinstance(values, pa.ChunkedArray) else pa.array(values, field.type))
    return rows
