"""Score copydesk on the data sets, and hold the figures against their floors.

    python -m bench.score [TASK ...] [--write]

Without a task all are scored. Prints each figure beside its floor and ends with 1 where one is below it. A floor belongs to a data set, named by its SHA-256:
with other data there is nothing to compare, and that is said. `--write` writes today's figures (less a margin of 0.002 for those that noise could move) as
the new floors; a floor is lowered only in a commit that says why.
"""

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench.data import folder

__all__ = ["main"]

FLOORS = Path(__file__).with_name("floors.json")
MARGIN = 0.002

# Task: the data set, the scorer's arguments, and the figures that are held: a path into the scorer's answer, or a sum of them; a leading "-" says that less
# is better.
TASKS: dict[str, tuple[str, list[str], list[str]]] = {
    "encoding": ("encoding/dev.jsonl.zst", ["score.py", "encoding", "{set}", "--method", "bench.adapters:decode"], ["all.near", "ntrex.near", "-raised"]),
    "language": (
        "language/dev.jsonl.zst",
        ["score.py", "language", "{set}", "--method", "bench.adapters:language"],
        [
            *(f"langdetect55/{length}.accuracy" for length in ("doc", "c500", "sent", "c20")),
            "all/doc.accuracy",
            "all/doc.accuracy+all/doc.und",  # right, or honest about it
        ],
    ),
    "translation": (
        "translation/dev.jsonl.gz",
        ["score.py", "translation", "{set}", "--window", "--method", "bench.adapters:translation"],
        ["all machine.recall_at_1pct_fpr", "all machine.auc", "-human.above_half"],
    ),
    # In-sample: the line model was fitted on part of these pages. `bench.eval_boilerplate` has what it does on sites that it never saw.
    **{
        f"boilerplate-{view}{suffix}": (
            "boilerplate/lines.jsonl.zst",
            ["boilerplate/score.py", "lines", "{set}", "--method", f"bench.adapters:{method}", "--view", view],
            ["all.boiler_line_F1", "-all.content_words_lost"],
        )
        for view in ("human", "region")
        for suffix, method in (("", "keep_lines"), ("-safe", "keep_lines_safe"))
    },
    "html": (
        "boilerplate/html.jsonl.zst",
        ["boilerplate/score.py", "html", "{lines}", "{set}", "--method", "bench.adapters:main_text"],
        ["all.word_F1", "all.macro_F1"],
    ),
    "duplicates": (
        "duplicates/dev.jsonl.zst",
        ["score.py", "duplicates", "{set}", "--result", "{result}"],
        ["pair_precision", "pair_recall", "pair_f1", "b_cubed_f1", "-unique_documents_lost"],
    ),
    "natural": (
        "duplicates/natural_docs_dev.jsonl.zst",
        ["score.py", "natural", "{pairs}", "--result", "{result}"],
        ["reprints_merged.0", "-templates_merged.0"],
    ),
}


def main() -> None:
    """Score, print, compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tasks", nargs="*", metavar="TASK", help=f"of {', '.join(TASKS)}")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    if unknown := set(options.tasks) - TASKS.keys():
        parser.error(f"there is no task {', '.join(sorted(unknown))}")
    floors = json.loads(FLOORS.read_text("utf-8")) if FLOORS.exists() else {}
    below = 0
    for task in options.tasks or TASKS:
        name, _, held = TASKS[task]
        path = folder(*name.split("/"))
        with path.open("rb") as source:
            digest = hashlib.file_digest(source, "sha256").hexdigest()
        answer = scored(task, path)
        figures = {figure: _at(answer, figure.removeprefix("-")) for figure in held}
        floor = floors.get(task, {})
        if floor.get("sha256") != digest:
            print(f"{task}: no floor for this data set ({digest[:12]})", file=sys.stderr)
        for figure, value in figures.items():
            limit = floor.get("figures", {}).get(figure) if floor.get("sha256") == digest else None
            worse = limit is not None and (value > limit if figure.startswith("-") else value < limit)
            below += worse
            print(f"{task:<20} {figure.removeprefix('-'):<34} {value:>8.4f}   {'' if limit is None else f'floor {limit:.4f}'}{'   BELOW' if worse else ''}")
        if options.write:
            floors[task] = {"sha256": digest, "figures": {figure: _with_margin(figure, value) for figure, value in figures.items()}}
            FLOORS.write_text(json.dumps(floors, indent=1) + "\n", "utf-8")
    sys.exit(1 if below and not options.write else 0)


def scored(task: str, path: Path) -> dict[str, Any]:
    """Return the scorer's answer for a task."""
    _, arguments, _ = TASKS[task]
    with tempfile.TemporaryDirectory() as work:
        places = {"set": str(path), "result": f"{work}/result.jsonl"}
        places |= {"pairs": str(path.with_name("natural_pairs_dev.jsonl")), "lines": str(path.with_name("lines.jsonl.zst"))}
        if "{result}" in arguments:
            subprocess.run([sys.executable, "-m", "bench.duplicates", str(path), places["result"]], check=True, stdout=sys.stderr)
        script, *rest = (argument.format(**places) for argument in arguments)
        command = [sys.executable, str(folder(*script.split("/"))), *rest]
        root = FLOORS.parents[1]
        answer = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=root, env={**os.environ, "PYTHONPATH": str(root)}).stdout
    if answer.startswith("{"):
        found: dict[str, Any] = json.loads(answer)
        return found
    # The boilerplate scorer prints a line for each group of pages: its name, then JSON.
    return {name: json.loads(figures) for name, _, figures in (line.partition(" ") for line in answer.splitlines())}


def _at(answer: Any, path: str) -> float:  # noqa: ANN401 - a scorer's answer
    if "+" in path:
        return sum(_at(answer, part) for part in path.split("+"))
    for part in path.split("."):
        answer = answer[int(part)] if isinstance(answer, list) else answer[part]
    return float(answer)


def _with_margin(figure: str, value: float) -> float:
    if value in {0.0, 1.0} or value > 1:
        return value
    return round(value + MARGIN if figure.startswith("-") else value - MARGIN, 4)


if __name__ == "__main__":
    main()
