"""JSON lines: each line a record, in UTF-8, UTF-16, UTF-32 or, line by line, whatever else it turns out to be. Positions are line numbers."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from typing import Any

import orjson

from copydesk.document import Document
from copydesk.encoding.decode import looks_binary
from copydesk.ingest.lines import PROLOGUE, decoded, lines, wide_codec
from copydesk.ingest.making import Maker
from copydesk.ingest.streams import File

__all__ = ["read"]

# How orjson says that it goes no deeper, by version: at 1,024, sooner where the brackets are not closed.
_DEPTH = ("ecursion", "depth", "allocate")
_BEGINS = (b"{", b"[", b"\xef\xbb\xbf{")
_SAMPLE = 65_536
_OPENING = frozenset({"[", "{", "[{", "[[", "[]"})
_ADVICE = "the file is one JSON value over many lines, not a record on each: `jq -c '.[]' FILE` makes JSON lines of a list"


def read(file: File, maker: Maker) -> Iterator[Document]:
    """Yield a document for each line that is not blank."""
    stream = file.stream()
    prologue = stream.peek(PROLOGUE)[:PROLOGUE]
    codec, marked = wide_codec(prologue, "{[")
    # A file that is no text at all is one thing to look at, not a bad record for each of its line feeds.
    if not codec and not prologue.lstrip().startswith(_BEGINS) and (binary := looks_binary(prologue)):
        yield maker.rejected("", "binary", binary)
        return
    if _is_spread(stream.peek(_SAMPLE)[:_SAMPLE], codec):
        yield maker.rejected("", "not_json_lines", _ADVICE)
        return
    for line, whole in lines(stream, maker.limit, codec):
        maker.position += 1
        record = _stripped(line, codec)
        if not whole or len(record) > maker.limit:
            yield maker.too_large(f"line {maker.position}")
        elif record.strip(b" \t\r\n\v\f\0" if codec else None):
            yield _document(maker, record, codec, marked=marked)


def _is_spread(sample: bytes, codec: str) -> bool:
    r"""Say whether this begins one JSON value that goes over many lines: with brackets alone, and the next line is no record by itself.

    >>> _is_spread(b'[\n  {\n    "text": "x"\n  }\n]', ""), _is_spread(b'[\n{"text": "x"},\n{"text": "y"}\n]', ""), _is_spread(b'{\n{"text": "x"}\n', "")
    (True, True, False)
    """
    found = [line.strip() for line in sample.decode(codec or "utf-8", "replace").lstrip("\N{BOM}").split("\n") if line.strip()][:3]
    if len(found) < 3 or "".join(found[0].split()) not in _OPENING:  # noqa: PLR2004 - the bracket, and a line whose end is within the sample
        return False
    try:
        return not isinstance(orjson.loads(found[1]), dict)
    except orjson.JSONDecodeError:
        return True


def _stripped(line: bytes, codec: str) -> bytes:
    if not codec:
        return line.rstrip(b"\r\n")
    for ending in ("\n", "\r"):
        line = line.removesuffix(ending.encode(codec))
    return line


def _document(maker: Maker, line: bytes, codec: str, *, marked: bool) -> Document:
    text, decoding = decoded(line, codec, marked=marked)
    try:
        record = _parsed(text, maker.settings.max_nesting)
    except RecursionError:
        detail = f"line {maker.position} is nested deeper than {maker.settings.max_nesting}: raise ingest.max_nesting to read it"
        return maker.here("nested_too_deep", detail, line)
    except ValueError as fault:
        return maker.here("bad_json", f"line {maker.position} is not JSON: {str(fault)[:150]}", line)
    if not isinstance(record, dict):
        return maker.here("not_an_object", f"line {maker.position} is a JSON {type(record).__name__}, not an object", line)
    return maker.record(record, hashlib.sha256(line).hexdigest(), decoding)


def _parsed(line: str, deepest: int) -> Any:  # noqa: ANN401 - JSON may be anything
    """Parse a line. Raises `ValueError` where it is no JSON, `RecursionError` where it is nested deeper than may be (parsers end at about 1,000)."""
    deep = line.count("[") + line.count("{") > deepest
    try:
        found = orjson.loads(line)
    except orjson.JSONDecodeError as fault:
        if deep and any(sign in fault.msg for sign in _DEPTH):
            raise RecursionError from fault
        # Scrapers write half of a surrogate pair as \ud83d, which strict JSON refuses: the standard library reads it, and the maker puts it right.
        if "\\ud" not in line and "\\uD" not in line:
            raise
        found = json.loads(line)
    if deep and _deeper_than(found, deepest):
        raise RecursionError
    return found


def _deeper_than(value: object, limit: int) -> bool:
    """Walk level by level: a stack of calls would end before the limit does."""
    level = [value]
    for _ in range(limit):
        level = [inner for one in level for inner in _parts(one) if isinstance(inner, dict | list)]
        if not level:
            return False
    return True


def _parts(value: object) -> Iterable[object]:
    match value:
        case dict():
            return value.values()
        case list():
            return value
        case _:
            return ()
