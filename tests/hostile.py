"""Files that nobody should send: the sample's own, and some built here, damaged by a seed, and taken through ingest and every stage.

    python tests/hostile.py [--files 100000] [--first 0] [--processes 2] [--seconds 1.0]

prints what became of them and ends with 1 where a file raised, left no row, did not lead back to its bytes' text, or kept one document busy for more than
`--seconds` of CPU, and two seconds more for each megabyte of the file (the work is linear, and a few have half of one).
File number N is the same on every machine, so `--first N --files 1` looks at one of them again.
"""

import argparse
import gzip
import hashlib
import json
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from backports import zstd

from copydesk import ingest
from copydesk.document import Document
from copydesk.metrics import reverts
from copydesk.settings import IngestSettings, StageSettings
from copydesk.stages import clean

RAW = Path(__file__).parent.parent / "data" / "raw"
BATCH = 250
MORE_PER_MB = 2.0
HANG = 20.0  # CPU seconds after which a file is given up
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32-le", "cp1252", "cp1251", "koi8-r", "shift_jis", "gb18030", "iso2022_jp", "cp037")
SUFFIXES = (".txt", ".html", ".jsonl", ".parquet", ".csv", ".tsv", ".warc", ".xml", ".txt.gz", ".jsonl.gz", ".jsonl.zst", ".html.gz", ".warc.gz", ".csv.gz")
SETTINGS = StageSettings(ingest=IngestSettings(max_record_bytes=1_000_000))

Mutation = Callable[[bytes, random.Random], bytes]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file: its rows by reason, the longest that one document took, and what went wrong in words ("" where nothing did)."""

    number: int
    suffix: str
    reasons: tuple[str, ...]
    slowest: float
    fault: str
    size: int = 0

    def slow(self, seconds: float) -> bool:
        """Whether one document took longer than it may."""
        return self.slowest > seconds + MORE_PER_MB * self.size / 1e6


@cache
def seeds() -> tuple[tuple[str, bytes], ...]:
    """Return sound files of every kind as (suffix, bytes): the sample's, and what the sample has none of."""
    found = [("".join(path.suffixes[-2:] if path.suffix in {".gz", ".zst"} else path.suffixes[-1:]), path) for path in sorted(RAW.rglob("*")) if path.is_file()]
    sample = [(suffix, path.read_bytes()) for suffix, path in found if suffix in SUFFIXES]
    texts = [data.decode("utf-8", "replace") for suffix, data in sample if suffix == ".txt"]
    pages = [data for suffix, data in sample if suffix == ".html"]
    rows = "".join(f'{at},https://a.example/{at},"{text.replace(chr(34), chr(34) * 2)}"\n' for at, text in enumerate(texts[:8]))
    table = f"id,url,text\n{rows}"
    items = "".join(f"<item><title>{at}</title><description><![CDATA[{text}]]></description></item>" for at, text in enumerate(texts[:8]))
    warc = b"".join(map(_warc_record, pages))
    made = [
        (".csv", table.encode()),
        (".tsv", table.replace(",", "\t").encode()),
        (".xml", f'<?xml version="1.0"?><rss version="2.0"><channel><title>t</title>{items}</channel></rss>'.encode()),
        (".warc", warc),
        (".warc.gz", b"".join(gzip.compress(_warc_record(page), mtime=0) for page in pages)),
        (".csv.gz", gzip.compress(table.encode(), mtime=0)),
        (".html.gz", gzip.compress(pages[0], mtime=0)),
        (".txt.gz", gzip.compress(texts[0].encode(), mtime=0)),
    ]
    return (*sample, *made)


def _warc_record(page: bytes) -> bytes:
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + page
    head = (
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:0e1d2c3b-0000-0000-0000-000000000000>\r\nWARC-Date: 2023-01-01T00:00:00Z\r\n"
        f"WARC-Target-URI: https://a.example/\r\nContent-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n"
    )
    return head.encode() + http + b"\r\n\r\n"


