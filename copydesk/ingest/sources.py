"""Which files are the raw corpus: folders, globs, single files and URLs become a sorted list of sources, and what is not read is named with its reason.

A source's name is what the whole pipeline calls it: `<root folder>/<path below it>`, with forward slashes, the same on every machine and in every working
directory. Names come from strangers too: they are looked at and shown, but never joined into a path that is written.
"""

import glob
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from copydesk.errors import InputError
from copydesk.ingest import storage
from copydesk.ingest.kinds import kind_of, why_unread

__all__ = ["Source", "Survey", "file_of", "find", "homes", "survey"]

_WEB = ("http://", "https://")


@dataclass(frozen=True, slots=True, order=True)
class Source:
    """One raw file: `name` is its stable name, `site` the top folder (for records without a URL), `kind` and `compression` come from its suffixes.

    `path` is what `storage.open_raw` opens; `mark` changes with the content of a remote file, and is "" where nothing does but the content.
    """

    name: str
    path: str
    site: str
    kind: str
    compression: str | None
    size: int
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Survey:
    """What lies under the roots: the sources, sorted by name, and why each other file that a user may have thought was read is passed over, by its path."""

    sources: list[Source]
    passed_over: dict[str, str]


@dataclass(frozen=True, slots=True)
class _Passed:
    path: str
    why: str


def survey(raw: Sequence[str | Path], protocols: Iterable[str] = storage.PROTOCOLS) -> Survey:
    """Look once under folders, globs, files and URLs, and return the sources there and what is passed over.

    In a folder, files of other kinds, archives, pipes, links to folders and links that lead out are passed over, and so they are below a glob; hidden files
    are not even named. A single file must be of a kind that can be read.
    Raises `InputError` where a root does not exist, may not or cannot be read, or two different files would get the same name.
    """
    allowed = tuple(protocols)
    found: dict[str, Source] = {}
    passed: dict[str, str] = {}
    for root in raw:
        storage.refuse(str(root), allowed)
        for item in _under(str(root)):
            if isinstance(item, _Passed):
                passed[item.path] = item.why
                continue
            other = found.setdefault(item.name, item)
            if _place(other.path) != _place(item.path):
                msg = f"{other.path} and {item.path} would both be called {item.name}: rename one of the folders, or give their common parent as --raw"
                raise InputError(storage.printable(msg))
    read = {source.path for source in found.values()}
    return Survey(sorted(found.values()), {path: why for path, why in sorted(passed.items()) if path not in read})


def find(raw: Sequence[str | Path], protocols: Iterable[str] = storage.PROTOCOLS) -> list[Source]:
    """Return the sources of a survey."""
    return survey(raw, protocols).sources


def homes(raw: Sequence[str | Path]) -> dict[str, str]:
    """Return by name the folders from which sources take their names: folders themselves, those of single files, those before a glob's wildcard.

    A URL is told by its look, for nobody is asked: it stands for a file where it ends as one.
    """
    found = (_remote_home(str(root)) if storage.is_url(str(root)) else _local_home(_local(str(root))) for root in raw)
    return {_name(home): home for home in found}


def file_of(source: str) -> str:
    """Return the file part of a record's source: a source's name always ends with a suffix, so a trailing `#<number>` is the record's position.

    >>> file_of("raw/a.jsonl#12"), file_of("raw/a#1.txt")
    ('raw/a.jsonl', 'raw/a#1.txt')
    """
    head, mark, tail = source.rpartition("#")
    return head if mark and tail.isdecimal() else source


def _under(root: str) -> Iterable[Source | _Passed]:
    if not root:
        msg = 'an empty name ("") is no place to read from: give a folder, a file, a quoted glob or a URL'
        raise InputError(msg)
    shown = storage.printable(root)
    try:
        if (found := _below_url(root) if storage.is_url(root) else _below_path(_local(root))) is not None:
            return found
    except ValueError as fault:
        msg = f"{shown} is no glob that can be read ({fault}): ** stands for folders, between slashes"
        raise InputError(msg) from fault
    except OSError as fault:
        where, advice = (shown, "check the address and the credentials") if storage.is_url(root) else (fault.filename or shown, "check its permissions")
        msg = f"{where} cannot be read ({fault.strerror}): {advice}"
        raise InputError(msg) from fault
    msg = f"{shown} does not exist: give a folder, a file, a quoted glob or a URL"
    raise InputError(msg)


def _below_path(path: Path) -> list[Source | _Passed] | None:
    if path.is_dir():
        return list(_sources(_files(path), path))
    if path.is_file():
        _refuse_unread(str(path))
        return [_source(path, (path.resolve().parent.name or "root", path.name))]
    if path.exists():
        msg = f"{path} is neither a file nor a folder: a pipe, a socket or a device is never opened"
        raise InputError(msg)
    base, pattern = _parts(path)
    if pattern and base.is_dir():
        matches = base.glob(pattern)
        return list(_sources((file for match in matches for file in (_files(match) if match.is_dir() else (match,))), base))
    return None


