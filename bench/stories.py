"""Stories: fit the table of rare words, and say how good and how fast finding them is.

python -m bench.stories fit [FILE]
python -m bench.stories speed
"""

import io
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from math import log
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import zstandard

from bench.data import folder
from copydesk.settings import StoriesSettings
from copydesk.stories import INDEX, find_stories, telltales
from copydesk.stories.rarity import HIGHEST, save
from copydesk.stories.values import digest, folded, words

__all__ = ["fit", "main", "speed"]

TARGET = Path(__file__).parents[1] / "copydesk" / "stories" / "rarity.npz"
FEWEST = 5
COMMON = 5


def main(arguments: Sequence[str]) -> None:
    """Do what is asked."""
    asked: dict[str, Callable[..., None]] = {"fit": fit, "speed": speed}
    if not arguments or arguments[0] not in asked:
        sys.exit(__doc__)
    asked[arguments[0]](*map(Path, arguments[1:]))


def fit(target: Path = TARGET) -> None:
    """Count in how many texts each word stands, and write the table."""
    texts, counts = 0, Counter[int]()
    for row in read(folder("translation", "human_english.jsonl.zst")):
        texts += 1
        counts.update({digest(word) >> 32 for word in {folded(written) for written in words(row["text"])} if word})
    classes = {hashed: round(4 * (log(texts / count) - COMMON)) for hashed, count in sorted(counts.items()) if count >= FEWEST}
    save(np.array([*classes], dtype=np.uint32), np.clip([*classes.values()], 0, HIGHEST).astype(np.uint8), target)
    print(f"{texts:,} texts, {len(classes):,} words, {target.stat().st_size:,} bytes: {target}")


def speed() -> None:
    """Take the values of the throughput corpus, and join them."""
    rows = list(read(folder("throughput", "dirty.jsonl.zst")))
    texts = [row["text"] for row in rows]
    begun = time.process_time()
    values = telltales(texts, StoriesSettings())
    taken = time.process_time()
    index = pa.table({"id": [str(number) for number in range(len(texts))], "telltales": values, "published": [""] * len(texts)}, schema=INDEX)
    for text in texts:
        Counter(text.split())
    joined = time.process_time()
    result = find_stories(index, StoriesSettings())
    found = time.process_time()
    each = 1000 / len(texts)
    print(f"{len(texts):,} documents, {sum(map(len, values)) / len(texts):.1f} values each")
    print(f"values {(taken - begun) * each:.3f} ms a document; word counts alone {(joined - taken) * each:.3f}; finding {(found - joined) * each:.3f}")
    print(f"{result.proposed:,} pairs proposed, {result.matched:,} match, {len(result.stories):,} documents in {len(set(result.stories.values())):,} stories")


def read(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the rows of a set."""
    with path.open("rb") as raw, zstandard.ZstdDecompressor(max_window_size=2**31).stream_reader(raw) as data:
        yield from map(orjson.loads, io.TextIOWrapper(data, encoding="utf-8"))


if __name__ == "__main__":
    main(sys.argv[1:])
