"""Tables of separated values (.csv, .tsv): the first row names the fields, each other row is a record. Positions are the lines where rows begin.

The separator of a .csv is the one of comma, semicolon, tab and bar that makes the first row name a field that holds text, or the one named by the line that
Excel puts before it (`sep=;`). All rows have as many fields as the first: another number means that something went wrong before, and a title must not become
a text.

A quote that is not closed would make one row of all that follows. So a row is bounded by `max_record_bytes`, and where one fails, the lines after its first
are looked at again: if they are rows as the table has them, the quote was a stray one, and costs its own line; if not, everything up to the next row of the
right width is one rejected row. No line is looked at more than three times. A value that looks like a formula is text.
"""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import replace

from copydesk.document import Decoding, Document
from copydesk.encoding.decode import looks_binary
from copydesk.ingest.lines import PROLOGUE
from copydesk.ingest.making import Maker
from copydesk.ingest.readers.rows import Row
from copydesk.ingest.readers.table_lines import Line, TableLines, digest
from copydesk.ingest.streams import File

__all__ = ["read"]

_SEPARATORS = {"csv": (",", ";", "\t", "|"), "tsv": ("\t",)}
_SHOWN = 150
_MOST_LINES = 100_000  # in one row: an article has none of them
_TOO_LARGE = "more than"
_NAMED = "sep="


def read(file: File, maker: Maker) -> Iterator[Document]:
    """Yield a document for each row."""
    stream = file.stream()
    prologue = stream.peek(PROLOGUE)[:PROLOGUE]
    found = TableLines(stream, maker.limit, prologue)
    if not found.wide and (binary := looks_binary(prologue)):
        yield maker.rejected("", "binary", binary)
        return
    table = _Table(found, maker.limit)
    separators = _SEPARATORS[maker.source.kind]
    if (head := table.head()) is not None and (named := _separator(head)):
        separators, head = (named,), table.head()
    if head is None:
        return
    for separator in separators:
        names = _names(head, separator)
        if {maker.settings.text_field, maker.settings.html_field} & set(names):
            yield from table.documents(maker, separator, names)
            return
    wanted = f"{maker.settings.text_field!r} or {maker.settings.html_field!r}"
    yield maker.rejected("", "no_text", f"the first row names no field {wanted} (it begins {head[:_SHOWN].strip()!r}); see settings ingest.*_field")


def _separator(head: str) -> str:
    r"""Return the separator that Excel names in a line of its own, "" where this is no such line.

    >>> _separator("sep=;\r\n"), _separator("SEP=\t\n"), _separator("sep=a\n")
    (';', '\t', '')
    """
    line = head.rstrip("\r\n")
    named = line[len(_NAMED) :] if line[: len(_NAMED)].lower() == _NAMED else ""
    return named if len(named) == 1 and not named.isalnum() and named != '"' else ""


def _names(head: str, separator: str) -> list[str]:
    row = Row(separator)
    if not row.take(head) or row.fault:
        return []
    return [name.strip() for name in row.fields]


