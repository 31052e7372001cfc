"""Small raw corpora for tests, and what a run left of them, in a form that can be compared."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from copydesk.store.corpus import Corpus
from copydesk.store.schema import PUBLISHED
from flows.settings import Settings

# Which run wrote a row is the one thing in which two ways to the same corpus may differ.
CONTENT = [name for name in PUBLISHED.names if name != "run_id"]

STORY = (
    "The council of {place} voted on Tuesday to repair the old bridge over the river before winter, after engineers had found {count} cracked beams. "
    "Work is to start in {month} and will cost less than first feared, the mayor said, because the stone can be used again. "
    "Residents had asked for a ferry in the meantime, and the harbour office agreed to run one every hour until the bridge opens. "
    "Nobody was hurt when a lorry damaged the railing last spring, but the road has been closed to heavy traffic since then."
)


def story(place: str = "Marrowby", count: int = 12, month: str = "October", tail: str = "") -> str:
    """Return an invented article of some ninety words."""
    return STORY.format(place=place, count=count, month=month) + tail


def write_jsonl(path: Path, records: Iterable[Mapping[str, Any]]) -> Path:
    """Write records as JSON lines and return the path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(record) + "\n" for record in records), "utf-8")
    return path


def settings(raw: Path | tuple[Path, ...], out: Path, **others: Any) -> Settings:
    """Return settings for a run in this process."""
    roots = raw if isinstance(raw, tuple) else (raw,)
    return Settings.model_validate({"raw": tuple(str(root) for root in roots), "out": out, "runner": "inline", **others})


def content(out: Path) -> list[dict[str, Any]]:
    """Return all published rows but for the run that wrote them, sorted by id."""
    return list(Corpus(out).rows(CONTENT).to_pylist())


def fates(out: Path) -> dict[str, tuple[str, str]]:
    """Return of each document its status and whose copy it is."""
    return {row["id"]: (row["status"], row["kept_id"] or "") for row in content(out)}
