"""WARC (ISO 28500): the pages of a web archive. Positions count the file's records of whatever type.

What becomes a document: a `response` with status 200 that holds HTML or plain text, and a `resource` or `conversion` (Common Crawl's WET files) that does.
What by definition is none (`warcinfo`, `request`, `metadata`, `revisit`, `continuation`, name lookups) leaves no row. Other responses - redirects, errors,
images, scripts - are counted, and one row at the end of the file says how many of what were passed over: a crawl has ten of them for each page, and nobody
wants to look at each. A page that its crawler cut off (`WARC-Truncated`) is rejected.

The date of a record is when it was fetched, not when its page was published, so it is not taken for that.

The frame of a record is read here and not by a library: fastwarc 2.0.1 ends a file that is cut short without a word, and panics with what is no `Exception`
where its stream cannot be sought; warcio 1.8.1 holds a header of whatever length, and where a length is wrong writes the page to standard error and goes on.
The suite compares with what warcio reads of sound files.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import IO

from copydesk.document import Document, Media
from copydesk.encoding.declared import charset_of_markup
from copydesk.encoding.decode import decode, looks_binary
from copydesk.ingest.making import Maker
from copydesk.ingest.readers import http
from copydesk.ingest.streams import File

__all__ = ["read"]

_LONGEST_LINE = 8_192
_HEAD = 65_536
_PIECE = 262_144
_OVERHEAD = 131_072  # bytes beside the page itself: the HTTP head, and the sizes of chunks
_MEDIA: Mapping[str, Media] = {"text/html": "html", "application/xhtml+xml": "html", "text/plain": "text"}
_STORED = frozenset({"resource", "conversion"})
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body)[\s>]", re.IGNORECASE)
_PROLOGUE = 1_024  # bytes: within these a page without a Content-Type shows that it is one
_MOST_NAMED = 8
_LONGEST_LENGTH = 15  # digits


def read(file: File, maker: Maker) -> Iterator[Document]:
    """Yield a document for each record that holds a page, a rejected row for each that cannot be made out, and the account of what was passed over."""
    stream = file.stream()
    passed: Counter[str] = Counter()
    while True:
        fields, skipped = _next_head(stream)
        if skipped:
            maker.position += 1
            yield maker.here("bad_warc", f"after record {maker.position - 1}: {skipped:,} bytes that are no WARC record")
        if fields is None:
            break
        maker.position += 1
        yield from _taken(stream, fields, maker, passed)
    if passed:
        maker.position += 1
        named = [f"{count:,} of {what}" for what, count in sorted(passed.items(), key=lambda one: (-one[1], one[0]))]
        more = f" and {len(named) - _MOST_NAMED:,} other kinds" if len(named) > _MOST_NAMED else ""
        detail = f"{passed.total():,} responses hold no page and were passed over: {', '.join(named[:_MOST_NAMED])}{more}"
        yield maker.here("passed_over", detail)


def _next_head(stream: IO[bytes]) -> tuple[dict[str, str] | None, int]:
    """Read on to the next record's head: its fields by their names in lower case, None at the end; and how many bytes before it were no record."""
    skipped = 0
    while line := stream.readline(_LONGEST_LINE):
        if line.startswith(b"WARC/") and len(line) < _LONGEST_LINE:
            fields, size = _fields(stream)
            if fields:
                return fields, skipped
            skipped += size + len(line)
        elif line.strip() or skipped:
            skipped += len(line)
    return None, skipped


def _fields(stream: IO[bytes]) -> tuple[dict[str, str], int]:
    """Read the fields of a head, and how many bytes they take; none where the head is no sound one. Raises EOFError where the file ends in it."""
    fields: dict[str, str] = {}
    size = 0
    while line := stream.readline(_LONGEST_LINE):
        size += len(line)
        if not line.strip():
            length = fields.get("content-length", "")
            return (fields if length.isascii() and length.isdigit() and len(length) <= _LONGEST_LENGTH else {}), size
        name, mark, value = line.decode("utf-8", "replace").partition(":")
        if not mark or size > _HEAD:
            return {}, size
        fields[name.strip().lower()] = value.strip()
    msg = "the head of a record breaks off"
    raise EOFError(msg)


def _taken(stream: IO[bytes], fields: Mapping[str, str], maker: Maker, passed: Counter[str]) -> Iterator[Document]:
    """Take the record's block off the stream, and yield what becomes of it."""
    kind, length = fields.get("warc-type", "").lower(), int(fields["content-length"])
    media, charset = http.media_of(fields.get("content-type", ""))
    answered = kind == "response" and media == "application/http"
    stored = kind in _STORED and media in _MEDIA
    if not (answered or stored):
        if kind in _STORED:
            passed[media or "no type"] += 1
        _read(stream, length, keep=False)
    elif length > maker.limit + _OVERHEAD:
        _read(stream, length, keep=False)
        yield maker.too_large(f"record {maker.position}")
    else:
        data = _read(stream, length, keep=True)
        if answered:
            yield from _answer(data, fields, maker, passed)
        else:
            yield _page(data, media, charset, fields, maker)


def _read(stream: IO[bytes], length: int, *, keep: bool) -> bytes:
    """Read a block of just that length, or raise EOFError."""
    parts: list[bytes] = []
    left = length
    while left:
        part = stream.read(min(left, _PIECE))
        if not part:
            msg = f"{left:,} bytes of a record are missing"
            raise EOFError(msg)
        left -= len(part)
        if keep:
            parts.append(part)
    return b"".join(parts)


def _answer(data: bytes, fields: Mapping[str, str], maker: Maker, passed: Counter[str]) -> Iterator[Document]:
    try:
        answer = http.response(data)
        if answer.status != 200:  # noqa: PLR2004 - the status by its number, as everyone knows it
            passed[f"status {answer.status}"] += 1
            return
        media, charset = http.media_of(answer.fields.get("content-type", ""))
        if media and media not in _MEDIA:
            passed[media] += 1
            return
        yield _page(http.undone(answer, maker.limit), media, charset, fields, maker)
    except http.HttpError as fault:
        yield maker.here("bad_http", f"record {maker.position}: {fault}", data)
    except http.TooLongError:
        yield maker.too_large(f"the page of record {maker.position}")


def _page(data: bytes, media: str, charset: str, fields: Mapping[str, str], maker: Maker) -> Document:
    if cut := fields.get("warc-truncated"):
        return maker.here("truncated", f"record {maker.position}: the crawler cut this page off ({cut[:40]})", data)
    if len(data) > maker.limit:
        return maker.too_large(f"record {maker.position}")
    if binary := looks_binary(data):
        return maker.here("binary", f"record {maker.position}: {binary}", data)
    kind = _MEDIA.get(media) or ("html" if _HTML.search(data[:_PROLOGUE]) else "text")
    text, decoding = decode(data, charset or (charset_of_markup(data) if kind == "html" else ""))
    values = {"id": _bare(fields.get("warc-record-id", "")), "url": _bare(fields.get("warc-target-uri", ""))}
    return maker.document(f"#{maker.position}", values, text, kind, decoding, hashlib.sha256(data).hexdigest())


def _bare(name: str) -> str:
    """Take off the angle brackets of WARC 1.0, and what says that a UUID is one."""
    return name.removeprefix("<").removesuffix(">").removeprefix("urn:uuid:")
