"""HTTP responses as crawlers store them: head and body apart, what was done to the body on its way undone, and never more of it than the limit.

Crawlers differ: some store bodies as they came over the wire, some undo the encodings and leave the header that names them. So an encoding is undone
where the body shows it, and what the header alone claims is not held against the page (RFC 9112, sections 6 and 7; RFC 9110, section 8.4).
"""

import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from backports import zstd

from copydesk.encoding.declared import charset_of_header

__all__ = ["HttpError", "Response", "TooLongError", "media_of", "response", "undone"]

_HEAD = 65_536
"""Bytes that the head of a response may have; servers allow themselves 8,000 to 64,000."""

_STATUS = re.compile(rb"HTTP/\d(?:\.\d)? +(\d{3})(?: |\r|\n|$)")
_END = re.compile(rb"\r?\n\r?\n")
_CHUNK = re.compile(rb"([0-9a-fA-F]{1,8})[ \t]{0,9}(?:;[^\r\n]{0,200})?\r?\n")
_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"


class HttpError(ValueError):
    """What is stored as a response is none, or its body cannot be made out."""


class TooLongError(Exception):
    """The body has more bytes than the limit allows."""


@dataclass(frozen=True, slots=True)
class Response:
    """A response: the head's fields by their names in lower case (of one given twice the last), and the body as stored."""

    status: int
    fields: Mapping[str, str]
    body: bytes


def response(data: bytes) -> Response:
    r"""Split a stored response. Raises `HttpError` where it begins with no status line or its head does not end.

    >>> response(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>").body
    b'<p>'
    """
    status = _STATUS.match(data)
    if not status:
        msg = "no HTTP status line"
        raise HttpError(msg)
    end = _END.search(data, 0, _HEAD)
    if not end and len(data) > _HEAD:
        msg = f"the HTTP head has more than {_HEAD:,} bytes"
        raise HttpError(msg)
    head, body = (data[: end.start()], data[end.end() :]) if end else (data, b"")
    fields = [line.partition(":") for line in head.decode("latin-1").splitlines()[1:]]
    return Response(int(status[1]), {name.strip().lower(): value.strip() for name, _, value in fields}, body)


def media_of(content_type: str) -> tuple[str, str]:
    """Return a Content-Type's media type in lower case, and its charset or "".

    >>> media_of('Text/HTML; Charset="ISO-8859-1"')
    ('text/html', 'ISO-8859-1')
    """
    return content_type.partition(";")[0].strip().lower()[:100], charset_of_header(content_type)


def undone(found: Response, limit: int) -> bytes:
    """Return the body as the page that it is. Raises `TooLongError` beyond the limit, `HttpError` where an encoding is unknown or broken."""
    body = found.body
    if "chunked" in found.fields.get("transfer-encoding", "").lower():
        body = _joined(body)
    coded = [name.strip() for field in ("content-encoding", "transfer-encoding") for name in found.fields.get(field, "").lower().split(",")[:5]]
    for name in reversed(coded):
        body = _unpacked(body, name, limit)
    if len(body) > limit:
        raise TooLongError
    return body


def _joined(body: bytes) -> bytes:
    """Join the chunks; a body that does not begin with one was joined before, one that breaks off is what came."""
    parts: list[bytes] = []
    at = 0
    while chunk := _CHUNK.match(body, at):
        size = int(chunk[1], 16)
        parts.append(body[chunk.end() : chunk.end() + size])
        at = chunk.end() + size
        if not size:
            break
        if at >= len(body):
            msg = "the chunked body breaks off"
            raise HttpError(msg)
        ending = 2 if body.startswith(b"\r\n", at) else 1
        if body[at : at + ending] not in {b"\r\n", b"\n"}:
            if len(parts) == 1:
                return body
            msg = "the chunks of the body do not follow each other"
            raise HttpError(msg)
        at += ending
    return b"".join(parts) if parts else body


def _unpacked(body: bytes, name: str, limit: int) -> bytes:
    try:
        match name:
            case "gzip" | "x-gzip" if body.startswith(_GZIP):
                return _inflated(body, 31, limit)
            case "deflate":
                return _deflated(body, limit)
            case "zstd" if body.startswith(_ZSTD):
                return _whole(zstd.ZstdDecompressor(), body, limit)
            case "br":
                msg = "the body is packed with Brotli, which is not read"
                raise HttpError(msg)
    except (zlib.error, zstd.ZstdError) as fault:
        msg = f"the body is no sound {name}: {fault}"
        raise HttpError(msg) from fault
    return body


def _deflated(body: bytes, limit: int) -> bytes:
    """Undo "deflate", which by the standard is zlib's format and from some servers the bare one; what is neither was undone before."""
    for window in (15, -15):
        try:
            return _inflated(body, window, limit)
        except zlib.error:
            pass
    return body


def _inflated(body: bytes, window: int, limit: int) -> bytes:
    return _whole(zlib.decompressobj(window), body, limit)


def _whole(unpacker: "zlib._Decompress | zstd.ZstdDecompressor", body: bytes, limit: int) -> bytes:
    data = unpacker.decompress(body, limit + 1)
    if len(data) > limit:
        raise TooLongError
    if not unpacker.eof:
        msg = "the packed body breaks off"
        raise HttpError(msg)
    return data
