"""What near-copies cost as the corpus grows: CPU time and peak memory, for a full run and for one that adds one document in a hundred.

    python -m bench.scale_duplicates full 50000 [--set crowd=20 ...]
    python -m bench.scale_duplicates increment 200000
    python -m bench.scale_duplicates batches 19845

A corpus of any size is made from the throughput sets by seeded edits, and no text of it is held: each is made again from its number when it is asked
for. It is a sequence of *worlds*: a world is all the sets' documents (with the copies that were put into them), in which every word but the most common
ones got the world's own ending. So the documents of two worlds are as alike as any two of one language (the phrases of common words, which make the
crowds), and one world is as alike within as real news. Beyond that one document in twenty is an edited copy of any earlier one: cut, with another lead, a
footer, or words left out.

`increment` adds one document in a hundred, `batches` adds all in ten batches (real documents as they are) and compares with a full run.
The time to make texts is measured and taken off. Each run is a process of its own, so that its peak is its own.
"""

import argparse
import io
import random
import re
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import ParamSpec, TypeVar

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import zstandard

from bench.data import folder
from copydesk.document import Verdict
from copydesk.duplicates import INDEX, Change, Result, find_copies, fingerprints
from copydesk.settings import DuplicatesSettings

__all__ = ["Corpus", "main"]

P = ParamSpec("P")
T = TypeVar("T")

_WORD = re.compile(r"\w+")
_COMMON = 200
_LONGEST_WORD = 12  # what is longer is a script without spaces: endings within it
_ENDING = "\0"
_SHARD = 5_000
_FOOTERS = ("Subscribe to our newsletter for more stories like this.", "All rights reserved. Send corrections to the editor.", "Read more on this topic below.")


class Corpus:
    """Documents by number; the same number always gives the same document. World 0 is the documents as they are."""

    def __init__(self, first_world: int) -> None:
        self._first_world = first_world
        plain = [
            *_lines(folder("throughput", "dirty.jsonl.zst")),
            *map(str, pq.read_table(folder("throughput", "clean_multilingual.parquet"), columns=["text"])["text"].to_pylist()),
        ]
        counts = Counter(word for text in plain[::8] for word in _WORD.findall(text))
        common = {word for word, _ in counts.most_common(_COMMON)}
        self._templates = [_WORD.sub(partial(_marked, common), text) for text in plain]

    def text(self, number: int) -> str:
        """Return the text of a document."""
        seeded = random.Random(number)  # noqa: S311 - no secret is made of it
        if number and seeded.random() < 0.05:
            return self._edited(self._plain(seeded.randrange(number)), seeded)
        return self._plain(number)

    def _plain(self, number: int) -> str:
        world, place = divmod(number, len(self._templates))
        world += self._first_world
        ending = ""
        while world:
            world, letter = divmod(world, 20)
            ending += "bcdfghjklmnpqrstvwxz"[letter]
        return self._templates[place].replace(_ENDING, ending)

    def _edited(self, text: str, seeded: random.Random) -> str:
        match seeded.randrange(4):
            case 0:
                return text[: int(len(text) * seeded.uniform(0.7, 0.95))]
            case 1:
                return self._templates[seeded.randrange(len(self._templates))].replace(_ENDING, "q")[:150] + "\n" + text
            case 2:
                return text + "\n" + seeded.choice(_FOOTERS)
            case _:
                return " ".join(word for word in text.split(" ") if seeded.random() > 0.02)


def _lines(path: Path) -> list[str]:
    with path.open("rb") as raw, zstandard.ZstdDecompressor(max_window_size=2**31).stream_reader(raw) as data:
        return [orjson.loads(line)["text"] for line in io.TextIOWrapper(data, encoding="utf-8")]


def _marked(common: set[str], found: re.Match[str]) -> str:
    word = found.group()
    if word in common:
        return word
    if len(word) <= _LONGEST_WORD:
        return word + _ENDING
    return "".join(word[at : at + 3] + _ENDING for at in range(0, len(word), 3))


class Stopwatch:
    """CPU seconds of this process, without those spent in what it wraps."""

    def __init__(self) -> None:
        self._begun, self._off = time.process_time(), 0.0

    def read(self) -> float:
        """Return the seconds so far."""
        return time.process_time() - self._begun - self._off

    def without(self, made: Callable[P, T]) -> Callable[P, T]:
        """Let the time of a function not count."""

        def timed(*given: P.args, **named: P.kwargs) -> T:
            begun = time.process_time()
            try:
                return made(*given, **named)
            finally:
                self._off += time.process_time() - begun

        return timed


