"""The raw files of a run with the digest of each, which decides what is new; a remote file is read for it once, and then known by the server's own mark.

What is remembered (`.copydesk/digests.json`: for each URL the mark under which its content was read, and the digest of that content) is derived: it may be
deleted at any time, and costs one more reading.
"""

import hashlib
import json
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import click

from copydesk import ingest
from copydesk.errors import InputError
from copydesk.ingest import storage
from copydesk.store import shards
from flows.history import hidden
from flows.progress import Progress
from flows.settings import Settings

__all__ = ["digests", "survey"]

_STREAMS = 8  # read at once: a small object is mostly waiting
_PIECE = 2**20
# So many files that are not among the present ones are remembered, for runs that take turns with other roots.
_REMEMBERED = 200_000
_TOLD = 3


def survey(settings: Settings) -> ingest.Survey:
    """Return what lies under the raw roots, without what is of our own making: a corpus may lie below the folder that is read."""
    found = ingest.survey(settings.raw, settings.raw_protocols)
    return ingest.Survey(
        [source for source in found.sources if not _ours(source.path, settings.out)],
        {path: why for path, why in found.passed_over.items() if not _ours(path, settings.out)},
    )


def digests(settings: Settings, sources: Iterable[ingest.Source], progress: Progress) -> tuple[list[tuple[ingest.Source, str]], dict[str, str]]:
    """Return the sources with the SHA-256 of their bytes, and why each of the others cannot be read, by its path.

    One file that may not be read, or is gone since it was listed, does not cost the run. Raises `InputError` for one that was named itself, where none can be
    read, and where a disk or a server fails.
    """
    sources = list(sources)
    known = _remembered(settings.out)
    found = {source.path: known[source.path][1] for source in sources if source.mark and known.get(source.path, ("", ""))[0] == source.mark}
    unread: dict[str, str] = {}
    try:
        with _reading([source.path for source in sources if source.path not in found], progress) as results:
            for path, read in results:
                try:
                    found[path] = read()
                except (PermissionError, FileNotFoundError) as fault:
                    unread[path] = str(fault.strerror)
                    if path in settings.raw:
                        raise
    except OSError as fault:
        raise InputError(_in_words(fault)) from fault
    finally:
        marks = {source.path: (source.mark, found[source.path]) for source in sources if source.mark and source.path in found}
        if marks.items() - known.items():
            _remember(settings.out, known, marks)
    if unread and not found:
        path, why = next(iter(unread.items()))
        msg = f"none of {len(unread)} files can be read, the first is {storage.printable(path)} ({why}): check permissions or credentials"
        raise InputError(msg)
    if unread:
        _tell(unread)
    return [(source, found[source.path]) for source in sources if source.path in found], unread


@contextmanager
def _reading(paths: Iterable[str], progress: Progress) -> Iterator[Iterator[tuple[str, Callable[[], str]]]]:
    """Yield each path with what gives its digest or raises its fault: local files one after another, remote ones some at once."""
    local = [path for path in paths if not storage.is_url(path)]
    remote = [path for path in paths if storage.is_url(path)]
    ended = threading.Event()
    pool = ThreadPoolExecutor(_STREAMS)

    def all_of_them() -> Iterator[tuple[str, Callable[[], str]]]:
        yield from ((path, lambda path=path: _digest(path, ended)) for path in local)
        if remote:
            with progress.stage("reading", len(remote), 0) as advance:
                for path, future in [(path, pool.submit(_digest, path, ended)) for path in remote]:
                    yield path, future.result
                    advance()

    try:
        yield all_of_them()
    finally:
        # On an interrupt or a fault nobody waits for what else was asked for.
        ended.set()
        pool.shutdown(wait=False, cancel_futures=True)


def _digest(path: str, ended: threading.Event) -> str:
    digest = hashlib.sha256()
    with storage.open_raw(path) as stream:
        while not ended.is_set() and (piece := stream.read(_PIECE)):
            digest.update(piece)
    return digest.hexdigest()


def _remembered(out: Path) -> dict[str, tuple[str, str]]:
    try:
        found = json.loads(_memory(out).read_bytes())
        return {str(path): (str(mark), str(digest)) for path, (mark, digest) in found.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}  # it costs a reading


def _remember(out: Path, known: Mapping[str, tuple[str, str]], present: Mapping[str, tuple[str, str]]) -> None:
    others = [(path, entry) for path, entry in known.items() if path not in present]
    entries = dict([*others[-_REMEMBERED:], *present.items()])
    shards.write_atomic(_memory(out), lambda sink: sink.write(json.dumps(entries).encode()))


def _memory(out: Path) -> Path:
    return hidden(out) / "digests.json"


def _ours(path: str, out: Path) -> bool:
    if storage.is_url(path):
        return False
    place = Path(path).resolve()
    return any(place.is_relative_to(out.resolve() / name) for name in ("documents", "runs", "reports", hidden(out).name))


def _tell(unread: Mapping[str, str]) -> None:
    shown = "; ".join(f"{storage.printable(path)} ({why})" for path, why in list(unread.items())[:_TOLD])
    more = f" and {len(unread) - _TOLD} more" if len(unread) > _TOLD else ""
    click.echo(f"copydesk: passed over, what was published of them stays: {shown}{more}", err=True)


def _in_words(fault: OSError) -> str:
    place = storage.printable(os.fsdecode(fault.filename)) if fault.filename else "a raw file"
    advice = "check the address, the network and the credentials, and run again" if storage.is_url(place) else "check its permissions, or leave it out"
    return f"{place} cannot be read ({fault.strerror or fault}): {advice}"
