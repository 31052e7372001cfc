"""Tables of separated values (.csv, .tsv): the first row names the fields, each other row is a record. Positions are the lines where rows begin.

The separator of a .csv is the one of comma, semicolon, tab and bar that makes the first row name a field that holds text. All rows have as many fields as the
first: another number means that something went wrong before, and a title must not become a text.

A quote that is not closed would make one row of all that follows. So a row is bounded by `max_record_bytes`, and where one fails, the lines after its first
are looked at again: if they are rows as the table has them, the quote was a stray one, and costs its own line; if not, everything up to the next row of the
right width is one rejected row. No line is looked at more than three times. A value that looks like a formula is text.
"""

import codecs
import hashlib
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from typing import IO

from copydesk.document import Decoding, Document
from copydesk.encoding.decode import decode, looks_binary
from copydesk.ingest.lines import PROLOGUE, decoded, lines, wide_codec
from copydesk.ingest.making import Maker
from copydesk.ingest.readers.rows import Row
from copydesk.ingest.streams import File

__all__ = ["read"]

_SEPARATORS = {"csv": (b",", b";", b"\t", b"|"), "tsv": (b"\t",)}
_SHOWN = 150
_SAMPLE = 65_536  # bytes: as many as the detector looks at
_MOST_LINES = 100_000  # in one row: an article has none of them
_TOO_LARGE = "more than"

_Line = tuple[int, bytes, bool]


def read(file: File, maker: Maker) -> Iterator[Document]:
    """Yield a document for each row."""
    stream = file.stream()
    prologue = stream.peek(PROLOGUE)[:PROLOGUE]
    codec = _codec(prologue)
    if not codec and (binary := looks_binary(prologue)):
        yield maker.rejected("", "binary", binary)
        return
    table = _Table(stream, codec, maker.limit, _hint(stream.peek(_SAMPLE)[:_SAMPLE]))
    if (head := table.head()) is None:
        return
    for separator in _SEPARATORS[maker.source.kind]:
        names = _names(head, separator)
        if {maker.settings.text_field, maker.settings.html_field} & set(names):
            yield from table.documents(maker, separator, names)
            return
    shown = head[:_SHOWN].decode("utf-8", "replace").strip()
    wanted = f"{maker.settings.text_field!r} or {maker.settings.html_field!r}"
    yield maker.rejected("", "no_text", f"the first row names no field {wanted} (it begins {shown!r}); see settings ingest.*_field")


