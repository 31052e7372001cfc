"""Measure the repair of the encoding stage on the data sets, and prove that its short cut changes nothing.

    python -m bench.repair [--part DIRTY|SETS]

Prints how many damaged documents come back exactly (by the labels), how many undamaged ones change, what happens to the seeds; milliseconds of CPU a document
beside plain ftfy of the same lines in the same process; and, over all sets, lines on which the stage differs from plain ftfy with the same configuration.
Where a guard of ours differs on purpose the line is counted under the guard's name. Ends with 1 where a line differs for no such reason, an undamaged document
or a seed changes, or fewer than 99 in 100 of the damaged are restored.
"""

import argparse
import gzip
import json
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import ftfy
import pyarrow.parquet as pq
from backports import zstd

from bench.data import folder
from copydesk import ledger
from copydesk.document import Document
from copydesk.encoding.mending import Fixers, fixers, mend
from copydesk.encoding.repair import Judged, badness, doubtful, judged, repair, too_much
from copydesk.settings import EncodingSettings

__all__ = ["main"]

SETTINGS = EncodingSettings()
SHARE = 0.99


def main() -> None:
    """Measure, print, judge."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--part", choices=["dirty", "sets"], help="only the labelled corpus, or only the comparison over all sets")
    part = parser.parse_args().part
    failed = False
    if part != "sets":
        failed |= _labelled(list(_records("throughput", "dirty.jsonl.zst")))
        failed |= _seeds()
    if part != "dirty":
        failed |= _compared()
    sys.exit(1 if failed else 0)


def _labelled(rows: list[dict[str, Any]]) -> bool:
    """Score the labelled corpus, and time the stage beside plain ftfy."""
    labels = {row["id"]: row for row in _records("throughput", "dirty_labels.jsonl.zst")}
    documents = [_document(row["text"], row["id"]) for row in rows]
    tools = fixers(SETTINGS, html=False)
    repair(_document("warm &amp; up"), SETTINGS)

    start = time.process_time()
    plain = [[_plain(line, tools) for line in document.text.split("\n")] for document in documents]
    middle = time.process_time()
    edits = [repair(document, SETTINGS) for document in documents]
    end = time.process_time()
    texts = [ledger.replay(document.text, found) for document, found in zip(documents, edits, strict=True)]

    repaired = [_document(text) for text in texts]
    figures = [("plain ftfy, line by line", middle - start), ("repair", end - middle), ("flags of doubt", _seconds(repaired, lambda d: doubtful(d, SETTINGS)))]
    figures.append(("the metrics' mojibake", _seconds(repaired, lambda d: badness(d.text))))
    for name, seconds in figures:
        print(f"{name:<28} {1000 * seconds / len(documents):>8.4f} ms of CPU a document")

    damaged = [(document, text) for document, text in zip(documents, texts, strict=True) if labels[document.id]["moji"]]
    restored = [document.id for document, text in damaged if text == labels[document.id]["pre_moji"]]
    by_ftfy = sum("\n".join(lines) == labels[d.id]["pre_moji"] for d, lines in zip(documents, plain, strict=True) if labels[d.id]["moji"])
    touched = [document.id for document, found in zip(documents, edits, strict=True) if found and not labels[document.id]["moji"]]
    touched_by_ftfy = sum("\n".join(lines) != d.text for d, lines in zip(documents, plain, strict=True) if not labels[d.id]["moji"])
    print(f"{'damaged, restored exactly':<28} {len(restored)} of {len(damaged)} ({len(restored) / len(damaged):.4f}); plain ftfy {by_ftfy}")
    print(f"{'undamaged, changed':<28} {len(touched)} of {len(documents) - len(damaged)}; plain ftfy {touched_by_ftfy}")
    return len(restored) < SHARE * len(damaged) or bool(touched)


def _seeds() -> bool:
    texts = [path.read_text("utf-8") for path in sorted(folder("seeds").glob("*.txt"))]
    edits = sum(len(repair(_document(text), SETTINGS)) for text in texts)
    print(f"{'seeds':<28} {edits} edits in {len(texts)} texts")
    return bool(edits)


def _compared() -> bool:
    """Compare with plain ftfy on every line of every set; each different line once."""
    tools = fixers(SETTINGS, html=False)
    total = Counter[str]()
    seen = set[int]()
    for name, texts in _sets():
        found, count = Counter[str](), 0
        for text in texts:
            count += 1
            found.update(_differences(_document(text), tools, seen))
        lines = found.pop("lines")
        print(f"{name:<28} {count:>7} texts {lines:>8} new lines; {found.pop('changed', 0)} changed by ftfy; {dict(found) or 'no difference'}")
        total += found
    return total["UNEXPLAINED"] > 0


def _differences(document: Document, tools: Fixers, seen: set[int]) -> Iterator[str]:
    found = {line.proposal.start: line for line in judged(document, SETTINGS)}
    start = 0
    much = too_much(document, SETTINGS)
    for line in document.text.split("\n"):
        # A line is judged by its text only where something in it would change, so one that was seen and left alone need not be seen again.
        if start in found or hash(line) not in seen:
            seen.add(hash(line))
            yield "lines"
            plain, mine = _plain(line, tools), found.get(start)
            ours = mine.proposal.mended.text.removesuffix("\n") if mine and not mine.doubt else line
            if plain != line:
                yield "changed"
            if plain != ours:
                yield "guard: too much to guess at" if much else _reason(line, mine, tools)
        start += len(line) + 1


def _reason(line: str, mine: Judged | None, tools: Fixers) -> str:
    """Name the guard by which the stage differs from plain ftfy, or say that there is none."""
    if mine and mine.doubt:
        return "doubtful, flagged"
    if mine and mine.proposal.mended.plan[0].action == "elsewhere":
        return "garbled like other lines"
    if guard := mend(line, tools).guard:
        return f"guard: {guard}"
    if mine and "<" in line and "&" in line:
        return "entity beside a '<' that begins no markup"
    return "UNEXPLAINED"


def _plain(line: str, tools: Fixers) -> str:
    return ftfy.fix_and_explain(line, tools.config._replace(unescape_html="auto")).text


def _seconds(documents: list[Document], work: Any) -> float:  # noqa: ANN401 - any function of a document
    start = time.process_time()
    for document in documents:
        work(document)
    return time.process_time() - start


def _sets() -> Iterator[tuple[str, Iterable[str]]]:
    yield "throughput, dirty", (row["text"] for row in _records("throughput", "dirty.jsonl.zst"))
    yield "throughput, labels", (row["clean"] for row in _records("throughput", "dirty_labels.jsonl.zst"))
    yield "throughput, multilingual", map(str, pq.read_table(folder("throughput", "clean_multilingual.parquet"), columns=["text"])["text"].to_pylist())
    yield "encoding", (row["expected_text"] for row in _records("encoding", "dev.jsonl.zst"))
    yield (
        "encoding, read as cp1252",
        (row["expected_text"].encode("utf-8", "replace").decode("cp1252", "replace") for row in _records("encoding", "dev.jsonl.zst")),
    )
    yield "seeds", [path.read_text("utf-8") for path in sorted(folder("seeds").glob("*.txt"))]
    yield "language", _strings(_records("language", "dev.jsonl.zst"))
    yield "duplicates", _strings(_records("duplicates", "dev.jsonl.zst"))
    yield "boilerplate, lines", _strings(_records("boilerplate", "lines.jsonl.zst"))
    yield "boilerplate, pages", _strings(_records("boilerplate", "html.jsonl.zst"))
    yield "translation", _strings(_records("translation", "dev.jsonl.gz"))


def _strings(rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Give the long strings of rows, wherever they stand, and lists of strings as lines."""
    for row in rows:
        for value in row.values():
            if isinstance(value, list) and value and isinstance(value[0], str):
                yield "\n".join(str(part) for part in value)
            elif isinstance(value, list) and value and isinstance(value[0], dict):
                yield "\n".join(str(part.get("text", "")) for part in value)
            elif isinstance(value, str) and len(value) > 15:
                yield value


def _records(*parts: str) -> Iterator[dict[str, Any]]:
    path: Path = folder(*parts)
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else zstd.open(path, "rt", encoding="utf-8") as source:
        yield from map(json.loads, source)


def _document(text: str, name: str = "d") -> Document:
    return Document(id=name, source="bench", site="bench", text=text)


if __name__ == "__main__":
    main()
