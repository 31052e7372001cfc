"""A person's decision against the machine's: a document that was held back, or removed as a copy, is kept from now on."""

import getpass
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from copydesk import duplicates
from copydesk.document import Document
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
        decision = {"action": "restore", "reason": reason, "by": getpass.getuser(), "at": datetime.now(UTC).isoformat(timespec="seconds")}
        old = [(corpus.row(name).to_pylist()[0], _restored(corpus, name, settings)) for name in dict.fromkeys(names)]
        rows = _rows(old, decision, corpus, settings, f"{number:06d}-restore")
        corpus.commit(pa.Table.from_pylist(rows, schema=schema.PUBLISHED), number, f"{number:06d}-restore")
    return [f"{found['id']}: was {found['status']} ({found['reason']}), is kept from now on" for found, _ in old]


def _restored(corpus: Corpus, name: str, settings: Settings) -> Document:
    """Return the document without its rejection, taken through the stages that it missed."""
    found = corpus.row(name)
    (status,), (document,) = found.column("status").to_pylist(), schema.documents(found)
    if status == "kept":
        msg = f"{name} is kept already: there is nothing to restore"
        raise InputError(msg)
    if not document.text:
        msg = f"{name} holds no text that could be kept ({document.rejection.detail if document.rejection else status}): repair {document.source} and run again"
        raise InputError(msg)
    for stage in _missed(document):
        document = advance(PER_DOCUMENT[stage](settings.stages), replace(document, rejection=None))
        if document.rejection:
            msg = f"{name} cannot be kept: {document.rejection.detail}"
            raise InputError(msg)
    return replace(document, rejection=None)


def _missed(document: Document) -> Iterator[str]:
    """The stages that a rejected document has not been through; the one on which it failed is tried again."""
    order = list(PER_DOCUMENT)
    if document.rejection is None:
        return
    stage = document.rejection.stage
    done = order.index(stage) + (document.rejection.reason != "stage_error") if stage in order else 0
    yield from order[done:]


def _rows(old: list[tuple[dict[str, Any], Document]], decision: dict[str, str], corpus: Corpus, settings: Settings, run_id: str) -> list[dict[str, Any]]:
    documents = {document.id: document for _, document in old}
    near = settings.duplicates
    others, anew = published_index(corpus, set(documents), near)
    index = pa.concat_tables([INDEX.empty_table(), others, index_rows(documents.values(), near)])
    decided = {entry["id"] for entry in corpus.rows(["id", "decision"]).to_pylist() if entry["decision"]}

    def texts(ids: Sequence[str]) -> dict[str, str]:
        rest = corpus.rows(["id", "text"], ids=[name for name in ids if name not in documents])
        known = dict(zip(schema.strings(rest, "id"), schema.strings(rest, "text"), strict=True))
        return known | {name: documents[name].text for name in ids if name in documents}

    result = duplicates.find_copies(index, texts, near, pinned=decided | set(documents), touched=anew | set(documents))
    verdicts = {verdict.id: verdict for verdict in result.verdicts}
    entries = {entry["id"]: entry for entry in index.to_pylist() if entry["id"] in verdicts}
    stamp = Stamp("", indexed(near), run_id)
    rows = [
        {
            **row(document, entries[name], verdicts[name], {**decision, "bytes_digest": document.bytes_digest}, stamp),
            "judged": found["judged"],
            "reason": f"restored: {decision['reason']}",
        }
        for found, document in old
        for name in (document.id,)
    ]
    hung = corpus.rows(ids=[name for name in verdicts if name not in documents])
    return rows + requalified(hung, entries, verdicts, stamp)
