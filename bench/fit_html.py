"""Fit the weights of `copydesk.boilerplate.html.model`: `python -m bench.fit_html LINES HTML --sources wcxb cleaneval ...`.

LINES and HTML are JSON Lines, compressed with zstd: pages as {"id", "html"}, and for each page {"id", "source", "group", "view", "lines": [{"text", "label"}]}
with labels content, boilerplate and unsure (passed over). The lines of the program and of the set are aligned by their text. A page counts by the square root
of its words and a line by their .75th power, between counting words and counting pages. `--half 0` or `1` leaves the sites of one half out, to cross-check.

Weighted logistic regression with an L2 penalty on standardised figures, by Newton's method: the same input gives the same weights.
"""

import argparse
import difflib
import hashlib
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import zstandard

from copydesk.boilerplate.html.features import features
from copydesk.boilerplate.html.lines import read
from copydesk.boilerplate.html.votes import outputs, shares
from copydesk.boilerplate.html.words import tokens

__all__ = ["main"]

PENALTY = 10.0
"""The inverse of scikit-learn's C, here .1; between .01 and 1 nothing changes in the second digit."""
STEPS = 12
"""Newton's method has converged to the sixth digit by the ninth."""

Array = np.ndarray[Any, np.dtype[np.float64]]


def main() -> None:
    """Fit both sets of weights and write them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lines", type=Path)
    parser.add_argument("html", type=Path)
    parser.add_argument("--sources", nargs="+", default=["wcxb", "cleaneval", "trafilatura-eval"])
    parser.add_argument("--half", type=int, choices=(0, 1))
    parser.add_argument("--out", type=Path, default=Path("copydesk/boilerplate/html/weights.json"))
    asked = parser.parse_args()
    labelled = {record["id"]: record for record in _records(asked.lines) if record["source"] in asked.sources and _half(record["group"]) != asked.half}
    voted, alone, pages = [], [], 0
    for record in _records(asked.html):
        if record["id"] in labelled and (seen := _page(record["html"], labelled[record["id"]])):
            alone.append((seen[0], *seen[2:]))
            voted += [seen[1:]] if seen[1] else []
            pages += 1
    written = {"pages": pages, "sources": asked.sources, "alone": _fitted(alone), "voted": _fitted(voted)}
    asked.out.write_text(json.dumps(written, indent=1) + "\n", "utf-8")
    print(f"{pages} pages, {len(voted)} of them with votes, in {asked.out}")


def _records(path: Path) -> Iterator[dict[str, Any]]:
    with path.open("rb") as file:
        yield from map(json.loads, io.TextIOWrapper(zstandard.ZstdDecompressor(max_window_size=2**31).stream_reader(file), "utf-8"))


def _half(site: object) -> int:
    return hashlib.sha256(str(site).encode()).digest()[0] % 2


def _page(page: str, labelled: dict[str, Any]) -> tuple[dict[str, Array], dict[str, Array], Array, Array] | None:
    page = page.encode("utf-8", "replace").decode().replace("\0", " ")
    reading = read(page)
    if not reading.lines:
        return None
    mine, theirs = [line.text for line in reading.lines], [" ".join(line["text"].split()) for line in labelled["lines"]]
    labels = np.full(len(mine), -1.0)
    for block in difflib.SequenceMatcher(None, mine, theirs, autojunk=False).get_matching_blocks():
        for i in range(block.size):
            labels[block.a + i] = {"content": 1, "boilerplate": 0}.get(labelled["lines"][block.b + i]["label"], -1)
    words = [tokens(line) for line in mine]
    found = outputs(page) if reading.bounded else {}
    votes = {name: shares(words, text) for name, text in found.items()} if any(found.values()) else {}
    weight = np.array([(len(line) + 1) ** 0.75 for line in words])
    return features(reading.lines, words, {}), features(reading.lines, words, votes) if votes else {}, labels, weight / np.sqrt(weight.sum()) / 10


def _fitted(pages: list[Any]) -> dict[str, Any]:
    names = list(pages[0][0])
    known = np.concatenate([labels for _, labels, _ in pages]) >= 0
    figures = np.concatenate([np.stack([found[name] for name in names], axis=1) for found, _, _ in pages])[known]
    labels = np.concatenate([labels for _, labels, _ in pages])[known]
    weight = np.concatenate([weight for _, _, weight in pages])[known]
    mean, spread = figures.mean(axis=0), figures.std(axis=0)
    spread[spread == 0] = 1.0
    columns = np.concatenate([(figures - mean) / spread, np.ones((len(labels), 1))], axis=1)
    penalty = np.append(np.full(len(names), PENALTY), 0.0)
    beta = np.zeros(len(names) + 1)
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-np.clip(columns @ beta, -30, 30)))
        slope = columns.T @ (weight * (chance - labels)) + penalty * beta
        curve = (columns * (weight * chance * (1 - chance))[:, None]).T @ columns + np.diag(penalty)
        beta -= np.linalg.solve(curve, slope)
    weights = beta[:-1] / spread
    return {"bias": round(float(beta[-1] - (weights * mean).sum()), 4), "weights": {name: round(float(w), 4) for name, w in zip(names, weights, strict=True)}}


if __name__ == "__main__":
    main()