class Stage:
    """The near-copy stage on some documents of the corpus, timed."""

    def __init__(self, settings: DuplicatesSettings, spill: Path, memory: str, first_world: int) -> None:
        self._corpus, self._settings, self._spill, self._memory = Corpus(first_world), settings, spill, memory
        self._watch = Stopwatch()
        self._texts = self._watch.without(lambda ids: {identity: self._corpus.text(int(identity)) for identity in ids})

    def index(self, numbers: Sequence[int]) -> tuple[pa.Table, float]:
        """Return the index of these documents, and the seconds that their fingerprints took."""
        begun = self._watch.read()
        parts = [self._rows(numbers[at : at + _SHARD]) for at in range(0, len(numbers), _SHARD)]
        return pa.concat_tables([INDEX.empty_table(), *parts]), self._watch.read() - begun

    def find(self, index: pa.Table, change: Change | None = None) -> tuple[Result, float]:
        """Return the result and the seconds that it took."""
        begun = self._watch.read()
        result = find_copies(index, self._texts, self._settings, change=change, memory_limit=self._memory, spill=self._spill)
        return result, self._watch.read() - begun

    def _rows(self, numbers: Sequence[int]) -> pa.Table:
        texts = self._texts([f"{number:09}" for number in numbers])
        prints = fingerprints(texts.values(), self._settings)
        minutes = np.datetime64("2020-01-01T00:00") + np.array(numbers)
        columns = {
            "id": pa.array(texts, pa.string()),
            "sketch": pa.array([found.sketch for found in prints], pa.list_(pa.int64())),
            "shingles": pa.array([found.shingles for found in prints], pa.int64()),
            "site": pa.array([f"{number % 97}.example" for number in numbers], pa.string()),
            "published": pa.array(np.datetime_as_string(minutes), pa.string()),
            "chars": pa.array([len(text) for text in texts.values()], pa.int64()),
            "flags": pa.array([0.0] * len(numbers), pa.float64()),
        }
        return pa.table(columns, schema=INDEX)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one measurement and print its figures as a line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["full", "increment", "batches"])
    parser.add_argument("documents", type=int)
    parser.add_argument("--memory", default="1GB", help="what each join may hold in memory")
    parser.add_argument("--set", dest="settings", action="append", default=[], metavar="NAME=VALUE", help="a field of DuplicatesSettings")
    given = parser.parse_args(arguments)
    settings = DuplicatesSettings.model_validate(dict(pair.split("=", 1) for pair in given.settings))
    with tempfile.TemporaryDirectory() as spill:
        stage = Stage(settings, Path(spill), given.memory, first_world=0 if given.what == "batches" else 1)
        figures = {"full": full, "increment": increment, "batches": batches}[given.what](stage, given.documents)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    sys.stdout.write(orjson.dumps({"what": given.what, "documents": given.documents, **figures, "peak_gib": round(peak, 2)}).decode() + "\n")


def full(stage: Stage, documents: int) -> dict[str, float]:
    """A full run."""
    index, fingerprinted = stage.index(range(documents))
    result, found = stage.find(index)
    return {
        "cpu_s": round(fingerprinted + found, 2),
        "fingerprints_s": round(fingerprinted, 2),
        "duplicates": sum(verdict.status == "duplicate" for verdict in result.matched),
        "proposed": result.proposed,
        "matches": len(result.matches),
        "crowded": result.crowded,
    }


def increment(stage: Stage, documents: int) -> dict[str, float]:
    """A full run on all, and one that adds the hundredth part to the others."""
    late = range(50, documents, 100)
    old, before = stage.index([number for number in range(documents) if number % 100 != 50])
    new, fingerprinted = stage.index(late)
    both = pa.concat_tables([old, new]).combine_chunks()
    result, added = stage.find(both, Change(frozenset(map(str, new.column("id").to_pylist())), INDEX.empty_table()))
    _, whole = stage.find(both)
    total = before + fingerprinted + whole
    return {
        "full_cpu_s": round(total, 2),
        "cpu_s": round(fingerprinted + added, 2),
        "share": round((fingerprinted + added) / total, 4),
        "judged": len(result.matched) + len(result.alone),
        "compared": result.proposed,
    }


def batches(stage: Stage, documents: int) -> dict[str, float]:
    """Ten increments and a full run: how many verdicts differ."""
    index, _ = stage.index(range(documents))
    standing: dict[str, Verdict] = {}
    seconds = 0.0
    for batch in range(10):
        here = np.arange(documents) % 10
        now, new = index.filter(here <= batch), index.filter(here == batch)
        result, took = stage.find(now, Change(frozenset(map(str, new.column("id").to_pylist())), INDEX.empty_table()))
        standing |= {verdict.id: verdict for verdict in result.verdicts}
        seconds += took
    result, whole = stage.find(index)
    differ = sum(standing[verdict.id] != verdict for verdict in result.verdicts)
    return {"cpu_s": round(seconds, 2), "full_cpu_s": round(whole, 2), "duplicates": sum(v.status == "duplicate" for v in result.matched), "differ": differ}


if __name__ == "__main__":
    main()