def _codec(prologue: bytes) -> str:
    """Tell UTF-16 and UTF-32, also without a mark: spreadsheets write it."""
    codec, _ = wide_codec(prologue)
    if not codec and b"\0" in prologue:
        found = decode(prologue[: len(prologue) // 4 * 4])[1].encoding
        codec = found if found in {"utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"} else ""
    return codec


def _hint(sample: bytes) -> str:
    """Return the encoding of the file's start where it is not UTF-8: a row of a few letters tells less, so it is held against this."""
    found = decode(sample[: sample.rfind(b"\n") + 1])[1]
    return found.encoding if found.how == "detected" else ""


def _names(head: bytes, separator: bytes) -> list[str]:
    row = Row(separator)
    if not row.take(head) or row.fault:
        return []
    return [decode(name)[0].strip() for name in row.fields]


class _Table:
    """The lines of a table, of which some may be looked at again."""

    def __init__(self, stream: IO[bytes], codec: str, limit: int, hint: str) -> None:
        self._limit, self._hint = limit, hint
        self._lines = self._narrow(stream, codec)
        self._again: deque[_Line] = deque()
        self._seen = 0  # the last line that was handed back

    def head(self) -> bytes | None:
        """Return the first line that is not blank."""
        for _, line, _ in self._lines:
            line = line.removeprefix(codecs.BOM_UTF8)  # noqa: PLW2901 - the mark is none of the first name's letters
            if line.strip():
                return line
        return None

    def documents(self, maker: Maker, separator: bytes, names: list[str]) -> Iterator[Document]:
        """Yield a document for each row, a rejected one for each stretch of lines that are no rows."""
        while taken := self._next(separator, len(names)):
            row, its = taken
            maker.position = its[0][0]
            if len(row.fields) == len(names) and not row.fault:
                yield self._document(maker, row, names, its)
            elif self._gave_back(row, separator, len(names), its, literal=maker.source.kind == "tsv"):
                first = Row(separator, fields=its[0][1].rstrip(b"\r\n").split(separator))
                if maker.source.kind == "tsv" and len(first.fields) == len(names):
                    yield self._document(maker, first, names, its[:1])
                else:
                    yield self._rejected(maker, row, len(names), its[:1], its[0][0])
            else:
                last = self._pass_over(row, separator, len(names), its) if row.fault else its[-1][0]
                yield self._rejected(maker, row, len(names), its, last)

    def _narrow(self, stream: IO[bytes], codec: str) -> Iterator[_Line]:
        """The lines by number, in an encoding whose separators are single bytes: UTF-16 and UTF-32 become UTF-8."""
        for number, (line, whole) in enumerate(lines(stream, self._limit, codec), 1):
            yield number, decoded(line, codec, marked=True)[0].encode("utf-8", "replace") if codec else line, whole

    def _line(self) -> _Line | None:
        return self._again.popleft() if self._again else next(self._lines, None)

    def _next(self, separator: bytes, width: int) -> tuple[Row, list[_Line]] | None:
        """Read the next row and its lines, or as much of it as a row may have."""
        row = Row(separator, width)
        its: list[_Line] = []
        size = 0
        while (one := self._line()) is not None:
            if not its and not one[1].strip() and one[2]:
                continue
            its.append(one)
            size += len(one[1])
            if not one[2] or size > self._limit + 2 or len(its) > _MOST_LINES:
                row.fault = f"{_TOO_LARGE} {self._limit:,} bytes or {_MOST_LINES:,} lines: is a quote not closed? If not, raise ingest.max_record_bytes"
                return row, its
            if row.take(one[1]):
                return row, its
        if its:
            row.fault = "a quote that is not closed"
        return (row, its) if its else None

    def _gave_back(self, row: Row, separator: bytes, width: int, its: list[_Line], *, literal: bool) -> bool:
        """Hand the lines after the first back where they are rows by themselves, so that the first alone was wrong."""
        alone = literal and its[0][1].count(separator) == width - 1
        if len(its) == 1:
            return bool(row.fault) and alone
        if its[0][0] <= self._seen or not (alone or (width > 1 and _are_rows(its[1:], separator, width))):
            return False
        self._again.extendleft(reversed(its[1:]))
        self._seen = max(self._seen, its[-1][0])
        return True

    def _pass_over(self, row: Row, separator: bytes, width: int, its: list[_Line]) -> int:
        """Pass over lines up to the next that is a sound row of the right width, and return the number of the last; nothing of them is held."""
        last = its[-1][0]
        if row.open and row.fault.startswith(_TOO_LARGE):
            fault, row.fault = row.fault, ""
            while row.open and not row.fault and (one := self._line()) is not None:
                row.forget()
                if b'"' in one[1]:
                    row.take(one[1])
                last = one[0]
            sound, row.fault = not row.fault, fault
            if sound:
                return last
        while (one := self._line()) is not None:
            start = Row(separator, width)
            if one[2] and start.take(one[1]) and len(start.fields) == width and not (start.fault or start.loose):
                self._again.appendleft(one)
                return last
            last = one[0]
        return last

    def _document(self, maker: Maker, row: Row, names: list[str], its: list[_Line]) -> Document:
        data = b"".join(line for _, line, _ in its)
        _, found = decode(data, self._hint)
        if found.how == "declared":
            found = replace(found, declared="", how="detected")
        values = {name: _decoded(value, found) for name, value in reversed(list(zip(names, row.fields, strict=True)))}
        return maker.record(values, hashlib.sha256(data).hexdigest(), found)

    def _rejected(self, maker: Maker, row: Row, width: int, its: list[_Line], last: int) -> Document:
        data = b"".join(line for _, line, _ in its)
        where = f"line {its[0][0]}" if its[0][0] == last else f"lines {its[0][0]} to {last}"
        reason = "too_large" if row.fault.startswith(_TOO_LARGE) else "bad_row"
        return maker.here(reason, f"{where}: {row.fault or f'{len(row.fields)} fields, where the first row names {width}'}", data)


def _are_rows(its: list[_Line], separator: bytes, width: int) -> bool:
    """Say whether these lines are rows of the table, at least one, the last of which may go on."""
    row = Row(separator, width)
    found = False
    for _, line, _ in its:
        if not row.open and not line.strip():
            continue
        if row.take(line):
            if row.fault or len(row.fields) != width:
                return False
            found, row = True, Row(separator, width)
    return found


def _decoded(value: bytes, found: Decoding) -> str:
    """Decode a field by what was found of its row: a few letters of their own would tell less."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode(found.encoding, "replace")
