"""The lines of a table as text: decoded before anything is split, for in some encodings a separator's byte is half of a letter.

A table has one encoding, and its start tells more than a row of few letters. So what is no UTF-8 is asked about once, for all such lines within the first
`SAMPLE` bytes from the first of them, and the others are held against the answer: a line that decodes and has no letters that were not seen yet (of an
encoding of several bytes: few of them) is read the same way, and only what has others is asked about again.
"""

import codecs
import hashlib
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import IO

from copydesk.document import Decoding
from copydesk.encoding.decode import decode
from copydesk.encoding.mixed import decode_mixed
from copydesk.ingest.lines import decoded, lines, wide_codec

__all__ = ["SAMPLE", "Line", "TableLines", "digest"]

SAMPLE = 65_536
"""Bytes that the encoding of a table is told by: as many as the detector looks at, twice."""

_STRICT = Decoding()
_ESCAPES = (b"\x1b", b"~{")
_KNOWN = 0.8  # share of a line's letters: 30 KB of Chinese hold nine in ten of those that follow, and of those of another encoding read as Chinese one in ten
_BYTE = 0xFF


@dataclass(frozen=True, slots=True)
class Line:
    """One line with its ending: its number from 1, its bytes, its text and how that was found, and whether it is whole."""

    number: int
    data: bytes
    text: str
    decoding: Decoding
    whole: bool

    @property
    def blank(self) -> bool:
        """Whether it holds nothing but white space."""
        return not self.text.strip(" \t\r\n\v\f")


class TableLines(Iterator[Line]):
    """The lines of a table, one at a time; of the stream no more is held than what the encoding is told by."""

    def __init__(self, stream: IO[bytes], limit: int, prologue: bytes) -> None:
        self._wide, self._marked = _wide(prologue)
        self._raw = enumerate(lines(stream, limit, self._wide), 1)
        self._ahead: deque[tuple[int, tuple[bytes, bool]]] = deque()
        self._found: Decoding | None = None
        self._seen: set[str] = set()

    @property
    def wide(self) -> bool:
        """Whether this is UTF-16 or UTF-32."""
        return bool(self._wide)

    def __next__(self) -> Line:
        number, (data, whole) = self._ahead.popleft() if self._ahead else next(self._raw)
        # Of one that is cut off nothing but the quotes is looked at.
        return Line(number, data, *(self._text(data) if whole else (data.decode("latin-1"), _STRICT)), whole)

    def row(self, its: Sequence[Line]) -> tuple[str, Decoding]:
        """Decode the lines of one row together, for together they tell more."""
        if len(its) == 1:
            return its[0].text, its[0].decoding
        if self._wide or all(line.decoding == _STRICT for line in its):
            lost = sum(line.decoding.replaced for line in its)
            return "".join(line.text for line in its), replace(its[0].decoding, replaced=lost)
        return self._text(b"".join(line.data for line in its))

    def _text(self, data: bytes) -> tuple[str, Decoding]:
        if self._wide:
            return decoded(data, self._wide, marked=self._marked)
        if not data.startswith(codecs.BOM_UTF8) and not any(sign in data for sign in _ESCAPES):
            try:
                return data.decode("utf-8"), _STRICT
            except UnicodeDecodeError:
                return self._legacy(data)
        return decode(data)

    def _legacy(self, data: bytes) -> tuple[str, Decoding]:
        """Decode what is no UTF-8 as the table's other lines are, if it can be so."""
        if self._found is None:
            self._found = self._look(data)
        if not (codec := self._found.encoding):
            return decode(data)
        text = self._as_seen(data, codec)
        if text is not None:
            return text, self._found
        text, found = decode(data, codec)
        if found.encoding == codec:
            self._seen |= _letters(text).keys()
        # Nobody declared anything: the table's encoding was given as a hint.
        return text, replace(found, declared="", how="detected" if found.how == "declared" else found.how)

    def _look(self, data: bytes) -> Decoding:
        """Ask once, of this line and of those after it that are no UTF-8 either; an encoding of "" where each line must speak for itself."""
        size = len(data)
        while size < SAMPLE and (one := next(self._raw, None)) is not None:
            self._ahead.append(one)
            size += len(one[1][0])
        # A line that is part UTF-8 and part something else has letters that the table's encoding does not.
        sample = [line for line in (data, *(line for _, (line, _) in self._ahead)) if not _is_utf8(line) and decode_mixed(line) is None]
        text, found = decode(b"".join(sample)[:SAMPLE])
        if found.how != "detected":
            return Decoding("")
        self._seen = set(_letters(text))
        return replace(found, replaced=0)

    def _as_seen(self, data: bytes, codec: str) -> str | None:
        try:
            text = data.decode(codec)
        except UnicodeDecodeError:
            return None
        letters = _letters(text)
        known = sum(count for letter, count in letters.items() if letter in self._seen)
        if letters.total() == len(data) - len(data.translate(None, bytes(range(0x80, _BYTE + 1)))):  # a byte each
            return text if known == letters.total() else None
        return text if known >= _KNOWN * letters.total() and decode_mixed(data) is None else None


def digest(its: Sequence[Line]) -> str:
    """Return the SHA-256 of these lines as they are stored."""
    return hashlib.sha256(b"".join(line.data for line in its)).hexdigest()


def _wide(prologue: bytes) -> tuple[str, bool]:
    """Tell UTF-16 and UTF-32, also without a mark: spreadsheets write it."""
    codec, marked = wide_codec(prologue)
    if not codec and b"\0" in prologue:
        found = decode(prologue[: len(prologue) // 4 * 4])[1].encoding
        codec = found if found in {"utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"} else ""
    return codec, marked


def _letters(text: str) -> Counter[str]:
    """Count the characters beyond ASCII."""
    return Counter(char for char in text if not char.isascii())


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