def _below_url(url: str) -> list[Source | _Passed] | None:
    if url.lower().startswith(_WEB):
        alone = storage.single(url)
        return None if alone is None else [_named(alone)]
    entries = storage.below(url)
    if entries is not None:
        alone = entries[0] if len(entries) == 1 and not entries[0].inside else None
        return [_named(alone)] if alone else list(_remote_sources(entries, _name(url)))
    base, pattern = _url_parts(url)
    if not pattern or (entries := storage.below(base)) is None:
        return None
    if bad := next((part for part in pattern if "**" in part and part != "**"), None):
        msg = f"{bad!r} is more than **"
        raise ValueError(msg)
    return list(_remote_sources((entry for entry in entries if _matches(entry.inside.split("/"), pattern)), _name(base)))


def _files(folder: Path) -> Iterator[Path]:
    def refuse(fault: OSError) -> None:
        raise fault

    for parent, folders, names in os.walk(folder, onerror=refuse):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (Path(parent, name) for name in names)


def _sources(paths: Iterable[Path], root: Path) -> Iterator[Source | _Passed]:
    home = root.resolve()
    for path in paths:
        inside = path.relative_to(root)
        if any(part.startswith(".") for part in inside.parts):
            continue
        if why := why_unread(path.name):
            yield _Passed(str(path), why)
        elif not path.is_file():
            yield _Passed(str(path), "no regular file: a pipe, a socket or a device is never opened, a link may lead nowhere")
        # A link to a file inside is taken as that file; nothing is read through a link to a folder, for such links lead out and round in circles.
        elif path.parent.resolve() == (home / inside).parent and path.resolve().is_relative_to(home):
            yield _source(path, (home.name or "root", *inside.parts))
        else:
            yield _Passed(str(path), "a link that leads out of the folder, or lies behind one to a folder")


def _remote_sources(entries: Iterable[storage.Entry], home: str) -> Iterator[Source | _Passed]:
    for entry in entries:
        parts = entry.inside.split("/")
        if any(part.startswith(".") for part in parts):  # and so is `..`, which a key may hold
            continue
        why = why_unread(parts[-1])
        yield _Passed(entry.url, why) if why else _remote_source(entry, (home, *parts))


def _named(entry: storage.Entry) -> Source:
    _refuse_unread(entry.url)
    return _remote_source(entry, (_name(entry.url.rpartition("/")[0]), entry.url.rpartition("/")[2]))


def _parts(path: Path) -> tuple[Path, str]:
    """Split a glob into the folder before the first wildcard, and the pattern below it."""
    plain = next((at for at, part in enumerate(path.parts) if glob.has_magic(part)), len(path.parts))
    return Path(*path.parts[:plain]), "/".join(path.parts[plain:])


def _url_parts(url: str) -> tuple[str, list[str]]:
    """The same for a URL, whose first part (a bucket) is never a pattern."""
    protocol, _, rest = url.partition("://")
    parts = rest.rstrip("/").split("/")
    plain = next((at for at, part in enumerate(parts) if at and glob.has_magic(part)), len(parts))
    return f"{protocol}://{'/'.join(parts[:plain])}", parts[plain:]


def _matches(parts: Sequence[str], pattern: Sequence[str]) -> bool:
    """Say whether the pattern fits the path or a folder above it, as `Path.glob` would; in one pass, whatever the pattern."""
    places = _past_stars({0}, pattern)
    for part in parts:
        here = {at for at in places if at < len(pattern) and (pattern[at] == "**" or fnmatchcase(part, pattern[at]))}
        places = _past_stars({at if pattern[at] == "**" else at + 1 for at in here}, pattern)
        if len(pattern) in places:
            return True
    return False


def _past_stars(places: set[int], pattern: Sequence[str]) -> set[int]:
    """The places in the pattern, and those behind a `**`, which may stand for no folder at all."""
    reached = set(places)
    for at, part in enumerate(pattern):
        if at in reached and part == "**":
            reached.add(at + 1)
    return reached


def _local(root: str) -> Path:
    return Path(root.partition("://")[2]) if root.lower().startswith(("file://", "local://")) else Path(root)


def _local_home(path: Path) -> str:
    home = path if path.is_dir() else path.parent if path.is_file() else _parts(path)[0]
    return str(home.resolve())


def _remote_home(url: str) -> str:
    base, pattern = _url_parts(url)
    return base.rpartition("/")[0] if not pattern and not url.endswith("/") and not why_unread(base) else base


def _name(place: str) -> str:
    """The last part of a path or a URL: the name of the folder."""
    return next((part for part in reversed(place.partition("://")[2].split("/") if "://" in place else Path(place).parts[1:]) if part), "root")


def _place(path: str) -> str:
    return path if storage.is_url(path) else str(Path(path).resolve())


def _refuse_unread(path: str) -> None:
    if why := why_unread(path):
        msg = f"{storage.printable(path)} is {why}"
        raise InputError(msg)


def _source(path: Path, parts: tuple[str, ...]) -> Source:
    # A file's name may be no UTF-8. Written out, its bytes keep it apart from others.
    shown = tuple(part.encode("utf-8", "backslashreplace").decode() for part in parts)
    return _made(shown, str(path), path.stat().st_size, "")


def _remote_source(entry: storage.Entry, parts: tuple[str, ...]) -> Source:
    return _made(parts, entry.url, entry.size, entry.mark)


def _made(parts: tuple[str, ...], path: str, size: int, mark: str) -> Source:
    kind, compression = kind_of(parts[-1]) or ("text", None)
    site = next((part for part in parts[1:-1] if part), parts[0])  # a file below a folder of the root
    return Source("/".join(parts), path, site, kind, compression, size, mark)
