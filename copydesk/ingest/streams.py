"""The bytes of one raw file: counted and hashed as they pass, unpacked as they are read, and stopped where they unpack to absurd amounts.

A compressed file of 10 MB can hold 10 GB of nothing. Nothing here holds more than a buffer of it, but a run would sit over it for hours and publish the
nothing; so unpacking ends where the bytes unpacked are more than `max_decompression_ratio` times those read, once they are more than `GRACE`.
"""

import gzip
import hashlib
import io
import re
from types import TracebackType
from typing import IO, Any, Self, cast

from backports import zstd

from copydesk.ingest.sources import Source
from copydesk.ingest.storage import open_raw
from copydesk.settings import IngestSettings

__all__ = ["GRACE", "File", "TooDenseError"]

GRACE = 64_000_000
"""Bytes that any file may unpack to: what is smaller does no harm, and of a short file the ratio says little."""

_BUFFER = 262_144
_SHA256 = re.compile(r"[0-9a-f]{64}")
# What `zstd --long=31` writes: the largest window there is; a frame that asks for more is refused by the library.
_ZSTD: dict[int, int] = {zstd.DecompressionParameter.window_log_max: 31}


class TooDenseError(Exception):
    """The file unpacks to more than the limit allows."""


class File:
    """One raw file, open: `raw` is as it lies there and can be sought, `stream` is unpacked and can only be read on."""

    def __init__(self, source: Source, settings: IngestSettings) -> None:
        self._source, self._settings = source, settings
        self._raw: IO[bytes] | None = None
        self._passing: _Passing | None = None

    def __enter__(self) -> Self:
        self._raw = open_raw(self._source.path)
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        self.raw.close()

    @property
    def raw(self) -> IO[bytes]:
        """The stored bytes; for readers that must jump to and fro."""
        if self._raw is None:
            msg = "the file is not open"
            raise ValueError(msg)
        return self._raw

    def stream(self) -> io.BufferedReader:
        """Return the unpacked bytes from the start. A stream that is cut short raises EOFError, one that is corrupt OSError, zlib.error or ZstdError."""
        self._passing = passing = _Passing(self.raw)
        match self._source.compression:
            case "gzip":
                unpacked: Any = gzip.GzipFile(fileobj=cast("Any", io.BufferedReader(passing, _BUFFER)))
            case "zstd":
                unpacked = zstd.open(io.BufferedReader(passing, _BUFFER), options=_ZSTD)
            case _:
                return io.BufferedReader(passing, _BUFFER)
        return io.BufferedReader(_Guarded(unpacked, passing, self._settings.max_decompression_ratio), _BUFFER)

    def digest_unless(self, expected: str) -> str:
        """Return the SHA-256 of the stored bytes as they were read, or "" where it is the expected one or nothing to compare with is known."""
        if self._source.mark or not _SHA256.fullmatch(expected):
            return ""
        if self._passing is None:
            self.raw.seek(0)
            self._passing = _Passing(self.raw)
        found = self._passing.digest()
        return "" if found == expected else found


class _Passing(io.RawIOBase):
    """Stored bytes on their way: `passed` counts them."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source, self._sha, self.passed = source, hashlib.sha256(), 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - whatever can be written into
        count = cast("io.BufferedReader", self._source).readinto(buffer)
        self._sha.update(memoryview(buffer)[:count])
        self.passed += count
        return count

    def digest(self) -> str:
        """Read on to the end, whatever the reader left, and return the SHA-256 of all."""
        buffer = bytearray(_BUFFER)
        while self.readinto(buffer):
            pass
        return self._sha.hexdigest()


class _Guarded(io.RawIOBase):
    """Unpacked bytes, as long as they are not too many for what they were unpacked from."""

    def __init__(self, unpacked: IO[bytes], passing: _Passing, ratio: int) -> None:
        self._unpacked, self._passing, self._ratio, self._count = unpacked, passing, ratio, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - as above
        # One read at a time: one that fills the buffer would, at the cut of a file that is cut short, take what came before it along.
        data = cast("io.BufferedReader", self._unpacked).read1(len(buffer))
        buffer[: len(data)] = data
        self._count += len(data)
        if self._count > max(GRACE, self._ratio * self._passing.passed):
            msg = f"{self._passing.passed:,} bytes unpack to more than {self._count:,}: raise ingest.max_decompression_ratio to read on"
            raise TooDenseError(msg)
        return len(data)
