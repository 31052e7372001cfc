"""What the command line shows: the summary of a run, all that is known of one document. Text from the corpus is shown, never interpreted."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from rich.console import Console
from rich.table import Table
from rich.text import Text

from copydesk import ledger
from copydesk.document import Decoding, Document, Edit
from copydesk.duplicates import verify
from copydesk.duplicates.passages import shared_passage
from copydesk.report.diff import marked, visible
from copydesk.report.passed import nothing_read, told
from copydesk.report.record import RunRecord, StageRecord
from copydesk.store import schema
from copydesk.store.corpus import Corpus
from flows.beside import MARKS, STYLES, pair
from flows.history import report_path
from flows.settings import Settings

__all__ = ["beside", "document", "summary"]

_CONTEXT = 40
_REASONS = 5


def summary(record: RunRecord, out: Path) -> None:
    """Print what became of the run's documents, what each suite said, and where the report lies."""
    console = Console(highlight=False)
    totals = Table(title=f"run {record.run_id}: {record.outcome}", title_justify="left")
    names = ("in", "kept", "duplicate", "quarantined", "edits", "flags", "unchanged")
    for name in names:
        totals.add_column(name, justify="right")
    totals.add_row(*(f"{record.totals.get(name, 0):,}" for name in names))
    console.print(totals)
    suites = Table()
    for name in ("stage", "in", "held back", "suite"):
        suites.add_column(name, justify="left" if name in {"stage", "suite"} else "right")
    for stage in record.stages:
        suites.add_row(stage.name, f"{stage.documents_in:,}", f"{stage.rejected:,}", _said(stage))
    console.print(suites)
    if nothing_read(record):
        console.print(Text("nothing was read: there is no file under the sources that copydesk reads", style="bold yellow"), soft_wrap=True)
    for group in record.passed_over[:_REASONS]:
        console.print(Text(f"passed over: {visible(told(group))}", style="yellow"), soft_wrap=True)
    if (more := len(record.passed_over) - _REASONS) > 0:
        console.print(Text(f"passed over: others, for {more:,} more reasons that the report has", style="yellow"), soft_wrap=True)
    console.print(Text(f"corpus: {out}/documents ({', '.join(f'{count:,} {status}' for status, count in record.corpus.items())})"), soft_wrap=True)
    console.print(Text(f"report: {report_path(out, record.run_id)}"), soft_wrap=True)


def document(name: str, settings: Settings) -> None:
    """Print what became of a published document and who tells the same; a copy beside the document that is kept in its place."""
    corpus = Corpus(settings.out)
    rows = corpus.row(name)
    (row,), (found,) = rows.to_pylist(), schema.documents(rows)
    console = Console(highlight=False, soft_wrap=True)
    for label, value in (*_facts(row), ("decoded", _decoded(found.decoding))):
        console.print(Text.assemble((f"{label:<12}", "bold"), visible(value)))
    if row["decision"]:
        decision = row["decision"]
        console.print(
            Text.assemble((f"{'decision':<12}", "bold"), visible(f"{decision['action']} by {decision['by']} at {decision['at']}: {decision['reason']}"))
        )
    console.print(Text(f"\nedits ({len(found.edits)})", style="bold"))
    for edit, left, right in _in_place(found):
        console.print(_shown_edit(edit, left, right, colour=console.is_terminal))
    spans = [flag for flag in found.flags if (flag.stage, flag.rule) not in {("translation", "score"), ("language", "language")}]
    console.print(Text(f"\nflags ({len(spans)})", style="bold"))
    for flag in spans:
        excerpt = found.text[max(0, flag.start - _CONTEXT) : flag.end + _CONTEXT]
        value = f" [{visible(flag.value)}]" if flag.value else ""
        console.print(Text(f"  {flag.stage}/{flag.rule} at {flag.start}-{flag.end}{value}: {visible(flag.evidence)}"))
        console.print(Text(f"      ...{visible(excerpt)}...", style="dim"))
    columns = ["id", "kept_id", "source", "relation", "score", "jaccard", "containment"]
    copies = corpus.rows(columns, status="duplicate").filter(pc.field("kept_id") == name).to_pylist()
    console.print(Text(f"\ncopies ({len(copies)})", style="bold"))
    for entry in copies:
        console.print(Text(f"  {visible(entry['id'])}  {_figures(entry)}  {visible(entry['source'])}"))
    if row["story"]:
        told = list(_members(row["story"], corpus))
        console.print(Text(f"\nstory ({len(told)})", style="bold"))
        for line in told:
            console.print(Text(f"  {visible(line)}"))
    if row["status"] == "duplicate":
        console.print(Text("\nbeside the kept document", style="bold"))
        shared = row["shared"]
        pair(Console(highlight=False), row, corpus.row(row["kept_id"]).to_pylist()[0], [("relation", _figures(row))], shared and list(shared.values()))
    else:
        console.print(Text("\ntext", style="bold"))
        console.print(Text(visible(found.text)))


