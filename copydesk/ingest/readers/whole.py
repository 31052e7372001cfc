"""A text or a page that is a file of its own: one record, whose mark is none."""

import hashlib
from collections.abc import Iterator

from copydesk.document import Document, Media
from copydesk.encoding.declared import charset_of_markup
from copydesk.encoding.decode import decode, looks_binary
from copydesk.ingest.making import Maker
from copydesk.ingest.streams import File

__all__ = ["read"]


def read(file: File, maker: Maker) -> Iterator[Document]:
    """Yield the file's one document."""
    data = file.stream().read(maker.limit + 1)
    if len(data) > maker.limit:
        yield maker.rejected("", "too_large", f"more than {maker.limit:,} bytes: raise ingest.max_record_bytes to read it")
    elif not data.strip():
        yield maker.rejected("", "empty", "the file is empty")
    elif binary := looks_binary(data):
        yield maker.rejected("", "binary", binary, data)
    else:
        media: Media = "html" if maker.source.kind == "html" else "text"
        text, decoding = decode(data, charset_of_markup(data) if media == "html" else "")
        yield maker.document("", {}, text, media, decoding, hashlib.sha256(data).hexdigest())
