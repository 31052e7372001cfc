"""The shape of a document at rest: one Arrow schema for shards, one for the published table, and the way to and fro.

The audit travels with the document: edits and flags are nested lists in its row.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa

from copydesk.document import Decoding, Document, Edit, Flag, Rejection

__all__ = ["PUBLISHED", "SHARD", "documents", "row", "strings", "table"]

_EDIT = pa.struct(
    [
        ("stage", pa.string()),
        ("rule", pa.string()),
        ("start", pa.int64()),
        ("end", pa.int64()),
        ("before", pa.string()),
        ("after", pa.string()),
        ("why", pa.string()),
    ]
)
_FLAG = pa.struct(
    [
        ("stage", pa.string()),
        ("rule", pa.string()),
        ("start", pa.int64()),
        ("end", pa.int64()),
        ("evidence", pa.string()),
        ("value", pa.string()),
        ("score", pa.float64()),
    ]
)
_DECODING = pa.struct([("encoding", pa.string()), ("declared", pa.string()), ("how", pa.string()), ("confidence", pa.float64()), ("replaced", pa.int64())])
_REJECTION = pa.struct([("stage", pa.string()), ("reason", pa.string()), ("detail", pa.string())])
_SHARED = pa.struct([("start", pa.int64()), ("end", pa.int64()), ("kept_start", pa.int64()), ("kept_end", pa.int64())])
_DECISION = pa.struct([("action", pa.string()), ("reason", pa.string()), ("by", pa.string()), ("at", pa.string()), ("bytes_digest", pa.string())])

SHARD = pa.schema(
    [
        ("id", pa.string()),
        ("source", pa.string()),
        ("site", pa.string()),
        ("url", pa.string()),
        ("title", pa.string()),
        ("published", pa.string()),
        ("media", pa.string()),
        ("bytes_digest", pa.string()),
        ("source_digest", pa.string()),
        ("text_digest", pa.string()),
        ("decoding", _DECODING),
        ("text", pa.string()),
        ("edits", pa.list_(_EDIT)),
        ("flags", pa.list_(_FLAG)),
        ("rejection", _REJECTION),
    ]
)

PUBLISHED = pa.schema(
    [
        *((field.name, field.type) for field in SHARD if field.name != "rejection"),
        ("language", pa.string()),
        ("translation_score", pa.float64()),
        ("translation_flags", pa.int64()),
        ("words", pa.int64()),
        ("chars", pa.int64()),
        # The index of copies and stories: the next run compares with these columns, so the table is its own index.
        ("shingles", pa.int64()),
        ("sketch", pa.list_(pa.int64())),
        ("telltales", pa.list_(pa.int64())),
        # What the document adds to its site's line counts (`copydesk.counting`), and the version of them that its text was judged with, "" for none.
        ("body_hash", pa.int64()),
        ("line_hashes", pa.list_(pa.int64())),
        ("counts", pa.string()),
        # What became of it. `reason` is the expectation or the fault that quarantined it, or why another copy was preferred.
        ("status", pa.string()),
        ("stage", pa.string()),
        ("reason", pa.string()),
        ("detail", pa.string()),
        ("kept_id", pa.string()),
        # What the threshold was applied to, and beside it the figures of the two sets of shingles.
        ("score", pa.float64()),
        ("jaccard", pa.float64()),
        ("containment", pa.float64()),
        # What kind of copy it is ("copy", "embedded", "update"), and the longest passage that it has in common with the kept document.
        ("relation", pa.string()),
        ("shared", _SHARED),
        # The documents of one event bear the id of the earliest kept one here, "" those that stand alone. Nobody is removed for it.
        ("story", pa.string()),
        # What a person decided, if anybody did; it holds as long as `bytes_digest` is the document's.
        ("decision", _DECISION),
        # Digest of the versions and settings of all stages that judged this text (law 6), and the run that wrote the row.
        ("judged", pa.string()),
        # Digest of the versions and settings by which copies and stories were sought: what fingerprinted it and gave its status and story.
        ("indexed", pa.string()),
        ("run_id", pa.string()),
    ]
)


def row(document: Document) -> dict[str, Any]:
    """Return the document as a plain row of `SHARD`."""
    return {
        name: [_plain(item) for item in value] if isinstance(value, tuple) else _plain(value)
        for name, value in ((field.name, getattr(document, field.name)) for field in SHARD)
    }


def table(found: Iterable[Document]) -> pa.Table:
    """Return the documents as a table of `SHARD`, in the order given."""
    return pa.Table.from_pylist([row(document) for document in found], schema=SHARD)


def documents(rows: pa.Table) -> list[Document]:
    """Return the documents of a shard, or of rows of the published table (whose status they then carry as a rejection, if quarantined)."""
    return [_document(found) for found in rows.to_pylist()]


def strings(rows: pa.Table, name: str) -> list[str]:
    """Return a column of strings, "" for what is missing."""
    return [str(value) if value is not None else "" for value in rows.column(name).to_pylist()]


def _document(found: Mapping[str, Any]) -> Document:
    rejection = found.get("rejection")
    if "status" in found and found["status"] == "quarantined":
        rejection = {"stage": found["stage"], "reason": found["reason"], "detail": found["detail"]}
    return Document(
        **{name: found[name] or "" for name in ("id", "source", "site", "text", "url", "title", "published", "bytes_digest", "source_digest", "text_digest")},
        media="html" if found["media"] == "html" else "text",
        decoding=Decoding(**found["decoding"]),
        edits=tuple(Edit(**edit) for edit in found["edits"] or ()),
        flags=tuple(Flag(**flag) for flag in found["flags"] or ()),
        rejection=Rejection(**rejection) if rejection else None,
    )


def _plain(value: object) -> object:
    if isinstance(value, Decoding | Edit | Flag | Rejection):
        return {name: getattr(value, name) for name in value.__slots__}
    return value
