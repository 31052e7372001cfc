"""From a file to documents: one record at a time, streamed, and whatever cannot be read becomes a rejected row that says why.

Nothing is read whole that could be large: lines are taken up to the limit, compressed files are unpacked as they are read, Parquet comes in batches.
"""

import gzip
import hashlib
import io
import json
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import IO, Any, cast
from urllib.parse import urlsplit

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
from backports import zstd

from copydesk.document import Decoding, Document, Media, Rejection
from copydesk.encoding.decode import decode, looks_binary
from copydesk.ingest.sources import Source
from copydesk.metrics import text_digest
from copydesk.settings import IngestSettings

__all__ = ["VERSION", "records"]

VERSION = 1
_LONGEST_ID = 200
_PARQUET_ROWS = 100  # at a time: ten million bytes each are a gigabyte
_CHARSET = re.compile(rb"charset\s{0,9}=\s{0,9}[\"']?([\w-]{1,40})", re.IGNORECASE)
_PROLOGUE = 2048
_JSON_BEGINS = (b"{", b"[", b"\xef\xbb\xbf{")
# What `zstd --long=31` writes: the largest window there is; a frame that asks for more is refused by the library.
_ZSTD_WINDOW_LOG = 31


def records(source: Source, source_digest: str, settings: IngestSettings) -> Iterator[Document]:
    """Yield the documents of one source, in order; a record or a file that cannot be read is yielded as a rejected document.

    `source_digest` is the SHA-256 of the file's bytes. Positions count from 1: lines in JSONL (a blank one is no record), rows in Parquet.
    """
    reader = _Reader(source, source_digest, settings)
    try:
        found = False
        for document in reader.read():
            found = True
            yield document
        if not found:
            yield reader.rejected("", "empty", "the file holds no record")
    except EOFError as fault:
        yield reader.broken("truncated", f"the file ends in the middle of its compressed data ({fault})")
    except (OSError, ValueError, zlib.error, zstd.ZstdError, pa.ArrowException) as fault:
        if getattr(fault, "errno", None) is not None and not isinstance(fault, FileNotFoundError):
            raise  # the machine's fault, not the file's: a disk or a network folder that may answer the next time
        yield reader.broken("unreadable", str(fault)[:200])


