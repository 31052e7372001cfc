"""Lines of a file in whatever Unicode encoding, one at a time and never more of one than a record may have.

UTF-16 and UTF-32 are told by a byte order mark or, as the first character of JSON is ASCII, by where the NULs stand (RFC 4627, section 3). Their line feeds
are looked for as code units: 0A is also half of many a letter.
"""

import codecs
from collections.abc import Iterator
from dataclasses import replace
from typing import IO

from copydesk.document import Decoding
from copydesk.encoding.decode import decode

__all__ = ["PROLOGUE", "decoded", "lines", "wide_codec"]

PROLOGUE = 2_048
"""Bytes at the start of a file that its encoding and its kind are told by."""

# UTF-32 before UTF-16: the little-endian mark of the one begins with that of the other.
_MARKS = {
    "utf-32-le": codecs.BOM_UTF32_LE,
    "utf-32-be": codecs.BOM_UTF32_BE,
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
}


def wide_codec(prologue: bytes, first: str = "") -> tuple[str, bool]:
    r"""Return UTF-16 or UTF-32 by its codec's name where these bytes begin a text in it, and whether a byte order mark says so; else ("", False).

    Without a mark it is told by one of the characters `first`, after white space.

    >>> wide_codec(b"\xff\xfea\0"), wide_codec(b'{\0"\0', "{["), wide_codec(b'{"text"', "{[")
    (('utf-16-le', True), ('utf-16-le', False), ('', False))
    """
    for codec, mark in _MARKS.items():
        if prologue.startswith(mark):
            return codec, True
    for codec in _MARKS:
        begins = prologue.decode(codec, "ignore").lstrip()[:1]
        if begins and begins in first:
            return codec, False
    return "", False


def decoded(data: bytes, codec: str, *, marked: bool) -> tuple[str, Decoding]:
    """Decode a part of a file in that encoding ("" where each part must speak for itself); the mark counts for all parts."""
    if not codec:
        return decode(data)
    text, found = decode(data if data.startswith(_MARKS[codec]) else _MARKS[codec] + data)
    return text, found if marked else replace(found, how="pattern", confidence=0.95)


def lines(stream: IO[bytes], limit: int, codec: str = "") -> Iterator[tuple[bytes, bool]]:
    """Yield each line with its ending, and whether it is whole: of one with more than `limit` bytes the rest is passed over, and never held."""
    newline = "\n".encode(codec or "ascii")
    width = len(newline)
    most = (limit // width + 3) * width
    while line := _line(stream, most, newline):
        whole = line.endswith(newline) or len(line) < most
        while not whole and (rest := _line(stream, most, newline)) and not rest.endswith(newline):
            pass
        yield line, whole


def _line(stream: IO[bytes], most: int, newline: bytes) -> bytes:
    width = len(newline)
    if width == 1:
        return stream.readline(most)
    line = bytearray()
    while len(line) < most and (part := stream.readline(most - len(line))):
        line += part
        line += stream.read(-len(line) % width)
        if line.endswith(newline):
            break
    return bytes(line)
