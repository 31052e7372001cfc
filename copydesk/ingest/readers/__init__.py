"""One reader for each kind of file: given the open file and the maker of its documents, it yields a document or a rejected row for each record, in order.

A reader raises what its file provokes (`copydesk.ingest.records` has the list) and nothing else; what it has read until then stands.
"""

from collections.abc import Callable, Iterator, Mapping

from copydesk.document import Document
from copydesk.ingest.making import Maker
from copydesk.ingest.readers import feeds, jsonl, parquet, tables, warc, whole
from copydesk.ingest.streams import File

__all__ = ["READERS", "Reader"]

Reader = Callable[[File, Maker], Iterator[Document]]

READERS: Mapping[str, Reader] = {
    "text": whole.read,
    "html": whole.read,
    "jsonl": jsonl.read,
    "csv": tables.read,
    "tsv": tables.read,
    "parquet": parquet.read,
    "warc": warc.read,
    "feed": feeds.read,
}
