"""Which files are the raw corpus: folders, globs and single files become a sorted list of sources.

A source's name is what the whole pipeline calls it: `<root folder>/<path below it>`, with forward slashes, the same on every machine and in every working
directory. Names come from strangers too: they are looked at and shown, but never joined into a path that is written.
"""

import glob
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from copydesk.errors import InputError

__all__ = ["Source", "file_of", "find", "homes", "passed_over"]

_KINDS = {".txt": "text", ".html": "html", ".htm": "html", ".jsonl": "jsonl", ".ndjson": "jsonl", ".parquet": "parquet"}
_COMPRESSIONS = {".gz": "gzip", ".zst": "zstd"}
_NOT_PARQUET = frozenset({"text", "html", "jsonl"})


@dataclass(frozen=True, slots=True, order=True)
class Source:
    """One raw file: `name` is its stable name, `site` the top folder (for records without a URL), `kind` and `compression` come from its suffixes."""

    name: str
    path: str
    site: str
    kind: str
    compression: str | None
    size: int


def find(raw: Sequence[str | Path]) -> list[Source]:
    """Return the sources under folders, globs and files, sorted by name.

    In a folder, files of other kinds, hidden files, links to folders and links that lead out are passed over, and so they are below a glob;
    a single file must be of a kind that can be read.
    Raises `InputError` where a root does not exist, cannot be read, or two different files would get the same name.
    """
    found: dict[str, Source] = {}
    for root in raw:
        for source in _under(root):
            other = found.setdefault(source.name, source)
            if Path(other.path).resolve() != Path(source.path).resolve():
                msg = f"{other.path} and {source.path} would both be called {source.name}: rename one of the folders, or give their common parent as --raw"
                raise InputError(msg)
    return sorted(found.values())


def homes(raw: Sequence[str | Path]) -> dict[str, Path]:
    """Return by name the folders from which sources take their names: folders themselves, those of single files, those before a glob's wildcard."""
    found = [Path(root) if Path(root).is_dir() else Path(root).parent if Path(root).is_file() else _parts(Path(root))[0] for root in raw]
    return {path.resolve().name or "root": path.resolve() for path in found}


def passed_over(raw: Sequence[str | Path], found: Iterable[Source]) -> list[str]:
    """Return the files in the folders that are not among the sources found there, hidden ones aside, sorted: what a user may have thought was read."""
    read = {source.path for source in found}
    return sorted(str(path) for root in raw if Path(root).is_dir() for path in _files(Path(root)) if str(path) not in read and not path.name.startswith("."))


def file_of(source: str) -> str:
    """Return the file part of a record's source: a source's name always ends with a suffix, so a trailing `#<number>` is the record's position.

    >>> file_of("raw/a.jsonl#12"), file_of("raw/a#1.txt")
    ('raw/a.jsonl', 'raw/a#1.txt')
    """
    head, mark, tail = source.rpartition("#")
    return head if mark and tail.isdecimal() else source


def _under(root: str | Path) -> Iterable[Source]:
    path = Path(root)
    if not str(root):
        msg = 'an empty name ("") is no place to read from: give a folder, a file or a quoted glob'
        raise InputError(msg)
    try:
        if path.is_dir():
            return list(_sources(_files(path), path))
        if path.is_file():
            return [_single(path)]
        base, pattern = _parts(path)
        if pattern and base.is_dir():
            matches = base.glob(pattern)
            return list(_sources((file for match in matches for file in (_files(match) if match.is_dir() else (match,))), base))
    except ValueError as fault:
        msg = f"{root} is no glob that can be read ({fault}): ** stands for folders, between slashes"
        raise InputError(msg) from fault
    except OSError as fault:
        msg = f"{fault.filename or root} cannot be read ({fault.strerror}): check its permissions"
        raise InputError(msg) from fault
    msg = f"{root} does not exist: give a folder, a file or a quoted glob"
    raise InputError(msg)


def _files(folder: Path) -> Iterator[Path]:
    def refuse(fault: OSError) -> None:
        raise fault

    for parent, folders, names in os.walk(folder, onerror=refuse):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (Path(parent, name) for name in names)


def _sources(paths: Iterable[Path], root: Path) -> Iterator[Source]:
    home = root.resolve()
    for path in paths:
        inside = path.relative_to(root)
        hidden = any(part.startswith(".") for part in inside.parts)
        if hidden or not _kind(path) or not path.is_file():
            continue
        # A link to a file inside is taken as that file; nothing is read through a link to a folder, for such links lead out and round in circles.
        if path.parent.resolve() == (home / inside).parent and path.resolve().is_relative_to(home):
            yield _source(path, (home.name or "root", *inside.parts))


def _single(path: Path) -> Source:
    if not _kind(path):
        known = ", ".join(_KINDS)
        msg = f"{path} is of no kind that can be read: copydesk reads {known}, and all but parquet also with .gz or .zst (unpack archives first)"
        raise InputError(msg)
    return _source(path, (path.resolve().parent.name or "root", path.name))


def _parts(path: Path) -> tuple[Path, str]:
    """Split a glob into the folder before the first wildcard, and the pattern below it."""
    plain = next((at for at, part in enumerate(path.parts) if glob.has_magic(part)), len(path.parts))
    return Path(*path.parts[:plain]), "/".join(path.parts[plain:])


def _kind(path: Path) -> tuple[str, str | None] | None:
    suffixes = [suffix.lower() for suffix in path.suffixes[-2:]]
    compression = _COMPRESSIONS.get(suffixes[-1]) if suffixes else None
    kind = _KINDS.get(suffixes[-2] if compression and len(suffixes) > 1 else suffixes[-1]) if suffixes else None
    if kind is None or (compression and kind not in _NOT_PARQUET):
        return None
    return kind, compression


def _source(path: Path, parts: tuple[str, ...]) -> Source:
    kind, compression = _kind(path) or ("text", None)
    # A file's name may be no UTF-8. Written out, its bytes keep it apart from others.
    shown = [part.encode("utf-8", "backslashreplace").decode() for part in parts]
    site = shown[1] if len(shown) > 2 else shown[0]  # noqa: PLR2004 - root, folder, file: a file below a folder of the root
    return Source("/".join(shown), str(path), site, kind, compression, path.stat().st_size)