class _Table:
    """The lines of a table, of which some may be looked at again."""

    def __init__(self, found: TableLines, limit: int) -> None:
        self._limit, self._lines = limit, found
        self._again: deque[Line] = deque()
        self._seen = 0  # the last line that was handed back

    def head(self) -> str | None:
        """Return the next line that is not blank."""
        return next((line.text for line in self._lines if not line.blank), None)

    def documents(self, maker: Maker, separator: str, names: list[str]) -> Iterator[Document]:
        """Yield a document for each row, a rejected one for each stretch of lines that are no rows."""
        while taken := self._next(separator, len(names)):
            row, its = taken
            maker.position = its[0].number
            if len(row.fields) == len(names) and not row.fault:
                yield self._document(maker, row, names, its)
            elif self._gave_back(row, separator, len(names), its, literal=maker.source.kind == "tsv"):
                first = Row(separator, fields=its[0].text.rstrip("\r\n").split(separator))
                if maker.source.kind == "tsv" and len(first.fields) == len(names):
                    yield self._document(maker, first, names, its[:1])
                else:
                    yield self._rejected(maker, row, len(names), its[:1], its[0].number)
            else:
                last = self._pass_over(row, separator, len(names), its) if row.fault else its[-1].number
                yield self._rejected(maker, row, len(names), its, last)

    def _line(self) -> Line | None:
        return self._again.popleft() if self._again else next(self._lines, None)

    def _next(self, separator: str, width: int) -> tuple[Row, list[Line]] | None:
        """Read the next row and its lines, or as much of it as a row may have."""
        row = Row(separator, width)
        its: list[Line] = []
        size = 0
        while (one := self._line()) is not None:
            if not its and one.blank and one.whole:
                continue
            its.append(one)
            size += len(one.data)
            if not one.whole or size > self._limit + 2 or len(its) > _MOST_LINES:
                row.fault = f"{_TOO_LARGE} {self._limit:,} bytes or {_MOST_LINES:,} lines: is a quote not closed? If not, raise ingest.max_record_bytes"
                return row, its
            if row.take(one.text):
                return row, its
        if its:
            row.fault = "a quote that is not closed"
        return (row, its) if its else None

    def _gave_back(self, row: Row, separator: str, width: int, its: list[Line], *, literal: bool) -> bool:
        """Hand the lines after the first back where they are rows by themselves, so that the first alone was wrong."""
        alone = literal and its[0].text.count(separator) == width - 1
        if len(its) == 1:
            return bool(row.fault) and alone
        if its[0].number <= self._seen or not (alone or (width > 1 and _are_rows(its[1:], separator, width))):
            return False
        self._again.extendleft(reversed(its[1:]))
        self._seen = max(self._seen, its[-1].number)
        return True

    def _pass_over(self, row: Row, separator: str, width: int, its: list[Line]) -> int:
        """Pass over lines up to the next that is a sound row of the right width, and return the number of the last; nothing of them is held."""
        last = its[-1].number
        if row.open and row.fault.startswith(_TOO_LARGE):
            fault, row.fault = row.fault, ""
            while row.open and not row.fault and (one := self._line()) is not None:
                row.forget()
                if '"' in one.text:
                    row.take(one.text)
                last = one.number
            sound, row.fault = not row.fault, fault
            if sound:
                return last
        while (one := self._line()) is not None:
            start = Row(separator, width)
            if one.whole and start.take(one.text) and len(start.fields) == width and not (start.fault or start.loose):
                self._again.appendleft(one)
                return last
            last = one.number
        return last

    def _document(self, maker: Maker, row: Row, names: list[str], its: list[Line]) -> Document:
        fields, found = self._together(row, its)
        return maker.record(dict(reversed(list(zip(names, fields, strict=True)))), digest(its), found)

    def _together(self, row: Row, its: list[Line]) -> tuple[list[str], Decoding]:
        """Return the fields of a row's lines decoded together; where they then are no longer those of the row, each line's reading stands."""
        text, found = self._lines.row(its)
        if len(its) == 1 or text == "".join(line.text for line in its):
            return row.fields, found
        again = Row(row.separator, row.width)
        ends = [again.take(line) for line in re.findall(r"[^\n]*\n|[^\n]+", text)]
        if ends[-1:] == [True] and not any(ends[:-1]) and not again.fault and len(again.fields) == len(row.fields):
            return again.fields, found
        lost = sum(line.decoding.replaced for line in its)
        return row.fields, replace(found, how="mixed", confidence=min(line.decoding.confidence for line in its), replaced=lost)

    def _rejected(self, maker: Maker, row: Row, width: int, its: list[Line], last: int) -> Document:
        data = b"".join(line.data for line in its)
        where = f"line {its[0].number}" if its[0].number == last else f"lines {its[0].number} to {last}"
        reason = "too_large" if row.fault.startswith(_TOO_LARGE) else "bad_row"
        return maker.here(reason, f"{where}: {row.fault or f'{len(row.fields)} fields, where the first row names {width}'}", data)


def _are_rows(its: list[Line], separator: str, width: int) -> bool:
    """Say whether these lines are rows of the table, at least one, the last of which may go on."""
    row = Row(separator, width)
    found = False
    for line in its:
        if not row.open and line.blank:
            continue
        if row.take(line.text):
            if row.fault or len(row.fields) != width:
                return False
            found, row = True, Row(separator, width)
    return found