class _Reader:
    """What the records of one source have in common."""

    def __init__(self, source: Source, digest: str, settings: IngestSettings) -> None:
        self.source, self.digest, self.settings = source, digest, settings
        self.position = 0

    def read(self) -> Iterator[Document]:
        match self.source.kind:
            case "parquet":
                yield from self._parquet()
            case "jsonl":
                with self._open() as stream:
                    yield from self._lines(stream)
            case _:
                with self._open() as stream:
                    yield self._whole(stream.read(self.settings.max_record_bytes + 1))

    def broken(self, reason: str, detail: str) -> Document:
        """Account for what follows the last record that could be read."""
        if self.source.kind in {"jsonl", "parquet"}:
            return self.rejected(f"#{self.position + 1}", reason, f"after record {self.position}: {detail}")
        return self.rejected("", reason, detail)

    def rejected(self, mark: str, reason: str, detail: str, data: bytes = b"") -> Document:
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
            rejection=Rejection("ingest", reason, detail),
        )

    def _open(self) -> IO[bytes]:
        if self.source.compression is None:
            return Path(self.source.path).open("rb")
        if self.source.compression == "gzip":
            return cast("IO[bytes]", gzip.open(self.source.path))
        return cast("IO[bytes]", zstd.open(self.source.path, options={zstd.DecompressionParameter.window_log_max: _ZSTD_WINDOW_LOG}))

    def _whole(self, data: bytes) -> Document:
        if len(data) > self.settings.max_record_bytes:
            return self.rejected("", "too_large", f"more than {self.settings.max_record_bytes:,} bytes: raise ingest.max_record_bytes to read it")
        if not data.strip():
            return self.rejected("", "empty", "the file is empty")
        if binary := looks_binary(data):
            return self.rejected("", "binary", binary, data)
        media: Media = "html" if self.source.kind == "html" else "text"
        declared = _CHARSET.search(data[:_PROLOGUE]) if media == "html" else None
        text, decoding = decode(data, declared[1].decode("ascii", "replace") if declared else "")
        return self._document(self.source.name, {}, text, media, decoding, hashlib.sha256(data).hexdigest())

    def _lines(self, stream: IO[bytes]) -> Iterator[Document]:
        limit = self.settings.max_record_bytes
        # A file that is no text at all is one thing to look at, not a bad record for each of its line feeds.
        prologue = cast("io.BufferedReader", stream).peek(_PROLOGUE)[:_PROLOGUE]
        if not prologue.lstrip().startswith(_JSON_BEGINS) and (binary := looks_binary(prologue)):
            yield self.rejected("", "binary", binary)
            return
        while line := stream.readline(limit + 2):
            self.position += 1
            mark = f"#{self.position}"
            record = line.rstrip(b"\r\n")
            cut = len(line) > limit + 1 and not line.endswith(b"\n")
            while cut and (rest := stream.readline(limit)) and not rest.endswith(b"\n"):
                pass
            if cut or len(record) > limit:
                yield self.rejected(mark, "too_large", f"line {mark[1:]} has more than {limit:,} bytes: raise ingest.max_record_bytes to read it")
            elif record.strip():
                yield self._line(mark, record)

    def _line(self, mark: str, line: bytes) -> Document:
        text, decoding = decode(line)
        try:
            record = _parsed(text)
        except (ValueError, RecursionError) as fault:
            return self.rejected(mark, "bad_json", f"line {mark[1:]} is not JSON: {str(fault)[:150]}", line)
        if not isinstance(record, dict):
            return self.rejected(mark, "not_an_object", f"line {mark[1:]} is a JSON {type(record).__name__}, not an object", line)
        return self._record(mark, record, hashlib.sha256(line).hexdigest(), decoding)

    def _parquet(self) -> Iterator[Document]:
        limit = self.settings.max_record_bytes
        with pq.ParquetFile(self.source.path) as file:
            names = [n for n in self._fields().values() if n in file.schema_arrow.names]
            for batch in file.iter_batches(batch_size=_PARQUET_ROWS, columns=names):
                for record in _as_bytes(batch).to_pylist():
                    self.position += 1
                    mark = f"#{self.position}"
                    if sum(len(value) for value in record.values() if isinstance(value, bytes)) > limit:
                        yield self.rejected(mark, "too_large", f"row {mark[1:]} has more than {limit:,} bytes: raise ingest.max_record_bytes to read it")
                    else:
                        digest = hashlib.sha256(json.dumps(record, sort_keys=True, default=str).encode()).hexdigest()
                        yield self._record(mark, record, digest, Decoding(how="parquet"))

    def _fields(self) -> dict[str, str]:
        return {name: getattr(self.settings, f"{name}_field") for name in ("id", "text", "html", "url", "title", "published")}

    def _record(self, mark: str, record: Mapping[str, Any], digest: str, decoding: Decoding) -> Document:
        values = {name: record.get(field) for name, field in self._fields().items()}
        name = self.source.name + mark
        media: Media = "text" if values["text"] else "html"
        text = values["text"] or values["html"]
        if isinstance(text, bytes):
            text, decoding = _utf8_first(text, decoding)
        if text is not None and not isinstance(text, str):
            fault = f"field {self.settings.text_field!r} is a {type(text).__name__}, not a string"
        elif not text:
            fault = f"neither field {self.settings.text_field!r} nor {self.settings.html_field!r} holds text; see settings ingest.*_field"
        else:
            return self._document(name, values, text, media, decoding, digest)
        # What is known of it stays with it: whoever looks for the record looks for its id.
        return replace(self._document(name, values, "", "text", decoding, digest), rejection=Rejection("ingest", "no_text", fault))

    def _document(self, name: str, values: Mapping[str, Any], text: str, media: Media, decoding: Decoding, digest: str) -> Document:
        text, lost = _encodable(text)
        if lost:
            decoding = Decoding(decoding.encoding, decoding.declared, decoding.how, decoding.confidence, decoding.replaced + lost)
        url = _string(values.get("url"))
        given = _string(values.get("id"))
        blank = Rejection("ingest", "empty", "the record holds nothing but white space") if not text.strip() else None
        return Document(
            id=_given_id(given) if given else _made_id(name),
            source=name,
            site=_host(url) or self.source.site,
            text=text,
            media=media,
            url=url,
            title=_string(values.get("title")),
            published=_string(values.get("published")),
            bytes_digest=digest,
            source_digest=self.digest,
            text_digest=text_digest(text),
            decoding=decoding,
            rejection=blank,
        )


def _as_bytes(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Leave text as the bytes it is stored as: one value that is no UTF-8 must not cost the rest of its file."""
    if not batch.num_columns:
        return batch  # of which a cast would lose even the number of rows
    fields = [pa.field(f.name, pa.large_binary()) if _is_text(f.type) else f for f in batch.schema]
    return batch.cast(pa.schema(fields))


def _is_text(kind: pa.DataType) -> bool:
    return pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)


def _utf8_first(data: bytes, found: Decoding) -> tuple[str, Decoding]:
    """Decode a stored value: Parquet's text is UTF-8 by its standard, so only what is none is asked about."""
    try:
        return data.decode("utf-8"), found
    except UnicodeDecodeError:
        return decode(data)


def _parsed(line: str) -> Any:  # noqa: ANN401 - JSON may be anything
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        # Scrapers write half of a surrogate pair as \ud83d, which strict JSON refuses: the standard library reads it, `_encodable` puts it right.
        if "\\ud" in line or "\\uD" in line:
            return json.loads(line)
        raise


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