def beside(name: str, other: str, settings: Settings) -> None:
    """Print any two published documents beside each other, with the figures of a comparison made now, under these settings."""
    corpus = Corpus(settings.out)
    one, two = (corpus.row(identity).to_pylist()[0] for identity in (name, other))
    texts = {"one": one["text"] or "", "two": two["text"] or ""}
    found = verify(pa.table({"a": ["one"], "b": ["two"]}), lambda ids: {side: texts[side] for side in ids}, settings.duplicates)
    facts = [("relation", "none: they are too unlike to be copies")]
    if found:
        (match,) = found
        facts = [("relation", _figures(asdict(match)))]
        facts += [("no copy", match.refused)] if match.refused else []
    pair(Console(highlight=False), one, two, facts, shared_passage(texts["one"], texts["two"], settings.duplicates))


def _members(story: str, corpus: Corpus) -> Iterable[str]:
    """Tell of each document of a story when and where it came out and what it is called, the earliest first and the undated last."""
    columns = ["id", "site", "published", "title", "status", "story"]
    found = corpus.rows(columns).filter(pc.field("story") == story).to_pylist()
    for entry in sorted(found, key=lambda entry: (not entry["published"], entry["published"] or "", entry["id"])):
        facts = (entry["id"], entry["published"], entry["site"], entry["title"], "copy" if entry["status"] == "duplicate" else "")
        yield "  ".join(fact for fact in facts if fact)


def _figures(entry: Mapping[str, Any]) -> str:
    figures = (f"{name} {entry[name]:.3f}" for name in ("score", "jaccard", "containment") if entry[name] is not None)
    return "  ".join((entry["relation"] or "copy", *figures))


def _said(stage: StageRecord) -> Text:
    if not stage.checks:
        return Text("not judged")
    failed = [check for check in stage.checks if not check.passed]
    if not failed:
        return Text(f"passed ({len(stage.checks)} expectations)", style="green")
    told = ", ".join(f"{check.name} ({check.severity}{f', {check.unexpected} held back' if check.row_level else ''})" for check in failed)
    return Text(f"{len(stage.checks) - len(failed)} of {len(stage.checks)} passed; {told}", style="yellow")


def _facts(row: dict[str, object]) -> Iterable[tuple[str, str]]:
    for name in (
        "id",
        "source",
        "site",
        "url",
        "title",
        "published",
        "language",
        "translation_score",
        "status",
        "stage",
        "reason",
        "detail",
        "kept_id",
        "story",
    ):
        if (value := row[name]) not in {None, ""}:
            yield name.replace("translation_score", "mt score"), f"{value:.2f}" if isinstance(value, float) else str(value)
    if row["jaccard"] is not None:
        yield "relation", _figures(row)


def _decoded(decoding: Decoding) -> str:
    if not decoding.encoding:
        return "not decoded"
    declared = f", declared {decoding.declared}" if decoding.declared else ""
    replaced = f", {decoding.replaced} bytes replaced" if decoding.replaced else ""
    return f"{decoding.encoding} ({decoding.how}, {decoding.confidence:.2f}{declared}{replaced})"


def _in_place(found: Document) -> Iterable[tuple[Edit, str, str]]:
    """Each edit with what stood left and right of it before its step."""
    text = found.text
    shown: list[tuple[Edit, str, str]] = []
    for step in reversed(list(ledger.runs(found.edits))):
        text = ledger.revert(text, step)
        shown += [(edit, text[max(0, edit.start - _CONTEXT) : edit.start], text[edit.end : edit.end + _CONTEXT]) for edit in reversed(step)]
    return reversed(shown)


def _shown_edit(edit: Edit, left: str, right: str, *, colour: bool) -> Text:
    parts = Text(f"  {edit.stage}/{edit.rule}: {visible(edit.why)}\n      {visible(left)}")
    for kind, piece in marked(edit.before, edit.after):
        opening, closing = ("", "") if colour else MARKS[kind]
        parts.append(f"{opening}{visible(piece)}{closing}", style=STYLES[kind])
    return parts.append(visible(right))
