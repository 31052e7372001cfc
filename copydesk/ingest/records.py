"""From a file to documents: one record at a time, streamed, and whatever cannot be read becomes a rejected row that says why.

Nothing is read whole that could be large: lines are taken up to the limit, compressed files are unpacked as they are read, Parquet comes in batches.
`copydesk.ingest.readers` has a reader for each kind of file; here is what holds for all of them.
"""

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import replace

import pyarrow as pa
from backports import zstd

from copydesk.document import Document
from copydesk.ingest.making import Maker
from copydesk.ingest.readers import READERS
from copydesk.ingest.sources import Source
from copydesk.ingest.streams import File, TooDenseError
from copydesk.settings import IngestSettings

__all__ = ["VERSION", "records"]

VERSION = 4
_ONE_RECORD = frozenset({"text", "html"})


def records(source: Source, source_digest: str, settings: IngestSettings) -> Iterator[Document]:
    """Yield the documents of one source, in order; a record or a file that cannot be read is yielded as a rejected document.

    `source_digest` is the SHA-256 of the file's bytes. Positions count from 1: lines in JSONL and tables (a blank one is no record), rows in Parquet, entries
    in feeds, records of whatever type in WARC. A file that is no longer the one whose digest was taken ends in a rejected row, and as that row carries the
    digest of what was read, the next run reads the file anew.
    """
    maker = Maker(source, source_digest, settings)
    last: Document | None = None
    try:
        with File(source, settings) as file:
            for document in _documents(file, maker):
                if last is not None:
                    yield last
                last = document
            changed = file.digest_unless(source_digest)
    except FileNotFoundError as fault:
        yield maker.rejected("", "unreadable", str(fault)[:200])
        return
    if last is not None and not (changed and source.kind in _ONE_RECORD):
        yield last
    if changed:
        mark = "" if source.kind in _ONE_RECORD else f"#{maker.position + 2}"  # the next one may have told how the file ends
        detail = "the file changed between being looked at and being read: the next run reads it anew"
        yield replace(maker.rejected(mark, "changed", detail), source_digest=changed)


def _documents(file: File, maker: Maker) -> Iterator[Document]:
    """Yield what the reader finds, and account for what it could not read."""
    found = False
    try:
        for document in READERS[maker.source.kind](file, maker):
            found = True
            yield document
        if not found:
            yield maker.rejected("", "empty", "the file holds no record")
    except EOFError as fault:
        detail = (
            f"the file ends in the middle ({str(fault)[:200]}): fetch it again, for what is missing is lost; or it was read while it was still being written"
        )
        yield _broken(maker, "truncated", detail)
    except TooDenseError as fault:
        yield _broken(maker, "too_dense", str(fault))
    except (OSError, ValueError, zlib.error, zstd.ZstdError, pa.ArrowException) as fault:
        if getattr(fault, "errno", None) is not None and not isinstance(fault, FileNotFoundError):
            raise  # the machine's fault, not the file's: a disk or a network folder that may answer the next time
        yield _broken(maker, "unreadable", _told(fault, maker.source.compression))


def _told(fault: Exception, compression: str | None) -> str:
    """Say what is wrong in one line, and what can be done about it."""
    said = " ".join(str(fault).split())[:200]
    if isinstance(fault, gzip.BadGzipFile) and "Not a gzipped file" in said:
        return f"the name says gzip, but the bytes are none ({said}): rename the file without .gz, or fetch it again"
    if isinstance(fault, gzip.BadGzipFile | zlib.error | zstd.ZstdError):
        return f"the bytes are no sound {compression or 'compressed data'} ({said}): fetch the file again; if it is not compressed at all, rename it"
    return said


def _broken(maker: Maker, reason: str, detail: str) -> Document:
    """Account for what follows the last record that could be read."""
    if maker.source.kind in _ONE_RECORD:
        return maker.rejected("", reason, detail)
    return maker.rejected(f"#{maker.position + 1}", reason, f"after record {maker.position}: {detail}")
