"""From what a reader found in a file to a document, or to a row that says why there is none: what the readers of all kinds have in common."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from copydesk.boilerplate.html import page_facts
from copydesk.document import Decoding, Document, Media, Rejection
from copydesk.encoding.decode import decode
from copydesk.ingest.nesting import deeper_than
from copydesk.ingest.sources import Source
from copydesk.metrics import text_digest
from copydesk.settings import IngestSettings

__all__ = ["Maker"]

_LONGEST_ID = 200
_NOT_DECODED = Decoding(encoding="", how="", confidence=0.0)


class Maker:
    """Makes the documents of one source. `position` is that of the record at hand, from 1; a reader counts it."""

    def __init__(self, source: Source, digest: str, settings: IngestSettings) -> None:
        self.source, self.digest, self.settings = source, digest, settings
        self.position = 0

    @property
    def limit(self) -> int:
        """How many bytes a record may have."""
        return self.settings.max_record_bytes

    @property
    def fields(self) -> dict[str, str]:
        """Which field of a structured record holds what."""
        return {name: getattr(self.settings, f"{name}_field") for name in ("id", "text", "html", "url", "title", "published")}

    def rejected(self, mark: str, reason: str, detail: str, data: bytes = b"") -> Document:
        """Account for a record (`mark` is "#" and its position) or a file ("") that gives no document."""
        name = self.source.name + mark
        digest = hashlib.sha256(data).hexdigest() if data else self.digest
        return Document(
            id=_made_id(name),
            source=name,
            site=self.source.site,
            text="",
            bytes_digest=digest,
            source_digest=self.digest,
            text_digest=text_digest(""),
            decoding=_NOT_DECODED,
            rejection=Rejection("ingest", reason, detail.encode("utf-8", "replace").decode()),
        )

    def here(self, reason: str, detail: str, data: bytes = b"") -> Document:
        """Account for the record at hand."""
        return self.rejected(f"#{self.position}", reason, detail, data)

    def too_large(self, what: str) -> Document:
        """Account for the record at hand, which has more bytes than a record may have."""
        return self.here("too_large", f"{what} has more than {self.limit:,} bytes: raise ingest.max_record_bytes to read it")

    def record(self, record: Mapping[str, Any], digest: str, decoding: Decoding) -> Document:
        """Make a document of the structured record at hand: its fields by their names in the source."""
        values = {name: record.get(field) for name, field in self.fields.items()}
        media: Media = "text" if values["text"] else "html"
        text = values["text"] or values["html"]
        if isinstance(text, bytes):
            text, decoding = _utf8_first(text, decoding)
        if text is not None and not isinstance(text, str):
            fault = f"field {self.settings.text_field!r} is a {type(text).__name__}, not a string"
        elif not text:
            fault = f"neither field {self.settings.text_field!r} nor {self.settings.html_field!r} holds text; see settings ingest.*_field"
        else:
            return self.document(f"#{self.position}", values, text, media, decoding, digest)
        # What is known of it stays with it: whoever looks for the record looks for its id.
        return replace(self.document(f"#{self.position}", values, "", "text", decoding, digest), rejection=Rejection("ingest", "no_text", fault))

    def document(self, mark: str, values: Mapping[str, Any], text: str, media: Media, decoding: Decoding, digest: str) -> Document:
        """Make a document of a text and what is known of it; `digest` is that of the record's bytes."""
        text, lost = _encodable(text)
        if lost:
            decoding = replace(decoding, replaced=decoding.replaced + lost)
        name = self.source.name + mark
        url = _string(values.get("url"))
        given = _string(values.get("id"))
        title, published = _string(values.get("title")), _string(values.get("published"))
        rejection = None
        if not text.strip():
            rejection = Rejection("ingest", "empty", "the record holds nothing but white space")
        elif media == "html" and deeper_than(text, self.settings.max_nesting):
            detail = f"the page's elements are nested deeper than {self.settings.max_nesting}: raise ingest.max_nesting to read it"
            text, rejection = "", Rejection("ingest", "nested_too_deep", detail)
        elif media == "html":
            # The address is the record's alone: it decides the site, and a page may claim any.
            facts = page_facts(text)
            title, published = title or facts.title, published or facts.published
        return Document(
            id=_given_id(given) if given else _made_id(name),
            source=name,
            site=_host(url) or self.source.site,
            text=text,
            media=media,
            url=url,
            title=title,
            published=published,
            bytes_digest=digest,
            source_digest=self.digest,
            text_digest=text_digest(text),
            decoding=decoding,
            rejection=rejection,
        )


def _utf8_first(data: bytes, found: Decoding) -> tuple[str, Decoding]:
    """Decode a stored value: Parquet's text is UTF-8 by its standard, so only what is none is asked about."""
    try:
        return data.decode("utf-8"), found
    except UnicodeDecodeError:
        return decode(data)


def _encodable(text: str) -> tuple[str, int]:
    """Join surrogate pairs and replace halves of them, so that the text can be written as UTF-8; return how many were replaced."""
    if text.isascii():
        return text, 0
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        return whole, whole.count("\N{REPLACEMENT CHARACTER}") - text.count("\N{REPLACEMENT CHARACTER}")
    return text, 0


def _string(value: object) -> str:
    """Return a name or a number as text; a list or an object where one belongs says nothing (and deep ones cannot be printed)."""
    if value is None or isinstance(value, dict | list):
        return ""
    return _encodable(_utf8_first(value, Decoding())[0] if isinstance(value, bytes) else str(value))[0]


def _given_id(given: str) -> str:
    """Keep a given id, but bound its length: it is repeated in every reference to the document."""
    return given if len(given) <= _LONGEST_ID else f"{given[:100]}~{hashlib.sha256(given.encode()).hexdigest()[:16]}"


def _made_id(name: str) -> str:
    """A stable id from the source's name and the position in it."""
    return f"doc-{hashlib.sha256(name.encode('utf-8', 'replace')).hexdigest()[:16]}"


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "")[:253]
    except ValueError:
        return ""
