"""The record of a run: everything that its report says, as plain data, so that a report can be made again without the run.

The flow fills in when and how long, the gates their outcomes, `copydesk.report.collect` whatever can be read off the run's rows.
Lists are bounded where they are filled; `whole` tells how long they would have been.
The record is stored as JSON in plain ASCII, so that no character of an article can harm the file.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from copydesk.errors import StoreError

__all__ = [
    "CopyExample",
    "Example",
    "FlagExcerpt",
    "Flagged",
    "Outcome",
    "PassedOver",
    "QuarantineRow",
    "RuleCount",
    "RunOutcome",
    "RunRecord",
    "Severity",
    "SiteCount",
    "StageRecord",
    "StoryMember",
    "StoryRow",
]

Severity = Literal["critical", "warning", "info"]
RunOutcome = Literal["published", "stopped", "unchanged"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one expectation found: `words` say what it guards, `advice` what to do when it fails.

    `column` is "" for an expectation about the whole table. `observed` is short and never holds article text; `unexpected` of `total` rows fail.
    A row-level failure quarantines the rows, any other concerns the run.
    """

    name: str
    column: str
    severity: Severity
    passed: bool
    words: str
    advice: str
    observed: str = ""
    unexpected: int = 0
    total: int = 0
    row_level: bool = False


@dataclass(frozen=True, slots=True)
class StageRecord:
    """One stage of the run: documents that went in, came out alive and were rejected here; `seconds` of wall time; figures by name."""

    name: str
    documents_in: int
    documents_out: int
    rejected: int
    seconds: float
    figures: Mapping[str, float | None] = field(default_factory=dict)
    checks: list[Outcome] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Example:
    """One change as it stood in its text: at most 200 characters of `before` and `after`, at most 60 of context on either side."""

    id: str
    source: str
    before: str
    after: str
    left: str = ""
    right: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class RuleCount:
    """How often a rule changed a text, in how many documents, with up to three examples."""

    stage: str
    rule: str
    count: int
    documents: int
    examples: list[Example] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class QuarantineRow:
    """One document that was held back, and why; `chars` is the length of its text, and where it is 0 there is nothing that could be restored."""

    id: str
    source: str
    site: str
    stage: str
    reason: str
    detail: str
    chars: int = 0


@dataclass(frozen=True, slots=True)
class CopyExample:
    """One document that is a copy of a kept one, with the exact figures that say so (0 to 1), what kind of copy it is and why the other was preferred."""

    id: str
    kept_id: str
    source: str
    kept_source: str
    jaccard: float | None
    containment: float | None
    reason: str
    relation: str = ""
    score: float | None = None


@dataclass(frozen=True, slots=True)
class StoryMember:
    """One document of a story: where it came from, when it came out and what it is called; `status` is "kept" or "duplicate"."""

    id: str
    source: str
    site: str
    published: str
    title: str
    status: str


@dataclass(frozen=True, slots=True)
class StoryRow:
    """The documents of one event, by the id of the one that leads them: how many there are, copies among them, of how many sites, and the first of them."""

    id: str
    documents: int
    copies: int
    sites: int
    first: str
    members: list[StoryMember] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class FlagExcerpt:
    """One flag with the words that it speaks of, at most 200 characters of them."""

    rule: str
    evidence: str
    value: str
    score: float | None
    excerpt: str


@dataclass(frozen=True, slots=True)
class Flagged:
    """A document of which the translation stage said something; `score` is 0 to 1, None where there is none.

    `count` is the number of its flags, of which `flags` may hold only the first.
    """

    id: str
    source: str
    language: str
    score: float | None
    flags: list[FlagExcerpt] = field(default_factory=list)
    count: int = 0
    status: str = ""


@dataclass(frozen=True, slots=True)
class SiteCount:
    """What became of one site's documents in this run."""

    site: str
    documents_in: int
    kept: int
    duplicate: int
    quarantined: int


@dataclass(frozen=True, slots=True)
class PassedOver:
    """Why files under the sources were not read: how many for this reason, and the names of the first of them."""

    reason: str
    files: int
    examples: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """A run from its settings to its last row.

    `started` and `finished` are ISO 8601. `totals` are this run's: "in", "kept", "duplicate", "quarantined", "edits", "flags", "unchanged";
    `corpus` holds "kept", "duplicate" and "quarantined" of the whole table after it. `languages` counts kept documents by ISO 639-1 code,
    `quarantine_by_reason` all documents held back. `whole` gives the full length of a list by its field's name, where the list here may be cut.
    """

    run_id: str
    outcome: RunOutcome
    started: str
    finished: str
    version: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    raw: list[str] = field(default_factory=list)
    out: str = ""
    totals: Mapping[str, int] = field(default_factory=dict)
    corpus: Mapping[str, int] = field(default_factory=dict)
    stages: list[StageRecord] = field(default_factory=list)
    rules: list[RuleCount] = field(default_factory=list)
    quarantine: list[QuarantineRow] = field(default_factory=list)
    quarantine_by_reason: Mapping[str, int] = field(default_factory=dict)
    copies: list[CopyExample] = field(default_factory=list)
    stories: list[StoryRow] = field(default_factory=list)
    languages: Mapping[str, int] = field(default_factory=dict)
    sites: list[SiteCount] = field(default_factory=list)
    flagged: list[Flagged] = field(default_factory=list)
    passed_over: list[PassedOver] = field(default_factory=list)
    whole: Mapping[str, int] = field(default_factory=dict)

    def to_json(self) -> bytes:
        """Return the record as ASCII JSON; a figure that is not finite becomes null, for JSON knows none."""
        return json.dumps(_finite(asdict(self)), ensure_ascii=True, allow_nan=False, default=str).encode("ascii")

    @classmethod
    def from_json(cls, stored: bytes) -> "RunRecord":
        """Return the record that `to_json` stored; raise `StoreError` where the bytes are torn or of another version.

        >>> record = RunRecord(run_id="r1", outcome="published", started="", finished="", version="0")
        >>> RunRecord.from_json(record.to_json()) == record
        True
        """
        try:
            plain = json.loads(stored)
            return cls(
                **{
                    **plain,
                    "stages": [StageRecord(**{**stage, "checks": [Outcome(**check) for check in stage["checks"]]}) for stage in plain["stages"]],
                    "rules": [RuleCount(**{**rule, "examples": [Example(**example) for example in rule["examples"]]}) for rule in plain["rules"]],
                    "quarantine": [QuarantineRow(**row) for row in plain["quarantine"]],
                    "copies": [CopyExample(**row) for row in plain["copies"]],
                    "stories": [StoryRow(**{**story, "members": [StoryMember(**member) for member in story["members"]]}) for story in plain.get("stories", ())],
                    "passed_over": [PassedOver(**row) for row in plain.get("passed_over", ())],
                    "sites": [SiteCount(**row) for row in plain["sites"]],
                    "flagged": [Flagged(**{**row, "flags": [FlagExcerpt(**flag) for flag in row["flags"]]}) for row in plain["flagged"]],
                }
            )
        except (ValueError, TypeError, KeyError, RecursionError) as fault:
            msg = f"this is no record of a run that copydesk can read ({type(fault).__name__}: {str(fault)[:200]})"
            raise StoreError(msg) from fault


def _finite(value: object) -> object:
    if isinstance(value, dict):
        return {str(name): _finite(held) for name, held in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(held) for held in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
