"""A person's decision against the machine's: a document that was held back, or removed as a copy, is kept from now on."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pyarrow as pa

from copydesk.amend import FORGOTTEN
from copydesk.document import Document
from copydesk.errors import InputError
from copydesk.publish import row
from copydesk.stage import advance
from copydesk.stages import PER_DOCUMENT
from copydesk.store import schema
from flows.decisions import open_desk
from flows.settings import Settings

__all__ = ["restore"]


def restore(names: Sequence[str], reason: str, settings: Settings) -> list[str]:
    """Keep the documents with these ids from now on, in one commit, and say of each what was done.

    A quarantined document is taken through the stages that it had not yet been through. The decision stays with the row, with who made it, when and why,
    and holds until the document's input changes. Whoever hung on a restored document is judged again.
    Raises `InputError` where an id is unknown, is kept already, or has no text that could be kept; then nothing is changed.
    """
    with open_desk("restore", reason, settings) as desk:
        old = {name: desk.corpus.row(name) for name in dict.fromkeys(names)}
        documents = {name: _restored(rows, settings) for name, rows in old.items()}
        found = desk.compare(documents)
        entries = {entry["id"]: entry for entry in found.index.to_pylist() if entry["id"] in documents}

        def rows() -> Iterator[pa.Table]:
            for name, document in documents.items():
                decided = {**desk.decision, "bytes_digest": document.bytes_digest}
                _, story = found.told.standing[name]
                new = row(document, entries[name], found.verdicts[name], decided, desk.stamp, story=story)
                yield pa.Table.from_pylist([{**new, "judged": _judged(old[name], settings)}], schema=schema.PUBLISHED)

        desk.commit(rows, found, documents.keys())
    return [f"{name}: was {rows.column('status')[0]} ({rows.column('reason')[0]}), is kept from now on" for name, rows in old.items()]


def _restored(found: pa.Table, settings: Settings) -> Document:
    """Return the document without its rejection, taken through the stages that it missed."""
    (status,), (document,) = schema.strings(found, "status"), schema.documents(found)
    if status == "kept":
        msg = f"{document.id} is kept already: there is nothing to restore"
        raise InputError(msg)
    if document.rejection and document.rejection.reason == FORGOTTEN:
        msg = f"{document.id} was forgotten, and nothing of its text is left here to keep: change its record in {document.source} and run again"
        raise InputError(msg)
    if not document.text:
        why = document.rejection.detail if document.rejection else status
        msg = f"{document.id} holds no text that could be kept ({why}): mend {document.source} and run again"
        raise InputError(msg)
    for stage in _missed(document):
        document = advance(PER_DOCUMENT[stage](settings.stages), replace(document, rejection=None))
        if document.rejection:
            msg = f"{document.id} cannot be kept: {document.rejection.detail}"
            raise InputError(msg)
    if not document.text.strip():
        msg = f"{document.id} cannot be kept: the stages that it missed leave nothing of it"
        raise InputError(msg)
    return replace(document, rejection=None)


def _missed(document: Document) -> list[str]:
    """The stages that a rejected document has not been through; the one on which it failed is tried again."""
    order = list(PER_DOCUMENT)
    if document.rejection is None or document.rejection.reason == "withdrawn":
        return []
    stage = document.rejection.stage
    done = order.index(stage) + (document.rejection.reason != "stage_error") if stage in order else 0
    return order[done:]


def _judged(found: pa.Table, settings: Settings) -> str:
    """By what the row was judged: what its own settings left out and today's made up for was judged by neither, so that a run under either judges it again."""
    (document,), (judged,) = schema.documents(found), schema.strings(found, "judged")
    return judged if judged == settings.judged or not _missed(document) else ""
