r"""The rows of a table of separated values, from its lines, by RFC 4180: fields in quotes may hold separators, line ends and doubled quotes.

Python's `csv` cannot be used on strangers' files: it keeps the limit of a field's size for the whole process, takes a quote that is not closed for the start
of a field that reaches to the end of the file, and cannot say where the row at hand ended.
"""

from dataclasses import dataclass, field

__all__ = ["MOST_COLUMNS", "Row"]

MOST_COLUMNS = 1_000
"""A row with more fields is no row of articles; the limit also bounds how far a quote that is not closed can be followed."""

_QUOTE = '"'
_ENDINGS = frozenset({"", "\n", "\r\n", "\r"})


@dataclass(slots=True)
class Row:
    r"""A row being read: `take` its lines until it is complete. `fault` says in words why it cannot be; `loose` is one with a quote in a field without quotes.

    >>> row = Row(",", 3)
    >>> row.take('1,"One,\n'), row.take('two ""three"" four",x\n'), row.fields
    (False, True, ['1', 'One,\ntwo "three" four', 'x'])
    """

    separator: str
    width: int = MOST_COLUMNS
    fields: list[str] = field(default_factory=list)
    fault: str = ""
    loose: bool = False
    _quoted: list[str] | None = None

    @property
    def open(self) -> bool:
        """Whether the row ends within quotes so far."""
        return self._quoted is not None

    def take(self, line: str) -> bool:
        """Read one more line, with its ending; return whether the row is complete or faulty."""
        if self._quoted is None and _QUOTE not in line:
            if line.count(self.separator) >= self.width:
                self.fault = f"over {self.width:,} fields"
            else:
                self.fields = line.rstrip("\r\n").split(self.separator)
            return True
        at = 0
        while True:
            at = self._in_quotes(line, at) if self._quoted is not None else self._plain(line, at)
            if self.fault or at > len(line):
                return True
            if self._quoted is not None and at == len(line):
                return False
            if self._quoted is None and len(self.fields) > self.width:
                self.fault = f"over {self.width:,} fields"
                return True

    def forget(self) -> None:
        """Let go of what was read, of a row that is too long to be kept."""
        if self._quoted is not None:
            self._quoted = []

    def _plain(self, line: str, at: int) -> int:
        """Read a field that begins at `at`; return where the next one begins, beyond the line where there is none."""
        if line.startswith(_QUOTE, at):
            self._quoted = []
            return at + 1
        end = line.find(self.separator, at)
        value = line[at:].rstrip("\r\n") if end < 0 else line[at:end]
        self.loose = self.loose or _QUOTE in value
        self.fields.append(value)
        return len(line) + 1 if end < 0 else end + 1

    def _in_quotes(self, line: str, at: int) -> int:
        """Read on in a quoted field; return where the next one begins, the line's length where this one goes on, beyond it where the row ends."""
        quoted = self._quoted if self._quoted is not None else []
        end = line.find(_QUOTE, at)
        while end >= 0 and line.startswith(_QUOTE, end + 1):
            quoted.append(line[at : end + 1])
            at = end + 2
            end = line.find(_QUOTE, at)
        if end < 0:
            quoted.append(line[at:])
            return len(line)
        quoted.append(line[at:end])
        self.fields.append("".join(quoted))
        self._quoted = None
        if line.startswith(self.separator, end + 1):
            return end + 2
        if len(line) - end <= 3 and line[end + 1 :] in _ENDINGS:  # noqa: PLR2004 - the quote and the longest ending
            return len(line) + 1
        self.fault = "a quote within a field that is not doubled, or one that was not closed before"
        return len(line) + 1
