"""How often each rule on translation fires in human and in machine-made texts: measures all, stores the figures, writes the table.

    python -m bench.rates [--table]

Writes `copydesk/translation/rates.json`, which the rules read, and `docs/translation-rules.md`; `--table` writes the page alone, from the stored figures.
Takes about a minute of CPU. Ends with 1 where a rule that may flag alone fires in more than one human document in 1,000, with 77 where the data are not there.

The texts are those of `data/translation`: human documents and the outputs of systems from `dev.jsonl.gz` (WMT news), and other human news from
`human_english.jsonl.zst` (Reuters, BBC, MasakhaNEWS and others; without its source lctt, pages in Chinese and code). A rule's figure for human documents is the
higher of the two human sets. Its lift is measured on windows of 200 to 300 words, one a document, so that length tells nothing: the rate in machine-made
windows over that in human ones, (hits + 0.5) / (windows + 1) each, for the kind of system that shows it most. There is none where fewer than three windows of
any kind hold a hit, and none for what only the web leaves.
"""

import argparse
import dataclasses
import gzip
import io
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import zstandard

import copydesk.translation
from bench.data import folder
from copydesk.translation.rule import Rates, Rule
from copydesk.translation.rules import RULES, candidates
from copydesk.translation.view import View

__all__ = ["main", "page"]

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "translation-rules.md"
STORED = Path(copydesk.translation.__file__).with_name("rates.json")
MOST_OF_ALONE = 1.0
WINDOW = (200, 300)
FEWEST = 3

HEAD = """# The rules on translation, and how often they fire

Written by `python -m bench.rates`; not by hand. Each rule names an artifact of machine translation or of spinning, and where it stands. A rule of the class
*alone* may flag a document by itself: it fires in at most one human document in 1,000. A rule of the class *together* counts only beside other evidence.

*Human* and *machine* are hits per 1,000 words, *human documents* and *machine documents* those in which the rule fires, per 1,000. The human texts are news:
originals and human translations of WMT, and Reuters, BBC and others; the figure for documents is the higher of these two sets. The machine texts are outputs of
systems from 2013 to 2023 and simulated spins, taken straight from the system: what is left by scraping, or by a spinner's round trip on the web, does not occur
in them, and the rules marked *web* have no figure there that says anything. Most rules catch older systems and spins; a fluent system breaks none of them.
"""


def page(rules: Sequence[Rule] = RULES) -> str:
    """Write the table of all rules from their stored figures."""
    lines = [
        "| rule | family | languages | what it means | human | machine | human documents | machine documents | class |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for rule in sorted(rules, key=lambda rule: (rule.family, rule.name)):
        told = ", web" if rule.web_only else ""
        languages = "all" if "*" in rule.languages else ", ".join(rule.languages) if len(rule.languages) < FEWEST else f"{len(rule.languages)} languages"
        rates = rule.rates
        figures = f"{rates.human_words:.4f} | {rates.machine_words:.4f} | {rates.human_documents:.2f} | {rates.machine_documents:.2f}"
        lines.append(f"| `{rule.name}` | {rule.family.replace('_', ' ')} | {languages} | {rule.means} | {figures} | {rule.weight}{told} |")
    return HEAD + "\n" + "\n".join(lines) + "\n"


class Tally:
    """Documents, words, documents with a hit and hits of each rule, for one kind of text."""

    def __init__(self) -> None:
        """Count nothing yet."""
        self.documents = 0
        self.words = 0
        self.with_hit: Counter[str] = Counter()
        self.hits: Counter[str] = Counter()

    def add(self, text: str) -> None:
        """Ask all rules of a text."""
        view = View.of(text)
        self.documents += 1
        self.words += view.words
        for rule in candidates(view, "en"):
            hits = sum(1 for _ in rule.find(view))
            self.hits[rule.name] += hits
            self.with_hit[rule.name] += hits > 0

    def a_thousand_documents(self, name: str) -> float:
        """Documents in which a rule fires, per 1,000."""
        return 1_000 * self.with_hit[name] / max(self.documents, 1)

    def smoothed(self, name: str) -> float:
        """The same as a share that is never nothing."""
        return (self.with_hit[name] + 0.5) / (self.documents + 1)


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with zstandard.open(path, "rb") if path.suffix == ".zst" else gzip.open(path, "rb") as raw:
        for line in io.TextIOWrapper(raw, encoding="utf-8"):
            yield json.loads(line)


def _kind(row: dict[str, Any]) -> str:
    return "round trip" if row.get("roundtrip") else str(row["era"])


def _lift(rule: Rule, human: Tally, kinds: Iterable[Tally]) -> float | None:
    seen = [kind for kind in kinds if kind.with_hit[rule.name] >= FEWEST]
    if rule.web_only or not seen:
        return None
    return max(kind.smoothed(rule.name) for kind in seen) / human.smoothed(rule.name)


def _measure() -> dict[str, dict[str, float | None]]:
    news, wmt, machine, human_windows = Tally(), Tally(), Tally(), Tally()
    kinds: dict[str, Tally] = {}
    for row in _rows(folder("translation", "human_english.jsonl.zst")):
        if row["source"] != "lctt":
            news.add(row["text"])
    for row in _rows(folder("translation", "dev.jsonl.gz")):
        human = row["label"] == "human"
        (wmt if human else machine).add(row["text"])
        words = row["text"].split()
        if len(words) >= WINDOW[0]:
            (human_windows if human else kinds.setdefault(_kind(row), Tally())).add(" ".join(words[: WINDOW[1]]))
    told: dict[str, dict[str, float | None]] = {}
    for rule in RULES:
        lift = _lift(rule, human_windows, kinds.values())
        told[rule.name] = {
            "human_documents": round(max(news.a_thousand_documents(rule.name), wmt.a_thousand_documents(rule.name)), 3),
            "human_words": round(1_000 * (news.hits[rule.name] + wmt.hits[rule.name]) / (news.words + wmt.words), 5),
            "machine_documents": round(machine.a_thousand_documents(rule.name), 3),
            "machine_words": round(1_000 * machine.hits[rule.name] / machine.words, 5),
            "lift": None if lift is None else round(lift, 1),
        }
    return told


def main() -> None:
    """Measure, store and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--table", action="store_true", help="write the page alone, from the stored figures")
    if not parser.parse_args().table:
        STORED.write_text(json.dumps(_measure(), indent=1) + "\n", encoding="utf-8")
    stored = {name: Rates(**figures) for name, figures in json.loads(STORED.read_text(encoding="utf-8")).items()}
    measured = [dataclasses.replace(rule, rates=stored[rule.name]) for rule in RULES]
    PAGE.write_text(page(measured), encoding="utf-8")
    loud = [rule.name for rule in measured if rule.weight == "alone" and rule.human > MOST_OF_ALONE]
    print(f"{len(measured)} rules; too loud to flag alone: {', '.join(loud) or 'none'}")
    sys.exit(bool(loud))


if __name__ == "__main__":
    main()
