"""Where raw files lie: on this machine, or behind a URL that an fsspec driver can read (`s3://`, `gs://` and whatever else a user allows).

The rest of the pipeline sees paths and byte streams only. What a driver raises is told in the terms of the operating system, with the URL and an error number,
so that whoever reads can tell the machine's fault (try again) from the file's. Credentials belong to the driver's own configuration: a URL that carries some is
refused and never shown, for URLs go on record.
"""

import errno
import io
import os
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import IO, Any

import fsspec
from fsspec.config import conf

from copydesk.errors import InputError

__all__ = ["PROTOCOLS", "Entry", "below", "exists", "is_url", "open_raw", "printable", "refuse", "single"]

PROTOCOLS = ("file", "s3", "gs")
_HTTP = frozenset({"http", "https"})
_EXTRAS = {"s3": "s3", "s3a": "s3", "gs": "gs", "gcs": "gs", "http": "http", "https": "http"}
# Read ahead in blocks of this size: large enough to hide a round trip (some 50 ms), small enough for many streams at once. s3fs would take 50 MB.
_BLOCK = 4 * 2**20
_BUFFER = 2**18
# What tells one content of an object from another, by driver. A time of change is none of them: it says little, and is often cut to seconds.
_MARKS = ("ETag", "etag", "md5Hash", "Content-MD5", "content_md5", "generation")
_LONGEST_REASON = 200


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """One remote file: its URL, its path below the folder that was listed ("" for a single file), its size in bytes, and a mark that changes with its content.

    The mark is "" where the server gives none that can be relied on.
    """

    url: str
    inside: str
    size: int
    mark: str


def is_url(path: str) -> bool:
    """Say whether a path is a URL: `file://` is none of these, it names a file of this machine.

    >>> is_url("s3://bucket/a.jsonl"), is_url("data/raw"), is_url("C:/raw")
    (True, False, False)
    """
    return _protocol(path) != "file"


def refuse(root: str, protocols: Iterable[str] = PROTOCOLS) -> None:
    """Raise `InputError` where a root may not be read: by its protocol, or because it holds a secret. No secret is repeated in the message."""
    protocol, rest = _protocol(root), root.partition("://")[2]
    authority = rest.partition("/")[0]
    # A password with a slash in it ends the authority for a parser, not for the eyes of others.
    port = authority.rpartition(":")[2]
    if is_url(root) and ("@" in authority or (":" in authority and not port.isdecimal() and "@" in rest)):
        msg = (
            f"a {protocol}:// URL in raw names a user or a password, which would go on record: leave out what is before the @, "
            f"and give credentials to the driver, in the environment or its own configuration"
        )
        raise InputError(msg)
    if protocol in _HTTP and ("?" in rest or "#" in rest):
        msg = f"{protocol}://{printable(rest.partition('?')[0].partition('#')[0])} is followed by a query, which may hold a key: a file's plain address is read"
        raise InputError(msg)
    if "::" in root and "://" in root:
        msg = f"{printable(root)} chains two places (::): give the address of the files themselves, unpacked"
        raise InputError(msg)
    if protocol not in (allowed := tuple(protocols)):
        names = ", ".join(allowed) or "none"
        msg = f"{printable(root)} is not read, for the setting raw_protocols does not allow {protocol!r} (it allows: {names}): add it there to read it"
        raise InputError(msg)


def open_raw(path: str) -> IO[bytes]:
    """Open a local path or a URL for reading: a buffered stream of its bytes as they are stored, still compressed.

    The stream can seek, unless it is of a web server that sends no parts of a file. Raises `OSError` with an error number, also later, out of the stream,
    and `InputError` where the driver is not installed. Nothing but a regular file is opened: a pipe would wait for a writer for ever.
    """
    if is_url(path):
        return io.BufferedReader(_Remote(path), _BUFFER)
    stream = open(path, "rb", opener=lambda name, flags: os.open(name, flags | os.O_NONBLOCK | os.O_CLOEXEC))  # noqa: SIM115 - pathlib takes no opener
    if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
        stream.close()
        raise OSError(errno.EINVAL, "no regular file", path)
    return stream


def below(url: str) -> list[Entry] | None:
    """Return all files below a URL, sorted; a file is its own only entry. None where there is nothing, neither files nor a folder.

    Raises `OSError` where the server cannot be asked.
    """
    try:
        system = _system(url)
        system.invalidate_cache()
        root = fsspec.core.strip_protocol(url)
        found = system.find(root, detail=True)
        if not found and not system.isdir(root):
            return None
    except InputError:
        raise
    except Exception as fault:
        if isinstance(told := _told(fault, url), FileNotFoundError):
            return None
        raise told from fault
    entries = (_entry(system, name, facts, name.removeprefix(root).removeprefix("/")) for name, facts in found.items())
    return sorted(entry for entry, facts in zip(entries, found.values(), strict=True) if facts["type"] == "file" and not entry.url.endswith("/"))


