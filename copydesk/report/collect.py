"""What a run did, read off the rows that it leaves: so that the report cannot say anything that the table does not hold.

Counts are made column by column in Arrow; text is touched only for the few documents that are shown. Whatever order the rows come in,
the same documents are shown: those with the smallest ids, the highest score, the least likeness.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from copydesk.report.excerpts import excerpt, flagged_document, rule_example
from copydesk.report.record import CopyExample, Flagged, QuarantineRow, RuleCount, SiteCount, StoryRow
from copydesk.report.stories import COLUMNS, collect_stories
from copydesk.settings import TranslationSettings

__all__ = ["Collected", "collect"]

MAX_ROWS = 200
MAX_FLAGGED = 50
MAX_EXAMPLES = 3
# Rows at a time: keeps the flattened edits of a batch in the low megabytes.
BATCH = 4_096

SHOWN = ["id", "source", "status", "language", "text", "edits", "flags", "translation_score"]

Rule = tuple[str, str]


@dataclass(frozen=True)
class Collected:
    """The parts of a `RunRecord` that can be read off rows, under the same names; `totals` lacks "unchanged", of which there are no rows."""

    totals: Mapping[str, int]
    rules: list[RuleCount]
    quarantine: list[QuarantineRow]
    quarantine_by_reason: Mapping[str, int]
    copies: list[CopyExample]
    stories: list[StoryRow]
    languages: Mapping[str, int]
    sites: list[SiteCount]
    flagged: list[Flagged]
    whole: Mapping[str, int]


def collect(
    rows: pa.Table, kept_sources: Mapping[str, str] = {}, *, beside: pa.Table | None = None, flag_score: float = TranslationSettings().flag_score
) -> Collected:
    """Collect what is to be told about the rows of a run, which have the columns of `copydesk.store.schema.PUBLISHED`.

    `kept_sources` names the sources of kept documents that an earlier run published, `beside` holds the rows (`stories.COLUMNS`) of all other
    documents that are in their stories. A document counts as flagged where the translation stage flagged a span, or its score is at least
    `flag_score`.
    """
    statuses = {"kept": 0, "duplicate": 0, "quarantined": 0} | _counts(rows, "status")
    quarantined = _with_status(rows, "quarantined", ["id", "source", "site", "stage", "reason", "detail", "chars"])
    copies = _with_status(rows, "duplicate", ["id", "kept_id", "source", "score", "jaccard", "containment", "reason", "relation"])
    by_reason = _counts(quarantined, "reason")
    rules, edits = _rules(rows)
    flagged, flagged_in_all, flags = _flagged(rows, flag_score)
    sites = _sites(rows)
    told = rows.select(COLUMNS) if beside is None else pa.concat_tables([rows.select(COLUMNS), beside.select(COLUMNS)])
    return Collected(
        totals={
            "in": rows.num_rows,
            **{name: statuses.get(name, 0) for name in ("kept", "duplicate", "quarantined")},
            "edits": edits,
            "flags": flags,
        },
        rules=rules[:MAX_ROWS],
        quarantine=_quarantine(quarantined, by_reason),
        quarantine_by_reason=by_reason,
        copies=_copies(rows, copies, kept_sources),
        stories=collect_stories(told),
        languages=_counts(_with_status(rows, "kept", ["language"]), "language", missing="und"),
        sites=sites[:MAX_ROWS],
        flagged=flagged,
        whole={
            "rules": len(rules),
            "quarantine": quarantined.num_rows,
            "copies": copies.num_rows,
            "sites": len(sites),
            "flagged": flagged_in_all,
            "stories": len(set(told.column("story").to_pylist()) - {"", None}),
        },
    )


def _with_status(rows: pa.Table, status: str, columns: Sequence[str]) -> pa.Table:
    """Return those columns of the rows with that status."""
    return rows.select([*columns, "status"]).filter(pc.field("status") == status).select(list(columns))


def _counts(rows: pa.Table, column: str, missing: str = "") -> dict[str, int]:
    """Count the values of a column: the most frequent first, then by name."""
    counts = Counter(value or missing for value in rows[column].to_pylist())
    return dict(sorted(counts.items(), key=lambda counted: (-counted[1], counted[0])))


def _quarantine(rows: pa.Table, by_reason: Mapping[str, int]) -> list[QuarantineRow]:
    """Take from each reason in turn, so that a frequent one does not hide the others; within a reason by id."""
    places = dict.fromkeys(by_reason, 0)
    taken: list[tuple[int, QuarantineRow]] = []
    for found in rows.sort_by([("id", "ascending"), ("source", "ascending")]).to_pylist():
        reason = found["reason"] or ""
        if places[reason] < MAX_ROWS:
            row = {name: str(value or "") for name, value in found.items() if name not in {"chars", "detail"}}
            taken.append((places[reason], QuarantineRow(**row, detail=excerpt(found["detail"] or ""), chars=found["chars"] or 0)))
            places[reason] += 1
    fairest = sorted(taken, key=lambda ranked: (ranked[0], ranked[1].reason))[:MAX_ROWS]
    return [row for _, row in sorted(fairest, key=lambda ranked: (ranked[1].reason, ranked[0]))]


def _copies(rows: pa.Table, copies: pa.Table, kept_sources: Mapping[str, str]) -> list[CopyExample]:
    """Show the least alike first, by the figure that decided: if a threshold is wrong, it is wrong there."""
    ranked = copies.append_column("likeness", pc.coalesce(copies.column("score"), copies.column("jaccard")))
    shown = ranked.sort_by([("likeness", "ascending"), ("id", "ascending"), ("source", "ascending")]).slice(0, MAX_ROWS).to_pylist()
    wanted = {row["kept_id"] for row in shown}
    here = rows.select(["id", "source"]).filter(pc.field("id").isin(pa.array(filter(None, wanted), pa.string()))).to_pylist()
    sources = {**kept_sources, **{row["id"]: row["source"] for row in here}}
    return [
        CopyExample(
            id=row["id"],
            kept_id=row["kept_id"] or "",
            source=row["source"] or "",
            kept_source=sources.get(row["kept_id"]) or "",
            jaccard=row["jaccard"],
            containment=row["containment"],
            reason=excerpt(row["reason"] or ""),
            relation=row["relation"] or "",
            score=row["score"],
        )
        for row in shown
    ]


def _sites(rows: pa.Table) -> list[SiteCount]:
    """Count each site's documents by what became of them, the largest site first."""
    found: dict[str, dict[str, int]] = {}
    for count in rows.select(["site", "status"]).group_by(["site", "status"]).aggregate([([], "count_all")]).to_pylist():
        found.setdefault(count["site"] or "", {})[count["status"]] = count["count_all"]
    sites = [SiteCount(site, sum(of.values()), of.get("kept", 0), of.get("duplicate", 0), of.get("quarantined", 0)) for site, of in found.items()]
    return sorted(sites, key=lambda site: (-site.documents_in, site.site))


