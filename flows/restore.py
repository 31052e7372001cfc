"""A person's decision against the machine's: a document that was held back, or removed as a copy, is kept from now on."""

import getpass
import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from copydesk import duplicates
from copydesk.document import Document, Verdict
from copydesk.errors import InputError
from copydesk.publish import INDEX, Stamp, index_rows, indexed, published_index, requalified, row
from copydesk.stage import advance
from copydesk.stages import PER_DOCUMENT
from copydesk.store import schema
from copydesk.store.corpus import Corpus
from flows import history
from flows.run import locked
from flows.settings import Settings

__all__ = ["restore"]


def restore(names: Sequence[str], reason: str, settings: Settings) -> list[str]:
    """Keep the documents with these ids from now on, in one commit, and say of each what was done.

    A quarantined document is taken through the stages that it had not yet been through. The decision stays with the row, with who made it, when and why,
    and holds until the document's input changes. Whoever hung on a restored document is judged again.
    Raises `InputError` where an id is unknown, is kept already, or has no text that could be kept; then nothing is changed.
    """
    with locked(settings.out):
        history.recover(settings.out)
        corpus = Corpus(settings.out)
        number = history.last_number(settings.out) + 1
        run_id = f"{number:06d}-restore"
        decision = {"action": "restore", "reason": reason, "by": _who(), "at": datetime.now(UTC).isoformat(timespec="seconds")}
        old = {name: corpus.row(name) for name in dict.fromkeys(names)}
        documents = {name: _restored(rows, settings) for name, rows in old.items()}
        verdicts, entries, hung = _compared(documents, corpus, settings)
        stamp = Stamp(settings.judged, indexed(settings.duplicates), run_id)
        rows = requalified(hung, entries, verdicts, stamp)
        for name, document in documents.items():
            decided = {**decision, "bytes_digest": document.bytes_digest}
            rows.append({**row(document, entries[name], verdicts[name], decided, stamp), "judged": _judged(old[name], settings)})
        corpus.commit(pa.Table.from_pylist(rows, schema=schema.PUBLISHED), number, run_id)
    return [f"{name}: was {rows.column('status')[0]} ({rows.column('reason')[0]}), is kept from now on" for name, rows in old.items()]


def _restored(found: pa.Table, settings: Settings) -> Document:
    """Return the document without its rejection, taken through the stages that it missed."""
    (status,), (document,) = schema.strings(found, "status"), schema.documents(found)
    if status == "kept":
        msg = f"{document.id} is kept already: there is nothing to restore"
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


def _compared(documents: Mapping[str, Document], corpus: Corpus, settings: Settings) -> tuple[dict[str, Verdict], dict[str, Any], pa.Table]:
    """Compare the restored documents with the corpus: verdicts, index entries, and the published rows of the others that this concerns."""
    near, spill = settings.duplicates, history.hidden(settings.out) / "work" / "spill"
    others, anew = published_index(corpus, documents.keys(), near, spill)
    index = pa.concat_tables([INDEX.empty_table(), others, index_rows(documents.values(), near)])
    rows = corpus.rows(["id", "decision"])
    decided = {found["id"] for found in rows.to_pylist() if found["decision"]}

    def texts(ids: Sequence[str]) -> dict[str, str]:
        rest = corpus.rows(["id", "text"], ids=[name for name in ids if name not in documents])
        known = dict(zip(schema.strings(rest, "id"), schema.strings(rest, "text"), strict=True))
        return known | {name: documents[name].text for name in ids if name in documents}

    result = duplicates.find_copies(index, texts, near, pinned=decided | documents.keys(), touched=anew | documents.keys(), spill=spill)
    verdicts = {verdict.id: verdict for verdict in result.verdicts}
    entries = {entry["id"]: entry for entry in index.to_pylist() if entry["id"] in verdicts}
    return verdicts, entries, corpus.rows(ids=[name for name in verdicts if name not in documents])


def _who() -> str:
    """The user's name; a container may have none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"
