"""The pages that the line model is fitted and measured on: which of them may be fitted on, how they are folded, and their evidence as one matrix.

Weights may be fitted on `FITTED` only (their licences allow it); all others measure how the model carries over to sources that it never saw. Folds go by
site, or where a source names none by documents that share a line of five words: no line of a test page was ever trained on.
"""

import hashlib
import io
import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import zstandard

__all__ = ["FITTED", "FOLDS", "Page", "pages"]

FITTED = frozenset({"wcxb", "cleaneval", "turku-tqa", "trafilatura-eval"})
FOLDS = 5

_UNSEGMENTED = r"\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u0e00-\u0e7f"
_TOKEN = re.compile(rf"[{_UNSEGMENTED}]|[^\W{_UNSEGMENTED}]+")
_LABELS = {"content": 0, "boilerplate": 1, "unsure": -1}


@dataclass(frozen=True, slots=True)
class Page:
    """A page as one view of it shows it: its lines, the label of each (1 boilerplate, 0 content, -1 unsure) and its words as the scorer counts them."""

    id: str
    source: str
    view: str
    lang: str
    fold: int
    lines: list[str]
    labels: npt.NDArray[np.int8]
    words: npt.NDArray[np.int64]


def pages(path: Path) -> list[Page]:
    """Read all pages; of HTML pages the region around the article."""
    records = list(_records(path))
    groups = _shared_lines([record for record in records if not record["group"]])
    found = []
    for record in records:
        fold = _digest(groups.get(record["id"], record["group"])) % FOLDS
        view = "region" if record["view"] == "html" else record["view"]
        first, last = record["region"][:2] if view == "region" else (0, len(record["lines"]))
        found.append(_page(record, view, fold, first, last))
    return found


def _page(record: dict[str, Any], view: str, fold: int, first: int, last: int) -> Page:
    lines = record["lines"][first:last]
    return Page(
        record["id"],
        record["source"],
        view,
        record["lang"],
        fold,
        [line["text"] for line in lines],
        np.array([_LABELS[line["label"]] for line in lines], dtype=np.int8),
        np.array([max(1, len(_TOKEN.findall(unicodedata.normalize("NFKC", line["text"]).lower()))) for line in lines], dtype=np.int64),
    )


def _records(path: Path) -> Iterator[dict[str, Any]]:
    with path.open("rb") as packed, zstandard.ZstdDecompressor(max_window_size=2**31).stream_reader(packed) as raw:
        for line in io.TextIOWrapper(raw, encoding="utf-8"):
            yield json.loads(line)


def _shared_lines(records: list[dict[str, Any]]) -> dict[str, str]:
    """Group documents that share a line of five words and more, each group by the name of one of them."""
    parent = {record["id"]: record["id"] for record in records}

    def root(name: str) -> str:
        while parent[name] != name:
            name = parent[name]
        return name

    seen: dict[str, str] = {}
    for record in records:
        for line in record["lines"]:
            if len(line["text"].split()) >= 5:
                other = seen.setdefault(line["text"].strip(), record["id"])
                parent[root(record["id"])] = root(other)
    return {name: root(name) for name in parent}


def _digest(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big")