def _truncated(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data) + 1)]


def _flipped(data: bytes, chance: random.Random) -> bytes:
    found = bytearray(data)
    for _ in range(chance.choice((1, 4, 64))):
        if found:
            found[chance.randrange(len(found))] ^= 1 << chance.randrange(8)
    return bytes(found)


def _spliced(data: bytes, chance: random.Random) -> bytes:
    """Put a piece of another sound file, in another encoding, into this one."""
    other = chance.choice(seeds())[1].decode("utf-8", "replace").encode(chance.choice(ENCODINGS), "replace")
    at, begin = chance.randrange(len(data) + 1), chance.randrange(len(other) + 1)
    return data[:at] + other[begin : begin + chance.randrange(2_000)] + data[at:]


def _recoded(data: bytes, chance: random.Random) -> bytes:
    return data.decode("utf-8", "replace").encode(chance.choice(ENCODINGS), "replace")


def _mangled(data: bytes, chance: random.Random) -> bytes:
    """Read it in the wrong encoding and write it out again, once to four times."""
    for _ in range(chance.randrange(1, 5)):
        data = data.decode(chance.choice(("cp1252", "latin-1", "cp1251", "mac-roman", "cp437")), "replace").encode("utf-8")[:200_000]
    return data


def _sprinkled(data: bytes, chance: random.Random) -> bytes:
    """Scatter what breaks parsers: NULs, marks, escapes, quotes, angle brackets, halves of sequences and of surrogates, bidi controls, entities."""
    bits = [b"\0", b"\xef\xbb\xbf", b"\xff\xfe", b"\x1b$B", b'"', b"<", b"&", b"\xc3", b"\xed\xa0\x80", b"\\ud83d", b"\xe2\x80\xae", b"&amp;"]
    bits += [b"\r", b"\x85", b"~{", b"]]>"]
    for _ in range(chance.randrange(1, 40)):
        at = chance.randrange(len(data) + 1)
        data = data[:at] + chance.choice(bits) * chance.choice((1, 1, 1, 30)) + data[at:]
    return data


