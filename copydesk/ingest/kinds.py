"""Which kind of file a name announces: the last suffix says how to read it, `.gz` and `.zst` after it how it is packed."""

from pathlib import PurePosixPath

__all__ = ["kind_of", "why_unread"]

_SUFFIXES = {
    "text": (".txt",),
    "html": (".html", ".htm"),
    "jsonl": (".jsonl", ".ndjson"),
    "parquet": (".parquet",),
    "warc": (".warc", ".wet"),
    "csv": (".csv",),
    "tsv": (".tsv",),
    "feed": (".xml", ".rss", ".atom"),
}
_KINDS = {suffix: kind for kind, suffixes in _SUFFIXES.items() for suffix in suffixes}
_COMPRESSIONS = {".gz": "gzip", ".zst": "zstd"}
_PACKED = frozenset({".zip", ".tar", ".tgz", ".tbz", ".tbz2", ".txz", ".tzst", ".7z", ".rar", ".bz2", ".xz", ".lz", ".lz4", ".lzma", ".br", ".z", ".cab"})


def kind_of(name: str) -> tuple[str, str | None] | None:
    """Return a file's kind and compression by its name, None where it is of no kind that is read. Parquet packs itself.

    >>> kind_of("a.JSONL.gz"), kind_of("a.parquet"), kind_of("a.parquet.gz"), kind_of("a.doc")
    (('jsonl', 'gzip'), ('parquet', None), None, None)
    """
    suffixes = [suffix.lower() for suffix in PurePosixPath(name).suffixes[-2:]]
    compression = _COMPRESSIONS.get(suffixes[-1]) if suffixes else None
    kind = _KINDS.get(suffixes[-2] if compression and len(suffixes) > 1 else suffixes[-1]) if suffixes else None
    return None if kind is None or (compression and kind == "parquet") else (kind, compression)


def why_unread(name: str) -> str:
    """Say what a file of that name is where it is not read, "" where it is.

    >>> why_unread("a.txt"), why_unread("a.tar.gz")[:41], why_unread("a.doc")[:41]
    ('', 'of no kind that can be read: unpack it fi', 'of no kind that can be read: copydesk rea')
    """
    if kind_of(name):
        return ""
    last = [suffix.lower() for suffix in PurePosixPath(name).suffixes[-2:]]
    if last and (last[-1] in _PACKED or ".tar" in last):
        return "of no kind that can be read: unpack it first (of packed files copydesk reads single ones with .gz or .zst)"
    return f"of no kind that can be read: copydesk reads {', '.join(_KINDS)}, and all but parquet also with .gz or .zst"