def _rules(rows: pa.Table) -> tuple[list[RuleCount], int]:
    """Count each rule's edits and documents, find its examples, and return them with the number of all edits: the most frequent rule first."""
    edits: Counter[Rule] = Counter()
    documents: Counter[Rule] = Counter()
    first: dict[Rule, list[tuple[str, int]]] = {}
    for at, batch in _batches(rows, ["id", "edits"]):
        ids = batch["id"].to_pylist()
        for found in _said(batch["edits"]).group_by(["stage", "rule", "row"]).aggregate([([], "count_all")]).to_pylist():
            rule = (found["stage"], found["rule"])
            edits[rule] += found["count_all"]
            documents[rule] += 1
            best = first.setdefault(rule, [])
            candidate = (ids[found["row"]], at + found["row"])
            if len(best) < MAX_EXAMPLES or candidate < best[-1]:
                first[rule] = sorted([*best, candidate])[:MAX_EXAMPLES]
    ordered = sorted(edits, key=lambda rule: (-edits[rule], rule))
    shown = set(ordered[:MAX_ROWS])
    examples = {rule: [rule_example(_row(rows, at), *rule) for _, at in first[rule]] for rule in shown}
    return [RuleCount(*rule, edits[rule], documents[rule], examples.get(rule, [])) for rule in ordered], edits.total()


def _flagged(rows: pa.Table, flag_score: float) -> tuple[list[Flagged], int, int]:
    """Find the documents that read most like machine translation; return them, how many are flagged in all, and the number of flags."""
    highest: list[tuple[float, str, int]] = []
    documents = flags = 0
    for at, batch in _batches(rows, ["id", "flags", "translation_score"]):
        said = _said(batch["flags"]).filter((pc.field("stage") == "translation") & (pc.field("rule") != "score"))
        spans = said.to_pydict()["row"]
        scores, ids = batch["translation_score"].to_pylist(), batch["id"].to_pylist()
        flagged: set[Any] = {*spans, *(row for row, score in enumerate(scores) if score is not None and score >= flag_score)}
        flags += len(spans)
        documents += len(flagged)
        highest = sorted([*highest, *((-(scores[row] or 0.0), ids[row], at + row) for row in flagged)])[:MAX_FLAGGED]
    return [flagged_document(_row(rows, at)) for _, _, at in highest], documents, flags


def _said(lists: "pa.Array[Any]") -> pa.Table:
    """Return stage, rule and row of each edit or flag in a column of lists, without touching their texts."""
    flat = pc.list_flatten(lists)
    return pa.table({"stage": pc.struct_field(flat, "stage"), "rule": pc.struct_field(flat, "rule"), "row": pc.list_parent_indices(lists)})


def _batches(rows: pa.Table, columns: Sequence[str]) -> Iterator[tuple[int, pa.RecordBatch]]:
    """Yield those columns in batches, each with the number of rows before it."""
    at = 0
    for batch in rows.select(list(columns)).to_batches(max_chunksize=BATCH):
        yield at, batch
        at += batch.num_rows


def _row(rows: pa.Table, at: int) -> dict[str, Any]:
    """Return one row. A slice copies nothing, where `take` would first join all chunks, which 2 GB of text cannot survive."""
    return rows.select(SHOWN).slice(at, 1).to_pylist()[0]