def _repeated(data: bytes, chance: random.Random) -> bytes:
    """Say a short piece of it very often, with or without line breaks."""
    at = chance.randrange(len(data) + 1)
    piece = data[at : at + chance.randrange(1, 60)] + chance.choice((b"", b"\n", b" "))
    return data[:at] + piece * (chance.choice((1_000, 100_000)) // len(piece) if piece else 0) + data[at:]


def _nested(data: bytes, chance: random.Random) -> bytes:
    """Open what is never closed, as deep as fits."""
    deep = chance.choice((b"<div>", b"<b><i>", b"[", b'{"a":', b"<a href='", b"<!--", b"<![CDATA[", b"<table><tr><td>", b"((", b"&amp;" + b"amp;" * 50))
    return data[: chance.randrange(len(data) + 1)] + deep * chance.choice((50, 2_000, 20_000)) + data[:500]


def _bomb(data: bytes, chance: random.Random) -> bytes:
    """A little compressed data that becomes very much."""
    much = (data[:100] or b"a") * (chance.choice((200_000, 5_000_000)) // max(1, len(data[:100]))) if chance.random() < 0.1 else data * 20
    return gzip.compress(much, 9, mtime=0) if chance.random() < 0.5 else zstd.compress(much)


def _noise(data: bytes, chance: random.Random) -> bytes:
    return chance.randbytes(chance.randrange(1, 3_000)) + data[:50]


MUTATIONS: tuple[Mutation, ...] = (_truncated, _flipped, _spliced, _recoded, _mangled, _sprinkled, _repeated, _nested, _bomb, _noise)
_RARE = {_bomb: 0.2, _repeated: 0.3, _nested: 0.3}


def mutant(number: int) -> tuple[str, bytes]:
    """Return hostile file `number`: a suffix, which may be a lie, and its bytes."""
    chance = random.Random(number)
    suffix, data = chance.choice(seeds())
    for mutation in chance.choices(MUTATIONS, [_RARE.get(one, 1.0) for one in MUTATIONS], k=chance.choice((1, 1, 2, 3))):
        data = mutation(data, chance)
    return (chance.choice(SUFFIXES) if chance.random() < 0.1 else suffix), data


def outcome(number: int, folder: Path) -> Outcome:
    """Take one hostile file all the way and say what became of it."""
    suffix, data = mutant(number)
    path = folder / f"{number}{suffix}"
    path.write_bytes(data)
    digest = hashlib.sha256(data).hexdigest()
    reasons: list[str] = []
    slowest = 0.0
    signal.signal(signal.SIGVTALRM, _give_up)
    signal.setitimer(signal.ITIMER_VIRTUAL, HANG)
    try:
        for document, seconds in _timed(_documents(path, digest)):
            start = time.process_time()
            done = clean(document, SETTINGS)
            slowest = max(slowest, seconds + time.process_time() - start)
            reasons.append(done.rejection.reason if done.rejection else "")
            if not reverts(done):
                return Outcome(number, suffix, tuple(reasons), slowest, f"{done.id}: its edits do not lead back", len(data))
    except Exception as fault:  # noqa: BLE001 - that nothing raises is what is tested
        return Outcome(number, suffix, tuple(reasons), slowest, f"{type(fault).__name__}: {fault}"[:300], len(data))
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        path.unlink()
    wrong = next((reason for reason in reasons if reason == "stage_error"), "") or ("" if reasons else "no row")
    return Outcome(number, suffix, tuple(reasons), slowest, wrong, len(data))


def _give_up(*_: object) -> None:
    msg = f"not done after {HANG} s of CPU"
    raise TimeoutError(msg)


def _documents(path: Path, digest: str) -> Iterator[Document]:
    for source in ingest.find([path]):
        yield from ingest.records(source, digest, SETTINGS.ingest)


def _timed(documents: Iterator[Document]) -> Iterator[tuple[Document, float]]:
    """Add to each document the CPU seconds that it took to come."""
    while True:
        start = time.process_time()
        document = next(documents, None)
        if document is None:
            return
        yield document, time.process_time() - start


def _batch(first: int, count: int, seconds: float) -> list[Outcome]:
    folder = Path(tempfile.mkdtemp(prefix="hostile-"))
    try:
        found = [outcome(number, folder) for number in range(first, first + count)]
    finally:
        shutil.rmtree(folder)
    return [one if not one.slow(seconds) or one.fault else again(one) for one in found]


def again(one: Outcome) -> Outcome:
    """Give a file a second try: the first may have read a table for the first time, or met a pause of the machine."""
    with tempfile.TemporaryDirectory(prefix="hostile-") as folder:
        return outcome(one.number, Path(folder))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run, print one JSON object, and return 1 where a file was too much."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=1.0)
    given = parser.parse_args(arguments)
    firsts = range(given.first, given.first + given.files, BATCH)
    sizes = [min(BATCH, given.first + given.files - first) for first in firsts]
    tally: Counter[str] = Counter()
    bad: list[Outcome] = []
    slowest = (0.0, -1)
    with ProcessPoolExecutor(given.processes) as pool:
        for batch in pool.map(partial(_batch, seconds=given.seconds), firsts, sizes):
            for one in batch:
                tally.update(reason or "read" for reason in one.reasons)
                slowest = max(slowest, (one.slowest, one.number))
                if one.fault or one.slow(given.seconds):
                    bad.append(one)
                    sys.stderr.write(f"{one.number}{one.suffix}: {one.slowest:.2f} s {one.fault}\n")
    figures = {"files": given.files, "documents": tally.total(), "slowest_s": round(slowest[0], 3), "slowest_file": slowest[1], "bad": len(bad)}
    sys.stdout.write(json.dumps({**figures, "reasons": dict(tally.most_common())}, indent=1) + "\n")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
