"""One document, cleaned to standard output: no corpus, no Prefect, no checks, and imports to match, so that it answers in a second."""

import hashlib
import sys
from typing import IO

from copydesk.document import Document, Media
from copydesk.encoding.decode import decode, looks_binary
from copydesk.errors import InputError
from copydesk.ingest.kinds import kind_of
from copydesk.metrics import text_digest
from copydesk.settings import StageSettings
from copydesk.stages import clean as clean_document

__all__ = ["clean"]


def clean(source: IO[bytes], settings: StageSettings) -> None:
    """Clean one document to standard output, and tell on standard error why where it would be quarantined."""
    name = getattr(source, "name", "-")
    kind, _ = kind_of(str(name)) or ("text", None)
    if kind not in {"text", "html"}:
        msg = f"{name} is a file of many records ({kind}), and clean takes one document: `copydesk run --raw {name}` reads it"
        raise InputError(msg)
    data = source.read(settings.ingest.max_record_bytes + 1)
    if len(data) > settings.ingest.max_record_bytes:
        msg = f"{name} has more than {settings.ingest.max_record_bytes:,} bytes: raise ingest.max_record_bytes, or cut it"
        raise InputError(msg)
    if binary := looks_binary(data):
        msg = f"{name} is no text: {binary}"
        raise InputError(msg)
    text, decoding = decode(data)
    digest = hashlib.sha256(data).hexdigest()
    media: Media = "html" if str(name).lower().endswith((".html", ".htm")) or text.lstrip()[:15].lower().startswith(("<!doctype html", "<html")) else "text"
    raw = Document(
        id="-", source=str(name), site="", text=text, media=media, bytes_digest=digest, text_digest=text_digest(text), decoding=decoding
    )  # fmt: skip
    cleaned = clean_document(raw, settings)
    if cleaned.rejection:
        msg = f"{name}: {cleaned.rejection.detail}"
        raise InputError(msg)
    sys.stdout.buffer.write(cleaned.text.encode("utf-8", "replace"))
    sys.stdout.buffer.flush()