def single(url: str) -> Entry | None:
    """Return the entry of a file where nothing can be listed, as on a web server; None where there is no such file.

    Raises `OSError` where the server cannot be asked.
    """
    try:
        system = _system(url)
        system.invalidate_cache()
        return _entry(system, url, system.info(url), "")
    except InputError:
        raise
    except Exception as fault:
        if isinstance(told := _told(fault, url), FileNotFoundError):
            return None
        raise told from fault


def exists(url: str) -> bool:
    """Say whether there is something at a URL; what cannot be known counts as there."""
    if _protocol(url) in _HTTP:
        return True  # a web server has no folders, only what it answers
    try:
        return bool(_system(url).exists(fsspec.core.strip_protocol(url)))
    except Exception:  # noqa: BLE001 - a driver may raise anything
        return True


def printable(name: str) -> str:
    r"""Return a stranger's name so that it can be shown: control characters written out.

    >>> print(printable("a\x1b[2Jb"))
    a\x1b[2Jb
    """
    return "".join(char if char.isprintable() else char.encode("unicode_escape", "surrogatepass").decode("ascii") for char in name)


class _Remote(io.RawIOBase):
    """A driver's file whose faults are the operating system's: `OSError` with a number and the URL."""

    def __init__(self, url: str) -> None:
        self._url = url
        try:
            self._file = _system(url).open(url, "rb", block_size=_BLOCK, cache_type="readahead")
        except InputError:
            raise
        except Exception as fault:
            raise _told(fault, url) from fault

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return bool(self._file.seekable())

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - typeshed's WriteableBuffer has no name at run time
        try:
            data = self._file.read(len(buffer))
        except Exception as fault:
            raise _told(fault, self._url) from fault
        buffer[: len(data)] = data
        return len(data)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return int(self._file.seek(offset, whence))

    def tell(self) -> int:
        return int(self._file.tell())

    def close(self) -> None:
        if not self.closed:
            super().close()
            self._file.close()


def _protocol(path: str) -> str:
    head, mark, _ = path.partition("://")
    known = mark and head[:1].isalpha() and head.isascii() and head.replace("+", "").replace("-", "").replace(".", "").isalnum()
    return head.lower() if known and head.lower() not in {"file", "local"} else "file"


def _system(url: str) -> Any:  # noqa: ANN401 - fsspec has no types
    """The driver's file system, with our options where the user's fsspec configuration has none."""
    protocol = _protocol(url)
    try:
        options = {name: value for name, value in _options(protocol).items() if name not in conf.get(protocol, {})}
        return fsspec.filesystem(protocol, **options)
    except ImportError as fault:
        extra = _EXTRAS.get(protocol)
        advice = f'`pip install "copydesk[{extra}]"`' if extra else str(fault)
        msg = f"{protocol}:// needs a driver that is not installed: {advice}"
        raise InputError(msg) from fault
    except ValueError as fault:
        msg = f"{protocol}:// is no protocol that fsspec knows ({fault})"
        raise InputError(msg) from fault


def _options(protocol: str) -> Mapping[str, Any]:
    """Listings are asked for anew, and nothing waits for ever.

    s3fs waits 5 s for a connection and 15 s for an answer, five times over, and botocore again in each of them: three tries there make four minutes at most.
    """
    if protocol in {"s3", "s3a"}:
        return {"use_listings_cache": False, "config_kwargs": {"retries": {"mode": "standard", "total_max_attempts": 3}}}
    if protocol in {"gs", "gcs"}:
        return {"use_listings_cache": False}
    if protocol in _HTTP:
        # By default all of a file has to come within five minutes; and compressed on its way, it would have another length than it says.
        timeout = import_module("aiohttp").ClientTimeout(total=None, sock_connect=10, sock_read=30)
        return {"client_kwargs": {"timeout": timeout, "headers": {"Accept-Encoding": "identity"}}}
    return {}


def _entry(system: Any, name: str, facts: Mapping[str, Any], inside: str) -> Entry:  # noqa: ANN401 - fsspec has no types
    size = int(facts.get("size") or 0)
    marks = [f"{tag}={facts[tag]}" for tag in _MARKS if facts.get(tag)]
    # A weak tag promises the same meaning, not the same bytes.
    sure = marks and not any("=W/" in mark for mark in marks)
    return Entry(str(system.unstrip_protocol(name)), inside, size, " ".join([str(size), *marks]) if sure else "")


def _told(fault: BaseException, url: str) -> OSError:
    """The fault in the operating system's terms: not there, not allowed, or input and output that failed."""
    status = getattr(fault, "status", None)
    if isinstance(fault, FileNotFoundError) and fault.__cause__ is not None and _protocol(url) in _HTTP:
        return _told(fault.__cause__, url)  # fsspec says so of whatever goes wrong with a web server
    if isinstance(fault, FileNotFoundError) or status in {404, 410}:
        return FileNotFoundError(errno.ENOENT, "no such file", url)
    words = " ".join(str(fault.strerror if isinstance(fault, OSError) and fault.strerror else fault).split())[:_LONGEST_REASON]
    said = printable(words) or type(fault).__name__
    if isinstance(fault, PermissionError) or status in {401, 403}:
        return PermissionError(errno.EACCES, said, url)
    return OSError(errno.EIO, said, url)
